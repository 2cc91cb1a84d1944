using System;
using System.Collections.Generic;
using Rotom.Resp.Batch;

namespace Rotom.Engine;

/// <summary>A key that a client watches, with the database it is in.</summary>
internal readonly record struct WatchedKey(Database Database, Sds Key);

// The transaction a client is in: what it queued, and the keys it watches.
public sealed partial class Client
{
    /// <summary>Objects that stand for a client, on both sides.</summary>
    private const int ObjectBytes = 1024;

    /// <summary>A watched key, a channel or a prefix: the name and its places in tables.</summary>
    private const int EntryBytes = 256;

    /// <summary>What a queue takes that is no more than any client has.</summary>
    private const int SmallQueueBytes = 16 << 10;

    /// <summary>Commands queued by MULTI, with copies of their arguments.</summary>
    internal CommandBatch? Queued { get; set; }

    /// <summary>The commands of <see cref="Queued"/>, looked up when they were queued.</summary>
    internal List<Command> QueuedCommands { get; } = [];

    /// <summary>Keys watched since the last EXEC; null when there are none.</summary>
    internal List<WatchedKey>? Watched { get; set; }

    /// <summary>
    /// Those of the watched keys that were past their time already when they were watched, and
    /// still lie there: their going is no change. Null when there are none.
    /// </summary>
    internal HashSet<WatchedKey>? WatchedStale { get; set; }

    /// <summary>Commands in the queue; -1 outside MULTI, as CLIENT LIST shows it.</summary>
    internal int QueuedCount => Has(ClientGate.Multi) ? QueuedCommands.Count : -1;

    /// <summary>Bytes that the queued commands hold.</summary>
    internal long QueuedBytes => HeldBy(Queued);

    /// <summary>Bytes that the resting commands hold.</summary>
    internal long RestingBytes => HeldBy(Resting);

    /// <summary>Bytes of arguments of the commands about to be executed.</summary>
    internal long ArgumentBytes { get; set; }

    /// <summary>What of <see cref="OwnBytes"/> is in the engine's sum.</summary>
    internal long AccountedBytes { get; set; }

    /// <summary>
    /// What the engine holds for it: commands exactly, objects and table entries by estimate.
    /// </summary>
    internal long OwnBytes => ObjectBytes + QueuedBytes + RestingBytes + ArgumentBytes
        + (Waiter is null ? 0 : Waiter.WordBytes + (Waiter.Places.Count * EntryBytes))
        + ((Watched?.Count ?? 0) * EntryBytes)
        + ((SubscriptionCount + (ShardChannels?.Count ?? 0)) * EntryBytes)
        + ((Caching?.Prefixes.Count ?? 0) * EntryBytes);

    // The tables count as well: of short commands they are the most.
    private static long HeldBy(CommandBatch? batch)
    {
        if (batch is null) return 0;
        long held = batch.HeldBytes;
        return held <= SmallQueueBytes ? batch.InputUsed : held;
    }

    internal void DropQueue()
    {
        Set(ClientGate.Multi | ClientGate.DirtyExec | ClientGate.DirtyCas, false);
        QueuedCommands.Clear();
        // A queue that grew big is not kept for a client that may never use it again.
        if (Queued is not null && Queued.Input.Length > 1 << 16) Queued = null;
        Queued?.Reset();
    }
}
