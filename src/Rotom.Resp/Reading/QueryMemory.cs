using System;
using System.Buffers;
using Rotom.Resp.Batch;

namespace Rotom.Resp;

// QueryMemory: the arrays of query buffers. Small ones come from the shared pool and go back to it,
// when their last command has been executed or their client is gone; large ones are made to measure
// (the pool would round 513 MB up to 1 GB, and what a client holds counts against its limits) and
// left to the collector, or kept by the batch for the next large argument.

/// <summary>Rents the arrays that hold what connections have sent.</summary>
internal static class QueryMemory
{
    /// <summary>Longer arrays are not pooled: the shared pool keeps many of each size.</summary>
    public static readonly int PooledBytesMax = HeapLimit.AtMost(1 << 18, 1 << 12);

    /// <summary>An array for this many bytes and the slack behind them.</summary>
    public static byte[] Rent(int bytes)
    {
        int size = checked(bytes + CommandBatch.Slack);
        return size <= PooledBytesMax
            ? ArrayPool<byte>.Shared.Rent(size)
            : GC.AllocateUninitializedArray<byte>(size);
    }

    /// <summary>Bytes the array holds before its slack.</summary>
    public static int Capacity(byte[] array) => array.Length - CommandBatch.Slack;

    /// <summary>Gives an array back; nobody may touch it any more.</summary>
    public static void Return(byte[] array)
    {
#if POISON
        array.AsSpan().Fill(0xDD);
#endif
        if (array.Length <= PooledBytesMax) ArrayPool<byte>.Shared.Return(array);
    }
}
