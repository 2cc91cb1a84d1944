using System;
using System.Buffers.Binary;
using System.Numerics;

namespace Rotom.Engine;

// XXH3, 64 bits, seed 0: the hash by which DIGEST, IFDEQ and IFDNE name a string, so that clients
// can compute it themselves. Written from the algorithm's published specification; its constants
// (primes and a secret of 192 bytes) are part of it.
//
// Up to 240 bytes are mixed directly, in four ways by length. Longer input is taken in stripes of
// 64 bytes into eight accumulators, which are scrambled after each block of 16 stripes; the last
// stripe is the input's last 64 bytes, whatever it overlaps. All reads are bounds-checked spans.

/// <summary>The XXH3 hash of bytes.</summary>
internal static class Xxh3
{
    private const ulong P32A = 0x9E3779B1;
    private const ulong P32B = 0x85EBCA77;
    private const ulong P32C = 0xC2B2AE3D;
    private const ulong P64A = 0x9E3779B185EBCA87;
    private const ulong P64B = 0xC2B2AE3D27D4EB4F;
    private const ulong P64C = 0x165667B19E3779F9;
    private const ulong P64D = 0x85EBCA77C2B2AE63;
    private const ulong P64E = 0x27D4EB2F165667C5;
    private const ulong MixA = 0x165667919E3779F9;
    private const ulong MixB = 0x9FB21C651E98DF25;
    private const int StripeBytes = 64;
    private const int SecretStep = 8;
    private const int StripesPerBlock = 16;
    private const int MidMax = 240;

    private static ReadOnlySpan<byte> Secret =>
    [
        0xb8, 0xfe, 0x6c, 0x39, 0x23, 0xa4, 0x4b, 0xbe, 0x7c, 0x01, 0x81, 0x2c,
        0xf7, 0x21, 0xad, 0x1c, 0xde, 0xd4, 0x6d, 0xe9, 0x83, 0x90, 0x97, 0xdb,
        0x72, 0x40, 0xa4, 0xa4, 0xb7, 0xb3, 0x67, 0x1f, 0xcb, 0x79, 0xe6, 0x4e,
        0xcc, 0xc0, 0xe5, 0x78, 0x82, 0x5a, 0xd0, 0x7d, 0xcc, 0xff, 0x72, 0x21,
        0xb8, 0x08, 0x46, 0x74, 0xf7, 0x43, 0x24, 0x8e, 0xe0, 0x35, 0x90, 0xe6,
        0x81, 0x3a, 0x26, 0x4c, 0x3c, 0x28, 0x52, 0xbb, 0x91, 0xc3, 0x00, 0xcb,
        0x88, 0xd0, 0x65, 0x8b, 0x1b, 0x53, 0x2e, 0xa3, 0x71, 0x64, 0x48, 0x97,
        0xa2, 0x0d, 0xf9, 0x4e, 0x38, 0x19, 0xef, 0x46, 0xa9, 0xde, 0xac, 0xd8,
        0xa8, 0xfa, 0x76, 0x3f, 0xe3, 0x9c, 0x34, 0x3f, 0xf9, 0xdc, 0xbb, 0xc7,
        0xc7, 0x0b, 0x4f, 0x1d, 0x8a, 0x51, 0xe0, 0x4b, 0xcd, 0xb4, 0x59, 0x31,
        0xc8, 0x9f, 0x7e, 0xc9, 0xd9, 0x78, 0x73, 0x64, 0xea, 0xc5, 0xac, 0x83,
        0x34, 0xd3, 0xeb, 0xc3, 0xc5, 0x81, 0xa0, 0xff, 0xfa, 0x13, 0x63, 0xeb,
        0x17, 0x0d, 0xdd, 0x51, 0xb7, 0xf0, 0xda, 0x49, 0xd3, 0x16, 0x55, 0x26,
        0x29, 0xd4, 0x68, 0x9e, 0x2b, 0x16, 0xbe, 0x58, 0x7d, 0x47, 0xa1, 0xfc,
        0x8f, 0xf8, 0xb8, 0xd1, 0x7a, 0xd0, 0x31, 0xce, 0x45, 0xcb, 0x3a, 0x8f,
        0x95, 0x16, 0x04, 0x28, 0xaf, 0xd7, 0xfb, 0xca, 0xbb, 0x4b, 0x40, 0x7e,
    ];

    /// <summary>The hash.</summary>
    public static ulong Hash(ReadOnlySpan<byte> data) => unchecked(data.Length switch
    {
        0 => Avalanche64(Word(Secret, 56) ^ Word(Secret, 64)),
        <= 3 => UpTo3(data),
        <= 8 => UpTo8(data),
        <= 16 => UpTo16(data),
        <= 128 => UpTo128(data),
        <= MidMax => UpTo240(data),
        _ => Long(data),
    });

    private static ulong UpTo3(ReadOnlySpan<byte> data) => unchecked(Avalanche64(
        (((uint)data[0] << 16) | ((uint)data[data.Length >> 1] << 24) | data[^1]
            | ((uint)data.Length << 8))
        ^ (ulong)(Half(Secret, 0) ^ Half(Secret, 4))));

