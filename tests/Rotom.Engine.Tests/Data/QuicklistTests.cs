using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using Rotom.Engine.Memory;
using Rotom.Engine.Tests.Memory;
using Rotom.Engine.Tests.Support;
using Rotom.Resp;
using Xunit;

namespace Rotom.Engine.Tests.Data;

public sealed class QuicklistTests
{
    // list-max-listpack-size, and the largest element: small limits make many nodes of few
    // elements, where the edges are.
    [Theory]
    [InlineData(1, -2, 60, 0)]
    [InlineData(2, -1, 3_000, 0)]
    [InlineData(3, -1, 9_000, 0)]
    [InlineData(4, 1, 40, 0)]
    [InlineData(5, 3, 40, 0)]
    [InlineData(6, 5, 9_000, 0)]
    [InlineData(7, 128, 200, 0)]
    [InlineData(8, -5, 3_000, 0)]
    [InlineData(9, -1, 300, 1)]
    [InlineData(10, 5, 300, 2)]
    [InlineData(11, 16, 60, 3)]
    [InlineData(12, -1, 9_000, 1)]
    [InlineData(13, 4, 3_000, 0, true)]
    [InlineData(14, 2, 6_000, 0, true)]
    [InlineData(15, -1, 300, 2, true)]
    public void Any_changes_leave_what_a_list_would_hold(
        int seed, int fill, int elementMax, int compressDepth, bool idle = false)
    {
        bool plain = compressDepth > 0 || idle;
        long gained = 0;
        TestRandom random = new(seed);
        using NativeHeap heap = new();
        ListLimits limits = new(fill, 0, compressDepth);
        List<byte[]> model = [];
        (ObjectEncoding Encoding, Handle Payload) value = default;
        for (int step = 0; step < 4_000; step++)
        {
            string where = $"seed {seed}, fill {fill}, step {step}";
            Quicklist list = value.Payload.IsNull
                ? new Quicklist(heap, limits)
                : new Quicklist(heap, limits, value.Encoding, value.Payload);
            Change(
                random, ref list, model, elementMax, step % 1000 > 600, plain);
            if (model.Count == 0)
            {
                Assert.True(list.Count == 0, where);
                Assert.True(list.FreeSome(), where);
                value = default;
                continue;
            }

            list.Save();
            value = (list.Encoding, list.Payload);
            list = new Quicklist(heap, limits, value.Encoding, value.Payload);
            Compare(random, list, model, where);
            if (step % 50 == 0) CopyAndFree(heap, limits, list, model, where);
            if (!idle || value.Encoding != ObjectEncoding.Quicklist) continue;
            long before = list.MemoryBytes;
            for (int looks = random.Below(4); looks > 0; looks--) LookAt(random, ref list);
            gained += Math.Max(0, before - list.MemoryBytes);
        }

        Assert.True(
            !idle || compressDepth > 0 || gained > 10_000,
            $"seed {seed}: {gained} bytes were gained");
        if (!value.Payload.IsNull) Free(heap, limits, value.Encoding, value.Payload);
        Assert.Equal(0, heap.UsedBytes);
    }

    [Fact]
    public void What_nobody_uses_is_compressed_and_what_is_read_often_comes_back()
    {
        using NativeHeap heap = new();
        Quicklist list = LongList(heap, i => $"element:{i:d12}");
        long raw = list.MemoryBytes;
        LookAtAll(ref list);
        Assert.Equal(raw, list.MemoryBytes);
        LookAtAll(ref list);
        Assert.InRange(list.MemoryBytes, 0, raw * 2 / 5);
        list.DeepCheck();
        LookAtAll(ref list);
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal(ListNodeKind.Packed, KindAt(heap, list, i));
            Assert.Equal(ListNodeKind.Packed, KindAt(heap, list, list.NodeCount - 1 - i));
        }

        // Once through all of it is no reason to expand anything.
        long small = list.MemoryBytes;
        for (ListPosition at = list.End(head: true); !at.IsNull; at = list.Next(at)) list.Get(at);
        LookAtAll(ref list);
        Assert.Equal(small, list.MemoryBytes);
        long middle = list.Count / 2;
        for (int i = 0; i < 2; i++)
        {
            list.Get(list.Seek(middle));
            list.Get(list.Seek(middle / 2));
        }

