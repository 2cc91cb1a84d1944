using System;
using System.Buffers;
using Rotom.Engine.Memory;

namespace Rotom.Engine;

// Compressing the nodes of long lists that nobody uses (list-compress-idle-seconds), where
// list-compress-depth does not say what is compressed.
//
// Each node says how it was used (ListNodeUse). ListCompressor comes by now and then: a node it
// finds unused since it was last there is compressed, if that takes an eighth off, and else left
// alone until it is changed. The outermost nodes are left as they are, so pushes and pops, and
// reading near the ends, know nothing of this.
//
// A compressed node that is read is expanded aside and stays as it is; only one that is read again
// before the next look is expanded for good, then. So going through a long list once does not bring
// all of its bytes back. One that is changed is expanded at once (Open).
internal partial struct Quicklist
{
    /// <summary>Nodes at either end that are left as they are.</summary>
    internal const int IdleEnds = 4;

    // Lists of fewer nodes are not looked at.
    private const int IdleNodesMin = 12;

    // A smaller node is not worth it; a larger one would take too long at once.
    private const int IdleBytesMin = 512;
    private const int IdleBytesMax = 16 << 10;

    private const int IdleGainShift = 3;

    /// <summary>
    /// The node at which looking at a list begins, or goes on from one it was to go on at; null
    /// when there is none left.
    /// </summary>
    public readonly Handle IdleFrom(Handle node)
    {
        Handle first = _head;
        for (int i = 0; i < IdleEnds && !first.IsNull; i++)
        {
            if (first == node) node = default;
            first = Node(first).Next;
        }

        return node.IsNull ? first : node;
    }

    /// <summary>
    /// The first node of those at the tail that are left as they are, and whether a place is among
    /// these, or nowhere.
    /// </summary>
    public readonly Handle IdleEnd(Handle from, out bool isPast)
    {
        isPast = from.IsNull;
        Handle end = _tail;
        for (int i = 1; i < IdleEnds && !end.IsNull; i++)
        {
            isPast |= end == from;
            end = Node(end).Prev;
        }

        isPast |= end == from;
        return end;
    }

    /// <summary>
    /// Looks at one node: compresses or expands it if it is time; the next node. Only between
    /// commands, and while no snapshot is told of changes.
    /// </summary>
    public Handle LookAtIdle(Handle at)
    {
        ref ListNode node = ref Node(at);
        Handle next = node.Next;
        switch (node.Use)
        {
            case ListNodeUse.Recent when node.IsOpen:
                node.Use = ListNodeUse.Resting;
                break;
            case ListNodeUse.Resting when node.IsOpen:
                CompressIdle(at);
                break;
            case ListNodeUse.ReadOnce:
                node.Use = ListNodeUse.Resting;
                break;
            case ListNodeUse.ReadOften:
                Open(at);
                break;
        }

        return next;
    }

    private void CompressIdle(Handle at)
    {
        ref ListNode node = ref Node(at);
        int most = node.Length - (node.Length >> IdleGainShift);
        int length = 0;
        byte[] output = [];
        if (node.Length is >= IdleBytesMin and <= IdleBytesMax)
        {
            output = ArrayPool<byte>.Shared.Rent(node.Length);
            length = Lzf.Compress(Data(at), output.AsSpan(0, most));
        }

        if (length > 0) Store(at, output.AsSpan(0, length));
        else node.Use = ListNodeUse.Dense;
        if (output.Length > 0) ArrayPool<byte>.Shared.Return(output);
    }

    // A node as it is was read.
    private readonly void Touch(Handle at)
    {
        ref ListNode node = ref Node(at);
        if (node.Use == ListNodeUse.Resting && node.IsOpen) node.Use = ListNodeUse.Recent;
    }

    // To be called before a node as it is changes.
    private readonly void BeforeChange(Handle at)
    {
        _holder?.BeforeChange(at);
        ref ListNode node = ref Node(at);
        if (node.Use != ListNodeUse.Recent) node.Use = ListNodeUse.Recent;
    }

    // A list that is long is known to who looks at idle nodes.
    private readonly void NoteIfLong(ref QuicklistRoot root)
    {
        if (root.LongPlace == 0 && _nodes >= IdleNodesMin)
            root.LongPlace = _heap.IdleLists.Add(_root) + 1;
    }

    // The root is to be freed, or its nodes are.
    private readonly void ForgetLong()
    {
        ref QuicklistRoot root = ref _heap.At<QuicklistRoot>(_root, 0);
        if (root.LongPlace == 0) return;
        Handle moved = _heap.IdleLists.RemoveAt(root.LongPlace - 1);
        if (!moved.IsNull) _heap.At<QuicklistRoot>(moved, 0).LongPlace = root.LongPlace;
        root.LongPlace = 0;
    }
}
