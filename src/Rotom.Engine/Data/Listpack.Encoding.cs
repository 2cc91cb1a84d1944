using System;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Rotom.Engine;

internal static partial class Listpack
{
    private const byte String32 = 0xF0;
    private const byte Int16 = 0xF1;
    private const byte Int24 = 0xF2;
    private const byte Int32 = 0xF3;
    private const byte Int64 = 0xF4;

    /// <summary>Bytes an element takes as an entry.</summary>
    public static int EntryBytes(ListpackValue value)
    {
        int size = value.IsInt ? IntSize(value.Int) : StringSize(value.Bytes.Length);
        return size + BackBytes(size);
    }

    /// <summary>Writes an element as an entry; how many bytes it took.</summary>
    internal static int WriteEntry(Span<byte> to, ListpackValue value)
    {
        int size = value.IsInt ? WriteInt(to, value.Int) : WriteString(to, value.Bytes);
        int back = BackBytes(size);
        if (back == 1) to[size] = (byte)size;
        else WriteBackLength(to[size..], size, back);
        return size + back;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ListpackValue GetLonger(ReadOnlySpan<byte> pack, int at)
    {
        int first = pack[at];
        ReadOnlySpan<byte> rest = pack[(at + 1)..];
        if (first < 0xE0)
        {
            int bits = ((first & 31) << 8) | rest[0];
            return new ListpackValue((long)(bits << 19 >> 19));
        }

        if (first < String32)
        {
            return ListpackValue.Verbatim(rest.Slice(1, ((first & 15) << 8) | rest[0]));
        }

        return (byte)first switch
        {
            String32 => ListpackValue.Verbatim(
                rest.Slice(4, BinaryPrimitives.ReadInt32LittleEndian(rest))),
            Int16 => new ListpackValue((long)BinaryPrimitives.ReadInt16LittleEndian(rest)),
            Int24 => new ListpackValue(
                (long)(rest[0] | (rest[1] << 8) | ((sbyte)rest[2] << 16))),
            Int32 => new ListpackValue((long)BinaryPrimitives.ReadInt32LittleEndian(rest)),
            Int64 => new ListpackValue(BinaryPrimitives.ReadInt64LittleEndian(rest)),
            _ => throw new InvariantException("no listpack entry begins so"),
        };
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int AfterLonger(ReadOnlySpan<byte> pack, int at)
    {
        int size = SizeAt(pack, at);
        return at + size + BackBytes(size);
    }

    // Encoding byte, lengths and data; without the length behind them. 0 where no entry can be.
    private static int SizeAt(ReadOnlySpan<byte> pack, int at)
    {
        int first = pack[at];
        if (first < 0x80) return 1;
        if (first < 0xC0) return 1 + (first & 63);
        if (first < 0xE0) return 2;
        if (first < String32) return 2 + (((first & 15) << 8) | pack[at + 1]);
        return (byte)first switch
        {
            String32 => LongStringSize(pack[(at + 1)..]),
            Int16 => 3,
            Int24 => 4,
            Int32 => 5,
            Int64 => 9,
            _ => 0,
        };
    }

    private static int LongStringSize(ReadOnlySpan<byte> length)
    {
        uint bytes = BinaryPrimitives.ReadUInt32LittleEndian(length);
        return bytes > BytesMax ? 0 : 5 + (int)bytes;
    }

    private static int IntSize(long value)
    {
        if ((ulong)value < 128) return 1;
        if (value is >= -4096 and <= 4095) return 2;
        if (value == (short)value) return 3;
        if (value is >= -(1 << 23) and < 1 << 23) return 4;
        return value == (int)value ? 5 : 9;
    }

    private static int StringSize(int length)
    {
        if (length < 64) return 1 + length;
        return length < 4096 ? 2 + length : checked(5 + length);
    }

    private static int WriteInt(Span<byte> to, long value)
    {
        int size = IntSize(value);
        switch (size)
        {
            case 1:
                to[0] = (byte)value;
                break;
            case 2:
                to[0] = (byte)(0xC0 | ((value >> 8) & 31));
                to[1] = (byte)value;
                break;
            case 3:
                to[0] = Int16;
                BinaryPrimitives.WriteInt16LittleEndian(to[1..], (short)value);
                break;
            case 4:
                to[0] = Int24;
                to[3] = (byte)(value >> 16);
                BinaryPrimitives.WriteUInt16LittleEndian(to[1..], (ushort)value);
                break;
            case 5:
                to[0] = Int32;
                BinaryPrimitives.WriteInt32LittleEndian(to[1..], (int)value);
                break;
            default:
                to[0] = Int64;
                BinaryPrimitives.WriteInt64LittleEndian(to[1..], value);
                break;
        }

        return size;
    }

    private static int WriteString(Span<byte> to, ReadOnlySpan<byte> bytes)
    {
        int header = 1;
        if (bytes.Length < 64)
        {
            to[0] = (byte)(0x80 | bytes.Length);
        }
        else if (bytes.Length < 4096)
        {
            to[0] = (byte)(0xE0 | (bytes.Length >> 8));
            to[1] = (byte)bytes.Length;
            header = 2;
        }
        else
        {
            to[0] = String32;
            BinaryPrimitives.WriteInt32LittleEndian(to[1..], bytes.Length);
            header = 5;
        }

        bytes.CopyTo(to[header..]);
        return header + bytes.Length;
    }

    // Redis' bounds: beyond the first they are one less than would fit, and a reader must agree.
    private static int BackBytes(int size)
    {
        if (size <= 127) return 1;
        if (size < 16383) return 2;
        if (size < 2097151) return 3;
        return size < 268435455 ? 4 : 5;
    }

    private static void WriteBackLength(Span<byte> to, int size, int bytes)
    {
        for (int i = bytes - 1; i > 0; i--)
        {
            to[i] = (byte)((size & 127) | 128);
            size >>= 7;
        }

        to[0] = (byte)size;
    }

    private static int ReadBackLength(ReadOnlySpan<byte> pack, int last, out int bytes)
    {
        int size = pack[last] & 127;
        bytes = 1;
        if (pack[last] < 128) return size;
        long value = size;
        for (int shift = 7; ; shift += 7)
        {
            byte part = pack[last - bytes];
            value |= (long)(part & 127) << shift;
            bytes++;
            if (part < 128) break;
            Invariant.Require(bytes < 5);
        }

        return checked((int)value);
    }
}
