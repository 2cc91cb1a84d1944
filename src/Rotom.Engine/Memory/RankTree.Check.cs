using System;

namespace Rotom.Engine.Memory;

// Freeing a tree in slices, and proving one.

internal readonly unsafe partial struct RankTree
{
    /// <summary>
    /// Frees up to so many leaves of a tree that is not used any more; the elements are the
    /// owner's. True when all nodes are gone.
    /// </summary>
    public bool FreeSome(int leaves)
    {
        for (; leaves > 0 && _root->Top != null; leaves--) FreeLastLeaf();
        return _root->Top == null;
    }

    /// <summary>Proves the tree's invariants; time in proportion to its size.</summary>
    /// <param name="count">Elements there should be.</param>
    public void DeepCheck(long count)
    {
        RankLeaf* before = null;
        long bytes = 0;
        long found = _root->Top == null
            ? 0
            : Check(_root->Top, _root->Depth, true, true, ref before, ref bytes);
        Invariant.Require(found == count);
        Invariant.Require(bytes == _root->NodeBytes);
        Invariant.Require(_root->Last == before);
        Invariant.Require(before != null || _root->First == null);
        Invariant.Require(_root->Depth == 0 || ((RankInner*)_root->Top)->Count > 1);
        double score = 0;
        Handle last = default;
        for (RankPosition at = Edge(first: true); !at.IsNull; at = Next(at, forward: true))
        {
            Handle element = Element(at);
            double own = ZsetElement.Score(_heap, element);
            Invariant.Require(own == Score(at) && !double.IsNaN(own));
            if (!last.IsNull)
            {
                ZsetBound bound = ZsetBound.Of(own, ZsetElement.Member(_heap, element));
                Invariant.Require(bound.IsBehind(score, ZsetElement.Member(_heap, last)));
            }

            score = own;
            last = element;
        }
    }

    // The last leaf, and the nodes above it that have no other.
    private void FreeLastLeaf()
    {
        void* node = _root->Top;
        RankInner* parent = null;
        RankInner* keep = null;
        for (int level = _root->Depth; level > 0; level--)
        {
            parent = (RankInner*)node;
            if (parent->Count > 1) keep = parent;
            node = (void*)parent->Children[parent->Count - 1];
        }

        void* from = keep == null ? _root->Top : (void*)keep->Children[keep->Count - 1];
        if (keep == null) _root->Top = null;
        else keep->Count--;
        // What is below has one child each.
        while (from != node)
        {
            RankInner* inner = (RankInner*)from;
            from = (void*)inner->Children[0];
            FreeNode(inner);
        }

        FreeNode(node);
    }

    private long Check(
        void* node, int level, bool first, bool last, ref RankLeaf* before, ref long bytes)
    {
        bytes += _heap.BlockBytes(new Handle((nint)node));
        if (level == 0)
        {
            RankLeaf* leaf = (RankLeaf*)node;
            Invariant.Require(leaf->Prev == before);
            Invariant.Require(before == null ? _root->First == leaf : before->Next == leaf);
            Invariant.Require(leaf->Count >= (first || last ? 1 : LeafMin));
            Invariant.Require(leaf->Count <= leaf->Capacity);
            Invariant.Require(leaf->Capacity <= RankLeaf.CapacityMax);
            Invariant.Require(_root->Depth == 0 || leaf->Capacity == RankLeaf.CapacityMax);
            before = leaf;
            return leaf->Count;
        }

        RankInner* inner = (RankInner*)node;
        int children = (int)inner->Count;
        Invariant.Require(children >= (first || last ? 1 : InnerMin));
        Invariant.Require(children <= RankInner.Capacity);
        long total = 0;
        for (int i = 0; i < children; i++)
        {
            void* child = (void*)inner->Children[i];
            if (i > 0)
            {
                RankLeaf* leaf = FirstLeaf(child, level - 1);
                Invariant.Require(inner->Scores[i] == RankLeaf.Scores(leaf)[0]);
                Invariant.Require(inner->Elements[i] == RankLeaf.Elements(leaf)[0]);
            }

            bool isFirst = first && i == 0;
            bool isLast = last && i == children - 1;
            long size = Check(child, level - 1, isFirst, isLast, ref before, ref bytes);
            Invariant.Require(size == inner->Sizes[i]);
            total += size;
        }

        return total;
    }

    private static RankLeaf* FirstLeaf(void* node, int level)
    {
        for (; level > 0; level--) node = (void*)((RankInner*)node)->Children[0];
        return (RankLeaf*)node;
    }
}
