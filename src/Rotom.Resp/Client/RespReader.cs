using System;
using System.Collections.Generic;

namespace Rotom.Resp;

// RespReader: replies, byte by byte if need be, into RespValue trees.
//
// It is fed what came and takes all of it but what lies behind a complete value, so no byte is read
// twice and the caller keeps no buffer. Strings are copied once, from the caller's bytes into the
// array that the value owns; a large one can be received into that array directly (BulkSpace) or
// not be stored at all (HandOverBulks).
//
// All types of RESP2 and RESP3: attributes, pushes, bulk errors, and the streamed strings ($? ;n)
// and aggregates (*? .) of the specification. Aggregates are kept on a stack of our own, since the
// peer chooses their depth. Memory follows the bytes that came, never an announced length.
//
// After an exception the reader is in no defined state: the connection has lost its place.

/// <summary>What a call of <see cref="RespReader.Read"/> ended with.</summary>
public enum RespReadResult
{
    /// <summary>All bytes are taken; a value is not complete yet.</summary>
    NeedMore,

    /// <summary><see cref="RespReader.Value"/> is complete.</summary>
    Value,

    /// <summary>
    /// A bulk string of <see cref="RespReader.BulkLength"/> bytes follows, which the caller takes
    /// itself before it calls <see cref="RespReader.BulkTaken"/>.
    /// </summary>
    Bulk,
}

/// <summary>Reads replies incrementally. Not thread-safe.</summary>
public sealed partial class RespReader(RespReaderLimits? limits = null)
{
    private const int DirectBytesMin = 32 << 10;

    private readonly RespReaderLimits _limits = limits ?? RespReaderLimits.Default;
    private readonly List<Frame> _open = [];
    private byte[] _line = new byte[64];
    private int _lineLength;
    private Phase _phase;
    private RespKind _bulkKind;
    private byte[] _bulk = [];
    private int _bulkReceived;
    private int _bulkEnd;
    private bool _streamedString;
    private long _replyBytes;
    private RespValue[]? _attributes;

    private enum Phase
    {
        Line,
        Bulk,
        BulkEnd,
        HandedOver,
    }

    /// <summary>The value that <see cref="Read"/> completed.</summary>
    public RespValue Value { get; private set; } = RespValue.Null;

    /// <summary>
    /// When set, a bulk string that is a reply of its own is not stored: Read stops in front of it.
    /// </summary>
    public bool HandOverBulks { get; set; }

    /// <summary>Length of the bulk string that Read stopped in front of.</summary>
    public int BulkLength { get; private set; }

    /// <summary>True when nothing of a value has been read.</summary>
    public bool IsIdle =>
        _phase == Phase.Line && _open.Count == 0 && _lineLength == 0 && !_streamedString
        && _attributes is null;

    /// <summary>
    /// Where the rest of a large string may be received directly, without passing through Read;
    /// empty when it is small. Say by <see cref="BulkReceived"/> how much came.
    /// </summary>
    public Memory<byte> BulkSpace
    {
        get
        {
            if (_phase != Phase.Bulk || _bulkEnd - _bulkReceived < DirectBytesMin) return default;
            if (_bulkReceived == _bulk.Length) GrowBulk(0);
            return _bulk.AsMemory(_bulkReceived, Math.Min(_bulk.Length, _bulkEnd) - _bulkReceived);
        }
    }

    /// <summary>Reads up to the end of one value.</summary>
    /// <param name="bytes">What came.</param>
    /// <param name="consumed">How much of it was taken.</param>
    /// <exception cref="RespProtocolException">It is not RESP, or beyond a limit.</exception>
    public RespReadResult Read(ReadOnlySpan<byte> bytes, out int consumed)
    {
        ReadOnlySpan<byte> rest = bytes;
        RespReadResult result = RespReadResult.NeedMore;
        while (result == RespReadResult.NeedMore && !rest.IsEmpty)
        {
            int before = rest.Length;
            result = _phase switch
            {
                Phase.Line => ReadLine(ref rest),
                Phase.Bulk => ReadBulk(ref rest),
                Phase.BulkEnd => ReadBulkEnd(ref rest),
                _ => throw new InvalidOperationException("BulkTaken was not called"),
            };
            _replyBytes += before - rest.Length;
            if (_replyBytes > _limits.ReplyBytesMax) throw Broken("reply too large");
        }

        consumed = bytes.Length - rest.Length;
        if (result == RespReadResult.Value) _replyBytes = 0;
        return result;
    }

