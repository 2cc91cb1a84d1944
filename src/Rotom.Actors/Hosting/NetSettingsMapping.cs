using System;
using System.Collections.Generic;
using System.IO;
using Rotom.Actors.Messages;
using Rotom.Engine.Config;
using Rotom.Net.Loop;
using Rotom.Net.Transport;
using Rotom.Resp;

namespace Rotom.Actors.Hosting;

/// <summary>The network's part of the settings, in the network layer's terms.</summary>
internal static class NetSettingsMapping
{
    /// <summary>
    /// What Redis leaves unbounded for normal clients: a client that leaves this much unread, and
    /// the largest of all values on top, is closed all the same, because it would take the process
    /// with it. A value of any size can so be read.
    /// </summary>
    private const long NormalOutputBytesMax = 256L << 20;

    /// <summary>Takes over all that may change at run time.</summary>
    internal static void Apply(ServerConfig config, TransportGroup transports)
    {
        foreach (INetTransport transport in transports.Transports)
        {
            if (transport.Loop is not EventLoop loop) continue;
            loop.BusyPollMicroseconds = config.BusyPollMicroseconds;
            loop.CoalesceMicroseconds = config.CoalesceMicroseconds;
        }

        NetSettings to = transports.Settings;
        to.MaxClients = config.MaxClients;
        to.TimeoutSeconds = config.TimeoutSeconds;
        to.TcpKeepAliveSeconds = config.TcpKeepAliveSeconds;
        to.Input.QueryBufferBytesMax =
            (int)Math.Min(config.ClientQueryBufferBytesMax, RespLimits.QueryBufferBytesTop);
        to.Input.BulkBytesMax = (int)Math.Min(config.ProtoMaxBulkLen, RespLimits.BulkBytesTop);
        OutputBufferLimit normal = config.ClientOutputBufferLimits.Normal;
        to.NormalOutput = new OutputLimit(
            normal.HardBytes == 0
                ? NormalOutputBytesMax + to.Input.BulkBytesMax
                : normal.HardBytes,
            normal.SoftBytes,
            normal.SoftSeconds);
        OutputBufferLimit subscriber = config.ClientOutputBufferLimits.PubSub;
        to.SubscriberOutput = new OutputLimit(
            subscriber.HardBytes, subscriber.SoftBytes, subscriber.SoftSeconds);
    }

    /// <summary>The sockets that the settings ask for.</summary>
    /// <exception cref="FormatException">An address cannot be understood.</exception>
    internal static List<ListenSocket> Sockets(ServerConfig config)
    {
        List<ListenSocket> sockets = [];
        if (config.Port != 0) AddTcp(sockets, config, config.Port, isTls: false);
        if (config.TlsPort != 0) AddTcp(sockets, config, config.TlsPort, isTls: true);

        if (config.UnixSocket.Length != 0)
        {
            ListenOptions unix = new(ListenAddress.Unix(config.UnixSocket))
            {
                Backlog = config.TcpBacklog,
                UnixMode = config.UnixSocketPermissions == 0
                    ? null
                    : (UnixFileMode)config.UnixSocketPermissions,
            };
            sockets.Add(new ListenSocket(unix, IsOptional: false));
        }

        return sockets;
    }

    private static void AddTcp(
        List<ListenSocket> sockets, ServerConfig config, int port, bool isTls)
    {
        foreach (string bind in config.Bind.Length == 0 ? ["*", "-::*"] : config.Bind)
        {
            // "-" in front: an address that this machine does not have is passed over.
            bool optional = bind.StartsWith('-');
            string address = optional ? bind[1..] : bind;
            ListenOptions tcp = new(ListenAddress.Tcp(address, port))
            {
                Backlog = config.TcpBacklog,
                Tls = isTls,
            };
            sockets.Add(new ListenSocket(tcp, optional));
        }
    }
}
