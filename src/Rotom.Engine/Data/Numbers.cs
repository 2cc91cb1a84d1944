using System;
using System.Globalization;
using System.Text;

namespace Rotom.Engine;

/// <summary>Reads numbers from bytes by Redis' rules.</summary>
public static class Numbers
{
    /// <summary>
    /// A signed 64-bit integer in its only canonical spelling: no blank, no plus sign, no leading
    /// zero, no <c>-0</c>. What passes can be stored as an integer and printed back unchanged.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out long value)
    {
        value = 0;
        if ((uint)(text.Length - 1) > 19) return false;
        int i = 0;
        bool negative = text[0] == (byte)'-';
        if (negative)
        {
            i = 1;
            if (text.Length == 1) return false;
        }

        uint first = (uint)(text[i] - '0');
        if (first > 9) return false;
        if (first == 0) return text.Length == 1;
        ulong sum = first;
        for (i++; i < text.Length; i++)
        {
            uint digit = (uint)(text[i] - '0');
            if (digit > 9) return false;
            if (sum > (ulong.MaxValue - digit) / 10) return false;
            sum = (sum * 10) + digit;
        }

        if (negative)
        {
            if (sum > 1UL << 63) return false;
            value = unchecked(-(long)sum);
            return true;
        }

        if (sum > long.MaxValue) return false;
        value = (long)sum;
        return true;
    }

    /// <summary>
    /// A double as strtod reads it (decimal, exponent, inf, infinity, hexadecimal), the whole text,
    /// no leading blank, not nan.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out double value) =>
        TryParseInteger(text, out value) || TryParse(text, out value, orInfinity: false);

    /// <summary>
    /// A double as C's strtod reads it where only the end of the number is looked at: nothing is
    /// 0, blanks may come first, what is too large is infinite, and a NUL ends the text.
    /// </summary>
    public static bool TryParseLoose(ReadOnlySpan<byte> text, out double value)
    {
        if (TryParseInteger(text, out value)) return true;
        int end = text.IndexOf((byte)0);
        if (end >= 0) text = text[..end];
        if (text.IsEmpty) return true;
        text = text.TrimStart(" \t\n\v\f\r"u8);
        return TryParse(text, out value, orInfinity: true);
    }

    // What most scores are: a few digits, which a double keeps exactly.
    private static bool TryParseInteger(ReadOnlySpan<byte> text, out double value)
    {
        value = 0;
        const int exactDigits = 15;
        if ((uint)(text.Length - 1) >= exactDigits) return false;
        long sum = 0;
        foreach (byte b in text)
        {
            uint digit = (uint)(b - '0');
            if (digit > 9) return false;
            sum = (sum * 10) + digit;
        }

        value = sum;
        return true;
    }

    private static bool TryParse(ReadOnlySpan<byte> text, out double value, bool orInfinity)
    {
        value = 0;
        if (text.IsEmpty || text[0] <= (byte)' ') return false;
        ReadOnlySpan<byte> digits = text[0] is (byte)'-' or (byte)'+' ? text[1..] : text;
        bool negative = text[0] == (byte)'-';
        if (digits.IsEmpty) return false;
        if (Ascii.EqualsIgnoreCase(digits, "inf"u8) || Ascii.EqualsIgnoreCase(digits, "infinity"u8))
        {
            value = negative ? double.NegativeInfinity : double.PositiveInfinity;
            return true;
        }

        if (digits.Length > 2 && digits[0] == '0' && (digits[1] | 0x20) == 'x')
        {
            return TryParseHex(digits[2..], negative, out value)
                && (orInfinity || !double.IsInfinity(value));
        }

        if (digits[0] is not (>= (byte)'0' and <= (byte)'9' or (byte)'.')) return false;
        const NumberStyles styles = NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        if (!double.TryParse(digits, styles, CultureInfo.InvariantCulture, out value)) return false;
        // strtod sets ERANGE on overflow, which Redis refuses.
        if (double.IsInfinity(value) && !orInfinity) return false;
        if (negative) value = -value;
        return true;
    }

    private static bool TryParseHex(ReadOnlySpan<byte> digits, bool negative, out double value)
    {
        value = 0;
        int exponent = 0;
        int mark = digits.IndexOfAny((byte)'p', (byte)'P');
        if (mark >= 0)
        {
            ReadOnlySpan<byte> power = digits[(mark + 1)..];
            if (power is [(byte)'+', not (byte)'-', ..]) power = power[1..];
            if (!int.TryParse(power, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture,
                out exponent))
            {
                return false;
            }

            digits = digits[..mark];
        }

        int point = -1;
        int seen = 0;
        foreach (byte b in digits)
        {
            if (b == '.')
            {
                if (point >= 0) return false;
                point = seen;
                continue;
            }

            int digit = b switch
            {
                >= (byte)'0' and <= (byte)'9' => b - '0',
                >= (byte)'a' and <= (byte)'f' => b - 'a' + 10,
                >= (byte)'A' and <= (byte)'F' => b - 'A' + 10,
                _ => -1,
            };
            if (digit < 0) return false;
            seen++;
            value = (value * 16) + digit;
        }

        if (seen == 0) return false;
        int behindPoint = point < 0 ? 0 : seen - point;
        value = Math.ScaleB(value, Math.Clamp(exponent, -100_000, 100_000) - (4 * behindPoint));
        if (negative) value = -value;
        return true;
    }
}
