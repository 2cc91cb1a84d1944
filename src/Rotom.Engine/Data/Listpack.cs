using System;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Rotom.Engine;

// Listpack: a list of strings and integers in one stretch of bytes, in Redis' own format, so that
// DUMP and RDB write it as it is.
//
// Small hashes, sets, sorted sets and lists are one, because a few kilobytes that lie together are
// searched faster, and cost far less, than as many blocks with handles between them.
//
//   u32 total bytes | u16 elements, 65535: more than that is known for | entries | 0xFF
//
// An entry is an encoding byte with its integer or its string, then the length of both, written so
// that it can be read from behind (7 bits a byte, all but the first flagged by 0x80):
//
//   0xxxxxxx          integer 0 to 127      10xxxxxx            string of up to 63 bytes
//   110xxxxx +1       13-bit integer        1110xxxx +1         string of up to 4095 bytes
//   F1 F2 F3 F4       16, 24, 32, 64 bits   F0 +4               string of any length
//
// Invariants: the first number is the length in use and the last byte is the end mark; each entry's
// length behind it is its true length, in as few bytes as Redis takes; what is an integer's only
// spelling is encoded as the integer. Bytes from outside prove the first two by DeepCheck before
// anything else reads them. A position is the offset of an entry; -1 is none. Reads go through
// bounds-checked spans, so even broken bytes end in an exception, not in foreign memory.
//
//   Listpack.cs         reading         Listpack.Encoding.cs  entries to and from bytes
//   Listpack.Edit.cs    changing        Listpack.Check.cs     proving

/// <summary>Reads and changes listpacks.</summary>
internal static partial class Listpack
{
    /// <summary>Bytes before the first entry.</summary>
    public const int HeaderBytes = 6;

    /// <summary>Bytes of a listpack without entries.</summary>
    public const int EmptyBytes = HeaderBytes + 1;

    /// <summary>No listpack grows larger than this; same as Redis' safety limit.</summary>
    public const int BytesMax = 1 << 30;

    /// <summary>The byte behind the last entry.</summary>
    public const byte End = 0xFF;

    private const int CountUnknown = ushort.MaxValue;

    /// <summary>Its length in bytes, as its header says.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int TotalBytes(ReadOnlySpan<byte> pack) =>
        BinaryPrimitives.ReadInt32LittleEndian(pack);

    /// <summary>Number of elements; O(n) when there are more than 65534.</summary>
    public static int Count(ReadOnlySpan<byte> pack)
    {
        int count = BinaryPrimitives.ReadUInt16LittleEndian(pack[4..]);
        if (count != CountUnknown) return count;
        count = 0;
        for (int at = First(pack); at >= 0; at = Next(pack, at)) count++;
        return count;
    }

    /// <summary>Position of the first element, -1 when there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int First(ReadOnlySpan<byte> pack) =>
        pack[HeaderBytes] == End ? -1 : HeaderBytes;

    /// <summary>Position of the last element, -1 when there is none.</summary>
    public static int Last(ReadOnlySpan<byte> pack) => Prev(pack, TotalBytes(pack) - 1);

    /// <summary>Position of the next element, -1 behind the last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Next(ReadOnlySpan<byte> pack, int at)
    {
        at = After(pack, at);
        return pack[at] == End ? -1 : at;
    }

    /// <summary>
    /// Position of the element before one, or before the end mark; -1 before the first.
    /// </summary>
    public static int Prev(ReadOnlySpan<byte> pack, int at)
    {
        if (at <= HeaderBytes) return -1;
        int size = ReadBackLength(pack, at - 1, out int backBytes);
        return at - size - backBytes;
    }

    /// <summary>
    /// Position of an element by its index, negative from the end (-1 the last); -1 for none.
    /// </summary>
    public static int Seek(ReadOnlySpan<byte> pack, long index)
    {
        int header = BinaryPrimitives.ReadUInt16LittleEndian(pack[4..]);
        if (header != CountUnknown)
        {
            if (index >= header || index < -header) return -1;
            // From the nearer end.
            if (index < 0 && -index > header / 2) index += header;
            else if (index > header / 2) index -= header;
        }

        int at;
        if (index >= 0)
        {
            for (at = First(pack); at >= 0 && index > 0; index--) at = Next(pack, at);
            return at;
        }

        for (at = Last(pack); at >= 0 && index < -1; index++) at = Prev(pack, at);
        return at;
    }

    /// <summary>The element at a position.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ListpackValue Get(ReadOnlySpan<byte> pack, int at)
    {
        byte first = pack[at];
        if (first < 0x80) return new ListpackValue((long)first);
        if (first < 0xC0) return ListpackValue.Verbatim(pack.Slice(at + 1, first & 63));
        return GetLonger(pack, at);
    }

    /// <summary>True if the element at a position equals this one.</summary>
    public static bool Is(ReadOnlySpan<byte> pack, int at, ReadOnlySpan<byte> element)
    {
        ListpackValue value = Get(pack, at);
        if (!value.IsInt) return value.Bytes.SequenceEqual(element);
        return Numbers.TryParse(element, out long number) && number == value.Int;
    }

    /// <summary>Looks for an element.</summary>
    /// <param name="pack">The listpack.</param>
    /// <param name="at">Where to begin, -1 for nowhere.</param>
    /// <param name="element">What to look for.</param>
    /// <param name="skip">Elements left out after each compared: 1 = every other one.</param>
    /// <returns>Its position, -1 when it is not there.</returns>
    public static int Find(
        ReadOnlySpan<byte> pack, int at, ReadOnlySpan<byte> element, int skip = 0)
    {
        if (at < 0) return -1;
        bool isInt = Numbers.TryParse(element, out long number);
        // A short string, nearly always: its two bounds are compared before anything is decoded.
        while (pack[at] != End)
        {
            byte first = pack[at];
            if (first is >= 0x80 and < 0xC0)
            {
                int length = first & 63;
                if (length == element.Length
                    && pack.Slice(at + 1, length).SequenceEqual(element))
                {
                    return at;
                }

                at += length + 2;
            }
            else
            {
                ListpackValue value = Get(pack, at);
                if (value.IsInt ? isInt && value.Int == number
                    : value.Bytes.SequenceEqual(element))
                {
                    return at;
                }

                at = After(pack, at);
            }

            for (int i = skip; i > 0 && pack[at] != End; i--) at = After(pack, at);
        }

        return -1;
    }

    /// <summary>Where the entry at a position ends: the next one, or the end mark.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int After(ReadOnlySpan<byte> pack, int at)
    {
        byte first = pack[at];
        if (first < 0x80) return at + 2;
        // At most 1 + 63 bytes: the length behind it is one byte.
        if (first < 0xC0) return at + 2 + (first & 63);
        return AfterLonger(pack, at);
    }
}
