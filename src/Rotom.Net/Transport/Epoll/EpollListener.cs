using System;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using Rotom.Net.Loop;
using Rotom.Net.Native;

namespace Rotom.Net.Transport.Epoll;

// EpollListener: a listening socket in the epoll set.
//
// An accepted TCP socket inherits TCP_NODELAY and the keep-alive settings of its listener, so they
// are set here, once, and not with five calls for each connection.
//
// When the process has no descriptor left, accept fails while the connection stays in the queue,
// and level-triggered epoll would report it for ever. The listener then rests a while: clients wait
// in the queue and are served as soon as descriptors are free again. It is not watched either while
// nobody comes to accept: reported over and over, it would take the processor for nothing.

/// <summary>A listening socket that epoll watches.</summary>
[SupportedOSPlatform("linux")]
internal sealed class EpollListener : IReadyHandler
{
    private const int AcceptsPerTurn = 1000;
    private const int RestMs = 100;
    private const int ReportsUnservedMax = 4;
    private const int AddressBytesMax = 128;

    private readonly EpollTransport _transport;
    private readonly EndPoint _endPoint;
    private readonly int _fd;
    private readonly int _slot;
    private readonly bool _isTls;
    private int _keepAliveSeconds;
    private bool _isClosed;
    private bool _isParked;
    private bool _saidFull;
    private int _reportsUnserved;

    public EpollListener(EpollTransport transport, ListenOptions options)
    {
        _transport = transport;
        _endPoint = options.EndPoint;
        _isTls = options.Tls;
        string name = ListenerNames.Of(_endPoint);
        if (IsUnix) ListenerNames.RemoveStale(name);
        _fd = Check(Libc.Socket(Family(_endPoint)), name, "socket");
        try
        {
            SetUp(options, name);
            _endPoint = ReadEndPoint(_fd, _endPoint);
            _slot = transport.Epoll.Watch(_fd, Libc.EpollIn, this);
        }
        catch
        {
            Libc.Close(_fd);
            throw;
        }
    }

    public EndPoint EndPoint => _endPoint;

    public bool IsReady { get; private set; }

    private bool IsUnix => _endPoint is UnixDomainSocketEndPoint;

    public void Ready(uint events)
    {
        if (!IsReady) _reportsUnserved = 0;
        else if (++_reportsUnserved >= ReportsUnservedMax) Park();
        IsReady = true;
        _transport.AskToRead();
    }

    public void Failed() => Rest();

    /// <summary>Accepts what waits, up to a bound; epoll reports the rest again.</summary>
    public void Accept()
    {
        IsReady = false;
        if (_isClosed) return;
        if (_isParked) Unpark();
        KeepAlive(_transport.Settings.TcpKeepAliveSeconds);
        Span<byte> address = stackalloc byte[AddressBytesMax];
        for (int i = 0; i < AcceptsPerTurn; i++)
        {
            int fd = Libc.Accept(_fd, address, out int length);
            if (fd == -Errno.ConnectionAborted) continue;
            if (fd == -Errno.Again) return;
            if (fd < 0)
            {
                Rest(-fd);
                return;
            }

            _saidFull = false;
            Pass(fd, address[..length]);
        }
    }

    private void Pass(int fd, ReadOnlySpan<byte> address)
    {
        bool passed = false;
        try
        {
            _transport.Accepted(Describe(fd, address));
            passed = true;
        }
        finally
        {
            // Nobody's, it would be open and never answered.
            if (!passed) Libc.Close(fd);
        }
    }

    private void Park()
    {
        if (_isParked || _isClosed) return;
        _transport.Epoll.Change(_fd, _slot, 0);
        _isParked = true;
    }

    private void Unpark()
    {
        _transport.Epoll.Change(_fd, _slot, Libc.EpollIn);
        _isParked = false;
    }

    public void Close()
    {
        if (_isClosed) return;
        _isClosed = true;
        _transport.Epoll.Forget(_slot);
        Libc.Close(_fd);
        if (IsUnix) File.Delete(ListenerNames.Of(_endPoint));
    }

