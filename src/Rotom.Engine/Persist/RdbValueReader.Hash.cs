using System;
using Rotom.Engine.Memory;

namespace Rotom.Engine.Persist;

internal sealed partial class RdbValueReader
{
    private const string FieldTwice = "a field twice in a hash";

    // Two lengths and a byte of text.
    private const int FieldBytesMin = 3;

    // 32 MB of buckets; a table grows by itself from there on.
    private const long ReservedMax = 2_500_000;

    private readonly RdbPair[] _pairs = new RdbPair[RdbPair.Many];

    private RdbLoad ReadHash(RdbReader from, RdbType type, out RdbValue value)
    {
        value = default;
        FieldMap map = new(engine.Payloads.Hashes);
        switch (type)
        {
            case RdbType.Hash:
                ReadFields(from, ref map, first: -1);
                break;
            case RdbType.HashExpiring:
                ReadFields(from, ref map, from.Int64());
                break;
            case RdbType.HashListpackExpiring:
                from.Int64();
                ReadPack(from, ref map, hasTimes: true);
                break;
            case RdbType.HashListpack:
                ReadPack(from, ref map, hasTimes: false);
                break;
            case RdbType.HashZiplist:
                ReadZiplist(from, ref map);
                break;
            default:
                ReadZipmap(from, ref map);
                break;
        }

        if (from.Failed || map.Count == 0)
        {
            engine.Payloads.Free(ObjectType.Hash, map.Encoding, map.Payload.Block);
            return from.Failed ? RdbLoad.Broken : RdbLoad.Empty;
        }

        value = new RdbValue(ObjectType.Hash, map.Encoding, map.Payload);
        return RdbLoad.Loaded;
    }

    private void ReadFields(RdbReader from, ref FieldMap map, long first)
    {
        bool hasTimes = first >= 0;
        ulong count = from.Count();
        if (!from.MayHold(count)) return;
        if (!hasTimes) map.Expect(count, Math.Min(from.MostElements(FieldBytesMin), ReservedMax));
        for (ulong i = 0; i < count && !from.Failed; i++)
        {
            if (!hasTimes && !map.IsPacked)
            {
                i += (ulong)AddFields(from, ref map, count - i);
                if (i == count || from.Failed) return;
            }

            ulong after = hasTimes ? from.Count() : 0;
            ReadOnlySpan<byte> name = from.KeptString();
            ReadOnlySpan<byte> text = from.String();
            if (from.Failed) return;
            if (after > FieldMap.TimeMax || first > FieldMap.TimeMax) from.Fail("a time too far");
            else Add(from, ref map, name, text, after == 0 ? 0 : first + (long)after - 1);
        }
    }

    // As many as stand whole in the reader's buffer.
    private int AddFields(RdbReader from, ref FieldMap map, ulong most)
    {
        int added = 0;
        for (; (ulong)added < most && !from.Failed;)
        {
            int wanted = (int)Math.Min((ulong)_pairs.Length, most - (ulong)added);
            int found = from.LookForPairs(_pairs.AsSpan(0, wanted), lead: -1);
            if (found == 0) break;
            int now = map.Add(from.Buffer, _pairs.AsSpan(0, found));
            from.Take(in _pairs[Math.Min(now, found - 1)]);
            if (now < found) from.Fail(FieldTwice);
            added += now;
        }

        return added;
    }

    private static void ReadPack(RdbReader from, ref FieldMap map, bool hasTimes)
    {
        ReadOnlySpan<byte> pack = from.String();
        if (from.Failed) return;
        if (!FieldMap.IsSound(pack, hasTimes))
        {
            from.Fail("a broken listpack of a hash");
            return;
        }

        Span<byte> digits = stackalloc byte[ListpackValue.DigitsMax];
        Span<byte> valueDigits = stackalloc byte[ListpackValue.DigitsMax];
        int at = Listpack.HeaderBytes;
        while (pack[at] != Listpack.End && !from.Failed)
        {
            ReadOnlySpan<byte> name = Listpack.Get(pack, at).Text(digits);
            at = Listpack.After(pack, at);
            ReadOnlySpan<byte> text = Listpack.Get(pack, at).Text(valueDigits);
            at = Listpack.After(pack, at);
            long time = 0;
            if (hasTimes)
            {
                time = Listpack.Get(pack, at).Int;
                at = Listpack.After(pack, at);
            }

            Add(from, ref map, name, text, time);
        }
    }

    private static void ReadZiplist(RdbReader from, ref FieldMap map)
    {
        ReadOnlySpan<byte> bytes = from.String();
        if (from.Failed) return;
        if (!Ziplist.IsSound(bytes, out int count) || count % 2 != 0)
        {
            from.Fail("a broken ziplist of a hash");
            return;
        }

        Ziplist ziplist = new(bytes);
        Span<byte> digits = stackalloc byte[ListpackValue.DigitsMax];
        Span<byte> valueDigits = stackalloc byte[ListpackValue.DigitsMax];
        while (!from.Failed && ziplist.TryNext(out ListpackValue name)
            && ziplist.TryNext(out ListpackValue text))
        {
            Add(from, ref map, name.Text(digits), text.Text(valueDigits), 0);
        }
    }

    private static void ReadZipmap(RdbReader from, ref FieldMap map)
    {
        ReadOnlySpan<byte> bytes = from.String();
        if (from.Failed) return;
        if (!Zipmap.IsSound(bytes, out _))
        {
            from.Fail("a broken zipmap");
            return;
        }

        Zipmap zipmap = new(bytes);
        while (!from.Failed
            && zipmap.TryNext(out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> text))
        {
            Add(from, ref map, name, text, 0);
        }
    }

    private static void Add(
        RdbReader from, ref FieldMap map, ReadOnlySpan<byte> name, ReadOnlySpan<byte> text,
        long time)
    {
        if (!map.Set(name, text)) from.Fail(FieldTwice);
        else if (time > 0) map.SetExpire(name, Math.Min(time, FieldMap.TimeMax));
    }
}
