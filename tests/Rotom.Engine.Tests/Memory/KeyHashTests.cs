using System;
using System.Collections.Generic;
using System.Numerics;
using Rotom.Engine.Memory;
using Xunit;

namespace Rotom.Engine.Tests.Memory;

public sealed class KeyHashTests
{
    private static readonly HashSeed Seed = new(0x9E37_79B9_7F4A_7C15, 0xD1B5_4A32_D192_ED03);

    [Fact]
    public void Every_flipped_bit_changes_about_half_of_the_hash()
    {
        TestRandom random = new(51);
        for (int length = 1; length < 100; length++)
        {
            byte[] data = random.Bytes(length);
            ulong before = KeyHash.Compute(Seed, data);
            int changed = 0;
            for (int bit = 0; bit < length * 8; bit++)
            {
                data[bit >> 3] ^= (byte)(1 << (bit & 7));
                int flips = BitOperations.PopCount(before ^ KeyHash.Compute(Seed, data));
                Assert.True(flips >= 8, $"length {length} bit {bit}");
                changed += flips;
                data[bit >> 3] ^= (byte)(1 << (bit & 7));
            }
            Assert.InRange(changed / (length * 8.0), 25, 39);
        }
    }

    [Fact]
    public void Prefixes_of_zeros_all_differ_and_so_do_seeds()
    {
        HashSet<ulong> seen = [];
        byte[] zeros = new byte[300];
        for (int length = 0; length <= 300; length++)
            Assert.True(seen.Add(KeyHash.Compute(Seed, zeros.AsSpan(0, length))));
        Assert.True(seen.Add(KeyHash.Compute(new(1, 2), zeros.AsSpan(0, 16))));
        Assert.True(seen.Add(KeyHash.Compute(new(2, 1), zeros.AsSpan(0, 16))));
    }

    [Fact]
    public void Numbered_keys_spread_over_low_and_high_bits()
    {
        int[] low = new int[1024];
        int[] high = new int[1024];
        for (int i = 0; i < 1024 * 256; i++)
        {
            ulong hash = KeyHash.Compute(Seed, System.Text.Encoding.ASCII.GetBytes($"key:{i:D12}"));
            low[hash & 1023]++;
            high[hash >> 54]++;
        }
        // 256 expected, 16 is a standard deviation.
        foreach (int count in low) Assert.InRange(count, 256 - 96, 256 + 96);
        foreach (int count in high) Assert.InRange(count, 256 - 96, 256 + 96);
    }
}
