using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using Rotom.Net.Transport;
using Xunit;

namespace Rotom.Net.Tests.Transport;

/// <summary>Runs alone: it counts the process' descriptors.</summary>
[CollectionDefinition(nameof(DescriptorTests), DisableParallelization = true)]
public sealed class DescriptorTestsCollection;

[Collection(nameof(DescriptorTests))]
public sealed class DescriptorTests
{
    public static TheoryData<TransportKind> Kinds { get; } = LoopKinds.Here();

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Two_thousand_connects_and_closes_leave_nothing_behind(TransportKind kind)
    {
        using EchoServer server = new(kind);
        Churn(server, 200);
        int before = Descriptors();
        Churn(server, 1_800);
        Assert.Equal(2_000, server.Opened);
        Assert.Equal(2_000, server.Transport.Statistics.ConnectionsReceived);
        Assert.Equal(0, server.Group.ClientCount);
        Assert.InRange(Descriptors() - before, -2_000, 10);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_last_descriptors_are_not_given_to_clients(TransportKind kind)
    {
        if (!OperatingSystem.IsLinux()) return;
        using EchoServer server = new(kind);
        using Socket early = server.Connect();
        early.Ask("PING\r\n", "+PONG\r\n");
        using Socket late = new(SocketType.Stream, ProtocolType.Tcp);
        long end = server.Group.DescriptorEnd;
        server.Group.DescriptorEnd = 0;
        late.Connect(server.EndPoint);
        Assert.Equal("-ERR max number of clients reached\r\n", late.HearAll());
        Assert.Single(server.Logged, message => message.Contains("ulimit -n"));
        Assert.Equal(1, server.Transport.Statistics.ConnectionsRejected);
        server.Group.DescriptorEnd = end;
        using Socket next = server.Connect();
        Assert.Equal("+PONG\r\n", next.Ask("PING\r\n", "+PONG\r\n"));
    }

    private static void Churn(EchoServer server, int connects)
    {
        for (int i = 0; i < connects; i += 20)
        {
            List<Socket> some = [.. Enumerable.Range(0, 20).Select(_ => server.Connect())];
            some[0].Ask("PING\r\n", "+PONG\r\n");
            foreach (Socket socket in some)
            {
                if (i % 40 == 0) socket.LingerState = new LingerOption(true, 0);
                socket.Dispose();
            }
        }

        server.WaitUntil(() => server.Opened == server.Closed && server.Group.ClientCount == 0);
    }

    private static int Descriptors() =>
        OperatingSystem.IsLinux() ? Directory.GetFiles("/proc/self/fd").Length : 0;
}