    private static ulong UpTo8(ReadOnlySpan<byte> data)
    {
        unchecked
        {
            ulong both = Half(data, data.Length - 4) + ((ulong)Half(data, 0) << 32);
            ulong x = both ^ Word(Secret, 8) ^ Word(Secret, 16);
            x ^= BitOperations.RotateLeft(x, 49) ^ BitOperations.RotateLeft(x, 24);
            x *= MixB;
            x ^= (x >> 35) + (ulong)data.Length;
            x *= MixB;
            return x ^ (x >> 28);
        }
    }

    private static ulong UpTo16(ReadOnlySpan<byte> data)
    {
        unchecked
        {
            ulong low = Word(data, 0) ^ Word(Secret, 24) ^ Word(Secret, 32);
            ulong high = Word(data, data.Length - 8) ^ Word(Secret, 40) ^ Word(Secret, 48);
            return Avalanche((ulong)data.Length + BinaryPrimitives.ReverseEndianness(low) + high
                + Fold(low, high));
        }
    }

    private static ulong UpTo128(ReadOnlySpan<byte> data)
    {
        unchecked
        {
            ulong sum = (ulong)data.Length * P64A;
            for (int i = (data.Length - 1) / 32; i >= 0; i--)
            {
                sum += Mix16(data, i * 16, i * 32);
                sum += Mix16(data, data.Length - ((i + 1) * 16), (i * 32) + 16);
            }

            return Avalanche(sum);
        }
    }

    private static ulong UpTo240(ReadOnlySpan<byte> data)
    {
        unchecked
        {
            ulong sum = (ulong)data.Length * P64A;
            for (int i = 0; i < 8; i++) sum += Mix16(data, i * 16, i * 16);
            sum = Avalanche(sum);
            for (int i = 8; i < data.Length / 16; i++)
                sum += Mix16(data, i * 16, ((i - 8) * 16) + 3);
            sum += Mix16(data, data.Length - 16, 136 - 17);
            return Avalanche(sum);
        }
    }

    private static ulong Long(ReadOnlySpan<byte> data)
    {
        unchecked
        {
            Span<ulong> sums = [P32C, P64A, P64B, P64C, P64D, P32B, P64E, P32A];
            const int blockBytes = StripeBytes * StripesPerBlock;
            int blocks = (data.Length - 1) / blockBytes;
            for (int block = 0; block < blocks; block++)
            {
                ReadOnlySpan<byte> part = data[(block * blockBytes)..];
                for (int i = 0; i < StripesPerBlock; i++)
                    Stripe(sums, part[(i * StripeBytes)..], i * SecretStep);
                Scramble(sums);
            }

            ReadOnlySpan<byte> rest = data[(blocks * blockBytes)..];
            for (int i = 0; i < (rest.Length - 1) / StripeBytes; i++)
                Stripe(sums, rest[(i * StripeBytes)..], i * SecretStep);
            Stripe(sums, data[^StripeBytes..], Secret.Length - StripeBytes - 7);
            ulong hash = (ulong)data.Length * P64A;
            for (int i = 0; i < 4; i++)
            {
                hash += Fold(
                    sums[2 * i] ^ Word(Secret, 11 + (16 * i)),
                    sums[(2 * i) + 1] ^ Word(Secret, 11 + (16 * i) + 8));
            }

            return Avalanche(hash);
        }
    }

    private static void Stripe(Span<ulong> sums, ReadOnlySpan<byte> data, int secret)
    {
        for (int i = 0; i < 8; i++)
        {
            ulong value = Word(data, i * 8);
            ulong key = value ^ Word(Secret, secret + (i * 8));
            unchecked
            {
                sums[i ^ 1] += value;
                sums[i] += (key & uint.MaxValue) * (key >> 32);
            }
        }
    }

    private static void Scramble(Span<ulong> sums)
    {
        for (int i = 0; i < 8; i++)
        {
            ulong x = sums[i] ^ (sums[i] >> 47) ^ Word(Secret, Secret.Length - 64 + (i * 8));
            sums[i] = unchecked(x * P32A);
        }
    }

    private static ulong Mix16(ReadOnlySpan<byte> data, int at, int secret) => Fold(
        Word(data, at) ^ Word(Secret, secret), Word(data, at + 8) ^ Word(Secret, secret + 8));

    private static ulong Fold(ulong a, ulong b) => Math.BigMul(a, b, out ulong low) ^ low;

    private static ulong Avalanche(ulong x)
    {
        x = unchecked((x ^ (x >> 37)) * MixA);
        return x ^ (x >> 32);
    }

    private static ulong Avalanche64(ulong x)
    {
        x = unchecked((x ^ (x >> 33)) * P64B);
        x = unchecked((x ^ (x >> 29)) * P64C);
        return x ^ (x >> 32);
    }

    private static ulong Word(ReadOnlySpan<byte> from, int at) =>
        BinaryPrimitives.ReadUInt64LittleEndian(from[at..]);

    private static uint Half(ReadOnlySpan<byte> from, int at) =>
        BinaryPrimitives.ReadUInt32LittleEndian(from[at..]);
}
