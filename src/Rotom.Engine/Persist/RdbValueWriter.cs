using System;
using Rotom.Engine.Memory;

namespace Rotom.Engine.Persist;

// A value as RDB has it: its type, then (behind the key, in a file) its bytes. The layout chosen is
// one that Redis 7.0 reads, so that an operator can go back: a small set, which Redis 7.2 writes as
// its listpack, is written element by element.

/// <summary>Writes values.</summary>
internal sealed partial class RdbValueWriter(
    NativeHeap heap, Config.ServerConfig config, HashStore hashes)
{
    /// <summary>True when strings are to be compressed.</summary>
    internal bool Compresses => config.RdbCompression;

    /// <summary>What all sets have in common.</summary>
    internal SetHome Sets { get; set; } = null!;

    /// <summary>The type that a value is written as.</summary>
    internal RdbType TypeOf(Entry entry) => entry.Type switch
    {
        ObjectType.Hash => TypeOfHash(OpenHash(entry)),
        ObjectType.String => RdbType.String,
        ObjectType.SortedSet => TypeOfZset(entry.Encoding),
        ObjectType.Set => TypeOfSet(entry.Encoding),
        ObjectType.List => RdbType.ListQuicklist2,
        ObjectType.Module => RdbType.Module,
        _ => throw new InvariantException($"a value of type {entry.Type} cannot be written"),
    };

    /// <summary>The lowest version that has all types of what the databases hold.</summary>
    internal int VersionNeeded => hashes.Count > 0 ? RdbVersion.FieldExpiry : RdbVersion.Base;

    /// <summary>The lowest version that has a type.</summary>
    internal static int VersionOf(RdbType type) =>
        type >= RdbType.HashExpiringPreGA ? RdbVersion.FieldExpiry : RdbVersion.Base;

    /// <summary>Bytes of a string, elements of a collection; -1 of what only its type knows.
    /// </summary>
    internal long LengthOf(Entry entry) => entry.Type switch
    {
        ObjectType.Hash => OpenHash(entry).Count,
        ObjectType.String => Commands.StringValue.Bytes(entry, stackalloc byte[20]).Length,
        ObjectType.SortedSet => OpenZset(entry).Count,
        ObjectType.Set => OpenSet(entry).Count,
        ObjectType.List => OpenList(entry).Count,
        _ => -1,
    };

    /// <summary>Writes a value without its type.</summary>
    internal void Write(RdbWriter to, Entry entry)
    {
        switch (entry.Type)
        {
            case ObjectType.Hash:
                WriteHash(to, OpenHash(entry));
                break;
            case ObjectType.String:
                if (entry.IsInt) to.IntString(entry.Int);
                else to.String(entry.StringBytes);
                break;
            case ObjectType.SortedSet:
                WriteZset(to, entry);
                break;
            case ObjectType.Set:
                WriteSet(to, entry);
                break;
            case ObjectType.List:
                WriteList(to, entry);
                break;
            case ObjectType.Module:
                WriteCustom(to, entry);
                break;
            default:
                Invariant.Require(false);
                break;
        }
    }

    private FieldMap OpenHash(Entry entry) => new(hashes, entry.Encoding, entry.Payload);

    private Quicklist OpenList(Entry entry) =>
        new(
            heap,
            new ListLimits(config.ListMaxListpackSize),
            entry.Encoding,
            entry.Payload.Block);

    private void WriteList(RdbWriter to, Entry entry)
    {
        Quicklist list = OpenList(entry);
        to.Count((ulong)list.NodeCount);
        for (Handle node = list.FirstNode; !node.IsNull; node = list.NextNode(node))
        {
            if (to.IsOver) return;
            ReadOnlySpan<byte> bytes = list.NodeBytes(node, out bool isPacked);
            WriteNode(to, bytes, isPacked);
        }
    }

    /// <summary>Writes a node of a list.</summary>
    internal static void WriteNode(RdbWriter to, ReadOnlySpan<byte> bytes, bool isPacked)
    {
        to.Count((ulong)(isPacked ? RdbListNode.Packed : RdbListNode.Plain));
        to.String(bytes);
    }
}
