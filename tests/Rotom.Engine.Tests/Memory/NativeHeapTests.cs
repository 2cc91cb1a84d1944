using System;
using System.Collections.Generic;
using Rotom.Engine.Memory;
using Rotom.Engine.Tests.Support;
using Xunit;

namespace Rotom.Engine.Tests.Memory;

public sealed class NativeHeapTests
{
    [Fact]
    public void Size_classes_hold_what_they_are_asked_for_and_waste_at_most_an_eighth()
    {
        int previous = -1;
        for (int bytes = 1; bytes <= SizeClass.LargeMax; bytes += bytes < 40000 ? 1 : 997)
        {
            int sizeClass = SizeClass.Of(bytes);
            int size = SizeClass.Bytes(sizeClass);
            Assert.InRange(sizeClass, Math.Max(previous, 0), SizeClass.Count - 1);
            Assert.True(size >= bytes && size % 8 == 0, $"{bytes} -> {size}");
            Assert.True(size - bytes < Math.Max(8, bytes / 8.0), $"{bytes} -> {size}");
            Assert.True(sizeClass == 0 || SizeClass.Bytes(sizeClass - 1) < bytes);
            previous = sizeClass;
        }
        Assert.Equal(SizeClass.LargeMax, SizeClass.Bytes(SizeClass.Count - 1));
    }

    [Theory]
    [InlineData(1, 100_000, 200)]
    [InlineData(2, 20_000, 5_000)]
    [InlineData(3, 4_000, 100_000)]
    [InlineData(4, 300, 6_000_000)]
    public void Blocks_keep_their_bytes_through_any_sequence(int seed, int steps, int largest)
    {
        TestRandom random = new(seed);
        using NativeHeap heap = new();
        List<(Handle Block, int Length, byte Fill)> live = [];
        for (int step = 0; step < steps; step++)
        {
            int target = step < steps / 2 ? 3 : 6;
            if (live.Count == 0 || random.Below(8) >= target)
            {
                int length = random.Below(random.OneIn(2) ? largest : largest / 20 + 1);
                Handle block = heap.Allocate(length);
                Assert.True(block.Bits % 8 == 0 && block.Bits < 1UL << 48);
                Assert.True(heap.UsableBytes(block) >= length);
                byte fill = (byte)step;
                heap.Bytes(block, 0, length).Fill(fill);
                live.Add((block, length, fill));
                continue;
            }
            int at = random.Below(live.Count);
            (Handle old, int oldLength, byte oldFill) = live[at];
            Assert.True(
                heap.Bytes(old, 0, oldLength).IndexOfAnyExcept(oldFill) < 0, $"seed {seed}");
            if (random.OneIn(3))
            {
                int length = random.Below(largest);
                Handle now = heap.Resize(old, length);
                int kept = Math.Min(length, oldLength);
                Assert.True(
                    heap.Bytes(now, 0, kept).IndexOfAnyExcept(oldFill) < 0, $"seed {seed}");
                heap.Bytes(now, 0, length).Fill(oldFill);
                live[at] = (now, length, oldFill);
            }
            else
            {
                heap.Free(old);
                live[at] = live[^1];
                live.RemoveAt(live.Count - 1);
            }
            if (step % (steps / 10) == 0) heap.DeepCheck();
        }
        long used = 0;
        foreach ((Handle block, _, _) in live) used += heap.BlockBytes(block);
        Assert.Equal(used, heap.UsedBytes);
        foreach ((Handle block, _, _) in live) heap.Free(block);
        Assert.Equal(0, heap.UsedBytes);
        heap.DeepCheck();
        heap.Trim();
        heap.DeepCheck();
    }

    // With another one each large value that takes the place of one that was evicted would have to
    // get all of its pages from the system.
    [Fact]
    public void The_large_block_that_was_freed_last_is_the_next_one()
    {
        if (PoisonBuild.IsOn) return;
        const int bytes = 60_000;
        TestRandom random = new(7);
        using NativeHeap heap = new();
        Handle[] blocks = new Handle[900];
        for (int i = 0; i < blocks.Length; i++) blocks[i] = heap.Allocate(bytes);
        for (int i = 0; i < 3_000; i++)
        {
            ref Handle block = ref blocks[random.Below(blocks.Length)];
            Handle freed = block;
            heap.Free(freed);
            if (i % 100 == 0) heap.DeepCheck();
            block = heap.Allocate(bytes);
            Assert.Equal(freed, block);
        }

        // All slabs but one lose all they have, in any order, and come back.
        for (int round = 0; round < 20; round++)
        {
            for (int i = blocks.Length - 1; i > 0; i--)
            {
                int other = random.Below(i + 1);
                (blocks[i], blocks[other]) = (blocks[other], blocks[i]);
            }

            foreach (Handle block in blocks.AsSpan(1)) heap.Free(block);
            heap.DeepCheck();
            for (int i = 1; i < blocks.Length; i++) blocks[i] = heap.Allocate(bytes);
            heap.DeepCheck();
        }
    }

