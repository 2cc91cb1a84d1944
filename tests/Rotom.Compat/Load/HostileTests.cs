using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using Rotom.Compat.Server;
using Rotom.Compat.Wire;
using Xunit;

namespace Rotom.Compat.Load;

// Connections that mean no good, or are in the wrong place. The canary is a client that does
// nothing wrong: whatever the others send, it gets its replies, soon, and no bytes that are not
// its own.

public sealed class HostileTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private const int CanaryMs = 1_000;

    public static IEnumerable<object[]> Inputs()
        => Table().Select(row => new object[] { row.Name });

    private static IEnumerable<(string Name, byte[] Bytes)> Table()
    {
        byte[] noise = new byte[200_000];
        new Random(7).NextBytes(noise);
        byte[] clientHello = Convert.FromHexString(
            "16030100c8010000c403039f2e4d1c5a7b8e6f0011223344556677889900aabbccddeeff001122334455"
            + "20e0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff0026130213031301"
            + "c02cc030009fcca9cca8ccaac02bc02f009ec024c028006bc023c0270067c00ac0140039");
        return
        [
            ("noise", noise),
            ("zeros", new byte[100_000]),
            ("line_feeds", Encoding.ASCII.GetBytes(new string('\n', 100_000))),
            ("tls_client_hello", clientHello),
            ("http_post", Text("POST / HTTP/1.1\r\nHost: a\r\n\r\nSET http executed\r\n")),
            ("http_host_first", Text("Host: a\r\nSET http executed\r\n")),
            ("half_a_command", Text("*3\r\n$3\r\nSET\r\n$4\r\nha")),
            ("half_a_length", Text("*3\r\n$3")),
            ("many_arguments_announced", Text("*1048576\r\n")),
            ("large_bulk_announced", Text("*2\r\n$4\r\nECHO\r\n$536870912\r\n")),
            ("bulk_without_crlf", Text("*2\r\n$4\r\nECHO\r\n$5\r\nhelloXX\r\n")),
            ("nested_arrays", Text(string.Concat(Enumerable.Repeat("*1\r\n", 50_000)))),
            ("negative_lengths", Text("*-5\r\n*2\r\n$-5\r\n")),
            ("overflowing_length", Text("*99999999999999999999\r\n")),
            ("empty_commands", Text(string.Concat(Enumerable.Repeat("*0\r\n*-1\r\n\r\n", 10_000)))),
            ("unbalanced_quotes", Text("SET \"a\r\n")),
            ("endless_line", Encoding.ASCII.GetBytes(new string('x', 1_000_000))),
            ("replies_in_place_of_commands", Text("+OK\r\n:5\r\n%1\r\n+a\r\n+b\r\n>1\r\n+x\r\n")),
        ];
    }

    [Theory]
    [MemberData(nameof(Inputs))]
    public void Bad_input_costs_at_most_its_own_connection(string name)
        => CostsItsOwnConnectionOnly(name, fixture.Empty());

    [TheoryWith(Need.OwnServer)]
    [InlineData("--transport portable")]
    [InlineData("--io-threads 3")]
    public void So_it_is_with_other_transports_and_threads(string mode)
    {
        using ServerProcess server = ServerProcess.Start(mode.Split(' '));
        foreach ((string name, _) in Table())
            CostsItsOwnConnectionOnly(name, server);
    }

    private static void CostsItsOwnConnectionOnly(string name, ServerProcess server)
    {
        byte[] bytes = Table().First(row => row.Name == name).Bytes;
        using RespConnection canary = server.Connect();
        canary.Ok("SET", "canary", "sings");
        List<RespConnection> hostile = [];
        for (int i = 0; i < 20; i++)
        {
            RespConnection client = server.Connect();
            hostile.Add(client);
            SendAsMuchAsItTakes(client, bytes);
            Listen(server, canary);
        }
        for (int i = 0; i < hostile.Count; i++)
        {
            if (i % 2 == 0)
                hostile[i].Reset();
            else
                hostile[i].Dispose();
        }
        Listen(server, canary);
        bool gone = SpinWait.SpinUntil(() => server.Info("connected_clients") == "2", 5_000);
        string? left = server.Info("connected_clients");
        Assert.True(gone, $"{left} clients are left, not 2, after {name}");
        Assert.True(canary.Ok("EXISTS", "http").Integer == 0, "the body of a POST was executed");
    }

    [Fact]
    public void Client_that_never_reads_disturbs_nobody()
    {
        ServerProcess server = fixture.Empty();
        using RespConnection canary = server.Connect();
        canary.Ok("SET", "canary", "sings");
        canary.Ok("SET", "big", new string('x', 100_000));
        using RespConnection deaf = server.Connect();
        byte[] get = RespConnection.Encode("GET", "big");
        byte[] pipeline = [.. Enumerable.Repeat(get, 500).SelectMany(b => b)];
        for (int i = 0; i < 3; i++)
        {
            SendAsMuchAsItTakes(deaf, pipeline);
            Listen(server, canary);
        }
        deaf.Reset();
        Listen(server, canary);
    }

    // Half a GB is what proto-max-bulk-len allows; what is left unread has a limit below that.
    [Fact]
    public void The_largest_value_can_be_read_in_one_reply()
    {
        const int Length = 512 << 20;
        using ServerProcess server = ServerProcess.Start();
        using RespConnection client = server.Connect(60_000);
        Assert.Equal(Length, client.Ok("SETRANGE", "huge", $"{Length - 1}", "x").Integer);
        Assert.Equal(Length, client.Ok("GET", "huge").Bytes!.Length);
    }

    [Fact]
    public void Random_bytes_after_good_commands_never_stop_the_server()
    {
        int seed = Environment.TickCount;
        Random random = new(seed);
        ServerProcess server = fixture.Empty();
        using RespConnection canary = server.Connect();
        canary.Ok("SET", "canary", "sings");
        int tries = Tools.Full ? 20_000 : 1_000;
        for (int i = 0; i < tries; i++)
        {
            byte[] bytes = RespConnection.Encode("SET", "k", new string('v', random.Next(100)));
            for (int flips = random.Next(1, 4); flips > 0; flips--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            // A flipped command may be a good one, and one that must not run here: none has
            // such a name.
            using RespConnection client = server.Connect();
            SendAsMuchAsItTakes(client, bytes);
            if (i % 50 == 0)
                Listen(server, canary, $"seed {seed}, try {i}");
        }
        Listen(server, canary, $"seed {seed}");
    }

    /// <summary>A server that closes early or reads no more is within its rights.</summary>
    private static void SendAsMuchAsItTakes(RespConnection client, byte[] bytes)
    {
        client.Socket.SendTimeout = 200;
        try
        {
            client.Send(bytes);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionReset
            or SocketError.Shutdown or SocketError.TimedOut or SocketError.WouldBlock
            or SocketError.ConnectionAborted)
        {
            // Refused by the server, or by the kernel's buffers: both are what this test is for.
        }
    }

    private static void Listen(ServerProcess server, RespConnection canary, string context = "")
    {
        server.RequireAlive();
        Stopwatch clock = Stopwatch.StartNew();
        Assert.Equal("$\"sings\"", canary.Call("GET", "canary").ToString());
        Assert.True(clock.ElapsedMilliseconds < CanaryMs,
            $"the canary waited {clock.ElapsedMilliseconds} ms {context}");
        Assert.True(canary.IsSilent(waitMs: 0), $"the canary got foreign bytes {context}");
    }

    private static byte[] Text(string text) => Encoding.Latin1.GetBytes(text);
}
