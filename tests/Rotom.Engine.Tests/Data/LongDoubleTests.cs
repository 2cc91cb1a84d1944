using System;
using System.Globalization;
using System.Text;
using Xunit;

namespace Rotom.Engine.Tests.Data;

/// <summary>
/// The short way against the exact one. That the exact one is the processor's arithmetic is what
/// the recorded INCRBYFLOAT replies of redis-server show (StringTranscriptTests).
/// </summary>
public sealed class LongDoubleTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Short_and_exact_ways_agree(int seed)
    {
        Random random = new(seed);
        for (int i = 0; i < 50_000; i++)
        {
            string a = Draw(random);
            string b = Draw(random);
            LongDouble left = Parse(a);
            LongDouble right = Parse(b);
            LongDouble sum = left + right;
            string where = $"seed {seed}, {i}: {a} + {b}";
            if (Text(left, exact: true) != "0" && Text(right, exact: true) != "0")
                Assert.True(sum.Equals(LongDouble.AddExact(left, right)), where);
            Assert.True(Text(left, exact: false) == Text(left, exact: true), where);
            Assert.True(Text(sum, exact: false) == Text(sum, exact: true), where);
        }
    }

    [Theory]
    [InlineData("9223372036854775807.5", "9223372036854775807.5")]
    [InlineData("9223372036854775808.5", "9223372036854775808")]
    [InlineData("9223372036854775809.5", "9223372036854775810")]
    [InlineData("18446744073709551615.5", "18446744073709551616")]
    [InlineData("0.000000000000000006", "0.00000000000000001")]
    [InlineData("0.999999999999999999", "1")]
    [InlineData("0.99999999999999999", "0.99999999999999999")]
    [InlineData("-0.000000000000000001", "0")]
    public void Ties_and_carries_are_rounded_once(string text, string printed) =>
        Assert.Equal(printed, Text(Parse(text), exact: false));

    private static LongDouble Parse(string text)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(text);
        Assert.True(LongDouble.TryParse(bytes, out LongDouble value), text);
        Assert.True(LongDouble.TryParseExact(bytes, out LongDouble exact), text);
        Assert.True(value.Equals(exact), text);
        return value;
    }

    private static string Text(LongDouble value, bool exact)
    {
        Span<byte> text = stackalloc byte[LongDouble.TextBytesMax];
        int length = exact ? value.FormatExact(text) : value.Format(text);
        return Encoding.ASCII.GetString(text[..length]);
    }

    // Digits of all lengths, around powers of two and ten, and now and then far out.
    private static string Draw(Random random)
    {
        ulong digits = random.Next(4) switch
        {
            0 => (ulong)random.NextInt64() >> random.Next(63),
            1 => (1UL << random.Next(63)) + (ulong)random.Next(3) - 1,
            2 => ulong.MaxValue - (ulong)random.Next(1000),
            _ => (ulong)random.Next(2000),
        };
        string text = digits.ToString(CultureInfo.InvariantCulture);
        int decimals = random.Next(24);
        if (decimals > 0)
        {
            text = text.PadLeft(decimals + 1, '0');
            text = text.Insert(text.Length - decimals, ".");
        }

        if (random.Next(20) == 0)
            text += "e" + random.Next(-60, 60).ToString(CultureInfo.InvariantCulture);
        return random.Next(2) == 0 ? text : "-" + text;
    }
}
