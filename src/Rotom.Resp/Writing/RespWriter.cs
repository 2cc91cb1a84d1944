using System;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Text;

namespace Rotom.Resp;

// RespWriter: the serialisation protocol, versions 2 and 3, written into a byte array.
//
// The same calls serve both versions: what RESP2 lacks is written as the RESP2 form that Redis uses
// for it (a map as a flat array, a double as a bulk string, a null as a null bulk, ...).
// This file holds the elements; RespWriter.Aggregates.cs arrays, maps and the replies of the data
// types; RespWriter.Errors.cs error replies.
//
// Growing is virtual: the plain writer doubles its array, ReplyBatch opens a new chunk. Literals
// and short headers are single stores of 4 or 8 bytes; the bytes a store writes too many are
// overwritten by the next element, which is why each reserves a few bytes more than it needs.
//
// Not thread-safe. An element is written whole or not at all; counts are the caller's promise.

/// <summary>Writes RESP2 and RESP3 elements into memory it owns.</summary>
public partial class RespWriter
{
    // A header: type byte, up to 20 characters of number, line end; then some for wide stores.
    private const int HeaderRoom = 32;
    private const ushort LineEnd = 0x0A0D;

    private byte[] _buffer;
    private int _position;

    /// <summary>Makes a writer with room for <paramref name="capacity"/> bytes at first.</summary>
    public RespWriter(int capacity = 1024)
        : this(new byte[Math.Max(capacity, HeaderRoom)])
    {
    }

    /// <summary>Makes a writer over an array, which it then owns.</summary>
    protected RespWriter(byte[] buffer) => _buffer = buffer;

    /// <summary>True when the peer speaks RESP3.</summary>
    public bool Resp3 { get; set; }

    /// <summary>What has been written; valid until the next write.</summary>
    public ReadOnlySpan<byte> Written => new(_buffer, 0, _position);

    /// <summary>What has been written, as memory; valid until the next write.</summary>
    public ReadOnlyMemory<byte> WrittenMemory => new(_buffer, 0, _position);

    /// <summary>The array in use.</summary>
    protected byte[] Buffer => _buffer;

    /// <summary>Bytes of the array in use.</summary>
    protected int Position => _position;

    /// <summary>Forgets what was written; keeps the memory.</summary>
    public void Clear() => _position = 0;

    /// <summary>Copies bytes that are already RESP.</summary>
    public void Raw(ReadOnlySpan<byte> resp)
    {
        if (resp.Length > _buffer.Length - _position) RawAcross(resp);
        else Put(resp);
    }

    /// <summary>
    /// Room for bytes that are already RESP, to be filled before the next write.
    /// </summary>
    public Span<byte> RawSpan(int length)
    {
        Span<byte> to = Reserve(length)[..length];
        _position += length;
        return to;
    }

    /// <summary>Writes <c>+OK</c>.</summary>
    public void Ok() => Literal(0x0A0D_4B4F2B, 5);

    /// <summary>Writes <c>+QUEUED</c>, the answer to a command inside MULTI.</summary>
    public void Queued() => Raw("+QUEUED\r\n"u8);

    /// <summary>Writes <c>+PONG</c>.</summary>
    public void Pong() => Literal(0x0A0D_474E4F502B, 7);

    /// <summary>Writes a simple string; CR, LF and NUL in it become blanks.</summary>
    public void Simple(ReadOnlySpan<byte> text)
    {
        Span<byte> to = Reserve(text.Length + 3);
        to[0] = (byte)'+';
        PutLine(text, to[1..]);
        PutLineEnd(to, text.Length + 1);
        _position += text.Length + 3;
    }

    /// <summary>Writes an integer.</summary>
    public void Integer(long value) => PutHeader(':', value);

    /// <summary>Writes a bulk string.</summary>
    public void Bulk(ReadOnlySpan<byte> value)
    {
        byte[] buffer = _buffer;
        int position = _position;
        if ((uint)value.Length >= 100 || value.Length > buffer.Length - position - HeaderRoom)
        {
            LongBulk(value);
            return;
        }

        Span<byte> to = buffer.AsSpan(position);
        int n = ShortHeader(to, '$', value.Length);
        value.CopyTo(to[n..]);
        n += value.Length;
        PutLineEnd(to, n);
        _position = position + n + 2;
    }

