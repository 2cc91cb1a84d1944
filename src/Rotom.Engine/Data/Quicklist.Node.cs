using System;
using Rotom.Engine.Memory;

namespace Rotom.Engine;

internal partial struct Quicklist
{
    /// <summary>True when a node takes that much more; in a chain its limits hold.</summary>
    private readonly bool HasRoom(Handle at, int bytes, int count)
    {
        ref ListNode node = ref Node(at);
        if (!node.IsOpen) return false;
        // A list that is one listpack was made a quicklist before, if need be.
        return _root.IsNull || (node.Bytes + bytes <= _limits.BytesMax
            && node.Count + count <= _limits.CountMax);
    }

    private readonly Handle NewPlain(ReadOnlySpan<byte> element)
    {
        Handle made = _heap.Allocate(checked(ListNode.HeadBytes + element.Length));
        Node(made) = new ListNode
        {
            Start = ListNode.HeadBytes,
            Length = element.Length,
            Count = 1,
            Kind = ListNodeKind.Plain,
            Mark = _holder?.Mark ?? 0,
        };
        element.CopyTo(Data(made));
        return made;
    }

    // An empty listpack with room for so many bytes, all of it on the side that grows. In a chain
    // more is to come, but a list just past the limit must not take twice the memory at once.
    private readonly Handle NewPack(int room, bool atHead)
    {
        int needed = checked(ListNode.HeadBytes + Listpack.EmptyBytes + room);
        int capacity = _root.IsNull || _limits.CountMax < int.MaxValue
            ? needed
            : Math.Max(needed, _limits.BytesMax / 8);
        Handle made = _heap.Allocate(capacity);
        int start = atHead
            ? _heap.UsableBytes(made) - Listpack.EmptyBytes
            : ListNode.HeadBytes;
        Node(made) = new ListNode
        {
            Start = start,
            Length = Listpack.EmptyBytes,
            Mark = _holder?.Mark ?? 0,
        };
        Listpack.WriteEmpty(Data(made));
        return made;
    }

    /// <summary>Links a new node in behind another one, or in front of all.</summary>
    private void Link(Handle made, Handle before)
    {
        Handle after = before.IsNull ? _head : Node(before).Next;
        ref ListNode node = ref Node(made);
        node.Prev = before;
        node.Next = after;
        if (!before.IsNull) _holder?.BeforeLink(before);
        if (before.IsNull) _head = made;
        else Node(before).Next = made;
        if (after.IsNull) _tail = made;
        else Node(after).Prev = made;
        _nodes++;
        if (_limits.CompressDepth > 0) _changed.Add(ref this, made);
    }

    /// <summary>Takes a node out and frees it; its elements are uncounted by the caller.</summary>
    private void Unlink(Handle gone)
    {
        ref ListNode node = ref Node(gone);
        if (!node.Prev.IsNull) _holder?.BeforeLink(node.Prev);
        if (node.Prev.IsNull) _head = node.Next;
        else Node(node.Prev).Next = node.Next;
        if (node.Next.IsNull) _tail = node.Prev;
        else Node(node.Next).Prev = node.Prev;
        _nodes--;
        FreeNode(gone);
        if (_nodes == 0) return;
        // The ends are pushed to and popped from: they are never compressed.
        _head = Open(_head);
        _tail = Open(_tail);
    }

    // Room for so many bytes before or behind the data; the node may move.
    private Handle MakeRoom(Handle at, int bytes, bool before)
    {
        int usable = _heap.UsableBytes(at);
        int needed = checked(Node(at).Bytes + bytes);
        int free = usable - needed;
        if (free >= usable / 8)
        {
            Slide(at, ListNode.HeadBytes + (free / 2) + (before ? bytes : 0));
            return at;
        }

        int capacity = _root.IsNull
            ? needed + (needed / 4)
            : Math.Max(needed, (int)Math.Min(needed * 2L, _limits.BytesMax));
        return Move(at, capacity, before);
    }

    private readonly void Slide(Handle at, int start)
    {
        Span<byte> data = Data(at);
        data.CopyTo(_heap.Bytes(at, start, data.Length));
        Node(at).Start = start;
    }

