using System;
using System.Buffers.Binary;
using Rotom.Engine.Memory;

namespace Rotom.Engine;

// Intset: a set of integers as one sorted array in one block, in Redis' own format, so that DUMP
// and RDB write it as it is.
//
//   u32 bytes an integer: 2, 4 or 8 | u32 integers | the integers, ascending, all of that width
//
// All little-endian. The width is the smallest that held every integer that ever was in it: it
// grows with the first that does not fit and never shrinks, as in Redis. Looking up is a binary
// search; adding and removing move what is behind, which is why a set stops being an intset at a
// number of members that the config sets.
//
// Invariants (DeepCheck): the width is one of the three, the length in use is 8 + width * integers,
// and each integer is greater than the one before. Changes may move it: its place is passed
// by reference and views from before are dead. Not thread-safe: owned by the keyspace turn.

/// <summary>Reads and changes sets of integers.</summary>
internal static class Intset
{
    /// <summary>Bytes before the first integer.</summary>
    public const int HeaderBytes = 8;

    /// <summary>No intset grows beyond this many integers: 1 GiB of the widest.</summary>
    public const int CountMax = 1 << 27;

    // A block that is more than this part empty is given back for a smaller one.
    private const int SlackShift = 2;
    private const int SlackFree = 64;

    /// <summary>Makes an empty one.</summary>
    public static PackBlock Create(NativeHeap heap, PackBlock place = default)
    {
        PackBlock set = place.Allocate(heap, HeaderBytes);
        WriteHeader(set.Bytes(heap, HeaderBytes), sizeof(short), 0);
        return set;
    }

    /// <summary>Makes one of bytes that are one, checked or trusted.</summary>
    public static Handle Create(NativeHeap heap, ReadOnlySpan<byte> bytes)
    {
        Invariant.Require(bytes.Length == TotalBytes(bytes));
        Handle set = heap.Allocate(bytes.Length);
        bytes.CopyTo(heap.Bytes(set, 0, bytes.Length));
        return set;
    }

    /// <summary>All bytes of an intset, header included.</summary>
    public static Span<byte> View(NativeHeap heap, PackBlock set) =>
        set.Bytes(heap, TotalBytes(set.Bytes(heap, HeaderBytes)));

    /// <summary>Number of integers.</summary>
    public static int Count(ReadOnlySpan<byte> set) =>
        BinaryPrimitives.ReadInt32LittleEndian(set[4..]);

    /// <summary>The integer at an index, counted from the smallest.</summary>
    public static long Get(ReadOnlySpan<byte> set, int index) => At(set, index, Width(set));

    /// <summary>Looks for an integer; where it is, or where it would be put.</summary>
    public static bool Find(ReadOnlySpan<byte> set, long value, out int index)
    {
        int width = Width(set);
        int low = 0;
        int high = Count(set);
        // Adding in ascending order is common: what is greater than the last is found at once.
        if (high > 0 && value > At(set, high - 1, width))
        {
            index = high;
            return false;
        }

        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (At(set, middle, width) < value) low = middle + 1;
            else high = middle;
        }

