using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Rotom.Engine.Config;
using Rotom.Resp;
using Xunit;
using Xunit.Abstractions;

namespace Rotom.Actors.Tests.Supervision;

// The keyspace actor is killed again and again while clients write: counters that each client alone
// raises, lists it alone pushes to, by pipelines and one at a time. A command is acknowledged, or
// answered with an error, or (which may not be) not answered at all.
//
//   nothing acknowledged is lost    a counter is at least what its client was told
//   nothing is done twice           it is at most that, and as many more as were answered by the
//                                   error of the failure, where nobody can know
//   nobody is dropped               a connection that ends, ends the test
//
// 5 kills; with ROTOM_TEST_FULL=1 it is 100.

/// <summary>The keyspace under fire.</summary>
public sealed class KeyspaceKillTests(ITestOutputHelper output) : IDisposable
{
    private const int Writers = 8;
    private const int Ballast = 20_000;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly string _directory =
        Path.Join(Path.GetTempPath(), "rotom-" + Guid.NewGuid().ToString("N"));

    private static int Kills =>
        Environment.GetEnvironmentVariable("ROTOM_TEST_FULL") == "1" ? 100 : 5;

    public void Dispose()
    {
        if (Directory.Exists(_directory)) Directory.Delete(_directory, recursive: true);
    }

    [Theory]
    [InlineData(AppendFsync.Always, 0)]
    [InlineData(AppendFsync.EverySecond, 0)]
    [InlineData(AppendFsync.Always, 2)]
    public async Task Acknowledged_writes_and_connections_survive_the_keyspace(
        AppendFsync fsync, int threads)
    {
        Directory.CreateDirectory(_directory);
        List<double> recoveries = [];
        long acknowledged = 0, refused = 0, failed = 0;
        await using (TestServer server = await StartAsync(fsync, threads))
        {
            await using RespClient killer = await server.ConnectAsync();
            await FillAsync(killer);
            bool goesOn = true;
            Writer[] writers =
                [.. Enumerable.Range(0, Writers).Select(i => new Writer(server, i))];
            Task[] running =
            [
                .. writers.Select(writer => Task.Run(
                    () => writer.RunAsync(() => Volatile.Read(ref goesOn)))),
            ];
            await KillAsync(server, killer, recoveries, writers);
            Volatile.Write(ref goesOn, false);
            foreach (Task task in running) await task.WaitAsync(s_patience);
            foreach (Writer writer in writers)
            {
                await writer.CheckAsync(killer);
                acknowledged += writer.Acknowledged;
                refused += writer.Refused;
                failed += writer.Failed;
            }

            string info = (await killer.CallAsync("INFO", "stats")).ToString();
            Assert.Contains($"incidents_keyspace:{Kills}\r\n", info, StringComparison.Ordinal);
            Assert.Contains($"keyspace_recoveries:{Kills}\r\n", info, StringComparison.Ordinal);
        }

        await using TestServer again = await StartAsync(fsync, threads);
        await using RespClient reader = await again.ConnectAsync();
        foreach (int i in Enumerable.Range(0, Writers))
        {
            Assert.True(
                (await reader.CallAsync("GET", Writer.CounterOf(i))).AsInteger() > 0, "it is gone");
        }

        recoveries.Sort();
        string line = string.Create(
            CultureInfo.InvariantCulture,
            $"{Kills} kills, {Ballast} keys, appendfsync {fsync}, io-threads {threads}: "
            + $"{acknowledged} writes "
            + $"acknowledged, 0 lost, {refused} refused while loading, {failed} failed; 0 "
            + $"connections dropped; recovery p50 {recoveries[recoveries.Count / 2]:F1} ms, max "
            + $"{recoveries[^1]:F1} ms");
        output.WriteLine(line);
        Console.WriteLine(line);
    }

