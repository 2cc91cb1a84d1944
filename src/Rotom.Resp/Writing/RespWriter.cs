using System;
using System.Buffers.Text;
using System.Runtime.CompilerServices;

namespace Rotom.Resp;

// RespWriter: the serialisation protocol, versions 2 and 3, written into a byte array.
//
// The same calls serve both versions: what RESP2 lacks is written as the RESP2 form that Redis uses
// for it (a map as a flat array, a double as a bulk string, a null as a null bulk, ...).
// Growing is virtual: the plain writer doubles its array, ReplyBatch opens a new chunk.
//
// Not thread-safe. An element is written whole or not at all; lengths are the caller's promise.

/// <summary>Writes RESP2 and RESP3 elements into memory it owns.</summary>
public partial class RespWriter
{
    private byte[] _buffer;
    private int _position;

    /// <summary>Makes a writer with room for <paramref name="capacity"/> bytes at first.</summary>
    public RespWriter(int capacity = 1024)
        : this(new byte[capacity])
    {
    }

    /// <summary>Makes a writer over an array, which it then owns.</summary>
    protected RespWriter(byte[] buffer) => _buffer = buffer;

    /// <summary>True when the peer speaks RESP3.</summary>
    public bool Resp3 { get; set; }

    /// <summary>What has been written; valid until the next write.</summary>
    public ReadOnlySpan<byte> Written => new(_buffer, 0, _position);

    /// <summary>The array in use.</summary>
    protected byte[] Buffer => _buffer;

    /// <summary>Bytes of the array in use.</summary>
    protected int Position => _position;

    /// <summary>Forgets what was written; keeps the memory.</summary>
    public void Clear() => _position = 0;

    /// <summary>Copies bytes that are already RESP.</summary>
    public void Raw(ReadOnlySpan<byte> resp)
    {
        resp.CopyTo(Reserve(resp.Length));
        _position += resp.Length;
    }

    /// <summary>Writes <c>+OK</c>.</summary>
    public void Ok() => Raw("+OK\r\n"u8);

    /// <summary>Writes a bulk string.</summary>
    public void Bulk(ReadOnlySpan<byte> value)
    {
        Span<byte> to = Reserve(value.Length + 16);
        int n = Header(to, (byte)'$', value.Length);
        value.CopyTo(to[n..]);
        n += value.Length;
        to[n] = (byte)'\r';
        to[n + 1] = (byte)'\n';
        _position += n + 2;
    }

    /// <summary>Writes an integer.</summary>
    public void Integer(long value) =>
        _position += Header(Reserve(24), (byte)':', value);

    /// <summary>Writes a null: <c>_</c> in RESP3, a null bulk string in RESP2.</summary>
    public void Null() => Raw(Resp3 ? "_\r\n"u8 : "$-1\r\n"u8);

    /// <summary>Opens an aggregate of the given RESP3 type byte; a map's count is in pairs.</summary>
    public void Aggregate(char kind, long count)
    {
        if (!Resp3)
        {
            if (kind is '%' or '|') count *= 2;
            kind = '*';
        }

        _position += Header(Reserve(24), (byte)kind, count);
    }

    /// <summary>Makes room: at least <paramref name="bytes"/> more must fit afterwards.</summary>
    protected virtual void Grow(int bytes)
    {
        int size = (int)Math.Min(Array.MaxLength, Math.Max(_buffer.Length * 2L, _position + (long)bytes));
        Array.Resize(ref _buffer, size);
    }

    /// <summary>Switches to another array (or another place in this one).</summary>
    protected void Use(byte[] buffer, int position)
    {
        _buffer = buffer;
        _position = position;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Span<byte> Reserve(int bytes)
    {
        if (_buffer.Length - _position < bytes) Grow(bytes);
        return new Span<byte>(_buffer, _position, _buffer.Length - _position);
    }

    private static int Header(Span<byte> to, byte kind, long value)
    {
        to[0] = kind;
        if ((ulong)value < 10)
        {
            to[1] = (byte)('0' + value);
            to[2] = (byte)'\r';
            to[3] = (byte)'\n';
            return 4;
        }

        Utf8Formatter.TryFormat(value, to[1..], out int digits);
        to[1 + digits] = (byte)'\r';
        to[2 + digits] = (byte)'\n';
        return digits + 3;
    }
}
