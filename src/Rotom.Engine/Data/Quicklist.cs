using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Rotom.Engine.Memory;

namespace Rotom.Engine;

// Quicklist: the value of a list, a chain of nodes (ListNode), each a listpack of some kilobytes or
// one large element.
//
// A list that fits one listpack is one node and nothing else; OBJECT ENCODING calls it listpack.
// A longer one has a root block with its ends and its counts, and is a quicklist. Since both are
// nodes, all code is the same, and going from one to the other moves no element.
//
// A node's block has free room before and behind its data. A push takes of it, a pop gives to it,
// at either end: neither moves the elements that stay. When it is used up on one side the data move
// to the middle of their block if that frees an eighth of it, else to a larger block.
//
// This struct is a list being worked on: Open it, change it, Save it. In between only its fields
// know the truth, not the root block. Nodes in the middle are never empty; Count is the sum of the
// nodes' counts; a node's listpack is sound and its header says what the node says. Elements passed
// in must not lie in the list itself. While a snapshot saves it node by node (BigList), it is told
// before a node's elements or its successor change, and keeps nodes that are taken out. Not
// thread-safe: owned by the keyspace turn.
//
//   Quicklist.cs       opening, saving, encoding; both ends
//   Quicklist.Walk.cs  positions, reading
//   Quicklist.Edit.cs  inserting, replacing, deleting anywhere
//   Quicklist.Node.cs  making room in nodes, linking, splitting
//   Quicklist.Lzf.cs   compressing the nodes in the middle
//   Quicklist.Idle.cs  compressing those that nobody uses
//   Quicklist.Whole.cs copying, freeing, proving      Quicklist.Compact.cs  moving nodes

/// <summary>A list value being worked on.</summary>
internal partial struct Quicklist
{
    private NativeHeap _heap;
    private ListLimits _limits;
    private Handle _root;
    private Handle _head;
    private Handle _tail;
    private long _count;
    private int _nodes;
    private ChangedNodes _changed;
    private INodeHolder? _holder;

    /// <summary>An empty list.</summary>
    public Quicklist(NativeHeap heap, ListLimits limits) => Open(heap, limits);

    /// <summary>The list behind a handle.</summary>
    public Quicklist(NativeHeap heap, ListLimits limits, ObjectEncoding encoding, Handle payload) =>
        Open(heap, limits, encoding, payload);

    /// <summary>As the constructor, where it is.</summary>
    [MemberNotNull(nameof(_heap))]
    public void Open(NativeHeap heap, ListLimits limits)
    {
        _heap = heap;
        _limits = limits;
    }

    /// <summary>As the constructor, where it is.</summary>
    [MemberNotNull(nameof(_heap))]
    public void Open(
        NativeHeap heap, ListLimits limits, ObjectEncoding encoding, Handle payload)
    {
        Open(heap, limits);
        if (encoding == ObjectEncoding.Listpack)
        {
            _head = _tail = payload;
            _nodes = 1;
            _count = Node(payload).Count;
            return;
        }

        Invariant.Require(encoding == ObjectEncoding.Quicklist);
        ref QuicklistRoot root = ref heap.At<QuicklistRoot>(payload, 0);
        _root = payload;
        _head = Handle.FromBits(root.Head);
        _tail = Handle.FromBits(root.Tail);
        _count = root.Count;
        _nodes = root.Nodes;
        if (root.IsWatched != 0) _holder = heap.Holder!.NodesOf(payload);
    }

    /// <summary>Number of elements.</summary>
    public readonly long Count => _count;

    /// <summary>Number of nodes.</summary>
    public readonly int NodeCount => _nodes;

    /// <summary>What OBJECT ENCODING says.</summary>
    public readonly ObjectEncoding Encoding =>
        _root.IsNull ? ObjectEncoding.Listpack : ObjectEncoding.Quicklist;

    /// <summary>What the key is to hold; after <see cref="Save"/>.</summary>
    public readonly Handle Payload => _root.IsNull ? _head : _root;

    /// <summary>
    /// Makes the root block say what is true, and compresses what the setting wants to be.
    /// </summary>
    public void Save()
    {
        if (_limits.CompressDepth > 0) Settle();
        if (_root.IsNull)
        {
            Invariant.Require(_nodes == 1);
            return;
        }

        ref QuicklistRoot root = ref _heap.At<QuicklistRoot>(_root, 0);
        root.Head = _head.Bits;
        root.Tail = _tail.Bits;
        root.Count = _count;
        root.Nodes = _nodes;
        if (_nodes >= IdleNodesMin) NoteIfLong(ref root);
    }

