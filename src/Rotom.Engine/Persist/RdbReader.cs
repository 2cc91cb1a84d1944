using System;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.IO;

namespace Rotom.Engine.Persist;

// The primitives of the format, read from a payload or from a stream of any length.
//
// Nothing that is read is believed. A declared length is compared with what a payload still has;
// from a stream the buffer grows only as bytes arrive, so a length that lies costs nothing. The
// first error sticks: all reads after it answer nothing, and whoever loops looks at Failed.
//
// What a read answers is a view into the reader's buffers, dead at the next read, unless it was
// asked to keep it. Exceptions of the stream pass through.

//   RdbReader.cs        one after the other
//   RdbReader.Pairs.cs  many at a time

/// <summary>Reads lengths, strings and numbers as RDB has them.</summary>
internal sealed partial class RdbReader
{
    /// <summary>No string is longer; what a compressed one may expand to.</summary>
    public const int StringMax = 1 << 30;

    // A back reference of three bytes stands for at most 264.
    private const int LzfGainMax = 88;

    private const int BufferBytes = 1 << 16;
    private const int KeptBytes = 1 << 20;

    private readonly byte[] _digits = new byte[20];
    private byte[] _buffer;
    private byte[] _inflated = [];
    private readonly byte[][] _kept = [[], [], []];
    private Stream? _stream;
    private int _at;
    private int _end;
    private long _start;
    private int _hashed;
    private ulong _crc;

    /// <summary>Bytes of the whole stream, 0 when that is not known.</summary>
    public long StreamBytes { get; set; }

    /// <summary>True when what is read is hashed.</summary>
    public bool Checksums { get; set; }

    /// <summary>Why reading ended early; null while all is well.</summary>
    public string? Failure { get; private set; }

    /// <summary>True after the first error.</summary>
    public bool Failed => Failure is not null;

    /// <summary>True when the bytes ended before what they began.</summary>
    public bool EndedEarly { get; private set; }

    /// <summary>How many bytes were read.</summary>
    public long Offset => _start + _at;

    /// <summary>The checksum of what was read.</summary>
    public ulong Crc
    {
        get
        {
            Hash();
            return _crc;
        }
    }

    /// <summary>A reader in which nothing is open.</summary>
    public RdbReader() : this(new byte[BufferBytes])
    {
    }

    private RdbReader(byte[] buffer) => _buffer = buffer;

    /// <summary>A reader of bytes that nobody changes, which are not copied.</summary>
    public static RdbReader Over(byte[] bytes) => new(bytes) { _end = bytes.Length };

    /// <summary>Reads a payload, which is copied.</summary>
    public void Open(ReadOnlySpan<byte> payload)
    {
        Restart(null);
        if (_buffer.Length < payload.Length || _buffer.Length > KeptBytes)
        {
            _buffer = new byte[Math.Max(BufferBytes, payload.Length)];
        }

        payload.CopyTo(_buffer);
        _end = payload.Length;
    }

    /// <summary>Reads a stream from where it stands.</summary>
    public void Open(Stream stream) => Restart(stream);

    /// <summary>Bytes of a payload, or of the buffer, not read yet.</summary>
    public int Buffered => _end - _at;

    /// <summary>True when so many more elements can still be there.</summary>
    public bool MayHold(ulong elements)
    {
        if (Failed) return false;
        if (_stream is null && elements > (ulong)(_end - _at)) Fail("too many elements");
        return !Failed;
    }

    /// <summary>Notes what is wrong, if it is the first thing.</summary>
    public void Fail(string reason) => Failure ??= reason;

    /// <summary>True when all bytes are read.</summary>
    public bool AtEnd() => !Failed && _at == _end && !Refill(1);

    /// <summary>A byte.</summary>
    public byte Byte() => Have(1) ? _buffer[_at++] : (byte)0;

    /// <summary>So many bytes as they are.</summary>
    public ReadOnlySpan<byte> Bytes(int count)
    {
        if (!Have(count)) return default;
        _at += count;
        return _buffer.AsSpan(_at - count, count);
    }

    /// <summary>A length or count.</summary>
    public ulong Count()
    {
        ulong value = CountOrEncoding(out bool isEncoding);
        if (!isEncoding) return value;
        Fail("a string where a length should be");
        return 0;
    }

    /// <summary>A string.</summary>
    public ReadOnlySpan<byte> String()
    {
        ulong value = CountOrEncoding(out bool isEncoding);
        if (!isEncoding)
        {
            if (value <= StringMax) return Bytes((int)value);
            Fail("a string is too long");
            return default;
        }

        switch ((RdbStringEncoding)value)
        {
            case RdbStringEncoding.Int8: return Digits((sbyte)Byte());
            case RdbStringEncoding.Int16: return Digits((short)UInt16());
            case RdbStringEncoding.Int32: return Digits((int)UInt32());
            case RdbStringEncoding.Lzf: return Inflated();
            default:
                Fail("a string has an unknown encoding");
                return default;
        }
    }

