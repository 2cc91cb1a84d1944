using System;
using System.Runtime.CompilerServices;

namespace Rotom.Engine.Memory;

// Growth and shrinking of a table, a bucket at a time.
//
// With n buckets and 2^k < n <= 2^(k+1), bucket n is split off from bucket n - 2^k, its parent:
// those elements move whose hash has bit k. Merging the last bucket undoes that. An element's
// hash is computed anew when its bucket splits, so the elements are all prefetched first.

internal readonly unsafe partial struct HandleTable<TOps>
{
    private const int SegmentBytes = TableRoot.SegmentBuckets * TableRoot.BucketBytes;
    private const int FirstDirectory = 8;

    /// <summary>
    /// While true, removing elements does not merge buckets: a walk over bucket numbers then
    /// meets each element that stays in the table exactly once, as buckets are only added at the
    /// end.
    /// </summary>
    public bool HoldMerges
    {
        get => (_root->Flags & TableRoot.HoldFlag) != 0;
        set => _root->Flags = value
            ? _root->Flags | TableRoot.HoldFlag
            : _root->Flags & ~TableRoot.HoldFlag;
    }

    /// <summary>
    /// Removes the elements of up to <paramref name="buckets"/> buckets from the end, showing
    /// each to the visitor, who may free it. The table is valid in between. True when it is
    /// empty.
    /// </summary>
    public bool ClearStep<TVisitor>(int buckets, ref TVisitor visitor)
        where TVisitor : struct, IHandleVisitor, allows ref struct
    {
        for (; buckets > 0; buckets--)
        {
            uint last = _root->Buckets - 1;
            ulong* chain = _root->BucketAt(last);
            for (ulong* bucket = chain; bucket != null; bucket = TableRoot.Next(bucket))
            {
                int length = TableRoot.Length(bucket);
                for (int i = 0; i < length; i++) visitor.Visit(HandleOf(bucket[i]));
                _root->Count -= length;
            }
            FreeChain(TableRoot.Next(chain));
            ClearBucket(chain);
            if (last == 0) break;
            DropLastBucket();
        }
        return _root->Count == 0;
    }

    /// <summary>
    /// Frees the table's own blocks; it must be empty, or its elements owned elsewhere.
    /// </summary>
    public void Destroy()
    {
        if (_root->IsWatched) _heap.Holder!.BeforeTableGoes(Root);
        while (_root->Buckets > 1)
        {
            FreeChain(TableRoot.Next(_root->BucketAt(_root->Buckets - 1)));
            DropLastBucket();
        }
        FreeChain(TableRoot.Next(_root->BucketAt(0)));
        _heap.Free(new Handle(_root->Directory[0]));
        if (_root->DirectoryCapacity != 0) _heap.Free(new Handle((nint)_root->Directory));
        _heap.Free(Root);
    }

    /// <summary>
    /// Gives an empty table the buckets that so many elements will want, so that none has to split
    /// while they are added.
    /// </summary>
    public void Reserve(long elements)
    {
        if (_root->Count != 0) return;
        long wanted = Math.Min(elements / SplitAbove, int.MaxValue);
        while (_root->Buckets < wanted)
        {
            uint added = _root->Buckets;
            MakeRoomForBucket(added);
            if (added > _root->Mask) _root->Mask = _root->Mask * 2 + 1;
            _root->Buckets = added + 1;
            ClearBucket(_root->BucketAt(added));
        }
    }

    /// <summary>
    /// Merges up to so many of the buckets that became sparse while merges were held, as removals
    /// merge one each; true when none is left to be.
    /// </summary>
    public bool Shrink(int buckets)
    {
        for (; ; buckets--)
        {
            if (_root->Buckets <= 1 || !IsSparse || HoldMerges) return true;
            if (buckets == 0) return false;
            Merge();
        }
    }

    private int SegmentsInUse =>
        (int)((_root->Buckets + TableRoot.SegmentBuckets - 1) >> TableRoot.SegmentShift);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Split()
    {
        uint added = _root->Buckets;
        if (added == int.MaxValue) return;
        MakeRoomForBucket(added);
        if (added > _root->Mask) _root->Mask = _root->Mask * 2 + 1;
        _root->Buckets = added + 1;
        uint bit = (_root->Mask >> 1) + 1;
        ulong* from = _root->BucketAt(added & (_root->Mask >> 1));
        ulong* to = _root->BucketAt(added);
        ClearBucket(to);
        to[TableRoot.LinkSlot] = from[TableRoot.LinkSlot] & ~TableRoot.AddressMask;
        PrefetchChain(from);

        ulong* keep = from;
        int kept = 0;
        for (ulong* bucket = from; bucket != null; bucket = TableRoot.Next(bucket))
        {
            for (int i = 0; i < TableRoot.SlotsPerBucket && bucket[i] != 0; i++)
            {
                ulong value = bucket[i];
                if (((uint)_ops.Hash(HandleOf(value)) & bit) != 0)
                {
                    Append(to, value);
                    continue;
                }
                if (kept == TableRoot.SlotsPerBucket)
                {
                    keep = TableRoot.Next(keep);
                    kept = 0;
                }
                keep[kept++] = value;
            }
        }
        for (int i = kept; i < TableRoot.SlotsPerBucket; i++) keep[i] = 0;
        FreeChain(TableRoot.Next(keep));
        TableRoot.SetNext(keep, null);
    }

    // Below 4.5 elements a bucket, and five elements: what is left of a table that was larger is
    // hardly more than a new one of its elements would be, and a tenth of them come and go before
    // it does both in turn. (The five matter for a few buckets, of which each is a large part.)
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void MergeIfSparse()
    {
        if (IsSparse && !HoldMerges) Merge();
    }

    private bool IsSparse => (_root->Count * 2) + 10 < _root->Buckets * 9L;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Merge()
    {
        uint last = _root->Buckets - 1;
        ulong* chain = _root->BucketAt(last);
        ulong* parent = _root->BucketAt(last & (_root->Mask >> 1));
        for (ulong* bucket = chain; bucket != null; bucket = TableRoot.Next(bucket))
        {
            for (int i = 0; i < TableRoot.SlotsPerBucket && bucket[i] != 0; i++)
                Append(parent, bucket[i]);
        }
        FreeChain(TableRoot.Next(chain));
        DropLastBucket();
    }

    private void FreeChain(ulong* bucket)
    {
        while (bucket != null)
        {
            ulong* next = TableRoot.Next(bucket);
            FreeOverflow(bucket);
            bucket = next;
        }
    }

    private static void PrefetchChain(ulong* bucket)
    {
        for (; bucket != null; bucket = TableRoot.Next(bucket))
        {
            for (int i = 0; i < TableRoot.SlotsPerBucket; i++)
                Cpu.Prefetch((void*)(bucket[i] & TableRoot.AddressMask));
        }
    }

    private void MakeRoomForBucket(uint bucket)
    {
        if (bucket < TableRoot.SegmentBuckets)
        {
            if (bucket < (uint)_root->FirstCapacity) return;
            ResizeFirst(CapacityAbove(_root->FirstCapacity));
            return;
        }
        if ((bucket & (TableRoot.SegmentBuckets - 1)) != 0) return;
        int segment = (int)(bucket >> TableRoot.SegmentShift);
        if (_root->DirectoryCapacity == 0)
        {
            nint* directory = (nint*)_heap.Allocate(FirstDirectory * sizeof(nint)).Address;
            directory[0] = _root->FirstSegment;
            _root->Directory = directory;
            _root->DirectoryCapacity = FirstDirectory;
        }
        else if (segment == _root->DirectoryCapacity)
        {
            ResizeDirectory(_root->DirectoryCapacity * 2);
        }
        _root->Directory[segment] = _heap.Allocate(SegmentBytes).Address;
    }

    // The first segment has 1 2 4 8 12 16 24 32 48 and so on to 512 buckets: a collection of some
    // hundred elements would have up to half of its table free with powers of two alone.
    private static int CapacityAbove(int buckets)
    {
        if (buckets < 8) return buckets * 2;
        return int.IsPow2(buckets) ? buckets + (buckets / 2) : buckets / 3 * 4;
    }

    private static int CapacityBelow(int buckets)
    {
        if (buckets <= 8) return buckets / 2;
        return int.IsPow2(buckets) ? buckets / 4 * 3 : buckets / 3 * 2;
    }

    private void ResizeFirst(int buckets)
    {
        Handle segment = new(_root->FirstSegment);
        _root->FirstSegment = _heap.Resize(segment, buckets * TableRoot.BucketBytes).Address;
        _root->FirstCapacity = buckets;
    }

    private void ResizeDirectory(int entries)
    {
        Handle directory = new((nint)_root->Directory);
        _root->Directory = (nint*)_heap.Resize(directory, entries * sizeof(nint)).Address;
        _root->DirectoryCapacity = entries;
    }

    // The last bucket holds nothing any more that is not elsewhere.
    private void DropLastBucket()
    {
        uint last = --_root->Buckets;
        if (last == (_root->Mask >> 1) + 1) _root->Mask >>= 1;
        if (last >= TableRoot.SegmentBuckets)
        {
            if ((last & (TableRoot.SegmentBuckets - 1)) == 0) DropLastSegment(last);
            return;
        }
        // As soon as the next smaller will do, with a sixteenth of it left for what comes next.
        int below = CapacityBelow(_root->FirstCapacity);
        if (last * 16 <= (uint)below * 15) ResizeFirst(below);
    }

    private void DropLastSegment(uint last)
    {
        int segment = (int)(last >> TableRoot.SegmentShift);
        _heap.Free(new Handle(_root->Directory[segment]));
        if (segment == 1)
        {
            _heap.Free(new Handle((nint)_root->Directory));
            _root->Directory = &_root->FirstSegment;
            _root->DirectoryCapacity = 0;
        }
        else if (segment * 4 <= _root->DirectoryCapacity
            && _root->DirectoryCapacity > FirstDirectory)
        {
            ResizeDirectory(_root->DirectoryCapacity / 2);
        }
    }
}
