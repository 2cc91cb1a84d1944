using System;
using System.Buffers.Binary;

namespace Rotom.Engine.Persist;

// Ziplist: what listpacks were before Redis 7, met in old files only, so it is proven and read, and
// never written.
//
//   u32 total bytes | u32 offset of the last entry | u16 entries, 65535: unknown | entries | 0xFF
//
// An entry is the length of the one before it (a byte, or 0xFE and four), then its own encoding:
//
//   00llllll             string of up to 63 bytes    11000000 +2  11010000 +4  11100000 +8
//   01llllll +1          up to 16383, high byte first   integers; 11110000 +3  11111110 +1
//   10000000 +4          any length, high byte first    1111vvvv     integer v - 1, 0 to 12

/// <summary>Proves and reads ziplists.</summary>
internal ref struct Ziplist
{
    private const int HeaderBytes = 10;
    private const byte End = 0xFF;
    private const byte LongBefore = 0xFE;

    private readonly ReadOnlySpan<byte> _bytes;
    private int _at;

    /// <summary>A reader of bytes that <see cref="IsSound"/> proved.</summary>
    public Ziplist(ReadOnlySpan<byte> bytes)
    {
        _bytes = bytes;
        _at = HeaderBytes;
    }

    /// <summary>True when bytes from outside are a whole ziplist.</summary>
    public static bool IsSound(ReadOnlySpan<byte> bytes, out int count)
    {
        count = 0;
        if (bytes.Length <= HeaderBytes || bytes[^1] != End) return false;
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes) != bytes.Length) return false;
        int end = bytes.Length - 1;
        int at = HeaderBytes;
        int last = HeaderBytes;
        int before = 0;
        while (at < end)
        {
            if (!TryEntry(bytes[at..end], out Entry entry) || entry.Before != before) return false;
            last = at;
            before = entry.Bytes;
            at += before;
            count++;
        }

        uint told = BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]);
        return (told == ushort.MaxValue || told == count)
            && BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]) == last;
    }

    /// <summary>The next element; false behind the last.</summary>
    public bool TryNext(out ListpackValue value)
    {
        value = default;
        if (_bytes[_at] == End) return false;
        Invariant.Require(TryEntry(_bytes[_at..^1], out Entry entry));
        _at += entry.Bytes;
        value = entry.IsInt ? new ListpackValue(entry.Int) : new ListpackValue(entry.Text);
        return true;
    }

    private ref struct Entry
    {
        public long Before;
        public int Bytes;
        public bool IsInt;
        public long Int;
        public ReadOnlySpan<byte> Text;
    }

    private static bool TryEntry(ReadOnlySpan<byte> bytes, out Entry entry)
    {
        entry = default;
        int head = bytes[0] < LongBefore ? 1 : 5;
        if (bytes[0] == End || bytes.Length <= head) return false;
        entry.Before = head == 1 ? bytes[0] : BinaryPrimitives.ReadUInt32LittleEndian(bytes[1..]);
        ReadOnlySpan<byte> rest = bytes[head..];
        int first = rest[0];
        bool sound = first < 0xC0 ? TryText(rest, ref entry) : TryInt(rest, first, ref entry);
        entry.Bytes += head;
        return sound;
    }

    private static bool TryText(ReadOnlySpan<byte> bytes, ref Entry entry)
    {
        int first = bytes[0];
        int head = first < 0x40 ? 1 : first < 0x80 ? 2 : 5;
        if (bytes.Length < head) return false;
        long length = head switch
        {
            1 => first,
            2 => ((first & 63) << 8) | bytes[1],
            _ => BinaryPrimitives.ReadUInt32BigEndian(bytes[1..]),
        };
        if ((head == 5 && first != 0x80) || length > bytes.Length - head) return false;
        entry.Text = bytes.Slice(head, (int)length);
        entry.Bytes = head + (int)length;
        return true;
    }

    private static bool TryInt(ReadOnlySpan<byte> bytes, int first, ref Entry entry)
    {
        entry.IsInt = true;
        entry.Bytes = 1 + IntBytes(first);
        if (entry.Bytes == 0 || entry.Bytes > bytes.Length) return false;
        ReadOnlySpan<byte> number = bytes[1..];
        entry.Int = entry.Bytes switch
        {
            1 => (first & 15) - 1,
            2 => (sbyte)number[0],
            3 => BinaryPrimitives.ReadInt16LittleEndian(number),
            4 => ((sbyte)number[2] << 16) | BinaryPrimitives.ReadUInt16LittleEndian(number),
            5 => BinaryPrimitives.ReadInt32LittleEndian(number),
            _ => BinaryPrimitives.ReadInt64LittleEndian(number),
        };
        return true;
    }

    private static int IntBytes(int first) => first switch
    {
        0xC0 => 2,
        0xD0 => 4,
        0xE0 => 8,
        0xF0 => 3,
        0xFE => 1,
        >= 0xF1 and <= 0xFD => 0,
        _ => -1,
    };
}
