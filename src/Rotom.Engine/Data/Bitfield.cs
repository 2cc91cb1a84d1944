using System;

namespace Rotom.Engine;

// Integers of 1 to 64 bits at any bit of a byte string, the highest bit first, as BITFIELD sees a
// string. What lies behind the string's end reads as zero; a write must fit.
//
// Sums are made in 128 bits, where nothing overflows, and then brought back into the type's range
// in the way that was asked for. An unsigned type has at most 63 bits, so that every value is a
// signed 64-bit integer to clients.

/// <summary>What BITFIELD does with a value that does not fit.</summary>
internal enum BitOverflow
{
    /// <summary>Keep the low bits.</summary>
    Wrap,

    /// <summary>Take the nearest value that fits.</summary>
    Sat,

    /// <summary>Leave the field as it is.</summary>
    Fail,
}

/// <summary>The type of a field: i5, u63.</summary>
internal readonly record struct BitfieldType(bool Signed, int Bits)
{
    /// <summary>Reads <c>i1</c> to <c>i64</c> and <c>u1</c> to <c>u63</c>.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> text, out BitfieldType type)
    {
        type = default;
        if (text.IsEmpty || (text[0] != 'i' && text[0] != 'u')) return false;
        bool signed = text[0] == 'i';
        int end = text.IndexOf((byte)0);
        if (end >= 0) text = text[..end];
        if (!Numbers.TryParse(text[1..], out long bits)) return false;
        if (bits < 1 || bits > (signed ? 64 : 63)) return false;
        type = new BitfieldType(signed, (int)bits);
        return true;
    }

    /// <summary>The value at a bit.</summary>
    internal long Read(ReadOnlySpan<byte> bytes, long bit)
    {
        ulong value = 0;
        int left = Bits;
        for (long at = bit; left > 0;)
        {
            int inByte = (int)(at & 7);
            int take = Math.Min(8 - inByte, left);
            long index = at >> 3;
            int b = index < bytes.Length ? bytes[(int)index] : 0;
            int part = (b >> (8 - inByte - take)) & ((1 << take) - 1);
            value = (value << take) | (uint)part;
            at += take;
            left -= take;
        }

        if (!Signed || Bits == 64) return (long)value;
        int unused = 64 - Bits;
        return (long)(value << unused) >> unused;
    }

    /// <summary>Writes the low bits of a value at a bit.</summary>
    internal void Write(Span<byte> bytes, long bit, long value)
    {
        int left = Bits;
        for (long at = bit; left > 0;)
        {
            int inByte = (int)(at & 7);
            int take = Math.Min(8 - inByte, left);
            int shift = 8 - inByte - take;
            int mask = ((1 << take) - 1) << shift;
            int part = (int)((ulong)value >> (left - take)) << shift & mask;
            ref byte b = ref bytes[(int)(at >> 3)];
            b = (byte)((b & ~mask) | part);
            at += take;
            left -= take;
        }
    }

    /// <summary>A sum in this type's range; false when it did not fit and must fail.</summary>
    internal bool TryAdd(long value, long by, BitOverflow overflow, out long sum) =>
        TryFit((Int128)value + by, overflow, out sum);

    /// <summary>
    /// A number in this type's range; false when it did not fit and must fail.
    /// </summary>
    /// <remarks>
    /// As in Redis, which works in 64 bits, a number counts as too large and not as too small if it
    /// is negative and the type unsigned, or if it is so far below a signed type's range that its
    /// distance from the largest value is over 2^63. Only Sat shows the difference.
    /// </remarks>
    internal bool TryFit(long value, BitOverflow overflow, out long fitting)
    {
        Int128 exact = value;
        bool far = Signed && Bits < 64 && value < (1L << (Bits - 1)) - 1 - long.MaxValue;
        if (far || (!Signed && value < 0)) exact += Int128.One << 64;
        return TryFit(exact, overflow, out fitting);
    }

    private bool TryFit(Int128 exact, BitOverflow overflow, out long sum)
    {
        Int128 max = (Int128.One << (Signed ? Bits - 1 : Bits)) - 1;
        Int128 min = Signed ? -max - 1 : 0;
        if (exact >= min && exact <= max)
        {
            sum = (long)exact;
            return true;
        }

        if (overflow == BitOverflow.Sat)
        {
            sum = (long)(exact > max ? max : min);
            return true;
        }

        int unused = 64 - Bits;
        ulong low = unchecked((ulong)exact) << unused;
        sum = Signed ? (long)low >> unused : (long)(low >> unused);
        return overflow == BitOverflow.Wrap;
    }
}
