using System;
using System.Buffers.Binary;
using System.Numerics;

namespace Rotom.Engine;

// HyperLogLog: how many different elements were added, within 0.81 %, in 12 KB at most.
//
// An element's hash names one of 16,384 registers by its low 14 bits; the position of the lowest
// bit that is set in the rest is kept in that register if it is larger than what is there. The
// value is a string in Redis' format, which clients may GET and SET:
//
//   0-3   "HYLL"
//   4     0 dense, 1 sparse
//   5-7   zero
//   8-15  the cardinality as last computed, little endian; top bit set: to be computed again
//   16-   dense: the registers, 6 bits each, lowest bits of a byte first, 12,288 bytes
//         sparse: runs of equal registers (HyperLogLog.Sparse.cs)
//
// Since clients may SET anything, nothing in a value is trusted: a dense value has exactly its
// length, and a walk over runs never leaves the registers. Everything here works on spans; who owns
// them is the commands' affair.
//
// The estimate is Otmar Ertl's ("New cardinality estimation algorithms for HyperLogLog sketches",
// 2017), with the same order of operations as in Redis, so that both answer the same number.

/// <summary>Reads and writes values of PFADD in Redis' format.</summary>
internal static partial class HyperLogLog
{
    /// <summary>Registers of a value: 2^14.</summary>
    internal const int Registers = 1 << RegisterBits;

    /// <summary>Bytes in front of the registers.</summary>
    internal const int HeadBytes = 16;

    /// <summary>Bytes of a dense value.</summary>
    internal const int DenseBytes = HeadBytes + (Registers * 6 / 8);

    private const int RegisterBits = 14;

    /// <summary>Bits of the hash that are not the register's number; a register holds at most one
    /// more.</summary>
    private const int RankBits = 64 - RegisterBits;

    private const ulong Seed = 0xadc83b19;
    private const int EncodingAt = 4;
    private const int CacheAt = 8;
    private const byte Dense = 0;
    private const byte Sparse = 1;
    private const ulong CacheStale = 1UL << 63;

    /// <summary>True if a string may be a value: its head is right, and a dense one's length.
    /// </summary>
    internal static bool IsValue(ReadOnlySpan<byte> value)
    {
        if (value.Length < HeadBytes || !value.StartsWith("HYLL"u8)) return false;
        return value[EncodingAt] == Sparse
            || (value[EncodingAt] == Dense && value.Length == DenseBytes);
    }

    /// <summary>True if runs stand for the registers.</summary>
    internal static bool IsSparse(ReadOnlySpan<byte> value) => value[EncodingAt] == Sparse;

    /// <summary>Writes a new value, sparse and empty; its length.</summary>
    internal static int WriteEmpty(Span<byte> value)
    {
        value[..HeadBytes].Clear();
        "HYLL"u8.CopyTo(value);
        value[EncodingAt] = Sparse;
        return HeadBytes + WriteZeros(value[HeadBytes..], Registers);
    }

    /// <summary>The cardinality, if it was computed since the last change.</summary>
    internal static bool TryCached(ReadOnlySpan<byte> value, out long cardinality)
    {
        ulong cached = BinaryPrimitives.ReadUInt64LittleEndian(value[CacheAt..]);
        cardinality = (long)(cached & ~CacheStale);
        return (cached & CacheStale) == 0;
    }

    /// <summary>Keeps the cardinality.</summary>
    internal static void Cache(Span<byte> value, long cardinality) =>
        BinaryPrimitives.WriteUInt64LittleEndian(value[CacheAt..], (ulong)cardinality);

    /// <summary>The cardinality is to be computed again.</summary>
    internal static void Invalidate(Span<byte> value) => value[CacheAt + 7] |= 0x80;

    /// <summary>Which register an element belongs to, and what it holds at least.</summary>
    internal static (int Register, int Rank) Place(ReadOnlySpan<byte> element)
    {
        ulong hash = MurmurHash.Hash(element, Seed);
        int register = (int)(hash & (Registers - 1));
        ulong rest = (hash >> RegisterBits) | (1UL << RankBits);
        return (register, BitOperations.TrailingZeroCount(rest) + 1);
    }

