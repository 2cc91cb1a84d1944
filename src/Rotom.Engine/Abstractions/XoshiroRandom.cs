using System;
using System.Buffers.Binary;
using System.Numerics;

namespace Rotom.Engine.Abstractions;

/// <summary>
/// xoshiro256** by Blackman and Vigna (public domain algorithm): fast, even, and the same sequence
/// for the same seed. Not for secrets.
/// </summary>
public sealed class XoshiroRandom : IRandom
{
    private ulong _a;
    private ulong _b;
    private ulong _c;
    private ulong _d;

    private readonly Secrets? _secrets;

    /// <summary>Fills a span with bytes of the system's generator for secrets.</summary>
    public delegate void Secrets(Span<byte> bytes);

    /// <summary>Starts the sequence of a seed.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="secrets">Where secrets come from; null: of the sequence too.</param>
    public XoshiroRandom(ulong seed, Secrets? secrets = null)
    {
        _secrets = secrets;
        // splitmix64, as its authors advise for filling the state.
        _a = Split(ref seed);
        _b = Split(ref seed);
        _c = Split(ref seed);
        _d = Split(ref seed);
    }

    /// <inheritdoc/>
    public ulong NextUInt64()
    {
        ulong result = BitOperations.RotateLeft(unchecked(_b * 5), 7);
        result = unchecked(result * 9);
        ulong t = _b << 17;
        _c ^= _a;
        _d ^= _b;
        _b ^= _c;
        _a ^= _d;
        _c ^= t;
        _d = BitOperations.RotateLeft(_d, 45);
        return result;
    }

    /// <inheritdoc/>
    public long Next(long bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        ulong range = (ulong)bound;
        ulong high = Math.BigMul(NextUInt64(), range, out ulong low);
        if (low < range)
        {
            ulong threshold = unchecked(0UL - range) % range;
            while (low < threshold) high = Math.BigMul(NextUInt64(), range, out low);
        }

        return (long)high;
    }

    /// <inheritdoc/>
    public void Fill(Span<byte> bytes)
    {
        Span<byte> word = stackalloc byte[8];
        while (bytes.Length > 0)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(word, NextUInt64());
            int n = Math.Min(8, bytes.Length);
            word[..n].CopyTo(bytes);
            bytes = bytes[n..];
        }
    }

    /// <inheritdoc/>
    public void FillSecret(Span<byte> bytes)
    {
        if (_secrets is null) Fill(bytes);
        else _secrets(bytes);
    }

    private static ulong Split(ref ulong seed)
    {
        seed = unchecked(seed + 0x9E3779B97F4A7C15UL);
        ulong z = seed;
        z = unchecked((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL);
        z = unchecked((z ^ (z >> 27)) * 0x94D049BB133111EBUL);
        return z ^ (z >> 31);
    }
}
