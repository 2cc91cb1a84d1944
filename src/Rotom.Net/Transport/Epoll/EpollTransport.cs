using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Net;
using System.Runtime.Versioning;
using Rotom.Net.Loop;
using Rotom.Net.Native;
using Rotom.Resp.Batch;

namespace Rotom.Net.Transport.Epoll;

/// <summary>The transport on Linux' epoll: sockets are ours, so are the system calls.</summary>
[SupportedOSPlatform("linux")]
internal sealed class EpollTransport(TransportGroup group, AeLoop loop, int index)
    : NetTransport(group, loop, index)
{
    private readonly List<EpollListener> _listeners = [];

    public AeLoop Epoll { get; } = loop;

    public override EndPoint Listen(ListenOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        EpollListener listener = new(this, options);
        _listeners.Add(listener);
        return listener.EndPoint;
    }

    public override void StopListening()
    {
        foreach (EpollListener listener in _listeners) listener.Close();
        _listeners.Clear();
    }

    internal override void AcceptPending()
    {
        foreach (EpollListener listener in _listeners)
        {
            if (listener.IsReady) listener.Accept();
        }
    }

    internal override ClientConnection? Attach(AcceptedSocket socket, ClientLink link)
    {
        try
        {
            return new EpollConnection(this, socket.Descriptor, link);
        }
        catch (Win32Exception error)
        {
            // The system's limit of watches: this client can't be served, the others can.
            Group.Log(NetLogLevel.Warning, $"Refusing {link.RemoteAddress}: {error.Message}");
            return null;
        }
    }

    internal override void Drop(AcceptedSocket socket, ReadOnlySpan<byte> lastWord)
    {
        if (!lastWord.IsEmpty) Libc.Send(socket.Descriptor, lastWord);
        Libc.Close(socket.Descriptor);
    }
}
