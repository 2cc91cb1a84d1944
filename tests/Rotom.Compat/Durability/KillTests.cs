using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Threading;
using Rotom.Compat.Server;
using Rotom.Compat.Wire;
using Xunit;
using Xunit.Abstractions;

namespace Rotom.Compat.Durability;

// The process is killed (SIGKILL) at a random moment while eight clients write, often in the middle
// of a rewrite, and started again on what it left. Each client appends 1, 2, 3... to a list of its
// own, one number a command, in pipelines or in transactions. Of every list there must be found:
//
//   the numbers from 1 on, in order, without a gap, none twice
//   all that was acknowledged: always; and under everysec too, for the machine lives on and a reply
//   is sent behind the write
//   of a transaction all or nothing
//
// Lists of the cycle before are deleted first, and must not come back.
//
// Quick: 2 cycles of half a second a policy; ROTOM_TEST_FULL=1: 100 of up to three seconds.

/// <summary>What is found after a real kill -9.</summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private const int Clients = 8;
    private const int TransactionSize = 5;

    private static int Cycles => Tools.Full ? 100 : 2;

    private static int LoadMs => Tools.Full ? 3000 : 500;

    [Theory]
    [InlineData("always")]
    [InlineData("everysec")]
    public void What_was_acknowledged_survives_a_kill(string fsync)
    {
        int seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        Random random = new(seed);
        string folder = Directory.CreateTempSubdirectory("rotom-kill-").FullName;
        string[] flags =
            ["--dir", folder, "--appendonly", "yes", "--appendfsync", fsync];
        long acknowledged = 0, found = 0;
        try
        {
            for (int cycle = 1; cycle <= Cycles; cycle++)
            {
                long[] acked = new long[Clients];
                using (ServerProcess server = ServerProcess.Start(flags))
                {
                    DeleteBefore(server, cycle);
                    bool rewrites = random.Next(2) == 0;
                    Load(server, cycle, acked, random.Next(LoadMs / 10, LoadMs), rewrites);
                }

                using ServerProcess again = ServerProcess.Start(flags);
                long there = Check(again, cycle, acked);
                found += there;
                acknowledged += acked.Sum();
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        output.WriteLine(
            $"{fsync}: {Cycles} cycles, {acknowledged} acknowledged, {found} found, 0 lost");
        Assert.True(acknowledged > 0);
    }

    private static string List(int cycle, int client) =>
        string.Create(CultureInfo.InvariantCulture, $"list:{cycle}:{client}");

    private static void Write(ServerProcess server, params string[] command)
    {
        using RespConnection client = server.Connect();
        client.Ok(command);
    }

    private static void DeleteBefore(ServerProcess server, int cycle)
    {
        for (int i = 0; i < Clients; i++) Write(server, "DEL", List(cycle - 1, i));
    }

    private static void Load(
        ServerProcess server, int cycle, long[] acked, int milliseconds, bool rewrites)
    {
        Thread[] clients = [.. Enumerable.Range(0, Clients).Select(
            i => new Thread(() => Append(server.Port, List(cycle, i), i, ref acked[i])))];
        foreach (Thread client in clients) client.Start();
        Stopwatch watch = Stopwatch.StartNew();
        while (watch.ElapsedMilliseconds < milliseconds)
        {
            if (rewrites && watch.ElapsedMilliseconds > milliseconds / 2)
            {
                using RespConnection client = server.Connect();
                client.Call("BGREWRITEAOF");
                rewrites = false;
            }

            Thread.Sleep(1);
        }

        server.KillHard();
        foreach (Thread client in clients) client.Join();
    }

    // Pipelines of 1 to 16 commands, or transactions; counts what was answered.
    private static void Append(int port, string list, int number, ref long acked)
    {
        try
        {
            using RespConnection client = new(port, 20_000);
            for (long next = 1; ;)
            {
                int commands = number % 2 == 0 ? 1 + (int)(next % 16) : TransactionSize;
                List<byte> bytes = [];
                if (number % 2 != 0) bytes.AddRange(RespConnection.Encode("MULTI"));
                for (int i = 0; i < commands; i++)
                {
                    string value = (next + i).ToString(CultureInfo.InvariantCulture);
                    bytes.AddRange(RespConnection.Encode("RPUSH", list, value));
                }

                if (number % 2 != 0) bytes.AddRange(RespConnection.Encode("EXEC"));
                client.Send(bytes.ToArray());
                if (number % 2 == 0)
                {
                    for (int i = 0; i < commands; i++, next++)
                    {
                        if (client.Read().Integer != next) return;
                        Volatile.Write(ref acked, next);
                    }
                }
                else
                {
                    for (int i = 0; i <= commands; i++) client.Read();
                    if (client.Read().Items.Length != commands) return;
                    next += commands;
                    Volatile.Write(ref acked, next - 1);
                }
            }
        }
        catch (Exception gone) when (gone is IOException or SocketException)
        {
            // The server was killed: what has been answered so far counts.
        }
    }

    private static long Check(ServerProcess server, int cycle, long[] acked)
    {
        using RespConnection client = server.Connect();
        long found = 0;
        for (int i = 0; i < Clients; i++)
        {
            Assert.Equal(0, client.Ok("EXISTS", List(cycle - 1, i)).Integer);
            RespReply[] items = client.Ok("LRANGE", List(cycle, i), "0", "-1").Items;
            for (int n = 0; n < items.Length; n++) Assert.Equal(n + 1, items[n].Integer);
            Assert.True(
                items.Length >= acked[i], $"cycle {cycle}: {items.Length} of {acked[i]} are there");
            if (i % 2 != 0) Assert.Equal(0, items.Length % TransactionSize);
            found += items.Length;
        }

        return found;
    }
}