        LookAtAll(ref list);
        Assert.True(heap.At<ListNode>(list.Seek(middle).Node, 0).IsOpen);
        Assert.InRange(list.MemoryBytes, small + 1, small + (raw * 3 / list.NodeCount));
        LookAtAll(ref list);
        LookAtAll(ref list);
        Assert.Equal(small, list.MemoryBytes);
        list.Save();
        Free(heap, default, list.Encoding, list.Payload);
        Assert.Equal(0, heap.UsedBytes);
        Assert.Equal(0, heap.IdleLists.Count);
    }

    [Fact]
    public void What_cannot_be_compressed_is_tried_once_until_it_changes()
    {
        using NativeHeap heap = new();
        TestRandom random = new(5);
        Quicklist list = LongList(heap, _ => Convert.ToBase64String(random.Bytes(12)));
        long before = heap.UsedBytes;
        for (int i = 0; i < 5; i++) LookAtAll(ref list);
        Assert.Equal(before, heap.UsedBytes);
        ListPosition middle = list.Seek(list.Count / 2);
        Assert.Equal(ListNodeUse.Dense, heap.At<ListNode>(middle.Node, 0).Use);
        list.Get(list.Seek(list.Count / 2));
        Assert.Equal(ListNodeUse.Dense, heap.At<ListNode>(middle.Node, 0).Use);
        list.Replace(middle, "x"u8);
        Assert.Equal(ListNodeUse.Recent, heap.At<ListNode>(middle.Node, 0).Use);
        list.DeepCheck();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Nodes_beyond_the_depth_are_compressed(int depth)
    {
        using NativeHeap heap = new();
        Quicklist raw = new(heap, new ListLimits(-2));
        Quicklist small = new(heap, new ListLimits(-2, 0, depth));
        for (int i = 0; i < 20_000; i++)
        {
            string element = string.Create(CultureInfo.InvariantCulture, $"element:{i / 100:d12}");
            Push(ref raw, element);
            Push(ref small, element);
            small.Save();
        }

        raw.Save();
        small.DeepCheck();
        Assert.Equal(raw.NodeCount, small.NodeCount);
        Assert.True(small.NodeCount > 8 * depth);
        long ends = 2L * depth * raw.MemoryBytes / raw.NodeCount;
        Assert.InRange(small.MemoryBytes, ends, ends + (raw.MemoryBytes / 4));
    }

    [Theory]
    [InlineData(-2, 1_000)]
    [InlineData(4, 10)]
    public void A_list_turns_quicklist_at_the_limit_and_back_at_half_of_it(int fill, int most)
    {
        using NativeHeap heap = new();
        ListLimits limits = new(fill);
        Quicklist list = new(heap, limits);
        int grown = 0;
        while (list.Encoding == ObjectEncoding.Listpack)
        {
            Push(ref list, "0123456789");
            Assert.True(++grown < most);
        }

        int node = list.NodeCount == 1 ? (int)list.Count : (int)list.Count - 1;
        while (list.Encoding == ObjectEncoding.Quicklist)
        {
            list.Pop(head: false);
            list.Shrink();
        }

        Assert.InRange(list.Count, (node / 2) - 1, (node / 2) + 1);
        list.DeepCheck();
        Assert.True(list.FreeSome());
        Assert.Equal(0, heap.UsedBytes);
    }

    [Fact]
    public void A_queue_stays_in_its_memory()
    {
        using NativeHeap heap = new();
        Quicklist list = new(heap, new ListLimits(-2));
        for (int i = 0; i < 20; i++) Push(ref list, "0123456789");
        long before = heap.UsedBytes;
        for (int i = 0; i < 10_000; i++)
        {
            Push(ref list, "0123456789");
            list.Pop(head: true);
            list.Shrink();
        }

        Assert.True(heap.UsedBytes <= before * 2, $"{before} became {heap.UsedBytes}");
        list.DeepCheck();
        Assert.True(list.FreeSome());
    }

    [Fact]
    public void A_large_value_is_freed_in_slices()
    {
        using NativeHeap heap = new();
        ListLimits limits = new(-2);
        Quicklist list = new(heap, limits);
        for (int i = 0; i < 100_000; i++) Push(ref list, "0123456789");
        list.Save();
        Handle payload = list.Payload;
        int slices = 1;
        while (!new Quicklist(heap, limits, ObjectEncoding.Quicklist, payload).FreeSome())
            slices++;
        Assert.InRange(slices, 2, 10);
        Assert.Equal(0, heap.UsedBytes);
    }

    [Fact]
    public void Full_nodes_fill_their_blocks()
    {
        using NativeHeap heap = new();
        Quicklist list = new(heap, new ListLimits(-2));
        for (int i = 0; i < 100_000; i++) Push(ref list, "0123456789abcdef");
        if (!PoisonBuild.IsOn) Assert.InRange(heap.UsedBytes, 18 * 100_000, 18.3 * 100_000);
        list.DeepCheck();
        Assert.True(list.MemoryBytes == heap.UsedBytes);
    }

    private static Quicklist LongList(NativeHeap heap, Func<int, string> element)
    {
        Quicklist list = new(heap, new ListLimits(-2));
        for (int i = 0; i < 20_000; i++) Push(ref list, element(i));
        list.Save();
        Assert.Equal(1, heap.IdleLists.Count);
        return list;
    }

    private static ListNodeKind KindAt(NativeHeap heap, Quicklist list, int number)
    {
        Handle node = list.FirstNode;
        for (; number > 0; number--) node = list.NextNode(node);
        return heap.At<ListNode>(node, 0).Kind;
    }

    private static void LookAtAll(ref Quicklist list) => LookAt(null, ref list);

    // All nodes that may be looked at, or some.
    private static void LookAt(TestRandom? random, ref Quicklist list)
    {
        Handle at = list.IdleFrom(default);
        Handle end = list.IdleEnd(at, out bool isDone);
        for (; !isDone && at != end; at = list.LookAtIdle(at))
        {
            if (random?.OneIn(20) == true) return;
        }
    }

    private static void Push(ref Quicklist list, string element)
    {
        list.Grow(element.Length, 1);
        list.Push(Encoding.ASCII.GetBytes(element), head: false);
    }

    private static void Change(
        TestRandom random, ref Quicklist list, List<byte[]> model, int elementMax, bool shrinking,
        bool plain)
    {
        byte[] element = Element(random, elementMax);
        // So that there is something to compress.
        for (int i = 0; plain && i < element.Length; i++) element[i] = (byte)('a' + (i % 7));
        int index = model.Count == 0 ? -1 : random.Below(model.Count);
        int kind = model.Count == 0 ? 0 : random.Below(shrinking ? 12 : 8);
        if (kind < 4 || kind == 6) list.Grow(element.Length, 1);
        bool head = random.OneIn(2);
        switch (kind)
        {
            case 0 or 1 or 2:
                list.Push(element, head);
                model.Insert(head ? 0 : model.Count, element);
                break;
            case 3:
                list.Insert(list.Seek(index), element, head);
                model.Insert(head ? index : index + 1, element);
                break;
            case 4 or 8:
                list.Pop(head);
                model.RemoveAt(head ? 0 : model.Count - 1);
                break;
            case 5 or 9:
                ListPosition next = list.Delete(list.Seek(index), head);
                model.RemoveAt(index);
                int expected = head ? index : index - 1;
                if (expected < 0) expected = model.Count;
                Assert.Equal(list.Seek(expected), next);
                break;
            case 6:
                list.Replace(list.Seek(index - model.Count), element);
                model[index] = element;
                break;
            default:
                int count = random.Below(shrinking ? 30 : 4);
                list.DeleteRange(index, count);
                model.RemoveRange(index, Math.Min(count, model.Count - index));
                break;
        }

        if (model.Count > 0 && random.OneIn(2)) list.Shrink();
    }

    private static void Compare(
        TestRandom random, Quicklist list, List<byte[]> model, string where)
    {
        try
        {
            list.DeepCheck();
        }
        catch (InvariantException broken)
        {
            throw new InvariantException(where, broken);
        }

        Assert.True(list.Count == model.Count, where);
        Span<byte> digits = stackalloc byte[ListpackValue.DigitsMax];
        ListPosition at = list.End(head: true);
        foreach (byte[] element in model)
        {
            Assert.True(element.AsSpan().SequenceEqual(list.Get(at).Text(digits)), where);
            at = list.Next(at);
        }

        Assert.True(at.IsNull, where);
        at = list.End(head: false);
        foreach (byte[] element in Enumerable.Reverse(model))
        {
            Assert.True(list.Is(at, element), where);
            at = list.Next(at, forward: false);
        }

        Assert.True(at.IsNull, where);
        int index = random.Below(model.Count);
        RespWriter reply = new();
        list.Reply(reply, list.Seek(index), model.Count - index);
        RespWriter wanted = new();
        foreach (byte[] element in model.Skip(index)) wanted.Bulk(element);
        Assert.True(reply.Written.SequenceEqual(wanted.Written), where);
    }

    private static void CopyAndFree(
        NativeHeap heap, ListLimits limits, Quicklist list, List<byte[]> model, string where)
    {
        Quicklist other = new(heap, limits, list.Encoding, list.Copy());
        other.DeepCheck();
        ListPosition at = other.Seek(model.Count - 1);
        Assert.True(other.Count == model.Count && other.Is(at, model[^1]), where);
        while (!other.FreeSome())
        {
        }
    }

    private static void Free(
        NativeHeap heap, ListLimits limits, ObjectEncoding encoding, Handle payload)
    {
        while (!new Quicklist(heap, limits, encoding, payload).FreeSome())
        {
        }
    }

    private static byte[] Element(TestRandom random, int max)
    {
        if (random.OneIn(3))
        {
            long number = (long)random.NextUInt64() >> random.Below(64);
            return Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture));
        }

        return random.Bytes(random.OneIn(8) ? random.Below(max) : random.Below(24));
    }
}
