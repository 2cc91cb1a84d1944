using System;
using System.Collections.Generic;
using System.Text;
using Xunit;

namespace Rotom.Engine.Tests.Data;

/// <summary>HyperLogLogs against plain registers, and against bytes that lie.</summary>
public sealed class HyperLogLogTests
{
    [Theory]
    [InlineData(1, 3_000)]
    [InlineData(2, 0)]
    [InlineData(3, 40_000)]
    [InlineData(4, 500)]
    public void Both_forms_hold_what_plain_registers_hold(int seed, int sparseBytesMax)
    {
        Random random = new(seed);
        HyperLogLogEdit edit = new();
        edit.Begin();
        byte[] registers = new byte[HyperLogLog.Registers];
        for (int i = 0; i < 12_000; i++)
        {
            int register = random.Next(random.Next(3) == 0 ? 40 : HyperLogLog.Registers);
            int rank = 1 + random.Next(random.Next(200) == 0 ? 51 : 6);
            bool raised = edit.Raise(register, rank, sparseBytesMax) == HyperLogLog.Raised.Yes;
            Assert.Equal(rank > registers[register], raised);
            registers[register] = Math.Max(registers[register], (byte)rank);
            if (i % 500 == 0) Compare(edit.Value, registers);
        }

        Compare(edit.Value, registers);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(10_000)]
    [InlineData(1_000_000)]
    public void The_estimate_is_near_the_truth(int elements)
    {
        HyperLogLogEdit edit = new();
        edit.Begin();
        for (int i = 0; i < elements; i++)
        {
            (int register, int rank) = HyperLogLog.Place(BitConverter.GetBytes(i));
            edit.Raise(register, rank, 3_000);
        }

        Assert.True(HyperLogLog.TryEstimate(edit.Value, out long estimate));
        Assert.InRange(estimate, elements * 0.97, elements * 1.03);
    }

    // Runs that lead beyond the last register, end before it, or are cut off in their middle. The
    // first is CVE-2025-32023: enough of the longest runs to overflow a 32-bit count.
    public static TheoryData<byte[]> Lies()
    {
        byte[] overflow = new byte[(131_073 * 2) + 1];
        for (int i = 0; i < 131_073; i++) (overflow[2 * i], overflow[(2 * i) + 1]) = (0x7F, 0xFF);
        overflow[^1] = 0x80;
        return
        [
            overflow, [], [0x00], [0x7F], [0x40], [0x7F, 0xFF, 0x00], [0x7F, 0xFE],
            [0x7F, 0xFE, 0x81], [0x7F, 0xFF, 0x7F, 0xFF], [0x7F, 0xFF, 0x7F], [0x80, 0x7F, 0xFF],
            [0xFF, 0x7F, 0xFC], [0x7F, 0xFE, 0x40],
        ];
    }

    [Theory]
    [MemberData(nameof(Lies))]
    public void Bytes_that_lie_are_refused_and_never_followed(byte[] runs)
    {
        byte[] value = [.. Encoding.ASCII.GetBytes("HYLL\x01"), .. new byte[11], .. runs];
        Assert.True(HyperLogLog.IsValue(value));
        Assert.False(HyperLogLog.TryEstimate(value, out _));
        Assert.False(HyperLogLog.TryMerge(value, new byte[HyperLogLog.Registers]));
        Assert.False(HyperLogLog.TryMakeDense(value, new byte[HyperLogLog.DenseBytes]));
        Assert.False(HyperLogLog.TryDescribe(value, new StringBuilder()));
        HyperLogLogEdit edit = new();
        if (!edit.TryBegin(value)) return;
        Assert.False(edit.TryMakeDense());
        // Registers in front of the lie may be raised; the one behind it never is.
        Assert.Equal(
            HyperLogLog.Raised.Corrupt, edit.Raise(HyperLogLog.Registers - 1, 40, 3_000));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Random_bytes_are_followed_no_further_than_they_go(int seed)
    {
        Random random = new(seed);
        HyperLogLogEdit edit = new();
        for (int i = 0; i < 3_000; i++)
        {
            List<byte> value = [.. Encoding.ASCII.GetBytes("HYLL\x01"), .. new byte[11]];
            for (int n = random.Next(60); n > 0; n--)
            {
                value.Add((byte)(random.Next(3) switch
                {
                    0 => 0x40 | random.Next(64),
                    1 => 0x80 | random.Next(128),
                    _ => random.Next(256),
                }));
            }

            byte[] bytes = [.. value];
            bool valid = HyperLogLog.TryEstimate(bytes, out _);
            Assert.Equal(valid, HyperLogLog.TryMerge(bytes, new byte[HyperLogLog.Registers]));
            Assert.True(edit.TryBegin(bytes));
            for (int n = 0; n < 20; n++)
            {
                HyperLogLog.Raised raised = edit.Raise(
                    random.Next(HyperLogLog.Registers), 1 + random.Next(33), 3_000);
                Assert.True(!valid || raised != HyperLogLog.Raised.Corrupt);
            }
        }
    }

    private static void Compare(ReadOnlySpan<byte> value, byte[] registers)
    {
        Assert.True(HyperLogLog.IsValue(value));
        byte[] merged = new byte[HyperLogLog.Registers];
        Assert.True(HyperLogLog.TryMerge(value, merged));
        Assert.Equal(registers, merged);
        Assert.True(HyperLogLog.TryEstimate(value, out long estimate));
        Assert.Equal(HyperLogLog.Estimate(registers), estimate);
        if (!HyperLogLog.IsSparse(value)) return;
        byte[] dense = new byte[HyperLogLog.DenseBytes];
        Assert.True(HyperLogLog.TryMakeDense(value, dense));
        for (int i = 0; i < registers.Length; i++)
            Assert.Equal(registers[i], HyperLogLog.GetDense(dense, i));
    }
}
