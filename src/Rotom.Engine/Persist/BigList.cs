using System;
using System.Collections.Generic;
using Rotom.Engine.Memory;

namespace Rotom.Engine.Persist;

// BigList: a long list on its way into a snapshot, node by node from the head of the cut to its
// tail. Order matters here, so a node that changes before its turn cannot be written at once; its
// image is kept until then. A node that leaves the list is its own image: it is not freed. Of a
// node that changes there is a copy, some kilobytes.
//
// The chain of the cut is found without having been written down. For a node of the cut not saved
// yet ("old": without this snapshot's mark) or for its image, the successor at the cut is
//   - what its image says, if it has one;
//   - what was noted in _nextAtCut, if its link changed since;
//   - what its link says, else.
// Invariants: old nodes have the elements they had at the cut; every other node in the list, new,
// copied or saved, has the mark; a change of an old node's link is noted the first time; _images
// and _nextAtCut have no entries for nodes that are saved. Images are named by the handle their
// node had at the cut. That handle may meanwhile be another, newer node's, which bears the mark and
// never gets an image.
//
// A list that shrinks to one listpack, or to nothing, loses its root: by then all that is left to
// save are images, and it is no longer told of anything.

/// <summary>A long list that is saved node by node.</summary>
internal sealed class BigList : BigValue, INodeHolder
{
    private readonly NativeHeap _heap;
    private readonly Dictionary<Handle, Image> _images = [];
    private readonly Dictionary<Handle, Handle> _nextAtCut = [];
    private Handle _next;
    private int _left;

    internal BigList(IBigValueOwner owner, NativeHeap heap, Quicklist list, uint snapshot)
        : base(owner, list.Payload)
    {
        _heap = heap;
        Mark = snapshot;
        _next = list.FirstNode;
        _left = list.NodeCount;
        Quicklist.Watch(heap, list.Payload, on: true);
    }

    /// <inheritdoc/>
    public uint Mark { get; }

    /// <inheritdoc/>
    public override bool SaveSome(RdbWriter to)
    {
        if (_next.IsNull)
        {
            Invariant.Require(_left == 0 && _images.Count == 0 && _nextAtCut.Count == 0);
            return true;
        }

        _left--;
        if (_images.Remove(_next, out Image image))
        {
            Write(to, image.Block);
            Free(image.Block);
            _next = image.Next;
        }
        else
        {
            Write(to, _next);
            Handle saved = _next;
            _next = NextAtCut(saved);
            _nextAtCut.Remove(saved);
            Node(saved).Mark = Mark;
        }

        return false;
    }

    /// <inheritdoc/>
    public void BeforeChange(Handle node)
    {
        ref ListNode old = ref Node(node);
        if (old.Mark == Mark) return;
        Handle copy = _heap.Allocate(old.Bytes);
        ref ListNode head = ref Node(copy);
        head = old;
        head.Start = ListNode.HeadBytes;
        _heap.Bytes(node, old.Start, old.Length)
            .CopyTo(_heap.Bytes(copy, ListNode.HeadBytes, old.Length));
        Keep(node, copy);
        old.Mark = Mark;
    }

    /// <inheritdoc/>
    public void BeforeLink(Handle node)
    {
        ref ListNode old = ref Node(node);
        if (old.Mark != Mark) _nextAtCut.TryAdd(node, old.Next);
    }

    /// <inheritdoc/>
    public bool TryKeep(Handle node)
    {
        if (Node(node).Mark == Mark) return false;
        Keep(node, node);
        return true;
    }

    /// <inheritdoc/>
    public void BeforeRootGoes(Handle node)
    {
        if (!node.IsNull) BeforeChange(node);
        LoseKey();
    }

    /// <inheritdoc/>
    public override void Release()
    {
        if (!Key.IsNull) Quicklist.Watch(_heap, Key, on: false);
        Key = default;
        foreach (Image image in _images.Values) Free(image.Block);
        _images.Clear();
        _nextAtCut.Clear();
    }

    private void Keep(Handle node, Handle image)
    {
        _images.Add(node, new Image(image, NextAtCut(node)));
        _nextAtCut.Remove(node);
        Count(_heap.BlockBytes(image));
    }

    private void Free(Handle image)
    {
        Count(-_heap.BlockBytes(image));
        Quicklist.FreeNodeBlock(_heap, image);
    }

    private Handle NextAtCut(Handle node) =>
        _nextAtCut.TryGetValue(node, out Handle next) ? next : Node(node).Next;

    private void Write(RdbWriter to, Handle node)
    {
        ReadOnlySpan<byte> bytes = Quicklist.BytesOf(_heap, node, out bool isPacked);
        if (Commands is not { } commands)
        {
            RdbValueWriter.WriteNode(to, bytes, isPacked);
            return;
        }

        if (!isPacked) commands.Add(bytes);
        for (int at = isPacked ? Listpack.First(bytes) : -1; at >= 0; at = Listpack.Next(bytes, at))
        {
            commands.Add(Listpack.Get(bytes, at));
        }

        commands.Write(to);
    }

    private ref ListNode Node(Handle node) => ref _heap.At<ListNode>(node, 0);

    private readonly record struct Image(Handle Block, Handle Next);
}
