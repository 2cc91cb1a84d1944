using System;
using Rotom.Engine.Memory;
using Rotom.Resp;

namespace Rotom.Engine;

internal partial struct Quicklist
{
    /// <summary>
    /// Place of an element by its index, negative from the end (-1 the last); null for none. Goes
    /// over the nodes from the nearer end.
    /// </summary>
    public readonly ListPosition Seek(long index)
    {
        if (index < 0) index += _count;
        if ((ulong)index >= (ulong)_count) return default;
        if (index < _count / 2)
        {
            Handle at = _head;
            while (index >= Node(at).Count)
            {
                index -= Node(at).Count;
                at = Node(at).Next;
            }

            return In(at, index);
        }

        long fromEnd = _count - 1 - index;
        Handle last = _tail;
        while (fromEnd >= Node(last).Count)
        {
            fromEnd -= Node(last).Count;
            last = Node(last).Prev;
        }

        return In(last, Node(last).Count - 1 - fromEnd);
    }

    /// <summary>The first place, or the last.</summary>
    public readonly ListPosition End(bool head) => EndOf(head ? _head : _tail, head);

    /// <summary>
    /// The next place towards the tail, or towards the head; null behind the end.
    /// </summary>
    public readonly ListPosition Next(ListPosition at, bool forward = true)
    {
        ref ListNode node = ref Node(at.Node);
        if (node.IsPacked)
        {
            ReadOnlySpan<byte> pack = Data(at.Node);
            int next = forward ? Listpack.Next(pack, at.At) : Listpack.Prev(pack, at.At);
            if (next >= 0) return new ListPosition(at.Node, next);
        }

        return EndOf(forward ? node.Next : node.Prev, forward);
    }

    /// <summary>The element at a place; a view.</summary>
    public readonly ListpackValue Get(ListPosition at)
    {
        ReadOnlySpan<byte> data = Data(at.Node);
        return Node(at.Node).IsPacked
            ? Listpack.Get(data, at.At)
            : ListpackValue.Verbatim(data);
    }

    /// <summary>True if the element at a place equals this one.</summary>
    public readonly bool Is(ListPosition at, ListpackValue value)
    {
        ListpackValue own = Get(at);
        if (own.IsInt == value.IsInt) return own.Is(value);
        // Bytes from elsewhere may spell an integer without being encoded as one.
        Span<byte> digits = stackalloc byte[ListpackValue.DigitsMax];
        return own.IsInt ? value.Bytes.SequenceEqual(own.Text(digits))
            : own.Bytes.SequenceEqual(value.Text(digits));
    }

    /// <summary>
    /// Answers so many elements from a place on, straight from the nodes into the reply.
    /// </summary>
    public readonly void Reply(RespWriter to, ListPosition from, long count, bool forward = true)
    {
        if (!forward)
        {
            for (; count > 0; count--, from = Next(from, forward)) Get(from).Reply(to);
            return;
        }

        Handle node = from.Node;
        int at = from.At;
        while (count > 0)
        {
            Touch(node);
            ReadOnlySpan<byte> data = Data(node);
            if (!Node(node).IsPacked)
            {
                to.Bulk(data);
                count--;
            }
            else
            {
                for (; count > 0 && data[at] != Listpack.End; count--)
                {
                    Listpack.Get(data, at).Reply(to);
                    at = Listpack.After(data, at);
                }
            }

            node = Node(node).Next;
            at = Listpack.HeaderBytes;
        }
    }

    private readonly ListPosition EndOf(Handle node, bool first)
    {
        if (node.IsNull) return default;
        Touch(node);
        if (!Node(node).IsPacked) return new ListPosition(node, 0);
        return new ListPosition(node, first ? Listpack.HeaderBytes : Listpack.Last(Data(node)));
    }

    private readonly ListPosition In(Handle node, long index)
    {
        Touch(node);
        return new(node, Node(node).IsPacked ? Listpack.Seek(Data(node), index) : 0);
    }
}
