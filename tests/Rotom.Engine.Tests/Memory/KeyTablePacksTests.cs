using System;
using System.Collections.Generic;
using System.Text;
using Rotom.Engine.Memory;
using Xunit;
using ObjectEncoding = Rotom.Engine.Memory.ObjectEncoding;
using ObjectType = Rotom.Engine.Memory.ObjectType;

namespace Rotom.Engine.Tests.Memory;

/// <summary>Small collections in the blocks of their keys.</summary>
public sealed class KeyTablePacksTests : IDisposable
{
    private readonly NativeHeap _heap = new();
    private readonly KeyTable _table;
    private readonly Dictionary<string, (List<string> Elements, long ExpireAtMs)> _model = [];

    public KeyTablePacksTests() => _table = new(_heap, new(7, 8), new Payloads(_heap));

    private sealed class Payloads(NativeHeap heap) : IPayloads
    {
        public void Free(ObjectType type, ObjectEncoding encoding, Handle payload) =>
            heap.Free(payload);
    }

    private readonly struct PackMover(NativeHeap heap) : IPayloadMover
    {
        public Handle Move(Entry entry)
        {
            Assert.False(entry.IsEmbedded);
            Handle payload = entry.Payload.Block;
            _ = heap.TryMove(ref payload);
            return payload;
        }

        public void Visited(bool moved)
        {
        }
    }

    public void Dispose()
    {
        _table.DeepCheck();
        _table.Dispose();
        _heap.DeepCheck();
        Assert.Equal(0, _heap.UsedBytes);
        _heap.Dispose();
    }

    [Fact]
    public void A_new_collection_takes_its_key_into_its_block()
    {
        PackBlock pack = Listpack.Create(_heap, 100, PackBlock.For(3));
        Listpack.Append(_heap, ref pack, "element"u8);
        Handle block = pack.Block;
        Entry entry = Store("key", pack);
        Assert.Equal(block, entry.Block);
        Assert.True(entry.IsEmbedded);
        Assert.Equal(_heap.UsedBytes, _table.TableBytes + entry.MemoryBytes);
        Assert.Equal(0, entry.Payload.MemoryBytes(_heap));
        Assert.True(_table.Detach(entry, Hash("key")).Payload.IsNull);
    }

    [Fact]
    public void What_is_too_long_for_an_entry_gets_a_block_and_keeps_it()
    {
        PackBlock pack = Listpack.Create(_heap, 100, PackBlock.For(3));
        Entry entry = Store("key", pack);
        while (entry.IsEmbedded)
        {
            pack = entry.Payload;
            Listpack.Append(_heap, ref pack, new byte[1000]);
            entry = Update(entry, pack);
        }

        int length = Listpack.View(_heap, entry.Payload).Length;
        Assert.InRange(length, EntryHeader.InlineMax + 1, 17_500);
        pack = entry.Payload;
        Listpack.DeleteRange(_heap, ref pack, 0, 1000);
        entry = Update(entry, pack);
        Assert.False(entry.IsEmbedded);
        Assert.Equal(Listpack.EmptyBytes, Listpack.View(_heap, entry.Payload).Length);
    }

    [Fact]
    public void What_outgrew_its_form_while_it_moved_leaves_its_key_where_it_went()
    {
        Entry entry = Store("key", Listpack.Create(_heap, 7, PackBlock.For(3)));
        PackBlock pack = entry.Payload;
        Listpack.Append(_heap, ref pack, new byte[500]);
        Assert.NotEqual(entry.Block, pack.Block);
        Handle root = _heap.Allocate(40);
        PackBlock now = pack.ReplaceBy(_heap, root);
        entry = _table.UpdatePayload(entry, Hash("key"), ObjectEncoding.Hashtable, now, 0);
        Assert.Equal(root, entry.Payload.Block);
        Assert.Equal(root, Find("key").Payload.Block);
        Assert.Equal("key", Encoding.ASCII.GetString(Find("key").Key));
    }

    [Theory]
    [InlineData(1, 12)]
    [InlineData(2, 300)]
    [InlineData(3, 3_000)]
    public void Any_changes_leave_each_key_its_elements(int seed, int elementMax)
    {
        TestRandom random = new(seed);
        for (int step = 0; step < 20_000; step++)
        {
            Change(random, elementMax);
            if (step % 1_000 == 0) Compare($"seed {seed}, step {step}");
        }

        Compare($"seed {seed}, the end");
    }

