using System;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Rotom.Engine.Memory;

// The loops behind BITCOUNT and BITOP, a vector at a time.
//
// Bounds: each loop views its spans as vectors by MemoryMarshal.Cast, which rounds the length down,
// and works on the bytes that are left one by one; nothing is read or written outside a span.
//
// Counting: a byte's bits are the sum of two look-ups in a table of 16, one for each half, and one
// instruction looks 32 of them up at once. Byte sums stay below 256 for 31 vectors (8 each), after
// which they are added up as words. Without that instruction the processor's own count of a word is
// used: a fourth of the speed on large values, the same on small ones.

/// <summary>Counts and combines bits of byte strings.</summary>
internal static class BitKernels
{
    private const int VectorsPerSum = 31;

    private static readonly Vector256<byte> s_counts = Vector256.Create(
        (byte)0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4,
        0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);

    /// <summary>How many bits are set.</summary>
    public static long PopCount(ReadOnlySpan<byte> bytes)
    {
        long count = 0;
        if (Avx2.IsSupported && bytes.Length >= Vector256<byte>.Count * 4)
        {
            ReadOnlySpan<Vector256<byte>> vectors =
                MemoryMarshal.Cast<byte, Vector256<byte>>(bytes);
            bytes = bytes[(vectors.Length * Vector256<byte>.Count)..];
            for (; vectors.Length > VectorsPerSum; vectors = vectors[VectorsPerSum..])
            {
                count += CountVectors(vectors[..VectorsPerSum]);
            }

            count += CountVectors(vectors);
        }

        return count + PopCountByWords(bytes);
    }

    /// <summary>The same without vectors.</summary>
    public static long PopCountByWords(ReadOnlySpan<byte> bytes)
    {
        long count = 0;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            count += BitOperations.PopCount(BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (byte b in bytes) count += BitOperations.PopCount(b);
        return count;
    }

    /// <summary>Combines bytes with others of the same length by and.</summary>
    public static void And(Span<byte> into, ReadOnlySpan<byte> other)
    {
        Span<Vector<byte>> a = MemoryMarshal.Cast<byte, Vector<byte>>(into);
        ReadOnlySpan<Vector<byte>> b = MemoryMarshal.Cast<byte, Vector<byte>>(other[..into.Length]);
        for (int i = 0; i < a.Length; i++) a[i] &= b[i];
        for (int i = a.Length * Vector<byte>.Count; i < into.Length; i++) into[i] &= other[i];
    }

    /// <summary>Combines bytes with others of the same length by or.</summary>
    public static void Or(Span<byte> into, ReadOnlySpan<byte> other)
    {
        Span<Vector<byte>> a = MemoryMarshal.Cast<byte, Vector<byte>>(into);
        ReadOnlySpan<Vector<byte>> b = MemoryMarshal.Cast<byte, Vector<byte>>(other[..into.Length]);
        for (int i = 0; i < a.Length; i++) a[i] |= b[i];
        for (int i = a.Length * Vector<byte>.Count; i < into.Length; i++) into[i] |= other[i];
    }

    /// <summary>Combines bytes with others of the same length by exclusive or.</summary>
    public static void Xor(Span<byte> into, ReadOnlySpan<byte> other)
    {
        Span<Vector<byte>> a = MemoryMarshal.Cast<byte, Vector<byte>>(into);
        ReadOnlySpan<Vector<byte>> b = MemoryMarshal.Cast<byte, Vector<byte>>(other[..into.Length]);
        for (int i = 0; i < a.Length; i++) a[i] ^= b[i];
        for (int i = a.Length * Vector<byte>.Count; i < into.Length; i++) into[i] ^= other[i];
    }

    /// <summary>Turns every bit round.</summary>
    public static void Not(Span<byte> bytes)
    {
        Span<Vector<byte>> vectors = MemoryMarshal.Cast<byte, Vector<byte>>(bytes);
        for (int i = 0; i < vectors.Length; i++) vectors[i] = ~vectors[i];
        for (int i = vectors.Length * Vector<byte>.Count; i < bytes.Length; i++)
        {
            bytes[i] = (byte)~bytes[i];
        }
    }

    private static long CountVectors(ReadOnlySpan<Vector256<byte>> vectors)
    {
        Vector256<byte> low = Vector256.Create((byte)0x0F);
        Vector256<byte> sums = Vector256<byte>.Zero;
        foreach (Vector256<byte> v in vectors)
        {
            Vector256<byte> high = (v.AsUInt16() >>> 4).AsByte() & low;
            sums += Avx2.Shuffle(s_counts, v & low) + Avx2.Shuffle(s_counts, high);
        }

        Vector256<ulong> words = Avx2.SumAbsoluteDifferences(sums, Vector256<byte>.Zero).AsUInt64();
        return (long)Vector256.Sum(words);
    }
}
