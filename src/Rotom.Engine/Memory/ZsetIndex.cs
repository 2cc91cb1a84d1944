using System;
using System.Runtime.CompilerServices;

namespace Rotom.Engine.Memory;

// A large sorted set: elements (ZsetElement) in a table by member (HandleTable) and in a tree by
// score (RankTree). The two point to the same blocks, so a member is kept once.
//
// Invariants (DeepCheck): the table and the tree hold the same elements. Whoever adds knows that
// the member is not there; the hash passed along is the member's under the set's seed. A view: all
// state is in the root block. Not thread-safe: owned by the keyspace turn.

/// <summary>A sorted set found by member and by rank; a view of its root.</summary>
internal readonly unsafe struct ZsetIndex
{
    private const int BucketsPerSlice = 64;
    private const int LeavesPerSlice = 256;

    private readonly NativeHeap _heap;
    private readonly HashSeed _seed;
    private readonly ZsetRoot* _root;

    /// <summary>The set with this root.</summary>
    public ZsetIndex(NativeHeap heap, HashSeed seed, Handle root)
    {
        _heap = heap;
        _seed = seed;
        _root = (ZsetRoot*)root.Address;
    }

    /// <summary>Makes an empty set; returns its root.</summary>
    public static Handle Create(NativeHeap heap)
    {
        Handle table = HandleTable<ZsetOps>.Create(heap);
        Handle root = heap.Allocate(ZsetRoot.Bytes);
        *(ZsetRoot*)root.Address = new ZsetRoot { Table = table.Bits };
        return root;
    }

    /// <summary>The root, which names this set.</summary>
    public Handle Root => new((nint)_root);

    /// <summary>Number of elements.</summary>
    public long Count => Table.Count;

    /// <summary>The elements in order.</summary>
    public RankTree Tree => new(_heap, Root);

    /// <summary>Bytes of all its blocks, as counted in UsedBytes.</summary>
    public long MemoryBytes => _heap.BlockBytes(Root) + Table.MemoryBytes
        + _root->ElementBytes + _root->NodeBytes;

    private HandleTable<ZsetOps> Table =>
        new(_heap, Handle.FromBits(_root->Table), new ZsetOps(_heap, _seed));

    /// <summary>The hash to pass along with a member.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong HashOf(ReadOnlySpan<byte> member) => KeyHash.Compute(_seed, member);

    /// <summary>The element with a member, or null.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Handle Find(ReadOnlySpan<byte> member, ulong hash) => Table.Find(member, hash);

    /// <summary>Adds a member that is not there.</summary>
    public void Add(ReadOnlySpan<byte> member, ulong hash, double score) =>
        Tree.Add(AddToTable(member, hash, score));

    /// <summary>Adds a member that is not there and comes behind all others.</summary>
    public void Append(ReadOnlySpan<byte> member, double score) =>
        Tree.Append(AddToTable(member, HashOf(member), score));

    /// <summary>Gives an element another score.</summary>
    public void SetScore(Handle element, ulong hash, double score)
    {
        Table.BeforeChange(hash);
        Tree.SetScore(element, score);
    }

    /// <summary>The table of elements by member, which knows of all of them.</summary>
    public Handle TableRoot => Handle.FromBits(_root->Table);

    /// <summary>Shows the elements of a bucket of that table.</summary>
    public void VisitBucket<TVisitor>(uint bucket, ref TVisitor visitor)
        where TVisitor : struct, IHandleVisitor, allows ref struct =>
        Table.VisitBucket(bucket, ref visitor);

    /// <summary>Takes an element out and frees it.</summary>
    public void Remove(Handle element, ulong hash)
    {
        Tree.Remove(element);
        Drop(element, hash);
    }

    /// <summary>Takes elements out from a rank on and frees them.</summary>
    public void RemoveRange(long first, long count)
    {
        Span<Handle> some = stackalloc Handle[RankLeaf.CapacityMax];
        while (count > 0)
        {
            int removed = Tree.RemoveSome(first, count, some);
            for (int i = 0; i < removed; i++)
                Drop(some[i], HashOf(ZsetElement.Member(_heap, some[i])));
            count -= removed;
        }
    }

    /// <summary>Shows some elements; begin with cursor 0, and 0 ends the scan.</summary>
    public ulong Scan<TVisitor>(ulong cursor, ref TVisitor visitor)
        where TVisitor : struct, IHandleVisitor, allows ref struct =>
        Table.Scan(cursor, ref visitor);

    /// <summary>
    /// Frees some of a set nobody holds any more; true when all of it is gone.
    /// </summary>
    public bool FreeSome()
    {
        Freeing freeing = new(_heap);
        if (Table.Count > 0)
        {
            Table.ClearStep(BucketsPerSlice, ref freeing);
            return false;
        }

        if (!Tree.FreeSome(LeavesPerSlice)) return false;
        Table.Destroy();
        _heap.Free(Root);
        return true;
    }

    /// <summary>
    /// Moves the leaf with an element of this rank, and its elements, out of slabs that are to be
    /// emptied; the rank to go on with, -1 when the tree is done.
    /// </summary>
    public long CompactLeaf(long rank)
    {
        ElementMover mover = new(this);
        return Tree.CompactLeaf(rank, ref mover);
    }

    /// <summary>Moves a bucket of the table; its elements are the tree's business.</summary>
    public void CompactBucket(uint bucket)
    {
        NoMover mover = default;
        Table.CompactBucket(bucket, ref mover);
    }

    /// <summary>Merges some buckets that became sparse; true when none is left to be.</summary>
    public bool Shrink(int buckets) => Table.Shrink(buckets);

    /// <summary>Number of buckets of the table.</summary>
    public uint BucketCount => Table.BucketCount;

    /// <summary>Moves both roots; the set's, which may be another now.</summary>
    public Handle CompactRoot()
    {
        _root->Table = Table.CompactRoot().Bits;
        Handle root = Root;
        _ = _heap.TryMove(ref root);
        return root;
    }

    /// <summary>Proves the invariants; time in proportion to its size.</summary>
    public void DeepCheck()
    {
        Table.DeepCheck();
        Tree.DeepCheck(Count);
        long bytes = 0;
        for (RankPosition at = Tree.Edge(first: true); !at.IsNull; at = RankTree.Next(at, true))
        {
            Handle element = RankTree.Element(at);
            ReadOnlySpan<byte> member = ZsetElement.Member(_heap, element);
            Invariant.Require(Table.Find(member, HashOf(member)) == element);
            bytes += _heap.BlockBytes(element);
        }

        Invariant.Require(bytes == _root->ElementBytes);
    }

    private Handle AddToTable(ReadOnlySpan<byte> member, ulong hash, double score)
    {
        Handle element = ZsetElement.Create(_heap, score, member);
        _root->ElementBytes += _heap.BlockBytes(element);
        Table.Add(element, hash);
        return element;
    }

    private void Drop(Handle element, ulong hash)
    {
        Invariant.Require(Table.Remove(element, hash));
        _root->ElementBytes -= _heap.BlockBytes(element);
        _heap.Free(element);
    }

    private readonly struct ElementMover(ZsetIndex set) : IHandleMover
    {
        public bool TryMove(ref Handle element)
        {
            NativeHeap heap = set._heap;
            if (!heap.ShouldMove(element)) return false;
            Handle old = element;
            ulong hash = set.HashOf(ZsetElement.Member(heap, old));
            element = heap.Moved(old);
            set.Table.Replace(old, element, hash);
            return true;
        }
    }

    private readonly struct Freeing(NativeHeap heap) : IHandleVisitor
    {
        public void Visit(Handle element) => heap.Free(element);
    }
}
