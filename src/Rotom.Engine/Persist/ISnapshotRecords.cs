using System;
using Rotom.Engine.Memory;

namespace Rotom.Engine.Persist;

/// <summary>What a snapshot is written as.</summary>
public enum SnapshotForm
{
    /// <summary>A file in Redis' snapshot format.</summary>
    Rdb,

    /// <summary>The same, as the base of a journal.</summary>
    RdbBase,

    /// <summary>Commands that make the data anew: a base of a journal too.</summary>
    Commands,
}

/// <summary>Writes the records of a snapshot, in one form or another.</summary>
internal interface ISnapshotRecords
{
    /// <summary>Keys written.</summary>
    long Keys { get; }

    /// <summary>The beginning.</summary>
    void Begin(int version, bool isBase);

    /// <summary>Something about the file, where the form has a place for it.</summary>
    void Aux(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value);

    /// <summary>What follows is of this database.</summary>
    void Select(int database, long keys, long expires, ref bool isFirst);

    /// <summary>A key, with its value and what is known of it.</summary>
    void Write(Entry entry);

    /// <summary>Where records go; another writer for what has to wait.</summary>
    RdbWriter To { get; set; }

    /// <summary>Begins to write a large value in steps; null when the value is none.</summary>
    /// <param name="entry">Its key and value; nothing changed it since the cut.</param>
    /// <param name="owner">Whose it is.</param>
    /// <param name="snapshot">Number of the snapshot.</param>
    BigValue? Begin(Entry entry, IBigValueOwner owner, uint snapshot);

    /// <summary>A value that was written in steps is whole.</summary>
    void EndSteps();

    /// <summary>The end.</summary>
    void End();
}
