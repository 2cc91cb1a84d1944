using System;
using System.Collections.Generic;
using System.Numerics;

namespace Rotom.Engine.Memory;

// Chunks of 16 MiB, cut into slabs. A chunk holds slabs of one size: 64 KiB (blocks up to 4 KiB),
// 512 KiB (up to 32 KiB) or the whole chunk (up to 2 MiB); a block larger than that has a chunk, or
// several in a row, of its own. The first slab of a chunk is given up for the headers: that costs
// address space, not memory, as pages nobody touched are not resident.
//
// An empty slab goes to a small reserve with its pages, beyond that its pages go back to the
// system and the slab is free for any class of its size. A chunk with no slab in use is unmapped
// or kept as a spare. Invariant: FreeSlabs has a bit for exactly those slabs that are neither
// handed out nor in the reserve. Owned by one NativeHeap.

/// <summary>Hands out slabs and huge blocks and takes them back.</summary>
internal sealed unsafe class ChunkPool
{
    public const int SmallShift = 16;
    public const int MediumShift = 19;
    public const int ChunkShift = 24;
    public const nint ChunkBytes = (nint)1 << ChunkShift;
    private const int SparesMax = 4;

    private readonly List<Chunk?> _chunks = [];
    private readonly Stack<int> _unusedIndexes = new();
    private readonly List<Chunk>[] _open = [[], []];
    private readonly nint[][] _reserve = [new nint[32], new nint[4]];
    private readonly int[] _reserved = new int[2];
    private readonly Stack<nint> _spares = new();

    /// <summary>One mapped chunk.</summary>
    internal sealed class Chunk
    {
        public nint Base;
        public nint Bytes;
        public int Shift;
        public int Index;
        public int SlabCount;
        public int FreeCount;
        public int OpenPosition = -1;
        public readonly ulong[] FreeSlabs = new ulong[4];

        public bool IsFree(int slab) => (FreeSlabs[slab >> 6] >> slab & 1) != 0;
    }

    /// <summary>Address space mapped, spares included.</summary>
    public long MappedBytes { get; private set; }

    /// <summary>Bytes of all blocks, used or not, of slabs handed out and huge blocks.</summary>
    public long SlabBytes { get; private set; }

    /// <summary>Slabs handed out since the start.</summary>
    public long Takes { get; private set; }

    /// <summary>All chunks in use; entries may be null.</summary>
    internal IReadOnlyList<Chunk?> Chunks => _chunks;

    /// <summary>The header of the slab a block is in.</summary>
    public static Slab* SlabOf(nint block)
    {
        nint chunk = block & -ChunkBytes;
        return (Slab*)chunk + ((block & (ChunkBytes - 1)) >> ((Slab*)chunk)->Shift);
    }

    /// <summary>First address of a slab's blocks.</summary>
    public static nint StartOf(Slab* slab)
    {
        nint chunk = (nint)slab & -ChunkBytes;
        int shift = ((Slab*)chunk)->Shift;
        if (shift == ChunkShift) return chunk + OsPages.PageBytes;
        return chunk + ((((nint)slab - chunk) / Slab.Bytes) << shift);
    }

    /// <summary>An empty slab prepared for a class.</summary>
    public Slab* Acquire(int sizeClass)
    {
        int bytes = SizeClass.Bytes(sizeClass);
        Takes++;
        Slab* slab;
        nint end;
        if (bytes > SizeClass.MediumMax)
        {
            slab = (Slab*)NewChunk(ChunkBytes, ChunkShift).Base;
            end = (nint)slab + ChunkBytes;
        }
        else
        {
            int kind = bytes <= SizeClass.SmallMax ? 0 : 1;
            slab = _reserved[kind] > 0 ? (Slab*)_reserve[kind][--_reserved[kind]] : TakeFree(kind);
            end = StartOf(slab) + ((nint)1 << ShiftOf(kind));
        }
        nint start = StartOf(slab);
        slab->FreeHead = 0;
        slab->Bump = start;
        slab->Capacity = (int)((end - start) / bytes);
        slab->End = start + (nint)slab->Capacity * bytes;
        slab->Used = 0;
        slab->BlockBytes = (uint)bytes;
        slab->SizeClass = (byte)sizeClass;
        slab->Next = null;
        slab->Prev = null;
        SlabBytes += (long)slab->Capacity * bytes;
        return slab;
    }

