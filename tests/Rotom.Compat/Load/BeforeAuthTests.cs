using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using Rotom.Compat.Server;
using Rotom.Compat.Wire;
using Xunit;

namespace Rotom.Compat.Load;

// What strangers may do to a server with a password, before they have said it, and what those who
// know it may leave unread.

public sealed class BeforeAuthTests
{
    // CVE-2021-32675, redis#12989: announced counts and lengths, and a megabyte of nothing.
    [FactWith(Need.OwnServer)]
    public void Before_authentication_everything_is_bounded()
    {
        using ServerProcess server = ServerProcess.Start("--requirepass", "secret");
        long before = server.ResidentBytes();
        foreach ((string input, string error) in new[]
        {
            ("*100\r\n", "-ERR Protocol error: unauthenticated multibulk length"),
            ("*11\r\n", "-ERR Protocol error: unauthenticated multibulk length"),
            ("*1\r\n$100000000\r\n", "-ERR Protocol error: unauthenticated bulk length"),
            ("*1\r\n$16385\r\n", "-ERR Protocol error: unauthenticated bulk length"),
            (new string('x', 70_000), "-ERR Protocol error: too big inline request"),
        })
        {
            using RespConnection client = server.Connect();
            client.Send(Encoding.ASCII.GetBytes(input));
            Assert.StartsWith(
                error, Encoding.ASCII.GetString(client.ReadToEnd()), StringComparison.Ordinal);
        }

        using RespConnection known = server.Connect();
        known.Ok("AUTH", "secret");
        // Ten arguments of 16 KB each are allowed, and never more than a megabyte in all.
        byte[] half = Encoding.ASCII.GetBytes(
            "*10\r\n" + string.Concat(Enumerable.Repeat($"$16384\r\n{new('a', 16_384)}\r\n", 9)));
        List<RespConnection> waiting = [];
        for (int i = 0; i < 100; i++)
        {
            RespConnection one = server.Connect();
            one.Send(half);
            waiting.Add(one);
        }

        known.Ok("PING");
        Assert.InRange(server.ResidentBytes() - before, long.MinValue, 100L << 20);
        foreach (RespConnection one in waiting) one.Dispose();
    }

    // CVE-2026-27623: requests of nothing leave nothing behind, whoever sends them.
    [Theory]
    [InlineData("*0\r\n", "PING\r\n")]
    [InlineData("*-1\r\n", "PING\r\n")]
    [InlineData("\r\n", "*1\r\n$4\r\nPING\r\n")]
    [InlineData("   \r\n", "*1\r\n$4\r\nPING\r\n")]
    [InlineData("*0\r\n\r\n*-1\r\n", "PING\r\n")]
    public void CVE_2026_27623_empty_requests_leave_no_state(string empty, string next)
    {
        using ServerProcess server = ServerProcess.Start("--requirepass", "secret");
        using RespConnection client = server.Connect();
        for (int i = 0; i < 3; i++)
        {
            client.Send(Encoding.ASCII.GetBytes(empty));
            client.Send(Encoding.ASCII.GetBytes(next));
            Assert.StartsWith("-NOAUTH", client.Read().ToString(), StringComparison.Ordinal);
        }

        client.Ok("AUTH", "secret");
        client.Send(Encoding.ASCII.GetBytes(empty + next));
        Assert.Equal("+PONG", client.Read().ToString());
    }

    // CVE-2025-21605, R15 (a): a thousand who send without end and read nothing.
    [FactWith(Need.OwnServer)]
    public void R15_a_CVE_2025_21605_flooders_who_never_read_cost_nothing()
    {
        using ServerProcess server = ServerProcess.Start("--requirepass", "secret");
        using RespConnection known = server.Connect();
        known.Ok("AUTH", "secret");
        int flooders = Tools.Full ? 1_000 : 200;
        byte[] pipeline = [.. Enumerable.Repeat("GET k\r\n"u8.ToArray(), 1_000).SelectMany(b => b)];
        List<RespConnection> all = [];
        // The first few warm up what a server needs for its work, whoever gives it some.
        for (int i = 0; i < 50; i++) all.Add(Flooder(server, pipeline));
        long before = server.ResidentBytes();
        long most = 0;
        for (int i = 0; i < flooders; i++)
        {
            all.Add(Flooder(server, pipeline));
            if (i % 20 != 0) continue;
            known.Ok("PING");
            most = Math.Max(most, server.ResidentBytes() - before);
        }

        foreach (RespConnection flooder in all) Flood(flooder, pipeline);
        // Memory is taken where the flood is worked off, which goes on.
        for (int i = 0; i < 20; i++)
        {
            known.Ok("PING");
            most = Math.Max(most, server.ResidentBytes() - before);
            Flood(all[i], pipeline);
        }

        // What the kernel has room for is no reply that is kept: they go on until it has none.
        int next = 0;
        bool closed = SpinWait.SpinUntil(
            () =>
            {
                Flood(all[next++ % all.Count], pipeline);
                return int.Parse(Info(known, "clients", "connected_clients")) < all.Count;
            },
            30_000);
        most = Math.Max(most, server.ResidentBytes() - before);
        Assert.True(closed, "nobody was closed");
        Figures.Add("R15 (a)", $"{flooders:N0} flooders before AUTH: +{most >> 20} MB at most");
        Assert.InRange(most, long.MinValue, 64L << 20);
        foreach (RespConnection flooder in all) flooder.Dispose();
    }

    // R15 (b): a subscriber who does not read is closed when it crosses its limit.
    [Fact]
    public void R15_b_a_slow_subscriber_is_closed_within_a_second_and_its_memory_is_back()
    {
        using ServerProcess server = ServerProcess.Start();
        using RespConnection publisher = server.Connect();
        using RespConnection slow = server.Connect();
        slow.Ok("SUBSCRIBE", "c");
        string message = new('m', 100_000);
        long before = long.Parse(Info(publisher, "memory", "used_memory"));
        long sent = 0;
        while (publisher.Ok("PUBLISH", "c", message).Integer == 1 && sent < 200L << 20)
        {
            sent += message.Length;
        }

        Assert.InRange(sent, 8L << 20, 60L << 20);
        Stopwatch clock = Stopwatch.StartNew();
        bool gone = SpinWait.SpinUntil(
            () => Info(publisher, "clients", "connected_clients") == "1", 1_000);
        Assert.True(gone, $"still there after {clock.ElapsedMilliseconds} ms");
        Assert.InRange(
            long.Parse(Info(publisher, "memory", "used_memory")), 0, before + (2L << 20));
        Figures.Add("R15 (b)", $"a slow subscriber was closed after {sent >> 20} MB");
    }

    private static string Info(RespConnection client, string section, string field)
    {
        string line = client.Ok("INFO", section).Text.Split("\r\n")
            .First(l => l.StartsWith(field + ":", StringComparison.Ordinal));
        return line[(field.Length + 1)..];
    }

    private static RespConnection Flooder(ServerProcess server, byte[] pipeline)
    {
        RespConnection flooder = server.Connect();
        flooder.Socket.ReceiveBufferSize = 4_096;
        flooder.Socket.SendTimeout = 50;
        Flood(flooder, pipeline);
        return flooder;
    }

    private static void Flood(RespConnection flooder, byte[] pipeline)
    {
        try
        {
            for (int i = 0; i < 10; i++) flooder.Send(pipeline);
        }
        catch (SocketException)
        {
            // Closed, or its buffers are full: both are right.
        }
    }
}
