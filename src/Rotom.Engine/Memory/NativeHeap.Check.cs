using System;

namespace Rotom.Engine.Memory;

// What the heap can say and prove about itself by walking all slabs. Costs time in proportion to
// the memory held, so: statistics now and then, proofs in tests and after an incident.

internal sealed unsafe partial class NativeHeap
{
    /// <summary>
    /// Proves the heap's invariants: every slab is in the list its fullness demands, free lists
    /// lie in their slabs and have the right length, and <see cref="UsedBytes"/> is the sum of
    /// all used blocks.
    /// </summary>
    /// <exception cref="InvariantException">One does not hold.</exception>
    public void DeepCheck()
    {
        EmptyQuarantine();
        long used = 0;
        long listed = 0;
        WalkSlabs(slab =>
        {
            used += (long)slab.Used * slab.BlockBytes;
            if (slab.State < FullnessLists) listed++;
            CheckSlab((Slab*)slab.Header);
        });
        Invariant.Require(used == _used);
        Invariant.Require(_peak >= _used);
        for (int i = 0; i < SizeClass.Count * FullnessLists; i++)
        {
            for (Slab* slab = _partial[i]; slab != null; slab = slab->Next, listed--)
            {
                Invariant.Require(slab->SizeClass == i / FullnessLists);
                Invariant.Require(slab->State == i % FullnessLists);
                Invariant.Require(slab->Next == null || slab->Next->Prev == slab);
            }
        }
        Invariant.Require(listed == 0);
        CheckActive();
        CheckFreed();
    }

    // What freed blocks say of their pages adds up to what is known of them.
    private void CheckFreed()
    {
        long medium = 0;
        long large = 0;
        long discarded = 0;
        WalkSlabs(view =>
        {
            Slab* slab = (Slab*)view.Header;
            if (slab->State == Slab.Huge || slab->BlockBytes <= SizeClass.SmallMax) return;
            for (nint block = slab->FreeHead; block != 0; block = *(nint*)block)
            {
                if (((nint*)block)[1] == 0)
                    discarded += DiscardableBytes(block, slab->BlockBytes, out _);
                else if (slab->BlockBytes <= SizeClass.MediumMax) medium += slab->BlockBytes;
                else large += slab->BlockBytes;
            }
        });
        Invariant.Require(medium == _mediumDirty && large == _largeDirty);
        Invariant.Require(discarded == _discarded);
    }

    // The figures that are kept are those a walk over all slabs comes to.
    private void CheckActive()
    {
        long active = 0;
        WalkSlabs(slab => active += slab.State == Slab.Huge
            ? slab.BlockBytes
            : slab.Bump - slab.Start);
        Invariant.Require(active - _discarded == ActiveBytes);
    }

    private readonly record struct SlabView(
        nint Header, nint Start, nint Bump, int Used, long BlockBytes, int State);

    private void WalkSlabs(Action<SlabView> visit)
    {
        foreach (ChunkPool.Chunk? chunk in _pool.Chunks)
        {
            if (chunk == null) continue;
            bool single = chunk.Shift == ChunkPool.ChunkShift;
            int count = single ? 1 : chunk.SlabCount + 1;
            for (int i = single ? 0 : 1; i < count; i++)
            {
                Slab* slab = (Slab*)chunk.Base + i;
                if (!single && (chunk.IsFree(i) || slab->State == Slab.Unassigned)) continue;
                nint start = slab->State == Slab.Huge ? chunk.Base : ChunkPool.StartOf(slab);
                visit(new(
                    (nint)slab, start, slab->Bump, slab->Used, slab->BlockBytes, slab->State));
            }
        }
    }

    private void CheckSlab(Slab* slab)
    {
        if (slab->State == Slab.Huge) return;
        nint start = ChunkPool.StartOf(slab);
        Invariant.Require(slab->BlockBytes == SizeClass.Bytes(slab->SizeClass));
        Invariant.Require(slab->Bump >= start && slab->Bump <= slab->End);
        long free = 0;
        for (nint block = slab->FreeHead; block != 0; block = *(nint*)block, free++)
        {
            Invariant.Require(block >= start && block < slab->Bump);
            Invariant.Require((block - start) % slab->BlockBytes == 0);
            Invariant.Require(free < slab->Capacity);
        }
        Invariant.Require(slab->Used + free == (slab->Bump - start) / slab->BlockBytes);
        switch (slab->State)
        {
            case Slab.Current:
                Invariant.Require(_current[slab->SizeClass] == slab && slab->LowMark == -1);
                break;
            case Slab.Full:
                Invariant.Require(slab->Used == slab->Capacity);
                break;
            case Slab.Evacuating:
                Invariant.Require(slab->Used > 0 && slab->LowMark == 0);
                break;
            default:
                Invariant.Require(slab->Used > slab->LowMark && slab->Used < slab->Capacity);
                break;
        }
    }
}
