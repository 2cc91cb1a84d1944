using System;
using Rotom.Engine.Memory;

namespace Rotom.Engine.Persist;

internal sealed partial class RdbValueReader
{
    private RdbLoad ReadZset(RdbReader from, RdbType type, out RdbValue value)
    {
        value = default;
        Zset set = new(_heap, engine.HashSeed, ZsetLimits.Of(_config));
        switch (type)
        {
            case RdbType.SortedSet or RdbType.SortedSet2:
                ReadScored(from, type, ref set);
                break;
            case RdbType.SortedSetZiplist:
                ReadZsetZiplist(from, ref set);
                break;
            default:
                ReadZsetPack(from, ref set);
                break;
        }

        if (from.Failed || set.Count == 0)
        {
            while (!set.FreeSome())
            {
            }

            return from.Failed ? RdbLoad.Broken : RdbLoad.Empty;
        }

        value = new RdbValue(ObjectType.SortedSet, set.Encoding, set.Payload);
        return RdbLoad.Loaded;
    }

    private static void ReadScored(RdbReader from, RdbType type, ref Zset set)
    {
        ulong count = from.Count();
        if (!from.MayHold(count)) return;
        for (ulong i = 0; i < count && !from.Failed; i++)
        {
            ReadOnlySpan<byte> member = from.KeptString();
            double score = type == RdbType.SortedSet2 ? from.Double() : from.TextDouble();
            if (!from.Failed) AddScored(from, ref set, member, score);
        }
    }

    private static void ReadZsetPack(RdbReader from, ref Zset set)
    {
        ReadOnlySpan<byte> pack = from.String();
        if (from.Failed) return;
        if (!Listpack.DeepCheck(pack, out int count) || count % 2 != 0)
        {
            from.Fail("a broken listpack of a sorted set");
            return;
        }

        Span<byte> digits = stackalloc byte[ListpackValue.DigitsMax];
        int at = Listpack.HeaderBytes;
        while (pack[at] != Listpack.End && !from.Failed)
        {
            int scoreAt = Listpack.After(pack, at);
            ListpackValue score = Listpack.Get(pack, scoreAt);
            AddSpelled(from, ref set, Listpack.Get(pack, at).Text(digits), score);
            at = Listpack.After(pack, scoreAt);
        }
    }

    private static void ReadZsetZiplist(RdbReader from, ref Zset set)
    {
        ReadOnlySpan<byte> bytes = from.String();
        if (from.Failed) return;
        if (!Ziplist.IsSound(bytes, out int count) || count % 2 != 0)
        {
            from.Fail("a broken ziplist of a sorted set");
            return;
        }

        Ziplist ziplist = new(bytes);
        Span<byte> digits = stackalloc byte[ListpackValue.DigitsMax];
        while (!from.Failed && ziplist.TryNext(out ListpackValue member)
            && ziplist.TryNext(out ListpackValue score))
        {
            AddSpelled(from, ref set, member.Text(digits), score);
        }
    }

    private static void AddSpelled(
        RdbReader from, ref Zset set, ReadOnlySpan<byte> member, ListpackValue score)
    {
        if (score.IsInt) AddScored(from, ref set, member, score.Int);
        else if (Numbers.TryParse(score.Bytes, out double number))
            AddScored(from, ref set, member, number);
        else from.Fail("a score that is no number");
    }

    private static void AddScored(
        RdbReader from, ref Zset set, ReadOnlySpan<byte> member, double score)
    {
        ZsetMember found = set.Find(member);
        if (double.IsNaN(score)) from.Fail("a score that is no number");
        else if (found.Exists) from.Fail("a member twice in a sorted set");
        else set.Add(member, score, in found);
    }
}
