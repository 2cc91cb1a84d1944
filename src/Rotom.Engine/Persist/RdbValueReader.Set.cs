using System;
using Rotom.Engine.Memory;

namespace Rotom.Engine.Persist;

internal sealed partial class RdbValueReader
{
    private RdbLoad ReadSet(RdbReader from, RdbType type, out RdbValue value)
    {
        value = default;
        SetType set = new(engine.Payloads.Sets);
        switch (type)
        {
            case RdbType.Set:
                ReadMembers(from, ref set);
                break;
            case RdbType.SetIntset:
                ReadIntset(from, ref set);
                break;
            default:
                ReadSetPack(from, ref set);
                break;
        }

        if (from.Failed || set.Count == 0)
        {
            set.Free();
            return from.Failed ? RdbLoad.Broken : RdbLoad.Empty;
        }

        value = new RdbValue(ObjectType.Set, set.Encoding, set.Payload);
        return RdbLoad.Loaded;
    }

    private static void ReadMembers(RdbReader from, ref SetType set)
    {
        ulong count = from.Count();
        if (!from.MayHold(count)) return;
        // Chooses the form only: nothing is allocated for members that do not come.
        set.Expect((int)Math.Min(count, int.MaxValue));
        for (ulong i = 0; i < count && !from.Failed; i++)
        {
            ReadOnlySpan<byte> member = from.String();
            if (!from.Failed) AddMember(from, ref set, member);
        }
    }

    private static void ReadIntset(RdbReader from, ref SetType set)
    {
        ReadOnlySpan<byte> bytes = from.String();
        if (from.Failed) return;
        if (!Intset.DeepCheck(bytes))
        {
            from.Fail("a broken intset");
            return;
        }

        int count = Intset.Count(bytes);
        for (int i = 0; i < count; i++) set.Add(new ListpackValue(Intset.Get(bytes, i)));
    }

    private static void ReadSetPack(RdbReader from, ref SetType set)
    {
        ReadOnlySpan<byte> pack = from.String();
        if (from.Failed) return;
        if (!Listpack.DeepCheck(pack, out _))
        {
            from.Fail("a broken listpack of a set");
            return;
        }

        Span<byte> digits = stackalloc byte[ListpackValue.DigitsMax];
        for (int at = Listpack.First(pack); at >= 0 && !from.Failed; at = Listpack.Next(pack, at))
        {
            AddMember(from, ref set, Listpack.Get(pack, at).Text(digits));
        }
    }

    private static void AddMember(RdbReader from, ref SetType set, ReadOnlySpan<byte> member)
    {
        if (!set.Add(member)) from.Fail("a member twice in a set");
    }
}
