using System;
using System.Net.Sockets;
using Rotom.Resp.Batch;

namespace Rotom.Net.Transport.Sockets;

// SocketConnection: a client on the framework's sockets.
//
// Input is waited for by a receive of no bytes, which completes when there is something and needs
// no buffer while the client is idle; the bytes are then fetched by a non-blocking receive in
// ReadInto, as with epoll. Sends are tried at once; what the socket does not take is sent by an
// asynchronous send out of the output buffer. Completions come back to the loop as work items.
//
// A paused (blocked) client is waited for as well, since its leaving must be noticed; once it has
// sent something, its leaving is noticed only when it is read again.

/// <summary>A client on the framework's sockets.</summary>
internal sealed class SocketConnection : ClientConnection, IDisposable
{
    private readonly SocketTransport _transport;
    private readonly Socket _socket;
    private readonly LoopCompletion _read;
    private LoopCompletion? _send;
    private bool _readPending;
    private bool _sendPending;
    private bool _isPumping;
    private bool _hasUnread;

    public SocketConnection(SocketTransport transport, Socket socket, ClientLink link)
        : base(link, transport.Settings.Input)
    {
        _transport = transport;
        _socket = socket;
        _read = new LoopCompletion(transport.Loop, ReadCompleted);
        UpdateInterest();
    }

    public override int Receive(Span<byte> into)
    {
        int n = _socket.Receive(into, SocketFlags.None, out SocketError error);
        return Outcome(n, error);
    }

    public override int Send(ReadOnlySpan<byte> bytes)
    {
        int n = _socket.Send(bytes, SocketFlags.None, out SocketError error);
        return Outcome(n, error);
    }

    public override int SendMany(ReadOnlySpan<ArraySegment<byte>> pieces)
    {
        int n = _socket.Send(pieces.ToArray(), SocketFlags.None, out SocketError error);
        return Outcome(n, error);
    }

    public override void UpdateInterest()
    {
        if (IsClosed) return;
        if (CanRead && _hasUnread)
        {
            _hasUnread = false;
            _transport.NoteReady(this);
        }
        else if ((CanRead && !IsReady) || (Paused && !_hasUnread))
        {
            AwaitInput();
        }

        if (OutputBytes > 0 && !_sendPending && !_isPumping) PumpOutput();
    }

    public override void CloseSocket()
    {
        try
        {
            // A socket that is disposed of while it waits for input is reset by the framework, and
            // what the peer has not fetched by then is lost, unless it was shut down before.
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // The peer has gone already.
        }

        Dispose();
    }

    public override void ReleaseOutput()
    {
        // While a send is under way the system still reads from the blocks.
        if (_sendPending) Output?.Abandon();
        else Output?.Clear();
    }

    public void Dispose()
    {
        _socket.Dispose();
        if (!_readPending) _read.Dispose();
        if (!_sendPending) _send?.Dispose();
    }

    private void AwaitInput()
    {
        if (_readPending) return;
        _readPending = true;
        if (!_socket.ReceiveAsync(_read)) ReadCompleted();
    }

    private void ReadCompleted()
    {
        _readPending = false;
        if (IsClosed)
        {
            _read.Dispose();
            return;
        }

        if (CanRead) _transport.NoteReady(this);
        else if (Paused && HasLeft()) _transport.Close(this);
        else _hasUnread = true;
    }

    private bool HasLeft()
    {
        Span<byte> one = stackalloc byte[1];
        int n = _socket.Receive(one, SocketFlags.Peek, out SocketError error);
        return Outcome(n, error) is 0 or Broken;
    }

    private void PumpOutput()
    {
        _isPumping = true;
        while (OutputBytes > 0 && !_sendPending && !IsClosed)
        {
            _send ??= new LoopCompletion(_transport.Loop, SendCompleted);
            ArraySegment<byte> piece = default;
            Output!.Peek(new Span<ArraySegment<byte>>(ref piece));
            _send.SetBuffer(piece.Array, piece.Offset, piece.Count);
            _sendPending = true;
            if (_socket.SendAsync(_send)) break;
            Sent();
        }

        _isPumping = false;
    }

    private void SendCompleted()
    {
        Sent();
        if (!IsClosed) UpdateInterest();
    }

    private void Sent()
    {
        _sendPending = false;
        if (IsClosed) _send!.Dispose();
        else if (_send!.SocketError == SocketError.Success)
        {
            _transport.Drained(this, _send.BytesTransferred);
        }
        else _transport.Close(this);
    }

    private static int Outcome(int n, SocketError error) => error switch
    {
        SocketError.Success => n,
        SocketError.WouldBlock => WouldBlock,
        _ => Broken,
    };
}
