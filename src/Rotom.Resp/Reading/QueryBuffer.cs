using System;
using Rotom.Resp.Batch;

namespace Rotom.Resp;

// QueryBuffer: what one connection has sent and what of it is not yet a complete command.
//
// The network layer asks where to receive, receives, and says how many bytes came; that is all it
// does with input. Where the bytes go:
//   - normally straight into the batch's input; nothing is kept, an idle connection holds no memory
//   - an incomplete tail is copied out, and back in front of what comes next, while it is small
//   - a large tail grows here, in an array of the connection's own, and the array itself is handed
//     to the batch when the command is complete: a large bulk string is never copied as a whole
// The array grows as bytes arrive, never by an announced length, but it is sized exactly for a bulk
// string once a quarter of it is there: at most four times what the client sent is set aside, and
// growing moves a third of the bytes once.
//
// Owned by the network loop; not thread-safe. After an error it accepts nothing more.

/// <summary>How a call of <see cref="QueryBuffer.ParseReceived"/> ended.</summary>
public enum QueryResult
{
    /// <summary>Complete commands, if there are any, are in the batch.</summary>
    Ok,

    /// <summary>
    /// Read no more: call <see cref="QueryBuffer.ParseBuffered"/> when the batch has come back.
    /// </summary>
    Deferred,

    /// <summary>
    /// The batch's run carries the error; the engine answers it and has it closed.
    /// </summary>
    ProtocolError,

    /// <summary>More was sent than the limit allows: close without an answer.</summary>
    LimitExceeded,
}

/// <summary>The input side of one connection.</summary>
public sealed class QueryBuffer(RespLimits limits)
{
    /// <summary>Most bytes received at once into a batch: the fairness cap of a turn.</summary>
    public const int ReceiveBytes = 64 << 10;

    // A bulk string from here on is read into an array of its own; Redis' PROTO_MBULK_BIG_ARG.
    private const int BigBulkBytes = 32 << 10;
    private const int BigReceiveBytes = 1 << 20;
    private const int SmallTailBytes = 32 << 10;
    private const int ReceiveBytesMin = 4 << 10;

    // The first array of one's own, slack included: announcing much and sending little costs us
    // this. A power of two, since the pool would round up to one.
    private const int FirstBytes = (16 << 10) - CommandBatch.Slack;

    // Growing to so much takes the large array that an earlier turn has left, if there is one.
    private const int SpareBytesMin = 256 << 10;

    private byte[]? _bytes;
    private int _length;
    private RequestParserState _state;
    private bool _intoBatch;

    /// <summary>False while the limits for unknown clients apply; true at first.</summary>
    public bool Authenticated { get; set; } = true;

    /// <summary>Bytes held that belong to no complete command.</summary>
    public int Length => _length;

    /// <summary>What is held ends inside an argument that is read into its own array.</summary>
    public bool InLargeArgument => _state.InBulk && _state.BulkLength >= BigBulkBytes;

    /// <summary>Bytes that could be added without growing.</summary>
    public int Free => _bytes is null ? 0 : QueryMemory.Capacity(_bytes) - _length;

    /// <summary>
    /// Where to receive: an array segment that stays valid until the next call of this or of
    /// <see cref="ParseReceived"/>. Never empty. Receiving nothing, or not at all, is fine.
    /// </summary>
    /// <remarks>
    /// Send the batch off first when its <see cref="CommandBatch.InputFree"/> is below
    /// <see cref="ReceiveBytes"/>: the bytes would need a buffer of their own.
    /// </remarks>
    public ArraySegment<byte> ReceiveInto(CommandBatch batch)
    {
        int free = batch.InputFree - _length;
        _intoBatch = _length <= SmallTailBytes
            && free >= ReceiveBytesMin
            && (!_state.InBulk || _state.BulkLength < BigBulkBytes);
        if (!_intoBatch) return ReceiveIntoOwn(batch);
        if (_length > 0) _bytes.AsSpan(0, _length).CopyTo(batch.Input.AsSpan(batch.InputUsed));
        return new ArraySegment<byte>(
            batch.Input, batch.InputUsed + _length, Math.Min(free, ReceiveBytes));
    }

    /// <summary>Parses what was received where <see cref="ReceiveInto"/> said.</summary>
    /// <param name="batch">The batch given to ReceiveInto, not used in between.</param>
    /// <param name="link">The client, for the run of commands.</param>
    /// <param name="received">How many bytes came.</param>
    public QueryResult ParseReceived(CommandBatch batch, ClientLink link, int received)
    {
        if (!_intoBatch)
        {
            _length += received;
            return ParseBuffered(batch, link);
        }

        int start = batch.InputUsed;
        int end = start + _length + received;
        batch.BeginRun(link);
        RequestParser parser = new(batch, 0, batch.Input, limits, Authenticated);
        ParseStatus status = parser.Parse(ref _state, start, end);
        batch.InputUsed = parser.Consumed;
        if (parser.Consumed != start) _length = 0;
        int tail = end - parser.Consumed;
        if (tail == 0)
        {
            if (_bytes is not null) Release();
        }
        else
        {
            Keep(batch.Input.AsSpan(parser.Consumed + _length, tail - _length));
        }

        return End(batch, link, status, parser.Error);
    }

