using System;
using System.Collections.Generic;

namespace Rotom.Engine;

// PubSubRegistry: who listens to what. Subscriptions are few and long-lived, so they are managed
// objects; publishing allocates nothing per receiver.

/// <summary>Channels, patterns and shard channels, with the clients subscribed to them.</summary>
public sealed class PubSubRegistry
{
    private readonly Dictionary<Sds, List<Client>> _channels = [];
    private readonly Dictionary<Sds, List<Client>> _patterns = [];
    private readonly Dictionary<Sds, List<Client>> _shardChannels = [];
    private readonly Dictionary<Sds, List<Client>>.AlternateLookup<ReadOnlySpan<byte>> _byChannel;
    private readonly Dictionary<Sds, List<Client>>.AlternateLookup<ReadOnlySpan<byte>> _byShard;

    /// <summary>Makes an empty registry.</summary>
    public PubSubRegistry()
    {
        _channels = new(SdsComparer.Instance);
        _patterns = new(SdsComparer.Instance);
        _shardChannels = new(SdsComparer.Instance);
        _byChannel = _channels.GetAlternateLookup<ReadOnlySpan<byte>>();
        _byShard = _shardChannels.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    /// <summary>Channels with at least one subscriber.</summary>
    public IReadOnlyDictionary<Sds, List<Client>> Channels => _channels;

    /// <summary>Patterns with at least one subscriber.</summary>
    public IReadOnlyDictionary<Sds, List<Client>> Patterns => _patterns;

    /// <summary>Shard channels with at least one subscriber.</summary>
    public IReadOnlyDictionary<Sds, List<Client>> ShardChannels => _shardChannels;

    /// <summary>True when nobody listens to anything: publishing can be skipped.</summary>
    public bool IsEmpty => _channels.Count == 0 && _patterns.Count == 0;

    /// <summary>Clients subscribed to a channel, or null.</summary>
    public List<Client>? Subscribers(ReadOnlySpan<byte> channel) =>
        _byChannel.TryGetValue(channel, out List<Client>? clients) ? clients : null;

    /// <summary>Clients subscribed to a shard channel, or null.</summary>
    public List<Client>? ShardSubscribers(ReadOnlySpan<byte> channel) =>
        _byShard.TryGetValue(channel, out List<Client>? clients) ? clients : null;

    /// <summary>Subscribes; false when the client was subscribed already.</summary>
    public bool Subscribe(Client client, Sds channel) =>
        (client.Channels ??= []).Add(channel) && Link(_channels, client, channel);

    /// <summary>Unsubscribes; false when it was not subscribed.</summary>
    public bool Unsubscribe(Client client, Sds channel) =>
        client.Channels?.Remove(channel) == true && Unlink(_channels, client, channel);

    /// <summary>Subscribes to a pattern; false when it was already.</summary>
    public bool SubscribePattern(Client client, Sds pattern) =>
        (client.Patterns ??= []).Add(pattern) && Link(_patterns, client, pattern);

    /// <summary>Unsubscribes from a pattern; false when it was not subscribed.</summary>
    public bool UnsubscribePattern(Client client, Sds pattern) =>
        client.Patterns?.Remove(pattern) == true && Unlink(_patterns, client, pattern);

    /// <summary>Subscribes to a shard channel; false when it was already.</summary>
    public bool SubscribeShard(Client client, Sds channel) =>
        (client.ShardChannels ??= []).Add(channel) && Link(_shardChannels, client, channel);

    /// <summary>Unsubscribes from a shard channel; false when it was not subscribed.</summary>
    public bool UnsubscribeShard(Client client, Sds channel) =>
        client.ShardChannels?.Remove(channel) == true && Unlink(_shardChannels, client, channel);

    /// <summary>Drops all subscriptions of a client, without a word to it.</summary>
    public void Forget(Client client)
    {
        foreach (Sds channel in client.Channels ?? []) Unlink(_channels, client, channel);
        foreach (Sds pattern in client.Patterns ?? []) Unlink(_patterns, client, pattern);
        foreach (Sds channel in client.ShardChannels ?? []) Unlink(_shardChannels, client, channel);
        client.Channels = client.Patterns = client.ShardChannels = null;
    }

    private static bool Link(Dictionary<Sds, List<Client>> table, Client client, Sds name)
    {
        if (table.TryGetValue(name, out List<Client>? clients)) clients.Add(client);
        else table.Add(name, [client]);
        return true;
    }

    private static bool Unlink(Dictionary<Sds, List<Client>> table, Client client, Sds name)
    {
        if (!table.TryGetValue(name, out List<Client>? clients)) return true;
        clients.Remove(client);
        if (clients.Count == 0) table.Remove(name);
        return true;
    }
}

/// <summary>Compares byte strings, and finds them by spans without a copy.</summary>
internal sealed class SdsComparer
    : IEqualityComparer<Sds>, IAlternateEqualityComparer<ReadOnlySpan<byte>, Sds>
{
    internal static readonly SdsComparer Instance = new();

    public bool Equals(Sds x, Sds y) => x.Equals(y);

    public int GetHashCode(Sds obj) => obj.GetHashCode();

    public bool Equals(ReadOnlySpan<byte> alternate, Sds other) =>
        alternate.SequenceEqual(other.Span);

    public int GetHashCode(ReadOnlySpan<byte> alternate) => Sds.HashOf(alternate);

    public Sds Create(ReadOnlySpan<byte> alternate) => new(alternate);
}