    // To a block of that size, all that is free of it on one side of the data.
    private Handle Move(Handle old, int capacity, bool freeBefore)
    {
        Handle moved = _heap.Allocate(capacity);
        ref ListNode node = ref Node(moved);
        node = Node(old);
        node.Start = freeBefore
            ? _heap.UsableBytes(moved) - node.Length
            : ListNode.HeadBytes;
        Data(old).CopyTo(Data(moved));
        TakePlaceOf(old, moved);
        return moved;
    }

    /// <summary>
    /// Moves a node to a smaller block when it uses less than one part of its own.
    /// </summary>
    private Handle Compact(Handle at, int part)
    {
        int needed = Node(at).Bytes;
        int usable = _heap.UsableBytes(at);
        if (usable <= 128 || usable / part < needed) return at;
        return Move(at, needed, freeBefore: false);
    }

    // Opens a gap of so many bytes before an entry (or the end mark), moving the shorter side.
    private Handle OpenGap(Handle at, int position, int bytes)
    {
        ref ListNode node = ref Node(at);
        int behind = node.Length - position;
        bool moveFront = position < behind;
        bool fitsFront = node.Start - bytes >= ListNode.HeadBytes;
        bool fitsBack = node.Start + node.Length + bytes <= _heap.UsableBytes(at);
        if (!fitsFront && !fitsBack)
        {
            at = MakeRoom(at, bytes, moveFront);
            node = ref Node(at);
            fitsFront = moveFront;
            fitsBack = !moveFront;
        }

        Span<byte> data = Data(at);
        node.Length += bytes;
        if (fitsFront && (moveFront || !fitsBack))
        {
            node.Start -= bytes;
            data[..position].CopyTo(Data(at));
        }
        else
        {
            data[position..].CopyTo(Data(at)[(position + bytes)..]);
        }

        return at;
    }

    // Closes a gap, moving the shorter side; the listpack's header is the caller's.
    private readonly void CloseGap(Handle at, int position, int bytes)
    {
        ref ListNode node = ref Node(at);
        Span<byte> data = Data(at);
        node.Length -= bytes;
        if (position < node.Length - position)
        {
            node.Start += bytes;
            data[..position].CopyTo(data[bytes..]);
        }
        else
        {
            data[(position + bytes)..].CopyTo(data[position..]);
        }
    }

    private readonly void WriteHeader(Handle at)
    {
        ref ListNode node = ref Node(at);
        Listpack.WriteHeader(Data(at), node.Length, node.Count);
    }

    /// <summary>
    /// Moves the entries of a node from one on into a new node behind it; there are some on both
    /// sides.
    /// </summary>
    private Handle Split(Handle at, int position)
    {
        BeforeChange(at);
        Span<byte> pack = Data(at);
        int left = 0;
        for (int i = Listpack.HeaderBytes; i < position; i = Listpack.After(pack, i)) left++;
        int length = pack.Length - position;
        Handle right = NewPack(length - 1, atHead: false);
        ref ListNode node = ref Node(right);
        node.Length = Listpack.HeaderBytes + length;
        node.Count = Node(at).Count - left;
        pack[position..].CopyTo(Data(right)[Listpack.HeaderBytes..]);
        WriteHeader(right);
        Node(at).Count = left;
        Node(at).Length = position + 1;
        pack[position] = Listpack.End;
        WriteHeader(at);
        Link(right, at);
        return right;
    }

    /// <summary>Joins a node with the next one if both fit one node.</summary>
    private void MergeWithNext(Handle at)
    {
        Handle next = Node(at).Next;
        if (next.IsNull || !Node(next).IsOpen) return;
        int bytes = Node(next).Length - Listpack.EmptyBytes;
        int count = Node(next).Count;
        if (!HasRoom(at, bytes, count)) return;
        BeforeChange(at);
        if (Node(at).Start + Node(at).Length + bytes > _heap.UsableBytes(at))
        {
            at = Move(at, Node(at).Bytes + bytes, freeBefore: false);
        }

        ref ListNode node = ref Node(at);
        int end = node.Length - 1;
        node.Length += bytes;
        node.Count += count;
        Data(next)[Listpack.HeaderBytes..].CopyTo(Data(at)[end..]);
        WriteHeader(at);
        Unlink(next);
    }
}
