using System;
using Rotom.Engine.Memory;

namespace Rotom.Actors;

// ManagedTrim: after a big fall of the data, what the process holds beside it is given back too.
//
// The data lies outside the managed heap, and the engine gives its pages back. But filling it and
// emptying it left garbage: input of clients, tasks, what the compiler of the runtime needed. The
// collector takes its time with a heap of a few megabytes, and both it and the C library keep free
// pages for the next burst, 5 to 10 MB; beside data that fell from 200 MB to 20 that is much. So
// once, when the data has fallen to half and by 8 MB, and whatever gives memory back in slices is
// done, and fewer than 2,000 commands a second come in, the collector compacts the heap and returns
// its free pages, and a tick later the C library does.
//
// That stops the process for about 2 ms, and for half a millisecond: once for each such fall, when
// hardly anybody is there to notice. (A slice of any other work is half a millisecond.) It would be
// more with a large heap, but that is the host's then and not ours: a heap of more than 32 MB is
// left to the collector.

/// <summary>Makes the process smaller once after a big fall of the data.</summary>
internal sealed class ManagedTrim
{
    private const long FallBytes = 8 << 20;
    private const long HeapBytesMax = 32 << 20;
    private const long QuietCommandsPerSecond = 2_000;

    private readonly Action _collect;
    private readonly Action _trim;
    private long _high;
    private bool _collected;

    internal ManagedTrim()
        : this(Collect, SystemAllocator.Trim)
    {
    }

    /// <param name="collect">What is done first.</param>
    /// <param name="trim">What is done with the next call.</param>
    internal ManagedTrim(Action collect, Action trim)
    {
        _collect = collect;
        _trim = trim;
    }

    /// <summary>From the periodic work: does a step when it is time.</summary>
    /// <param name="used">Bytes of the data.</param>
    /// <param name="isWorking">Memory is being given back in slices.</param>
    /// <param name="commandsPerSecond">How busy the server is.</param>
    internal void Look(long used, bool isWorking, long commandsPerSecond)
    {
        if (_collected)
        {
            _collected = false;
            _trim();
        }

        _high = Math.Max(_high, used);
        if (_high - used < FallBytes || used > _high / 2) return;
        if (isWorking || commandsPerSecond > QuietCommandsPerSecond) return;
        _high = used;
        _collected = true;
        _collect();
    }

    private static void Collect()
    {
        if (GC.GetTotalMemory(forceFullCollection: false) > HeapBytesMax) return;
        GC.Collect(
            GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }
}
