using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Akka.Actor;
using Rotom.Actors.Messages;
using Rotom.Actors.Supervision;
using Rotom.Engine.Config;
using Rotom.Resp;
using Xunit;
using Xunit.Abstractions;

namespace Rotom.Actors.Tests.Supervision;

// Every fault point, one after the other, on a server that keeps a journal (appendfsync always) and
// is used in every way it can be: counters in pipelines, transactions, blocking, expiry, snapshots,
// rewrites, actors, clients in the process, and a restart of the keyspace in the middle, so that a
// failure also meets a recovery. What must hold each time:
//
//   every command is answered, by a reply or an error       no connection is closed
//   nothing acknowledged is lost, nothing is done twice     in the end writes are taken again
//
// and at the end a server that starts on the same files holds the same. One round, in which the two
// kinds of server share the points; with ROTOM_TEST_FULL=1 there are 20 of all points for each, in
// which they fail at the first, second, ... time that they are passed.

/// <summary>The server fails everywhere, and heals.</summary>
public sealed class FaultPointTests(ITestOutputHelper output) : IDisposable
{
    private const int Clients = 3;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private readonly string _directory =
        Path.Join(Path.GetTempPath(), "rotom-" + Guid.NewGuid().ToString("N"));

    private readonly Counter[] _counters = [new(), new(), new()];
    private readonly SortedSet<string> _fired = new(StringComparer.Ordinal);
    private long _calls;
    private string _where = "";

    private static bool IsFull => Environment.GetEnvironmentVariable("ROTOM_TEST_FULL") == "1";

    private static int Rounds => IsFull ? 20 : 1;

    public void Dispose()
    {
        if (Directory.Exists(_directory)) Directory.Delete(_directory, recursive: true);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task Wherever_the_server_fails_it_heals_and_nobody_is_let_down(int threads)
    {
        Directory.CreateDirectory(_directory);
        string digest;
        await using (TestServer server = await StartAsync(threads))
        {
            RespClient[] clients = new RespClient[Clients];
            for (int i = 0; i < Clients; i++) clients[i] = await server.ConnectAsync();
            for (int round = 0; round < Rounds; round++)
            {
                foreach (string point in PointsFor(threads))
                {
                    _where = $"{point}, round {round}";
                    await FailAtAsync(server, clients, point, round);
                }
            }

            digest = (await clients[0].CallAsync("DEBUG", "DIGEST")).ToString();
            foreach (RespClient client in clients) await client.DisposeAsync();
        }

        await using TestServer again = await StartAsync(threads);
        await using RespClient reader = await again.ConnectAsync();
        Assert.Equal(digest, (await reader.CallAsync("DEBUG", "DIGEST")).ToString());
        string missed =
            string.Join(' ', FaultPoints.All.Where(point => !_fired.Contains(point)));
        string line = string.Create(
            CultureInfo.InvariantCulture,
            $"fault points, io-threads {threads}: {FaultPoints.All.Count} points, {Rounds} rounds, "
            + $"{_fired.Count} of them failed, {_calls} calls answered; not reached: {missed}");
        output.WriteLine(line);
        Console.WriteLine(line);
        Assert.True(_fired.Count >= (IsFull ? 60 : 25), line);
    }

    private static IEnumerable<string> PointsFor(int threads) => IsFull
        ? FaultPoints.All
        : FaultPoints.All.Where((_, i) => i % 4 < 2 == (threads == 0));

    private async Task FailAtAsync(
        TestServer server, RespClient[] clients, string point, int round)
    {
        FaultPoints faults = server.Server.Parts.Faults;
        server.Server.Parts.KeyspaceHealth.ForgetRestarts();
        long before = faults.Fired;
        Assert.True(faults.TryArm(point, round));
        await Task.WhenAll(
            CountAsync(clients[0], 0, 1),
            CountAsync(clients[1], 1, 8),
            UseAsync(server, clients[2]));
        faults.Disarm();
        if (faults.Fired != before) _fired.Add(point);
        await WriteAgainAsync(clients[0]);
        for (int i = 0; i < Clients; i++) await CheckAsync(clients[0], i);
    }

    // All that a server does, so that every place is passed.
    private async Task UseAsync(TestServer server, RespClient client)
    {
        await TryAsync(client, "SET", "short", "x", "PX", "1");
        await TryAsync(client, "MULTI");
        await TryAsync(client, "RPUSH", "list", "x");
        await TryAsync(client, "EXEC");
        await TryAsync(client, "BLPOP", "none", "0.005");
        await TryAsync(client, "UNLINK", "list");
        await TryAsync(client, "BGREWRITEAOF");
        IActorRef supervisor = server.Server.Supervisor;
        await AskAsync(supervisor, new RedisCommand("SET", "actor", "x"));
        await AskAsync(supervisor, FlushJournal.Instance);
        await AskAsync(server.Server.Keyspace, new ExpireDueKeys());
        await AskAsync(server.Server.Keyspace, new SubscribeToKeys());
        server.Server.Keyspace.Tell(new UnsubscribeFromKeys());
        await LocalAsync(server);
        await CountAsync(client, 2, 4);
        await TryAsync(client, "BGSAVE");
        await TryAsync(client, "DEBUG", "PANIC");
        await CountAsync(client, 2, 4);
        await LocalAsync(server);
        await IdleAsync(client);
        await TryAsync(client, "BGSAVE");
        await IdleAsync(client);
    }

    // Until neither a snapshot nor a rewrite is under way.
    private async Task IdleAsync(RespClient client)
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (true)
        {
            string info = await TryAsync(client, "INFO", "persistence");
            bool isIdle = info.Contains("rdb_bgsave_in_progress:0", StringComparison.Ordinal)
                && info.Contains("aof_rewrite_in_progress:0", StringComparison.Ordinal);
            if (isIdle) return;
            Assert.True(watch.Elapsed < s_patience, _where + "\n" + info);
        }
    }

