using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using Rotom.Net.Transport;
using Xunit;

namespace Rotom.Net.Tests.Transport;

public sealed class ConnectionTests
{
    private const string Full = "-ERR max number of clients reached\r\n";

    public static TheoryData<TransportKind> Kinds { get; } = LoopKinds.Here();

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_busy_port_says_so_with_address_and_reason(TransportKind kind)
    {
        using EchoServer server = new(kind);
        ListenException error = Assert.Throws<ListenException>(
            () => server.Listen(new ListenOptions(server.EndPoint)));
        Assert.Equal("Address already in use", error.Reason);
        Assert.Equal(server.EndPoint.ToString(), error.Address);
        Assert.Contains(server.EndPoint + ": bind: Address already in use", error.Message);

        ListenException foreign = Assert.Throws<ListenException>(
            () => server.Listen(new ListenOptions(IPEndPoint.Parse("192.0.2.1:0"))));
        Assert.Equal("Cannot assign requested address", foreign.Reason);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Clients_beyond_the_maximum_are_told_and_closed(TransportKind kind)
    {
        using EchoServer server = new(kind, new NetSettings { MaxClients = 2 });
        using Socket first = server.Connect();
        using Socket second = server.Connect();
        first.Ask("PING\r\n", "+PONG\r\n");
        second.Ask("PING\r\n", "+PONG\r\n");
        using (Socket third = server.Connect()) Assert.Equal(Full, third.HearAll());
        Assert.Equal(1, server.Transport.Statistics.ConnectionsRejected);

        second.Dispose();
        server.WaitUntil(() => server.Group.ClientCount == 1);
        using Socket fourth = server.Connect();
        Assert.Equal("+PONG\r\n", fourth.Ask("PING\r\n", "+PONG\r\n"));
        server.Group.Settings.MaxClients = 1;
        using (Socket fifth = server.Connect()) Assert.Equal(Full, fifth.HearAll());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_unix_socket_has_its_mode_and_its_file_goes_with_it(TransportKind kind)
    {
        if (OperatingSystem.IsWindows()) return;
        string path = Path.Combine(Path.GetTempPath(), $"rotom-{Guid.NewGuid():N}.sock");
        using (EchoServer server = new(kind))
        {
            ListenOptions options = new(new UnixDomainSocketEndPoint(path))
            {
                UnixMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            };
            server.Listen(options);
            Assert.Equal(options.UnixMode, File.GetUnixFileMode(path));
            using Socket client = new(AddressFamily.Unix, SocketType.Stream, 0);
            client.Connect(options.EndPoint);
            Assert.Equal("+PONG\r\n", client.Ask("PING\r\n", "+PONG\r\n"));
            server.WaitUntil(() => server.Links.Any());
            Assert.All(server.Links, link => Assert.True(link.IsUnixSocket && link.IsLoopback));
            Assert.All(server.Links, link => Assert.Equal(path + ":0", link.RemoteAddress));
            client.Say("SAY last\r\n");
            client.Dispose();
            server.WaitUntil(() => server.Closed == 1);
            Assert.Equal(["last"], server.Executed);
        }

        Assert.False(File.Exists(path));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_stale_socket_file_is_replaced_and_a_file_with_contents_is_not(TransportKind kind)
    {
        if (OperatingSystem.IsWindows()) return;
        string path = Path.Combine(Path.GetTempPath(), $"rotom-{Guid.NewGuid():N}.sock");
        using EchoServer server = new(kind);
        File.WriteAllText(path, "precious");
        UnixDomainSocketEndPoint endPoint = new(path);
        ListenException error = Assert.Throws<ListenException>(
            () => server.Listen(new ListenOptions(endPoint)));
        Assert.Equal("Address already in use", error.Reason);
        Assert.Equal("precious", File.ReadAllText(path));
        File.WriteAllText(path, "");
        server.Listen(new ListenOptions(endPoint));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Links_tell_both_addresses_and_ids_ascend(TransportKind kind)
    {
        using EchoServer server = new(kind, listen: false);
        EndPoint any = server.Listen(new ListenOptions(new IPEndPoint(IPAddress.Any, 0)));
        IPEndPoint to = new(IPAddress.Loopback, ((IPEndPoint)any).Port);
        using Socket client = new(SocketType.Stream, ProtocolType.Tcp);
        client.Connect(to);
        server.WaitUntil(() => server.Links.Any());
        string remote = NormalName(server.Links.First().RemoteAddress);
        Assert.Equal(client.LocalEndPoint!.ToString(), remote);
        Assert.Equal(to.ToString(), server.Links.First().LocalAddress);
        Assert.True(server.Links.First().IsLoopback);
        using Socket next = new(SocketType.Stream, ProtocolType.Tcp);
        next.Connect(to);
        Assert.Equal(":2\r\n", next.Ask("ID\r\n", ":2\r\n"));
        Assert.Equal(3, server.Group.NextClientId());
        string NormalName(string address) =>
            client.AddressFamily == AddressFamily.InterNetworkV6
                ? address.Replace("127.0.0.1", "[::ffff:127.0.0.1]")
                : address;
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Who_must_authenticate_has_ten_seconds_whatever_it_says(TransportKind kind)
    {
        ManualTime time = new();
        using EchoServer server = new(kind, time: time);
        using Socket talks = server.Connect();
        using Socket silent = server.Connect();
        using Socket late = server.Connect();
        using Socket known = server.Connect();
        foreach (Socket one in (Socket[])[talks, silent, late])
        {
            one.Ask("Unauthenticated\r\n", "+OK\r\n");
        }

        known.Ask("PING\r\n", "+PONG\r\n");
        for (int second = 0; second < 10; second++)
        {
            talks.Ask("PING\r\n", "+PONG\r\n");
            Pass();
        }

        Assert.Equal(0, server.Closed);
        late.Ask("Authenticated\r\n", "+OK\r\n");
        Pass();
        Pass();
        server.WaitUntil(() => server.Closed == 2);
        Assert.Equal("", talks.HearAll());
        Assert.Equal("", silent.HearAll());
        Assert.Equal(2, server.Logged.Count(line => line.Contains(
            "that did not authenticate in time", StringComparison.Ordinal)));
        for (int second = 0; second < 20; second++) Pass();
        Assert.Equal("+PONG\r\n", late.Ask("PING\r\n", "+PONG\r\n"));
        Assert.Equal("+PONG\r\n", known.Ask("PING\r\n", "+PONG\r\n"));

        void Pass()
        {
            time.Advance(1_000);
            for (int turn = 0; turn < 3; turn++) LoopKinds.Wait(server.Loop, () => { });
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Idle_clients_are_closed_after_the_timeout_but_not_blocked_ones(TransportKind kind)
    {
        ManualTime time = new();
        using EchoServer server = new(kind, new NetSettings { TimeoutSeconds = 5 }, time: time);
        using Socket idle = server.Connect();
        using Socket blocked = server.Connect();
        using Socket subscriber = server.Connect();
        using Socket stranger = server.Connect();
        idle.Ask("PING\r\n", "+PONG\r\n");
        blocked.Ask("PauseReading\r\n", "+OK\r\n");
        subscriber.Ask("BecomeSubscriber\r\n", "+OK\r\n");
        stranger.Ask("Unauthenticated\r\n", "+OK\r\n");
        using Socket waiting = server.Connect();
        waiting.Ask("PING\r\n", "+PONG\r\n");
        server.Links.MaxBy(link => link.Id)!.IsBlocked = true;
        for (int second = 0; second < 12; second++)
        {
            time.Advance(1_000);
            if (second < 9) stranger.Ask("PING\r\n", "+PONG\r\n");
            LoopKinds.Wait(server.Loop, () => { });
        }

        server.WaitUntil(() => server.Closed == 2);
        Assert.Equal("", idle.HearAll());
        Assert.Contains(server.Logged, message => message.Contains("did not authenticate"));
        Assert.Equal("+PONG\r\n", subscriber.Ask("PING\r\n", "+PONG\r\n"));
        Assert.Equal("+PONG\r\n", waiting.Ask("PING\r\n", "+PONG\r\n"));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Several_loops_share_the_clients_evenly(TransportKind kind)
    {
        using EchoServer server = new(kind, loops: 3, split: true);
        List<Socket> clients = [.. Enumerable.Range(0, 30).Select(_ => server.Connect())];
        for (int round = 0; round < 50; round++)
        {
            foreach (Socket client in clients) client.Say("PING\r\n");
            foreach (Socket client in clients) Assert.Equal("+PONG\r\n", client.Hear(7));
        }

        Assert.All(server.Group.Transports, one => Assert.Equal(10, one.ClientCount));
        Assert.Equal(30, server.Links.Select(link => link.Id).Distinct().Count());
        Assert.Equal([0, 1, 2], server.Links.Select(link => link.Loop).Distinct().Order());
        foreach (Socket client in clients) client.Dispose();
        server.WaitUntil(() => server.Group.ClientCount == 0);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void After_the_listeners_are_closed_clients_are_still_served(TransportKind kind)
    {
        using EchoServer server = new(kind);
        using Socket client = server.Connect();
        client.Ask("PING\r\n", "+PONG\r\n");
        LoopKinds.Wait(server.Loop, server.Transport.StopListening);
        Assert.Throws<SocketException>(server.Connect);
        Assert.Equal("+PONG\r\n", client.Ask("PING\r\n", "+PONG\r\n"));
    }
}
