using System;

namespace Rotom.Engine;

/// <summary>
/// What makes every client's next command take the long way through the dispatcher. None of it on a
/// server that is simply serving.
/// </summary>
[Flags]
internal enum ServerGate
{
    None = 0,

    /// <summary>The data set is being loaded: only commands marked so are executed.</summary>
    Loading = 1 << 16,

    /// <summary>The disk refuses writes: commands that write are refused.</summary>
    DiskError = 1 << 17,

    /// <summary>The last snapshot failed: commands that write may be refused.</summary>
    SnapshotError = 1 << 21,

    /// <summary>CLIENT PAUSE: commands (or writes) wait.</summary>
    Paused = 1 << 18,

    /// <summary>Somebody runs MONITOR.</summary>
    Monitored = 1 << 19,

    /// <summary>maxmemory is set: commands that use memory look whether there is some.</summary>
    MemoryLimited = 1 << 20,
}