    private void Change(TestRandom random, int elementMax)
    {
        string key = Key(random);
        Entry entry = Find(key);
        switch (random.Below(12))
        {
            case 0:
                _table.Remove(Bytes(key), Hash(key));
                _model.Remove(key);
                break;
            case 1:
                _table.SetString(Bytes(key), Hash(key), random.Bytes(random.Below(100)));
                _model.Remove(key);
                break;
            case 2 when Holds(key):
                _table.SetExpire(entry, Hash(key), 77);
                _model[key] = (_model[key].Elements, 77);
                break;
            case 3 when Holds(key):
                _table.ClearExpire(entry, Hash(key));
                _model[key] = (_model[key].Elements, -1);
                break;
            case 4 when Holds(key):
                string other = Key(random);
                _table.MoveTo(entry, Hash(key), _table, Bytes(other), Hash(other));
                (List<string>, long) moved = _model[key];
                _model.Remove(key);
                _model[other] = moved;
                break;
            case 5 when random.OneIn(50):
                MoveAll();
                break;
            default:
                Grow(random, key, random.Below(elementMax));
                break;
        }
    }

    private void Grow(TestRandom random, string key, int length)
    {
        string element = new((char)('a' + random.Below(26)), length);
        if (!Holds(key) || random.OneIn(30))
        {
            // Built aside or for this key, which may hold something else.
            PackBlock place = random.OneIn(3) ? default : PackBlock.For(key.Length);
            PackBlock made = Listpack.Create(_heap, random.Below(50), place);
            Listpack.Append(_heap, ref made, Bytes(element));
            bool keeps = random.OneIn(2);
            Entry before = Find(key);
            long expireAtMs = keeps && !before.IsNull ? before.ExpireAtMs : -1;
            Store(key, made, keeps);
            _model[key] = ([element], expireAtMs);
            return;
        }

        Entry entry = Find(key);
        List<string> elements = _model[key].Elements;
        PackBlock pack = entry.Payload;
        for (int i = random.Below(4); i >= 0; i--)
        {
            if (elements.Count > 0 && random.OneIn(3))
            {
                int at = random.Below(elements.Count);
                int count = random.OneIn(10) ? elements.Count : 1;
                count = Listpack.DeleteRange(_heap, ref pack, at, count);
                elements.RemoveRange(at, count);
            }
            else
            {
                Listpack.Append(_heap, ref pack, Bytes(element));
                elements.Add(element);
            }
        }

        Update(entry, pack);
    }

    private void MoveAll()
    {
        _heap.EvacuatesAll = true;
        _heap.BeginEvacuation();
        while (!_heap.MeasureStep())
        {
        }

        while (!_heap.MarkStep())
        {
        }

        PackMover mover = new(_heap);
        for (uint i = 0; i < _table.BucketCount; i++) _table.CompactBucket(i, ref mover);
        _heap.BeginUnmarking();
        while (!_heap.UnmarkStep())
        {
        }
    }

    private void Compare(string where)
    {
        _table.DeepCheck();
        foreach ((string key, (List<string> elements, long expireAtMs)) in _model)
        {
            Entry entry = Find(key);
            Assert.True(entry.ExpireAtMs == expireAtMs, where);
            ReadOnlySpan<byte> pack = Listpack.View(_heap, entry.Payload);
            Assert.True(Listpack.DeepCheck(pack, out int count), where);
            Assert.True(count == elements.Count, where);
            if (entry.IsEmbedded) Assert.Equal(pack.Length, entry.Header.InlineLength);
            int at = Listpack.First(pack);
            foreach (string element in elements)
            {
                Assert.True(Listpack.Is(pack, at, Bytes(element)), where);
                at = Listpack.Next(pack, at);
            }
        }
    }

    private Entry Store(string key, PackBlock pack, bool keepTtl = false) => _table.SetPack(
        Bytes(key), Hash(key), ObjectType.Hash, ObjectEncoding.Listpack, pack,
        Listpack.View(_heap, pack).Length, keepTtl);

    private Entry Update(Entry entry, PackBlock pack)
    {
        string key = Encoding.ASCII.GetString(
            pack.Key.IsNull ? entry.Key : new Entry(_heap, pack.Key).Key);
        return _table.UpdatePayload(
            entry, Hash(key), ObjectEncoding.Listpack, pack, Listpack.View(_heap, pack).Length);
    }

    // A few long ones, whose length takes more room.
    private static string Key(TestRandom random)
    {
        int number = random.Below(40);
        return number < 5 ? new string((char)('k' + number), 250 + (3 * number)) : "key:" + number;
    }

    private bool Holds(string key) => _model.ContainsKey(key);

    private Entry Find(string key) => _table.Find(Bytes(key), Hash(key));

    private ulong Hash(string key) => _table.HashOf(Bytes(key));

    private static byte[] Bytes(string text) => Encoding.ASCII.GetBytes(text);
}
