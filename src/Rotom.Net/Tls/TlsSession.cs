using System;
using System.IO;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Threading.Tasks;
using Rotom.Net.Transport;

#pragma warning disable CA2012 // Each ValueTask is complete when its result is taken, once.

namespace Rotom.Net.Tls;

// TlsSession: one connection's TLS, by the framework's SslStream, driven by the loop.
//
// Input. Between reads of the transport one read of no bytes is open on SslStream. It completes
// when a record was decrypted, and only then is SslStream asked for the bytes, which it has and
// gives at once; so a read never waits with somebody's buffer in its hand. While it waits SslStream
// has a read of no bytes open on the socket, and an idle connection holds no buffer.
//
// What SslStream has decrypted no socket will report again: the transport asks HasInput.
//
// Output. Seal encrypts into the client's output buffer, and never waits.
//
// Every task here is complete when its result is taken, or is not looked at. Loop thread only.

/// <summary>One connection's TLS.</summary>
internal sealed class TlsSession : IDisposable
{
    private readonly TlsServer _server;
    private readonly TlsInput _socket;
    private readonly SslStream _ssl;
    private Task? _handshake;
    private ValueTask<int> _waiting;
    private bool _isWaiting;
    private bool _hasEnded;

    public TlsSession(NetTransport transport, ClientConnection client, TlsServer server)
    {
        _server = server;
        _socket = new TlsInput(transport, client);
        _ssl = new SslStream(_socket, leaveInnerStreamOpen: false);
    }

    /// <summary>The handshake is done.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Why it failed; empty while it has not.</summary>
    public string Failure { get; private set; } = "";

    /// <summary>There is input that no readiness of the socket will tell of.</summary>
    public bool HasInput => IsOpen && (_hasEnded || (_isWaiting && _waiting.IsCompleted));

    /// <summary>Goes on with the handshake; the socket may have something.</summary>
    /// <returns>False when it failed.</returns>
    public bool Handshake()
    {
        try
        {
            _socket.Resume();
            _handshake ??= _ssl.AuthenticateAsServerAsync(_server.Options);
            if (!_handshake.IsCompleted) return true;
            _handshake.GetAwaiter().GetResult();
            IsOpen = true;
            return true;
        }
        catch (Exception error) when (IsExpected(error))
        {
            Failure = error.InnerException is { } inner
                ? $"{error.Message} {inner.Message}"
                : error.Message;
            return false;
        }
    }

    /// <summary>One read. Bytes, 0 at the end of input, WouldBlock or Broken.</summary>
    public int Receive(Memory<byte> into)
    {
        int sum = 0;
        try
        {
            _socket.Resume();
            while (!_hasEnded && sum < into.Length && HasRecord())
            {
                ValueTask<int> read = _ssl.ReadAsync(into[sum..]);
                Require(read.IsCompleted);
                int n = read.GetAwaiter().GetResult();
                _hasEnded = n == 0;
                sum += n;
            }

            // So that HasInput knows of what did not fit.
            if (!_hasEnded && !_isWaiting) Wait();
        }
        catch (Exception error) when (IsExpected(error))
        {
            Failure = error.Message;
            _hasEnded = true;
            return sum > 0 ? sum : ClientConnection.Broken;
        }

        if (sum > 0) return sum;
        return _hasEnded ? 0 : ClientConnection.WouldBlock;
    }

    /// <summary>Encrypts into the client's output buffer.</summary>
    /// <returns>False when the session is broken.</returns>
    public bool Seal(ReadOnlyMemory<byte> plain)
    {
        try
        {
            ValueTask written = _ssl.WriteAsync(plain);
            Require(written.IsCompleted);
            written.GetAwaiter().GetResult();
            return true;
        }
        catch (Exception error) when (IsExpected(error))
        {
            Failure = error.Message;
            return false;
        }
    }

    /// <summary>
    /// Says goodbye if the socket takes it, ends what is open, and frees all. Called once.
    /// </summary>
    public void Dispose()
    {
        try
        {
            _socket.End();
            if (_isWaiting && _waiting.IsCompleted) _waiting.GetAwaiter().GetResult();
            if (IsOpen && Failure.Length == 0)
            {
                Task farewell = _ssl.ShutdownAsync();
                Require(farewell.IsCompleted);
                farewell.GetAwaiter().GetResult();
            }
        }
        catch (Exception error) when (IsExpected(error))
        {
            Failure = error.Message;
        }

        // Observed, so that nobody reports it as forgotten.
        _ = _handshake?.Exception;
        _ssl.Dispose();
    }

    // A record is decrypted, or the end was reached; if not, the read that waits for it is open.
    private bool HasRecord()
    {
        if (!_isWaiting) Wait();
        if (!_waiting.IsCompleted) return false;
        _isWaiting = false;
        _waiting.GetAwaiter().GetResult();
        return true;
    }

    private void Wait()
    {
        _waiting = _ssl.ReadAsync(Memory<byte>.Empty);
        _isWaiting = true;
    }

    private static void Require(bool holds)
    {
        if (!holds) throw new InvalidOperationException("SslStream waits for what it has.");
    }

    // What a peer can bring about, and what SslStream says of a session that is broken.
    private static bool IsExpected(Exception error) => error
        is IOException or AuthenticationException or CryptographicException
        or InvalidOperationException or NotSupportedException or ArgumentException;
}
