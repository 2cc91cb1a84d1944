using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Rotom.Engine.Memory;

// The order of a large sorted set: a B+ tree of its elements by score and member, whose inner nodes
// know how many elements are below each child, so that ranks cost what look-ups cost.
//
// Redis has a skiplist here. A tree of wide nodes takes a third of its memory (17 to 24 bytes an
// element instead of 45 and more), and is faster: a node's scores stand side by side and are
// compared with a few vector instructions, where a skiplist waits for memory at each of its twenty
// steps. Clients cannot tell: OBJECT ENCODING says skiplist.
//
// A leaf holds up to 62 scores and elements and links to its neighbours; the only leaf of a small
// tree is a smaller block. An inner node holds up to 63 children, the number of elements below
// each, and each child's first score and element. Elements are blocks of ZsetElement, owned by the
// set; the tree only orders them, and reads members where scores are equal.
//
// Invariants (DeepCheck): scores and members ascend strictly; what an inner node says of a child is
// true (of the first child only its size is kept); all leaves have the same depth; a node is at
// least a third full unless it is the first or the last of its level. Those may run empty: a set
// popped from one end, or filled in order, moves no elements between nodes, and nodes filled in
// order stay full.
//
// The tree is a view: all state is in the set's root block. Positions are dead after any change.
//
//   RankTree.cs       layout and searching      RankTree.Edit.cs   adding and removing
//   RankTree.Fit.cs   splitting, merging        RankTree.Check.cs  freeing, proving

/// <summary>The root block of a large sorted set.</summary>
[StructLayout(LayoutKind.Sequential, Size = Bytes)]
internal unsafe struct ZsetRoot
{
    public const int Bytes = 56;

    /// <summary>Root of the table of elements by member.</summary>
    public ulong Table;

    /// <summary>The tree's top node; null in an empty tree.</summary>
    public void* Top;

    /// <summary>First leaf.</summary>
    public RankLeaf* First;

    /// <summary>Last leaf.</summary>
    public RankLeaf* Last;

    /// <summary>Bytes of the elements' blocks.</summary>
    public long ElementBytes;

    /// <summary>Bytes of the tree's nodes.</summary>
    public long NodeBytes;

    /// <summary>Levels above the leaves.</summary>
    public int Depth;
}

