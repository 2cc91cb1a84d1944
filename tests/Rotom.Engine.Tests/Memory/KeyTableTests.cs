using System;
using System.Collections.Generic;
using System.Text;
using Rotom.Engine.Memory;
using Rotom.Engine.Tests.Support;
using Xunit;
using ObjectEncoding = Rotom.Engine.Memory.ObjectEncoding;
using ObjectType = Rotom.Engine.Memory.ObjectType;

namespace Rotom.Engine.Tests.Memory;

public sealed class KeyTableTests : IDisposable
{
    private readonly NativeHeap _heap = new();
    private readonly Payloads _payloads;
    private readonly KeyTable _table;

    public KeyTableTests()
    {
        _payloads = new(_heap);
        _table = new(_heap, new(7, 8), _payloads);
    }

    /// <summary>Collections here are single blocks.</summary>
    private sealed class Payloads(NativeHeap heap) : IPayloads
    {
        public int Freed { get; private set; }

        public void Free(ObjectType type, ObjectEncoding encoding, Handle payload)
        {
            heap.Free(payload);
            Freed++;
        }
    }

    private struct KeyCollector(List<string> keys) : IEntryVisitor
    {
        public void Visit(Entry entry) => keys.Add(Text(entry.Key));
    }

    public void Dispose()
    {
        _table.DeepCheck();
        _table.Dispose();
        _heap.DeepCheck();
        Assert.Equal(0, _heap.UsedBytes);
        _heap.Dispose();
    }

    private static string Text(ReadOnlySpan<byte> bytes) =>
        System.Text.Encoding.Latin1.GetString(bytes);

    private static byte[] Bytes(string text) => System.Text.Encoding.Latin1.GetBytes(text);

    private Entry Find(string key) => _table.Find(Bytes(key), Hash(key));

    private ulong Hash(string key) => _table.HashOf(Bytes(key));

