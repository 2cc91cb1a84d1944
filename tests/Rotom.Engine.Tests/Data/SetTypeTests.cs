using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using Rotom.Engine.Config;
using Rotom.Engine.Memory;
using Rotom.Engine.Tests.Memory;
using Rotom.Engine.Tests.Support;
using Xunit;

namespace Rotom.Engine.Tests.Data;

public sealed class SetTypeTests
{
    private static readonly HashSeed s_seed = new(0x1234_5678_9ABC_DEF0, 0x0FED_CBA9_8765_4321);

    [Theory]
    [InlineData(1, 512, 128, 64, 200)]
    [InlineData(2, 8, 6, 30, 40)]
    [InlineData(3, 0, 20, 64, 300)]
    [InlineData(4, 20, 0, 64, 5_000)]
    [InlineData(5, 0, 0, 0, 300)]
    [InlineData(6, 100_000, 100_000, 100_000, 3_000)]
    public void Any_changes_leave_what_a_set_would_hold(
        int seed, long intset, long listpack, long value, int distinct)
    {
        TestRandom random = new(seed);
        using NativeHeap heap = new();
        SetHome home = Home(heap, intset, listpack, value);
        HashSet<string> model = [];
        (ObjectEncoding Encoding, Handle Payload) kept = default;
        for (int step = 0; step < 8_000; step++)
        {
            string where = $"seed {seed}, step {step}";
            string member = Member(random, distinct, step % 3000 < 500);
            byte[] bytes = Encoding.Latin1.GetBytes(member);
            SetType set = kept.Payload.IsNull
                ? new SetType(home, bytes, 1)
                : new SetType(home, kept.Encoding, kept.Payload);
            Assert.True(set.Contains(bytes) == model.Contains(member), where);
            if (random.Below(10) < (step % 2000 < 1200 ? 7 : 2))
                Assert.True(set.Add(bytes) == model.Add(member), where);
            else if (random.OneIn(3) && model.Count > 0)
                RemoveRandom(random, ref set, model);
            else
                Assert.True(set.Remove(bytes) == model.Remove(member), where);
            Assert.True(set.Count == model.Count, where);
            if (step % 20 == 0) Compare(set, model, where);
            if (step % 100 == 0) CopyAndPop(random, home, set, model, where);
            kept = (set.Encoding, set.Payload.Block);
            if (model.Count > 0) continue;
            set.Free();
            kept = default;
        }

        if (!kept.Payload.IsNull) new SetType(home, kept.Encoding, kept.Payload).Free();
        Assert.Equal(0, heap.UsedBytes);
    }

    [Theory]
    [InlineData(nameof(ObjectEncoding.Intset))]
    [InlineData(nameof(ObjectEncoding.Listpack))]
    [InlineData(nameof(ObjectEncoding.Hashtable))]
    public void Choices_are_even(string name)
    {
        ObjectEncoding encoding = Enum.Parse<ObjectEncoding>(name);
        const int members = 60;
        const int each = 400;
        TestRandom random = new(5);
        using NativeHeap heap = new();
        SetType set = Filled(heap, encoding, members);
        int[] single = new int[members];
        int[] sampled = new int[members];
        int[] popped = new int[members];
        for (int i = 0; i < members * each; i++)
            single[(int)Number(set.Get(set.Random(random)))]++;
        // 15 of 60, and 45 of 60: a quarter and three quarters of the rounds each.
        for (int i = 0; i < 2 * each; i++)
        {
            Tally to = new(sampled);
            set.Sample(random, members / 4, ref to);
            set.Sample(random, members * 3 / 4, ref to);
            SetType copy = new(Home(heap), encoding, set.Copy());
            Tally gone = new(popped);
            copy.Pop(random, members / 2, ref gone);
            copy.DeepCheck();
            Assert.Equal(members / 2, copy.Count);
            copy.Free();
        }

        // Six sigmas around what each should have.
        Within(single, each, 6 * Math.Sqrt(each));
        Within(sampled, 2 * each, 6 * Math.Sqrt(2 * each * 2 * 0.1875));
        Within(popped, each, 6 * Math.Sqrt(2 * each * 0.25));
    }

    [Fact]
    public void Choices_stay_even_and_quick_after_most_members_are_gone()
    {
        TestRandom random = new(6);
        using NativeHeap heap = new();
        SetType set = Filled(heap, ObjectEncoding.Hashtable, 50_000);
        for (int i = 40; i < 50_000; i++) set.Remove(Encoding.ASCII.GetBytes($"{i}"));
        int[] hits = new int[40];
        for (int i = 0; i < 40 * 400; i++) hits[(int)Number(set.Get(set.Random(random)))]++;
        Within(hits, 400, 120);
    }

    [Fact]
    public void A_walk_by_cursor_meets_all_that_stays_while_others_come_and_go()
    {
        TestRandom random = new(7);
        using NativeHeap heap = new();
        SetType set = Filled(heap, ObjectEncoding.Hashtable, 3_000);
        HashSet<long> seen = [];
        List<SetPlace> found = [];
        ulong cursor = 0;
        int extra = 3_000;
        do
        {
            found.Clear();
            cursor = set.Scan(cursor, 10, found);
            foreach (SetPlace place in found) seen.Add(Number(set.Get(place)));
            for (int i = 0; i < 20; i++) set.Add(Encoding.ASCII.GetBytes($"{extra++}"));
            if (extra > 5_000) set.Remove(Encoding.ASCII.GetBytes($"{random.Below(900) + 2_000}"));
        }
        while (cursor != 0);
        Assert.True(Enumerable.Range(0, 2_000).All(i => seen.Contains(i)));
    }

