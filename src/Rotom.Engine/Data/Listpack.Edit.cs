using System;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Rotom.Engine.Memory;

namespace Rotom.Engine;

// Changing a listpack where it is, in a block of its own or in its key's (PackBlock). Any change
// may move it: its place is passed by reference, and positions and spans from before are dead
// unless they come back as the result. Elements passed in must not lie in the listpack that is
// changed.

internal static partial class Listpack
{
    // A block that is more than this part empty is given back for a smaller one.
    private const int SlackShift = 2;
    private const int SlackFree = 64;

    /// <summary>Makes an empty listpack.</summary>
    /// <param name="heap">Where.</param>
    /// <param name="capacity">Bytes that will fit before it moves for the first time.</param>
    /// <param name="place">Where in its block, if not all of it.</param>
    public static PackBlock Create(
        NativeHeap heap, int capacity = EmptyBytes, PackBlock place = default)
    {
        PackBlock pack = place.Allocate(heap, Math.Max(capacity, EmptyBytes));
        WriteEmpty(pack.Bytes(heap, EmptyBytes));
        return pack;
    }

    /// <summary>Makes one of bytes that are one, checked or trusted.</summary>
    public static Handle Create(NativeHeap heap, ReadOnlySpan<byte> bytes)
    {
        Invariant.Require(bytes.Length >= EmptyBytes && TotalBytes(bytes) == bytes.Length);
        Handle pack = heap.Allocate(bytes.Length);
        bytes.CopyTo(heap.Bytes(pack, 0, bytes.Length));
        return pack;
    }

    /// <summary>A copy in a block just as large as needed.</summary>
    public static Handle Copy(NativeHeap heap, PackBlock pack) => Create(heap, View(heap, pack));

    /// <summary>The bytes of a listpack, from its header to its end mark.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Span<byte> View(NativeHeap heap, PackBlock pack) =>
        pack.Bytes(heap, pack.FirstWord(heap));

    /// <summary>False when a listpack would grow beyond what it may with so much more.</summary>
    public static bool Fits(int totalBytes, long added) => totalBytes + added <= BytesMax;

    /// <summary>Adds an element at the end; its position.</summary>
    public static int Append(NativeHeap heap, ref PackBlock pack, ListpackValue value) =>
        Splice(heap, ref pack, pack.FirstWord(heap) - 1, 0, value, 1);

    /// <summary>Adds an element in front; its position.</summary>
    public static int Prepend(NativeHeap heap, ref PackBlock pack, ListpackValue value) =>
        Splice(heap, ref pack, HeaderBytes, 0, value, 1);

    /// <summary>
    /// Adds an element before the one at a position (or the end mark); its position.
    /// </summary>
    public static int InsertBefore(
        NativeHeap heap, ref PackBlock pack, int at, ListpackValue value) =>
        Splice(heap, ref pack, at, 0, value, 1);

    /// <summary>Adds an element behind the one at a position; its position.</summary>
    public static int InsertAfter(
        NativeHeap heap, ref PackBlock pack, int at, ListpackValue value) =>
        Splice(heap, ref pack, After(View(heap, pack), at), 0, value, 1);

    /// <summary>Puts an element in the place of the one at a position, which stays.</summary>
    public static int Replace(NativeHeap heap, ref PackBlock pack, int at, ListpackValue value) =>
        Splice(heap, ref pack, at, After(View(heap, pack), at) - at, value, 0);

    /// <summary>
    /// Removes some elements from a position on, as far as there are any; the position of the next
    /// one, -1 when there is none.
    /// </summary>
    public static int Delete(NativeHeap heap, ref PackBlock pack, int at, int count = 1)
    {
        Span<byte> bytes = View(heap, pack);
        int end = at;
        int deleted = 0;
        while (deleted < count && bytes[end] != End)
        {
            end = After(bytes, end);
            deleted++;
        }

        Remove(bytes, at, end, deleted);
        Shrink(heap, ref pack);
        bytes = View(heap, pack);
        return bytes[at] == End ? -1 : at;
    }

