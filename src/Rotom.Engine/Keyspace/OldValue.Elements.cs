using System;
using System.Collections.Generic;
using Rotom.Engine.Persist;

namespace Rotom.Engine;

// How the collections are laid out that RdbValueWriter writes.
public sealed partial class OldValue
{
    private List<byte[]> ReadList()
    {
        RdbReader from = Open("list", out _);
        List<byte[]> elements = new((int)Length);
        ulong nodes = from.Count();
        for (ulong i = 0; i < nodes && !from.Failed; i++)
        {
            bool isPacked = from.Count() == (ulong)RdbListNode.Packed;
            ReadOnlySpan<byte> node = from.String();
            if (isPacked) AddAll(elements, node);
            else elements.Add(node.ToArray());
        }

        return Checked(from, elements);
    }

    private List<byte[]> ReadSet()
    {
        RdbReader from = Open("set", out RdbType layout);
        List<byte[]> members = new((int)Length);
        if (layout == RdbType.SetIntset)
        {
            ReadOnlySpan<byte> numbers = from.String();
            int count = Intset.Count(numbers);
            for (int i = 0; i < count; i++) members.Add(Spelled(Intset.Get(numbers, i)));
            return Checked(from, members);
        }

        ulong left = from.Count();
        for (; left > 0 && !from.Failed; left--) members.Add(from.String().ToArray());
        return Checked(from, members);
    }

    private List<OldScoredMember> ReadSortedSet()
    {
        RdbReader from = Open("zset", out RdbType layout);
        List<OldScoredMember> members = new((int)Length);
        if (layout == RdbType.SortedSetListpack)
        {
            List<byte[]> elements = [];
            AddAll(elements, from.String());
            for (int i = 0; i + 1 < elements.Count; i += 2)
            {
                bool isNumber = Numbers.TryParse(elements[i + 1], out double score);
                Invariant.Require(isNumber);
                members.Add(new OldScoredMember(elements[i], score));
            }

            return Checked(from, members);
        }

        ulong left = from.Count();
        for (; left > 0 && !from.Failed; left--)
        {
            byte[] member = from.String().ToArray();
            members.Add(new OldScoredMember(member, from.Double()));
        }

        // A table is written from the highest score down.
        members.Reverse();
        return Checked(from, members);
    }

    private List<OldHashField> ReadHash()
    {
        RdbReader from = Open("hash", out RdbType layout);
        List<OldHashField> fields = new((int)Length);
        bool hasTimes = layout is RdbType.HashExpiring or RdbType.HashListpackExpiring;
        long first = hasTimes ? from.Int64() : 0;
        if (layout is RdbType.HashListpack or RdbType.HashListpackExpiring)
        {
            AddPacked(fields, from.String(), hasTimes);
            return Checked(from, fields);
        }

        ulong left = from.Count();
        for (; left > 0 && !from.Failed; left--)
        {
            long after = hasTimes ? (long)from.Count() : 0;
            byte[] name = from.String().ToArray();
            AddField(fields, name, from.String().ToArray(), after == 0 ? 0 : first + after - 1);
        }

        return Checked(from, fields);
    }

    private void AddPacked(List<OldHashField> fields, ReadOnlySpan<byte> pack, bool hasTimes)
    {
        Span<byte> digits = stackalloc byte[ListpackValue.DigitsMax];
        for (int at = Listpack.First(pack); at >= 0; at = Listpack.Next(pack, at))
        {
            byte[] name = Listpack.Get(pack, at).Text(digits).ToArray();
            at = Listpack.After(pack, at);
            byte[] value = Listpack.Get(pack, at).Text(digits).ToArray();
            if (hasTimes) at = Listpack.After(pack, at);
            AddField(fields, name, value, hasTimes ? Listpack.Get(pack, at).Int : 0);
        }
    }

    private void AddField(List<OldHashField> fields, byte[] name, byte[] value, long expireAtMs)
    {
        if (expireAtMs > 0 && expireAtMs < _atMs) return;
        DateTimeOffset? at = expireAtMs <= 0
            ? null
            : DateTimeOffset.FromUnixTimeMilliseconds(expireAtMs);
        fields.Add(new OldHashField(name, value, at));
    }

    private static void AddAll(List<byte[]> elements, ReadOnlySpan<byte> pack)
    {
        Span<byte> digits = stackalloc byte[ListpackValue.DigitsMax];
        for (int at = Listpack.First(pack); at >= 0; at = Listpack.Next(pack, at))
        {
            elements.Add(Listpack.Get(pack, at).Text(digits).ToArray());
        }
    }

    private static byte[] Spelled(long number)
    {
        Span<byte> digits = stackalloc byte[ListpackValue.DigitsMax];
        return new ListpackValue(number).Text(digits).ToArray();
    }
}
