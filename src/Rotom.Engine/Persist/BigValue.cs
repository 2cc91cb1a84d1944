using System;
using Rotom.Engine.Memory;

namespace Rotom.Engine.Persist;

/// <summary>
/// A value too large to be saved at once, as it was at the cut: its record is written in steps,
/// each a bucket, a node or some kilobytes. See SnapshotWalk.
/// </summary>
internal abstract class BigValue
{
    private readonly IBigValueOwner _owner;

    private protected BigValue(IBigValueOwner owner, Handle key)
    {
        _owner = owner;
        Key = key;
    }

    /// <summary>The block by which changes name it; null when nobody can change it any more.
    /// </summary>
    public Handle Key { get; private protected set; }

    /// <summary>What is written before its elements: all that is known of the key.</summary>
    public byte[] Head { get; set; } = [];

    /// <summary>What is written behind its elements.</summary>
    public byte[] Tail { get; set; } = [];

    /// <summary>Writes its elements as commands; null: as the record of a file.</summary>
    public ElementCommands? Commands { get; init; }

    /// <summary>The database it is in.</summary>
    public int Part { get; set; }

    /// <summary>What is to be freed when it is saved, since nobody has it any more.</summary>
    public DetachedValue? Orphan { get; set; }

    /// <summary>Writes some more of its record; true when that is whole.</summary>
    public abstract bool SaveSome(RdbWriter to);

    /// <summary>Gives back all that it holds, saved or not; the value is an ordinary one again.
    /// </summary>
    public abstract void Release();

    /// <summary>The images of old state take that much more memory, or less.</summary>
    private protected void Count(long bytes) => _owner.Count(bytes);

    /// <summary>Nobody can change it any more.</summary>
    private protected void LoseKey()
    {
        _owner.LosesKey(this);
        Key = default;
    }
}

/// <summary>The snapshot that values are saved for.</summary>
internal interface IBigValueOwner : IImageCounter
{
    /// <summary>Nobody will change this value, which still has its key.</summary>
    void LosesKey(BigValue value);
}

/// <summary>Counts the memory of images of old state.</summary>
internal interface IImageCounter
{
    /// <summary>So many bytes more, or less.</summary>
    void Count(long bytes);
}