    private async Task LocalAsync(TestServer server)
    {
        try
        {
            await server.Server.Client.StringSetAsync("local", "x").AsTask().WaitAsync(s_patience);
        }
        catch (RespErrorException)
        {
            // It was answered, which is all that is asked for.
        }
    }

    private async Task AskAsync(IActorRef actor, object message)
    {
        try
        {
            await actor.Ask<object>(message, s_patience);
            _calls++;
        }
        catch (AskTimeoutException)
        {
            Assert.Fail($"{_where}: {message} is not answered");
        }
    }

    private async Task CountAsync(RespClient client, int number, int pipeline)
    {
        Counter counter = _counters[number];
        for (int turn = 0; turn < 5; turn++)
        {
            List<Task<RespValue>> replies = [];
            for (int i = 0; i < pipeline; i++)
            {
                replies.Add(client.CallAsync("INCR", $"counter:{number}"));
            }

            foreach (Task<RespValue> reply in replies) await counter.TakeAsync(reply, _where);
            _calls += pipeline;
        }
    }

    private async Task CheckAsync(RespClient client, int number)
    {
        long value = (await client.CallAsync("GET", $"counter:{number}")).AsInteger();
        Counter counter = _counters[number];
        bool holds = value >= counter.Told && value <= counter.Acknowledged + counter.Unknown;
        Assert.True(holds, $"{_where}: {value} is not {counter}");
        counter.Settle(value);
    }

    // In the end it is served again, whatever it was.
    private async Task WriteAgainAsync(RespClient client)
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (true)
        {
            string answer = await TryAsync(client, "SET", "again", "x");
            if (answer == "OK") return;
            Assert.True(watch.Elapsed < s_patience, $"{_where}: {answer}");
        }
    }

    private async Task<string> TryAsync(RespClient client, params string[] words)
    {
        try
        {
            _calls++;
            return (await client.CallAsync(Array.ConvertAll(words, word => (RespArgument)word))
                .WaitAsync(s_patience)).ToString();
        }
        catch (RespErrorException error)
        {
            return error.Message;
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"{_where}: {string.Join(' ', words)} is not answered");
        }
    }

    private Task<TestServer> StartAsync(int threads) => TestServer.StartAsync(config =>
    {
        config.Directory = _directory;
        config.AppendOnly = true;
        config.AppendFsync = AppendFsync.Always;
        config.IOThreads = threads;
        config.Hz = 100;
        config.EnableDebugCommand = DangerousAccess.Yes;
    });

    /// <summary>What a client knows of its counter.</summary>
    private sealed class Counter
    {
        /// <summary>The highest value that it was told.</summary>
        internal long Told { get; private set; }

        /// <summary>What it must be at the least, and what may have been done besides.</summary>
        internal long Acknowledged { get; private set; }

        internal long Unknown { get; private set; }

        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture,
            $"{Told} as was told last, or {Acknowledged} and up to {Unknown} more");

        internal void Settle(long value)
        {
            Told = Acknowledged = value;
            Unknown = 0;
        }

        internal async Task TakeAsync(Task<RespValue> reply, string where)
        {
            try
            {
                Told = (await reply.WaitAsync(s_patience)).AsInteger();
                Acknowledged++;
            }
            catch (RespErrorException error)
            {
                // What the disk or the loading refuses is not executed.
                if (error.Message.StartsWith("ERR internal", StringComparison.Ordinal)) Unknown++;
            }
            catch (TimeoutException)
            {
                throw new TimeoutException($"{where}: INCR is not answered");
            }
        }
    }
}