    // Each kill when all is well again and something has been written since.
    private static async Task KillAsync(
        TestServer server, RespClient killer, List<double> recoveries, Writer[] writers)
    {
        for (int i = 0; i < Kills; i++)
        {
            long before = writers.Sum(writer => writer.Acknowledged);
            await UntilAsync(() => writers.Sum(writer => writer.Acknowledged) > before + 200);
            // The limit of restarts a minute is for servers that nobody attacks.
            server.Server.Parts.KeyspaceHealth.ForgetRestarts();
            long began = Stopwatch.GetTimestamp();
            RespErrorException told = await Assert.ThrowsAsync<RespErrorException>(
                () => killer.CallAsync("DEBUG", "PANIC"));
            Assert.StartsWith("ERR internal error", told.Message, StringComparison.Ordinal);
            while (!await ServesAsync(killer)) await Task.Yield();
            recoveries.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }
    }

    private static async Task FillAsync(RespClient client)
    {
        List<Task<RespValue>> replies = [];
        for (int i = 0; i < Ballast; i++)
        {
            replies.Add(client.CallAsync("SET", $"ballast:{i}", new string('x', 100)));
        }

        foreach (Task<RespValue> reply in replies) await reply;
    }

    private static async Task<bool> ServesAsync(RespClient client)
    {
        try
        {
            await client.CallAsync("GET", "ballast:1");
            return true;
        }
        catch (RespErrorException loading)
        {
            Assert.StartsWith("LOADING", loading.Message, StringComparison.Ordinal);
            return false;
        }
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (!holds())
        {
            Assert.True(watch.Elapsed < s_patience, "nothing goes on");
            await Task.Yield();
        }
    }

    private Task<TestServer> StartAsync(AppendFsync fsync, int threads) =>
        TestServer.StartAsync(config =>
        {
            config.Directory = _directory;
            config.AppendOnly = true;
            config.AppendFsync = fsync;
            config.IOThreads = threads;
            config.EnableDebugCommand = DangerousAccess.Yes;
        });

    /// <summary>A client that writes and knows what it was told.</summary>
    private sealed class Writer(TestServer server, int number)
    {
        private const int Pipeline = 16;

        private long _told;
        private long _pushed;

        internal long Acknowledged { get; private set; }

        internal long Refused { get; private set; }

        internal long Failed { get; private set; }

        internal static string CounterOf(int number) => $"counter:{number}";

        private string Counter => CounterOf(number);

        private string List => $"list:{number}";

        // What has been sent is waited for, also at the end.
        internal async Task RunAsync(Func<bool> goesOn)
        {
            await using RespClient client = await server.ConnectAsync();
            while (goesOn())
            {
                List<Task<RespValue>> replies = [];
                int count = number % 2 == 0 ? Pipeline : 1;
                for (int i = 0; i < count; i++) replies.Add(client.CallAsync("INCR", Counter));
                replies.Add(client.CallAsync("RPUSH", List, "x"));
                for (int i = 0; i < count; i++)
                {
                    if (await TakeAsync(replies[i]) is { } value) _told = value;
                }

                if (await TakeAsync(replies[count]) is { } length) _pushed = length;
            }
        }

        internal async Task CheckAsync(RespClient reader)
        {
            long counter = (await reader.CallAsync("GET", Counter)).AsInteger();
            Assert.InRange(counter, _told, _told + Failed);
            long length = (await reader.CallAsync("LLEN", List)).AsInteger();
            Assert.InRange(length, _pushed, _pushed + Failed);
            Assert.InRange(counter + length, Acknowledged, Acknowledged + Failed);
        }

        private async Task<long?> TakeAsync(Task<RespValue> reply)
        {
            try
            {
                long value = (await reply.WaitAsync(s_patience)).AsInteger();
                Acknowledged++;
                return value;
            }
            catch (RespErrorException error)
            {
                if (error.Message.StartsWith("LOADING", StringComparison.Ordinal))
                {
                    Refused++;
                    return null;
                }

                Assert.StartsWith("ERR internal error", error.Message, StringComparison.Ordinal);
                Failed++;
                return null;
            }
        }
    }
}
