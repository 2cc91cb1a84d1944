namespace Rotom.Engine.Memory;

// Pages that hold nothing and are kept so that the next block costs no call of the system: a few
// empty slabs, the current slab of a class that has no block any more, and freed blocks of more
// than a page. That is little beside large data and much beside small. Whoever has a clock takes
// them away when none was needed for a while (Defragmenter), in steps.

internal sealed unsafe partial class NativeHeap
{
    // A call of the system gives back 4 to 28 KiB of a medium block in one to two microseconds, a
    // slab in five.
    private const int DiscardsPerStep = 32;
    private const int SlabsPerStep = 8;
    private const int StepsPerTrim = 64;

    private int _trimChunk;

    /// <summary>
    /// Grows with what is handed out of that which <see cref="Trim"/> gives back: it stands still
    /// while nobody needs it.
    /// </summary>
    public long PageTakes => _pool.Takes + _pageTakes;

    /// <summary>There are pages that <see cref="Trim"/> gives back.</summary>
    public bool KeepsPages
    {
        get
        {
            if (ReserveBytes > 0 || _largeDirty > 0 || _mediumDirty > 0) return true;
            for (int i = 0; i < SizeClass.Count; i++)
            {
                if (_current[i] != _none && _current[i]->Used == 0) return true;
            }

            return false;
        }
    }

    /// <summary>
    /// Gives back pages that are kept only to be fast: empty current slabs, reserves, those of
    /// freed blocks. Where there are very many of the last some stay.
    /// </summary>
    public void Trim()
    {
        for (int i = 0; i < StepsPerTrim && !TrimStep(); i++)
        {
        }
    }

    /// <summary>Gives back some of that, in about 0.1 ms; true when nothing is left.</summary>
    public bool TrimStep()
    {
        EmptyQuarantine();
        int released = 0;
        for (int i = 0; i < SizeClass.Count; i++)
        {
            Slab* slab = _current[i];
            if (slab == _none || slab->Used != 0) continue;
            if (released++ == SlabsPerStep) return false;
            _current[i] = _none;
            ReleaseSlab(slab);
        }

        DiscardFreed(DiscardsPerStep);
        return _largeDirty == 0 && _mediumDirty == 0 && _pool.TrimStep(SlabsPerStep);
    }

    // Goes on at the chunk where the last call had enough.
    private void DiscardFreed(int left)
    {
        for (int seen = _pool.Chunks.Count; seen > 0 && left > 0; seen--)
        {
            if (_largeDirty == 0 && _mediumDirty == 0) return;
            if (++_trimChunk >= _pool.Chunks.Count) _trimChunk = 0;
            ChunkPool.Chunk? chunk = _pool.Chunks[_trimChunk];
            if (chunk is null || chunk.Shift == ChunkPool.SmallShift) continue;
            if (chunk.Shift == ChunkPool.ChunkShift)
            {
                left -= DiscardFreed((Slab*)chunk.Base);
                continue;
            }

            for (int i = 1; i <= chunk.SlabCount && left > 0; i++)
            {
                if (!chunk.IsFree(i)) left -= DiscardFreed((Slab*)chunk.Base + i);
            }

            // What was done already is passed by the next time.
            if (left <= 0) _trimChunk--;
        }
    }

    private int DiscardFreed(Slab* slab)
    {
        if (slab->State is Slab.Huge or Slab.Unassigned) return 0;
        int count = 0;
        for (nint block = slab->FreeHead; block != 0; block = *(nint*)block)
        {
            if (((nint*)block)[1] == 0) continue;
            ((nint*)block)[1] = 0;
            if (slab->BlockBytes <= SizeClass.MediumMax) _mediumDirty -= slab->BlockBytes;
            else _largeDirty -= slab->BlockBytes;
            DiscardPages(slab, block);
            count++;
        }

        return count;
    }
}
