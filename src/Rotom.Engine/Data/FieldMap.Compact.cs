using Rotom.Engine.Memory;

namespace Rotom.Engine;

internal partial struct FieldMap
{
    /// <summary>
    /// Moves blocks out of slabs that are to be emptied, from a place on; the hash's root may be
    /// another afterwards.
    /// </summary>
    public void Compact(ref CompactPlace place, int fields)
    {
        if (!IsPacked && !CompactBuckets(ref place, fields)) return;
        Handle inner = _inner.Block;
        if (IsPacked) _ = _heap.TryMove(ref inner);
        else inner = Table.CompactRoot();
        _inner = inner;
        InnerMoved();
        if (HasTimes)
        {
            if (!IsPacked) Due.Compact();
            _root = _store.CompactRoot(_root);
        }

        place.IsDone = true;
    }

    private readonly bool CompactBuckets(ref CompactPlace place, int fields)
    {
        HandleTable<HashFieldOps> table = Table;
        for (; !table.Shrink(1); fields -= CompactPlace.FieldsPerBucket)
        {
            if (fields <= 0) return false;
        }

        FieldMover mover = new(this);
        for (; fields > 0; fields -= CompactPlace.FieldsPerBucket)
        {
            if (place.At >= table.BucketCount) return true;
            table.CompactBucket((uint)place.At++, ref mover);
        }

        return place.At >= table.BucketCount;
    }

    private readonly struct FieldMover(FieldMap map) : IHandleMover
    {
        public bool TryMove(ref Handle element)
        {
            if (!map._heap.TryMove(ref element)) return false;
            HashField field = new(map._heap, element);
            if (field.HasPlace) map.Due.Item(field.Place).Owner = element.Bits;
            return true;
        }
    }
}
