using System;
using Rotom.Engine.Memory;
using Xunit;

namespace Rotom.Engine.Tests.Data;

/// <summary>Bits counted, found and combined, against loops over single bits.</summary>
public sealed class BitTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Ranges_are_counted_and_searched_as_bit_by_bit(int seed)
    {
        Random random = new(seed);
        for (int i = 0; i < 2_000; i++)
        {
            byte[] bytes = Draw(random, 1 + random.Next(i % 50 == 0 ? 3_000 : 60));
            int bits = bytes.Length * 8;
            int first = random.Next(bits);
            int last = random.Next(first, bits);
            bool wanted = random.Next(2) == 0;
            long count = 0, found = -1;
            for (int bit = first; bit <= last; bit++)
            {
                bool set = BitRange.Get(bytes, bit);
                if (set) count++;
                if (set == wanted && found < 0) found = bit;
            }

            Assert.Equal(count, BitRange.Count(bytes, first, last));
            Assert.Equal(found, BitRange.Find(bytes, first, last, wanted));
        }
    }

    [Fact]
    public void Every_length_is_counted_with_and_without_vectors()
    {
        Random random = new(4);
        byte[] bytes = Draw(random, 5_000);
        bytes.AsSpan(2_000).Fill(0xFF);
        for (int length = 0; length <= bytes.Length; length += 1 + (length / 40))
        {
            ReadOnlySpan<byte> part = bytes.AsSpan(bytes.Length - length);
            long expected = 0;
            foreach (byte b in part) expected += int.PopCount(b);
            Assert.Equal(expected, BitKernels.PopCount(part));
            Assert.Equal(expected, BitKernels.PopCountByWords(part));
        }
    }

    [Fact]
    public void Combining_touches_each_byte_once_and_none_behind()
    {
        Random random = new(5);
        for (int length = 0; length < 200; length++)
        {
            byte[] a = Draw(random, length), b = Draw(random, length + 1);
            Check(a, b, BitKernels.And, (x, y) => x & y);
            Check(a, b, BitKernels.Or, (x, y) => x | y);
            Check(a, b, BitKernels.Xor, (x, y) => x ^ y);
            Check(a, b, (into, _) => BitKernels.Not(into), (x, _) => ~x);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_field_reads_back_what_was_written_and_its_neighbours_stay(int seed)
    {
        Random random = new(seed);
        for (int i = 0; i < 5_000; i++)
        {
            bool signed = random.Next(2) == 0;
            BitfieldType type = new(signed, 1 + random.Next(signed ? 64 : 63));
            byte[] bytes = Draw(random, 20);
            byte[] before = [.. bytes];
            int at = random.Next(20 * 8 - type.Bits + 1);
            long value = random.NextInt64(long.MinValue, long.MaxValue);
            Assert.True(type.TryFit(value, BitOverflow.Wrap, out long fitting));
            type.Write(bytes, at, fitting);
            Assert.Equal(fitting, type.Read(bytes, at));
            for (int bit = 0; bit < bytes.Length * 8; bit++)
            {
                if (bit >= at && bit < at + type.Bits) continue;
                Assert.Equal(BitRange.Get(before, bit), BitRange.Get(bytes, bit));
            }

            Assert.Equal(type.Read([.. bytes, 0, 0, 0, 0, 0, 0, 0, 0], 155), type.Read(bytes, 155));
        }
    }

    private delegate void Combine(Span<byte> into, ReadOnlySpan<byte> other);

    private static void Check(byte[] a, byte[] b, Combine combine, Func<int, int, int> model)
    {
        byte[] into = [.. a, 0x5A];
        combine(into.AsSpan(0, a.Length), b);
        for (int i = 0; i < a.Length; i++) Assert.Equal((byte)model(a[i], b[i]), into[i]);
        Assert.Equal(0x5A, into[^1]);
    }

    // Long runs of equal bytes, so that searches go on for a while.
    private static byte[] Draw(Random random, int length)
    {
        byte[] bytes = new byte[length];
        byte fill = random.Next(2) == 0 ? (byte)0 : (byte)0xFF;
        for (int i = 0; i < length; i++)
            bytes[i] = random.Next(8) == 0 ? (byte)random.Next(256) : fill;
        return bytes;
    }
}