    private Entry Set(string key, string value, bool keepTtl = false) =>
        _table.SetString(Bytes(key), Hash(key), Bytes(value), keepTtl);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 44)]
    [InlineData(16, 45)]
    [InlineData(254, 16384)]
    [InlineData(255, 16385)]
    [InlineData(70_000, 3_000_000)]
    public void Keys_and_values_of_any_length_come_back(int keyLength, int valueLength)
    {
        string key = new('k', keyLength);
        string value = new('v', valueLength);
        Set(key, value);
        Entry entry = _table.SetExpire(Find(key), Hash(key), 123_456_789);
        Assert.Equal(key, Text(entry.Key));
        Assert.Equal(value, Text(Find(key).StringBytes));
        Assert.Equal(valueLength, entry.StringLength);
        Assert.Equal(123_456_789, Find(key).ExpireAtMs);
        Assert.Equal(
            valueLength <= 44 ? ObjectEncoding.Embstr : ObjectEncoding.Raw, Find(key).Encoding);
        _table.DeepCheck();
        entry = _table.ClearExpire(Find(key), Hash(key));
        Assert.False(entry.HasExpiry);
        Assert.Equal(value, Text(Find(key).StringBytes));
        Assert.Equal(_heap.UsedBytes, _table.TableBytes + Find(key).MemoryBytes);
    }

    [Fact]
    public void Setting_anew_drops_the_time_to_live_unless_it_is_kept()
    {
        Set("k", "1");
        _table.SetExpire(Find("k"), Hash("k"), 99);
        Set("k", new string('x', 500), keepTtl: true);
        Assert.Equal(99, Find("k").ExpireAtMs);
        Assert.Equal(1, _table.ExpiringCount);
        Set("k", "2");
        Assert.Equal(-1, Find("k").ExpireAtMs);
        Assert.Equal(0, _table.ExpiringCount);
        Assert.Equal("2", Text(Find("k").StringBytes));
    }

    [Fact]
    public void The_lru_word_starts_from_the_table_and_survives_overwriting()
    {
        _table.InitialLru = 0xABCDEF;
        Entry entry = Set("k", "v");
        Assert.Equal(0xABCDEFu, entry.Lru);
        entry.Lru = 0x123456;
        Set("k", new string('v', 1000));
        Assert.Equal(0x123456u, Find("k").Lru);
        Assert.Equal(1000, Find("k").StringLength);
    }

    [Fact]
    public void Collections_are_freed_once_when_overwritten_or_removed_and_not_when_detached()
    {
        foreach (string key in new[] { "a", "b", "c" })
        {
            Handle payload = _heap.Allocate(100);
            _table.SetPayload(
                Bytes(key), Hash(key), ObjectType.Hash, ObjectEncoding.Listpack, payload);
            Assert.Equal(payload, Find(key).Payload.Block);
        }
        Set("a", "now a string");
        Assert.Equal(1, _payloads.Freed);
        Assert.True(_table.Remove(Bytes("b"), Hash("b")));
        Assert.Equal(2, _payloads.Freed);
        DetachedValue value = _table.Detach(Find("c"), Hash("c"));
        Assert.Equal((ObjectType.Hash, ObjectEncoding.Listpack), (value.Type, value.Encoding));
        Assert.Equal(2, _payloads.Freed);
        _heap.Free(value.Payload);
        Assert.True(_table.Detach(Find("a"), Hash("a")).Payload.IsNull);
        Assert.Equal(0, _table.Count);
    }

    [Fact]
    public void A_collection_may_change_its_encoding_in_place()
    {
        Handle small = _heap.Allocate(10);
        _table.SetPayload(Bytes("s"), Hash("s"), ObjectType.Set, ObjectEncoding.Intset, small);
        Handle large = _heap.Resize(small, 5000);
        _table.UpdatePayload(Find("s"), Hash("s"), ObjectEncoding.Hashtable, large, 0);
        Assert.Equal(ObjectEncoding.Hashtable, Find("s").Encoding);
        Assert.Equal(large, Find("s").Payload.Block);
    }

    [Fact]
    public void Appending_goes_from_int_to_inline_to_a_block_of_its_own()
    {
        _table.SetInt(Bytes("n"), Hash("n"), -12345);
        _table.SetExpire(Find("n"), Hash("n"), 5);
        StringBuilder expected = new("-12345");
        for (int i = 0; i < 3000; i++)
        {
            string tail = "tail" + i;
            expected.Append(tail);
            _table.AppendString(Find("n"), Hash("n"), Bytes(tail));
        }
        Assert.Equal(expected.ToString(), Text(Find("n").StringBytes));
        Assert.Equal((ObjectEncoding.Raw, 5L), (Find("n").Encoding, Find("n").ExpireAtMs));
        Assert.InRange(_heap.UsedBytes, expected.Length, expected.Length * 1.5 + 1000);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(300)]
    [InlineData(20_000)]
    [InlineData(5_000_000)]
    public void Growing_adds_zeros_and_never_shortens(int newLength)
    {
        Set("k", "head");
        Entry entry = _table.GrowString(Find("k"), Hash("k"), newLength);
        Assert.Equal(newLength, entry.StringLength);
        Assert.Equal("head", Text(entry.StringBytes[..4]));
        Assert.True(entry.StringBytes[4..].IndexOfAnyExcept((byte)0) < 0);
        entry.WritableBytes[newLength - 1] = (byte)'!';
        entry = _table.GrowString(Find("k"), Hash("k"), 3);
        Assert.Equal((byte)'!', entry.StringBytes[newLength - 1]);
    }

    [Fact]
    public void Renaming_moves_value_and_time_to_live_and_frees_the_target()
    {
        Set("from", new string('x', 20_000));
        _table.SetExpire(Find("from"), Hash("from"), 42);
        Set("to", "old");
        string to = new('t', 400);
        Entry entry = _table.MoveTo(Find("from"), Hash("from"), _table, Bytes("to"), Hash("to"));
        entry = _table.MoveTo(entry, Hash("to"), _table, Bytes(to), Hash(to));
        Assert.Equal(to, Text(entry.Key));
        Assert.True(Find("from").IsNull && Find("to").IsNull);
        Assert.Equal((20_000, 42L), (Find(to).StringLength, Find(to).ExpireAtMs));
        Assert.Equal((1L, 1L), (_table.Count, _table.ExpiringCount));
        using KeyTable other = new(_heap, new(1, 2), _payloads);
        _table.MoveTo(Find(to), Hash(to), other, Bytes("n"), other.HashOf(Bytes("n")));
        Assert.Equal(42, other.Find(Bytes("n"), other.HashOf(Bytes("n"))).ExpireAtMs);
        Assert.Equal((0L, 0L), (_table.Count, _table.ExpiringCount));
        other.DeepCheck();
    }

    [Theory]
    [InlineData(61)]
    [InlineData(62)]
    public void Behaves_as_a_dictionary_through_any_sequence(int seed)
    {
        TestRandom random = new(seed);
        Dictionary<string, (string Value, long Expiry)> model = [];
        for (int step = 0; step < 120_000; step++)
        {
            string key = "key:" + random.Below(step < 80_000 ? 20_000 : 3_000);
            if (random.OneIn(50)) key += new string('k', random.Length(3000));
            bool exists = model.TryGetValue(key, out (string Value, long Expiry) old);
            Entry entry = Find(key);
            Assert.True(exists == !entry.IsNull, $"seed {seed} step {step}");
            if (exists) Check(entry, old, $"seed {seed} step {step}");
            Step(random, model, key, entry, old);
            if (step % 30_000 == 0) _table.DeepCheck();
        }
        Assert.Equal(model.Count, _table.Count);
        long used = _table.TableBytes;
        int expiring = 0;
        foreach ((string key, (string Value, long Expiry) value) in model)
        {
            Check(Find(key), value, $"seed {seed}");
            used += Find(key).MemoryBytes;
            if (value.Expiry >= 0) expiring++;
        }
        Assert.Equal(expiring, _table.ExpiringCount);
        Assert.Equal(used, _heap.UsedBytes);
        foreach (string key in model.Keys) Assert.True(_table.Remove(Bytes(key), Hash(key)));
        Assert.Equal((0L, 0L), (_table.Count, _table.ExpiringCount));
        Assert.InRange(_table.TableBytes, 0, 400);
    }

    private void Step(
        TestRandom random, Dictionary<string, (string Value, long Expiry)> model, string key,
        Entry entry, (string Value, long Expiry) old)
    {
        bool exists = !entry.IsNull;
        ulong hash = Hash(key);
        string text = new((char)random.Below(256), random.Length(40_000));
        switch (random.Below(10))
        {
            case 0 or 1 or 2:
                bool keep = random.OneIn(3);
                Set(key, text, keep);
                model[key] = (text, exists && keep ? old.Expiry : -1);
                break;
            case 3:
                long number = (long)random.NextUInt64() >> random.Below(64);
                _table.SetInt(Bytes(key), hash, number);
                model[key] = (number.ToString(), -1);
                break;
            case 4 when exists:
                _table.AppendString(entry, hash, Bytes(text));
                model[key] = (old.Value + text, old.Expiry);
                break;
            case 5 when exists:
                int length = random.Length(20_000);
                _table.GrowString(entry, hash, length);
                model[key] = (old.Value.PadRight(length, '\0'), old.Expiry);
                break;
            case 6 when exists:
                long at = random.Below(int.MaxValue);
                _table.SetExpire(entry, hash, at);
                model[key] = (old.Value, at);
                break;
            case 7 when exists:
                _table.ClearExpire(entry, hash);
                model[key] = (old.Value, -1);
                break;
            case 8 when exists:
                string to = "key:" + random.Below(20_000);
                _table.MoveTo(entry, hash, _table, Bytes(to), Hash(to));
                model.Remove(key);
                model[to] = old;
                break;
            case 9 when exists:
                _table.Remove(entry, hash);
                model.Remove(key);
                break;
        }
    }

    private static void Check(Entry entry, (string Value, long Expiry) expected, string where)
    {
        string value = entry.IsInt ? entry.Int.ToString() : Text(entry.StringBytes);
        Assert.True(value == expected.Value && entry.ExpireAtMs == expected.Expiry, where);
    }

    [Fact]
    public void Only_keys_with_a_time_to_live_are_sampled_and_scanned_as_expiring()
    {
        TestRandom random = new(71);
        for (int i = 0; i < 5000; i++)
        {
            Set("k" + i, "v");
            if (i % 7 == 0) _table.SetExpire(Find("k" + i), Hash("k" + i), i);
        }
        for (int i = 0; i < 1000; i++)
            Assert.Equal(0, int.Parse(Text(_table.RandomExpiring(random).Key)[1..]) % 7);
        List<string> keys = [];
        KeyCollector collector = new(keys);
        ulong cursor = 0;
        do cursor = _table.ScanExpiring(cursor, ref collector);
        while (cursor != 0);
        Assert.Equal(_table.ExpiringCount, keys.Count);
        Assert.False(_table.RandomEntry(random).IsNull);
    }

    [Fact]
    public void Clearing_in_steps_leaves_a_valid_table_in_between()
    {
        for (int i = 0; i < 20_000; i++)
        {
            Set("k" + i, "v");
            if (i % 3 == 0) _table.SetExpire(Find("k" + i), Hash("k" + i), i);
        }
        while (!_table.ClearStep(500))
        {
            _table.DeepCheck();
            Set("new", "v");
            Assert.Equal("v", Text(Find("new").StringBytes));
        }
        Assert.Equal((0L, 0L), (_table.Count, _table.ExpiringCount));
    }

    [Fact]
    public void Compaction_keeps_every_key_and_frees_pages()
    {
        for (int i = 0; i < 100_000; i++) Set("k" + i, "some value");
        for (int i = 0; i < 100_000; i++)
        {
            if (i % 10 == 0) _table.SetExpire(Find("k" + i), Hash("k" + i), i + 1);
            else if (i % 10 != 5) _table.Remove(Bytes("k" + i), Hash("k" + i));
        }
        _heap.Trim();
        long before = _heap.ResidentBytes;
        long used = _heap.UsedBytes;
        NoCollections mover = default;
        Mark(_heap);
        for (uint i = 0; i < _table.BucketCount; i++) _table.CompactBucket(i, ref mover);
        Unmark(_heap);
        _heap.Trim();
        _table.DeepCheck();
        _heap.DeepCheck();
        Assert.True(_heap.MovedBlocks > 5000);
        Assert.Equal(used, _heap.UsedBytes);
        if (!PoisonBuild.IsOn) Assert.InRange(_heap.ResidentBytes, 0, before * 2 / 5);
        for (int i = 0; i < 100_000; i += 10)
            Assert.Equal(i + 1, Find("k" + i).ExpireAtMs);
    }

    private static void Mark(NativeHeap heap)
    {
        heap.BeginEvacuation();
        while (!heap.MeasureStep())
        {
        }

        while (!heap.MarkStep())
        {
        }
    }

    private static void Unmark(NativeHeap heap)
    {
        heap.BeginUnmarking();
        while (!heap.UnmarkStep())
        {
        }
    }

    private struct NoCollections : IPayloadMover
    {
        public readonly Handle Move(Entry entry) => entry.Payload.Block;

        public readonly void Visited(bool moved)
        {
        }
    }

    private sealed class Observed(List<uint> buckets) : IBucketObserver
    {
        public void BeforeChange(KeyTable table, uint bucket) => buckets.Add(bucket);
    }

    [Fact]
    public void An_observer_hears_of_every_change_and_of_no_read()
    {
        List<uint> buckets = [];
        _table.Observer = new Observed(buckets);
        Action[] changes =
        [
            () => Set("k", "v"),
            () => _table.SetInt(Bytes("k"), Hash("k"), 5),
            () => _table.SetExpire(Find("k"), Hash("k"), 5),
            () => _table.ClearExpire(Find("k"), Hash("k")),
            () => _table.AppendString(Find("k"), Hash("k"), Bytes("x")),
            () => _table.GrowString(Find("k"), Hash("k"), 50),
            () => _table.MoveTo(Find("k"), Hash("k"), _table, Bytes("l"), Hash("l")),
            () => _table.Remove(Find("l"), Hash("l")),
        ];
        foreach (Action change in changes)
        {
            int before = buckets.Count;
            change();
            Assert.True(buckets.Count > before);
        }
        int count = buckets.Count;
        Find("k");
        Assert.Equal(count, buckets.Count);
        _table.Observer = null;
    }
}
