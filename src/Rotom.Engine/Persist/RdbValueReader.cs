using System;
using Rotom.Engine.Config;
using Rotom.Engine.Memory;

namespace Rotom.Engine.Persist;

// Values from bytes that nobody vouches for: a client's RESTORE, a file. Each is built aside, from
// proven bytes, before the keyspace hears of it; what was built of a value that turns out broken is
// freed here.
//
// Every layout of a type ends in the same few calls that add an element, which find duplicates and
// choose the encoding by this server's own limits. So whatever came in, what stands in the keyspace
// is what the commands themselves would have made.
//
//   RdbValueReader.Custom.cs  types of the host
//   RdbValueReader.Hash.cs  hashes
//   RdbValueReader.cs       strings, lists; which type is read how

/// <summary>How reading a value ended.</summary>
internal enum RdbLoad
{
    /// <summary>It is there.</summary>
    Loaded,

    /// <summary>A collection without elements, which is no value.</summary>
    Empty,

    /// <summary>Of a type that is not known; its bytes were walked over and are sound.</summary>
    Walked,

    /// <summary>The bytes are no value; the reader's Failure says why.</summary>
    Broken,
}

/// <summary>A value that was read; a string's bytes are still the reader's.</summary>
internal readonly ref struct RdbValue
{
    /// <summary>A string.</summary>
    public RdbValue(ReadOnlySpan<byte> text) => Text = text;

    /// <summary>A collection, which whoever takes it owns.</summary>
    public RdbValue(ObjectType type, ObjectEncoding encoding, PackBlock payload)
    {
        Type = type;
        Encoding = encoding;
        Payload = payload;
    }

    /// <summary>What it is.</summary>
    public ObjectType Type { get; }

    /// <summary>How a collection is kept.</summary>
    public ObjectEncoding Encoding { get; }

    /// <summary>The collection.</summary>
    public PackBlock Payload { get; }

    /// <summary>The string.</summary>
    public ReadOnlySpan<byte> Text { get; }
}

/// <summary>Reads and proves values.</summary>
internal sealed partial class RdbValueReader(RotomEngine engine)
{
    private readonly NativeHeap _heap = engine.Heap;
    private readonly ServerConfig _config = engine.Config;

    /// <summary>Reads a value of a type.</summary>
    /// <param name="from">Its bytes.</param>
    /// <param name="type">Its type.</param>
    /// <param name="value">The value.</param>
    /// <param name="check">It is only to be proven, and may be of a module's type.</param>
    internal RdbLoad Read(RdbReader from, RdbType type, out RdbValue value, bool check = false)
    {
        value = default;
        switch (type)
        {
            case RdbType.String:
                value = new RdbValue(from.String());
                return from.Failed ? RdbLoad.Broken : RdbLoad.Loaded;
            case RdbType.SortedSet or RdbType.SortedSet2 or RdbType.SortedSetZiplist
                or RdbType.SortedSetListpack:
                return ReadZset(from, type, out value);
            case RdbType.Set or RdbType.SetIntset or RdbType.SetListpack:
                return ReadSet(from, type, out value);
            case RdbType.List or RdbType.ListZiplist or RdbType.ListQuicklist
                or RdbType.ListQuicklist2:
                return ReadList(from, type, out value);
            case RdbType.StreamListpacks or RdbType.StreamListpacks2 or RdbType.StreamListpacks3:
                return Broken(from, "streams cannot be read yet");
            case RdbType.Module:
                return ReadCustom(from, check, out value);
            case RdbType.ModulePreGA:
                return Broken(from, "a value of a module, in a format that never was released");
            case RdbType.Hash or RdbType.HashListpack or RdbType.HashZiplist
                or RdbType.HashZipmap or RdbType.HashExpiring or RdbType.HashListpackExpiring:
                return ReadHash(from, type, out value);
            default:
                return Broken(from, "a type of value that is not known");
        }
    }

    /// <summary>Puts a value under a key; what the key held before goes.</summary>
    internal static Entry Store(Database database, Key key, in RdbValue value) =>
        value.Type == ObjectType.String
            ? database.SetString(key, value.Text)
            : database.SetPayload(key, value.Type, value.Encoding, value.Payload);

    /// <summary>Frees a value that nobody wants.</summary>
    internal void Free(in RdbValue value)
    {
        if (value.Type == ObjectType.String) return;
        engine.Payloads.Free(value.Type, value.Encoding, value.Payload.Block);
    }

    private static RdbLoad Broken(RdbReader from, string reason)
    {
        from.Fail(reason);
        return RdbLoad.Broken;
    }

    private RdbLoad ReadList(RdbReader from, RdbType type, out RdbValue value)
    {
        value = default;
        ListLimits limits = new(_config.ListMaxListpackSize, _config.ListPackedThreshold);
        Quicklist list = new(_heap, limits);
        ulong parts = type == RdbType.ListZiplist ? 1 : from.Count();
        if (from.MayHold(parts))
        {
            for (ulong i = 0; i < parts && !from.Failed; i++) ReadListPart(from, type, ref list);
        }

        if (list.Count == 0) return from.Failed ? RdbLoad.Broken : RdbLoad.Empty;
        list.Save();
        if (from.Failed)
        {
            engine.Payloads.Free(ObjectType.List, list.Encoding, list.Payload);
            return RdbLoad.Broken;
        }

        value = new RdbValue(ObjectType.List, list.Encoding, list.Payload);
        return RdbLoad.Loaded;
    }

    private static void ReadListPart(RdbReader from, RdbType type, ref Quicklist list)
    {
        bool isPlain = type == RdbType.List;
        bool isListpack = false;
        if (type == RdbType.ListQuicklist2)
        {
            ulong node = from.Count();
            isPlain = node == (ulong)RdbListNode.Plain;
            isListpack = node == (ulong)RdbListNode.Packed;
            if (!isPlain && !isListpack) from.Fail("a node of a list is of no known kind");
        }

        ReadOnlySpan<byte> bytes = from.String();
        if (from.Failed) return;
        if (isPlain)
        {
            // An empty element is a listpack's business; a node for itself holds something.
            if (bytes.IsEmpty && type == RdbType.ListQuicklist2) from.Fail("an empty node");
            else Append(ref list, bytes);
        }
        else if (isListpack)
        {
            if (!Listpack.DeepCheck(bytes, out _)) from.Fail("a broken listpack");
            else AppendAll(ref list, bytes);
        }
        else if (!Ziplist.IsSound(bytes, out _))
        {
            from.Fail("a broken ziplist");
        }
        else
        {
            Ziplist ziplist = new(bytes);
            while (ziplist.TryNext(out ListpackValue element)) Append(ref list, element);
        }
    }

    private static void AppendAll(ref Quicklist list, ReadOnlySpan<byte> pack)
    {
        for (int at = Listpack.First(pack); at >= 0; at = Listpack.Next(pack, at))
        {
            ListpackValue element = Listpack.Get(pack, at);
            // Bytes that spell an integer without being one are made one.
            Append(ref list, element.IsInt ? element : new ListpackValue(element.Bytes));
        }
    }

    private static void Append(ref Quicklist list, ListpackValue element)
    {
        list.Grow(element.TextLength, 1);
        list.Push(element, head: false);
    }
}
