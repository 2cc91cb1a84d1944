using System;
using System.Collections.Generic;
using System.Linq;
using Rotom.Engine.Memory;
using Rotom.Engine.Tests.Memory;
using Xunit;

namespace Rotom.Engine.Tests.Data;

public sealed class IntsetTests
{
    [Theory]
    [InlineData(1, 10)]
    [InlineData(2, 16)]
    [InlineData(3, 33)]
    [InlineData(4, 64)]
    public void Any_changes_leave_what_a_sorted_set_would_hold(int seed, int bits)
    {
        TestRandom random = new(seed);
        using NativeHeap heap = new();
        PackBlock set = Intset.Create(heap);
        SortedSet<long> model = [];
        for (int step = 0; step < 6_000; step++)
        {
            string where = $"seed {seed}, {bits} bits, step {step}";
            long value = (long)random.NextUInt64() >> (64 - 1 - random.Below(bits));
            if (random.OneIn(3) && model.Count > 0) value = model.ElementAt(
                random.Below(model.Count));
            if (random.Below(step % 2000 < 1200 ? 4 : 2) > 0)
                Assert.True(Intset.Add(heap, ref set, value) == model.Add(value), where);
            else
                Assert.True(Intset.Remove(heap, ref set, value) == model.Remove(value), where);
            ReadOnlySpan<byte> view = Intset.View(heap, set);
            Assert.True(Intset.Count(view) == model.Count, where);
            Assert.True(Intset.Find(view, value, out _) == model.Contains(value), where);
            if (step % 50 != 0) continue;
            Assert.True(Intset.DeepCheck(view), where);
            int at = 0;
            foreach (long member in model)
            {
                Assert.True(Intset.Get(view, at) == member, where);
                Assert.True(Intset.Find(view, member, out int index) && index == at, where);
                at++;
            }
        }

        heap.Free(set.Block);
        Assert.Equal(0, heap.UsedBytes);
    }

    // The bytes redis-server 7.0.15 puts into DUMP, the type and the length before them left out.
    [Theory]
    [InlineData("1 2 3", "0200000003000000010002000300")]
    [InlineData("-1 32767", "0200000002000000ffffff7f")]
    [InlineData("5 32768", "04000000020000000500000000800000")]
    [InlineData("2147483648 -7", "0800000002000000f9ffffffffffffff0000008000000000")]
    public void The_bytes_are_those_of_redis(string members, string hex)
    {
        using NativeHeap heap = new();
        PackBlock set = Intset.Create(heap);
        foreach (string member in members.Split(' ')) Intset.Add(heap, ref set, long.Parse(member));
        Assert.Equal(hex, Convert.ToHexStringLower(Intset.View(heap, set)));
    }

    [Fact]
    public void An_intset_keeps_its_width_and_gives_memory_back()
    {
        using NativeHeap heap = new();
        PackBlock set = Intset.Create(heap);
        for (int i = 0; i < 10_000; i++) Intset.Add(heap, ref set, i * 1_000_000L);
        long full = heap.UsedBytes;
        for (int i = 1; i < 10_000; i++) Intset.Remove(heap, ref set, i * 1_000_000L);
        Assert.Equal("08000000010000000000000000000000",
            Convert.ToHexStringLower(Intset.View(heap, set)));
        Assert.InRange(heap.UsedBytes, 16, full / 100);
    }

    [Theory]
    [InlineData("")]
    [InlineData("02000000")]
    [InlineData("0300000000000000")]
    [InlineData("0000000000000000")]
    [InlineData("0200000001000000")]
    [InlineData("02000000010000000100ff")]
    [InlineData("020000000200000001000100")]
    [InlineData("020000000200000002000100")]
    [InlineData("08000000ffffffff")]
    [InlineData("0200000000000080")]
    public void Bytes_that_are_no_intset_are_seen_through(string hex) =>
        Assert.False(Intset.DeepCheck(Convert.FromHexString(hex)));

    [Fact]
    public void Any_bytes_are_checked_without_harm()
    {
        TestRandom random = new(77);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] bytes = random.Bytes(random.Below(40));
            if (bytes.Length > 8 && random.OneIn(2)) bytes.AsSpan(0, 8).Clear();
            if (bytes.Length > 8) bytes[0] = (byte)random.Below(10);
            if (bytes.Length > 8) bytes[4] = (byte)random.Below(20);
            if (!Intset.DeepCheck(bytes)) continue;
            for (int at = 0; at < Intset.Count(bytes); at++) Intset.Get(bytes, at);
        }
    }
}
