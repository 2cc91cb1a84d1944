using Rotom.Engine.Memory;

namespace Rotom.Engine;

internal partial struct SetType
{
    /// <summary>
    /// Moves blocks out of slabs that are to be emptied, from a place on; the payload may be
    /// another afterwards.
    /// </summary>
    public void Compact(ref CompactPlace place, int members)
    {
        if (_encoding != ObjectEncoding.Hashtable)
        {
            Handle block = _payload.Block;
            _ = Heap.TryMove(ref block);
            _payload = block;
            place.IsDone = true;
            return;
        }

        HandleTable<SetMemberOps> table = Table;
        for (; !table.Shrink(1); members -= CompactPlace.FieldsPerBucket)
        {
            if (members <= 0) return;
        }

        PlainMover mover = new(Heap);
        for (; place.At < table.BucketCount; members -= CompactPlace.FieldsPerBucket)
        {
            if (members <= 0) return;
            table.CompactBucket((uint)place.At++, ref mover);
        }

        _payload = table.CompactRoot();
        place.IsDone = true;
    }
}
