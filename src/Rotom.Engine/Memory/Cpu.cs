using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Rotom.Engine.Memory;

/// <summary>The few processor operations the tables are built on.</summary>
internal static unsafe class Cpu
{
    /// <summary>
    /// Starts to load a cache line; harmless for any address. Nothing where unsupported.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(void* address)
    {
        if (Sse.IsSupported) Sse.Prefetch0(address);
    }

    /// <summary>
    /// Bit i is set where the top 16 bits of word i of eight equal those of the tag.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint MatchTags(ulong* words, ulong tag)
    {
        const ulong top = 0xFFFF_0000_0000_0000;
        if (Vector512.IsHardwareAccelerated)
        {
            Vector512<ulong> all = Vector512.Load(words) & Vector512.Create(top);
            return (uint)Vector512.Equals(all, Vector512.Create(tag)).ExtractMostSignificantBits();
        }
        if (Vector256.IsHardwareAccelerated)
        {
            Vector256<ulong> wanted = Vector256.Create(tag);
            Vector256<ulong> mask = Vector256.Create(top);
            Vector256<ulong> low = Vector256.Load(words) & mask;
            Vector256<ulong> high = Vector256.Load(words + 4) & mask;
            return Vector256.Equals(low, wanted).ExtractMostSignificantBits()
                | (Vector256.Equals(high, wanted).ExtractMostSignificantBits() << 4);
        }
        uint match = 0;
        for (int i = 0; i < 8; i++)
        {
            if ((words[i] & top) == tag) match |= 1u << i;
        }
        return match;
    }

    /// <summary>Bit i is set where word i of eight equals the value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint MatchWords(ulong* words, ulong value)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            return (uint)Vector512.Equals(Vector512.Load(words), Vector512.Create(value))
                .ExtractMostSignificantBits();
        }
        if (Vector256.IsHardwareAccelerated)
        {
            Vector256<ulong> wanted = Vector256.Create(value);
            return Vector256.Equals(Vector256.Load(words), wanted).ExtractMostSignificantBits()
                | (Vector256.Equals(Vector256.Load(words + 4), wanted)
                    .ExtractMostSignificantBits() << 4);
        }
        uint match = 0;
        for (int i = 0; i < 8; i++)
        {
            if (words[i] == value) match |= 1u << i;
        }
        return match;
    }

    /// <summary>How many of the numbers are less than a bound; none is NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int CountLess(double* values, int count, double bound)
    {
        int i = 0;
        int less = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            Vector256<double> wanted = Vector256.Create(bound);
            Vector256<long> sum = Vector256<long>.Zero;
            // Each lane of the comparison is 0 or -1.
            for (; i <= count - 4; i += 4)
                sum -= Vector256.LessThan(Vector256.Load(values + i), wanted).AsInt64();
            less = (int)Vector256.Sum(sum);
        }
        for (; i < count; i++)
        {
            if (values[i] < bound) less++;
        }
        return less;
    }

    /// <summary>How many of the numbers are not greater than a bound; none is NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int CountLessOrEqual(double* values, int count, double bound)
    {
        int i = 0;
        int less = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            Vector256<double> wanted = Vector256.Create(bound);
            Vector256<long> sum = Vector256<long>.Zero;
            for (; i <= count - 4; i += 4)
                sum -= Vector256.LessThanOrEqual(Vector256.Load(values + i), wanted).AsInt64();
            less = (int)Vector256.Sum(sum);
        }
        for (; i < count; i++)
        {
            if (values[i] <= bound) less++;
        }
        return less;
    }
}
