namespace Rotom.Engine.Memory;

// Moving a tree and its elements out of slabs that are to be emptied, a leaf at a time. The order
// and the counts stay as they are, so positions by rank mean the same before and after.

internal readonly unsafe partial struct RankTree
{
    /// <summary>
    /// Moves the leaf an element of this rank is in, the inner nodes that begin with it, and its
    /// elements by the mover. The rank of the first element of the next leaf; -1 behind the last.
    /// </summary>
    public long CompactLeaf<TMover>(long rank, ref TMover mover)
        where TMover : struct, IHandleMover, allows ref struct
    {
        if (_root->Top == null) return -1;
        System.Runtime.CompilerServices.Unsafe.SkipInit(out Path path);
        long into = rank;
        void* node = _root->Top;
        for (int level = _root->Depth - 1; level >= 0; level--)
        {
            RankInner* inner = (RankInner*)node;
            int child = 0;
            int last = (int)inner->Count - 1;
            while (child < last && into >= inner->Sizes[child]) into -= inner->Sizes[child++];
            path.Nodes[level] = (ulong)inner;
            path.At[level] = child;
            node = (void*)inner->Children[child];
        }

        RankLeaf* leaf = (RankLeaf*)node;
        if (into >= leaf->Count) return -1;
        MoveInner(ref path);
        leaf = MoveLeaf(ref path, leaf);
        ulong* elements = RankLeaf.Elements(leaf);
        for (int i = 0; i < leaf->Count; i++)
        {
            Handle element = Handle.FromBits(elements[i]);
            if (!mover.TryMove(ref element)) continue;
            elements[i] = element.Bits;
            if (i == 0) SetFirst(ref path, 0, RankLeaf.Scores(leaf)[0], element.Bits);
        }

        return leaf->Next == null ? -1 : rank - into + leaf->Count;
    }

    private RankLeaf* MoveLeaf(ref Path path, RankLeaf* leaf)
    {
        Handle handle = new((nint)leaf);
        if (!_heap.TryMove(ref handle)) return leaf;
        RankLeaf* moved = (RankLeaf*)handle.Address;
        if (moved->Prev == null) _root->First = moved;
        else moved->Prev->Next = moved;
        if (moved->Next == null) _root->Last = moved;
        else moved->Next->Prev = moved;
        SetChild(ref path, 0, moved);
        return moved;
    }

    // The inner nodes whose first leaf this is; each of them is so once.
    private void MoveInner(ref Path path)
    {
        for (int level = 0; level < _root->Depth && path.At[level] == 0; level++)
        {
            Handle handle = new((nint)path.Node(level));
            if (!_heap.TryMove(ref handle)) continue;
            path.Nodes[level] = (ulong)handle.Address;
            SetChild(ref path, level + 1, (void*)handle.Address);
        }
    }

    // What is below the node of a level, or the top, is in another block now.
    private void SetChild(ref Path path, int level, void* child)
    {
        if (level == _root->Depth) _root->Top = child;
        else path.Node(level)->Children[path.At[level]] = (ulong)child;
    }
}
