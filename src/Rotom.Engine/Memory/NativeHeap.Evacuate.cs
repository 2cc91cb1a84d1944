using System;

namespace Rotom.Engine.Memory;

// Evacuation: which slabs are to be emptied, so that their pages go back to the system.
//
// A round has three passes over the headers of all slabs, each in steps of a chunk. The first
// counts how full the slabs of each class are. The second marks the emptiest of them, as many as
// the free room of the others takes in: a marked slab gives no block away any more. Whoever owns
// blocks then goes over them and moves those for which ShouldMove is true; what else is freed or
// allocated meanwhile goes on as ever. The third pass gives the marked slabs that are not empty
// back to use: somebody did not come by.
//
// So a block is moved at most once a round, only out of slabs that will be empty, and never more
// than necessary: with slabs that are all 60 % full, 40 % of them are emptied. A slab that is
// almost full is left alone, since emptying it moves much and frees little. Blocks above MediumMax
// have their pages to themselves: those are given back as soon as they are freed.
//
// Marking is advice. The heap stays right whatever happens between the passes, and moves that find
// no room in other slabs get a new one.

internal sealed unsafe partial class NativeHeap
{
    private const int Bins = 64;

    /// <summary>Slabs seven eighths full are not worth emptying.</summary>
    private const int BinsMovable = Bins * 7 / 8;

    private Bin[] _bins = [];
    private int _nextChunk;

    /// <summary>Slabs of a class that are about equally full.</summary>
    private struct Bin
    {
        public int Slabs;
        public long Used;
        public long Free;
    }

    /// <summary>Blocks moved since the start.</summary>
    public long MovedBlocks { get; private set; }

    /// <summary>Blocks that were looked at and left where they are.</summary>
    public long StayedBlocks { get; private set; }

    /// <summary>Bytes of the slabs that the round that was measured last is to empty.</summary>
    public long PromisedBytes { get; private set; }

    /// <summary>Bytes of the slabs that were emptied since the start.</summary>
    public long EvacuatedBytes { get; private set; }

    /// <summary>
    /// The list node at which moving a list goes on. Who frees a node tells (Quicklist.FreeBlock).
    /// </summary>
    public Handle NodeMark { get; set; }

    /// <summary>
    /// Every slab is marked, full ones too, if it can be: for tests, which want all to move.
    /// </summary>
    public bool EvacuatesAll { get; set; }

    /// <summary>Begins a round; a pass is done when its step says so.</summary>
    public void BeginEvacuation()
    {
        if (_bins.Length == 0) _bins = new Bin[SizeClass.Count * Bins];
        else Array.Clear(_bins);
        _nextChunk = 0;
    }

    /// <summary>First pass: looks at the slabs of one chunk. True when all are done.</summary>
    public bool MeasureStep()
    {
        if (NextChunk() is not { } chunk) return EndMeasuring();
        for (int i = 1; i <= chunk.SlabCount; i++)
        {
            if (chunk.IsFree(i)) continue;
            Slab* slab = (Slab*)chunk.Base + i;
            if (slab->State >= FullnessLists) continue;
            ref Bin bin = ref _bins[BinOf(slab)];
            bin.Slabs++;
            bin.Used += slab->Used;
            bin.Free += slab->Capacity - slab->Used;
        }

        return false;
    }

    /// <summary>Second pass: marks slabs of one chunk. True when all are marked.</summary>
    public bool MarkStep()
    {
        if (NextChunk() is not { } chunk) return true;
        for (int i = 1; i <= chunk.SlabCount; i++)
        {
            if (chunk.IsFree(i)) continue;
            Slab* slab = (Slab*)chunk.Base + i;
            if (!TakesMark(slab)) continue;
            if (slab->State != Slab.Full) Unlink(slab);
            slab->State = Slab.Evacuating;
            slab->LowMark = 0;
        }

        return false;
    }

