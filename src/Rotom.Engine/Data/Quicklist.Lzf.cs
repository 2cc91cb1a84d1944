using System;
using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Rotom.Engine.Memory;

namespace Rotom.Engine;

// Compressed nodes (list-compress-depth): all but the outermost so many at either end.
//
// The ends are never compressed, so pushes and pops know nothing of this. Who reads a compressed
// node sees its listpack expanded in the heap's ExpandedBlock, one node at a time. Who changes one
// opens it first; what was opened, made or changed is noted and compressed again by Save, as are
// the nodes that a push has moved past the depth.
//
// A position in a compressed node stays right when it is opened: it is the same listpack in
// another block.
internal partial struct Quicklist
{
    // As Redis: less is not worth it (MIN_COMPRESS_BYTES, MIN_COMPRESS_IMPROVE).
    private const int CompressBytesMin = 48;
    private const int CompressGainMin = 8;
    private const int LengthBytes = sizeof(int);

    /// <summary>The node, expanded for good; it may have moved.</summary>
    private Handle Open(Handle at)
    {
        if (Node(at).Kind != ListNodeKind.Compressed) return at;
        ReadOnlySpan<byte> pack = Expanded(at);
        Handle open = _heap.Allocate(ListNode.HeadBytes + pack.Length);
        ref ListNode node = ref Node(open);
        node = Node(at);
        node.Kind = ListNodeKind.Packed;
        node.Start = ListNode.HeadBytes;
        node.Length = pack.Length;
        node.Use = ListNodeUse.Recent;
        pack.CopyTo(Data(open));
        TakePlaceOf(at, open);
        if (_limits.CompressDepth > 0) _changed.Add(ref this, open);
        return open;
    }

    private readonly Span<byte> Expanded(Handle at)
    {
        if (_heap.Expanded.TryGet(at, out Span<byte> known)) return known;
        ref ListNode node = ref Node(at);
        node.Use = node.Use < ListNodeUse.ReadOnce ? ListNodeUse.ReadOnce : ListNodeUse.ReadOften;
        ReadOnlySpan<byte> stored = _heap.Bytes(at, node.Start, node.Length);
        int length = BinaryPrimitives.ReadInt32LittleEndian(stored);
        Span<byte> pack = _heap.Expanded.Begin(at, length);
        Invariant.Require(Lzf.TryDecompress(stored[LengthBytes..], pack));
        return pack;
    }

    // Opens what lies within the depth, compresses the next nodes and those that were changed.
    private void Settle()
    {
        int depth = _limits.CompressDepth;
        if (_root.IsNull || _nodes <= 2L * depth)
        {
            _changed = default;
            return;
        }

        Handle fromHead = _head;
        Handle fromTail = _tail;
        for (int i = 0; i < depth; i++)
        {
            fromHead = Node(Open(fromHead)).Next;
            fromTail = Node(Open(fromTail)).Prev;
        }

        Handle compressed = Compress(fromHead);
        if (fromTail == fromHead) fromTail = compressed;
        else fromTail = Compress(fromTail);
        while (_changed.Count > 0)
        {
            Handle next = _changed[0];
            _changed.Replace(next, default);
            if (!IsWithinDepth(next)) Compress(next);
        }
    }

    private readonly bool IsWithinDepth(Handle node)
    {
        Handle fromHead = _head;
        Handle fromTail = _tail;
        for (int i = 0; i < _limits.CompressDepth; i++)
        {
            if (fromHead == node || fromTail == node) return true;
            fromHead = Node(fromHead).Next;
            fromTail = Node(fromTail).Prev;
        }

        return false;
    }

    // The node, compressed if that gains something; it may have moved.
    private Handle Compress(Handle at)
    {
        ref ListNode node = ref Node(at);
        if (!node.IsOpen || node.Length < CompressBytesMin) return at;
        byte[] output = ArrayPool<byte>.Shared.Rent(node.Length);
        int length = Lzf.Compress(Data(at), output.AsSpan(0, node.Length - CompressGainMin));
        if (length > 0) at = Store(at, output.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(output);
        return at;
    }

    private Handle Store(Handle open, ReadOnlySpan<byte> bytes)
    {
        Handle made = _heap.Allocate(ListNode.HeadBytes + LengthBytes + bytes.Length);
        ref ListNode node = ref Node(made);
        node = Node(open);
        node.Kind = ListNodeKind.Compressed;
        node.Start = ListNode.HeadBytes;
        Span<byte> stored = _heap.Bytes(
            made, ListNode.HeadBytes, LengthBytes + bytes.Length);
        BinaryPrimitives.WriteInt32LittleEndian(stored, node.Length);
        bytes.CopyTo(stored[LengthBytes..]);
        node.Length = stored.Length;
        TakePlaceOf(open, made);
        return made;
    }

    private void TakePlaceOf(Handle old, Handle now)
    {
        ref ListNode node = ref Node(now);
        if (!node.Prev.IsNull) _holder?.BeforeLink(node.Prev);
        if (node.Prev.IsNull) _head = now;
        else Node(node.Prev).Next = now;
        if (node.Next.IsNull) _tail = now;
        else Node(node.Next).Prev = now;
        _changed.Replace(old, now);
        if (_holder is not null) node.Mark = _holder.Mark;
        FreeBlock(old);
    }

    private void FreeNode(Handle gone)
    {
        _changed.Replace(gone, default);
        FreeBlock(gone);
    }

    // The block of every node that is freed comes by here.
    private readonly void FreeBlock(Handle gone)
    {
        if (gone == _heap.NodeMark) _heap.NodeMark = Node(gone).Next;
        if (gone == _heap.IdleLists.Node) _heap.IdleLists.Node = Node(gone).Next;
        if (_holder is null || !_holder.TryKeep(gone)) FreeNodeBlock(_heap, gone);
    }

    /// <summary>Frees the block of a node that is in no list.</summary>
    internal static void FreeNodeBlock(NativeHeap heap, Handle gone)
    {
        if (heap.At<ListNode>(gone, 0).Kind == ListNodeKind.Compressed)
            heap.Expanded.Forget(gone);
        heap.Free(gone);
    }

    /// <summary>Nodes that were opened, made or moved since the last Save.</summary>
    private struct ChangedNodes
    {
        // An insertion in the middle has three at once; the oldest of more is done with.
        private const int Max = 4;

        private Slots _slots;
        private int _count;

        [InlineArray(Max)]
        private struct Slots
        {
            private Handle _first;
        }

        internal readonly int Count => _count;

        internal readonly Handle this[int index] => _slots[index];

        internal void Add(ref Quicklist list, Handle node)
        {
            for (int i = 0; i < _count; i++)
            {
                if (_slots[i] == node) return;
            }

            if (_count < Max)
            {
                _slots[_count++] = node;
                return;
            }

            Handle oldest = _slots[0];
            for (int i = 1; i < Max; i++) _slots[i - 1] = _slots[i];
            _slots[Max - 1] = node;
            if (!list.IsWithinDepth(oldest)) list.Compress(oldest);
        }

        internal void Replace(Handle old, Handle now)
        {
            for (int i = 0; i < _count; i++)
            {
                if (_slots[i] != old) continue;
                if (!now.IsNull)
                {
                    _slots[i] = now;
                    return;
                }

                for (int j = i + 1; j < _count; j++) _slots[j - 1] = _slots[j];
                _count--;
                return;
            }
        }
    }
}