    /// <summary>Takes an empty slab back.</summary>
    public void Release(Slab* slab)
    {
        slab->State = Slab.Unassigned;
        SlabBytes -= (long)slab->Capacity * slab->BlockBytes;
        Chunk chunk = ChunkOf(slab);
        if (chunk.Shift == ChunkShift)
        {
            DropChunk(chunk);
            return;
        }
        int kind = chunk.Shift == SmallShift ? 0 : 1;
        if (_reserved[kind] < _reserve[kind].Length) _reserve[kind][_reserved[kind]++] = (nint)slab;
        else PutFree(chunk, slab);
    }

    /// <summary>Maps a block of its own; its header is in the returned slab.</summary>
    public Slab* AcquireHuge(nint bytes)
    {
        nint whole = (bytes + Slab.Bytes + ChunkBytes - 1) & -ChunkBytes;
        Slab* slab = (Slab*)NewChunk(whole, ChunkShift).Base;
        slab->State = Slab.Huge;
        slab->Used = 1;
        slab->Capacity = 1;
        slab->BlockBytes = (uint)bytes;
        slab->Bump = slab->End = (nint)slab + Slab.Bytes + bytes;
        SlabBytes += bytes;
        return slab;
    }

    /// <summary>Changes a huge block's size where it stands, if its mapping has room.</summary>
    public bool TryResizeHuge(Slab* slab, nint bytes)
    {
        if (bytes + Slab.Bytes > ChunkOf(slab).Bytes) return false;
        nint keep = ((nint)slab + Slab.Bytes + bytes + OsPages.PageBytes - 1) & -OsPages.PageBytes;
        OsPages.Discard(keep, ((slab->End + OsPages.PageBytes - 1) & -OsPages.PageBytes) - keep);
        SlabBytes += bytes - slab->BlockBytes;
        slab->BlockBytes = (uint)bytes;
        slab->Bump = slab->End = (nint)slab + Slab.Bytes + bytes;
        return true;
    }

    /// <summary>Unmaps a huge block.</summary>
    public void ReleaseHuge(Slab* slab)
    {
        SlabBytes -= slab->BlockBytes;
        DropChunk(ChunkOf(slab));
    }

    /// <summary>
    /// Gives pages back that are not in use, of up to so many slabs; true when none are left.
    /// </summary>
    public bool TrimStep(int slabs)
    {
        for (int kind = 0; kind < 2; kind++)
        {
            while (_reserved[kind] > 0)
            {
                if (slabs-- == 0) return false;
                Slab* slab = (Slab*)_reserve[kind][--_reserved[kind]];
                PutFree(ChunkOf(slab), slab);
            }
        }

        while (_spares.TryPop(out nint spare)) Unmap(spare, ChunkBytes);
        return true;
    }

    /// <summary>Unmaps everything.</summary>
    public void UnmapAll()
    {
        while (_spares.TryPop(out nint spare)) Unmap(spare, ChunkBytes);
        foreach (Chunk? chunk in _chunks)
        {
            if (chunk != null) Unmap(chunk.Base, chunk.Bytes);
        }
        SlabBytes = 0;
        _chunks.Clear();
        _unusedIndexes.Clear();
        _open[0].Clear();
        _open[1].Clear();
        _reserved[0] = _reserved[1] = 0;
    }

    /// <summary>Bytes kept resident in empty slabs.</summary>
    public long ReserveBytes =>
        ((long)_reserved[0] << SmallShift) + ((long)_reserved[1] << MediumShift);

