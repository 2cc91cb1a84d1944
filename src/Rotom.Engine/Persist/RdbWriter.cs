using System;
using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;

namespace Rotom.Engine.Persist;

// The primitives of the format, written into one array that grows and that the owner takes or
// clears; with a sink, full chunks go to it, so that a value of any size needs no array of its own.
// Checksums are not made here: whoever writes the bytes to a disk hashes them there, away from the
// thread that executes commands.

/// <summary>Writes lengths, strings and numbers as RDB has them.</summary>
internal sealed class RdbWriter
{
    private const int IntTextMax = 11;

    // Redis does not try to compress shorter ones.
    private const int CompressFrom = 21;

    /// <summary>Longer strings are not compressed: it would take more than some 10 ms.</summary>
    internal const int CompressMax = 4 << 20;

    /// <summary>What does not save so many bytes is not worth it: Redis' bound too.</summary>
    internal const int CompressGainMin = 4;

    private byte[] _buffer;
    private readonly IChunkSink? _sink;
    private byte[] _packed = [];
    private int _length;

    /// <summary>An empty one.</summary>
    public RdbWriter(int capacity = 256) => _buffer = new byte[capacity];

    /// <summary>One whose full chunks go to a sink.</summary>
    public RdbWriter(IChunkSink sink)
    {
        _sink = sink;
        _buffer = ArrayPool<byte>.Shared.Rent(IChunkSink.ChunkBytes);
    }

    /// <summary>True when strings are compressed where that helps.</summary>
    public bool Compress { get; set; }

    /// <summary>
    /// How much is taken, without a sink. What goes beyond it is not kept and costs nothing, and
    /// neither is what was written before of any use then: see <see cref="IsOver"/>.
    /// </summary>
    public int Limit { get; set; } = int.MaxValue;

    /// <summary>True when more was written than the limit allows.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Bytes written so far.</summary>
    public int Length => _length;

