using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Text;
using Rotom.Compat.Server;
using Rotom.Compat.Wire;
using Xunit;
using Xunit.Abstractions;

namespace Rotom.Compat.Load;

// R15 (d): the managed heap may have 256 MB, or 64, and clients do what takes it: leave replies
// unread, send large arguments, queue, rest behind a blocked command, subscribe. Data is not on
// that heap.
// What may happen: errors, closed connections, a stop. What may not: a wrong reply, a server that
// hangs, or one acknowledged write that is gone when it runs again.

public sealed class SmallHeapTests(ITestOutputHelper output)
{
    private const string Limit = "0x10000000";
    private const string LowLimit = "0x4000000";
    private const int Keys = 20_000;

    private static readonly string[] s_mix = ["unread", "large", "bounced"];

    public static TheoryData<string> Attacks() => Tools.Full
        ?
        [
            "unread", "large", "queued", "resting", "subscribed", "watched", "announced",
            "bounced", "mixed",
        ]
        : ["unread", "mixed"];

    [TheoryWith(Need.OwnServer)]
    [MemberData(nameof(Attacks))]
    public void R15_d_a_small_heap_loses_no_data(string attack)
    {
        string folder = Directory.CreateTempSubdirectory("rotom-heap-").FullName;
        Dictionary<string, string> heap = new() { ["DOTNET_GCHeapHardLimit"] = LimitFor(attack) };
        string[] flags = ["--dir", folder, "--appendonly", "yes", "--appendfsync", "everysec"];
        long acknowledged = 0;
        string end;
        try
        {
            using (ServerProcess server = ServerProcess.StartWith(heap, flags))
            {
                Fill(server);
                List<RespConnection> clients = [];
                int most = Tools.Full ? 24 : 8;
                for (int i = 0; i < most && !server.HasExited; i++)
                {
                    Attack(server, attack, clients, i);
                    acknowledged += Count(server);
                }

                foreach (RespConnection client in clients) client.Dispose();
                server.WaitForExit(500);
                end = server.HasExited
                    ? $"stopped with exit code {server.ExitCode}"
                    : $"alive, {server.Info("evicted_clients")} clients evicted";
                output.WriteLine(server.Output);
                if (!server.HasExited) Check(server, acknowledged);
            }

            using ServerProcess again = ServerProcess.Start(flags);
            Check(again, acknowledged);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        Figures.Add($"R15 (d), {attack}", $"{end}; {acknowledged} acknowledged, 0 lost");
        Assert.StartsWith("alive", end, StringComparison.Ordinal);
    }

    // All at once and with less: most allocations of a turn are refused at some time. A client
    // whose replies could not be kept once stopped the sending to all others for ever.
    private static string LimitFor(string attack) => attack == "mixed" ? LowLimit : Limit;

    private static void Fill(ServerProcess server)
    {
        using RespConnection client = server.Connect();
        for (int i = 0; i < Keys; i += 1_000)
        {
            MemoryStream pipeline = new();
            for (int k = i; k < i + 1_000; k++)
            {
                string value = new('v', k % 1_000);
                pipeline.Write(RespConnection.Encode("SET", $"key:{k}", value));
            }

            client.Send(pipeline.ToArray());
            for (int k = 0; k < 1_000; k++) Assert.Equal("+OK", client.Read().ToString());
        }

        client.Ok("SETRANGE", "big", "4000000", "x");
    }

    private static long Count(ServerProcess server)
    {
        try
        {
            using RespConnection client = server.Connect(30_000);
            return client.Call("INCR", "counter").IsError ? 0 : 1;
        }
        catch (Exception gone) when (gone is SocketException or IOException
            or InvalidOperationException)
        {
            return 0;
        }
    }

    private static void Check(ServerProcess server, long acknowledged)
    {
        using RespConnection client = server.Connect(60_000);
        RespReply counter = client.Ok("GET", "counter");
        Assert.InRange(
            counter.IsNull ? 0 : long.Parse(counter.Text, CultureInfo.InvariantCulture),
            acknowledged, acknowledged + 1);
        for (int k = 0; k < Keys; k += 97)
            Assert.Equal(k % 1_000, client.Ok("STRLEN", $"key:{k}").Integer);
        Assert.Equal(4_000_001, client.Ok("STRLEN", "big").Integer);
    }

    private static void Attack(
        ServerProcess server, string attack, List<RespConnection> clients, int number)
    {
        try
        {
            RespConnection client = server.Connect(500);
            clients.Add(client);
            client.Socket.ReceiveBufferSize = 4_096;
            foreach (byte[] piece in Pieces(attack, number)) client.Send(piece);
        }
        catch (Exception gone) when (gone is SocketException or IOException
            or InvalidOperationException)
        {
            // Closed, or not read any more: that is for the server to decide.
        }
    }

    private static IEnumerable<byte[]> Pieces(string attack, int number)
    {
        string big = new('x', 1 << 20);
        if (attack == "mixed") attack = s_mix[number % s_mix.Length];
        switch (attack)
        {
            case "unread":
                byte[] get = RespConnection.Encode("GET", "big");
                return Enumerable.Repeat(get, 64);
            case "large":
                const string set = "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$104857600\r\n";
                return Enumerable.Repeat(Encoding.ASCII.GetBytes(big), 40)
                    .Prepend(Encoding.ASCII.GetBytes(set));
            case "queued":
                byte[] queued = RespConnection.Encode("SET", "never", big);
                return Enumerable.Repeat(queued, 30).Prepend(RespConnection.Encode("MULTI"));
            case "resting":
                byte[] rested = RespConnection.Encode("SET", "never", big);
                return Enumerable.Repeat(rested, 30)
                    .Prepend(RespConnection.Encode("BLPOP", "nothing", "0"));
            case "subscribed":
                return Many("SUBSCRIBE", number);
            case "watched":
                return Many("WATCH", number);
            case "announced":
                const string start = "*1048576\r\n$3\r\nSET\r\n";
                string words = string.Concat(Enumerable.Repeat("$1\r\na\r\n", 100_000));
                return Enumerable.Repeat(Encoding.ASCII.GetBytes(words), 10)
                    .Prepend(Encoding.ASCII.GetBytes(start));
            default:
                return Enumerable.Repeat(RespConnection.Encode("ECHO", big), 30);
        }
    }

    // Three million channels or keys in all.
    private static IEnumerable<byte[]> Many(string command, int number)
    {
        for (int i = 0; i < 75; i++)
        {
            int first = i;
            yield return RespConnection.Encode([command, .. Enumerable.Range(0, 1_000).Select(
                n => $"a rather long name of a channel or a key {number} {first} {n}")]);
        }
    }
}
