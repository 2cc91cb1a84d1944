namespace Rotom.Engine.Memory;

/// <summary>Where a walk through a table is; its default is the beginning.</summary>
internal struct TablePlace
{
    internal uint Bucket;
    internal nint Part;
    internal int Slot;
}

// A walk that its caller drives, for loops that a visitor would turn inside out. The table must not
// change while the walk goes on.

internal readonly unsafe partial struct HandleTable<TOps>
{
    /// <summary>The next element of a walk over all; false behind the last.</summary>
    public bool Next(ref TablePlace place, out Handle element)
    {
        while (place.Bucket < _root->Buckets)
        {
            if (place.Part == 0)
            {
                place.Part = (nint)_root->BucketAt(place.Bucket);
                // Elements lie anywhere: those of the next bucket are on their way meanwhile.
                if (place.Bucket + 1 < _root->Buckets)
                    PrefetchChain(_root->BucketAt(place.Bucket + 1));
            }

            ulong* part = (ulong*)place.Part;
            if (place.Slot < TableRoot.SlotsPerBucket && part[place.Slot] != 0)
            {
                element = HandleOf(part[place.Slot++]);
                return true;
            }

            place.Slot = 0;
            place.Part = (nint)TableRoot.Next(part);
            if (place.Part == 0) place.Bucket++;
        }

        element = default;
        return false;
    }
}
