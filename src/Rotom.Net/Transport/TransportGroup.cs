using System;
using System.Collections.Generic;
using System.Threading;
using Rotom.Net.Loop;
using Rotom.Net.Tls;

namespace Rotom.Net.Transport;

// TransportGroup: the transports of one server, one a loop, and what they share: the settings, the
// clients' numbers, the count that maxclients bounds.
//
// With several loops one transport (the first, by custom) listens and hands accepted sockets over,
// round robin. SO_REUSEPORT would let each loop accept for itself, but it spreads connections by a
// hash of their addresses, which leaves loops idle when clients are few and long-lived, as a
// database's are; it loses the connections queued on a socket that is closed; and it does not exist
// for unix sockets or on other systems. A hand-over costs one queue entry a connection.
//
// A process without a free descriptor can neither save nor log, and the runtime's collector, which
// reads files to learn how much memory there is, may take their failing for an empty machine. So
// the last descriptors are never given to clients: numbers are handed out lowest first, and a
// connection whose number reaches into the reserve is turned away as if maxclients were reached.

/// <summary>Which sockets to use.</summary>
public enum TransportKind
{
    /// <summary>epoll where there is one, else the framework's sockets.</summary>
    Auto,

    /// <summary>Linux' epoll.</summary>
    Epoll,

    /// <summary>The framework's sockets, on any system.</summary>
    Sockets,
}

/// <summary>The transports of one server, one for each of its loops.</summary>
public sealed class TransportGroup
{
    private const int DescriptorsReserved = 32;

    private readonly NetTransport[] _transports;
    private readonly NetLog? _log;
    private long _lastClientId;
    private int _clients;
    private int _next;
    private TlsServer? _tls;

    /// <summary>Makes a transport for each loop; they are listed in the loops' order.</summary>
    /// <remarks>An <see cref="AeLoop"/> gets epoll, others the framework's sockets.</remarks>
    public TransportGroup(
        IReadOnlyList<IEventLoop> loops,
        NetSettings? settings = null,
        NetLog? log = null)
        : this(loops, Make, settings, log)
    {
    }

    /// <summary>The same with transports of another make.</summary>
    internal TransportGroup(
        IReadOnlyList<IEventLoop> loops,
        Func<TransportGroup, IEventLoop, int, NetTransport> make,
        NetSettings? settings = null,
        NetLog? log = null)
    {
        ArgumentNullException.ThrowIfNull(loops);
        ArgumentOutOfRangeException.ThrowIfZero(loops.Count, nameof(loops));
        Settings = settings ?? new NetSettings();
        _log = log;
        Rates = new NetRates(this);
        _transports = new NetTransport[loops.Count];
        for (int i = 0; i < loops.Count; i++) _transports[i] = make(this, loops[i], i);
    }

    /// <summary>The limits in force for all of them.</summary>
    public NetSettings Settings { get; }

    /// <summary>The transports, in the order of their loops.</summary>
    public IReadOnlyList<INetTransport> Transports => _transports;

    /// <summary>Memory for the moment at which it is refused.</summary>
    public HeapReserve Reserve { get; } = new();

    /// <summary>Traffic of all transports.</summary>
    public NetRates Rates { get; }

    /// <summary>Clients of all transports; any thread.</summary>
    public int ClientCount => Volatile.Read(ref _clients);

    /// <summary>
    /// Certificate and limits of TLS connections; a change counts for those accepted from then on.
    /// Null refuses them. Any thread.
    /// </summary>
    public TlsServer? Tls
    {
        get => Volatile.Read(ref _tls);
        set => Volatile.Write(ref _tls, value);
    }

    /// <summary>The first descriptor number that clients may not have.</summary>
    internal long DescriptorEnd { get; set; } = FindDescriptorEnd();

    /// <summary>Makes the loop that goes with a kind of transport.</summary>
    public static EventLoop CreateLoop(TransportKind kind, LoopOptions options)
    {
        bool linux = OperatingSystem.IsLinux();
        if (linux && kind is TransportKind.Auto or TransportKind.Epoll) return new AeLoop(options);
        return kind == TransportKind.Epoll
            ? throw new PlatformNotSupportedException("There is no epoll on this system.")
            : new SignalLoop(options);
    }

    /// <summary>To be called when the process' limit of descriptors was raised.</summary>
    public void ReadDescriptorLimit() => DescriptorEnd = FindDescriptorEnd();

    /// <summary>The next client id; also for clients without a socket. Any thread.</summary>
    public long NextClientId() => Interlocked.Increment(ref _lastClientId);

    /// <summary>
    /// Called on a loop's thread when its sockets are ready and their owner has not come for long,
    /// however often it was asked.
    /// </summary>
    public Action? Unattended { get; set; }

    /// <summary>Makes the transports fail, in tests; null otherwise.</summary>
    internal Action<NetStep>? Fail { get; set; }

    /// <summary>A step at which a test may make a transport fail.</summary>
    internal void At(NetStep step) => Fail?.Invoke(step);

    internal void Log(NetLogLevel level, string message) => _log?.Invoke(level, message);

    /// <summary>Counts a new client in, unless there are too many.</summary>
    internal bool TryEnter()
    {
        if (Interlocked.Increment(ref _clients) <= Settings.MaxClients) return true;
        Interlocked.Decrement(ref _clients);
        return false;
    }

    internal void ClientLeft() => Interlocked.Decrement(ref _clients);

    /// <summary>Where the next accepted connection goes.</summary>
    internal NetTransport NextTarget(NetTransport acceptor)
    {
        if (_transports.Length == 1) return acceptor;
        uint next = (uint)Interlocked.Increment(ref _next);
        return _transports[next % (uint)_transports.Length];
    }

    private static long FindDescriptorEnd()
    {
        long most = OpenFiles.Limit;
        return most - Math.Min(DescriptorsReserved, most / 4);
    }

    private static NetTransport Make(TransportGroup group, IEventLoop loop, int index)
    {
        if (OperatingSystem.IsLinux() && loop is AeLoop epoll)
        {
            return new Epoll.EpollTransport(group, epoll, index);
        }

        return new Sockets.SocketTransport(group, loop, index);
    }
}
