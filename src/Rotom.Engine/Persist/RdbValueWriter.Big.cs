using System;
using Rotom.Engine.Memory;

namespace Rotom.Engine.Persist;

// Values that a snapshot does not save at once. The bounds keep what it does save at once to some
// 100 us: what is not large is a listpack, a few hundred elements, a dozen nodes, or a string that
// is compressed in that time.
internal sealed partial class RdbValueWriter
{
    /// <summary>A table of more elements is large. A simulation sets it, and those below, low.
    /// </summary>
    internal long BigElements { get; set; } = 256;

    /// <summary>A list of more nodes is large.</summary>
    internal int BigNodes { get; set; } = 12;

    /// <summary>A string of more bytes is large; never one that lies within its entry.</summary>
    internal int BigStringBytes
    {
        get;
        set => field = Math.Max(value, EntryHeader.InlineMax);
    }
    = 1 << 16;

    /// <summary>
    /// Begins to save a large value in steps: writes what comes before its elements, and has it
    /// tell of changes from now on. Null when the value is none.
    /// </summary>
    /// <param name="entry">Its key and value; nothing changed it since the cut.</param>
    /// <param name="head">Gets the beginning of its record behind the key.</param>
    /// <param name="owner">Whose it is.</param>
    /// <param name="snapshot">Number of the snapshot.</param>
    /// <param name="commands">Its elements are written as these; null: as a record.</param>
    internal BigValue? Begin(
        Entry entry,
        RdbWriter head,
        IBigValueOwner owner,
        uint snapshot,
        ElementCommands? commands = null)
    {
        switch (entry.Encoding)
        {
            case ObjectEncoding.Hashtable or ObjectEncoding.HashtableEx
                when entry.Type == ObjectType.Hash:
                FieldMap map = OpenHash(entry);
                if (map.Count <= BigElements) return null;
                if (map.NextDue >= 0) head.Int64(map.NextDue);
                head.Count((ulong)map.Count);
                return new BigHash(owner, map, snapshot, Compresses) { Commands = commands };
            case ObjectEncoding.Hashtable:
                SetType set = new(Sets, entry.Encoding, entry.Payload);
                if (set.Count <= BigElements) return null;
                head.Count((ulong)set.Count);
                return new BigSet(owner, heap, set, snapshot, Compresses)
                {
                    Commands = commands,
                };
            case ObjectEncoding.Skiplist:
                ZsetIndex index = new(heap, Sets.Seed, entry.Payload.Block);
                if (index.Count <= BigElements) return null;
                head.Count((ulong)index.Count);
                return new BigZset(owner, heap, index, snapshot, Compresses)
                {
                    Commands = commands,
                };
            case ObjectEncoding.Quicklist:
                ListLimits limits = new(config.ListMaxListpackSize);
                Quicklist list = new(heap, limits, entry.Encoding, entry.Payload.Block);
                if (list.NodeCount <= BigNodes) return null;
                head.Count((ulong)list.NodeCount);
                return new BigList(owner, heap, list, snapshot) { Commands = commands };
            case ObjectEncoding.Raw when entry.Type == ObjectType.String
                && entry.StringLength > BigStringBytes:
                return commands is null
                    ? new BigString(owner, heap, entry, Compresses)
                    : new BigString(owner, heap, entry, compress: false) { HasLength = true };
            default:
                return null;
        }
    }

    /// <summary>The block by which a value's changes name it.</summary>
    internal Handle KeyOf(DetachedValue value) => value.Encoding switch
    {
        ObjectEncoding.HashtableEx => new FieldMap(hashes, value.Encoding, value.Payload).TableRoot,
        ObjectEncoding.Skiplist => new ZsetIndex(heap, Sets.Seed, value.Payload).TableRoot,
        ObjectEncoding.Hashtable or ObjectEncoding.Quicklist or ObjectEncoding.Raw => value.Payload,
        _ => default,
    };
}
