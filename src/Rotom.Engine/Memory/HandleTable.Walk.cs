using Rotom.Engine.Abstractions;

namespace Rotom.Engine.Memory;

// Ways through a table: SCAN, bucket by bucket, and at random.
//
// The SCAN cursor counts in reversed bits, as Redis' does: a cursor stands for all hashes whose
// low bits, read from the lowest on, come before it. Splitting a bucket adds a higher bit to its
// hashes and so keeps them on the same side of every cursor; merging can only bring back a part
// that was shown already. So an element that is in the table during a whole scan is shown at
// least once.

internal readonly unsafe partial struct HandleTable<TOps>
{
    // A chain this long or shorter is sampled without bias; longer ones are under 5 % even just
    // before their bucket splits, and off by a few percent.
    private const int SampleWidth = 16;

    private const int SampleTriesMax = 256;

    /// <summary>Number of buckets, for VisitBucket.</summary>
    public uint BucketCount => _root->Buckets;

    internal ulong* BucketAt(uint bucket) => _root->BucketAt(bucket);

    /// <summary>The bucket a key with this hash is in or would be put in.</summary>
    public uint BucketOf(ulong hash) => _root->BucketOf(hash);

    /// <summary>
    /// A number of the owner's choice kept with a bucket; 0 at first. A bucket split off starts
    /// with its parent's; merging keeps the parent's, so hold merges where that matters.
    /// </summary>
    public ushort GetMark(uint bucket) =>
        (ushort)(_root->BucketAt(bucket)[TableRoot.LinkSlot] >> 48);

    /// <summary>Sets the bucket's mark.</summary>
    public void SetMark(uint bucket, ushort mark)
    {
        ulong* link = _root->BucketAt(bucket) + TableRoot.LinkSlot;
        *link = (*link & TableRoot.AddressMask) | ((ulong)mark << 48);
    }

    /// <summary>
    /// Shows one bucket's elements and returns the next cursor; begin with 0, and 0 ends the scan.
    /// Any number is a valid cursor.
    /// </summary>
    public ulong Scan<TVisitor>(ulong cursor, ref TVisitor visitor)
        where TVisitor : struct, IHandleVisitor, allows ref struct
    {
        uint low = _root->Mask >> 1;
        uint bucket = (uint)cursor & _root->Mask;
        uint covered = _root->Mask;
        if (bucket >= _root->Buckets || (bucket <= low && (bucket | (low + 1)) >= _root->Buckets))
        {
            bucket &= low;
            covered = low;
        }
        VisitBucket(bucket, ref visitor);
        return Reverse(Reverse(((uint)cursor & covered) | ~covered) + 1);
    }

    /// <summary>Shows the elements of one bucket, chain included.</summary>
    public void VisitBucket<TVisitor>(uint bucket, ref TVisitor visitor)
        where TVisitor : struct, IHandleVisitor, allows ref struct
    {
        Invariant.Require(bucket < _root->Buckets);
        for (ulong* part = _root->BucketAt(bucket); part != null; part = TableRoot.Next(part))
        {
            for (int i = 0; i < TableRoot.SlotsPerBucket && part[i] != 0; i++)
                visitor.Visit(HandleOf(part[i]));
        }
    }

    /// <summary>An element chosen evenly at random; null if the table is empty.</summary>
    public Handle RandomElement(IRandom random)
    {
        if (_root->Count == 0) return default;
        for (int i = 0; i < SampleTriesMax; i++)
        {
            ulong* chain = _root->BucketAt((uint)random.Next(_root->Buckets));
            int length = ChainLength(chain);
            int width = _root->Buckets == 1 || length > SampleWidth ? length : SampleWidth;
            int at = (int)random.Next(width);
            if (at < length) return ElementAt(chain, at);
        }
        return FirstFrom((uint)random.Next(_root->Buckets), random);
    }

    /// <summary>Proves the table's invariants; time in proportion to its size.</summary>
    /// <exception cref="InvariantException">One does not hold.</exception>
    public void DeepCheck()
    {
        TableRoot* root = _root;
        Invariant.Require(root->Buckets >= 1 && root->Buckets - 1 <= root->Mask);
        Invariant.Require((root->Mask & (root->Mask + 1)) == 0);
        Invariant.Require(root->Mask == 0 || root->Buckets > (root->Mask >> 1) + 1);
        Invariant.Require(root->DirectoryCapacity == 0
            ? root->Directory == &root->FirstSegment && root->Buckets <= (uint)root->FirstCapacity
            : root->Directory[0] == root->FirstSegment && SegmentsInUse <= root->DirectoryCapacity);
        Invariant.Require(
            root->DirectoryCapacity == 0 == root->Buckets <= TableRoot.SegmentBuckets);
        long count = 0;
        long overflows = 0;
        for (uint i = 0; i < root->Buckets; i++)
        {
            for (ulong* part = root->BucketAt(i); part != null; part = TableRoot.Next(part))
            {
                int length = TableRoot.Length(part);
                for (int j = 0; j < length; j++) CheckElement(part[j], i);
                for (int j = length; j < TableRoot.SlotsPerBucket; j++)
                    Invariant.Require(part[j] == 0);
                count += length;
                ulong* next = TableRoot.Next(part);
                Invariant.Require(next == null || length == TableRoot.SlotsPerBucket);
                Invariant.Require(next == null || next[0] != 0);
                if (next != null) overflows++;
            }
        }
        Invariant.Require(count == root->Count);
        Invariant.Require(overflows == root->Overflows);
    }

    private void CheckElement(ulong value, uint bucket)
    {
        ulong hash = _ops.Hash(HandleOf(value));
        Invariant.Require(_root->BucketOf(hash) == bucket);
        Invariant.Require((value & ~TableRoot.AddressMask) == TableRoot.TagOf(hash));
    }

    private static int ChainLength(ulong* part)
    {
        int length = 0;
        for (; TableRoot.Next(part) != null; part = TableRoot.Next(part))
            length += TableRoot.SlotsPerBucket;
        return length + TableRoot.Length(part);
    }

    private static Handle ElementAt(ulong* part, int at)
    {
        for (; at >= TableRoot.SlotsPerBucket; at -= TableRoot.SlotsPerBucket)
            part = TableRoot.Next(part);
        return HandleOf(part[at]);
    }

    // Only a table emptied while merges were held gets here.
    private Handle FirstFrom(uint bucket, IRandom random)
    {
        while (true)
        {
            ulong* chain = _root->BucketAt(bucket);
            int length = ChainLength(chain);
            if (length > 0) return ElementAt(chain, (int)random.Next(length));
            bucket = bucket + 1 == _root->Buckets ? 0 : bucket + 1;
        }
    }

    private static uint Reverse(uint v)
    {
        v = ((v >> 1) & 0x5555_5555) | ((v & 0x5555_5555) << 1);
        v = ((v >> 2) & 0x3333_3333) | ((v & 0x3333_3333) << 2);
        v = ((v >> 4) & 0x0F0F_0F0F) | ((v & 0x0F0F_0F0F) << 4);
        return System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(v);
    }
}
