using System;
using System.Collections.Generic;

namespace Rotom.Engine;

// Who guesses passwords. One entry an address that failed lately: how often, and when last. An
// address may fail ten times, which covers a typing mistake and a fleet with an old password; from
// then on it is slow, until it succeeds or has not failed for a minute. Who waits that long for ten
// more guesses makes fewer of them than the delay would let through.
//
// The memory is bounded: at most AddressesMax entries, of which the one that failed longest ago
// makes room. Of IPv6 the network (/64) counts, since its owner has all of its addresses.
//
// Belongs to one engine, and is told the time by it.

/// <summary>Failed authentications by address.</summary>
internal sealed class AuthFailures
{
    /// <summary>So many failures cost an address nothing.</summary>
    internal const int FreeFailures = 10;

    /// <summary>Addresses remembered: some hundred KB.</summary>
    internal const int AddressesMax = 1024;

    /// <summary>Failures are forgotten when none was added for so long.</summary>
    internal const long ForgottenAfterNanos = 60L * 1_000_000_000;

    private readonly Dictionary<string, LinkedListNode<Entry>> _byAddress =
        new(StringComparer.Ordinal);

    /// <summary>Whose last failure is longest ago comes first.</summary>
    private readonly LinkedList<Entry> _byAge = new();

    /// <summary>Addresses remembered now.</summary>
    internal int Count => _byAddress.Count;

    /// <summary>Has a peer (<c>ip:port</c>) failed so often that its guesses are to wait?</summary>
    internal bool IsSlow(string peer, long nowNanos)
    {
        Forget(nowNanos);
        return _byAge.Count != 0
            && _byAddress.TryGetValue(AddressOf(peer), out LinkedListNode<Entry>? node)
            && node.Value.Failures >= FreeFailures;
    }

    /// <summary>A peer gave a wrong name or password.</summary>
    internal void Failed(string peer, long nowNanos)
    {
        Forget(nowNanos);
        string address = AddressOf(peer);
        int before = 0;
        if (_byAddress.TryGetValue(address, out LinkedListNode<Entry>? node))
        {
            before = node.Value.Failures;
            Remove(node);
        }
        else if (_byAge.Count == AddressesMax)
        {
            Remove(_byAge.First!);
        }

        int failures = Math.Min(before + 1, FreeFailures);
        _byAddress[address] = _byAge.AddLast(new Entry(address, failures, nowNanos));
    }

    /// <summary>A peer gave the right password.</summary>
    internal void Succeeded(string peer)
    {
        if (_byAge.Count == 0) return;
        if (_byAddress.TryGetValue(AddressOf(peer), out LinkedListNode<Entry>? node)) Remove(node);
    }

    /// <summary>What counts as one address: the host's, or its network in IPv6.</summary>
    internal static string AddressOf(string peer)
    {
        int port = peer.LastIndexOf(':');
        string host = (port < 0 ? peer : peer[..port]).Trim('[', ']');
        // An IPv4 address may be written inside an IPv6 one: that is a host, not a network.
        return host.Contains(':') && !host.Contains('.') ? NetworkOf(host) : host;
    }

    // The first four of the eight groups; of those that "::" leaves out, zeros.
    private static string NetworkOf(string host)
    {
        int gap = host.IndexOf("::", StringComparison.Ordinal);
        if (gap < 0) return string.Join(':', host.Split(':')[..4]);
        string[] head = gap == 0 ? [] : host[..gap].Split(':');
        string[] tail = host[(gap + 2)..].Split(':');
        string[] network = new string[4];
        for (int i = 0; i < network.Length; i++)
        {
            int inTail = i - (8 - tail.Length);
            network[i] = i < head.Length ? head[i] : inTail >= 0 ? tail[inTail] : "0";
        }

        return string.Join(':', network);
    }

    private void Forget(long nowNanos)
    {
        while (_byAge.First is { } oldest
            && nowNanos - oldest.Value.LastNanos > ForgottenAfterNanos)
        {
            Remove(oldest);
        }
    }

    private void Remove(LinkedListNode<Entry> node)
    {
        _byAge.Remove(node);
        _byAddress.Remove(node.Value.Address);
    }

    private readonly record struct Entry(string Address, int Failures, long LastNanos);
}