    /// <summary>
    /// Parses what is held, without receiving: after <see cref="QueryResult.Deferred"/>.
    /// </summary>
    public QueryResult ParseBuffered(CommandBatch batch, ClientLink link)
    {
        if (_length == 0) return QueryResult.Ok;
        byte[] bytes = _bytes!;
        batch.BeginRun(link);
        int commands = batch.CommandCount;
        RequestParser parser = new(batch, batch.NextBuffer, bytes, limits, Authenticated);
        ParseStatus status = parser.Parse(ref _state, 0, _length);
        if (parser.Consumed != 0)
        {
            ReadOnlySpan<byte> tail = bytes.AsSpan(parser.Consumed, _length - parser.Consumed);
            _bytes = null;
            _length = 0;
            if (!tail.IsEmpty) Keep(tail);
            if (batch.CommandCount != commands) batch.AdoptRented(bytes);
            else QueryMemory.Return(bytes);
        }

        return End(batch, link, status, parser.Error);
    }

    /// <summary>Lets go of all memory and of what was held: the client is gone.</summary>
    public void Release()
    {
        if (_bytes is not null) QueryMemory.Return(_bytes);
        _bytes = null;
        _length = 0;
        _state.Reset();
        _state.Release();
    }

    private QueryResult End(CommandBatch batch, ClientLink link, ParseStatus status, string? error)
    {
        QueryResult result = QueryResult.Ok;
        if (status == ParseStatus.ProtocolError)
        {
            batch.Fail(error!);
            Release();
            result = QueryResult.ProtocolError;
        }
        else if (_length + _state.ParsedBytes > QueryBytesMax)
        {
            Release();
            result = QueryResult.LimitExceeded;
        }
        else if (status == ParseStatus.Deferred)
        {
            result = QueryResult.Deferred;
        }

        batch.EndRun();
        // Of a large argument that is arriving, only its own bytes count as unparsed, as in Redis;
        // what stands before it in the array counts as room, so that the sum is what is held.
        int parsed = InLargeArgument ? _state.Next : 0;
        long held = Math.Max(0, _length - parsed);
        if (link.QueryBufferBytes != held || link.QueryBufferFreeBytes != Free + _length - held)
        {
            link.QueryBufferBytes = held;
            link.QueryBufferFreeBytes = Free + _length - held;
        }

        return result;
    }

    private int QueryBytesMax => Authenticated
        ? limits.QueryBufferBytesMax
        : Math.Min(limits.QueryBufferBytesMax, limits.UnauthenticatedQueryBufferBytesMax);

    private ArraySegment<byte> ReceiveIntoOwn(CommandBatch batch)
    {
        bool big = _state.InBulk && _state.BulkLength >= BigBulkBytes;
        if (Free < (big ? 1 : ReceiveBytesMin)) Grow(GrownSize(big), batch);
        // No further than the end of a big bulk string: what comes behind it goes the usual way.
        int most = big ? (int)Math.Min(BigReceiveBytes, _state.BulkEnd - _length) : ReceiveBytes;
        int room = Math.Min(Free, most);
        return new ArraySegment<byte>(_bytes!, _length, room);
    }

    private int GrownSize(bool big)
    {
        // A client over its limit is closed at its next byte, so one byte beyond it is enough room.
        long most = Math.Min(QueryBytesMax + 1L, RespLimits.QueryBufferBytesTop);
        long wanted = Math.Max((long)_length * (big ? 4 : 2), FirstBytes);
        if (big) wanted = Math.Min(wanted, _state.BulkEnd);
        return (int)Math.Max(Math.Min(wanted, most), _length + 1L);
    }

    private void Grow(int capacity, CommandBatch? batch = null)
    {
        byte[]? spare = capacity >= SpareBytesMin
            ? batch?.TakeSpare(capacity, _state.BulkEnd)
            : null;
        byte[] bigger = spare ?? QueryMemory.Rent(capacity);
        if (_bytes is not null)
        {
            _bytes.AsSpan(0, _length).CopyTo(bigger);
            QueryMemory.Return(_bytes);
        }

        _bytes = bigger;
    }

    private void Keep(ReadOnlySpan<byte> more)
    {
        if (Free < more.Length)
        {
            long wanted = Math.Max(_length + (long)more.Length, Math.Min(_length * 2L, 1 << 20));
            Grow((int)wanted);
        }

        more.CopyTo(_bytes.AsSpan(_length));
        _length += more.Length;
    }
}