    /// <summary>Says how many bytes were received into <see cref="BulkSpace"/>.</summary>
    public void BulkReceived(int bytes)
    {
        if (_phase != Phase.Bulk || bytes > Math.Min(_bulk.Length, _bulkEnd) - _bulkReceived)
        {
            throw new InvalidOperationException("more than there is space for");
        }

        _bulkReceived += bytes;
        _replyBytes += bytes;
        if (_replyBytes > _limits.ReplyBytesMax) throw Broken("reply too large");
        if (_bulkReceived == _bulkEnd) _phase = Phase.BulkEnd;
    }

    /// <summary>
    /// Says that the caller has taken the bytes of the bulk string; its line end comes next, and
    /// Read then answers an empty string in its place.
    /// </summary>
    public void BulkTaken()
    {
        if (_phase != Phase.HandedOver) throw new InvalidOperationException("no bulk string");
        _phase = Phase.BulkEnd;
    }

    private static RespProtocolException Broken(string message) => new(message);

    private RespReadResult ReadLine(ref ReadOnlySpan<byte> rest)
    {
        int end = rest.IndexOf((byte)'\n');
        int taken = end < 0 ? rest.Length : end + 1;
        if (_lineLength + taken > _limits.LineBytesMax + 2) throw Broken("line too long");
        ReadOnlySpan<byte> line = rest[..taken];
        rest = rest[taken..];
        if (end < 0 || _lineLength > 0)
        {
            if (_line.Length < _lineLength + taken)
            {
                Array.Resize(ref _line, Math.Max(_line.Length * 2, _lineLength + taken));
            }

            line.CopyTo(_line.AsSpan(_lineLength));
            _lineLength += taken;
            if (end < 0) return RespReadResult.NeedMore;
            line = _line.AsSpan(0, _lineLength);
            _lineLength = 0;
        }

        if (line.Length < 3 || line[^2] != '\r') throw Broken("line without CR LF or type");
        return OnLine((char)line[0], line[1..^2]);
    }

    private RespReadResult ReadBulk(ref ReadOnlySpan<byte> rest)
    {
        int n = Math.Min(rest.Length, _bulkEnd - _bulkReceived);
        if (_bulk.Length - _bulkReceived < n) GrowBulk(n);
        rest[..n].CopyTo(_bulk.AsSpan(_bulkReceived));
        rest = rest[n..];
        _bulkReceived += n;
        if (_bulkReceived == _bulkEnd) _phase = Phase.BulkEnd;
        return RespReadResult.NeedMore;
    }

    private RespReadResult ReadBulkEnd(ref ReadOnlySpan<byte> rest)
    {
        // The two bytes may come apart: the line buffer remembers the first.
        byte expected = (byte)(_lineLength == 0 ? '\r' : '\n');
        if (rest[0] != expected) throw Broken("string without CR LF at its end");
        rest = rest[1..];
        if (expected == '\r')
        {
            _lineLength = 1;
            return RespReadResult.NeedMore;
        }

        _lineLength = 0;
        _phase = Phase.Line;
        if (_streamedString) return RespReadResult.NeedMore;
        return Complete(FinishString());
    }

    private RespValue FinishString()
    {
        byte[] bytes = _bulk;
        if (bytes.Length != _bulkReceived) Array.Resize(ref bytes, _bulkReceived);
        _bulk = [];
        _bulkReceived = 0;
        if (_bulkKind == RespKind.VerbatimString && (bytes.Length < 4 || bytes[3] != ':'))
        {
            throw Broken("verbatim string without format");
        }

        return RespValue.Text(_bulkKind, bytes);
    }

    private void BeginBulk(int length)
    {
        // Small ones get their array at once; large ones grow as bytes come.
        _bulkEnd = _bulkReceived + length;
        if (_bulk.Length < _bulkEnd) GrowBulk(0);
        _phase = length == 0 ? Phase.BulkEnd : Phase.Bulk;
    }

    private void GrowBulk(int arriving)
    {
        // A part of a streamed string knows only its own end, so the array doubles; otherwise the
        // end is known and reached exactly.
        long size = Math.Min((long)_bulkReceived + Math.Max(arriving, DirectBytesMin), _bulkEnd);
        size = Math.Max(size, _bulkReceived * (_streamedString ? 2L : 4L));
        size = Math.Min(size, _streamedString ? Array.MaxLength : _bulkEnd);
        byte[] bigger = GC.AllocateUninitializedArray<byte>((int)size);
        _bulk.AsSpan(0, _bulkReceived).CopyTo(bigger);
        _bulk = bigger;
    }

    /// <summary>An aggregate whose elements are being read.</summary>
    private sealed class Frame(RespKind kind, int itemsLeft, RespValue[]? attributes)
    {
        public const int Streamed = -1;

        public RespKind Kind { get; } = kind;

        public bool IsAttributes { get; init; }

        public RespValue[]? Attributes { get; } = attributes;

        public int ItemsLeft { get; set; } = itemsLeft;

        public List<RespValue> Items { get; } = [];
    }
}
