using System;
using System.Collections.Generic;
using Rotom.Resp.Batch;

namespace Rotom.Net.Transport;

// OutputBuffer: what a client's socket has not taken yet.
//
// A chain of equal blocks from the transport's pool: appending never moves what lies there, and a
// client that falls far behind never needs one array of its backlog's size. A connection has one
// only while it is behind; idle and keeping-up clients have none.

/// <summary>Unsent bytes of one connection, in order.</summary>
internal sealed class OutputBuffer(BlockPool pool)
{
    private readonly Queue<byte[]> _blocks = new();
    private byte[]? _last;
    private int _start;
    private int _end;

    /// <summary>Bytes not sent.</summary>
    public long Bytes { get; private set; }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        Bytes += bytes.Length;
        while (!bytes.IsEmpty)
        {
            if (_last is null || _end == BlockPool.BlockBytes)
            {
                _last = pool.Rent();
                _blocks.Enqueue(_last);
                _end = 0;
            }

            int n = Math.Min(bytes.Length, BlockPool.BlockBytes - _end);
            bytes[..n].CopyTo(_last.AsSpan(_end));
            _end += n;
            bytes = bytes[n..];
        }
    }

    /// <summary>Fills in the first pieces, for one gathering send.</summary>
    /// <returns>How many pieces were filled in.</returns>
    public int Peek(Span<ArraySegment<byte>> pieces)
    {
        int count = 0;
        foreach (byte[] block in _blocks)
        {
            if (count == pieces.Length) break;
            int from = count == 0 ? _start : 0;
            int to = ReferenceEquals(block, _last) ? _end : BlockPool.BlockBytes;
            pieces[count++] = new ArraySegment<byte>(block, from, to - from);
        }

        return count;
    }

    /// <summary>Forgets bytes that were sent; emptied blocks go back to the pool.</summary>
    public void Consume(int bytes)
    {
        Bytes -= bytes;
        while (bytes > 0)
        {
            byte[] block = _blocks.Peek();
            int to = ReferenceEquals(block, _last) ? _end : BlockPool.BlockBytes;
            int n = Math.Min(bytes, to - _start);
            _start += n;
            bytes -= n;
            if (_start < to) continue;
            pool.Return(_blocks.Dequeue());
            _start = 0;
            if (ReferenceEquals(block, _last)) _last = null;
        }
    }

    /// <summary>Leaves all blocks to the collector: somebody else still reads from them.</summary>
    public void Abandon()
    {
        pool.Forget(_blocks.Count);
        _blocks.Clear();
        Bytes = _start = _end = 0;
        _last = null;
    }

    /// <summary>Gives all blocks back.</summary>
    public void Clear()
    {
        while (_blocks.TryDequeue(out byte[]? block)) pool.Return(block);
        Bytes = _start = _end = 0;
        _last = null;
    }
}

/// <summary>Blocks for output buffers; loop thread only.</summary>
internal sealed class BlockPool
{
    public const int BlockBytes = 1 << 14;

    private static readonly int s_keptMax = HeapLimit.AtMost(256, 1 << 19);

    private readonly Stack<byte[]> _free = new();

    /// <summary>Blocks rented and not yet returned.</summary>
    public long Outstanding { get; private set; }

    public byte[] Rent()
    {
        Outstanding++;
        return _free.TryPop(out byte[]? block)
            ? block
            : GC.AllocateUninitializedArray<byte>(BlockBytes, pinned: true);
    }

    /// <summary>Stops to count blocks that will not come back.</summary>
    public void Forget(int blocks) => Outstanding -= blocks;

    public void Return(byte[] block)
    {
        Outstanding--;
#if POISON
        if (_free.Contains(block)) throw new InvalidOperationException("Block returned twice.");
        block.AsSpan().Fill(0xDD);
#endif
        if (_free.Count < s_keptMax) _free.Push(block);
    }
}
