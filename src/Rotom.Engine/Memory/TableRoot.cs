using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Rotom.Engine.Memory;

// The root block of a hash table and the ground plan of its buckets.
//
// A bucket is 64 bytes: seven slots (tag << 48 | address of the element, 0 = empty) and a link
// word, whose low 48 bits lead to an overflow bucket of the same form and whose top 16 bits of
// the first bucket are the bucket's mark, free for the table's owner. Buckets stand in segments
// of up to 512 (32 KiB). The first segment grows in steps, so a small table is a root and one
// bucket; from then on whole segments are added, and a directory of their addresses is allocated.

/// <summary>State of one table; kept by HandleTable.</summary>
[StructLayout(LayoutKind.Sequential, Size = Bytes)]
internal unsafe struct TableRoot
{
    public const int Bytes = 48;
    public const int BucketBytes = 64;
    public const int SlotsPerBucket = 7;
    public const int SegmentShift = 9;
    public const int SegmentBuckets = 1 << SegmentShift;
    public const int LinkSlot = 7;
    public const uint HoldFlag = 1;
    public const uint WatchedFlag = 2;
    public const int NumberShift = 2;
    public const ulong AddressMask = 0x0000_FFFF_FFFF_FFFF;

    public long Count;

    /// <summary>Buckets there are, at least 1; overflow buckets not counted.</summary>
    public uint Buckets;

    /// <summary>Smallest 2^k - 1 that is at least Buckets - 1.</summary>
    public uint Mask;

    /// <summary>Array of segment addresses: FirstSegment itself, or a block.</summary>
    public nint* Directory;

    public nint FirstSegment;

    /// <summary>Entries of the directory block; 0 while there is none.</summary>
    public int DirectoryCapacity;

    /// <summary>Buckets the first segment has room for.</summary>
    public int FirstCapacity;

    /// <summary>Overflow buckets in all chains.</summary>
    public int Overflows;

    /// <summary>
    /// Bit 0: do not merge buckets. Bit 1: a snapshot is told before buckets change. From bit 2 on:
    /// the number of the last snapshot that was, see TableWatch.
    /// </summary>
    public uint Flags;

    /// <summary>True while a snapshot is told before buckets change.</summary>
    public readonly bool IsWatched => (Flags & WatchedFlag) != 0;

    /// <summary>
    /// The bucket a hash belongs to. Without a branch, as nothing could predict it: the top bit
    /// goes where the bucket it would name does not exist yet.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly uint BucketOf(ulong hash)
    {
        uint bucket = (uint)hash & Mask;
        uint missing = (uint)((int)(Buckets - 1 - bucket) >> 31);
        return bucket & ~(missing & (Mask - (Mask >> 1)));
    }

    /// <summary>The first bucket of a chain.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly ulong* BucketAt(uint bucket) =>
        (ulong*)(Directory[bucket >> SegmentShift]
            + (nint)((bucket & (SegmentBuckets - 1)) * BucketBytes));

    /// <summary>The tag bits of a hash in place; never 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong TagOf(ulong hash) => (hash & ~AddressMask) | (1UL << 48);

    /// <summary>The next bucket of a chain, or null.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong* Next(ulong* bucket) => (ulong*)(bucket[LinkSlot] & AddressMask);

    /// <summary>Changes the link and keeps the mark.</summary>
    public static void SetNext(ulong* bucket, ulong* next) =>
        bucket[LinkSlot] = (bucket[LinkSlot] & ~AddressMask) | (ulong)next;

    /// <summary>Slots in use; they are the first ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Length(ulong* bucket)
    {
        uint free = Cpu.MatchWords(bucket, 0) & ((1u << SlotsPerBucket) - 1);
        return BitOperations.TrailingZeroCount(free | (1u << SlotsPerBucket));
    }
}
