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

// R14: what a crowd that does nothing costs, and what it costs those who do something.
//
// What an idle client takes of the server is seen in its resident memory; what it takes of the
// kernel only in the kernel's own counts, which have both ends of the connection: half of that is
// the server's. The quick share has a tenth of the crowd, so that it fits a usual limit of
// descriptors.

public sealed class IdleCrowdTests
{
    private const int Busy = 50;

    // A busy client that vanishes is back before the server has heard of it.
    private const int Spare = 100;
    private const int PerClientMost = 16 * 1024;

    private static int Idle => Tools.Full ? 10_000 : 1_000;

    [FactWith(Need.OwnServer | Need.ManyDescriptors)]
    public async Task R14_ten_thousand_idle_clients_and_fifty_busy_ones()
    {
        using ServerProcess server = ServerProcess.Start(
            "--maxclients", $"{1 + Idle + Busy + Spare}");
        using RespConnection watching = server.Connect(60_000);
        double alone = await Work(server, seed: 14);
        Assert.True(Are(watching, 1), "the busy clients have not left");
        long resident = server.ResidentBytes();
        long kernel = KernelBytes();
        List<RespConnection> idle = [.. Enumerable.Range(0, Idle).Select(_ => Greeted(server))];
        long grown = server.ResidentBytes() - resident;
        double perClient = (grown + ((KernelBytes() - kernel) / 2.0)) / Idle;
        double rate = await Work(server, seed: 15);
        long busy = server.ResidentBytes() - resident;

        Assert.True(Are(watching, 1 + Idle), "the busy clients have not left");
        List<RespConnection> rest =
            [.. Enumerable.Range(0, Busy + Spare).Select(_ => Greeted(server))];
        using (RespConnection over = server.Connect())
        {
            Assert.Equal("-ERR max number of clients reached\r\n",
                Encoding.ASCII.GetString(over.ReadToEnd()));
        }

        foreach (RespConnection client in idle)
            Assert.Equal("+PONG", client.Call("PING").ToString());
        watching.Ok("PING");
        foreach (RespConnection client in idle.Concat(rest)) client.Dispose();
        Figures.Add("R14", $"{Idle:N0} idle clients: {perClient / 1024:F1} KB each, kernel's share "
            + $"included, RSS +{grown >> 20} MB (+{busy >> 20} MB with {Busy} busy ones); replies "
            + $"to these {rate:N0}/s, {alone:N0}/s without the idle");
        Assert.InRange(perClient, 0, PerClientMost);
        Assert.InRange(busy, long.MinValue, 200L << 20);
    }

    [FactWith(Need.OwnServer)]
    public void R14_clients_that_come_and_go_leave_no_handle_behind()
    {
        const int PerSecond = 2_000;
        int seconds = Tools.Full ? 60 : 2;
        using ServerProcess server = ServerProcess.Start();
        using RespConnection watching = server.Connect();
        // What the first ones leave is kept for the next.
        Churn(server, PerSecond, 1);
        Assert.True(Are(watching, 1), "not all have left");
        int handles = Handles(server);
        long resident = server.ResidentBytes();
        double took = Churn(server, PerSecond, seconds);
        Assert.True(Are(watching, 1), "not all have left");
        bool back = SpinWait.SpinUntil(() => Handles(server) <= handles, 10_000);
        long grown = server.ResidentBytes() - resident;
        Figures.Add("R14, churn", $"{PerSecond * seconds:N0} clients came and went in {took:F1} s: "
            + $"{handles} handles before, {Handles(server)} after, "
            + $"RSS {grown / 1048576.0:+0.0;-0.0} MB");
        Assert.True(back, $"{handles} handles before, {Handles(server)} after");
        // Half the rate is what a machine that is busy with other things must keep.
        Assert.InRange(took, 0, seconds * 2);
    }

    private static RespConnection Greeted(ServerProcess server)
    {
        RespConnection client = server.Connect(60_000);
        client.Ok("PING");
        return client;
    }

    /// <summary>Replies a second that <see cref="Busy"/> clients get, each reply checked.</summary>
    private static async Task<double> Work(ServerProcess server, int seed)
    {
        LoadCounts counts = new(Tools.Full ? 1_000_000 : 100_000);
        using CancellationTokenSource limit = new(TimeSpan.FromMinutes(2));
        Stopwatch clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Busy).Select(
            i => new EchoClient(i, server.Port, seed + i, counts).Run(limit.Token)));
        return counts.Replies / clock.Elapsed.TotalSeconds;
    }

    /// <summary>So many clients a second, a third of which ask something; answers the seconds it
    /// took.</summary>
    private static double Churn(ServerProcess server, int perSecond, int seconds)
    {
        Stopwatch clock = Stopwatch.StartNew();
        for (int i = 0; i < perSecond * seconds; i++)
        {
            int early = (int)((i * 1000L / perSecond) - clock.ElapsedMilliseconds);
            if (early > 2) Thread.Sleep(early);
            using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
            // One address has not ports enough for so many in so short a time.
            socket.Bind(new IPEndPoint(new IPAddress([127, 0, 0, (byte)(1 + (i % 100))]), 0));
            socket.Connect(IPAddress.Loopback, server.Port);
            if (i % 3 == 0) Ask(socket);
            if (i % 2 == 0) socket.LingerState = new LingerOption(true, 0);
        }

        return clock.Elapsed.TotalSeconds;
    }

    private static void Ask(Socket socket)
    {
        socket.Send("PING\r\n"u8);
        Span<byte> reply = stackalloc byte[16];
        int length = socket.Receive(reply);
        if (!reply[..length].SequenceEqual("+PONG\r\n"u8))
            throw new InvalidDataException(Encoding.Latin1.GetString(reply[..length]));
    }

    private static bool Are(RespConnection watching, int clients) => SpinWait.SpinUntil(
        () => watching.Ok("INFO", "clients").Text.Contains(
            $"connected_clients:{clients}\r\n", StringComparison.Ordinal),
        20_000);

    // Without assemblies: the runtime opens one when a method that names it is compiled, which may
    // be once more in mid-test, and keeps it.
    private static int Handles(ServerProcess server) =>
        Directory.GetFiles($"/proc/{server.Pid}/fd").Count(handle =>
            new FileInfo(handle).LinkTarget?.EndsWith(".dll", StringComparison.Ordinal) != true);

    /// <summary>What the kernel holds in slabs and for sockets, of all processes.</summary>
    private static long KernelBytes()
    {
        string slab = File.ReadLines("/proc/meminfo")
            .First(line => line.StartsWith("Slab:", StringComparison.Ordinal));
        string tcp = File.ReadLines("/proc/net/sockstat")
            .First(line => line.StartsWith("TCP:", StringComparison.Ordinal));
        long kilobytes = long.Parse(slab.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);
        return (kilobytes * 1024) + (long.Parse(tcp.Split(' ')[^1]) * Environment.SystemPageSize);
    }
}
