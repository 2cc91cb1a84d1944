using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using Rotom.Compat.Server;
using Rotom.Compat.Wire;
using Xunit;

namespace Rotom.Compat.Load;

// R3: many connections that mean no good, one after the other and some at a time, and a canary
// that asks every ten milliseconds. The canary is a thread of its own, so that it asks in time.

public sealed class HostileStormTests
{
    private const int AtATime = 64;

    [Fact]
    public void R3_a_hundred_thousand_hostile_connections_do_not_hold_up_a_canary()
    {
        int count = Tools.Full ? 100_000 : 3_000;
        using ServerProcess server = ServerProcess.Start();
        byte[][] inputs = Inputs();
        Storm(server, inputs, 500);
        long before = server.ResidentBytes();
        using Canary canary = new(server);
        Storm(server, inputs, count);
        double[] waits = canary.Stop();
        bool gone = SpinWait.SpinUntil(() => server.Info("connected_clients") == "1", 10_000);
        Assert.True(gone, server.Info("connected_clients") + " clients are left");
        long grown = server.ResidentBytes() - before;
        double worst = waits[(int)(waits.Length * 0.999)];
        Figures.Add("R3", $"{count:N0} hostile connections: the canary's {waits.Length:N0} "
            + $"replies p50 {waits[waits.Length / 2]:F1} ms, p99.9 {worst:F1} ms; "
            + $"RSS {grown / 1048576.0:+0.0;-0.0} MB");
        // A machine that is busy with other things makes its own waits: see the figure.
        Assert.InRange(worst, 0, Tools.Full ? 100 : 500);
        Assert.InRange(grown, long.MinValue, 32L << 20);
    }

    // CVE-2025-48367.
    [Fact]
    public void CVE_2025_48367_a_storm_of_resets_disturbs_nobody()
    {
        using ServerProcess server = ServerProcess.Start();
        using RespConnection canary = server.Connect();
        int count = Tools.Full ? 30_000 : 2_000;
        for (int i = 0; i < count; i++)
        {
            Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.LingerState = new LingerOption(true, 0);
            socket.Connect("127.0.0.1", server.Port);
            socket.Close();
            if (i % 100 == 0) Assert.Equal("+PONG", canary.Call("PING").ToString());
        }

        Assert.Equal("+PONG", canary.Call("PING").ToString());
        bool gone = SpinWait.SpinUntil(() => server.Info("connected_clients") == "2", 10_000);
        Assert.True(gone, server.Info("connected_clients") + " clients are left");
    }

    private static void Storm(ServerProcess server, byte[][] inputs, int count)
    {
        Queue<Socket> open = new();
        Random random = new(3);
        int refused = 0;
        for (int i = 0; i < count; i++)
        {
            Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
            {
                NoDelay = true,
            };
            // One address has not ports enough for so many in so short a time.
            socket.Bind(new IPEndPoint(new IPAddress([127, 0, 0, (byte)(1 + (i % 100))]), 0));
            try
            {
                socket.Connect("127.0.0.1", server.Port);
            }
            catch (SocketException) when (refused < 1 + (count / 50))
            {
                // The kernel's queue of connections was full for a moment.
                refused++;
                i--;
                socket.Dispose();
                Thread.Sleep(1);
                continue;
            }

            socket.SendTimeout = 100;
            byte[] input = inputs[i % inputs.Length];
            try
            {
                socket.Send(input.AsSpan(0, random.Next(3) == 0
                    ? random.Next(input.Length + 1)
                    : input.Length));
            }
            catch (SocketException)
            {
                // Closed while we wrote.
            }

            // Some end in order, some by a reset.
            if (random.Next(2) == 0) socket.LingerState = new LingerOption(true, 0);
            open.Enqueue(socket);
            if (open.Count > AtATime) open.Dequeue().Dispose();
        }

        foreach (Socket socket in open) socket.Dispose();
    }

    private static byte[][] Inputs()
    {
        byte[] noise = new byte[5_000];
        new Random(7).NextBytes(noise);
        byte[] hello = [22, 3, 1, 0, 200, 1, 0, 0, 196, 3, 3, .. noise.AsSpan(0, 190)];
        string[] texts =
        [
            "POST / HTTP/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
            "*3\r\n$3\r\nSET\r\n$4\r\nha", "*1048576\r\n", "*2\r\n$4\r\nECHO\r\n$536870912\r\nabc",
            "*2\r\n$4\r\nECHO\r\n$5\r\nhelloXX\r\n", "*99999999999999999999\r\n", "*-5\r\n",
            "$5\r\n",
            string.Concat(Enumerable.Repeat("*1\r\n", 500)), "SET \"a\r\n", "\0\0\0\0\r\n",
            string.Concat(Enumerable.Repeat("*0\r\n\r\n", 500)), "+OK\r\n:5\r\n",
            string.Concat(Enumerable.Repeat("PING\r\n", 500)),
        ];
        return [noise, hello, .. texts.Select(Encoding.Latin1.GetBytes)];
    }

    /// <summary>Asks every ten milliseconds, and notes how long each reply took.</summary>
    private sealed class Canary : IDisposable
    {
        private readonly RespConnection _client;
        private readonly List<double> _waits = [];
        private readonly Thread _thread;
        private volatile bool _stopped;
        private Exception? _failed;

        public Canary(ServerProcess server)
        {
            _client = server.Connect();
            _client.Ok("SET", "canary", "sings");
            _thread = new Thread(Sing) { IsBackground = true, Priority = ThreadPriority.Highest };
            _thread.Start();
        }

        public double[] Stop()
        {
            _stopped = true;
            _thread.Join();
            if (_failed is not null) throw new InvalidDataException("the canary", _failed);
            _client.Dispose();
            _waits.Sort();
            return [.. _waits];
        }

        public void Dispose()
        {
            _stopped = true;
            _client.Dispose();
        }

        private void Sing()
        {
            try
            {
                Stopwatch clock = new();
                while (!_stopped)
                {
                    clock.Restart();
                    Assert.Equal("$\"sings\"", _client.Call("GET", "canary").ToString());
                    _waits.Add(clock.Elapsed.TotalMilliseconds);
                    int rest = 10 - (int)clock.ElapsedMilliseconds;
                    if (rest > 0) Thread.Sleep(rest);
                }
            }
            catch (Exception failed)
            {
                if (!_stopped) _failed = failed;
            }
        }
    }
}