        index = low;
        return low < Count(set) && At(set, low, width) == value;
    }

    /// <summary>Adds an integer; false when it is there already.</summary>
    public static bool Add(NativeHeap heap, ref PackBlock set, long value)
    {
        Span<byte> bytes = View(heap, set);
        int width = Width(bytes);
        if (WidthOf(value) > width)
        {
            Widen(heap, ref set, value);
            return true;
        }

        if (Find(bytes, value, out int index)) return false;
        int count = Count(bytes);
        Invariant.Require(count < CountMax);
        bytes = MakeRoom(heap, ref set, bytes.Length + width);
        int at = HeaderBytes + (index * width);
        bytes[at..^width].CopyTo(bytes[(at + width)..]);
        Put(bytes, index, width, value);
        WriteHeader(bytes, width, count + 1);
        return true;
    }

    /// <summary>Removes an integer; false when it is not there.</summary>
    public static bool Remove(NativeHeap heap, ref PackBlock set, long value)
    {
        if (!Find(View(heap, set), value, out int index)) return false;
        RemoveAt(heap, ref set, index);
        return true;
    }

    /// <summary>Removes the integer at an index.</summary>
    public static void RemoveAt(NativeHeap heap, ref PackBlock set, int index)
    {
        Span<byte> bytes = View(heap, set);
        int width = Width(bytes);
        int at = HeaderBytes + (index * width);
        bytes[(at + width)..].CopyTo(bytes[at..]);
        WriteHeader(bytes, width, Count(bytes) - 1);
        Shrink(heap, ref set);
    }

    /// <summary>Keeps the first integers only.</summary>
    public static void Truncate(NativeHeap heap, ref PackBlock set, int count)
    {
        Span<byte> bytes = View(heap, set);
        Invariant.Require(count <= Count(bytes));
        WriteHeader(bytes, Width(bytes), count);
        Shrink(heap, ref set);
    }

    /// <summary>Puts another integer of the set at an index, for who keeps the order.</summary>
    public static void Move(Span<byte> set, int from, int to) =>
        Put(set, to, Width(set), Get(set, from));

    /// <summary>
    /// True when bytes from outside are a whole intset: a width there is, the right length, and
    /// ascending integers. None of the bytes is believed.
    /// </summary>
    public static bool DeepCheck(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderBytes) return false;
        uint width = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        uint count = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
        if (width is not (2 or 4 or 8) || count > CountMax) return false;
        if (bytes.Length != HeaderBytes + ((long)width * count)) return false;
        for (int i = 1; i < (int)count; i++)
        {
            if (Get(bytes, i - 1) >= Get(bytes, i)) return false;
        }

        return true;
    }

    private static int Width(ReadOnlySpan<byte> set) =>
        BinaryPrimitives.ReadInt32LittleEndian(set);

    /// <summary>Its length in bytes, as its header says.</summary>
    public static int TotalBytes(ReadOnlySpan<byte> header) =>
        checked(HeaderBytes + (Width(header) * Count(header)));

    private static int WidthOf(long value)
    {
        if (value == (short)value) return sizeof(short);
        return value == (int)value ? sizeof(int) : sizeof(long);
    }

    private static long At(ReadOnlySpan<byte> set, int index, int width)
    {
        ReadOnlySpan<byte> bytes = set[(HeaderBytes + (index * width))..];
        if (width == sizeof(short)) return BinaryPrimitives.ReadInt16LittleEndian(bytes);
        return width == sizeof(int)
            ? BinaryPrimitives.ReadInt32LittleEndian(bytes)
            : BinaryPrimitives.ReadInt64LittleEndian(bytes);
    }

    private static void Put(Span<byte> set, int index, int width, long value)
    {
        Span<byte> bytes = set[(HeaderBytes + (index * width))..];
        if (width == sizeof(short)) BinaryPrimitives.WriteInt16LittleEndian(bytes, (short)value);
        else if (width == sizeof(int)) BinaryPrimitives.WriteInt32LittleEndian(bytes, (int)value);
        else BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
    }

    private static void WriteHeader(Span<byte> to, int width, int count)
    {
        BinaryPrimitives.WriteInt32LittleEndian(to, width);
        BinaryPrimitives.WriteInt32LittleEndian(to[4..], count);
    }

    // An integer that needs more width than all others is less or greater than all of them.
    private static void Widen(NativeHeap heap, ref PackBlock set, long value)
    {
        Span<byte> bytes = View(heap, set);
        int old = Width(bytes);
        int width = WidthOf(value);
        int count = Count(bytes);
        Invariant.Require(count < CountMax);
        bytes = MakeRoom(heap, ref set, checked(HeaderBytes + (width * (count + 1))));
        int shift = value < 0 ? 1 : 0;
        // From behind, as each integer goes to where only greater ones were.
        for (int i = count - 1; i >= 0; i--) Put(bytes, i + shift, width, At(bytes, i, old));
        Put(bytes, value < 0 ? 0 : count, width, value);
        WriteHeader(bytes, width, count + 1);
    }

    private static Span<byte> MakeRoom(NativeHeap heap, scoped ref PackBlock set, int bytes)
    {
        if (set.UsableBytes(heap) < bytes) set = set.Resize(heap, bytes);
        return set.Bytes(heap, bytes);
    }

    private static void Shrink(NativeHeap heap, ref PackBlock set)
    {
        int total = View(heap, set).Length;
        int usable = set.UsableBytes(heap);
        if (usable - total > Math.Max(SlackFree, usable >> SlackShift))
        {
            set = set.Resize(heap, total);
        }
    }
}
