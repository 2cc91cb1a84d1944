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
//   is sent behind the write; but what was acknowledged while a flush was under way is not written
//   yet, which is the last second at the most
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
        long acknowledged = 0, found = 0, missing = 0;
        try
        {
            for (int cycle = 1; cycle <= Cycles; cycle++)
            {
                Acknowledged[] acked = [.. Enumerable.Range(0, Clients)
                    .Select(_ => new Acknowledged())];
                Stopwatch age = Stopwatch.StartNew();
                bool rewrites = random.Next(2) == 0;
                using (ServerProcess server = ServerProcess.Start(flags))
                {
                    DeleteBefore(server, cycle);
                    Load(server, cycle, acked, random.Next(LoadMs / 10, LoadMs), rewrites);
                }

                // The first flush comes after a second, or with a rewrite. Half a second more than
                // it may cost: a reply may be read late.
                bool flushed = rewrites || age.Elapsed > TimeSpan.FromSeconds(1);
                long lastMs = acked.Max(one => one.LastMs);
                bool all = fsync == "always" || !flushed;
                using ServerProcess again = ServerProcess.Start(flags);
                long there = Check(
                    again, cycle,
                    Array.ConvertAll(acked, one => all ? one.Count : one.At(lastMs - 1500)));
                found += there;
                acknowledged += acked.Sum(one => one.Count);
                missing += acked.Sum(one => one.Count) > there
                    ? acked.Sum(one => one.Count) - there
                    : 0;
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        output.WriteLine(
            $"{fsync}: {Cycles} cycles, {acknowledged} acknowledged, {found} found, "
            + $"{missing} of a last second lost");
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
        ServerProcess server, int cycle, Acknowledged[] acked, int milliseconds, bool rewrites)
    {
        Thread[] clients = [.. Enumerable.Range(0, Clients).Select(
            i => new Thread(() => Append(server.Port, List(cycle, i), i, acked[i])))];
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
    private static void Append(int port, string list, int number, Acknowledged acked)
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
                        acked.Up(next);
                    }
                }
                else
                {
                    for (int i = 0; i <= commands; i++) client.Read();
                    if (client.Read().Items.Length != commands) return;
                    next += commands;
                    acked.Up(next - 1);
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

    /// <summary>What one client was answered, and when; read when its thread has ended.</summary>
    private sealed class Acknowledged
    {
        private readonly List<(long Ms, long Count)> _times = [];

        internal long Count { get; private set; }

        internal long LastMs => _times.Count == 0 ? 0 : _times[^1].Ms;

        internal void Up(long count)
        {
            Count = count;
            long ms = Environment.TickCount64;
            if (_times.Count > 0 && _times[^1].Ms == ms) _times[^1] = (ms, count);
            else _times.Add((ms, count));
        }

        internal long At(long ms) => _times.FindLast(time => time.Ms <= ms).Count;
    }
}
