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

    /// <summary>A node's listpack, or its one element; a view.</summary>
    public readonly ReadOnlySpan<byte> NodeBytes(Handle node, out bool isPacked)
    {
        isPacked = Node(node).IsPacked;
        return Data(node);
    }
}
