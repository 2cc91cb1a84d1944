using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using System.Threading.Tasks.Sources;
using Rotom.Net.Transport;

namespace Rotom.Net.Tls;

// TlsInput: the stream below SslStream, whose other end is a non-blocking socket.
//
// A read that cannot be done stays open until Resume, which the loop calls when the socket is
// ready: the read then completes on the loop's thread, and what SslStream does next runs right
// there, inside Resume, since nothing here asks for another thread. So there is no hop, no lock,
// and no buffer of our own: ciphertext is received straight into SslStream's.
//
// A write always completes: the bytes go to the client's output buffer, which the transport sends
// and whose limits it watches.
//
// Nothing in here closes the connection or calls the transport: SslStream is on the stack above.

/// <summary>The sealed side of a TLS connection, as SslStream wants it.</summary>
internal sealed class TlsInput(NetTransport transport, ClientConnection client)
    : Stream, IValueTaskSource<int>
{
    private const byte HandshakeRecord = 22;
    private const byte MajorVersion = 3;

    private ManualResetValueTaskSourceCore<int> _source;
    private Memory<byte> _target;
    private bool _isPending;
    private bool _isReadable;
    private bool _hasEnded;
    private bool _hasBegun;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>The socket may have something: goes on with the read that waits for it.</summary>
    public void Resume()
    {
        _isReadable = true;
        if (!_isPending) return;
        Exception? broken = null;
        int n = 0;
        try
        {
            n = Take(_target.Span);
        }
        catch (IOException error)
        {
            broken = error;
        }

        if (n == ClientConnection.WouldBlock) return;
        Complete(n, broken);
    }

    /// <summary>Ends the read that waits, as if the peer had left; so do all to come.</summary>
    public void End()
    {
        _hasEnded = true;
        if (_isPending) Complete(0, null);
    }

    public override ValueTask<int> ReadAsync(
        Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        RequireLoop();
        int n = _isReadable || _hasEnded ? Take(buffer.Span) : ClientConnection.WouldBlock;
        if (n >= 0) return new ValueTask<int>(n);
        _target = buffer;
        _isPending = true;
        _source.Reset();
        return new ValueTask<int>(this, _source.Version);
    }

    public override ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        RequireLoop();
        if (_hasEnded)
        {
            // The farewell of a connection that is being closed: sent if it can be, and never kept.
            if (client.OutputBytes == 0) client.Send(buffer.Span);
        }
        else
        {
            transport.OutputOf(client).Append(buffer.Span);
        }

        return ValueTask.CompletedTask;
    }

    public override Task<int> ReadAsync(
        byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(
        byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    int IValueTaskSource<int>.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(
        Action<object?> continuation,
        object? state,
        short token,
        ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    private void Complete(int n, Exception? broken)
    {
        _isPending = false;
        _target = default;
        if (broken is null) _source.SetResult(n);
        else _source.SetException(broken);
    }

    // A read of nothing asks to be told when there is something: whoever is idle holds no buffer.
    private int Take(Span<byte> into)
    {
        if (_hasEnded || into.IsEmpty) return 0;
        int n = client.Receive(into);
        if (n == ClientConnection.Broken) throw new IOException("the connection is broken");
        // After a full read there may be more, after a short one there was not a moment ago.
        _isReadable = n == 0 || n == into.Length;
        if (n <= 0 || _hasBegun) return n;
        _hasBegun = true;
        // SslStream would take the length in another protocol's bytes for its own and wait.
        return into[0] == HandshakeRecord && (n == 1 || into[1] == MajorVersion)
            ? n
            : throw new IOException("this is not TLS");
    }

    private void RequireLoop()
    {
        if (transport.Loop.IsLoopThread) return;
        throw new InvalidOperationException("TLS of a connection has left the loop's thread.");
    }
}