    [Fact]
    public void Used_bytes_are_the_class_sizes_and_the_peak_stays()
    {
        using NativeHeap heap = new();
        Handle a = heap.Allocate(41);
        Handle b = heap.Allocate(3_000_000);
        Assert.Equal(
            NativeHeap.BlockBytesFor(41) + NativeHeap.BlockBytesFor(3_000_000), heap.UsedBytes);
        long peak = heap.UsedBytes;
        heap.Free(a);
        heap.Free(b);
        Assert.Equal(0, heap.UsedBytes);
        Assert.Equal(peak, heap.PeakUsedBytes);
        heap.DeepCheck();
        heap.ResetPeak();
        Assert.Equal(0, heap.PeakUsedBytes);
    }

    [Fact]
    public void Resize_stays_in_place_within_a_class_and_within_a_huge_mapping()
    {
        using NativeHeap heap = new();
        Handle small = heap.Allocate(200);
        Assert.Equal(small, heap.Resize(small, 196));
        Assert.NotEqual(small, heap.Resize(small, 2000));
        Handle huge = heap.Allocate(3_000_000);
        heap.Bytes(huge, 2_999_999, 1)[0] = 77;
        Assert.Equal(huge, heap.Resize(huge, 9_000_000));
        Assert.Equal(77, heap.Bytes(huge, 2_999_999, 1)[0]);
        Handle larger = heap.Resize(huge, 40_000_000);
        Assert.Equal(77, heap.Bytes(larger, 2_999_999, 1)[0]);
        heap.DeepCheck();
    }

    [Theory]
    [InlineData(40, 400_000)]
    [InlineData(5_000, 4_000)]
    [InlineData(100_000, 300)]
    public void Pages_come_back_after_mass_deletion(int bytes, int count)
    {
        using NativeHeap heap = new();
        Handle[] blocks = new Handle[count];
        for (int i = 0; i < count; i++) blocks[i] = heap.Allocate(bytes);
        long full = heap.ResidentBytes;
        Assert.InRange(full, heap.UsedBytes, heap.UsedBytes * 1.15 + (1 << 20));
        foreach (Handle block in blocks) heap.Free(block);
        heap.DeepCheck();
        Assert.InRange(heap.ResidentBytes, 0, full / 2 + (1 << 20));
        heap.Trim();
        Assert.InRange(heap.ResidentBytes, 0, 1 << 20);
        Assert.InRange(heap.MappedBytes, 0, 48 << 20);
    }

    [Fact]
    public void Moving_what_should_move_empties_sparse_slabs()
    {
        const int count = 200_000;
        TestRandom random = new(5);
        using NativeHeap heap = new();
        List<Handle> live = [];
        for (int i = 0; i < count; i++) live.Add(heap.Allocate(64));
        for (int i = live.Count - 1; i >= 0; i--)
        {
            if (random.OneIn(5)) continue;
            heap.Free(live[i]);
            live[i] = live[^1];
            live.RemoveAt(live.Count - 1);
        }
        heap.DeepCheck();
        heap.Trim();
        long used = heap.UsedBytes;
        heap.BeginEvacuation();
        while (!heap.MeasureStep())
        {
        }

        while (!heap.MarkStep())
        {
        }

        heap.DeepCheck();
        for (int i = 0; i < live.Count; i++)
        {
            Handle block = live[i];
            _ = heap.TryMove(ref block);
            live[i] = block;
        }

        // As much as has to move: four fifths of what is left.
        Assert.InRange(heap.MovedBlocks, live.Count * 3 / 4, live.Count * 5 / 6);
        heap.BeginUnmarking();
        while (!heap.UnmarkStep())
        {
        }

        heap.DeepCheck();
        heap.Trim();
        Assert.Equal(used, heap.UsedBytes);
        Assert.InRange(heap.ResidentBytes, used, used * 1.05 + (1 << 17));
    }

    [Fact]
    public void Negative_sizes_are_refused()
    {
        using NativeHeap heap = new();
        Assert.Throws<InvariantException>(() => heap.Allocate(-1));
    }

#if POISON
    [Fact]
    public void Poison_finds_double_free_dead_handles_and_writes_past_the_end()
    {
        using NativeHeap heap = new();
        Handle block = heap.Allocate(24);
        Assert.Throws<InvariantException>(() => heap.Bytes(block, 20, 5).Length);
        Handle freed = heap.Allocate(24);
        heap.Free(freed);
        Assert.Throws<InvariantException>(() => heap.Free(freed));
        Assert.Throws<InvariantException>(() => heap.At<int>(freed, 0) = 1);
        heap.Free(block);
        heap.DeepCheck();
    }

    [Fact]
    public void Poison_finds_writes_into_freed_blocks_and_past_the_end_through_old_spans()
    {
        using NativeHeap heap = new();
        Handle block = heap.Allocate(24);
        Span<byte> bytes = heap.Bytes(block, 0, 24);
        heap.Free(block);
        bytes[5] = 1;
        Assert.Throws<InvariantException>(heap.DeepCheck);

        Handle tight = heap.Allocate(24);
        System.Runtime.CompilerServices.Unsafe.Add(ref heap.At<byte>(tight, 23), 1) = 1;
        Assert.Throws<InvariantException>(() => heap.Free(tight));
    }
#endif
}
