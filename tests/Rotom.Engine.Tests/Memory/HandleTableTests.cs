using System;
using System.Collections.Generic;
using System.Linq;
using Rotom.Engine.Memory;
using Xunit;

namespace Rotom.Engine.Tests.Memory;

public sealed class HandleTableTests
{
    private static readonly HashSeed Seed = new(0x1234_5678_9ABC_DEF0, 0x0FED_CBA9_8765_4321);

    /// <summary>Elements are blocks that hold one ulong, which is the key.</summary>
    private readonly struct NumberOps(NativeHeap heap) : ITableOps
    {
        public ulong Hash(Handle element) => HashOf(heap.At<ulong>(element, 0));

        public bool Equals(Handle element, ReadOnlySpan<byte> key) =>
            heap.Bytes(element, 0, 8).SequenceEqual(key);

        public static ulong HashOf(ulong number) =>
            KeyHash.Compute(Seed, BitConverter.GetBytes(number));
    }

    private sealed class Numbers : IDisposable
    {
        public readonly NativeHeap Heap = new();
        public readonly HandleTable<NumberOps> Table;

        public Numbers() => Table = new(
            Heap, HandleTable<NumberOps>.Create(Heap), new NumberOps(Heap));

        public Handle Find(ulong number) =>
            Table.Find(BitConverter.GetBytes(number), NumberOps.HashOf(number));

        public void Add(ulong number)
        {
            Handle element = Heap.Allocate(8);
            Heap.At<ulong>(element, 0) = number;
            Table.Add(element, NumberOps.HashOf(number));
        }

        public void Remove(ulong number)
        {
            Handle element = Find(number);
            Assert.True(Table.Remove(element, NumberOps.HashOf(number)));
            Heap.Free(element);
        }

        public void Dispose() => Heap.Dispose();
    }

    private struct Collector(NativeHeap heap, List<ulong> seen) : IHandleVisitor
    {
        public void Visit(Handle element) => seen.Add(heap.At<ulong>(element, 0));
    }

    private struct Freer(NativeHeap heap) : IHandleVisitor
    {
        public void Visit(Handle element) => heap.Free(element);
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public void Behaves_as_a_set_while_it_grows_and_shrinks(int seed)
    {
        TestRandom random = new(seed);
        using Numbers numbers = new();
        List<ulong> live = [];
        HashSet<ulong> model = [];
        for (int step = 0; step < 200_000; step++)
        {
            bool grow = step < 120_000 ? !random.OneIn(4) : random.OneIn(8);
            if (grow || live.Count == 0)
            {
                ulong number = random.NextUInt64();
                if (!model.Add(number)) continue;
                live.Add(number);
                numbers.Add(number);
            }
            else
            {
                int at = random.Below(live.Count);
                numbers.Remove(live[at]);
                Assert.True(numbers.Find(live[at]).IsNull, $"seed {seed}");
                model.Remove(live[at]);
                live[at] = live[^1];
                live.RemoveAt(live.Count - 1);
            }
            if (step % 20_000 == 0) numbers.Table.DeepCheck();
        }
        foreach (ulong number in live)
            Assert.Equal(number, numbers.Heap.At<ulong>(numbers.Find(number), 0));
        while (live.Count > 0)
        {
            numbers.Remove(live[^1]);
            live.RemoveAt(live.Count - 1);
        }
        numbers.Table.DeepCheck();
        numbers.Heap.DeepCheck();
        Assert.Equal(1u, numbers.Table.BucketCount);
        Assert.Equal(numbers.Table.MemoryBytes, numbers.Heap.UsedBytes);
        numbers.Table.Destroy();
        Assert.Equal(0, numbers.Heap.UsedBytes);
    }

    [Fact]
    public void An_empty_table_is_small_and_its_memory_is_exact_at_every_size()
    {
        using Numbers numbers = new();
        Assert.InRange(numbers.Table.MemoryBytes, 1, 144);
        for (ulong i = 0; i < 30_000; i++)
        {
            numbers.Add(i);
            if (i > 100 && i % 501 != 0) continue;
            long elements = (long)(i + 1) * NativeHeap.BlockBytesFor(8);
            Assert.Equal(numbers.Table.MemoryBytes, numbers.Heap.UsedBytes - elements);
        }
        Assert.InRange(numbers.Table.MemoryBytes / 30_000.0, 8, 18);
        numbers.Table.DeepCheck();
    }

    [Fact]
    public void Replace_gives_the_element_another_block()
    {
        using Numbers numbers = new();
        for (ulong i = 0; i < 1000; i++) numbers.Add(i);
        Handle old = numbers.Find(500);
        Handle now = numbers.Heap.Allocate(8);
        numbers.Heap.At<ulong>(now, 0) = 500;
        numbers.Table.Replace(old, now, NumberOps.HashOf(500));
        numbers.Heap.Free(old);
        Assert.Equal(now, numbers.Find(500));
        Assert.Throws<InvariantException>(
            () => numbers.Table.Replace(old, now, NumberOps.HashOf(500)));
        numbers.Table.DeepCheck();
    }

