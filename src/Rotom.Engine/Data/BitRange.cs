using System;
using System.Numerics;
using Rotom.Engine.Memory;

namespace Rotom.Engine;

// Bits of a byte string are numbered as Redis numbers them: bit 0 is the highest of the first byte.
// A range is given by its first and last bit, both inside the string; its ends need not be those of
// bytes. The bytes in between are counted and searched a vector at a time.

/// <summary>Counts and finds bits in a part of a byte string.</summary>
internal static class BitRange
{
    /// <summary>The bit of an offset.</summary>
    internal static bool Get(ReadOnlySpan<byte> bytes, long bit) =>
        (bytes[(int)(bit >> 3)] >> (7 - (int)(bit & 7)) & 1) != 0;

    /// <summary>How many bits are set from one bit to another, both included.</summary>
    internal static long Count(ReadOnlySpan<byte> bytes, long first, long last)
    {
        int start = (int)(first >> 3);
        int end = (int)(last >> 3);
        int head = FromBit(first) & (start == end ? UpToBit(last) : 0xFF);
        long count = BitOperations.PopCount((uint)(bytes[start] & head));
        if (start == end) return count;
        count += BitOperations.PopCount((uint)(bytes[end] & UpToBit(last)));
        return count + BitKernels.PopCount(bytes[(start + 1)..end]);
    }

    /// <summary>
    /// The first bit of a kind from one bit to another, both included; -1 when there is none.
    /// </summary>
    internal static long Find(ReadOnlySpan<byte> bytes, long first, long last, bool set)
    {
        int start = (int)(first >> 3);
        int end = (int)(last >> 3);
        byte other = set ? (byte)0 : (byte)0xFF;
        int head = (bytes[start] ^ other) & FromBit(first);
        if (start == end) head &= UpToBit(last);
        if (head != 0) return Position(start, head);
        if (start == end) return -1;
        int found = bytes[(start + 1)..end].IndexOfAnyExcept(other);
        if (found >= 0)
        {
            int at = start + 1 + found;
            return Position(at, bytes[at] ^ other);
        }

        int tail = (bytes[end] ^ other) & UpToBit(last);
        return tail == 0 ? -1 : Position(end, tail);
    }

    private static int FromBit(long bit) => 0xFF >> (int)(bit & 7);

    private static int UpToBit(long bit) => (0xFF << (7 - (int)(bit & 7))) & 0xFF;

    private static long Position(int at, int wanted) =>
        ((long)at << 3) + BitOperations.LeadingZeroCount((uint)wanted) - 24;
}