    /// <summary>
    /// Removes so many elements from an index on, negative from the end; how many there were.
    /// </summary>
    public static int DeleteRange(NativeHeap heap, ref PackBlock pack, long index, int count)
    {
        Span<byte> bytes = View(heap, pack);
        int at = Seek(bytes, index);
        if (at < 0 || count <= 0) return 0;
        int end = at;
        int deleted = 0;
        while (deleted < count && bytes[end] != End)
        {
            end = After(bytes, end);
            deleted++;
        }

        Remove(bytes, at, end, deleted);
        Shrink(heap, ref pack);
        return deleted;
    }

    /// <summary>
    /// Ends a listpack at a position, for who has moved the entries to be kept to before it.
    /// </summary>
    public static void Truncate(NativeHeap heap, ref PackBlock pack, int at, int count)
    {
        Span<byte> bytes = View(heap, pack);
        Invariant.Require(at >= HeaderBytes && at < bytes.Length);
        bytes[at] = End;
        WriteHeader(bytes, at + 1, count);
        Shrink(heap, ref pack);
    }

    /// <summary>Writes an empty listpack.</summary>
    internal static void WriteEmpty(Span<byte> to)
    {
        WriteHeader(to, EmptyBytes, 0);
        to[HeaderBytes] = End;
    }

    /// <summary>Writes a header; a count that does not fit becomes unknown.</summary>
    internal static void WriteHeader(Span<byte> to, int totalBytes, int count)
    {
        BinaryPrimitives.WriteInt32LittleEndian(to, totalBytes);
        BinaryPrimitives.WriteUInt16LittleEndian(
            to[4..], (ushort)Math.Min(count, CountUnknown));
    }

    // Puts an entry in the place of so many bytes, making or taking room.
    private static int Splice(
        NativeHeap heap, ref PackBlock pack, int at, int oldBytes, ListpackValue value, int added)
    {
        int before = pack.FirstWord(heap);
        Invariant.Require(at >= HeaderBytes && at + oldBytes < before);
        int newBytes = EntryBytes(value);
        int total = checked(before + newBytes - oldBytes);
        Invariant.Require(total <= BytesMax);
        if (pack.UsableBytes(heap) < total) pack = pack.Resize(heap, total);
        Span<byte> bytes = pack.Bytes(heap, Math.Max(total, before));
        if (newBytes != oldBytes) bytes[(at + oldBytes)..before].CopyTo(bytes[(at + newBytes)..]);
        WriteEntry(bytes[at..], value);
        Count(bytes, total, added);
        if (total < before) Shrink(heap, ref pack);
        return at;
    }

    private static void Remove(Span<byte> bytes, int at, int end, int elements)
    {
        Invariant.Require(at >= HeaderBytes);
        bytes[end..].CopyTo(bytes[at..]);
        Count(bytes, bytes.Length - (end - at), -elements);
    }

    // An unknown count stays unknown, as in Redis; whoever walks the whole may know better.
    private static void Count(Span<byte> bytes, int total, int change)
    {
        BinaryPrimitives.WriteInt32LittleEndian(bytes, total);
        int count = BinaryPrimitives.ReadUInt16LittleEndian(bytes[4..]);
        if (count == CountUnknown) return;
        count += change;
        Invariant.Require(count >= 0);
        BinaryPrimitives.WriteUInt16LittleEndian(
            bytes[4..], (ushort)Math.Min(count, CountUnknown));
    }

    private static void Shrink(NativeHeap heap, ref PackBlock pack)
    {
        int total = pack.FirstWord(heap);
        int usable = pack.UsableBytes(heap);
        if (usable - total > Math.Max(SlackFree, usable >> SlackShift))
        {
            pack = pack.Resize(heap, total);
        }
    }
}