    [Theory]
    [InlineData(21, true)]
    [InlineData(22, false)]
    [InlineData(23, true)]
    [InlineData(24, false)]
    public void A_scan_shows_every_element_that_stays_while_others_come_and_go(int seed, bool grows)
    {
        TestRandom random = new(seed);
        using Numbers numbers = new();
        for (int round = 0; round < 20; round++)
        {
            int stay = 1 + random.Below(2000);
            int passing = random.Below(20_000);
            ulong first = (ulong)round << 32;
            for (int i = 0; i < stay; i++) numbers.Add(first + (ulong)i);
            if (!grows)
            {
                for (int i = 0; i < passing; i++) numbers.Add(first + 1_000_000 + (ulong)i);
            }
            List<ulong> seen = [];
            Collector collector = new(numbers.Heap, seen);
            ulong cursor = 0;
            int done = 0;
            do
            {
                cursor = numbers.Table.Scan(cursor, ref collector);
                for (int i = random.Below(30); i > 0 && done < passing; i--, done++)
                {
                    ulong number = first + 1_000_000 + (ulong)done;
                    if (grows) numbers.Add(number);
                    else numbers.Remove(number);
                }
            }
            while (cursor != 0);
            HashSet<ulong> distinct = [.. seen];
            for (int i = 0; i < stay; i++)
                Assert.True(distinct.Contains(first + (ulong)i), $"seed {seed} round {round}");
            Freer freer = new(numbers.Heap);
            while (!numbers.Table.ClearStep(100, ref freer)) numbers.Table.DeepCheck();
        }
    }

    [Fact]
    public void A_scan_of_a_still_table_shows_each_element_once()
    {
        using Numbers numbers = new();
        for (ulong count = 0; count < 300; count++)
        {
            List<ulong> seen = [];
            Collector collector = new(numbers.Heap, seen);
            ulong cursor = 0;
            do cursor = numbers.Table.Scan(cursor, ref collector);
            while (cursor != 0);
            seen.Sort();
            Assert.Equal(Enumerable.Range(0, (int)count).Select(i => (ulong)i), seen);
            numbers.Add(count);
        }
    }

    [Fact]
    public void A_walk_with_merges_held_meets_each_remaining_element_once()
    {
        TestRandom random = new(31);
        using Numbers numbers = new();
        for (ulong i = 0; i < 20_000; i++) numbers.Add(i);
        numbers.Table.HoldMerges = true;
        List<ulong> seen = [];
        Collector collector = new(numbers.Heap, seen);
        ulong removed = 0;
        ulong added = 1_000_000;
        for (uint bucket = 0; bucket < numbers.Table.BucketCount; bucket++)
        {
            numbers.Table.VisitBucket(bucket, ref collector);
            for (int i = random.Below(12); i > 0 && removed < 15_000; i--)
                numbers.Remove(removed++);
            if (random.OneIn(3)) numbers.Add(added++);
        }
        Assert.Equal(15_000ul, removed);
        Assert.Equal(
            Enumerable.Range(15_000, 5_000).Select(i => (ulong)i),
            seen.Where(n => n is >= 15_000 and < 1_000_000).Order());
        numbers.Table.HoldMerges = false;
        numbers.Table.DeepCheck();
    }

    [Fact]
    public void Marks_start_at_zero_and_go_to_the_bucket_split_off()
    {
        using Numbers numbers = new();
        numbers.Table.SetMark(0, 0xBEEF);
        for (ulong i = 0; i < 50_000; i++) numbers.Add(i);
        numbers.Table.DeepCheck();
        for (uint i = 0; i < numbers.Table.BucketCount; i++)
            Assert.Equal(0xBEEF, numbers.Table.GetMark(i));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(77)]
    [InlineData(1400)]
    public void Random_elements_are_spread_evenly(int count)
    {
        const int samplesEach = 300;
        TestRandom random = new(41);
        using Numbers numbers = new();
        for (int i = 0; i < count; i++) numbers.Add((ulong)i);
        int[] hits = new int[count];
        for (int i = 0; i < count * samplesEach; i++)
            hits[(int)numbers.Heap.At<ulong>(numbers.Table.RandomElement(random), 0)]++;
        // Six sigmas of a binomial distribution around 300, and no element forgotten.
        Assert.InRange(hits.Min(), samplesEach - 105, samplesEach);
        Assert.InRange(hits.Max(), samplesEach, samplesEach + 105);
    }

    [Fact]
    public void A_random_element_is_found_in_an_almost_empty_table_too()
    {
        using Numbers numbers = new();
        Assert.True(numbers.Table.RandomElement(new TestRandom(1)).IsNull);
        for (ulong i = 0; i < 20_000; i++) numbers.Add(i);
        numbers.Table.HoldMerges = true;
        for (ulong i = 1; i < 20_000; i++) numbers.Remove(i);
        Assert.Equal(numbers.Find(0), numbers.Table.RandomElement(new TestRandom(1)));
    }

    [Fact]
    public void Destroy_frees_the_table_at_any_size()
    {
        foreach (int count in new[] { 0, 1, 50, 3000, 50_000 })
        {
            using Numbers numbers = new();
            for (int i = 0; i < count; i++) numbers.Add((ulong)i);
            long elements = (long)count * NativeHeap.BlockBytesFor(8);
            numbers.Table.Destroy();
            Assert.Equal(elements, numbers.Heap.UsedBytes);
            numbers.Heap.DeepCheck();
        }
    }
}
