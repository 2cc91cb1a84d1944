using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace Rotom.Resp;

// RespConnection: requests and their replies over one duplex stream.
//
// Any number of callers may have requests outstanding: they are sent in the order of the calls,
// without waiting for replies, and replies are dealt out in that order. Requests made while a write
// is in flight leave together in the next.
//
// Messages that answer no request (pushes; in RESP2 any array that comes when nothing is awaited)
// go to the push handler, on the reading loop and in order with the replies: it must not block.
//
// A broken connection is final: whatever ends one of the loops fails all outstanding calls and
// every later one with a RespConnectionException that carries the cause. Cancelling a call only
// stops the waiting: its request is sent, its reply dropped, and no other call is disturbed.

/// <summary>An asynchronous RESP connection over any stream.</summary>
public sealed class RespConnection : IAsyncDisposable
{
    private const int ReadBytes = 64 << 10;

    private readonly Stream _stream;
    private readonly RequestOutput _output;
    private readonly RespReader _reader;
    private readonly Action<RespValue>? _onPush;
    private readonly Queue<PendingReply> _pending = new();
    private readonly int _outstandingMax;
    private readonly Task _reading;
    private readonly CancellationTokenSource _stop = new();
    private Exception? _failure;

    /// <summary>Takes over a stream and begins to read from it.</summary>
    /// <param name="stream">Connected, readable and writable; disposed with the connection.</param>
    /// <param name="onPush">Called for messages that answer no request; must not block.</param>
    /// <param name="limits">Limits on replies.</param>
    /// <param name="outstandingMax">Most requests without reply; one more throws.</param>
    public RespConnection(
        Stream stream,
        Action<RespValue>? onPush = null,
        RespReaderLimits? limits = null,
        int outstandingMax = 1 << 20)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _stream = stream;
        _onPush = onPush;
        _outstandingMax = outstandingMax;
        _output = new RequestOutput(stream);
        _reader = new RespReader(limits);
        _reading = ReadAsync();
    }

    /// <summary>Completes when the connection has ended, however it did.</summary>
    public Task Completion => _reading;

    /// <summary>Requests whose reply has not come.</summary>
    public int OutstandingCount
    {
        get
        {
            lock (_pending) return _pending.Count;
        }
    }

    /// <summary>Sends a request and waits for its reply, which may be an error value.</summary>
    /// <param name="arguments">Command and arguments.</param>
    /// <param name="cancellation">Stops the waiting.</param>
    /// <exception cref="RespConnectionException">The connection is or gets broken.</exception>
    public Task<RespValue> ExecuteAsync(
        ReadOnlySpan<RespArgument> arguments, CancellationToken cancellation = default) =>
        Send(arguments, new PendingReply(null, cancellation));

    /// <summary>Sends a request and waits for its reply, which may be an error value.</summary>
    public Task<RespValue> ExecuteAsync(params ReadOnlySpan<RespArgument> arguments) =>
        Send(arguments, new PendingReply(null, default));

    /// <summary>
    /// Sends a request and copies the bulk string that answers it to a stream as it comes, without
    /// holding it. Any other reply is returned as by ExecuteAsync, a bulk string as an empty one.
    /// </summary>
    /// <remarks>A destination that fails ends the copying, not the connection.</remarks>
    public Task<RespValue> ExecuteToStreamAsync(
        Stream destination,
        ReadOnlySpan<RespArgument> arguments,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        return Send(arguments, new PendingReply(destination, cancellation));
    }

    /// <summary>
    /// Sends a request that has no reply of its own, such as SUBSCRIBE: what comes of it goes to
    /// the push handler.
    /// </summary>
    public void Post(params ReadOnlySpan<RespArgument> arguments) => Send(arguments, null);

    /// <summary>Closes the stream and fails what is outstanding.</summary>
    public async ValueTask DisposeAsync()
    {
        Fail(new ObjectDisposedException(nameof(RespConnection)));
        await _reading;
        _stop.Dispose();
    }

    private Task<RespValue> Send(ReadOnlySpan<RespArgument> arguments, PendingReply? reply)
    {
        if (arguments.IsEmpty) throw new ArgumentException("no command", nameof(arguments));
        if (_output.Add(arguments, () => Register(reply))) _ = DrainAsync();
        return reply?.Task ?? Task.FromResult(RespValue.Null);
    }

    private void Register(PendingReply? reply)
    {
        lock (_pending)
        {
            if (_failure is not null) throw Gone(_failure);
            if (reply is null) return;
            if (_pending.Count >= _outstandingMax)
            {
                throw new InvalidOperationException("too many requests without reply");
            }

            _pending.Enqueue(reply);
        }

        reply.Watch();
    }

    private async Task DrainAsync()
    {
        try
        {
            await _output.DrainAsync();
        }
        catch (Exception e)
        {
            // Nothing is hidden: whatever it was reaches every caller as the cause.
            Fail(e);
        }
    }

    private async Task ReadAsync()
    {
        try
        {
            byte[] buffer = new byte[ReadBytes];
            while (true)
            {
                Memory<byte> direct = _reader.BulkSpace;
                int n = await _stream.ReadAsync(
                    direct.IsEmpty ? buffer : direct, _stop.Token);
                if (n == 0) throw new EndOfStreamException("the server closed the connection");
                if (direct.IsEmpty) await TakeAsync(buffer, n);
                else _reader.BulkReceived(n);
            }
        }
        catch (Exception e)
        {
            // Nothing is hidden: whatever it was reaches every caller as the cause.
            Fail(e);
        }
    }

    private async ValueTask TakeAsync(byte[] buffer, int end)
    {
        int at = 0;
        while (at < end)
        {
            _reader.HandOverBulks = Head()?.Destination is not null;
            RespReadResult result = _reader.Read(buffer.AsSpan(at, end - at), out int consumed);
            at += consumed;
            if (result == RespReadResult.Value) Deliver(_reader.Value);
            if (result != RespReadResult.Bulk) continue;
            (at, end) = await CopyBulkAsync(buffer, at, end, Head()!);
            _reader.BulkTaken();
        }
    }

    private async ValueTask<(int At, int End)> CopyBulkAsync(
        byte[] buffer, int at, int end, PendingReply reply)
    {
        int left = _reader.BulkLength;
        while (left > 0)
        {
            if (at == end)
            {
                at = 0;
                end = await _stream.ReadAsync(buffer, _stop.Token);
                if (end == 0) throw new EndOfStreamException("the server closed the connection");
            }

            int n = Math.Min(left, end - at);
            await reply.CopyAsync(buffer.AsMemory(at, n));
            at += n;
            left -= n;
        }

        return (at, end);
    }

    private PendingReply? Head()
    {
        lock (_pending) return _pending.TryPeek(out PendingReply? head) ? head : null;
    }

    private void Deliver(RespValue value)
    {
        PendingReply? reply = null;
        if (value.Kind != RespKind.Push)
        {
            lock (_pending) _pending.TryDequeue(out reply);
        }

        if (reply is not null) reply.Complete(value);
        else if (value.Kind is RespKind.Push or RespKind.Array) _onPush?.Invoke(value);
        else throw new RespProtocolException($"a reply to no request: {value}");
    }

    private void Fail(Exception cause)
    {
        PendingReply[] outstanding;
        lock (_pending)
        {
            if (_failure is not null) return;
            _failure = cause;
            outstanding = [.. _pending];
            _pending.Clear();
        }

        _stop.Cancel();
        _stream.Dispose();
        foreach (PendingReply reply in outstanding) reply.Fail(Gone(cause));
    }

    private static RespConnectionException Gone(Exception cause) =>
        new("the connection is closed: " + cause.Message, cause);
}