    /// <summary>
    /// To be called before elements are added: a list that would be too large for one listpack
    /// becomes a quicklist (listTypeTryConversionAppend of Redis 7.2).
    /// </summary>
    /// <param name="bytes">Length of what will be added, as clients see it.</param>
    /// <param name="count">Number of elements that will be added.</param>
    public void Grow(long bytes, long count)
    {
        if (!_root.IsNull) return;
        long before = _head.IsNull ? Listpack.EmptyBytes : Node(_head).Length;
        if (_limits.Exceeds(before + bytes, _count + count))
        {
            _root = NewRoot(_heap);
        }
    }

    /// <summary>
    /// To be called after elements were removed, if some are left: a quicklist of one node, half
    /// empty, is one listpack again.
    /// </summary>
    public void Shrink()
    {
        if (_nodes != 1) return;
        Compact(_head, 4);
        if (_root.IsNull) return;
        ref ListNode node = ref Node(_head);
        if (!node.IsOpen || !_limits.IsSmall(node.Length, node.Count)) return;
        _holder?.BeforeRootGoes(_head);
        _holder = null;
        ForgetLong();
        _heap.Free(_root);
        _root = default;
    }

    /// <summary>The element at an end; the list is not empty.</summary>
    public readonly ListpackValue Peek(bool head)
    {
        Handle end = head ? _head : _tail;
        ReadOnlySpan<byte> data = Data(end);
        if (!Node(end).IsPacked) return ListpackValue.Verbatim(data);
        return Listpack.Get(data, head ? Listpack.HeaderBytes : Listpack.Last(data));
    }

    /// <summary>Adds an element at an end.</summary>
    public void Push(ListpackValue value, bool head)
    {
        _count++;
        if (!_root.IsNull && _limits.IsLarge(value))
        {
            Link(NewPlain(value.Bytes), head ? default : _tail);
            return;
        }

        int size = Listpack.EntryBytes(value);
        Handle end = head ? _head : _tail;
        if (end.IsNull || !HasRoom(end, size, 1))
        {
            end = NewPack(size, head);
            Link(end, head ? default : _tail);
        }

        PushInto(end, value, size, head);
    }

    /// <summary>Removes the element at an end; the list is not empty.</summary>
    public void Pop(bool head)
    {
        Handle end = head ? _head : _tail;
        ref ListNode node = ref Node(end);
        _count--;
        if (node.Count == 1)
        {
            Unlink(end);
            return;
        }

        BeforeChange(end);
        Span<byte> pack = Data(end);
        int size = head
            ? Listpack.After(pack, Listpack.HeaderBytes) - Listpack.HeaderBytes
            : pack.Length - 1 - Listpack.Last(pack);
        node.Count--;
        node.Length -= size;
        if (head)
        {
            node.Start += size;
            Listpack.WriteHeader(pack[size..], node.Length, node.Count);
            return;
        }

        pack[node.Length - 1] = Listpack.End;
        Listpack.WriteHeader(pack, node.Length, node.Count);
    }

    private static Handle NewRoot(NativeHeap heap)
    {
        Handle root = heap.Allocate(QuicklistRoot.Bytes);
        heap.At<QuicklistRoot>(root, 0) = default;
        return root;
    }

    private Handle PushInto(Handle end, ListpackValue value, int size, bool head)
    {
        BeforeChange(end);
        ref ListNode node = ref Node(end);
        bool fits = head
            ? node.Start - size >= ListNode.HeadBytes
            : node.Start + node.Length + size <= _heap.UsableBytes(end);
        if (!fits)
        {
            end = MakeRoom(end, size, head);
            node = ref Node(end);
        }

        node.Count++;
        node.Length += size;
        if (head) node.Start -= size;
        Span<byte> pack = _heap.Bytes(end, node.Start, node.Length);
        Listpack.WriteHeader(pack, node.Length, node.Count);
        if (head)
        {
            Listpack.WriteEntry(pack[Listpack.HeaderBytes..], value);
            return end;
        }

        Listpack.WriteEntry(pack[(node.Length - 1 - size)..], value);
        pack[^1] = Listpack.End;
        return end;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly ref ListNode Node(Handle node) => ref _heap.At<ListNode>(node, 0);

    // A compressed node's are expanded elsewhere: to be read, never to be changed.
    private readonly Span<byte> Data(Handle node)
    {
        ref ListNode head = ref Node(node);
        return head.Kind == ListNodeKind.Compressed
            ? Expanded(node)
            : _heap.Bytes(node, head.Start, head.Length);
    }
}

/// <summary>The root block of a list of more than one listpack.</summary>
internal struct QuicklistRoot
{
    /// <summary>Size of the block.</summary>
    public const int Bytes = 40;

    /// <summary>First node.</summary>
    public ulong Head;

    /// <summary>Last node.</summary>
    public ulong Tail;

    /// <summary>Elements in all nodes.</summary>
    public long Count;

    /// <summary>Number of nodes.</summary>
    public int Nodes;

    /// <summary>1 while a snapshot is told of changes.</summary>
    public int IsWatched;

    /// <summary>One more than its place among the long lists; 0: it is not there.</summary>
    public int LongPlace;
}
