namespace Rotom.Engine.Memory;

/// <summary>Moves elements of a table, and whatever else points to them.</summary>
internal interface IHandleMover
{
    /// <summary>
    /// Moves an element if it is to be; the slot is the table's and changed by the table. True when
    /// the handle is another now.
    /// </summary>
    bool TryMove(ref Handle element);
}

// Moving a table out of slabs that are to be emptied (NativeHeap.Evacuate.cs), bucket by bucket:
// the elements, the buckets' overflow, the segments, and last the directory and the root. Between
// the steps the table is whole and may change in any way: nothing moves from one bucket to another,
// so scans that are under way notice nothing.

internal readonly unsafe partial struct HandleTable<TOps>
{
    /// <summary>
    /// Moves what belongs to one bucket: its segment, if the bucket is that one's first, the chain,
    /// and its elements, those by the mover.
    /// </summary>
    public void CompactBucket<TMover>(uint bucket, ref TMover mover)
        where TMover : struct, IHandleMover, allows ref struct
    {
        Invariant.Require(bucket < _root->Buckets);
        if ((bucket & (TableRoot.SegmentBuckets - 1)) == 0) CompactSegment(bucket);
        // Elements lie anywhere: those of the next bucket are on their way meanwhile.
        if (bucket + 1 < _root->Buckets) PrefetchChain(_root->BucketAt(bucket + 1));
        ulong* before = null;
        for (ulong* part = _root->BucketAt(bucket); part != null; part = TableRoot.Next(part))
        {
            if (before != null && _heap.ShouldMove(new Handle((nint)part)))
            {
                part = (ulong*)_heap.Moved(new Handle((nint)part)).Address;
                TableRoot.SetNext(before, part);
            }

            for (int i = 0; i < TableRoot.SlotsPerBucket && part[i] != 0; i++)
            {
                Handle element = HandleOf(part[i]);
                if (mover.TryMove(ref element)) SetSlot(part + i, element);
            }

            before = part;
        }
    }

    /// <summary>Moves directory and root; the root's handle, which may be another now.</summary>
    public Handle CompactRoot()
    {
        Handle directory = new((nint)_root->Directory);
        if (_root->DirectoryCapacity != 0 && _heap.TryMove(ref directory))
            _root->Directory = (nint*)directory.Address;
        Handle handle = Root;
        if (!_heap.TryMove(ref handle)) return handle;
        TableRoot* root = (TableRoot*)handle.Address;
        if (root->DirectoryCapacity == 0) root->Directory = &root->FirstSegment;
        return handle;
    }

    private void CompactSegment(uint bucket)
    {
        nint* at = _root->Directory + (bucket >> TableRoot.SegmentShift);
        Handle segment = new(*at);
        if (!_heap.TryMove(ref segment)) return;
        *at = segment.Address;
        if (bucket == 0) _root->FirstSegment = segment.Address;
    }
}

/// <summary>Moves blocks that nothing but their table points to.</summary>
internal readonly struct PlainMover(NativeHeap heap) : IHandleMover
{
    /// <inheritdoc/>
    public bool TryMove(ref Handle element) => heap.TryMove(ref element);
}

/// <summary>Leaves the elements of a table where they are.</summary>
internal readonly struct NoMover : IHandleMover
{
    /// <inheritdoc/>
    public bool TryMove(ref Handle element) => false;
}
