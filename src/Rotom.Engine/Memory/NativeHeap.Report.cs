using System;
using System.Collections.Generic;

namespace Rotom.Engine.Memory;

/// <summary>The blocks of one size.</summary>
/// <param name="BlockBytes">Bytes of each.</param>
/// <param name="Slabs">Slabs they stand in.</param>
/// <param name="Used">Blocks handed out.</param>
/// <param name="Free">Room for so many more in the same slabs.</param>
internal readonly record struct HeapClass(long BlockBytes, long Slabs, long Used, long Free);

// What the heap can say about itself. Classes walks the headers of all slabs: 64 bytes for each 64
// KiB. The sums are kept, or follow from the 128 current slabs.
internal sealed unsafe partial class NativeHeap
{
    /// <summary>
    /// Bytes of slabs that have blocks in use and of huge blocks, as far as they were ever touched:
    /// what the blocks in use keep resident.
    /// </summary>
    public long ActiveBytes
    {
        get
        {
            long bytes = _pool.SlabBytes - _discarded - _untouched;
            // Of the current ones what nothing was taken from yet.
            for (int i = 0; i < SizeClass.Count; i++)
            {
                Slab* slab = _current[i];
                if (slab != _none) bytes -= slab->End - slab->Bump;
            }

            return bytes;
        }
    }

    /// <summary>Active bytes and reserves: what should be resident, headers apart.</summary>
    public long ResidentBytes => ActiveBytes + ReserveBytes;

    /// <summary>
    /// Bytes of free blocks between used ones, which defragmenting could give back at best. Those
    /// of large blocks do not count: their pages are given back as they are freed.
    /// </summary>
    public long FragmentedBytes => Math.Max(0, ActiveBytes - _used - _largeDirty);

    /// <summary>Bytes kept resident in empty slabs.</summary>
    public long ReserveBytes => _pool.ReserveBytes;

    /// <summary>The sizes of which there are blocks, in order; huge blocks each for itself.
    /// </summary>
    public IReadOnlyList<HeapClass> Classes()
    {
        HeapClass[] classes = new HeapClass[SizeClass.Count];
        List<HeapClass> huge = [];
        foreach (ChunkPool.Chunk? chunk in _pool.Chunks)
        {
            if (chunk is null) continue;
            int slabs = chunk.Shift == ChunkPool.ChunkShift ? 1 : chunk.SlabCount + 1;
            for (int i = slabs == 1 ? 0 : 1; i < slabs; i++)
            {
                Slab* slab = (Slab*)chunk.Base + i;
                if (slabs > 1 && chunk.IsFree(i)) continue;
                if (slab->State == Slab.Unassigned || slab->Used == 0) continue;
                if (slab->State == Slab.Huge)
                {
                    huge.Add(new HeapClass(slab->BlockBytes, 1, 1, 0));
                    continue;
                }

                ref HeapClass line = ref classes[slab->SizeClass];
                line = new HeapClass(
                    slab->BlockBytes, line.Slabs + 1, line.Used + slab->Used,
                    line.Free + slab->Capacity - slab->Used);
            }
        }

        List<HeapClass> all = [];
        foreach (HeapClass line in classes)
        {
            if (line.Slabs > 0) all.Add(line);
        }

        huge.Sort((a, b) => a.BlockBytes.CompareTo(b.BlockBytes));
        all.AddRange(huge);
        return all;
    }
}
