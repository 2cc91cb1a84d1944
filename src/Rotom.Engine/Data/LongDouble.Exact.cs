using System;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace Rotom.Engine;

// The general way, in big integers: any text, any distance, any size. The size of the integers is
// bounded by the length of a text and by the exponents of the format.
internal readonly partial struct LongDouble
{
    /// <summary>Decimal exponents beyond this are zero or infinite whatever the digits.</summary>
    private const int DecimalExponentMax = 10_000;

    /// <summary>The same for binary exponents behind hexadecimal digits.</summary>
    private const int BinaryExponentMax = 40_000;

    internal static LongDouble AddExact(LongDouble left, LongDouble right)
    {
        int exponent = Math.Min(left._exponent, right._exponent);
        BigInteger sum = left.Scaled(exponent) + right.Scaled(exponent);
        return Round(sum.Sign < 0, BigInteger.Abs(sum), exponent, false);
    }

    internal static bool TryParseExact(ReadOnlySpan<byte> text, out LongDouble value)
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

        bool hexadecimal = rest.Length > 2 && rest[0] == (byte)'0' && (rest[1] | 0x20) == 'x';
        if (hexadecimal) rest = rest[2..];
        if (!TryDigits(rest, hexadecimal, out BigInteger digits, out long scale)) return false;
        if (digits.IsZero) return true;
        if (Math.Abs(scale) > (hexadecimal ? BinaryExponentMax : DecimalExponentMax)) return false;
        value = hexadecimal ? Round(negative, digits, (int)scale, false)
            : scale >= 0
            ? Round(negative, digits * BigInteger.Pow(10, (int)scale), 0, false)
            : Divide(negative, digits, BigInteger.Pow(10, (int)-scale));
        // Out of range either way is an error, as ERANGE is to Redis.
        return !value._infinite && !value.RoundsToZero;
    }

    internal int FormatExact(Span<byte> text)
    {
        BigInteger scaled = ScaledDecimal();
        BigInteger whole = BigInteger.DivRem(scaled, DecimalsScale, out BigInteger fraction);
        int n = 0;
        if (_negative && !scaled.IsZero) text[n++] = (byte)'-';
        n += Encoding.ASCII.GetBytes(whole.ToString(CultureInfo.InvariantCulture), text[n..]);
        return n + FormatDecimals((ulong)fraction, text[n..]);
    }

    /// <summary>Half of the smallest number, or less: a tie goes to zero, which is even.</summary>
    private bool RoundsToZero
    {
        get
        {
            int topBit = _exponent + 63;
            return topBit < TopBitMin || (topBit == TopBitMin && _mantissa == 1UL << 63);
        }
    }

    /// <summary>
    /// Digits without their point, and the power they are to be multiplied by: of ten, or of two
    /// for hexadecimal ones.
    /// </summary>
    private static bool TryDigits(
        ReadOnlySpan<byte> text, bool hexadecimal, out BigInteger digits, out long scale)
    {
        digits = BigInteger.Zero;
        scale = 0;
        int i = 0;
        bool point = false;
        Span<char> plain = stackalloc char[text.Length + 1];
        // A leading zero keeps hexadecimal digits from being read as a negative number.
        plain[0] = '0';
        int count = 1;
        for (; i < text.Length; i++)
        {
            if (text[i] == (byte)'.' && !point)
            {
                point = true;
                continue;
            }

            bool isDigit = hexadecimal
                ? char.IsAsciiHexDigit((char)text[i])
                : char.IsAsciiDigit((char)text[i]);
            if (!isDigit) break;
            plain[count++] = (char)text[i];
            if (point) scale -= hexadecimal ? 4 : 1;
        }

        if (count == 1) return false;
        NumberStyles style = hexadecimal ? NumberStyles.AllowHexSpecifier : NumberStyles.None;
        digits = BigInteger.Parse(plain[..count], style, CultureInfo.InvariantCulture);
        if (i == text.Length) return true;
        if ((text[i] | 0x20) != (hexadecimal ? 'p' : 'e')) return false;
        if (!TryExponent(text[(i + 1)..], out long power)) return false;
        scale += power;
        return true;
    }

    // Saturates: what is so far out is zero or infinite, which is for the caller to say.
    private static bool TryExponent(ReadOnlySpan<byte> text, out long power)
    {
        power = 0;
        bool negative = text.Length > 0 && text[0] == (byte)'-';
        if (negative || (text.Length > 0 && text[0] == (byte)'+')) text = text[1..];
        if (text.IsEmpty) return false;
        foreach (byte b in text)
        {
            if (b is < (byte)'0' or > (byte)'9') return false;
            power = Math.Min((power * 10) + b - '0', int.MaxValue);
        }

        if (negative) power = -power;
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
        int drop = (int)value.GetBitLength() - 64;
        if (drop <= 0) return Finite(negative, (ulong)(value << -drop), exponent + drop);
        BigInteger kept = RoundShift(value, drop, more);
        if (kept.GetBitLength() > 64)
        {
            kept >>= 1;
            drop++;
        }

        return Finite(negative, (ulong)kept, exponent + drop);
    }

    private static BigInteger RoundShift(BigInteger value, int bits, bool more)
    {
        BigInteger kept = value >> bits;
        BigInteger lost = value - (kept << bits);
        int half = lost.CompareTo(BigInteger.One << (bits - 1));
        return half > 0 || (half == 0 && (more || !kept.IsEven)) ? kept + 1 : kept;
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
        BigInteger value = (BigInteger)_mantissa * DecimalsScale;
        return _exponent >= 0 ? value << _exponent : RoundShift(value, -_exponent, more: false);
    }
}
