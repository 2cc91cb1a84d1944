using System;
using Rotom.Actors.Supervision;
using Rotom.Engine.Abstractions;
using Rotom.Engine.Config;

namespace Rotom.Actors.Persistence;

/// <summary>How the journal of one persistence id is kept.</summary>
internal sealed class AofOptions
{
    /// <summary>The disk.</summary>
    internal required IFileSystem Files { get; init; }

    /// <summary>Directory of its files.</summary>
    internal required string Directory { get; init; }

    /// <summary>First part of their names.</summary>
    internal string FileName { get; init; } = "appendonly.aof";

    /// <summary>Time, for the pace of flushes and for #TS.</summary>
    internal required IClock Clock { get; init; }

    /// <summary>When to flush; asked at every write.</summary>
    internal Func<AppendFsync> Fsync { get; init; } = () => AppendFsync.Always;

    /// <summary>Whether not to flush while a base is being written.</summary>
    internal Func<bool> PauseFsync { get; init; } = () => false;

    /// <summary>Whether to write #TS.</summary>
    internal Func<bool> Timestamps { get; init; } = () => false;

    /// <summary>Whether a journal may end in the middle of a command.</summary>
    internal Func<bool> LoadTruncated { get; init; } = () => true;

    /// <summary>Whether files that are not needed stay.</summary>
    internal Func<bool> KeepHistory { get; init; } = () => false;

    /// <summary>
    /// True: a write that fails is held and tried again until it works. False: it is answered with
    /// the failure, as other journals do.
    /// </summary>
    internal bool HoldsFailedWrites { get; init; }

    /// <summary>Flushes.</summary>
    internal required IDiskThread Flusher { get; init; }

    /// <summary>Writes bases, reads for a replay, deletes.</summary>
    internal required IDiskThread Worker { get; init; }

    /// <summary>A journal of one file (before Redis 7) to take over; null for none.</summary>
    internal string? OldFile { get; init; }

    /// <summary>The first base, when there is no journal: a name and whether it is RDB.</summary>
    internal Func<(byte[] Bytes, bool Rdb)>? FirstBase { get; init; }

    /// <summary>Hears what an operator should know: true for a warning.</summary>
    internal Action<bool, string> Log { get; init; } = (_, _) => { };

    /// <summary>Where it can be made to fail.</summary>
    internal FaultPoints Faults { get; init; } = new();

    /// <summary>
    /// Hears when an event is held that may be answered early; on the plugin's thread.
    /// </summary>
    internal Action<AofStore>? Holds { get; set; }

    /// <summary>Hears when the state changes; on the plugin's thread.</summary>
    internal Action<AofStore>? StateChanged { get; set; }

    /// <summary>Called before each write of events; for tests that slow them down.</summary>
    internal Action? BeforeWrite { get; init; }

    /// <summary>
    /// Hears when a restart would find more, while somebody waits for it; on the plugin's thread.
    /// </summary>
    internal Action<AofStore>? Flushed { get; set; }
}