    private AcceptedSocket Describe(int fd, ReadOnlySpan<byte> address)
    {
        if (_endPoint is not IPEndPoint bound)
        {
            return new AcceptedSocket(fd, null, null, ListenerNames.Of(_endPoint) + ":0");
        }

        IPEndPoint remote = (IPEndPoint)Decode(address, bound);
        bool any = bound.Address.Equals(IPAddress.Any) || bound.Address.Equals(IPAddress.IPv6Any);
        EndPoint local = any ? ReadEndPoint(fd, bound) : bound;
        return new AcceptedSocket(fd, null, remote, local.ToString()!) { IsTls = _isTls };
    }

    private void Rest(int errno)
    {
        if (!_saidFull)
        {
            _saidFull = true;
            _transport.Group.Log(
                NetLogLevel.Warning,
                $"Accepting on {ListenerNames.Of(_endPoint)} failed: {Errno.Text(errno)}");
        }

        Rest();
    }

    private void Rest()
    {
        if (_isClosed) return;
        // In this order, so that what rests is sure to be woken.
        _transport.Loop.Schedule(RestMs, () =>
        {
            if (!_isClosed) Unpark();
        });
        _transport.Epoll.Change(_fd, _slot, 0);
    }

    private void SetUp(ListenOptions options, string name)
    {
        if (!IsUnix)
        {
            Check(Set(SocketOption.Socket, SocketOption.ReuseAddress, 1), name, "setsockopt");
            Check(Set(SocketOption.Tcp, SocketOption.NoDelay, 1), name, "setsockopt");
            if (_endPoint.AddressFamily == AddressFamily.InterNetworkV6)
            {
                Check(Set(SocketOption.IPv6, SocketOption.V6Only, 1), name, "setsockopt");
            }

            KeepAlive(_transport.Settings.TcpKeepAliveSeconds);
        }

        SocketAddress address = _endPoint.Serialize();
        Check(Libc.Bind(_fd, address.Buffer.Span[..address.Size]), name, "bind");
        // Nobody can connect before listen, so nobody can with the wrong permissions.
        if (IsUnix && options.UnixMode is { } mode) File.SetUnixFileMode(name, mode);
        Check(Libc.Listen(_fd, options.Backlog), name, "listen");
    }

    private void KeepAlive(int seconds)
    {
        if (IsUnix || seconds == _keepAliveSeconds) return;
        _keepAliveSeconds = seconds;
        Set(SocketOption.Socket, SocketOption.KeepAlive, seconds > 0 ? 1 : 0);
        if (seconds == 0) return;
        // Three probes within one interval more, as Redis does.
        Set(SocketOption.Tcp, SocketOption.KeepIdle, seconds);
        Set(SocketOption.Tcp, SocketOption.KeepInterval, Math.Max(1, seconds / 3));
        Set(SocketOption.Tcp, SocketOption.KeepCount, 3);
    }

    private int Set(int level, int option, int value) => Libc.SetOption(_fd, level, option, value);

    private static int Check(int result, string name, string call) =>
        result >= 0 ? result : throw new ListenException(name, call, Errno.Text(-result));

    private static int Family(EndPoint endPoint) => endPoint.AddressFamily switch
    {
        AddressFamily.InterNetwork => 2,
        AddressFamily.InterNetworkV6 => 10,
        AddressFamily.Unix => 1,
        _ => throw new ListenException(
            ListenerNames.Of(endPoint), "socket", "Address family not supported"),
    };

    private static EndPoint ReadEndPoint(int fd, EndPoint like)
    {
        if (like is not IPEndPoint) return like;
        Span<byte> address = stackalloc byte[AddressBytesMax];
        int result = Libc.LocalAddress(fd, address, out int length);
        return result < 0 ? like : Decode(address[..length], like);
    }

    private static EndPoint Decode(ReadOnlySpan<byte> address, EndPoint like)
    {
        SocketAddress raw = new(like.AddressFamily, AddressBytesMax);
        address.CopyTo(raw.Buffer.Span);
        raw.Size = address.Length;
        return like.Create(raw);
    }

    private static class SocketOption
    {
        public const int Socket = 1;
        public const int ReuseAddress = 2;
        public const int KeepAlive = 9;
        public const int Tcp = 6;
        public const int NoDelay = 1;
        public const int KeepIdle = 4;
        public const int KeepInterval = 5;
        public const int KeepCount = 6;
        public const int IPv6 = 41;
        public const int V6Only = 26;
    }
}