    [Fact]
    public void A_large_set_is_freed_in_slices_and_costs_no_managed_object_a_member()
    {
        using NativeHeap heap = new();
        long before = GC.GetAllocatedBytesForCurrentThread();
        SetType set = Filled(heap, ObjectEncoding.Hashtable, 0);
        Span<byte> name = stackalloc byte[16];
        for (int i = 0; i < 100_000; i++)
        {
            Assert.True(i.TryFormat(name, out int length, "D12", CultureInfo.InvariantCulture));
            set.Add((ReadOnlySpan<byte>)name[..length]);
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        if (!PoisonBuild.IsOn) Assert.InRange(allocated, 0, 20_000);
        Assert.Equal(100_000, set.Count);
        Assert.Equal(heap.UsedBytes, set.MemoryBytes);
        // 16 bytes each and its place in the table.
        if (!PoisonBuild.IsOn) Assert.InRange(heap.UsedBytes, 28 * 100_000, 33 * 100_000);
        int slices = 1;
        while (!set.FreeSome()) slices++;
        Assert.InRange(slices, 100, 1_000);
        Assert.Equal(0, heap.UsedBytes);
    }

    private static SetHome Home(
        NativeHeap heap, long intset = 512, long listpack = 128, long value = 64) =>
        new(heap, s_seed, new ServerConfig
        {
            SetMaxIntsetEntries = intset,
            SetMaxListpackEntries = listpack,
            SetMaxListpackValue = value,
        });

    private static SetType Filled(NativeHeap heap, ObjectEncoding encoding, int members)
    {
        long intset = encoding == ObjectEncoding.Intset ? 512 : 0;
        long listpack = encoding == ObjectEncoding.Listpack ? 512 : 0;
        SetType set = new(Home(heap, intset, listpack), "0"u8, 1);
        for (int i = 0; i < members; i++) set.Add(Encoding.ASCII.GetBytes($"{i}"));
        Assert.Equal(encoding, set.Encoding);
        return set;
    }

    private static void Within(int[] hits, double expected, double off)
    {
        Assert.InRange(hits.Min(), expected - off, expected);
        Assert.InRange(hits.Max(), expected, expected + off);
    }

    private static long Number(ListpackValue value) =>
        value.IsInt ? value.Int : long.Parse(value.Bytes, CultureInfo.InvariantCulture);

    private static string Text(ListpackValue value)
    {
        Span<byte> digits = stackalloc byte[ListpackValue.DigitsMax];
        return Encoding.Latin1.GetString(value.Text(digits));
    }

    private static void RemoveRandom(TestRandom random, ref SetType set, HashSet<string> model)
    {
        SetPlace place = set.Random(random);
        Assert.True(model.Remove(Text(set.Get(place))));
        set.RemoveAt(place);
    }

    private static void Compare(SetType set, HashSet<string> model, string where)
    {
        set.DeepCheck();
        SetWalk walk = default;
        int met = 0;
        while (set.Next(ref walk, out ListpackValue member))
        {
            Assert.True(model.Contains(Text(member)), where);
            Assert.True(set.Contains(member), where);
            met++;
        }

        Assert.True(met == model.Count, where);
    }

    private static void CopyAndPop(
        TestRandom random, SetHome home, SetType set, HashSet<string> model, string where)
    {
        if (model.Count < 2) return;
        SetType copy = new(home, set.Encoding, set.Copy());
        HashSet<string> left = [.. model];
        int count = random.Below(model.Count);
        Gatherer sample = new([]);
        copy.Sample(random, count, ref sample);
        Assert.True(sample.Members.Count == count && sample.Members.Distinct().Count() == count);
        Assert.True(sample.Members.All(model.Contains), where);
        Gatherer popped = new([]);
        copy.Pop(random, count, ref popped);
        Assert.True(popped.Members.Count == count, where);
        foreach (string member in popped.Members) Assert.True(left.Remove(member), where);
        Compare(copy, left, where);
        copy.Free();
    }

    private static string Member(TestRandom random, int distinct, bool integers)
    {
        int number = random.Below(distinct);
        if (integers || number % 3 == 0)
            return ((long)number * number * (number % 2 == 0 ? -1 : 40_000_000)).ToString(
                CultureInfo.InvariantCulture);
        string text = number.ToString("D6", CultureInfo.InvariantCulture);
        return number % 50 == 1 ? text + new string('x', number % 400) : text;
    }

    private readonly struct Tally(int[] hits) : ISetSink
    {
        public void Take(scoped ListpackValue member) => hits[(int)Number(member)]++;
    }

    private readonly struct Gatherer(List<string> members) : ISetSink
    {
        public List<string> Members => members;

        public void Take(scoped ListpackValue member) => members.Add(Text(member));
    }
}