    private static int ShiftOf(int kind) => kind == 0 ? SmallShift : MediumShift;

    private Chunk ChunkOf(Slab* slab)
    {
        Slab* first = (Slab*)((nint)slab & -ChunkBytes);
        Chunk? chunk = _chunks[first->ChunkIndex];
        Invariant.Require(chunk != null && chunk.Base == (nint)first);
        return chunk;
    }

    private Slab* TakeFree(int kind)
    {
        List<Chunk> open = _open[kind];
        if (open.Count == 0) Open(NewChunk(ChunkBytes, ShiftOf(kind)), kind);
        Chunk chunk = open[^1];
        int word = 0;
        while (chunk.FreeSlabs[word] == 0) word++;
        int slab = (word << 6) + BitOperations.TrailingZeroCount(chunk.FreeSlabs[word]);
        chunk.FreeSlabs[word] &= chunk.FreeSlabs[word] - 1;
        if (--chunk.FreeCount == 0) Close(chunk, kind);
        return (Slab*)chunk.Base + slab;
    }

    private void PutFree(Chunk chunk, Slab* slab)
    {
        nint start = StartOf(slab);
        int index = (int)((start - chunk.Base) >> chunk.Shift);
        Invariant.Require(!chunk.IsFree(index));
        OsPages.Discard(start, (nint)1 << chunk.Shift);
        chunk.FreeSlabs[index >> 6] |= 1UL << index;
        int kind = chunk.Shift == SmallShift ? 0 : 1;
        if (++chunk.FreeCount == 1) Open(chunk, kind);
        if (chunk.FreeCount < chunk.SlabCount || _open[kind].Count == 1) return;
        Close(chunk, kind);
        DropChunk(chunk);
    }

    private void Open(Chunk chunk, int kind)
    {
        chunk.OpenPosition = _open[kind].Count;
        _open[kind].Add(chunk);
    }

    private void Close(Chunk chunk, int kind)
    {
        List<Chunk> open = _open[kind];
        Chunk last = open[^1];
        open[chunk.OpenPosition] = last;
        last.OpenPosition = chunk.OpenPosition;
        open.RemoveAt(open.Count - 1);
        chunk.OpenPosition = -1;
    }

    private Chunk NewChunk(nint bytes, int shift)
    {
        nint start;
        if (bytes != ChunkBytes || !_spares.TryPop(out start))
        {
            start = OsPages.Map(bytes, ChunkBytes);
            MappedBytes += bytes;
        }
        Chunk chunk = new() { Base = start, Bytes = bytes, Shift = shift };
        if (_unusedIndexes.TryPop(out int index))
        {
            _chunks[index] = chunk;
        }
        else
        {
            index = _chunks.Count;
            _chunks.Add(chunk);
        }
        chunk.Index = index;
        Slab* first = (Slab*)start;
        *first = default;
        first->Shift = (byte)shift;
        first->ChunkIndex = index;
        if (shift == ChunkShift) return chunk;
        int slabs = 1 << (ChunkShift - shift);
        chunk.SlabCount = chunk.FreeCount = slabs - 1;
        for (int i = 1; i < slabs; i++) chunk.FreeSlabs[i >> 6] |= 1UL << i;
        return chunk;
    }

    private void DropChunk(Chunk chunk)
    {
        _chunks[chunk.Index] = null;
        _unusedIndexes.Push(chunk.Index);
        if (chunk.Bytes != ChunkBytes || _spares.Count == SparesMax)
        {
            Unmap(chunk.Base, chunk.Bytes);
            return;
        }
        OsPages.Discard(chunk.Base, chunk.Bytes);
        _spares.Push(chunk.Base);
    }

    private void Unmap(nint start, nint bytes)
    {
        OsPages.Unmap(start, bytes);
        MappedBytes -= bytes;
    }
}
