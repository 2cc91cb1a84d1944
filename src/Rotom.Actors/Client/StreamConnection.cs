using System;
using System.Buffers;
using System.IO;
using System.IO.Pipelines;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Rotom.Resp;
using Rotom.Resp.Batch;

namespace Rotom.Actors.Client;

// StreamConnection: a client that speaks RESP over a stream the host has: one it accepted itself
// (TLS, a WebSocket, a named pipe), or one end of ConnectStream. It is a client like those on
// sockets: it logs in, may choose RESP2, and its commands go through the same parser.
//
// Two loops serve it. The one that reads hands bytes to the port and goes on when the commands in
// them have been executed, so a client that sends without reading is slowed down by its stream. The
// one that writes takes replies from a pipe without bound, and is watched by a limit: whoever
// leaves that much unread is closed, as on a socket.

/// <summary>A client on a stream.</summary>
internal sealed class StreamConnection : LocalConnection
{
    private const int ReadBytes = 64 << 10;
    private const long UnreadBytesMax = 256L << 20;

    private readonly Pipe _output = new(new PipeOptions(
        pauseWriterThreshold: 0, useSynchronizationContext: false));

    private readonly Channel<bool> _executed = Channel.CreateUnbounded<bool>();
    private readonly Stream _stream;
    private long _unread;
    private bool _ended;

    internal StreamConnection(LocalPort port, Stream stream)
        : base(port, "stream")
    {
        IsTrusted = false;
        _stream = stream;
        Query = new QueryBuffer(port.Limits);
    }

    /// <summary>What was received and is no command yet; under the port's lock.</summary>
    internal QueryBuffer Query { get; }

    /// <summary>How many bytes the port took in the last call.</summary>
    internal int Taken { get; set; }

    /// <summary>Serves the client until it or the server is gone.</summary>
    internal async Task RunAsync(CancellationToken cancellation)
    {
        using CancellationTokenSource gone =
            CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Port.Open(this);
        Task writing = WriteAsync(gone);
        try
        {
            await ReadAsync(gone.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException
            or ObjectDisposedException or RespConnectionException or InvalidOperationException)
        {
            // The client is gone, or the server is: both are the usual end.
        }

        Port.Leave(this);
        await writing.ConfigureAwait(false);
        Query.Release();
        await _stream.DisposeAsync().ConfigureAwait(false);
    }

    internal override void Receive(ReadOnlySpan<byte> resp)
    {
        if (_ended) return;
        if (Interlocked.Add(ref _unread, resp.Length) > UnreadBytesMax)
        {
            End(new RespConnectionException("too much was left unread", null));
            return;
        }

        _output.Writer.Write(resp);
    }

    internal override void EndOfTurn()
    {
        if (_ended) return;
        // Never waits, the pipe has no bound of its own: only its reader is woken.
        _ = _output.Writer.FlushAsync().AsTask();
    }

    internal override void BatchDone() => _executed.Writer.TryWrite(true);

    internal override void Authenticated(bool yes) => Query.Authenticated = yes;

    internal override void End(Exception why)
    {
        if (_ended) return;
        _ended = true;
        _output.Writer.Complete();
    }

    private async Task ReadAsync(CancellationToken gone)
    {
        byte[] buffer = new byte[ReadBytes];
        while (true)
        {
            int n = await _stream.ReadAsync(buffer, gone).ConfigureAwait(false);
            if (n == 0) return;
            for (int at = 0; at < n;)
            {
                ReadOnlyMemory<byte> rest = buffer.AsMemory(at, n - at);
                if (!await FeedAsync(rest, gone).ConfigureAwait(false)) return;
                at += Taken;
            }
        }
    }

    // False when the client sent more than it may.
    private async ValueTask<bool> FeedAsync(
        ReadOnlyMemory<byte> bytes, CancellationToken gone)
    {
        QueryResult result = Port.Feed(this, bytes.Span, out bool hasCommands);
        while (true)
        {
            if (hasCommands) await _executed.Reader.ReadAsync(gone).ConfigureAwait(false);
            if (result == QueryResult.LimitExceeded) return false;
            if (result != QueryResult.Deferred) return true;
            int taken = Taken;
            result = Port.Feed(this, default, out hasCommands);
            Taken = taken;
        }
    }

    private async Task WriteAsync(CancellationTokenSource gone)
    {
        PipeReader reader = _output.Reader;
        try
        {
            while (true)
            {
                ReadResult read = await reader.ReadAsync(gone.Token).ConfigureAwait(false);
                foreach (ReadOnlyMemory<byte> piece in read.Buffer)
                {
                    await _stream.WriteAsync(piece, gone.Token).ConfigureAwait(false);
                    Interlocked.Add(ref _unread, -piece.Length);
                }

                reader.AdvanceTo(read.Buffer.End);
                await _stream.FlushAsync(gone.Token).ConfigureAwait(false);
                if (read.IsCompleted) break;
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException
            or ObjectDisposedException or RespConnectionException or InvalidOperationException)
        {
            // Nobody reads any more: what is left is dropped.
        }

        await reader.CompleteAsync().ConfigureAwait(false);
        await gone.CancelAsync().ConfigureAwait(false);
    }
}
