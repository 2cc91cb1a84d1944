using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Rotom.Engine.Config;
using Rotom.Engine.Memory;
using Rotom.Engine.Tests.Memory;
using Rotom.Engine.Tests.Support;
using Xunit;

namespace Rotom.Engine.Tests.Data;

public sealed class FieldMapTests
{
    // Limits of a listpack: fields and bytes; names there are; whether fields get times to live.
    [Theory]
    [InlineData(1, 512, 64, 40, false)]
    [InlineData(2, 8, 64, 40, false)]
    [InlineData(3, 0, 64, 300, false)]
    [InlineData(4, 512, 64, 40, true)]
    [InlineData(5, 16, 64, 40, true)]
    [InlineData(6, 0, 64, 300, true)]
    [InlineData(7, 128, 3_000, 100, true)]
    [InlineData(8, 0, 64, 3_000, true)]
    public void Any_changes_leave_what_a_dictionary_would_hold(
        int seed, int entriesMax, int bytesMax, int names, bool times)
    {
        TestRandom random = new(seed);
        using NativeHeap heap = new();
        HashStore store = StoreOf(heap, entriesMax, bytesMax);
        long empty = heap.UsedBytes;
        Dictionary<string, (string Value, long Time)> model = [];
        (ObjectEncoding Encoding, Handle Payload) value = default;
        for (int step = 0; step < 6_000; step++)
        {
            string where = $"seed {seed}, step {step}";
            FieldMap map = value.Payload.IsNull
                ? new FieldMap(store)
                : new FieldMap(store, value.Encoding, value.Payload);
            Change(random, ref map, model, names, bytesMax, times, step % 2000 > 1200, where);
            value = (map.Encoding, map.Payload.Block);
            store.Home(value.Encoding, value.Payload, 1, 5);
            map = new FieldMap(store, value.Encoding, value.Payload);
            store.DeepCheck();
            if (step % 20 == 0) Compare(map, model, where);
            if (step % 200 == 0) CopyAndFree(store, map, model, where);
        }

        FreeAll(store, value);
        Assert.Equal(0, store.Count);
        Assert.Equal(empty, heap.UsedBytes);
    }

    [Theory]
    [InlineData(10, 4, "0123456789")]
    [InlineData(11, 512, "longer than what a listpack may hold")]
    public void A_hash_leaves_its_listpack_at_either_limit_and_stays_out(
        int seed, int entriesMax, string last)
    {
        TestRandom random = new(seed);
        using NativeHeap heap = new();
        HashStore store = StoreOf(heap, entriesMax, 20);
        FieldMap map = new(store);
        for (int i = 0; i < 4; i++) map.Set(Bytes($"f{i}"), Bytes("0123456789"));
        Assert.Equal(ObjectEncoding.Listpack, map.Encoding);
        map.Set(Bytes("g"), Bytes(last));
        Assert.Equal(ObjectEncoding.Hashtable, map.Encoding);
        while (map.Count > 0) map.Remove(map.RandomField(random));
        map.Set(Bytes("f"), Bytes("v"));
        Assert.Equal(ObjectEncoding.Hashtable, map.Encoding);
        FreeAll(store, (map.Encoding, map.Payload.Block));
    }

    [Fact]
    public void A_large_hash_is_freed_in_slices_and_costs_little_beyond_its_text()
    {
        using NativeHeap heap = new();
        HashStore store = StoreOf(heap, 512, 64);
        FieldMap map = new(store);
        const int Fields = 100_000;
        for (int i = 0; i < Fields; i++) map.Set(Bytes($"field:{i:D6}"), Bytes("value:123"));
        // 21 bytes of text and 3 of head in a block of 24, and 13 to 16 in the table.
        if (!PoisonBuild.IsOn) Assert.InRange(heap.UsedBytes, 24L * Fields, 41L * Fields);
        Assert.Equal(heap.UsedBytes, map.MemoryBytes);
        map.DeepCheck();
        int slices = 1;
        while (!new FieldMap(store, map.Encoding, map.Payload.Block).FreeSome()) slices++;
        Assert.InRange(slices, 100, 400);
        Assert.Equal(0, heap.UsedBytes);
    }

    [Theory]
    [InlineData(20, false)]
    [InlineData(21, true)]
    public void A_scan_shows_all_that_stays_while_the_table_grows_and_shrinks(int seed, bool grow)
    {
        TestRandom random = new(seed);
        using NativeHeap heap = new();
        HashStore store = StoreOf(heap, 0, 64);
        FieldMap map = new(store);
        for (int i = 0; i < 2_000; i++) map.Set(Bytes($"stays{i}"), Bytes("v"));
        int others = grow ? 0 : 20_000;
        for (int i = 0; i < others; i++) map.Set(Bytes($"other{i}"), Bytes("v"));
        HashSet<string> seen = [];
        ulong cursor = 0;
        do
        {
            Names visitor = new(seen);
            cursor = map.Scan(cursor, ref visitor);
            for (int i = 0; i < 20; i++)
            {
                byte[] name = Bytes($"other{random.Below(20_000)}");
                if (grow) map.Set(name, Bytes("v"));
                else map.Remove(name);
            }
        }
        while (cursor != 0);

        for (int i = 0; i < 2_000; i++) Assert.Contains($"stays{i}", seen);
        FreeAll(store, (map.Encoding, map.Payload.Block));
    }