    /// <summary>What was written.</summary>
    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, _length);

    /// <summary>Forgets what was written.</summary>
    public void Clear()
    {
        _length = 0;
        IsOver = false;
    }

    /// <summary>Hands what is written to the sink, full or not.</summary>
    public void Flush()
    {
        if (_length == 0) return;
        ArraySegment<byte> chunk = new(_buffer, 0, _length);
        _buffer = ArrayPool<byte>.Shared.Rent(IChunkSink.ChunkBytes);
        _length = 0;
        _sink!.Take(chunk);
    }

    /// <summary>A byte.</summary>
    public void Byte(byte value) => Room(1)[0] = value;

    /// <summary>Bytes as they are.</summary>
    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        // Chunks keep their size: their arrays go back to the pool.
        while (_sink is not null && bytes.Length > IChunkSink.ChunkBytes - _length)
        {
            int part = IChunkSink.ChunkBytes - _length;
            bytes[..part].CopyTo(Room(part));
            bytes = bytes[part..];
            Flush();
        }

        if (bytes.Length > Limit - _length) IsOver = true;
        else bytes.CopyTo(Room(bytes.Length));
    }

    /// <summary>The type of a value.</summary>
    public void Type(RdbType type) => Byte((byte)type);

    /// <summary>An opcode.</summary>
    public void Opcode(RdbOpcode opcode) => Byte((byte)opcode);

    /// <summary>A length or count.</summary>
    public void Count(ulong value)
    {
        if (value < 1 << 6)
        {
            Byte((byte)value);
        }
        else if (value < 1 << 14)
        {
            BinaryPrimitives.WriteUInt16BigEndian(Room(2), (ushort)(value | (1 << 14)));
        }
        else if (value <= uint.MaxValue)
        {
            Byte(0x80);
            BinaryPrimitives.WriteUInt32BigEndian(Room(4), (uint)value);
        }
        else
        {
            Byte(0x81);
            BinaryPrimitives.WriteUInt64BigEndian(Room(8), value);
        }
    }

    /// <summary>A string, in the shortest way there is for it.</summary>
    public void String(ReadOnlySpan<byte> text)
    {
        if (text.Length <= IntTextMax && Numbers.TryParse(text, out long number)
            && TryShortInt(number))
        {
            return;
        }

        if (Compress && text.Length is >= CompressFrom and <= CompressMax && TryCompressed(text))
        {
            return;
        }

        Count((ulong)text.Length);
        Bytes(text);
    }

    /// <summary>What comes before the bytes of a compressed string.</summary>
    public void CompressedHead(int packed, int length)
    {
        Byte(0xC0 | (int)RdbStringEncoding.Lzf);
        Count((ulong)packed);
        Count((ulong)length);
    }

    /// <summary>A string that is an integer.</summary>
    public void IntString(long number)
    {
        if (TryShortInt(number)) return;
        Span<byte> digits = stackalloc byte[20];
        Invariant.Require(Utf8Formatter.TryFormat(number, digits, out int length));
        Count((ulong)length);
        Bytes(digits[..length]);
    }

    /// <summary>An element of a listpack, as a string.</summary>
    public void Element(ListpackValue value)
    {
        if (value.IsInt) IntString(value.Int);
        else String(value.Bytes);
    }

    /// <summary>A double, eight bytes.</summary>
    public void Double(double value) =>
        BinaryPrimitives.WriteDoubleLittleEndian(Room(8), value);

    /// <summary>An integer of eight bytes, such as a time in milliseconds.</summary>
    public void Int64(long value) => BinaryPrimitives.WriteInt64LittleEndian(Room(8), value);

    /// <summary>An unsigned integer of eight bytes, such as a checksum.</summary>
    public void UInt64(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Room(8), value);

    /// <summary>An unsigned integer of two bytes.</summary>
    public void UInt16(ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(Room(2), value);

    private bool TryShortInt(long value)
    {
        if (value == (sbyte)value)
        {
            Span<byte> to = Room(2);
            to[0] = 0xC0 | (int)RdbStringEncoding.Int8;
            to[1] = (byte)value;
        }
        else if (value == (short)value)
        {
            Span<byte> to = Room(3);
            to[0] = 0xC0 | (int)RdbStringEncoding.Int16;
            BinaryPrimitives.WriteInt16LittleEndian(to[1..], (short)value);
        }
        else if (value == (int)value)
        {
            Span<byte> to = Room(5);
            to[0] = 0xC0 | (int)RdbStringEncoding.Int32;
            BinaryPrimitives.WriteInt32LittleEndian(to[1..], (int)value);
        }
        else
        {
            return false;
        }

        return true;
    }

    private bool TryCompressed(ReadOnlySpan<byte> text)
    {
        int room = text.Length - CompressGainMin;
        if (_packed.Length < room) _packed = new byte[Math.Max(room, 4096)];
        int length = Lzf.Compress(text, _packed.AsSpan(0, room));
        if (length == 0) return false;
        CompressedHead(length, text.Length);
        Bytes(_packed.AsSpan(0, length));
        return true;
    }

    private Span<byte> Room(int bytes)
    {
        if (_sink is not null && _length + bytes > IChunkSink.ChunkBytes) Flush();
        int needed = checked(_length + bytes);
        if (needed > _buffer.Length)
        {
            if (needed > Limit)
            {
                // A number: there is room for it at the beginning.
                IsOver = true;
                _length = bytes;
                return _buffer.AsSpan(0, bytes);
            }

            long twice = Math.Min(_buffer.Length * 2L, Array.MaxLength);
            Array.Resize(ref _buffer, (int)Math.Max(needed, twice));
        }

        Span<byte> room = _buffer.AsSpan(_length, bytes);
        _length = needed;
        return room;
    }
}

/// <summary>Takes chunks of what is written.</summary>
internal interface IChunkSink
{
    /// <summary>Bytes from which on a chunk is full.</summary>
    const int ChunkBytes = 1 << 18;

    /// <summary>Takes a chunk, whose array came from the shared pool and goes back there.</summary>
    void Take(ArraySegment<byte> chunk);
}
