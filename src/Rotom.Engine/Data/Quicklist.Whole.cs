using System;
using Rotom.Engine.Memory;

namespace Rotom.Engine;

internal partial struct Quicklist
{
    private const int NodesPerSlice = 64;

    /// <summary>Bytes of all blocks, as counted in UsedBytes.</summary>
    public readonly long MemoryBytes
    {
        get
        {
            long bytes = _root.IsNull ? 0 : _heap.BlockBytes(_root);
            for (Handle at = _head; !at.IsNull; at = Node(at).Next) bytes += _heap.BlockBytes(at);
            return bytes;
        }
    }

    /// <summary>True when one call of <see cref="FreeSome"/> frees all of it.</summary>
    public readonly bool FitsOneSlice => _nodes <= NodesPerSlice;

    /// <summary>About the same, from so many nodes: those after the ones never compressed.
    /// </summary>
    public readonly long SampledBytes(long nodes)
    {
        long bytes = 0;
        long seen = 0;
        Handle first = _nodes - (2 * IdleEnds) > nodes ? IdleFrom(default) : _head;
        for (Handle at = first; !at.IsNull && seen < nodes; at = Node(at).Next, seen++)
        {
            bytes += _heap.BlockBytes(at);
        }

        if (seen > 0) bytes = (long)(bytes / (double)seen * _nodes);
        return bytes + (_root.IsNull ? 0 : _heap.BlockBytes(_root));
    }

    /// <summary>A copy, its blocks just as large as needed.</summary>
    public readonly Handle Copy()
    {
        Quicklist copy = new(_heap, _limits);
        if (!_root.IsNull) copy._root = NewRoot(_heap);
        for (Handle at = _head; !at.IsNull; at = Node(at).Next)
        {
            Handle made = _heap.Allocate(Node(at).Bytes);
            ref ListNode node = ref Node(made);
            node = Node(at);
            node.Start = ListNode.HeadBytes;
            _heap.Bytes(at, Node(at).Start, Node(at).Length)
                .CopyTo(_heap.Bytes(made, ListNode.HeadBytes, node.Length));
            copy.Link(made, copy._tail);
        }

        copy._count = _count;
        copy.Save();
        return copy.Payload;
    }

    /// <summary>
    /// Frees some of the nodes of a list nobody holds any more; true when all of it is gone.
    /// </summary>
    public bool FreeSome()
    {
        if (!_root.IsNull) ForgetLong();
        for (int i = 0; i < NodesPerSlice && !_head.IsNull; i++)
        {
            Handle gone = _head;
            _head = Node(gone).Next;
            FreeNode(gone);
            _nodes--;
        }

        if (!_head.IsNull)
        {
            _heap.At<QuicklistRoot>(_root, 0).Head = _head.Bits;
            return false;
        }

        _holder?.BeforeRootGoes(default);
        if (!_root.IsNull) _heap.Free(_root);
        return true;
    }

    /// <summary>Proves the chain, the counts and every listpack.</summary>
    public readonly void DeepCheck()
    {
        long count = 0;
        int nodes = 0;
        Handle before = default;
        for (Handle at = _head; !at.IsNull; before = at, at = Node(at).Next)
        {
            ref ListNode node = ref Node(at);
            Invariant.Require(node.Prev == before && node.Count > 0);
            Invariant.Require(node.Start >= ListNode.HeadBytes);
            Invariant.Require(node.Start + node.Length <= _heap.UsableBytes(at));
            if (node.IsPacked)
            {
                Invariant.Require(Listpack.DeepCheck(Data(at), out int held));
                Invariant.Require(held == node.Count);
                Invariant.Require(node.IsOpen || (at != _head && at != _tail));
            }
            else
            {
                Invariant.Require(node.Kind == ListNodeKind.Plain && node.Count == 1);
            }

            count += node.Count;
            nodes++;
        }

        Invariant.Require(_tail == before && _count == count && _nodes == nodes);
        Invariant.Require(!_root.IsNull || nodes <= 1);
    }
}
