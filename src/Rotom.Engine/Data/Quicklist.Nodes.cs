using System;
using Rotom.Engine.Memory;

namespace Rotom.Engine;

// Nodes as they are, for snapshots.
internal partial struct Quicklist
{
    /// <summary>The node at the head.</summary>
    public readonly Handle FirstNode => _head;

    /// <summary>The node towards the tail, or null.</summary>
    public readonly Handle NextNode(Handle node) => Node(node).Next;

    /// <summary>Has a snapshot told of changes, or no longer.</summary>
    public static void Watch(NativeHeap heap, Handle root, bool on) =>
        heap.At<QuicklistRoot>(root, 0).IsWatched = on ? 1 : 0;

    /// <summary>A node's listpack, or its one element; a view.</summary>
    public readonly ReadOnlySpan<byte> NodeBytes(Handle node, out bool isPacked) =>
        BytesOf(_heap, node, out isPacked);

    /// <summary>The same of a node that need not be in a list.</summary>
    public static ReadOnlySpan<byte> BytesOf(NativeHeap heap, Handle node, out bool isPacked)
    {
        Quicklist any = new(heap, default);
        isPacked = any.Node(node).IsPacked;
        return any.Data(node);
    }
}
