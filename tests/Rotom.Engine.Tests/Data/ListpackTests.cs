using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Rotom.Engine.Memory;
using Rotom.Engine.Tests.Memory;
using Xunit;

namespace Rotom.Engine.Tests.Data;

public sealed class ListpackTests
{
    // Payloads of DUMP as redis-server 7.0.15 answers them, without the envelope.
    [Theory]
    [InlineData("", "07000000" + "0000" + "FF")]
    [InlineData("a", "0A000000" + "0100" + "816102" + "FF")]
    [InlineData("0 127", "0B000000" + "0200" + "0001" + "7F01" + "FF")]
    [InlineData("128 -1 -4096 4095",
        "13000000" + "0400" + "C08002" + "DFFF02" + "D00002" + "CFFF02" + "FF")]
    [InlineData("-4097 32767", "0F000000" + "0200" + "F1FFEF03" + "F1FF7F03" + "FF")]
    [InlineData("32768 -8388608", "11000000" + "0200" + "F200800004" + "F200008004" + "FF")]
    [InlineData("8388608", "0D000000" + "0100" + "F30000800005" + "FF")]
    [InlineData("-2147483649", "11000000" + "0100" + "F4FFFFFF7FFFFFFFFF09" + "FF")]
    [InlineData("01 -0 +1",
        "13000000" + "0300" + "82303103" + "822D3003" + "822B3103" + "FF")]
    public void Elements_are_encoded_as_redis_encodes_them(string elements, string expected)
    {
        using NativeHeap heap = new();
        PackBlock pack = Listpack.Create(heap);
        foreach (string element in elements.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            Listpack.Append(heap, ref pack, Encoding.ASCII.GetBytes(element));
        Assert.Equal(expected, Convert.ToHexString(Listpack.View(heap, pack)));
    }

    // Length of a string, bytes before it, bytes of the length behind it: the bounds are Redis',
    // each one less than what would fit.
    [Theory]
    [InlineData(63, 1, 1)]
    [InlineData(64, 2, 1)]
    [InlineData(125, 2, 1)]
    [InlineData(126, 2, 2)]
    [InlineData(4095, 2, 2)]
    [InlineData(4096, 5, 2)]
    [InlineData(16377, 5, 2)]
    [InlineData(16378, 5, 3)]
    [InlineData(2097145, 5, 3)]
    [InlineData(2097146, 5, 4)]
    public void Strings_take_the_headers_of_their_length(int length, int header, int back)
    {
        using NativeHeap heap = new();
        PackBlock pack = Listpack.Create(heap);
        byte[] element = new byte[length];
        element.AsSpan().Fill((byte)'x');
        Listpack.Append(heap, ref pack, element);
        Listpack.Append(heap, ref pack, 5);
        ReadOnlySpan<byte> bytes = Listpack.View(heap, pack);
        Assert.Equal(Listpack.EmptyBytes + header + length + back + 2, bytes.Length);
        Assert.Equal(Listpack.HeaderBytes, Listpack.Prev(bytes, Listpack.Last(bytes)));
        Assert.True(Listpack.DeepCheck(bytes, out int count));
        Assert.Equal(2, count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Any_changes_leave_what_a_list_would_hold(int seed)
    {
        TestRandom random = new(seed);
        using NativeHeap heap = new();
        PackBlock pack = Listpack.Create(heap);
        List<byte[]> model = [];
        for (int step = 0; step < 3_000; step++)
        {
            Change(random, heap, ref pack, model);
            Compare(random, Listpack.View(heap, pack), model, $"seed {seed}, step {step}");
        }

        heap.Free(pack.Block);
        Assert.Equal(0, heap.UsedBytes);
    }

    [Fact]
    public void More_elements_than_the_header_counts_are_counted_by_walking()
    {
        using NativeHeap heap = new();
        PackBlock pack = Listpack.Create(heap, 1 << 18);
        for (int i = 0; i < 65_534; i++) Listpack.Append(heap, ref pack, i & 63);
        Assert.Equal(65_534, Listpack.Count(Listpack.View(heap, pack)));
        for (int i = 0; i < 6; i++) Listpack.Append(heap, ref pack, 77);
        ReadOnlySpan<byte> bytes = Listpack.View(heap, pack);
        Assert.Equal(65_540, Listpack.Count(bytes));
        Assert.Equal(77, Listpack.Get(bytes, Listpack.Seek(bytes, 65_539)).Int);
        Assert.Equal(-1, Listpack.Seek(bytes, 65_540));
        Assert.Equal(0, Listpack.Get(bytes, Listpack.Seek(bytes, -65_540)).Int);
        Assert.Equal(-1, Listpack.Seek(bytes, -65_541));
        Assert.Equal(6, Listpack.DeleteRange(heap, ref pack, -6, 100));
        bytes = Listpack.View(heap, pack);
        Assert.Equal(65_534, Listpack.Count(bytes));
        Assert.True(Listpack.DeepCheck(bytes, out int count));
        Assert.Equal(65_534, count);
    }

    [Fact]
    public void A_search_leaves_out_what_it_is_told_to()
    {
        using NativeHeap heap = new();
        PackBlock pack = Listpack.Create(heap);
        string[] elements = ["f1", "v1", "7", "f1", "v1", "7"];
        foreach (string element in elements)
            Listpack.Append(heap, ref pack, Encoding.ASCII.GetBytes(element));
        ReadOnlySpan<byte> bytes = Listpack.View(heap, pack);
        int first = Listpack.First(bytes);
        Assert.Equal(first, Listpack.Find(bytes, first, "f1"u8, 1));
        Assert.Equal(-1, Listpack.Find(bytes, first, "f2"u8, 1));
        Assert.Equal(Listpack.Seek(bytes, 4), Listpack.Find(bytes, first, "v1"u8, 1));
        Assert.Equal(Listpack.Seek(bytes, 2), Listpack.Find(bytes, first, "7"u8, 1));
        Assert.Equal(-1, Listpack.Find(bytes, first, "07"u8));
        Assert.Equal(-1, Listpack.Find(bytes, -1, "f1"u8));
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public void Broken_bytes_are_refused_or_walk_to_their_end(int seed)
    {
        TestRandom random = new(seed);
        using NativeHeap heap = new();
        for (int round = 0; round < 3_000; round++)
        {
            PackBlock pack = Listpack.Create(heap);
            for (int i = random.Below(12); i >= 0; i--)
                Listpack.Append(heap, ref pack, Element(random));
            byte[] bytes = Listpack.View(heap, pack).ToArray();
            heap.Free(pack.Block);
            Assert.True(Listpack.DeepCheck(bytes, out _), $"seed {seed}, round {round}");
            for (int i = random.Below(3); i >= 0; i--)
                bytes[random.Below(bytes.Length)] = random.Bytes(1)[0];
            byte[] cut = random.OneIn(4) ? bytes[..random.Below(bytes.Length)] : bytes;
            if (!Listpack.DeepCheck(cut, out int count)) continue;
            int forth = 0;
            for (int at = Listpack.First(cut); at >= 0; at = Listpack.Next(cut, at))
                forth += Listpack.Get(cut, at).TextLength >= 0 ? 1 : 0;
            int back = 0;
            for (int at = Listpack.Last(cut); at >= 0; at = Listpack.Prev(cut, at)) back++;
            Assert.True(forth == count && back == count, $"seed {seed}, round {round}");
        }
    }

    private static void Change(
        TestRandom random, NativeHeap heap, ref PackBlock pack, List<byte[]> model)
    {
        byte[] element = Element(random);
        int index = model.Count == 0 ? 0 : random.Below(model.Count);
        int at = Listpack.Seek(Listpack.View(heap, pack), index);
        switch (random.Below(model.Count > 40 ? 10 : 7))
        {
            case 0 or 1:
                Listpack.Append(heap, ref pack, element);
                model.Add(element);
                break;
            case 2:
                Listpack.Prepend(heap, ref pack, element);
                model.Insert(0, element);
                break;
            case 3 when at >= 0:
                Assert.Equal(at, Listpack.InsertBefore(heap, ref pack, at, element));
                model.Insert(index, element);
                break;
            case 4 when at >= 0:
                int now = Listpack.InsertAfter(heap, ref pack, at, element);
                Assert.Equal(now, Listpack.Seek(Listpack.View(heap, pack), index + 1));
                model.Insert(index + 1, element);
                break;
            case 5 when at >= 0:
                Listpack.Replace(heap, ref pack, at, element);
                model[index] = element;
                break;
            case 6 when at >= 0:
                int next = Listpack.Delete(heap, ref pack, at);
                model.RemoveAt(index);
                Assert.Equal(index == model.Count ? -1 : at, next);
                break;
            case 7 or 8 when at >= 0:
                int count = random.Below(6);
                long from = random.OneIn(2) ? index : index - model.Count;
                int gone = Listpack.DeleteRange(heap, ref pack, from, count);
                Assert.Equal(Math.Min(count, model.Count - index), gone);
                model.RemoveRange(index, gone);
                break;
            case 9:
                Handle copy = Listpack.Copy(heap, pack);
                heap.Free(pack.Block);
                pack = copy;
                break;
        }
    }

    private static void Compare(
        TestRandom random, ReadOnlySpan<byte> pack, List<byte[]> model, string where)
    {
        Assert.True(Listpack.DeepCheck(pack, out int count), where);
        Assert.True(model.Count == count && model.Count == Listpack.Count(pack), where);
        Span<byte> digits = stackalloc byte[ListpackValue.DigitsMax];
        int at = Listpack.First(pack);
        foreach (byte[] element in model)
        {
            Assert.True(element.AsSpan().SequenceEqual(Listpack.Get(pack, at).Text(digits)), where);
            Assert.True(Listpack.Is(pack, at, element), where);
            at = Listpack.Next(pack, at);
        }

        Assert.True(at == -1, where);
        at = Listpack.Last(pack);
        foreach (byte[] element in Enumerable.Reverse(model))
        {
            Assert.True(element.AsSpan().SequenceEqual(Listpack.Get(pack, at).Text(digits)), where);
            at = Listpack.Prev(pack, at);
        }

        Assert.True(at == -1, where);
        byte[] wanted = model.Count > 0 && random.OneIn(2)
            ? model[random.Below(model.Count)]
            : Element(random);
        int found = Listpack.Find(pack, Listpack.First(pack), wanted);
        int index = model.FindIndex(element => element.AsSpan().SequenceEqual(wanted));
        Assert.True(found == (index < 0 ? -1 : Listpack.Seek(pack, index)), where);
    }

    private static byte[] Element(TestRandom random)
    {
        if (random.OneIn(2)) return random.Bytes(random.Length(20_000));
        long number = (long)random.NextUInt64();
        return Encoding.ASCII.GetBytes((number >> random.Below(64)).ToString());
    }
}
