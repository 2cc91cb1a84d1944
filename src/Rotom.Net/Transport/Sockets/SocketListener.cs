using System;
using System.Collections.Generic;
using System.IO;
using System.Net;
using System.Net.Sockets;

namespace Rotom.Net.Transport.Sockets;

// SocketListener: a listening socket of the framework. One accept is under way at a time; what it
// brings waits here until the owner's ReadInto, which also starts the next one.

/// <summary>A listening socket of the framework.</summary>
internal sealed class SocketListener : IDisposable
{
    private const int AcceptsPerTurn = 1000;
    private const int RestMs = 100;

    private readonly SocketTransport _transport;
    private readonly Queue<Socket> _arrived = new();
    private readonly Socket _socket;
    private readonly LoopCompletion _accept;
    private readonly bool _isTls;
    private bool _isPending;
    private bool _isClosed;
    private bool _saidFull;

    public SocketListener(SocketTransport transport, ListenOptions options)
    {
        _transport = transport;
        EndPoint = options.EndPoint;
        _isTls = options.Tls;
        string name = ListenerNames.Of(EndPoint);
        string step = "socket";
        bool unix = EndPoint is UnixDomainSocketEndPoint;
        if (unix) ListenerNames.RemoveStale(name);
        Socket? socket = null;
        try
        {
            ProtocolType protocol = unix ? ProtocolType.Unspecified : ProtocolType.Tcp;
            socket = new Socket(EndPoint.AddressFamily, SocketType.Stream, protocol);
            if (EndPoint.AddressFamily == AddressFamily.InterNetworkV6) socket.DualMode = false;
            step = "bind";
            socket.Bind(EndPoint);
            if (unix && options.UnixMode is { } mode && !OperatingSystem.IsWindows())
            {
                // Nobody can connect before listen, so nobody can with the wrong permissions.
                File.SetUnixFileMode(name, mode);
            }

            step = "listen";
            socket.Listen(options.Backlog);
        }
        catch (SocketException error)
        {
            socket?.Dispose();
            throw new ListenException(name, step, ListenerNames.Reason(error), error);
        }

        _socket = socket;
        EndPoint = unix ? EndPoint : socket.LocalEndPoint!;
        _accept = new LoopCompletion(transport.Loop, Completed);
        Arm();
    }

    public EndPoint EndPoint { get; }

    /// <summary>Passes on what has arrived and waits for more.</summary>
    public void Accept()
    {
        for (int i = 0; i < AcceptsPerTurn && _arrived.TryDequeue(out Socket? socket); i++)
        {
            if (Describe(socket) is { } accepted) _transport.Accepted(accepted);
            if (!_isPending) Arm();
        }

        if (_arrived.Count > 0) _transport.AskToRead();
    }

    public void Close()
    {
        if (_isClosed) return;
        _isClosed = true;
        Dispose();
        while (_arrived.TryDequeue(out Socket? socket)) socket.Dispose();
        if (EndPoint is UnixDomainSocketEndPoint) File.Delete(ListenerNames.Of(EndPoint));
    }

    public void Dispose()
    {
        _socket.Dispose();
        if (!_isPending) _accept.Dispose();
    }

    private AcceptedSocket? Describe(Socket socket)
    {
        try
        {
            socket.Blocking = false;
            int fd = OperatingSystem.IsWindows() ? -1 : (int)socket.Handle;
            if (EndPoint is not IPEndPoint)
            {
                return new AcceptedSocket(fd, socket, null, ListenerNames.Of(EndPoint) + ":0");
            }

            socket.NoDelay = true;
            KeepAlive(socket, _transport.Settings.TcpKeepAliveSeconds);
            IPEndPoint remote = (IPEndPoint)socket.RemoteEndPoint!;
            return new AcceptedSocket(fd, socket, remote, socket.LocalEndPoint!.ToString()!)
            {
                IsTls = _isTls,
            };
        }
        catch (SocketException)
        {
            // The peer left between accept and here, and with it the socket's addresses.
            socket.Dispose();
            return null;
        }
    }

    private static void KeepAlive(Socket socket, int seconds)
    {
        if (seconds == 0) return;
        const SocketOptionLevel tcp = SocketOptionLevel.Tcp;
        int third = Math.Max(1, seconds / 3);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(tcp, SocketOptionName.TcpKeepAliveTime, seconds);
        socket.SetSocketOption(tcp, SocketOptionName.TcpKeepAliveInterval, third);
        socket.SetSocketOption(tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
    }

    private void Arm()
    {
        if (_isClosed) return;
        _accept.AcceptSocket = null;
        _isPending = true;
        if (!_socket.AcceptAsync(_accept)) Completed();
    }

    private void Completed()
    {
        _isPending = false;
        if (_isClosed)
        {
            _accept.AcceptSocket?.Dispose();
            _accept.Dispose();
            return;
        }

        if (_accept.SocketError == SocketError.Success)
        {
            _saidFull = false;
            _arrived.Enqueue(_accept.AcceptSocket!);
            _transport.AskToRead();
            return;
        }

        if (!_saidFull)
        {
            _saidFull = true;
            _transport.Group.Log(
                NetLogLevel.Warning,
                $"Accepting on {ListenerNames.Of(EndPoint)} failed: {_accept.SocketError}");
        }

        _transport.Loop.Schedule(RestMs, Arm);
    }
}
