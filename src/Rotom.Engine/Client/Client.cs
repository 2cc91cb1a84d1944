using System;
using System.Collections.Generic;
using Rotom.Resp.Batch;

namespace Rotom.Engine;

// Client: what the engine knows of a connection. The network layer's half hangs on the same
// ClientLink; the two never see each other. Touched by the keyspace's turn only.

/// <summary>The engine's half of a connection.</summary>
public sealed partial class Client
{
    internal Client(ClientLink link, Database database, AclUser user, long nowMs)
    {
        Acl = user;
        Link = link;
        Database = database;
        CreatedMs = nowMs;
    }

    /// <summary>The link to the network layer's half.</summary>
    public ClientLink Link { get; }

    /// <summary>CLIENT ID.</summary>
    public long Id => Link.Id;

    /// <summary>The selected database.</summary>
    public Database Database { get; internal set; }

    /// <summary>True after HELLO 3.</summary>
    public bool Resp3 { get; internal set; }

    /// <summary>What makes its commands take the long way.</summary>
    public ClientGate Gate { get; internal set; }

    /// <summary>CLIENT SETNAME, empty when none.</summary>
    public byte[] Name { get; internal set; } = [];

    /// <summary>CLIENT SETINFO LIB-NAME.</summary>
    public byte[] LibraryName { get; internal set; } = [];

    /// <summary>CLIENT SETINFO LIB-VER.</summary>
    public byte[] LibraryVersion { get; internal set; } = [];

    /// <summary>Name of the user it acts as, in byte text.</summary>
    public string User => Acl.Name;

    /// <summary>The user it acts as.</summary>
    internal AclUser Acl { get; set; }

    /// <summary>True once it has authenticated (or needed not to).</summary>
    public bool IsAuthenticated => (Gate & ClientGate.NeedsAuth) == 0;

    /// <summary>When it connected, unix milliseconds.</summary>
    public long CreatedMs { get; }

    /// <summary>When its last command began, unix milliseconds.</summary>
    public long LastCommandMs { get; internal set; }

    /// <summary>Its last command, for CLIENT LIST's <c>cmd</c>.</summary>
    public Command? LastCommand { get; internal set; }

    /// <summary>Number of the last turn in which it changed something; for WAITAOF.</summary>
    internal long JournaledSeq { get; set; }

    /// <summary>CLIENT NO-EVICT.</summary>
    public bool NoEvict { get; internal set; }

    /// <summary>CLIENT NO-TOUCH: its reads do not move a key's LRU or LFU state.</summary>
    public bool NoTouch { get; internal set; }

    /// <summary>Channels it is subscribed to; null while there are none.</summary>
    public HashSet<Sds>? Channels { get; internal set; }

    /// <summary>Patterns it is subscribed to; null while there are none.</summary>
    public HashSet<Sds>? Patterns { get; internal set; }

    /// <summary>Shard channels it is subscribed to; null while there are none.</summary>
    public HashSet<Sds>? ShardChannels { get; internal set; }

    /// <summary>Number of channels and patterns, as SUBSCRIBE's replies count them.</summary>
    public int SubscriptionCount => (Channels?.Count ?? 0) + (Patterns?.Count ?? 0);

    /// <summary>
    /// What it waits for; null when it does not, or no longer though its commands still rest.
    /// </summary>
    internal Waiter? Waiter { get; set; }

    /// <summary>
    /// Commands that rest while the client is blocked; null while there are none.
    /// </summary>
    internal CommandBatch? Resting { get; set; }

    /// <summary>How many of the resting commands have been executed.</summary>
    internal int RestingDone { get; set; }

    internal bool Has(ClientGate gate) => (Gate & gate) != 0;

    internal void Set(ClientGate gate, bool on) => Gate = on ? Gate | gate : Gate & ~gate;
}