    /// <summary>A register of a dense value.</summary>
    internal static int GetDense(ReadOnlySpan<byte> value, int register)
    {
        int bit = register * 6;
        int at = HeadBytes + (bit >> 3);
        int word = value[at];
        if (at + 1 < value.Length) word |= value[at + 1] << 8;
        return word >> (bit & 7) & 63;
    }

    /// <summary>Raises a register of a dense value; false if it holds as much.</summary>
    internal static bool SetDense(Span<byte> value, int register, int rank)
    {
        if (GetDense(value, register) >= rank) return false;
        int bit = register * 6;
        int at = HeadBytes + (bit >> 3);
        int shift = bit & 7;
        value[at] = (byte)((value[at] & ~(63 << shift)) | (rank << shift));
        // The last register ends with the last byte: there is no byte behind it to be touched.
        if (shift > 2)
        {
            int left = 8 - shift;
            value[at + 1] = (byte)((value[at + 1] & ~(63 >> left)) | (rank >> left));
        }

        return true;
    }

    /// <summary>Raises registers, one byte each, to those of a value.</summary>
    /// <returns>False when the value is corrupt; some registers may have been raised.</returns>
    internal static bool TryMerge(ReadOnlySpan<byte> value, Span<byte> registers)
    {
        if (IsSparse(value)) return TryMergeSparse(value, registers);
        ReadOnlySpan<byte> packed = value[HeadBytes..];
        for (int i = 0; i < Registers; i += 4, packed = packed[3..])
        {
            int word = packed[0] | (packed[1] << 8) | (packed[2] << 16);
            Raise(ref registers[i], word & 63);
            Raise(ref registers[i + 1], word >> 6 & 63);
            Raise(ref registers[i + 2], word >> 12 & 63);
            Raise(ref registers[i + 3], word >> 18);
        }

        return true;
    }

    /// <summary>The estimate for registers of one byte each.</summary>
    internal static long Estimate(ReadOnlySpan<byte> registers)
    {
        Span<int> histogram = stackalloc int[64];
        histogram.Clear();
        foreach (byte register in registers) histogram[register & 63]++;
        return Estimate(histogram);
    }

    /// <summary>The estimate for a value; false when it is corrupt.</summary>
    internal static bool TryEstimate(ReadOnlySpan<byte> value, out long cardinality)
    {
        Span<int> histogram = stackalloc int[64];
        histogram.Clear();
        cardinality = 0;
        if (IsSparse(value))
        {
            if (!TryCountSparse(value, histogram)) return false;
        }
        else
        {
            ReadOnlySpan<byte> packed = value[HeadBytes..];
            for (; packed.Length >= 3; packed = packed[3..])
            {
                int word = packed[0] | (packed[1] << 8) | (packed[2] << 16);
                histogram[word & 63]++;
                histogram[word >> 6 & 63]++;
                histogram[word >> 12 & 63]++;
                histogram[word >> 18]++;
            }
        }

        cardinality = Estimate(histogram);
        return true;
    }

    private static void Raise(ref byte register, int rank)
    {
        if (rank > register) register = (byte)rank;
    }

    private static long Estimate(ReadOnlySpan<int> histogram)
    {
        // 1 / (2 ln 2), to as many digits as Redis has of it.
        const double Alpha = 0.721347520444481703680;
        const double M = Registers;
        double z = M * Tau((M - histogram[RankBits + 1]) / M);
        for (int rank = RankBits; rank >= 1; rank--)
        {
            z += histogram[rank];
            z *= 0.5;
        }

        z += M * Sigma(histogram[0] / M);
        return (long)Math.Round(Alpha * M * M / z, MidpointRounding.AwayFromZero);
    }

    private static double Sigma(double x)
    {
        if (x == 1) return double.PositiveInfinity;
        double y = 1, z = x, before;
        do
        {
            x *= x;
            before = z;
            z += x * y;
            y += y;
        }
        while (before != z);
        return z;
    }

    private static double Tau(double x)
    {
        if (x is 0 or 1) return 0;
        double y = 1, z = 1 - x, before;
        do
        {
            x = Math.Sqrt(x);
            before = z;
            y *= 0.5;
            z -= Math.Pow(1 - x, 2) * y;
        }
        while (before != z);
        return z / 3;
    }
}
