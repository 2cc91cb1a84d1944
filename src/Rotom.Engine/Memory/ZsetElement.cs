using System;
using System.Runtime.CompilerServices;

namespace Rotom.Engine.Memory;

// An element of a sorted set: one block with the score (8 bytes), the member's length (one byte, or
// 255 and four more) and the member. The set's table and its tree both point to this block, so a
// member is kept once. It stays where it is for as long as it is in the set, unless its slab is to
// be emptied: then both are told (ZsetIndex.CompactLeaf).

/// <summary>Makes and reads the elements of large sorted sets.</summary>
internal static class ZsetElement
{
    private const int ShortMax = 254;
    private const int LengthAt = sizeof(double);
    private const int ShortAt = LengthAt + 1;
    private const int LongAt = ShortAt + sizeof(int);

    /// <summary>A new element.</summary>
    public static Handle Create(NativeHeap heap, double score, ReadOnlySpan<byte> member)
    {
        int length = member.Length;
        int at = length <= ShortMax ? ShortAt : LongAt;
        Handle element = heap.Allocate(checked(at + length));
        heap.At<double>(element, 0) = score;
        heap.At<byte>(element, LengthAt) = (byte)Math.Min(length, ShortMax + 1);
        if (at == LongAt) heap.At<int>(element, ShortAt) = length;
        member.CopyTo(heap.Bytes(element, at, length));
        return element;
    }

    /// <summary>Its score.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Score(NativeHeap heap, Handle element) => heap.At<double>(element, 0);

    /// <summary>Its member; valid as long as the element.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ReadOnlySpan<byte> Member(NativeHeap heap, Handle element)
    {
        int length = heap.At<byte>(element, LengthAt);
        return length <= ShortMax
            ? heap.Bytes(element, ShortAt, length)
            : heap.Bytes(element, LongAt, heap.At<int>(element, ShortAt));
    }
}

/// <summary>How the table of a sorted set finds elements by member.</summary>
internal readonly struct ZsetOps(NativeHeap heap, HashSeed seed) : ITableOps
{
    public ulong Hash(Handle element) =>
        KeyHash.Compute(seed, ZsetElement.Member(heap, element));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Equals(Handle element, ReadOnlySpan<byte> key) =>
        ZsetElement.Member(heap, element).SequenceEqual(key);
}
