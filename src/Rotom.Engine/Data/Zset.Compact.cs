using Rotom.Engine.Memory;

namespace Rotom.Engine;

internal partial struct Zset
{
    /// <summary>
    /// Moves blocks out of slabs that are to be emptied, from a place on: first the tree with the
    /// elements, in the order of their ranks, then the table. The root may be another afterwards.
    /// </summary>
    public void Compact(ref CompactPlace place, int members)
    {
        if (_root.IsNull)
        {
            Handle block = _packed.Block;
            _ = _heap.TryMove(ref block);
            _packed = block;
            place.IsDone = true;
            return;
        }

        ZsetIndex index = Index;
        for (; !place.InTable; members -= RankLeaf.CapacityMax)
        {
            if (members <= 0) return;
            place.At = index.CompactLeaf(place.At);
            if (place.At >= 0) continue;
            place.At = 0;
            place.InTable = true;
        }

        for (; !index.Shrink(1); members -= CompactPlace.FieldsPerBucket)
        {
            if (members <= 0) return;
        }

        for (; place.At < index.BucketCount; members -= CompactPlace.FieldsPerBucket)
        {
            if (members <= 0) return;
            index.CompactBucket((uint)place.At++);
        }

        _root = index.CompactRoot();
        place.IsDone = true;
    }
}
