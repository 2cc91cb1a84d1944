using System.Threading;
using Rotom.Engine;

namespace Rotom.Actors.Hosting;

/// <summary>What a server's main figures were at one moment.</summary>
internal sealed record Figures(
    long Clients, long BlockedClients, long Keys, long UsedMemory, long Commands, long Errors,
    long Hits, long Misses, long Expired, long Evicted, SnapshotContract Snapshot);

/// <summary>What snapshots may take, and what the last one took.</summary>
internal sealed record SnapshotContract(
    long PauseMicrosMax, long PauseMicros, long ExtraBytesMax, long ExtraBytes);

/// <summary>The figures of the last periodic work: written by the keyspace, read by any thread.
/// </summary>
internal sealed class ServerFigures
{
    private Figures _current = new(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, new(0, 0, 0, 0));

    internal Figures Current => Volatile.Read(ref _current);

    internal void Sample(RotomEngine engine)
    {
        long keys = 0;
        foreach (Database database in engine.AllDatabases) keys += database.Count;
        Volatile.Write(ref _current, new Figures(
            engine.Clients.Count,
            engine.BlockedClientCount,
            keys,
            engine.UsedMemory,
            engine.Stats.CommandsProcessed,
            engine.Stats.ErrorReplies,
            engine.Stats.KeyspaceHits,
            engine.Stats.KeyspaceMisses,
            engine.Stats.ExpiredKeys,
            engine.Stats.EvictedKeys,
            new SnapshotContract(
                engine.Config.SnapshotMaxPauseMilliseconds * 1000,
                engine.SnapshotFigures.LastLongestPauseNanos / 1000,
                engine.Config.SnapshotMaxExtraMemoryBytes,
                engine.SnapshotFigures.LastExtraBytesPeak)));
    }
}
