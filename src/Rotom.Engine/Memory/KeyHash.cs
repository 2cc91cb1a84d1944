using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Rotom.Engine.Memory;

// A keyed 64-bit hash of byte strings for the hash tables, built on the full 64x64 -> 128-bit
// product, as its two halves mix every input bit into every output bit in about four cycles. The
// two secret words enter every product, so who does not know them cannot choose keys that
// collide. Reads stay inside the input: short inputs are read as overlapping words. The values
// are never stored: another processor order or version may change them.

/// <summary>The secret of one engine's hash tables: 128 random bits.</summary>
internal readonly record struct HashSeed(ulong First, ulong Second);

/// <summary>Hashes keys, fields and members.</summary>
internal static unsafe class KeyHash
{
    // Odd constants without pattern (fractions of square roots of primes), so that a weak seed
    // still mixes.
    private const ulong C0 = 0x6A09_E667_F3BC_C909;
    private const ulong C1 = 0xBB67_AE85_84CA_A73B;
    private const ulong C2 = 0x3C6E_F372_FE94_F82B;

    /// <summary>The hash of the bytes under a seed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Compute(HashSeed seed, ReadOnlySpan<byte> data)
    {
        ref byte p = ref MemoryMarshal.GetReference(data);
        int length = data.Length;
        if (length > 16) return Long(seed, ref p, length);
        ulong a;
        ulong b;
        if (length >= 8)
        {
            a = Read64(ref p, 0);
            b = Read64(ref p, length - 8);
        }
        else if (length >= 4)
        {
            a = Read32(ref p, 0);
            b = Read32(ref p, length - 4);
        }
        else if (length > 0)
        {
            a = ((ulong)p << 16) | ((ulong)Unsafe.Add(ref p, length >> 1) << 8)
                | Unsafe.Add(ref p, length - 1);
            b = 0;
        }
        else
        {
            a = b = 0;
        }
        return Finish(seed, a, b, length);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Finish(HashSeed seed, ulong a, ulong b, int length)
    {
        a ^= seed.First ^ C0;
        b ^= seed.Second ^ C1;
        ulong low = unchecked(a * b);
        ulong high = High(a, b);
        return Mix(low ^ seed.Second ^ (uint)length, high ^ seed.First ^ C2);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ulong Long(HashSeed seed, ref byte p, int length)
    {
        ulong x = seed.First;
        ulong y = seed.Second;
        int at = 0;
        for (; length - at > 32; at += 32)
        {
            x = Mix(Read64(ref p, at) ^ C0 ^ seed.Second, Read64(ref p, at + 8) ^ x);
            y = Mix(Read64(ref p, at + 16) ^ C1 ^ seed.First, Read64(ref p, at + 24) ^ y);
        }
        if (length - at > 16)
            x = Mix(Read64(ref p, at) ^ C2 ^ seed.Second, Read64(ref p, at + 8) ^ x);
        ulong a = Read64(ref p, length - 16) ^ x;
        ulong b = Read64(ref p, length - 8) ^ y;
        return Finish(seed, a, b, length);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong a, ulong b) => unchecked(a * b) ^ High(a, b);

    // BigMul passes its lower half through memory; a second multiplication is cheaper than that.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong High(ulong a, ulong b) => Bmi2.X64.IsSupported
        ? Bmi2.X64.MultiplyNoFlags(a, b)
        : Math.BigMul(a, b, out _);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Read64(ref byte p, int at) =>
        Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref p, at));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Read32(ref byte p, int at) =>
        Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref p, at));
}
