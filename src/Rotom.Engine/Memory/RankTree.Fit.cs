using System;
using System.Runtime.CompilerServices;

namespace Rotom.Engine.Memory;

// Splitting full nodes, joining sparse ones.
//
// A node that is split gives its upper half to a new one behind it; at the ends of the tree it
// gives nothing, so that sets filled in order have full nodes. A node less than a third full joins
// a neighbour below the same parent when both together leave a quarter of a node free, else the two
// are evened out. The first and the last node of a level stay sparse, and go when they are empty.
//
// Leaves are most of a tree, and a tree that shrinks has them all equally sparse: waiting for the
// third would leave them 45 % full. So from 28 elements down a leaf looks whether its neighbours
// are as sparse, and three that hold what two can hold well are made two. Their sizes stand in the
// parent, which is at hand, so looking costs no access to memory. What comes of it is three
// quarters full: twenty elements away from being sparse again, fourteen from splitting, and the
// halves of a split do not join again, unless all around them is sparse.

internal readonly unsafe partial struct RankTree
{
    private const int LeafMin = RankLeaf.CapacityMax / 3;
    private const int LeafSparse = 28;
    private const int LeavesJoinMax = 2 * LeafJoinMax;
    private const int LeafJoinMax = RankLeaf.CapacityMax * 3 / 4;
    private const int InnerMin = RankInner.Capacity / 3;
    private const int InnerJoinMax = RankInner.Capacity * 3 / 4;

    private RankLeaf* NewLeaf(int capacity)
    {
        Handle block = _heap.Allocate(RankLeaf.BytesFor(capacity));
        _root->NodeBytes += _heap.BlockBytes(block);
        RankLeaf* leaf = (RankLeaf*)block.Address;
        *leaf = default;
        leaf->Capacity = capacity;
        return leaf;
    }

    private RankInner* NewInner()
    {
        Handle block = _heap.Allocate(sizeof(RankInner));
        _root->NodeBytes += _heap.BlockBytes(block);
        RankInner* inner = (RankInner*)block.Address;
        inner->Count = 0;
        return inner;
    }

    private void FreeNode(void* node)
    {
        Handle block = new((nint)node);
        _root->NodeBytes -= _heap.BlockBytes(block);
        _heap.Free(block);
    }

    // The only leaf of a small tree, moved to a larger block.
    private RankLeaf* Widen(RankLeaf* leaf)
    {
        Invariant.Require(_root->Depth == 0);
        RankLeaf* wide = NewLeaf(Math.Min(leaf->Capacity * 2, RankLeaf.CapacityMax));
        MoveUpper(leaf, 0, wide);
        FreeNode(leaf);
        _root->Top = _root->First = _root->Last = wide;
        return wide;
    }

    // Entries from one on go to another leaf, which is empty.
    private static void MoveUpper(RankLeaf* leaf, int from, RankLeaf* to)
    {
        int count = leaf->Count - from;
        Copy(RankLeaf.Scores(leaf) + from, RankLeaf.Scores(to), count);
        Copy(RankLeaf.Elements(leaf) + from, RankLeaf.Elements(to), count);
        to->Count = count;
        leaf->Count = from;
    }

    private void SplitLeaf(ref Path path, RankLeaf* leaf, int at, double score, ulong element)
    {
        int keep = leaf->Count / 2;
        if (leaf->Next == null && at == leaf->Count) keep = leaf->Count;
        else if (leaf->Prev == null && at == 0) keep = 0;
        RankLeaf* right = NewLeaf(RankLeaf.CapacityMax);
        MoveUpper(leaf, keep, right);
        if (at < keep || keep == 0) Put(leaf, at, score, element);
        else Put(right, at - keep, score, element);
        right->Prev = leaf;
        right->Next = leaf->Next;
        if (leaf->Next == null) _root->Last = right;
        else leaf->Next->Prev = right;
        leaf->Next = right;
        AddChild(
            ref path, 0, right, right->Count, RankLeaf.Scores(right)[0],
            RankLeaf.Elements(right)[0]);
    }

    // A node behind the one the path leads to, and of that many elements that were in it.
    private void AddChild(
        ref Path path, int level, void* child, long size, double score, ulong element)
    {
        for (; level < _root->Depth; level++)
        {
            RankInner* inner = path.Node(level);
            int at = path.At[level];
            inner->Sizes[at] -= size;
            if (inner->Count < RankInner.Capacity)
            {
                PutChild(inner, at + 1, child, size, score, element);
                return;
            }

            RankInner* right = NewInner();
            bool append = at + 1 == inner->Count && IsEdge(ref path, level + 1, first: false);
            int keep = append ? RankInner.Capacity : RankInner.Capacity / 2;
            MoveUpper(inner, keep, right);
            if (at < keep && !append) PutChild(inner, at + 1, child, size, score, element);
            else PutChild(right, at + 1 - keep, child, size, score, element);
            child = right;
            size = 0;
            for (int i = 0; i < right->Count; i++) size += right->Sizes[i];
            score = right->Scores[0];
            element = right->Elements[0];
        }

        AddLevel(child, size, score, element);
    }

    private void AddLevel(void* child, long size, double score, ulong element)
    {
        Invariant.Require(_root->Depth < DepthMax);
        RankInner* top = NewInner();
        top->Count = 1;
        top->Children[0] = (ulong)_root->Top;
        top->Sizes[0] = _root->Depth == 0
            ? ((RankLeaf*)_root->Top)->Count
            : SizeOf((RankInner*)_root->Top);
        PutChild(top, 1, child, size, score, element);
        _root->Top = top;
        _root->Depth++;
    }

    private static long SizeOf(RankInner* inner)
    {
        long size = 0;
        for (int i = 0; i < inner->Count; i++) size += inner->Sizes[i];
        return size;
    }

    private static void PutChild(
        RankInner* inner, int at, void* child, long size, double score, ulong element)
    {
        int behind = (int)inner->Count - at;
        Shift(inner->Scores, at, at + 1, behind);
        Shift(inner->Elements, at, at + 1, behind);
        Shift(inner->Children, at, at + 1, behind);
        Shift(inner->Sizes, at, at + 1, behind);
        inner->Scores[at] = score;
        inner->Elements[at] = element;
        inner->Children[at] = (ulong)child;
        inner->Sizes[at] = size;
        inner->Count++;
    }

    // Children from one on go behind those of another node.
    private static void MoveUpper(RankInner* inner, int from, RankInner* to)
    {
        int count = (int)inner->Count - from;
        int at = (int)to->Count;
        CopyChildren(inner, from, to, at, count);
        to->Count += count;
        inner->Count = from;
    }

    private static void CopyChildren(
        RankInner* from, int fromAt, RankInner* to, int toAt, int count)
    {
        Copy(from->Scores + fromAt, to->Scores + toAt, count);
        Copy(from->Elements + fromAt, to->Elements + toAt, count);
        Copy(from->Children + fromAt, to->Children + toAt, count);
        Copy(from->Sizes + fromAt, to->Sizes + toAt, count);
    }

    // True when the nodes from a level up are the first ones, or the last ones, of theirs.
    private bool IsEdge(ref Path path, int level, bool first)
    {
        for (; level < _root->Depth; level++)
        {
            int edge = first ? 0 : (int)path.Node(level)->Count - 1;
            if (path.At[level] != edge) return false;
        }

        return true;
    }

    private void DropLeaf(ref Path path, RankLeaf* leaf)
    {
        if (leaf->Prev == null) _root->First = leaf->Next;
        else leaf->Prev->Next = leaf->Next;
        if (leaf->Next == null) _root->Last = leaf->Prev;
        else leaf->Next->Prev = leaf->Prev;
        FreeNode(leaf);
        if (_root->Depth == 0) _root->Top = null;
        else DropChild(ref path, 0, path.At[0]);
    }

    // The child of this number of the node at a level is gone already.
    private void DropChild(ref Path path, int level, int at)
    {
        for (; ; level++)
        {
            RankInner* inner = path.Node(level);
            int behind = (int)--inner->Count - at;
            Shift(inner->Scores, at + 1, at, behind);
            Shift(inner->Elements, at + 1, at, behind);
            Shift(inner->Children, at + 1, at, behind);
            Shift(inner->Sizes, at + 1, at, behind);
            bool top = level + 1 == _root->Depth;
            if (inner->Count > 0)
            {
                if (at == 0 && !top)
                    SetFirst(ref path, level + 1, inner->Scores[0], inner->Elements[0]);
                if (top) LowerTop();
                else if (inner->Count < InnerMin && !IsEdge(ref path, level + 1, true)
                    && !IsEdge(ref path, level + 1, false)) FillInner(ref path, level, inner);
                return;
            }

            FreeNode(inner);
            if (top)
            {
                _root->Top = null;
                _root->Depth = 0;
                return;
            }

            at = path.At[level + 1];
        }
    }

    private void LowerTop()
    {
        while (_root->Depth > 0 && ((RankInner*)_root->Top)->Count == 1)
        {
            RankInner* top = (RankInner*)_root->Top;
            _root->Top = (void*)top->Children[0];
            _root->Depth--;
            FreeNode(top);
        }
    }

    // What a sparse leaf needs, if anything: the edges of the tree may be sparse.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Tighten(ref Path path, RankLeaf* leaf)
    {
        if (leaf->Prev == null || leaf->Next == null)
        {
            if (_root->Depth == 0 && leaf->Count * 4 <= leaf->Capacity) Narrow(leaf);
            return;
        }

        RankInner* parent = path.Node(0);
        int last = Math.Min(path.At[0], (int)parent->Count - 3);
        for (int first = Math.Max(path.At[0] - 2, 0); first <= last; first++)
        {
            long* sizes = parent->Sizes + first;
            long total = sizes[0] + sizes[1] + sizes[2];
            if (total is > LeavesJoinMax or < 2 * LeafMin) continue;
            JoinThree(ref path, first);
            return;
        }

        if (leaf->Count < LeafMin) FillLeaf(ref path, leaf);
    }

    // The middle one of three leaves goes, its elements to those beside it.
    private void JoinThree(ref Path path, int first)
    {
        RankInner* parent = path.Node(0);
        RankLeaf* left = (RankLeaf*)parent->Children[first];
        RankLeaf* middle = (RankLeaf*)parent->Children[first + 1];
        RankLeaf* right = (RankLeaf*)parent->Children[first + 2];
        int half = (left->Count + middle->Count + right->Count) / 2;
        int toLeft = Math.Clamp(half - left->Count, 0, middle->Count);
        int toRight = middle->Count - toLeft;
        Copy(RankLeaf.Scores(middle), RankLeaf.Scores(left) + left->Count, toLeft);
        Copy(RankLeaf.Elements(middle), RankLeaf.Elements(left) + left->Count, toLeft);
        Shift(RankLeaf.Scores(right), 0, toRight, right->Count);
        Shift(RankLeaf.Elements(right), 0, toRight, right->Count);
        Copy(RankLeaf.Scores(middle) + toLeft, RankLeaf.Scores(right), toRight);
        Copy(RankLeaf.Elements(middle) + toLeft, RankLeaf.Elements(right), toRight);
        left->Count += toLeft;
        right->Count += toRight;
        left->Next = right;
        right->Prev = left;
        parent->Sizes[first] = left->Count;
        parent->Sizes[first + 2] = right->Count;
        parent->Scores[first + 2] = RankLeaf.Scores(right)[0];
        parent->Elements[first + 2] = RankLeaf.Elements(right)[0];
        FreeNode(middle);
        DropChild(ref path, 0, first + 1);
    }

    // The only leaf, moved to a smaller block.
    private void Narrow(RankLeaf* leaf)
    {
        if (leaf->Capacity <= RankLeaf.CapacityMin) return;
        RankLeaf* narrow = NewLeaf(Math.Max(leaf->Capacity / 2, RankLeaf.CapacityMin));
        MoveUpper(leaf, 0, narrow);
        FreeNode(leaf);
        _root->Top = _root->First = _root->Last = narrow;
    }

    private void FillLeaf(ref Path path, RankLeaf* leaf)
    {
        RankInner* parent = path.Node(0);
        int at = path.At[0];
        bool withNext = at + 1 < parent->Count;
        RankLeaf* left = withNext ? leaf : leaf->Prev;
        RankLeaf* right = withNext ? leaf->Next : leaf;
        int rightAt = withNext ? at + 1 : at;
        Invariant.Require(rightAt > 0);
        int total = left->Count + right->Count;
        if (total <= LeafJoinMax)
        {
            Copy(RankLeaf.Scores(right), RankLeaf.Scores(left) + left->Count, right->Count);
            Copy(RankLeaf.Elements(right), RankLeaf.Elements(left) + left->Count, right->Count);
            left->Count = total;
            parent->Sizes[rightAt - 1] = total;
            left->Next = right->Next;
            if (right->Next == null) _root->Last = left;
            else right->Next->Prev = left;
            FreeNode(right);
            DropChild(ref path, 0, rightAt);
            return;
        }

        Even(left, right, total / 2);
        parent->Sizes[rightAt - 1] = left->Count;
        parent->Sizes[rightAt] = right->Count;
        parent->Scores[rightAt] = RankLeaf.Scores(right)[0];
        parent->Elements[rightAt] = RankLeaf.Elements(right)[0];
    }

    private static void Even(RankLeaf* left, RankLeaf* right, int keep)
    {
        EvenArrays(RankLeaf.Scores(left), left->Count, RankLeaf.Scores(right), right->Count, keep);
        EvenArrays(
            RankLeaf.Elements(left), left->Count, RankLeaf.Elements(right), right->Count, keep);
        right->Count += left->Count - keep;
        left->Count = keep;
    }

    // Of two arrays one behind the other the first gets that many entries.
    private static void EvenArrays<T>(T* left, int leftCount, T* right, int rightCount, int keep)
        where T : unmanaged
    {
        int move = leftCount - keep;
        if (move > 0)
        {
            Shift(right, 0, move, rightCount);
            Copy(left + keep, right, move);
        }
        else
        {
            Copy(right, left + leftCount, -move);
            Shift(right, -move, 0, rightCount + move);
        }
    }

    private void FillInner(ref Path path, int level, RankInner* inner)
    {
        RankInner* parent = path.Node(level + 1);
        int at = path.At[level + 1];
        bool withNext = at + 1 < parent->Count;
        int rightAt = withNext ? at + 1 : at;
        Invariant.Require(rightAt > 0);
        RankInner* left = (RankInner*)parent->Children[rightAt - 1];
        RankInner* right = (RankInner*)parent->Children[rightAt];
        // A node does not keep where its first child begins; its parent does.
        right->Scores[0] = parent->Scores[rightAt];
        right->Elements[0] = parent->Elements[rightAt];
        int total = (int)(left->Count + right->Count);
        if (total <= InnerJoinMax)
        {
            MoveUpper(right, 0, left);
            parent->Sizes[rightAt - 1] += parent->Sizes[rightAt];
            FreeNode(right);
            DropChild(ref path, level + 1, rightAt);
            return;
        }

        EvenInner(left, right, total / 2);
        parent->Sizes[rightAt - 1] = SizeOf(left);
        parent->Sizes[rightAt] = SizeOf(right);
        parent->Scores[rightAt] = right->Scores[0];
        parent->Elements[rightAt] = right->Elements[0];
    }

    private static void EvenInner(RankInner* left, RankInner* right, int keep)
    {
        int lefts = (int)left->Count;
        int rights = (int)right->Count;
        EvenArrays(left->Scores, lefts, right->Scores, rights, keep);
        EvenArrays(left->Elements, lefts, right->Elements, rights, keep);
        EvenArrays(left->Children, lefts, right->Children, rights, keep);
        EvenArrays(left->Sizes, lefts, right->Sizes, rights, keep);
        right->Count += lefts - keep;
        left->Count = keep;
    }
}