    /// <summary>Writes two pieces as one bulk string.</summary>
    public void Bulk(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        Span<byte> to = BulkSpan(checked(first.Length + second.Length));
        first.CopyTo(to);
        second.CopyTo(to[first.Length..]);
    }

    /// <summary>Writes a text as a bulk string, in UTF-8.</summary>
    public void Bulk(string text) => Encoding.UTF8.GetBytes(
        text, BulkSpan(Encoding.UTF8.GetByteCount(text)));

    /// <summary>Writes a bulk string, or a null when there is none.</summary>
    public void BulkOrNull(ReadOnlySpan<byte> value, bool exists)
    {
        if (exists) Bulk(value);
        else Null();
    }

    /// <summary>
    /// Writes the frame of a bulk string of known length; its bytes must be put into the returned
    /// span before the next write.
    /// </summary>
    public Span<byte> BulkSpan(int length)
    {
        Span<byte> to = Reserve(checked(length + HeaderRoom));
        int n = Header(to, '$', length);
        PutLineEnd(to, n + length);
        _position += n + length + 2;
        return to.Slice(n, length);
    }

    /// <summary>
    /// Writes the header of a bulk string whose bytes, and line end, the caller writes elsewhere.
    /// </summary>
    public void BulkHeader(int length) => PutHeader('$', length);

    /// <summary>Writes an integer as a bulk string, as GET answers a counter.</summary>
    public void BulkInteger(long value)
    {
        Span<byte> to = Reserve(HeaderRoom);
        if ((ulong)value < 10)
        {
            ulong digit = (ulong)('0' + value) << 32;
            BinaryPrimitives.WriteUInt64LittleEndian(to, 0x0A0D_00_0A0D3124UL | digit);
            _position += 7;
            return;
        }

        Utf8Formatter.TryFormat(value, to[4..], out int digits);
        int header = ShortHeader(to, '$', digits);
        if (header != 4) Utf8Formatter.TryFormat(value, to[header..], out digits);
        PutLineEnd(to, header + digits);
        _position += header + digits + 2;
    }

    /// <summary>Writes a double as a bulk string in both versions, as INCRBYFLOAT does.</summary>
    public void BulkDouble(double value)
    {
        Span<byte> text = stackalloc byte[RespNumbers.DoubleBytesMax];
        Bulk(text[..RespNumbers.Format(value, text)]);
    }

    /// <summary>Writes a null: <c>_</c> in RESP3, a null bulk string in RESP2.</summary>
    public void Null()
    {
        if (Resp3) Literal(0x0A0D5F, 3);
        else Literal(0x0A0D_312D24, 5);
    }

    /// <summary>Writes a null array: <c>_</c> in RESP3, <c>*-1</c> in RESP2.</summary>
    public void NullArray()
    {
        if (Resp3) Literal(0x0A0D5F, 3);
        else Literal(0x0A0D_312D2A, 5);
    }

    /// <summary>Writes a double: <c>,</c> in RESP3, a bulk string in RESP2.</summary>
    public void Double(double value)
    {
        Span<byte> text = stackalloc byte[RespNumbers.DoubleBytesMax];
        Double(text[..RespNumbers.Format(value, text)]);
    }

    /// <summary>Writes a double that is spelled out already.</summary>
    public void Double(ReadOnlySpan<byte> text)
    {
        if (Resp3) Line(',', text);
        else Bulk(text);
    }

    /// <summary>Writes a truth value: <c>#t</c> or <c>#f</c>, an integer in RESP2.</summary>
    public void Boolean(bool value)
    {
        if (Resp3) Literal(value ? 0x0A0D7423U : 0x0A0D6623U, 4);
        else Integer(value ? 1 : 0);
    }

    /// <summary>Writes an integer of any size, given in decimal; a bulk string in RESP2.</summary>
    public void BigNumber(ReadOnlySpan<byte> digits)
    {
        if (Resp3) Line('(', digits);
        else Bulk(digits);
    }

