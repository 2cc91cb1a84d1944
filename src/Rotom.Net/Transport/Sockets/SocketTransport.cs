using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using Rotom.Net.Loop;
using Rotom.Resp.Batch;

namespace Rotom.Net.Transport.Sockets;

/// <summary>The transport on the framework's sockets: for systems without epoll.</summary>
internal sealed class SocketTransport(TransportGroup group, IEventLoop loop, int index)
    : NetTransport(group, loop, index)
{
    private readonly List<SocketListener> _listeners = [];

    public override EndPoint Listen(ListenOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        SocketListener listener = new(this, options);
        _listeners.Add(listener);
        return listener.EndPoint;
    }

    public override void StopListening()
    {
        foreach (SocketListener listener in _listeners) listener.Close();
        _listeners.Clear();
    }

    internal override void AcceptPending()
    {
        foreach (SocketListener listener in _listeners) listener.Accept();
    }

    internal override ClientConnection? Attach(AcceptedSocket socket, ClientLink link) =>
        new SocketConnection(this, socket.Socket!, link);

    internal override void Drop(AcceptedSocket socket, ReadOnlySpan<byte> lastWord)
    {
        if (!lastWord.IsEmpty) socket.Socket!.Send(lastWord, SocketFlags.None, out _);
        socket.Socket!.Dispose();
    }
}