    /// <summary>Third pass: unmarks slabs of one chunk. True when none is marked.</summary>
    public bool UnmarkStep()
    {
        if (NextChunk() is not { } chunk) return true;
        for (int i = 1; i <= chunk.SlabCount; i++)
        {
            if (chunk.IsFree(i)) continue;
            Slab* slab = (Slab*)chunk.Base + i;
            if (slab->State == Slab.Evacuating) EndMark(slab);
        }

        return false;
    }

    /// <summary>To be called between the second pass and the third.</summary>
    public void BeginUnmarking() => _nextChunk = 0;

    /// <summary>True when the block is in a slab that is to be emptied.</summary>
    public bool ShouldMove(Handle block)
    {
        if (ChunkPool.SlabOf(block.Address)->State == Slab.Evacuating) return true;
        StayedBlocks++;
        return false;
    }

    /// <summary>The same contents in another block as large; the old one is freed.</summary>
    public Handle Moved(Handle block)
    {
        Handle moved = CopyToMove(block);
        Free(block);
        return moved;
    }

    /// <summary>The same contents in another block; the caller frees the old one.</summary>
    public Handle CopyToMove(Handle block)
    {
        int bytes = UsableBytes(block);
        Handle moved = Allocate(bytes);
        Buffer.MemoryCopy((void*)block.Address, (void*)moved.Address, bytes, bytes);
        MovedBlocks++;
        return moved;
    }

    /// <summary>Moves a block if its slab is to be emptied; true if it is elsewhere now.</summary>
    public bool TryMove(ref Handle block)
    {
        if (!ShouldMove(block)) return false;
        block = Moved(block);
        return true;
    }

    // Chunks of large and huge blocks have no slabs to be looked at.
    private ChunkPool.Chunk? NextChunk()
    {
        while (_nextChunk < _pool.Chunks.Count)
        {
            ChunkPool.Chunk? chunk = _pool.Chunks[_nextChunk++];
            if (chunk is not null && chunk.Shift != ChunkPool.ChunkShift) return chunk;
        }

        return null;
    }

    private bool TakesMark(Slab* slab)
    {
        if (EvacuatesAll) return slab->State < FullnessLists || slab->State == Slab.Full;
        if (slab->State >= FullnessLists) return false;
        ref Bin bin = ref _bins[BinOf(slab)];
        if (bin.Slabs == 0) return false;
        bin.Slabs--;
        return true;
    }

    private void EndMark(Slab* slab)
    {
        if (slab->Used < slab->Capacity)
        {
            Link(slab);
            return;
        }

        slab->State = Slab.Full;
        slab->LowMark = slab->Capacity - 1;
    }

    private static int BinOf(Slab* slab) =>
        (slab->SizeClass * Bins) + (int)((long)(slab->Used - 1) * Bins / slab->Capacity);

    // Leaves in each bin's Slabs how many of it are to be emptied: the emptiest ones, while the
    // free room of the others takes in what they hold.
    private bool EndMeasuring()
    {
        PromisedBytes = 0;
        for (int sizeClass = 0; sizeClass < SizeClass.Count; sizeClass++)
        {
            Span<Bin> bins = _bins.AsSpan(sizeClass * Bins, Bins);
            Slab* current = _current[sizeClass];
            long room = current == _none ? 0 : current->Capacity - current->Used;
            foreach (Bin bin in bins) room += bin.Free;
            for (int i = 0; i < Bins; i++)
            {
                ref Bin bin = ref bins[i];
                if (bin.Slabs == 0) continue;
                long takes = Math.Max(1, (bin.Used + bin.Free) / bin.Slabs);
                // Emptying a slab takes its used blocks' room elsewhere and its own free blocks.
                int emptied = i < BinsMovable ? (int)Math.Min(bin.Slabs, room / takes) : 0;
                room -= emptied * takes;
                bin.Slabs = emptied;
                PromisedBytes += emptied * takes * SizeClass.Bytes(sizeClass);
            }
        }

        _nextChunk = 0;
        return true;
    }
}
