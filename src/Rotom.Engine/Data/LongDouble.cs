using System;
using System.Buffers;
using System.Buffers.Text;

namespace Rotom.Engine;

// LongDouble: the 80-bit extended precision number of x86, in which Redis computes INCRBYFLOAT and
// HINCRBYFLOAT. Clients see its 64-bit mantissa in the 17 decimals that are printed (3.0e3 + 0.1 is
// not 3000.1), so plain doubles would give other replies than Redis on nearly every machine.
//
// A finite number is mantissa * 2^exponent with the mantissa's top bit set (or zero). Reading,
// adding and printing are exact and rounded once, half to even, as the processor does. Subnormals
// are not kept apart: they lie far below the 17 decimals that are printed.
//
// Two ways lead to each result. LongDouble.Exact.cs has the general one, in big integers. The one
// here, in 128 bits and without allocation, is for the numbers that people count with: up to 19
// digits of which up to 18 behind the point, sums of numbers less than 2^64 apart, results below
// 2^64. Both are exact before the one rounding, so they cannot differ; a test compares them.

/// <summary>A number with a 64-bit mantissa, for Redis' floating point increments.</summary>
internal readonly partial struct LongDouble
{
    /// <summary>Room for the longest text: 4933 digits, a sign, a point and 17 decimals.</summary>
    internal const int TextBytesMax = 5 * 1024;

    private const int Decimals = 17;
    private const ulong DecimalsScale = 100_000_000_000_000_000;

    /// <summary>Digits that fit 64 bits whatever they are.</summary>
    private const int ShortDigitsMax = 19;

    /// <summary>
    /// Digits behind the point for which 128 bits leave 67 of the quotient: 10^18 is below 2^60.
    /// </summary>
    private const int ShortDecimalsMax = 18;

    /// <summary>Exponent of the top bit above which the format has no numbers.</summary>
    private const int TopBitMax = 16383;

    /// <summary>Exponent of the top bit below which a number rounds to zero.</summary>
    private const int TopBitMin = -16446;

    private readonly bool _negative;
    private readonly ulong _mantissa;
    private readonly int _exponent;
    private readonly bool _infinite;

    private LongDouble(bool negative, ulong mantissa, int exponent, bool infinite)
    {
        _negative = negative;
        _mantissa = mantissa;
        _exponent = exponent;
        _infinite = infinite;
    }

    /// <summary>Zero.</summary>
    internal static LongDouble Zero => default;

    /// <summary>False for the infinities, and for their difference.</summary>
    internal bool IsFinite => !_infinite;

    /// <summary>The sum, rounded half to even.</summary>
    public static LongDouble operator +(LongDouble left, LongDouble right)
    {
        if (left._infinite) return left;
        if (right._infinite) return right;
        if (left._mantissa == 0) return right;
        if (right._mantissa == 0) return left;
        if (left._exponent < right._exponent) (left, right) = (right, left);
        int apart = left._exponent - right._exponent;
        if (apart > 63) return AddExact(left, right);
        UInt128 high = (UInt128)left._mantissa << apart;
        UInt128 low = right._mantissa;
        if (left._negative == right._negative)
        {
            return Round(left._negative, high + low, right._exponent, false);
        }

        return high >= low
            ? Round(left._negative, high - low, right._exponent, false)
            : Round(right._negative, low - high, right._exponent, false);
    }

    /// <summary>
    /// Reads a number as strtold does: the whole text, no leading blank, not nan.
    /// </summary>
    internal static bool TryParse(ReadOnlySpan<byte> text, out LongDouble value) =>
        TryParseShort(text, out value) || TryParseExact(text, out value);

    /// <summary>
    /// Writes it in decimal with up to 17 decimals, without an exponent and trailing zeros.
    /// </summary>
    /// <param name="text">Room for <see cref="TextBytesMax"/>.</param>
    /// <returns>Bytes written.</returns>
    internal int Format(Span<byte> text)
    {
        int fractionBits = -_exponent;
        if (fractionBits is < 0 or > 127 || _mantissa == 0) return FormatExact(text);
        ulong whole = fractionBits < 64 ? _mantissa >> fractionBits : 0;
        ulong rest = fractionBits < 64 ? _mantissa - (whole << fractionBits) : _mantissa;
        ulong decimals = RoundShift((UInt128)rest * DecimalsScale, fractionBits);
        if (decimals == DecimalsScale)
        {
            decimals = 0;
            whole++;
        }

        int n = 0;
        if (_negative && (whole | decimals) != 0) text[n++] = (byte)'-';
        Invariant.Require(Utf8Formatter.TryFormat(whole, text[n..], out int digits));
        return n + digits + FormatDecimals(decimals, text[(n + digits)..]);
    }

    private static bool TryParseShort(ReadOnlySpan<byte> text, out LongDouble value)
    {
        value = default;
        bool negative = text.Length > 0 && text[0] == (byte)'-';
        int i = negative ? 1 : 0;
        ulong digits = 0;
        int count = 0;
        int decimals = -1;
        for (; i < text.Length; i++)
        {
            uint digit = (uint)(text[i] - '0');
            if (digit <= 9)
            {
                digits = (digits * 10) + digit;
                if (++count > ShortDigitsMax) return false;
                if (decimals >= 0) decimals++;
            }
            else if (text[i] == (byte)'.' && decimals < 0)
            {
                decimals = 0;
            }
            else
            {
                return false;
            }
        }

        if (count == 0 || decimals > ShortDecimalsMax) return false;
        if (digits == 0) return true;
        if (decimals <= 0)
        {
            value = Round(negative, digits, 0, false);
            return true;
        }

        int shift = System.Numerics.BitOperations.LeadingZeroCount(digits) + 64;
        (UInt128 quotient, UInt128 rest) =
            UInt128.DivRem((UInt128)digits << shift, PowerOfTen(decimals));
        value = Round(negative, quotient, -shift, rest != 0);
        return true;
    }

    private static ulong PowerOfTen(int exponent)
    {
        ulong power = 1;
        for (int i = 0; i < exponent; i++) power *= 10;
        return power;
    }

    // The number is value * 2^exponent, or a bit more.
    private static LongDouble Round(bool negative, UInt128 value, int exponent, bool more)
    {
        if (value == 0) return default;
        int drop = 64 - (int)UInt128.LeadingZeroCount(value);
        if (drop <= 0)
        {
            Invariant.Require(!more);
            return Finite(negative, (ulong)(value << -drop), exponent + drop);
        }

        UInt128 kept = value >> drop;
        UInt128 lost = value - (kept << drop);
        if (RoundsUp(kept, lost, drop, more)) kept++;
        if (kept >> 64 != 0)
        {
            kept >>= 1;
            drop++;
        }

        return Finite(negative, (ulong)kept, exponent + drop);
    }

    private static bool RoundsUp(UInt128 kept, UInt128 lost, int bits, bool more)
    {
        UInt128 half = UInt128.One << (bits - 1);
        return lost > half || (lost == half && (more || UInt128.IsOddInteger(kept)));
    }

    /// <summary>A number divided by a power of two, rounded half to even.</summary>
    private static ulong RoundShift(UInt128 value, int bits)
    {
        if (bits == 0) return (ulong)value;
        UInt128 kept = value >> bits;
        UInt128 lost = value - (kept << bits);
        return (ulong)kept + (RoundsUp(kept, lost, bits, more: false) ? 1UL : 0);
    }

    private static LongDouble Finite(bool negative, ulong mantissa, int exponent) =>
        exponent + 63 > TopBitMax
            ? new LongDouble(negative, 0, 0, infinite: true)
            : new LongDouble(negative, mantissa, exponent, infinite: false);

    private static int FormatDecimals(ulong decimals, Span<byte> text)
    {
        if (decimals == 0) return 0;
        text[0] = (byte)'.';
        StandardFormat padded = new('D', Decimals);
        Invariant.Require(Utf8Formatter.TryFormat(decimals, text[1..], out int n, padded));
        while (text[n] == (byte)'0') n--;
        return n + 1;
    }
}