/// <summary>Head of a leaf: scores, then elements, follow.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct RankLeaf
{
    public const int HeadBytes = 24;

    /// <summary>A leaf of this many fills a block of 1 KiB.</summary>
    public const int CapacityMax = 62;

    public const int CapacityMin = 6;

    public int Count;
    public int Capacity;
    public RankLeaf* Prev;
    public RankLeaf* Next;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double* Scores(RankLeaf* leaf) => (double*)((byte*)leaf + HeadBytes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong* Elements(RankLeaf* leaf) =>
        (ulong*)((byte*)leaf + HeadBytes) + leaf->Capacity;

    public static int BytesFor(int capacity) =>
        HeadBytes + (capacity * (sizeof(double) + sizeof(ulong)));
}

/// <summary>Inner node; fills a block of 2 KiB.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct RankInner
{
    public const int Capacity = 63;

    public long Count;

    /// <summary>Score of the first element below each child but the first.</summary>
    public fixed double Scores[Capacity];

    /// <summary>The first element below each child but the first.</summary>
    public fixed ulong Elements[Capacity];

    /// <summary>The children: leaves or inner nodes.</summary>
    public fixed ulong Children[Capacity];

    /// <summary>Number of elements below each child.</summary>
    public fixed long Sizes[Capacity];
}

/// <summary>An element's place in the tree; dead after any change.</summary>
internal readonly record struct RankPosition(Handle Leaf, int At)
{
    /// <summary>True when there is no such element.</summary>
    public bool IsNull => Leaf.IsNull;
}

/// <summary>Elements in the order of score and member; a view of a set's root.</summary>
internal readonly unsafe partial struct RankTree
{
    // Twenty-one children at least give 10^15 elements at this depth.
    private const int DepthMax = 12;

    private readonly NativeHeap _heap;
    private readonly ZsetRoot* _root;

    /// <summary>The tree of an existing root.</summary>
    public RankTree(NativeHeap heap, Handle root)
    {
        _heap = heap;
        _root = (ZsetRoot*)root.Address;
    }

    /// <summary>The inner nodes from the leaf's parent up, and which child was taken.</summary>
    private struct Path
    {
        public fixed ulong Nodes[DepthMax];
        public fixed int At[DepthMax];

        public readonly RankInner* Node(int level) => (RankInner*)Nodes[level];
    }

    /// <summary>How many elements are before a place.</summary>
    public long CountBefore(in ZsetBound bound)
    {
        if (_root->Top == null) return 0;
        long before = 0;
        void* node = _root->Top;
        for (int level = _root->Depth; level > 0; level--)
        {
            RankInner* inner = (RankInner*)node;
            int child = ChildFor(inner, in bound);
            for (int i = 0; i < child; i++) before += inner->Sizes[i];
            node = (void*)inner->Children[child];
        }
        RankLeaf* leaf = (RankLeaf*)node;
        return before
            + CountIn(RankLeaf.Scores(leaf), RankLeaf.Elements(leaf), leaf->Count, in bound);
    }

    /// <summary>The element at a rank, from 0; a null position where there is none.</summary>
    public RankPosition At(long rank)
    {
        if (rank < 0 || _root->Top == null) return default;
        void* node = _root->Top;
        for (int level = _root->Depth; level > 0; level--)
        {
            RankInner* inner = (RankInner*)node;
            int child = 0;
            int last = (int)inner->Count - 1;
            while (child < last && rank >= inner->Sizes[child]) rank -= inner->Sizes[child++];
            node = (void*)inner->Children[child];
        }
        return rank < ((RankLeaf*)node)->Count ? Position((RankLeaf*)node, (int)rank) : default;
    }

    /// <summary>The first element, or the last.</summary>
    public RankPosition Edge(bool first)
    {
        RankLeaf* leaf = first ? _root->First : _root->Last;
        if (leaf == null) return default;
        return Position(leaf, first ? 0 : leaf->Count - 1);
    }

    /// <summary>The next element, or the one before; null at the end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RankPosition Next(RankPosition position, bool forward)
    {
        RankLeaf* leaf = (RankLeaf*)position.Leaf.Address;
        if (forward)
        {
            int next = position.At + 1;
            if (next < leaf->Count) return position with { At = next };
            return leaf->Next == null ? default : Position(leaf->Next, 0);
        }
        if (position.At > 0) return position with { At = position.At - 1 };
        leaf = leaf->Prev;
        return leaf == null ? default : Position(leaf, leaf->Count - 1);
    }

    /// <summary>The element at a position.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Handle Element(RankPosition position)
    {
        RankLeaf* leaf = (RankLeaf*)position.Leaf.Address;
        return Handle.FromBits(RankLeaf.Elements(leaf)[position.At]);
    }

    /// <summary>The score at a position.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Score(RankPosition position) =>
        RankLeaf.Scores((RankLeaf*)position.Leaf.Address)[position.At];

    private static RankPosition Position(RankLeaf* leaf, int at) =>
        new(new Handle((nint)leaf), at);

    // From the top to the leaf a place is in.
    private RankLeaf* Descend(in ZsetBound bound, ref Path path)
    {
        void* node = _root->Top;
        for (int level = _root->Depth - 1; level >= 0; level--)
        {
            RankInner* inner = (RankInner*)node;
            int child = ChildFor(inner, in bound);
            path.Nodes[level] = (ulong)inner;
            path.At[level] = child;
            node = (void*)inner->Children[child];
        }
        return (RankLeaf*)node;
    }

    // The last child whose first element is before the place, else the first one.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int ChildFor(RankInner* inner, in ZsetBound bound)
    {
        if (bound.Kind != ZsetBoundKind.Both)
        {
            return CountIn(
                inner->Scores + 1, inner->Elements + 1, (int)inner->Count - 1, in bound);
        }
        // An element that is itself the first of a child is in it, not before it.
        return CountBoth(
            inner->Scores + 1, inner->Elements + 1, (int)inner->Count - 1, in bound, true);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int CountIn(double* scores, ulong* elements, int count, in ZsetBound bound)
    {
        switch (bound.Kind)
        {
            case ZsetBoundKind.Both:
                return CountBoth(scores, elements, count, in bound, false);
            case ZsetBoundKind.Score:
                return bound.BehindEqual
                    ? Cpu.CountLessOrEqual(scores, count, bound.Score)
                    : Cpu.CountLess(scores, count, bound.Score);
            case ZsetBoundKind.Member:
                return CountMembers(elements, 0, count, bound.Member, bound.BehindEqual);
            default:
                return bound.Kind == ZsetBoundKind.End ? count : 0;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int CountBoth(
        double* scores, ulong* elements, int count, in ZsetBound bound, bool behindEqual)
    {
        int less = Cpu.CountLess(scores, count, bound.Score);
        if (less == count || scores[less] != bound.Score) return less;
        int end = less + 1;
        if (end < count && scores[end] == bound.Score)
            end = Cpu.CountLessOrEqual(scores, count, bound.Score);
        return CountMembers(elements, less, end, bound.Member, behindEqual);
    }

    // The end of those from a start on that are less than a member (or equal), by halving.
    private int CountMembers(
        ulong* elements, int start, int end, ReadOnlySpan<byte> member, bool behindEqual)
    {
        while (start < end)
        {
            int middle = (int)((uint)(start + end) >> 1);
            Handle element = Handle.FromBits(elements[middle]);
            int order = ZsetElement.Member(_heap, element).SequenceCompareTo(member);
            if (order < 0 || (order == 0 && behindEqual)) start = middle + 1;
            else end = middle;
        }
        return start;
    }
}