    /// <summary>A string that stays until the next one kept in the same place, 0 to 2.</summary>
    public ReadOnlySpan<byte> KeptString(int place = 1)
    {
        ReadOnlySpan<byte> text = String();
        ref byte[] kept = ref _kept[place];
        if (kept.Length < text.Length || kept.Length > KeptBytes)
        {
            kept = new byte[Math.Max(256, text.Length)];
        }

        text.CopyTo(kept);
        return kept.AsSpan(0, text.Length);
    }

    /// <summary>A double, eight bytes.</summary>
    public double Double() => Have(8)
        ? BinaryPrimitives.ReadDoubleLittleEndian(Bytes(8))
        : 0;

    /// <summary>A double as text, as old versions have it.</summary>
    public double TextDouble()
    {
        byte length = Byte();
        if (length >= 253)
        {
            return length == 253 ? double.NaN
                : length == 254 ? double.PositiveInfinity : double.NegativeInfinity;
        }

        ReadOnlySpan<byte> text = Bytes(length);
        if (!Failed && double.TryParse(
            text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value))
        {
            return value;
        }

        Fail("a score is no number");
        return 0;
    }

    /// <summary>An integer of eight bytes.</summary>
    public long Int64() => Have(8) ? BinaryPrimitives.ReadInt64LittleEndian(Bytes(8)) : 0;

    /// <summary>An unsigned integer of four bytes.</summary>
    public uint UInt32() => Have(4) ? BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4)) : 0;

    /// <summary>An unsigned integer of two bytes.</summary>
    public ushort UInt16() =>
        Have(2) ? BinaryPrimitives.ReadUInt16LittleEndian(Bytes(2)) : (ushort)0;

    private void Restart(Stream? stream)
    {
        _stream = stream;
        _at = _end = _hashed = 0;
        _start = 0;
        _crc = 0;
        StreamBytes = 0;
        Failure = null;
        EndedEarly = false;
    }

    private ulong CountOrEncoding(out bool isEncoding)
    {
        isEncoding = false;
        int first = Byte();
        switch (first >> 6)
        {
            case 0: return (ulong)(first & 63);
            case 1: return (ulong)(((first & 63) << 8) | Byte());
            case 3:
                isEncoding = true;
                return (ulong)(first & 63);
        }

        if (first == 0x80)
        {
            return Have(4) ? BinaryPrimitives.ReadUInt32BigEndian(Bytes(4)) : 0;
        }

        if (first == 0x81)
        {
            return Have(8) ? BinaryPrimitives.ReadUInt64BigEndian(Bytes(8)) : 0;
        }

        Fail("a length has an unknown form");
        return 0;
    }

    private ReadOnlySpan<byte> Digits(long number)
    {
        Invariant.Require(Utf8Formatter.TryFormat(number, _digits, out int length));
        return Failed ? default : _digits.AsSpan(0, length);
    }

    // Both lengths are proven possible before there is room for the longer one.
    private ReadOnlySpan<byte> Inflated()
    {
        ulong packed = Count();
        ulong length = Count();
        if (Failed) return default;
        if (packed > StringMax || length > StringMax || length > packed * LzfGainMax)
        {
            Fail("a compressed string has impossible lengths");
            return default;
        }

        if (!Have((int)packed)) return default;
        if (_inflated.Length < (int)length || _inflated.Length > KeptBytes)
        {
            _inflated = new byte[Math.Max(4096, (int)length)];
        }

        Span<byte> to = _inflated.AsSpan(0, (int)length);
        if (Lzf.TryDecompress(Bytes((int)packed), to)) return to;
        Fail("a compressed string is broken");
        return default;
    }

    private bool Have(int bytes)
    {
        if (Failed) return false;
        if (_end - _at >= bytes || Refill(bytes)) return true;
        EndedEarly = true;
        Fail("unexpected end");
        return false;
    }

    private bool Refill(int bytes)
    {
        if (_stream is null) return false;
        Hash();
        _start += _at;
        _buffer.AsSpan(_at, _end - _at).CopyTo(_buffer);
        _end -= _at;
        _at = _hashed = 0;
        if (_end <= KeptBytes && bytes <= KeptBytes && _buffer.Length > KeptBytes)
        {
            Array.Resize(ref _buffer, KeptBytes);
        }

        while (_end < bytes)
        {
            if (_end == _buffer.Length)
            {
                long twice = Math.Min(_buffer.Length * 2L, Array.MaxLength);
                Array.Resize(ref _buffer, (int)twice);
            }

            int got = _stream.Read(_buffer, _end, _buffer.Length - _end);
            if (got == 0) return false;
            _end += got;
        }

        return true;
    }

    private void Hash()
    {
        if (Checksums) _crc = Crc64.Update(_crc, _buffer.AsSpan(_hashed, _at - _hashed));
        _hashed = _at;
    }
}
