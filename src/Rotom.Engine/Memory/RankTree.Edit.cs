using System;
using System.Runtime.CompilerServices;

namespace Rotom.Engine.Memory;

// Adding, moving and removing elements.
//
// The numbers of elements in the inner nodes are kept right on the way down; what a full or nearly
// empty leaf needs then is in RankTree.Fit.cs.

internal readonly unsafe partial struct RankTree
{
    /// <summary>Adds an element, whose score is in it, and which is not in the tree.</summary>
    public void Add(Handle element)
    {
        double score = ZsetElement.Score(_heap, element);
        if (_root->Top == null)
        {
            RankLeaf* only = NewLeaf(RankLeaf.CapacityMin);
            _root->Top = _root->First = _root->Last = only;
            Put(only, 0, score, element.Bits);
            return;
        }

        ZsetBound bound = ZsetBound.Of(score, ZsetElement.Member(_heap, element));
        Unsafe.SkipInit(out Path path);
        RankLeaf* leaf = Descend(in bound, ref path);
        Insert(ref path, leaf, in bound, element);
    }

    /// <summary>
    /// Adds an element that is behind all others, as a loader that knows the order does.
    /// </summary>
    public void Append(Handle element)
    {
        if (_root->Top == null)
        {
            Add(element);
            return;
        }

        ZsetBound end = ZsetBound.End;
        Unsafe.SkipInit(out Path path);
        RankLeaf* leaf = Descend(in end, ref path);
        Insert(ref path, leaf, in end, element);
    }

    /// <summary>Gives an element of the tree another score.</summary>
    public void SetScore(Handle element, double score)
    {
        double old = ZsetElement.Score(_heap, element);
        ZsetBound bound = ZsetBound.Of(old, ZsetElement.Member(_heap, element));
        Unsafe.SkipInit(out Path path);
        RankLeaf* leaf = Descend(in bound, ref path);
        double* scores = RankLeaf.Scores(leaf);
        ulong* elements = RankLeaf.Elements(leaf);
        int at = CountIn(scores, elements, leaf->Count, in bound);
        Invariant.Require(at < leaf->Count && elements[at] == element.Bits);
        if (IsBetween(leaf, at, score))
        {
            scores[at] = score;
            _heap.At<double>(element, 0) = score;
            if (at == 0) SetFirst(ref path, 0, score, element.Bits);
            return;
        }

        Remove(ref path, leaf, at, 1);
        _heap.At<double>(element, 0) = score;
        Add(element);
    }

    /// <summary>Takes an element out.</summary>
    public void Remove(Handle element)
    {
        double score = ZsetElement.Score(_heap, element);
        ZsetBound bound = ZsetBound.Of(score, ZsetElement.Member(_heap, element));
        Unsafe.SkipInit(out Path path);
        RankLeaf* leaf = Descend(in bound, ref path);
        ulong* elements = RankLeaf.Elements(leaf);
        int at = CountIn(RankLeaf.Scores(leaf), elements, leaf->Count, in bound);
        Invariant.Require(at < leaf->Count && elements[at] == element.Bits);
        Remove(ref path, leaf, at, 1);
    }

    /// <summary>
    /// Takes out elements from a rank on, as many as one leaf has of them: at least one.
    /// </summary>
    /// <param name="rank">Rank of the first; it is in the tree.</param>
    /// <param name="most">How many are wanted.</param>
    /// <param name="removed">Gets their handles; room for a leaf's.</param>
    /// <returns>How many there were.</returns>
    public int RemoveSome(long rank, long most, Span<Handle> removed)
    {
        Unsafe.SkipInit(out Path path);
        void* node = _root->Top;
        for (int level = _root->Depth - 1; level >= 0; level--)
        {
            RankInner* inner = (RankInner*)node;
            int child = 0;
            while (rank >= inner->Sizes[child]) rank -= inner->Sizes[child++];
            path.Nodes[level] = (ulong)inner;
            path.At[level] = child;
            node = (void*)inner->Children[child];
        }

        RankLeaf* leaf = (RankLeaf*)node;
        int at = (int)rank;
        Invariant.Require(at < leaf->Count);
        int count = (int)Math.Min(Math.Min(most, leaf->Count - at), removed.Length);
        ulong* elements = RankLeaf.Elements(leaf);
        for (int i = 0; i < count; i++) removed[i] = Handle.FromBits(elements[at + i]);
        Remove(ref path, leaf, at, count);
        return count;
    }

    // True when a score at this place leaves the order as it is; equal scores go the long way.
    private static bool IsBetween(RankLeaf* leaf, int at, double score)
    {
        double* scores = RankLeaf.Scores(leaf);
        bool aboveLeft = at > 0
            ? scores[at - 1] < score
            : leaf->Prev == null || RankLeaf.Scores(leaf->Prev)[leaf->Prev->Count - 1] < score;
        if (!aboveLeft) return false;
        return at + 1 < leaf->Count
            ? score < scores[at + 1]
            : leaf->Next == null || score < RankLeaf.Scores(leaf->Next)[0];
    }

    private void Insert(ref Path path, RankLeaf* leaf, in ZsetBound bound, Handle element)
    {
        for (int level = 0; level < _root->Depth; level++)
            path.Node(level)->Sizes[path.At[level]]++;
        double score = ZsetElement.Score(_heap, element);
        int at = CountIn(RankLeaf.Scores(leaf), RankLeaf.Elements(leaf), leaf->Count, in bound);
        if (leaf->Count < leaf->Capacity) Put(leaf, at, score, element.Bits);
        else if (leaf->Capacity < RankLeaf.CapacityMax) Put(Widen(leaf), at, score, element.Bits);
        else SplitLeaf(ref path, leaf, at, score, element.Bits);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(RankLeaf* leaf, int at, double score, ulong element)
    {
        double* scores = RankLeaf.Scores(leaf);
        ulong* elements = RankLeaf.Elements(leaf);
        int behind = leaf->Count - at;
        Shift(scores, at, at + 1, behind);
        Shift(elements, at, at + 1, behind);
        scores[at] = score;
        elements[at] = element;
        leaf->Count++;
    }

    private void Remove(ref Path path, RankLeaf* leaf, int at, int count)
    {
        for (int level = 0; level < _root->Depth; level++)
            path.Node(level)->Sizes[path.At[level]] -= count;
        int behind = leaf->Count - at - count;
        Shift(RankLeaf.Scores(leaf), at + count, at, behind);
        Shift(RankLeaf.Elements(leaf), at + count, at, behind);
        leaf->Count -= count;
        if (leaf->Count == 0)
        {
            DropLeaf(ref path, leaf);
            return;
        }

        if (at == 0)
            SetFirst(ref path, 0, RankLeaf.Scores(leaf)[0], RankLeaf.Elements(leaf)[0]);
        if (leaf->Count <= LeafSparse) Tighten(ref path, leaf);
    }

    // What is below the nodes from a level on begins with another element.
    private void SetFirst(ref Path path, int level, double score, ulong element)
    {
        for (; level < _root->Depth; level++)
        {
            int at = path.At[level];
            if (at == 0) continue;
            path.Node(level)->Scores[at] = score;
            path.Node(level)->Elements[at] = element;
            return;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Shift<T>(T* array, int from, int to, int count) where T : unmanaged =>
        new Span<T>(array + from, count).CopyTo(new Span<T>(array + to, count));

    private static void Copy<T>(T* from, T* to, int count) where T : unmanaged =>
        new Span<T>(from, count).CopyTo(new Span<T>(to, count));
}