    /// <summary>Writes a text with its format; a bulk string in RESP2.</summary>
    /// <param name="format">Three characters: <c>txt</c> or <c>mkd</c>.</param>
    /// <param name="text">The text.</param>
    public void Verbatim(ReadOnlySpan<byte> format, ReadOnlySpan<byte> text)
    {
        if (!Resp3)
        {
            Bulk(text);
            return;
        }

        if (format.Length != 3) throw new ArgumentException("three characters", nameof(format));
        PutHeader('=', checked(text.Length + 4));
        Raw(format);
        Raw(":"u8);
        Raw(text);
        Raw("\r\n"u8);
    }

    /// <summary>Makes room: at least <paramref name="bytes"/> more must fit afterwards.</summary>
    protected virtual void Grow(int bytes)
    {
        long needed = _position + (long)bytes;
        if (needed > Array.MaxLength) throw new OutOfMemoryException("reply too large");
        long size = Math.Min(Array.MaxLength, Math.Max(_buffer.Length * 2L, needed));
        Array.Resize(ref _buffer, (int)size);
    }

    /// <summary>Copies bytes that do not fit the room there is.</summary>
    protected virtual void RawAcross(ReadOnlySpan<byte> resp)
    {
        Grow(resp.Length);
        Put(resp);
    }

    /// <summary>Copies bytes that fit.</summary>
    protected void Put(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_buffer.AsSpan(_position));
        _position += bytes.Length;
    }

    /// <summary>Switches to another array (or another place in this one).</summary>
    protected void Use(byte[] buffer, int position)
    {
        _buffer = buffer;
        _position = position;
    }

    private void LongBulk(ReadOnlySpan<byte> value)
    {
        PutHeader('$', value.Length);
        Raw(value);
        Literal(LineEnd, 2);
    }

    private void Line(char kind, ReadOnlySpan<byte> text)
    {
        Span<byte> to = Reserve(text.Length + 3);
        to[0] = (byte)kind;
        text.CopyTo(to[1..]);
        PutLineEnd(to, text.Length + 1);
        _position += text.Length + 3;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void PutHeader(char kind, long value)
    {
        // Not "_position += ..": making room may move the position.
        Span<byte> to = Reserve(HeaderRoom);
        _position += Header(to, kind, value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Literal(ulong bytes, int length)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(Reserve(8), bytes);
        _position += length;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Span<byte> Reserve(int bytes)
    {
        if (_buffer.Length - _position < bytes) Grow(bytes);
        return _buffer.AsSpan(_position);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Header(Span<byte> to, char kind, long value) =>
        (ulong)value < 100 ? ShortHeader(to, kind, (int)value) : LongHeader(to, kind, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int ShortHeader(Span<byte> to, char kind, int value)
    {
        if (value < 10)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(to, ShortLine(kind, value));
            return 4;
        }

        uint tens = (uint)value / 10;
        uint ones = (uint)value - (tens * 10);
        ulong line = 0x0A0D_3030_00UL | kind | (tens << 8) | (ones << 16);
        BinaryPrimitives.WriteUInt64LittleEndian(to, line);
        return 5;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint ShortLine(char kind, int digit) =>
        0x0A0D3000U + kind + ((uint)digit << 8);

    private static int LongHeader(Span<byte> to, char kind, long value)
    {
        to[0] = (byte)kind;
        Utf8Formatter.TryFormat(value, to[1..], out int digits);
        PutLineEnd(to, digits + 1);
        return digits + 3;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PutLineEnd(Span<byte> to, int at) =>
        BinaryPrimitives.WriteUInt16LittleEndian(to[at..], LineEnd);

    /// <summary>Copies a text into a line: what would end the line becomes a blank.</summary>
    private static void PutLine(ReadOnlySpan<byte> text, Span<byte> to)
    {
        text.CopyTo(to);
        if (text.IndexOfAny((byte)'\r', (byte)'\n', (byte)0) < 0) return;
        foreach (ref byte b in to[..text.Length])
        {
            if (b is (byte)'\r' or (byte)'\n' or 0) b = (byte)' ';
        }
    }
}
