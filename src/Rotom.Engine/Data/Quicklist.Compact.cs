using Rotom.Engine.Memory;

namespace Rotom.Engine;

internal partial struct Quicklist
{
    // Moving a node costs about what moving so many elements of a table does.
    private const int FieldsPerNode = 16;

    /// <summary>What moving all of it costs, in elements of a table.</summary>
    public readonly long CompactCost => (long)_nodes * FieldsPerNode;

    /// <summary>
    /// Moves nodes out of slabs that are to be emptied. A list that is not done at once goes on at
    /// the heap's mark, so only one list is under way at a time; pushes and pops meanwhile change
    /// nothing about that. The payload may be another afterwards.
    /// </summary>
    public void Compact(ref CompactPlace place, int elements)
    {
        Handle at = place.At == 0 ? _head : _heap.NodeMark;
        place.At = 1;
        for (; !at.IsNull && elements > 0; elements -= FieldsPerNode)
        {
            Handle next = Node(at).Next;
            if (_heap.ShouldMove(at)) TakePlaceOf(at, _heap.CopyToMove(at));
            at = next;
        }

        _heap.NodeMark = at;
        if (!_root.IsNull)
        {
            Handle root = _root;
            if (at.IsNull) _ = _heap.TryMove(ref root);
            _root = root;
            ref QuicklistRoot state = ref _heap.At<QuicklistRoot>(_root, 0);
            if (state.LongPlace > 0) _heap.IdleLists.Moved(state.LongPlace - 1, root);
            state.Head = _head.Bits;
            state.Tail = _tail.Bits;
        }

        place.IsDone = at.IsNull;
    }
}
