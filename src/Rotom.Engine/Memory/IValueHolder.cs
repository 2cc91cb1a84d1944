namespace Rotom.Engine.Memory;

/// <summary>
/// Holds large values as they were at one moment, while others go on changing and freeing them: a
/// snapshot. It is told first.
/// </summary>
internal interface IValueHolder
{
    /// <summary>
    /// A watched table's elements in this bucket are about to be added to, changed or removed.
    /// </summary>
    void BeforeChange(Handle table, uint bucket);

    /// <summary>A watched table, empty by now, is about to be freed.</summary>
    void BeforeTableGoes(Handle table);

    /// <summary>Who is told of changes of a watched list, by its root.</summary>
    INodeHolder NodesOf(Handle list);

    /// <summary>Bytes of a string's own block are about to be changed.</summary>
    void BeforeWrite(Handle block, long from, long count);

    /// <summary>A string is in another block now.</summary>
    void Moved(Handle old, Handle now);

    /// <summary>
    /// True when a value that nobody has any more is still needed: it will be freed later.
    /// </summary>
    bool TryKeep(DetachedValue value);
}

/// <summary>Is told what happens to the nodes of a list.</summary>
internal interface INodeHolder
{
    /// <summary>The mark of nodes that are no longer of interest, such as new ones.</summary>
    uint Mark { get; }

    /// <summary>A node's elements are about to change.</summary>
    void BeforeChange(Handle node);

    /// <summary>Another node is about to follow a node.</summary>
    void BeforeLink(Handle node);

    /// <summary>True when a node that was taken out must not be freed.</summary>
    bool TryKeep(Handle node);

    /// <summary>
    /// The list's root is about to be freed; its one node, if any, is no list's afterwards.
    /// </summary>
    void BeforeRootGoes(Handle node);
}