    private static void Change(
        TestRandom random, ref FieldMap map, Dictionary<string, (string Value, long Time)> model,
        int names, int bytesMax, bool times, bool shrink, string where)
    {
        string name = Name(random, names);
        bool exists = model.TryGetValue(name, out (string Value, long Time) old);
        int kind = random.Below(times ? 12 : 8);
        if (shrink ? kind < 5 : kind < 2)
        {
            Assert.True(map.Remove(Bytes(name)) == exists, where);
            model.Remove(name);
        }
        else if (kind < 8)
        {
            string value = Value(random, bytesMax);
            bool keep = random.OneIn(2);
            Assert.True(map.Set(Bytes(name), Bytes(value), keep) == !exists, where);
            model[name] = (value, exists && keep ? old.Time : -1);
        }
        else if (exists && kind < 11)
        {
            long time = 1 + random.Below(50);
            map.SetExpire(Bytes(name), time);
            model[name] = (old.Value, time);
        }
        else if (exists)
        {
            map.ClearExpire(Bytes(name));
            model[name] = (old.Value, -1);
        }
    }

    private static void Compare(
        FieldMap map, Dictionary<string, (string Value, long Time)> model, string where)
    {
        map.DeepCheck();
        Assert.True(map.Count == model.Count, where);
        Dictionary<string, (string Value, long Time)> shown = [];
        Gatherer gatherer = new(shown);
        map.VisitAll(ref gatherer);
        foreach ((string name, (string Value, long Time) expected) in model)
        {
            Assert.True(shown.TryGetValue(name, out (string, long) found), where);
            Assert.True(found == expected, $"{where}: {name} {expected} {found}");
            FieldAt at = map.Find(Bytes(name));
            Assert.True(Text(map.Value(at)) == expected.Value, where);
            Assert.True(map.ExpireAt(at) == expected.Time, where);
        }

        long[] due = [.. model.Values.Select(v => v.Time).Where(t => t >= 0)];
        Assert.True(map.NextDue == (due.Length == 0 ? -1 : due.Min()), where);
        if (due.Length > 0) Assert.True(map.ExpireAt(map.FirstDue) == due.Min(), where);
    }

    private static void CopyAndFree(
        HashStore store, FieldMap map, Dictionary<string, (string Value, long Time)> model,
        string where)
    {
        long before = store.Heap.UsedBytes;
        Handle copy = map.Copy();
        Compare(new FieldMap(store, map.Encoding, copy), model, where + ", copy");
        FreeAll(store, (map.Encoding, copy));
        Assert.True(store.Heap.UsedBytes == before, where);
    }

    private static void FreeAll(HashStore store, (ObjectEncoding Encoding, Handle Payload) value)
    {
        while (!new FieldMap(store, value.Encoding, value.Payload).FreeSome())
        {
        }
    }

    private static HashStore StoreOf(NativeHeap heap, long entriesMax, long bytesMax)
    {
        ServerConfig config = new()
        {
            HashMaxListpackEntries = entriesMax,
            HashMaxListpackValue = bytesMax,
        };
        return new HashStore(heap, new HashSeed(1, 2), config);
    }

    private static string Name(TestRandom random, int names)
    {
        int number = random.Below(names);
        return (number % 4) switch
        {
            0 => $"{number}",
            1 => $"f{number}",
            2 => $"{number}" + new string('n', number % 60),
            _ => number % 100 == 3 ? $"{number}" + new string('n', 300) : $"-{number}",
        };
    }

    private static string Value(TestRandom random, int bytesMax) => random.Below(8) switch
    {
        0 => "",
        1 => $"{random.Below(100_000)}",
        2 => new string('x', random.Below(bytesMax + 1)),
        3 when random.OneIn(20) => new string('x', random.Below(20_000)),
        _ => $"v{random.Below(100_000)}",
    };

    private static string Text(ListpackValue value) =>
        Encoding.Latin1.GetString(value.Text(new byte[ListpackValue.DigitsMax]));

    private static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    private readonly struct Gatherer(Dictionary<string, (string Value, long Time)> to)
        : IFieldVisitor
    {
        public void Visit(ListpackValue name, ListpackValue value, long expireAtMs) =>
            to.Add(Text(name), (Text(value), expireAtMs));
    }

    private readonly struct Names(HashSet<string> to) : IFieldVisitor
    {
        public void Visit(ListpackValue name, ListpackValue value, long expireAtMs) =>
            to.Add(Text(name));
    }
}
