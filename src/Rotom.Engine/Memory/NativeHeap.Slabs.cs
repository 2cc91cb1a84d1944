using System;
using System.Runtime.CompilerServices;

namespace Rotom.Engine.Memory;

// The slow paths of the heap: which list a slab is in, and what happens when it fills or empties.
//
// A slab is in one state: current of its class (takes blocks, LowMark -1, in no list), full (in
// no list), evacuating (gives blocks up until it is empty, LowMark 0, in no list), or in the list
// of its fullness quarter q, which holds slabs with (used - 1) * 4 / capacity == q. LowMark is the
// number of used blocks at which freeing must look again; all else is free of charge.

internal sealed unsafe partial class NativeHeap
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    private nint TakeFromNextSlab(int sizeClass)
    {
        Slab* full = _current[sizeClass];
        if (full != _none)
        {
            Invariant.Require(full->Used == full->Capacity);
            full->State = Slab.Full;
            full->LowMark = full->Capacity - 1;
        }
        Slab* next = FullestPartial(sizeClass);
        if (next != null)
        {
            Unlink(next);
            _untouched -= next->End - next->Bump;
        }
        else
        {
            next = _pool.Acquire(sizeClass);
        }

        next->State = Slab.Current;
        next->LowMark = -1;
        _current[sizeClass] = next;
        return Take((int)next->BlockBytes);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void BecomeSparser(Slab* slab)
    {
        if (slab->State < FullnessLists) Unlink(slab);
        else if (slab->State == Slab.Evacuating)
            EvacuatedBytes += slab->End - ChunkPool.StartOf(slab);
        if (slab->Used != 0)
        {
            Link(slab);
            return;
        }

        _untouched -= slab->End - slab->Bump;
        ReleaseSlab(slab);
    }

    // The slab of the large block that was freed last gives the next one away: its pages are there,
    // and those of others would have to come from the system. Nothing is lost by that, since large
    // blocks that are free keep no pages but these.
    private void BecomeCurrent(Slab* slab)
    {
        Slab* current = _current[slab->SizeClass];
        if (slab == current) return;
        Unlink(slab);
        _untouched -= slab->End - slab->Bump;
        slab->State = Slab.Current;
        slab->LowMark = -1;
        _current[slab->SizeClass] = slab;
        if (current == _none) return;
        if (current->Used == 0)
        {
            ReleaseSlab(current);
        }
        else if (current->Used == current->Capacity)
        {
            current->State = Slab.Full;
            current->LowMark = current->Capacity - 1;
        }
        else
        {
            _untouched += current->End - current->Bump;
            Link(current);
        }
    }

    private Slab* FullestPartial(int sizeClass)
    {
        for (int list = FullnessLists - 1; list >= 0; list--)
        {
            Slab* slab = _partial[sizeClass * FullnessLists + list];
            if (slab != null) return slab;
        }
        return null;
    }

    private void Link(Slab* slab)
    {
        int list = (int)((long)(slab->Used - 1) * FullnessLists / slab->Capacity);
        Slab** head = &_partial[slab->SizeClass * FullnessLists + list];
        slab->State = (byte)list;
        slab->LowMark = (int)(((long)list * slab->Capacity + FullnessLists - 1) / FullnessLists);
        slab->Prev = null;
        slab->Next = *head;
        if (*head != null) (*head)->Prev = slab;
        *head = slab;
    }

    private void Unlink(Slab* slab)
    {
        if (slab->Prev != null) slab->Prev->Next = slab->Next;
        else _partial[slab->SizeClass * FullnessLists + slab->State] = slab->Next;
        if (slab->Next != null) slab->Next->Prev = slab->Prev;
        slab->Next = slab->Prev = null;
    }

    private void ReleaseSlab(Slab* slab)
    {
        if (slab->BlockBytes > SizeClass.SmallMax)
        {
            for (nint block = slab->FreeHead; block != 0; block = *(nint*)block)
                NoteReused(slab, block);
        }
        _pool.Release(slab);
    }

    // A freed block of more than a page may have given its pages back: its second word says
    // whether it has them (1) or not (0). Both sizes keep theirs within a budget that grows with
    // the data, 3 % of it.
    private bool NoteFreed(Slab* slab, nint block)
    {
        long most = Math.Max(DirtyMin, _used / 32);
        return slab->BlockBytes <= SizeClass.MediumMax
            ? NoteFreed(slab, block, ref _mediumDirty, most)
            : NoteFreed(slab, block, ref _largeDirty, Math.Min(most, LargeDirtyMax));
    }

    private bool NoteFreed(Slab* slab, nint block, ref long dirty, long most)
    {
        bool keep = dirty + slab->BlockBytes <= most;
        ((nint*)block)[1] = keep ? 1 : 0;
        if (keep) dirty += slab->BlockBytes;
        else DiscardPages(slab, block);
        return keep;
    }

    private void NoteReused(Slab* slab, nint block)
    {
        if (((nint*)block)[1] == 0)
            _discarded -= DiscardableBytes(block, slab->BlockBytes, out _);
        else if (slab->BlockBytes <= SizeClass.MediumMax) _mediumDirty -= slab->BlockBytes;
        else _largeDirty -= slab->BlockBytes;
    }

    private void DiscardPages(Slab* slab, nint block)
    {
        nint discarded = DiscardableBytes(block, slab->BlockBytes, out nint start);
        OsPages.Discard(start, discarded);
        _discarded += discarded;
    }

    private static nint DiscardableBytes(nint block, uint bytes, out nint start)
    {
        start = (block + 2 * sizeof(ulong) + OsPages.PageBytes - 1) & -OsPages.PageBytes;
        return ((block + (nint)bytes) & -OsPages.PageBytes) - start;
    }
}
