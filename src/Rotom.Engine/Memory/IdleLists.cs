using System.Collections.Generic;

namespace Rotom.Engine.Memory;

// The long lists of a heap, by their root blocks, for who compresses what nobody uses
// (ListCompressor). A root knows its place here; lists come in when they grow and leave when their
// root goes. Where the work is in a list is a node; whoever frees a node moves that place on
// (Quicklist.FreeBlock), so it is never a dead one.

/// <summary>The long lists of a heap, and how far the walk over them is.</summary>
internal sealed class IdleLists
{
    private readonly List<Handle> _roots = [];

    /// <summary>Number of lists.</summary>
    public int Count => _roots.Count;

    /// <summary>The list at a place.</summary>
    public Handle this[int place] => _roots[place];

    /// <summary>The list the walk is in; null between lists.</summary>
    public Handle Root { get; private set; }

    /// <summary>Where in it the walk goes on; null at the end.</summary>
    public Handle Node { get; set; }

    /// <summary>A list is long now; its place.</summary>
    public int Add(Handle root)
    {
        _roots.Add(root);
        return _roots.Count - 1;
    }

    /// <summary>The root at a place goes; which list has the place now, or none.</summary>
    public Handle RemoveAt(int place)
    {
        if (_roots[place] == Root) Leave();
        Handle last = _roots[^1];
        _roots[place] = last;
        _roots.RemoveAt(_roots.Count - 1);
        return place < _roots.Count ? last : default;
    }

    /// <summary>The root at a place is in another block.</summary>
    public void Moved(int place, Handle root)
    {
        if (_roots[place] == Root) Root = root;
        _roots[place] = root;
    }

    /// <summary>The walk begins a list.</summary>
    public void Enter(Handle root, Handle node)
    {
        Root = root;
        Node = node;
    }

    /// <summary>The walk is done with a list.</summary>
    public void Leave() => Root = Node = default;
}
