using System;
using Rotom.Resp.Batch;

namespace Rotom.Actors.Client;

/// <summary>
/// A client inside the process: the network's half of a <see cref="ClientLink"/>, without a
/// network. Receive and End are called in the keyspace's turn only, and must not block it.
/// </summary>
internal abstract class LocalConnection
{
    protected LocalConnection(LocalPort port, string name)
    {
        Port = port;
        long id = port.NextClientId();
        Link = new ClientLink(id, port.Index, $"{name}:{id}", "local:0", -1, isUnixSocket: false)
        {
            NetState = this,
        };
    }

    internal ClientLink Link { get; }

    internal LocalPort Port { get; }

    /// <summary>The database it begins in.</summary>
    internal int Database { get; init; }

    /// <summary>The user it acts as; null for a host's own client, which may do everything.
    /// </summary>
    internal string? User { get; init; }

    /// <summary>True for the host's own; false for whoever has to log in as on a socket.</summary>
    internal bool IsTrusted { get; init; } = true;

    /// <summary>Set, under the port's lock, when nothing more is taken from it.</summary>
    internal bool IsClosed { get; set; }

    /// <summary>Replies and pushes; the bytes are valid during the call only.</summary>
    internal abstract void Receive(ReadOnlySpan<byte> resp);

    /// <summary>All of a turn's replies have been received.</summary>
    internal virtual void EndOfTurn()
    {
    }

    /// <summary>The commands that it had in a batch have been executed.</summary>
    internal virtual void BatchDone()
    {
    }

    /// <summary>It must authenticate first, or has done so.</summary>
    internal virtual void Authenticated(bool yes)
    {
    }

    /// <summary>There will be no more replies.</summary>
    internal abstract void End(Exception why);
}
