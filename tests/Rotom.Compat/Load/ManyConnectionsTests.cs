using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Rotom.Compat.Server;
using Rotom.Compat.Wire;
using Xunit;

namespace Rotom.Compat.Load;

public sealed class ManyConnectionsTests
{
    private const int Connections = 6_000;

    [FactWith(Need.ManyDescriptors)]
    public async Task Six_thousand_connections_with_traffic_all_get_their_own_replies()
    {
        int rounds = Tools.Full ? 100 : 5;
        using ServerProcess server = ServerProcess.Start();
        List<long> resident = [];
        double rate = 0;
        for (int wave = 0; wave < 6; wave++)
        {
            rate = await Crowd(server, rounds);
            SpinWait.SpinUntil(() => server.Info("connected_clients") == "1", 10_000);
            Assert.Equal("1", server.Info("connected_clients"));
            resident.Add(server.ResidentBytes());
        }
        // How many are busy at once differs from wave to wave, and the memory kept with it; what
        // leaks shows in every later wave.
        string seen = string.Join(", ", resident.Select(bytes => $"{bytes / 1e6:F0}"));
        bool grows = resident[3..].Min() > resident[..3].Max() + 8_000_000;
        Assert.False(grows, $"resident MB after each wave: {seen}");
        Figures.Add("6,000 connections with traffic",
            $"{rate:N0} requests/s, resident MB after each of 6 waves: {seen}");
    }

    [FactWith(Need.ManyDescriptors)]
    public async Task Idle_connection_costs_little()
    {
        const int Idle = 5_000;
        using ServerProcess server = ServerProcess.Start();
        // The first crowd fills what a server keeps for reuse; the second shows what one more
        // costs.
        foreach (Socket socket in await Open(server.Port, 500))
            socket.Dispose();
        long before = server.ResidentBytes();
        List<Socket> sockets = await Open(server.Port, Idle);
        foreach (Socket socket in sockets)
            await Ask(socket, RespConnection.Encode("PING"), "+PONG\r\n"u8.ToArray());
        double each = (server.ResidentBytes() - before) / (double)Idle;
        sockets.ForEach(s => s.Dispose());
        server.RequireAlive();
        Figures.Add("idle connection", $"{each / 1024:F1} KB resident");
        // redis-server keeps a 16 KiB reply buffer for each of its clients.
        double most = ServerProcess.IsOurs ? 5 * 1024 : 24 * 1024;
        Assert.True(each <= most, $"an idle connection costs {each:F0} bytes");
    }

    [Fact]
    public void Client_over_the_limit_is_told_so_and_closed()
    {
        using ServerProcess server = ServerProcess.Start("--maxclients", "20");
        List<RespConnection> inside = [.. Enumerable.Range(0, 20).Select(_ => server.Connect())];
        inside.ForEach(c => c.Ok("PING"));
        using (RespConnection over = server.Connect())
        {
            Assert.Equal("-ERR max number of clients reached\r\n",
                Encoding.ASCII.GetString(over.ReadToEnd()));
        }
        inside[0].Dispose();
        // The place is free once the server has seen the close; it is asked until then.
        bool free = SpinWait.SpinUntil(() => CanPing(server), 5_000);
        Assert.True(free, "no place after a client left");
        inside.ForEach(c => c.Dispose());
    }

    [Fact]
    public void Connections_that_come_and_go_leave_nothing_behind()
    {
        int cycles = Tools.Full ? 50_000 : 3_000;
        using ServerProcess server = ServerProcess.Start();
        int before = Directory.GetFiles($"/proc/{server.Pid}/fd").Length;
        for (int i = 0; i < cycles; i++)
        {
            using RespConnection client = server.Connect();
            if (i % 3 == 0)
                client.Ok("PING");
            if (i % 2 == 0)
                client.Reset();
        }
        bool back = SpinWait.SpinUntil(
            () => Directory.GetFiles($"/proc/{server.Pid}/fd").Length <= before + 3, 10_000);
        Assert.True(back, $"{before} descriptors before, "
            + $"{Directory.GetFiles($"/proc/{server.Pid}/fd").Length} after {cycles} connections");
        // A descriptor is free a moment before the commands' side has heard of the close.
        SpinWait.SpinUntil(() => server.Info("connected_clients") == "1", 10_000);
        Assert.Equal("1", server.Info("connected_clients"));
    }

    private static bool CanPing(ServerProcess server)
    {
        using RespConnection client = server.Connect();
        return !client.Call("PING").IsError;
    }

    /// <summary>All connect, then all talk at once; returns requests a second.</summary>
    private static async Task<double> Crowd(ServerProcess server, int rounds)
    {
        List<Socket> sockets = await Open(server.Port, Connections);
        Stopwatch clock = Stopwatch.StartNew();
        await Task.WhenAll(sockets.Select((socket, i) => Talk(socket, i, rounds)));
        double seconds = clock.Elapsed.TotalSeconds;
        using (RespConnection client = server.Connect())
            Assert.Equal(Connections, client.Ok("DBSIZE").Integer);
        sockets.ForEach(s => s.Dispose());
        return sockets.Count * rounds * 2 / seconds;
    }

    private static async Task Talk(Socket socket, int number, int rounds)
    {
        for (int round = 0; round < rounds; round++)
        {
            string value = $"{number}:{round}";
            byte[] set = RespConnection.Encode("SET", $"k:{number}", value);
            await Ask(socket, set, "+OK\r\n"u8.ToArray());
            byte[] get = RespConnection.Encode("GET", $"k:{number}");
            await Ask(socket, get, Encoding.ASCII.GetBytes($"${value.Length}\r\n{value}\r\n"));
        }
    }

    private static async Task<List<Socket>> Open(int port, int count)
    {
        List<Socket> sockets = [];
        for (int i = 0; i < count; i++)
        {
            Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
            {
                NoDelay = true,
            };
            await socket.ConnectAsync(IPAddress.Loopback, port);
            sockets.Add(socket);
        }
        return sockets;
    }

    private static async Task Ask(Socket socket, byte[] request, byte[] expected)
    {
        await socket.SendAsync(request, SocketFlags.None);
        byte[] reply = new byte[expected.Length + 1];
        int held = 0;
        while (held < expected.Length)
        {
            int n = await socket.ReceiveAsync(reply.AsMemory(held), SocketFlags.None);
            if (n == 0)
                throw new EndOfStreamException("closed by the server");
            held += n;
        }
        if (!reply.AsSpan(0, held).SequenceEqual(expected))
        {
            string got = RespReply.Quote(reply.AsSpan(0, held));
            string wanted = RespReply.Quote(expected);
            throw new InvalidDataException($"'{got}' in place of '{wanted}'");
        }
    }
}
