using System;
using System.Buffers.Text;
using System.Globalization;

namespace Rotom.Resp;

// RespNumbers: numbers as the protocol spells them, read strictly and written as Redis writes them.

/// <summary>Reads and writes the protocol's numbers.</summary>
public static class RespNumbers
{
    /// <summary>
    /// Room that any double written by <see cref="Format(double, Span{byte})"/> fits.
    /// </summary>
    public const int DoubleBytesMax = 32;

    /// <summary>
    /// A signed 64-bit integer in its only spelling: no blank, no plus sign, no leading zero.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out long value)
    {
        value = 0;
        if ((uint)(text.Length - 1) > 19) return false;
        bool negative = text[0] == '-';
        int i = negative ? 1 : 0;
        if (i == text.Length) return false;
        uint first = (uint)(text[i] - '0');
        if (first > 9) return false;
        if (first == 0) return text.Length == 1;
        ulong sum = first;
        for (i++; i < text.Length; i++)
        {
            uint digit = (uint)(text[i] - '0');
            if (digit > 9 || sum > (ulong.MaxValue - digit) / 10) return false;
            sum = (sum * 10) + digit;
        }

        ulong most = negative ? 1UL << 63 : long.MaxValue;
        if (sum > most) return false;
        value = negative ? unchecked(-(long)sum) : (long)sum;
        return true;
    }

    /// <summary>
    /// Writes a double in the fewest digits that read back as the same value, laid out as C's
    /// <c>%.17g</c> lays them out: an exponent only from 1e17 up and below 1e-4.
    /// </summary>
    /// <param name="value">Any double: infinities are <c>inf</c> and <c>-inf</c>.</param>
    /// <param name="to">At least <see cref="DoubleBytesMax"/> bytes.</param>
    /// <returns>Bytes written.</returns>
    public static int Format(double value, Span<byte> to)
    {
        if (!double.IsFinite(value))
        {
            ReadOnlySpan<byte> name = double.IsNaN(value) ? "nan"u8
                : value > 0 ? "inf"u8 : "-inf"u8;
            name.CopyTo(to);
            return name.Length;
        }

        const double exactIntegers = 1e15;
        if (Math.Abs(value) < exactIntegers && value == Math.Truncate(value)
            && (value != 0 || !double.IsNegative(value)))
        {
            Utf8Formatter.TryFormat((long)value, to, out int integer);
            return integer;
        }

        Span<byte> shortest = stackalloc byte[DoubleBytesMax];
        value.TryFormat(shortest, out int n, "R", CultureInfo.InvariantCulture);
        return LayOut(shortest[..n], to);
    }

    /// <summary>
    /// Writes a double as C's <c>%.17g</c> does, all 17 digits (0.1 is 0.10000000000000001), where
    /// Redis keeps that form: DEBUG DIGEST, ZSCAN of large sorted sets.
    /// </summary>
    /// <param name="value">Any double but NaN.</param>
    /// <param name="to">At least <see cref="DoubleBytesMax"/> bytes.</param>
    /// <returns>Bytes written.</returns>
    public static int FormatAllDigits(double value, Span<byte> to)
    {
        if (!double.IsFinite(value)) return Format(value, to);
        Span<byte> digits = stackalloc byte[DoubleBytesMax];
        value.TryFormat(digits, out int n, "E16", CultureInfo.InvariantCulture);
        return LayOut(digits[..n], to);
    }

    /// <summary>Turns "-1.5E-07" or "123.25" into digits and exponent, and those into %g.</summary>
    private static int LayOut(ReadOnlySpan<byte> text, Span<byte> to)
    {
        Span<byte> digits = stackalloc byte[DoubleBytesMax];
        int count = 0;
        int exponent = 0;
        int n = 0;
        if (text[0] == '-')
        {
            to[n++] = (byte)'-';
            text = text[1..];
        }

        int mark = text.IndexOf((byte)'E');
        ReadOnlySpan<byte> mantissa = mark < 0 ? text : text[..mark];
        if (mark >= 0 && !Utf8Parser.TryParse(text[(mark + 1)..], out exponent, out _)) return 0;
        int point = mantissa.IndexOf((byte)'.');
        int whole = point < 0 ? mantissa.Length : point;
        foreach (byte b in mantissa)
        {
            if (b != '.') digits[count++] = b;
        }

        // Leading zeros of "0.00015" are no digits; trailing ones of "1000000" none that matter.
        int leading = 0;
        while (leading < count - 1 && digits[leading] == '0') leading++;
        exponent += whole - 1 - leading;
        ReadOnlySpan<byte> significant = digits[leading..count].TrimEnd((byte)'0');
        if (significant.IsEmpty)
        {
            to[n++] = (byte)'0';
            return n;
        }

        if (exponent is < -4 or >= 17) return n + Scientific(significant, exponent, to[n..]);
        return n + Plain(significant, exponent, to[n..]);
    }

    private static int Plain(ReadOnlySpan<byte> digits, int exponent, Span<byte> to)
    {
        int n = 0;
        if (exponent < 0)
        {
            to[n++] = (byte)'0';
            to[n++] = (byte)'.';
            for (int i = -1; i > exponent; i--) to[n++] = (byte)'0';
        }

        for (int i = 0; i < digits.Length || i <= exponent; i++)
        {
            if (i == exponent + 1 && exponent >= 0) to[n++] = (byte)'.';
            to[n++] = i < digits.Length ? digits[i] : (byte)'0';
        }

        return n;
    }

    private static int Scientific(ReadOnlySpan<byte> digits, int exponent, Span<byte> to)
    {
        int n = 0;
        to[n++] = digits[0];
        if (digits.Length > 1)
        {
            to[n++] = (byte)'.';
            digits[1..].CopyTo(to[n..]);
            n += digits.Length - 1;
        }

        to[n++] = (byte)'e';
        to[n++] = exponent < 0 ? (byte)'-' : (byte)'+';
        int size = Math.Abs(exponent);
        if (size < 10) to[n++] = (byte)'0';
        Utf8Formatter.TryFormat(size, to[n..], out int written);
        return n + written;
    }
}
