namespace Rotom.Engine.Memory;

/// <summary>Moves the memory behind collections.</summary>
internal interface IPayloadMover
{
    /// <summary>
    /// Moves blocks of a collection, all of them or a part; what its key is to hold from now on.
    /// </summary>
    Handle Move(Entry entry);

    /// <summary>A key was visited; whether anything of it was moved.</summary>
    void Visited(bool moved);
}

// Moving keys and values out of slabs that are to be emptied. No key is changed by that, so neither
// watchers nor a snapshot hear of it; what a bucket holds stays in the bucket and in its order.

internal sealed unsafe partial class KeyTable
{
    /// <summary>
    /// Moves the entries of one bucket, strings in blocks of their own, the bucket itself, and
    /// collections by the mover. Dead afterwards: entries of that bucket.
    /// </summary>
    public void CompactBucket<TMover>(uint bucket, ref TMover mover)
        where TMover : struct, IPayloadMover, allows ref struct
    {
        EntryMover<TMover> entries = new(this, mover);
        _keys.CompactBucket(bucket, ref entries);
        mover = entries.Mover;
    }

    /// <summary>
    /// Merges some of the buckets that became sparse while merges were held; true when none is left
    /// to be.
    /// </summary>
    public bool Shrink(int buckets) => _keys.Shrink(buckets) && _expiring.Shrink(buckets);

    /// <summary>Moves a bucket of the keys with a time to live; its entries stay.</summary>
    public void CompactExpiringBucket(uint bucket)
    {
        NoMover mover = default;
        _expiring.CompactBucket(bucket, ref mover);
    }

    private ref struct EntryMover<TMover>(KeyTable table, TMover mover) : IHandleMover
        where TMover : struct, IPayloadMover, allows ref struct
    {
        public TMover Mover = mover;

        public bool TryMove(ref Handle element)
        {
            NativeHeap heap = table._heap;
            long before = heap.MovedBlocks;
            Handle old = element;
            MoveValue(heap, new Entry(heap, element));
            if (heap.TryMove(ref element))
            {
                Entry entry = new(heap, element);
                if (entry.HasExpiry)
                    table._expiring.Replace(old, element, table.HashOf(entry.Key));
            }

            Mover.Visited(heap.MovedBlocks != before);
            return element != old;
        }

        private void MoveValue(NativeHeap heap, Entry entry)
        {
            if (entry.Header.HasOwnBlock)
            {
                Handle own = entry.Outer;
                if (heap.TryMove(ref own)) entry.Outer = own;
            }
            else if (entry.Type != ObjectType.String && !entry.IsEmbedded)
            {
                entry.Outer = Mover.Move(entry);
            }
        }
    }
}
