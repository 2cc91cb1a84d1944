using System;
using System.Collections.Generic;
using System.Net;
using Rotom.Net.Loop;
using Rotom.Net.Transport;
using Rotom.Resp.Batch;

namespace Rotom.Simulation.World;

// SimTransport: the production transport on simulated sockets. Reading, batching, sending, limits
// and closing are the shared code of NetTransport; only what a kernel does is made up here.
//
// Readiness is level-triggered, as epoll's is: each turn of the loop looks at all connections, from
// a drawn place on, so that no client is always first.

/// <summary>The sockets of one simulated loop.</summary>
internal sealed class SimTransport : NetTransport
{
    private readonly SimNetwork _network;
    private readonly List<SimConnection> _connections = [];

    internal SimTransport(TransportGroup group, IEventLoop loop, int index, SimNetwork network)
        : base(group, loop, index)
    {
        _network = network;
        ((SimLoop)loop).PollSockets = Poll;
    }

    public override EndPoint Listen(ListenOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _network.Listener = this;
        return options.EndPoint;
    }

    public override void StopListening()
    {
        if (_network.Listener == this) _network.Listener = null;
    }

    internal void Forget(SimConnection connection) => _connections.Remove(connection);

    internal override void AcceptPending()
    {
        if (_network.Listener != this) return;
        while (_network.Backlog.TryDequeue(out SimSocket? socket))
        {
            IPEndPoint remote = IPEndPoint.Parse(socket.RemoteAddress);
            Accepted(new AcceptedSocket(socket.Descriptor, null, remote, SimNetwork.LocalAddress));
        }
    }

    internal override ClientConnection? Attach(AcceptedSocket socket, ClientLink link)
    {
        SimConnection connection = new(this, _network.Sockets[socket.Descriptor], link);
        _connections.Add(connection);
        _network.Attached?.Invoke(connection);
        return connection;
    }

    internal override void Drop(AcceptedSocket socket, ReadOnlySpan<byte> lastWord) =>
        _network.Sockets[socket.Descriptor].LastWord(lastWord);

    private int Poll()
    {
        int ready = 0;
        if (_network.Listener == this && _network.Backlog.Count > 0)
        {
            ready++;
            AskToRead();
        }

        int count = _connections.Count;
        if (count == 0) return ready;
        int from = _network.World.Random.Below(count);
        for (int i = 0; i < count && _connections.Count > 0; i++)
        {
            SimConnection connection = _connections[(from + i) % _connections.Count];
            if (connection.Poll()) ready++;
        }

        return ready;
    }
}

/// <summary>What the loops of a simulated server share: sockets and the accept queue.</summary>
internal sealed class SimNetwork(SimWorld world)
{
    internal const string LocalAddress = "10.0.0.250:6379";
    private const int FirstDescriptor = 20_000;

    internal SimWorld World => world;

    internal Dictionary<int, SimSocket> Sockets { get; } = [];

    internal Queue<SimSocket> Backlog { get; } = new();

    /// <summary>The transport that listens; null while nobody does.</summary>
    internal SimTransport? Listener { get; set; }

    /// <summary>Hears of every connection that the server has taken over.</summary>
    internal Action<SimConnection>? Attached { get; set; }

    /// <summary>A client connects.</summary>
    internal SimSocket Connect(int windowBytes)
    {
        SimSocket socket = new(world, FirstDescriptor + Sockets.Count, windowBytes);
        Sockets[socket.Descriptor] = socket;
        Backlog.Enqueue(socket);
        return socket;
    }
}
