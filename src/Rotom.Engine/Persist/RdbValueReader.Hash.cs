using System;
using Rotom.Engine.Memory;

namespace Rotom.Engine.Persist;

internal sealed partial class RdbValueReader
{
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
            engine.Payloads.Free(ObjectType.Hash, map.Encoding, map.Payload);
            return from.Failed ? RdbLoad.Broken : RdbLoad.Empty;
        }

        value = new RdbValue(ObjectType.Hash, map.Encoding, map.Payload);
        return RdbLoad.Loaded;
    }

    private static void ReadFields(RdbReader from, ref FieldMap map, long first)
    {
        bool hasTimes = first >= 0;
        ulong count = from.Count();
        if (!from.MayHold(count)) return;
        for (ulong i = 0; i < count && !from.Failed; i++)
        {
            ulong after = hasTimes ? from.Count() : 0;
            ReadOnlySpan<byte> name = from.KeptString();
            ReadOnlySpan<byte> text = from.String();
            if (from.Failed) return;
            if (after > FieldMap.TimeMax || first > FieldMap.TimeMax) from.Fail("a time too far");
            else Add(from, ref map, name, text, after == 0 ? 0 : first + (long)after - 1);
        }
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
        if (!map.Set(name, text)) from.Fail("a field twice in a hash");
        else if (time > 0) map.SetExpire(name, Math.Min(time, FieldMap.TimeMax));
    }
}
