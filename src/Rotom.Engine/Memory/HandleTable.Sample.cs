using System;
using Rotom.Engine.Abstractions;

namespace Rotom.Engine.Memory;

// Samples for eviction. A sample is a run of elements that follow each other in the table, from a
// place that is chosen evenly: seen as a ring, every element is in as many of the possible runs as
// any other, so the choice is fair, and neighbours have nothing in common but some bits of their
// hashes. A run costs one search for a place, where single choices would each cost their own, and
// all that is waited for is fetched before it is looked at.

internal readonly unsafe partial struct HandleTable<TOps>
{
    /// <summary>Places drawn at a time: their buckets are fetched together.</summary>
    private const int PlacesAtOnce = 8;

    /// <summary>
    /// Buckets looked at for one element, on average, before a run is cut short: only a table that
    /// was emptied while merges were held is so sparse.
    /// </summary>
    private const int BucketsPerElementMax = 64;

    /// <summary>
    /// Fills in elements that follow each other, all different, from an even choice on. The table
    /// must not change until they have been looked at.
    /// </summary>
    /// <returns>How many there are; fewer only if the table has fewer or is very sparse.</returns>
    public int Sample(IRandom random, Span<Handle> into)
    {
        int wanted = (int)Math.Min(into.Length, _root->Count);
        if (wanted == 0) return 0;
        (uint bucket, int skip) = RandomPlace(random);
        int found = 0;
        for (int left = wanted * BucketsPerElementMax; left > 0 || found == 0; left--)
        {
            for (ulong* part = _root->BucketAt(bucket); part != null; part = TableRoot.Next(part))
            {
                for (int i = 0; i < TableRoot.SlotsPerBucket && part[i] != 0; i++)
                {
                    if (skip-- > 0) continue;
                    Handle element = HandleOf(part[i]);
                    Cpu.Prefetch((byte*)element.Address);
                    into[found++] = element;
                    if (found == wanted) return found;
                }
            }
            bucket = bucket + 1 == _root->Buckets ? 0 : bucket + 1;
        }
        return found;
    }

    // A bucket and the place of an element in its chain. As RandomElement: all buckets count as
    // SampleWidth places wide, and a place where nothing is makes another draw.
    private (uint Bucket, int At) RandomPlace(IRandom random)
    {
        ulong* draws = stackalloc ulong[PlacesAtOnce];
        for (int tries = 0; tries < SampleTriesMax; tries += PlacesAtOnce)
        {
            for (int i = 0; i < PlacesAtOnce; i++)
            {
                draws[i] = random.NextUInt64();
                Cpu.Prefetch(_root->BucketAt(BucketOfDraw(draws[i])));
            }
            for (int i = 0; i < PlacesAtOnce; i++)
            {
                uint bucket = BucketOfDraw(draws[i]);
                int length = ChainLength(_root->BucketAt(bucket));
                int at = _root->Buckets == 1 || length > SampleWidth
                    ? (int)random.Next(Math.Max(1, length))
                    : (int)(draws[i] % SampleWidth);
                if (at < length) return (bucket, at);
            }
        }
        uint from = (uint)random.Next(_root->Buckets);
        while (ChainLength(_root->BucketAt(from)) == 0)
            from = from + 1 == _root->Buckets ? 0 : from + 1;
        return (from, 0);
    }

    // The top half of the draw, in proportion: off by one part in 2^32 for each bucket at most.
    private uint BucketOfDraw(ulong draw) => (uint)(((draw >> 32) * _root->Buckets) >> 32);
}
