using System;
using Rotom.Engine.Tests.Memory;
using Xunit;
using Xunit.Abstractions;

namespace Rotom.Engine.Tests.Data;

public sealed class LzfTests(ITestOutputHelper output)
{
    [Fact]
    public void What_is_compressed_expands_to_itself()
    {
        TestRandom random = new(Environment.TickCount);
        output.WriteLine($"seed {random.Seed}");
        for (int round = 0; round < 2000; round++)
        {
            byte[] input = Input(random);
            byte[] packed = new byte[input.Length + (input.Length / 16) + 16];
            int length = Lzf.Compress(input, packed);
            byte[] back = new byte[input.Length];
            Assert.True(Lzf.TryDecompress(packed.AsSpan(0, length), back));
            Assert.Equal(input, back);
            // One byte less of room is refused, never overrun.
            if (length > 0) Assert.Equal(0, Lzf.Compress(input, packed.AsSpan(0, length - 1)));
            byte[] wrong = new byte[input.Length + 1];
            Assert.False(Lzf.TryDecompress(packed.AsSpan(0, length), wrong));
        }
    }

    [Fact]
    public void Repetition_is_compressed()
    {
        byte[] zeros = new byte[300];
        byte[] packed = new byte[300];
        // 12 bytes by Redis' own; 2 long references and the ends.
        Assert.InRange(Lzf.Compress(zeros, packed), 1, 12);
    }

    [Fact]
    public void Any_bytes_expand_or_are_refused()
    {
        TestRandom random = new(Environment.TickCount);
        output.WriteLine($"seed {random.Seed}");
        byte[] room = new byte[4096];
        for (int round = 0; round < 20_000; round++)
        {
            byte[] input = random.Bytes(random.Below(40));
            Lzf.TryDecompress(input, room.AsSpan(0, random.Below(room.Length)));
        }
    }

    [Theory]
    [InlineData("20", 3)]
    [InlineData("E0", 9)]
    [InlineData("E000", 9)]
    [InlineData("0061", 2)]
    [InlineData("00612001", 4)]
    [InlineData("1F61", 32)]
    public void Broken_input_is_refused(string hex, int length) =>
        Assert.False(Lzf.TryDecompress(Convert.FromHexString(hex), new byte[length]));

    private static byte[] Input(TestRandom random)
    {
        byte[] input = random.Bytes(random.Below(random.OneIn(20) ? 40_000 : 600));
        int letters = 1 + random.Below(256);
        for (int i = 0; i < input.Length; i++) input[i] = (byte)(input[i] % letters);
        if (input.Length > 20 && random.OneIn(2))
        {
            int length = random.Below(input.Length / 2);
            input.AsSpan(0, length).CopyTo(input.AsSpan(input.Length - length));
        }

        return input;
    }
}
