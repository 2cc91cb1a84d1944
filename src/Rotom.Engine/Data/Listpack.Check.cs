using System;
using System.Buffers.Binary;

namespace Rotom.Engine;

internal static partial class Listpack
{
    /// <summary>
    /// True when bytes from outside are a whole listpack: header, every entry from both sides,
    /// number of elements, end mark, and nothing behind it. What the elements are is up to the
    /// type that holds them.
    /// </summary>
    /// <param name="bytes">The bytes, of which nothing is believed.</param>
    /// <param name="count">Number of elements found.</param>
    public static bool DeepCheck(ReadOnlySpan<byte> bytes, out int count)
    {
        count = 0;
        if (bytes.Length is < EmptyBytes or > BytesMax) return false;
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes) != bytes.Length) return false;
        int end = bytes.Length - 1;
        if (bytes[end] != End) return false;
        int at = HeaderBytes;
        while (at < end)
        {
            if (!EntryIsSound(bytes[at..end], out int entryBytes)) return false;
            at += entryBytes;
            count++;
        }

        int told = BinaryPrimitives.ReadUInt16LittleEndian(bytes[4..]);
        return told == CountUnknown || told == count;
    }

    private static bool EntryIsSound(ReadOnlySpan<byte> entry, out int bytes)
    {
        bytes = 0;
        int header = HeaderSize(entry[0]);
        if (header == 0 || header > entry.Length) return false;
        int size = SizeAt(entry, 0);
        // A length of 0 is an encoding that does not exist, or a string beyond the limit.
        if (size == 0 || size >= entry.Length) return false;
        int back = BackBytes(size);
        if (size + back > entry.Length) return false;
        Span<byte> expected = stackalloc byte[5];
        WriteBackLength(expected, size, back);
        bytes = size + back;
        return entry.Slice(size, back).SequenceEqual(expected[..back]);
    }

    private static int HeaderSize(byte first)
    {
        if (first < 0xC0) return 1;
        if (first < String32) return 2;
        if (first == String32) return 5;
        return first <= Int64 ? 1 : 0;
    }
}
