using System;
using Rotom.Engine.Memory;

namespace Rotom.Engine;

internal partial struct Quicklist
{
    /// <summary>Adds an element before or behind the one at a place.</summary>
    public void Insert(ListPosition at, ListpackValue value, bool before)
    {
        Handle node = Open(at.Node);
        int position = 0;
        bool atStart = before;
        bool atEnd = !before;
        if (Node(node).IsPacked)
        {
            ReadOnlySpan<byte> pack = Data(node);
            position = before ? at.At : Listpack.After(pack, at.At);
            atStart = position == Listpack.HeaderBytes;
            atEnd = pack[position] == Listpack.End;
        }

        if (!_root.IsNull && _limits.IsLarge(value))
        {
            _count++;
            Link(NewPlain(value.Bytes), Gap(node, position, atStart, atEnd));
            return;
        }

        int size = Listpack.EntryBytes(value);
        _count++;
        if (HasRoom(node, size, 1))
        {
            Put(node, position, value, size);
            return;
        }

        InsertBesideFull(node, position, value, atStart, atEnd);
    }

    /// <summary>Puts an element in the place of another one.</summary>
    public void Replace(ListPosition at, ListpackValue value)
    {
        at = at with { Node = Open(at.Node) };
        ref ListNode node = ref Node(at.Node);
        int size = Listpack.EntryBytes(value);
        if (node.IsPacked && (_root.IsNull || !_limits.IsLarge(value)))
        {
            int old = Listpack.After(Data(at.Node), at.At) - at.At;
            if (size <= old || node.Count == 1 || HasRoom(at.Node, size - old, 0))
            {
                Fit(at.Node, at.At, old, size, value);
                return;
            }
        }

        // Another node's business. The list is not empty in between: an only element fits its node
        // above, or is one of several nodes.
        ListPosition next = Delete(at);
        if (next.IsNull) Push(value, head: false);
        else Insert(next, value, before: true);
    }

    /// <summary>Removes the element at a place; the next place in the given direction.</summary>
    public ListPosition Delete(ListPosition at, bool forward = true)
    {
        ref ListNode node = ref Node(at.Node);
        _count--;
        if (node.Count == 1)
        {
            bool last = (forward ? node.Next : node.Prev).IsNull;
            Handle beside = forward ? node.Prev : node.Next;
            Unlink(at.Node);
            if (last) return default;
            // Looked up anew: what became an end may have moved.
            Handle next = beside.IsNull
                ? forward ? _head : _tail
                : forward ? Node(beside).Next : Node(beside).Prev;
            return EndOf(next, forward);
        }

        at = at with { Node = Open(at.Node) };

        ReadOnlySpan<byte> pack = Data(at.Node);
        int before = Listpack.Prev(pack, at.At);
        Handle now = Remove(at.Node, at.At, Listpack.After(pack, at.At) - at.At, 1);
        if (!forward)
        {
            return before >= 0 ? new ListPosition(now, before) : EndOf(Node(now).Prev, false);
        }

        return Data(now)[at.At] != Listpack.End
            ? new ListPosition(now, at.At)
            : EndOf(Node(now).Next, true);
    }

    /// <summary>Removes so many elements from an index on, as far as there are any.</summary>
    public void DeleteRange(long index, long count)
    {
        count = Math.Min(count, _count - index);
        if (count <= 0) return;
        ListPosition from = Seek(index);
        Handle node = from.Node;
        int at = from.At;
        while (count > 0)
        {
            int held = Node(node).Count;
            bool fromFirst = !Node(node).IsPacked || at == Listpack.HeaderBytes;
            Handle next;
            if (fromFirst && count >= held)
            {
                // The next one may become the head, and move for that.
                bool first = Node(node).Prev.IsNull;
                next = Node(node).Next;
                Unlink(node);
                if (first) next = _head;
                _count -= held;
                count -= held;
            }
            else
            {
                int removed = RemoveSome(Open(node), at, count, out Handle now);
                next = Node(now).Next;
                _count -= removed;
                count -= removed;
            }

            node = next;
            at = Listpack.HeaderBytes;
        }
    }

    private int RemoveSome(Handle node, int at, long count, out Handle now)
    {
        ReadOnlySpan<byte> pack = Data(node);
        int end = at;
        int removed = 0;
        while (removed < count && pack[end] != Listpack.End)
        {
            end = Listpack.After(pack, end);
            removed++;
        }

        now = Remove(node, at, end - at, removed);
        return removed;
    }

    private Handle Remove(Handle node, int at, int bytes, int elements)
    {
        BeforeChange(node);
        CloseGap(node, at, bytes);
        Node(node).Count -= elements;
        WriteHeader(node);
        return Compact(node, 2);
    }

    private void Put(Handle node, int position, ListpackValue value, int size)
    {
        BeforeChange(node);
        node = OpenGap(node, position, size);
        Node(node).Count++;
        Listpack.WriteEntry(Data(node)[position..], value);
        WriteHeader(node);
    }

    private void Fit(Handle node, int position, int old, int size, ListpackValue value)
    {
        BeforeChange(node);
        if (size > old) node = OpenGap(node, position, size - old);
        else if (size < old) CloseGap(node, position, old - size);
        Listpack.WriteEntry(Data(node)[position..], value);
        WriteHeader(node);
    }

    // The node behind which a new one belongs; splits the node when the place is inside it.
    private Handle Gap(Handle node, int position, bool atStart, bool atEnd)
    {
        if (atStart) return Node(node).Prev;
        if (!atEnd) Split(node, position);
        return node;
    }

    private void InsertBesideFull(
        Handle node, int position, ListpackValue value, bool atStart, bool atEnd)
    {
        int size = Listpack.EntryBytes(value);
        Handle beside = atStart ? Node(node).Prev : atEnd ? Node(node).Next : default;
        if (!beside.IsNull && HasRoom(beside, size, 1))
        {
            PushInto(beside, value, size, head: !atStart);
            return;
        }

        Handle behind = atStart ? Node(node).Prev : node;
        if (!atStart && !atEnd)
        {
            Handle right = Split(node, position);
            beside = HasRoom(node, size, 1) ? node : HasRoom(right, size, 1) ? right : default;
            if (!beside.IsNull)
            {
                Handle now = PushInto(beside, value, size, head: beside == right);
                MergeWithNext(beside == right ? now : Node(now).Next);
                return;
            }
        }

        Handle made = NewPack(size, atHead: false);
        Link(made, behind);
        PushInto(made, value, size, head: false);
    }
}
