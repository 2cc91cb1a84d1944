using System;
using System.Buffers.Text;
using System.Globalization;
using System.Numerics;

namespace Rotom.Engine;

// LongDouble: the 80-bit extended precision number of x86, in which Redis computes INCRBYFLOAT and
// HINCRBYFLOAT. Clients see its 64-bit mantissa in the 17 decimals that are printed (3.0e3 + 0.1 is
// not 3000.1), so plain doubles would give other replies than Redis on nearly every machine.
//
// A finite number is mantissa * 2^exponent with the mantissa's top bit set (or zero). Reading,
// adding and printing are exact in big integers and rounded once, half to even, as the processor
// does. Subnormals are not kept apart: they lie far below the 17 decimals that are printed.

/// <summary>A number with a 64-bit mantissa, for Redis' floating point increments.</summary>
internal readonly struct LongDouble
{
    /// <summary>Room for the longest text: 4933 digits, a sign, a point and 17 decimals.</summary>
    internal const int TextBytesMax = 5 * 1024;

    private const int Decimals = 17;

    /// <summary>Exponent of the top bit above which the format has no numbers.</summary>
    private const int TopBitMax = 16383;

    /// <summary>Decimal exponents beyond this are zero or infinite whatever the digits.</summary>
    private const int DecimalExponentMax = 10_000;

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
        int exponent = Math.Min(left._exponent, right._exponent);
        if (left._mantissa == 0) exponent = right._exponent;
        if (right._mantissa == 0) exponent = left._exponent;
        BigInteger sum = left.Scaled(exponent) + right.Scaled(exponent);
        return Round(sum.Sign < 0, BigInteger.Abs(sum), exponent, false);
    }

    /// <summary>
    /// Reads a number as strtold does: the whole text, no leading blank, not nan.
    /// </summary>
    internal static bool TryParse(ReadOnlySpan<byte> text, out LongDouble value)
    {
        value = default;
        if (text.IsEmpty || text.Length >= TextBytesMax) return false;
        bool negative = text[0] == (byte)'-';
        ReadOnlySpan<byte> rest = text[0] is (byte)'-' or (byte)'+' ? text[1..] : text;
        if (Ascii.EqualsIgnoreCase(rest, "inf"u8) || Ascii.EqualsIgnoreCase(rest, "infinity"u8))
        {
            value = new LongDouble(negative, 0, 0, infinite: true);
            return true;
        }

        if (!TryDigits(rest, out BigInteger digits, out long scale)) return false;
        if (digits.IsZero) return true;
        if (Math.Abs(scale) > DecimalExponentMax) return false;
        value = scale >= 0
            ? Round(negative, digits * BigInteger.Pow(10, (int)scale), 0, false)
            : Divide(negative, digits, BigInteger.Pow(10, (int)-scale));
        // Out of range either way is an error, as ERANGE is to Redis.
        return !value._infinite;
    }

    /// <summary>
    /// Writes it in decimal with up to 17 decimals, without an exponent and trailing zeros.
    /// </summary>
    /// <param name="text">Room for <see cref="TextBytesMax"/>.</param>
    /// <returns>Bytes written.</returns>
    internal int Format(Span<byte> text)
    {
        BigInteger scaled = ScaledDecimal();
        BigInteger whole = BigInteger.DivRem(
            scaled, BigInteger.Pow(10, Decimals), out BigInteger fraction);
        int n = 0;
        if (_negative && !scaled.IsZero) text[n++] = (byte)'-';
        n += Digits(whole.ToString(System.Globalization.CultureInfo.InvariantCulture), text[n..]);
        if (fraction.IsZero) return n;
        text[n++] = (byte)'.';
        Invariant.Require(Utf8Formatter.TryFormat(
            (ulong)fraction, text[n..], out _, new System.Buffers.StandardFormat('D', Decimals)));
        n += Decimals;
        while (text[n - 1] == (byte)'0') n--;
        return n;
    }

    private static int Digits(string digits, Span<byte> to) =>
        System.Text.Encoding.ASCII.GetBytes(digits, to);

    /// <summary>
    /// Digits without their point, and the power of ten they are to be multiplied by.
    /// </summary>
    private static bool TryDigits(ReadOnlySpan<byte> text, out BigInteger digits, out long scale)
    {
        digits = BigInteger.Zero;
        scale = 0;
        int i = 0;
        bool any = false, point = false;
        Span<char> plain = stackalloc char[text.Length];
        int count = 0;
        for (; i < text.Length; i++)
        {
            if (text[i] == (byte)'.' && !point)
            {
                point = true;
                continue;
            }

            if (text[i] is < (byte)'0' or > (byte)'9') break;
            any = true;
            plain[count++] = (char)text[i];
            if (point) scale--;
        }

        if (!any) return false;
        digits = BigInteger.Parse(plain[..count], CultureInfo.InvariantCulture);
        if (i == text.Length) return true;
        if ((text[i] | 0x20) != 'e') return false;
        ReadOnlySpan<byte> exponent = text[(i + 1)..];
        if (exponent.Length > 1 && exponent[0] == (byte)'+' && exponent[1] != (byte)'-')
        {
            exponent = exponent[1..];
        }

        if (!Utf8Parser.TryParse(exponent, out long power, out int used)) return false;
        if (used != exponent.Length || Math.Abs(power) > int.MaxValue) return false;
        scale += power;
        return true;
    }

    private static LongDouble Divide(bool negative, BigInteger number, BigInteger by)
    {
        // Enough bits that the quotient has 64 and some; the remainder only says "a bit more".
        int shift = Math.Max(0, 67 + (int)by.GetBitLength() - (int)number.GetBitLength());
        BigInteger quotient = BigInteger.DivRem(number << shift, by, out BigInteger rest);
        return Round(negative, quotient, -shift, !rest.IsZero);
    }

    private static LongDouble Round(bool negative, BigInteger value, int exponent, bool more)
    {
        if (value.IsZero) return default;
        int bits = (int)value.GetBitLength();
        int drop = bits - 64;
        if (drop > 0)
        {
            BigInteger kept = value >> drop;
            BigInteger lost = value - (kept << drop);
            int half = lost.CompareTo(BigInteger.One << (drop - 1));
            bool up = half > 0 || (half == 0 && (more || !kept.IsEven));
            value = up ? kept + 1 : kept;
            exponent += drop;
            if (value.GetBitLength() > 64)
            {
                value >>= 1;
                exponent++;
            }
        }
        else
        {
            value <<= -drop;
            exponent += drop;
        }

        bool infinite = exponent + 63 > TopBitMax;
        return infinite
            ? new LongDouble(negative, 0, 0, infinite: true)
            : new LongDouble(negative, (ulong)value, exponent, infinite: false);
    }

    private BigInteger Scaled(int exponent)
    {
        if (_mantissa == 0) return BigInteger.Zero;
        BigInteger value = (BigInteger)_mantissa << (_exponent - exponent);
        return _negative ? -value : value;
    }

    /// <summary>Its absolute value times 10^17, rounded half to even.</summary>
    private BigInteger ScaledDecimal()
    {
        BigInteger value = _mantissa * BigInteger.Pow(10, Decimals);
        if (_exponent >= 0) return value << _exponent;
        int drop = -_exponent;
        BigInteger kept = value >> drop;
        BigInteger lost = value - (kept << drop);
        int half = lost.CompareTo(BigInteger.One << (drop - 1));
        return half > 0 || (half == 0 && !kept.IsEven) ? kept + 1 : kept;
    }
}
