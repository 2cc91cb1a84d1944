using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Rotom.Actors.Persistence;
using Rotom.Engine.Config;
using Rotom.Resp;
using Xunit;
using static Rotom.Actors.Tests.TestServer;

namespace Rotom.Actors.Tests.Supervision;

// The table of docs/supervision.md, row by row, as clients on sockets see it. What fails is
// provoked with DEBUG, as an operator would.

/// <summary>What happens when something fails.</summary>
public sealed class SupervisionTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly string _directory =
        Path.Join(Path.GetTempPath(), "rotom-" + Guid.NewGuid().ToString("N"));

    public SupervisionTests() => Directory.CreateDirectory(_directory);

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_command_that_throws_is_answered_and_counted()
    {
        await using TestServer server = await StartAsync(journal: true);
        await using RespClient client = await server.ConnectAsync();
        Task<RespValue> failing = client.CallAsync("DEBUG", "FAULT", "COMMAND");
        Task<RespValue> behind = client.CallAsync("INCR", "n");
        Assert.Equal(
            "ERR internal error: the command 'debug' failed; see the log", await ErrorOf(failing));
        Assert.Equal(1, (await behind).AsInteger());
        Assert.Equal(1, await CountAsync(client, "incidents_command"));
        Assert.Equal(0, await CountAsync(client, "incidents_keyspace"));
    }

    [Fact]
    public async Task A_command_that_throws_and_leaves_disorder_restarts_the_keyspace()
    {
        await using TestServer server = await StartAsync(journal: true);
        await using RespClient client = await server.ConnectAsync();
        await client.CallAsync("SET", "k", "v");
        await ArmAsync(client, "keyspace.check");
        await ErrorOf(client.CallAsync("DEBUG", "FAULT", "COMMAND"));
        Assert.Equal("v", (await ServedAsync(client, "GET", "k")).AsString());
        Assert.Equal(1, await CountAsync(client, "keyspace_recoveries"));
    }

    [Fact]
    public async Task Commands_that_throw_again_and_again_restart_the_keyspace_once()
    {
        await using TestServer server = await StartAsync(journal: false);
        await using RespClient client = await server.ConnectAsync();
        await client.CallAsync("SET", "k", "v");
        for (int i = 0; i < 25; i++) await ErrorOf(client.CallAsync("DEBUG", "FAULT", "COMMAND"));
        Assert.Equal("v", (await ServedAsync(client, "GET", "k")).AsString());
        Assert.Equal(25, await CountAsync(client, "incidents_command"));
        Assert.Equal(1, await CountAsync(client, "incidents_keyspace"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task When_the_keyspace_fails_its_clients_hear_what_they_have_to(bool journal)
    {
        await using TestServer server = await StartAsync(journal);
        await using RespClient client = await server.ConnectAsync();
        await using RespClient waits = await server.ConnectAsync();
        await using RespClient transacts = await server.ConnectAsync();
        await using RespClient watches = await server.ConnectAsync();
        TaskCompletionSource<string> heard = new();
        await using RespClient listens = await server.ConnectAsync(push =>
        {
            if (push.Items[0].AsString() == "message") heard.TrySetResult("it");
        });
        listens.Connection.Post("SUBSCRIBE", "news");
        await client.CallAsync("SET", "k", "v");
        await transacts.CallAsync("MULTI");
        await transacts.CallAsync("INCR", "n");
        await watches.CallAsync("WATCH", "k");
        Task<RespValue> popped = waits.CallAsync("BLPOP", "list", "0");
        while (await CountAsync(client, "blocked_clients", "clients") == 0) await Task.Yield();

        Task<RespValue> before = client.CallAsync("INCR", "before");
        Task<RespValue> panic = client.CallAsync("DEBUG", "PANIC");
        Task<RespValue> behind = client.CallAsync("ECHO", "behind");
        Assert.Equal(1, (await before).AsInteger());
        Assert.Equal(
            "ERR internal error: the keyspace failed; see the log", await ErrorOf(panic));
        await ServedOrLoadingAsync(behind);
        Assert.StartsWith("UNBLOCKED", await ErrorOf(popped), StringComparison.Ordinal);
        Assert.Equal("v", (await ServedAsync(client, "GET", "k")).AsString());
        Assert.StartsWith(
            "EXECABORT", await ErrorOf(transacts.CallAsync("EXEC")), StringComparison.Ordinal);
        await watches.CallAsync("MULTI");
        await watches.CallAsync("INCR", "n");
        Assert.True((await watches.CallAsync("EXEC")).IsNull);
        Assert.Equal(1, (await ServedAsync(client, "PUBLISH", "news", "x")).AsInteger());
        Assert.Equal("it", await heard.Task.WaitAsync(s_patience));
        Assert.Equal("1", (await client.CallAsync("GET", "before")).AsString());
        Assert.Equal(1, await CountAsync(client, "incidents_keyspace"));
        Assert.Equal(journal ? 1 : 0, await CountAsync(client, "keyspace_recoveries"));
    }

    [Fact]
    public async Task Without_a_journal_and_with_memory_in_disorder_the_snapshot_is_loaded()
    {
        await using TestServer server = await StartAsync(journal: false);
        await using RespClient client = await server.ConnectAsync();
        await client.CallAsync("SET", "old", "v");
        await client.CallAsync("SAVE");
        await client.CallAsync("SET", "new", "v");
        await ArmAsync(client, "keyspace.check");
        await ErrorOf(client.CallAsync("DEBUG", "PANIC"));
        Assert.Equal("v", (await ServedAsync(client, "GET", "old")).AsString());
        Assert.True((await client.CallAsync("GET", "new")).IsNull);
        Assert.Equal(1, await CountAsync(client, "keyspace_recoveries"));
    }

    [Fact]
    public async Task A_keyspace_that_fails_too_often_stays_out_of_service_for_a_while()
    {
        await using TestServer server = await StartAsync(journal: true);
        await using RespClient client = await server.ConnectAsync();
        await client.CallAsync("SET", "k", "v");
        bool refused = false;
        for (int i = 0; i < 12; i++)
        {
            string error = await ErrorOf(client.CallAsync("DEBUG", "PANIC"));
            refused |= (await TryAsync(client, "GET", "k"))
                ?.StartsWith("LOADING", StringComparison.Ordinal) == true;
        }

        Assert.True(refused);
        Assert.Equal("v", (await ServedAsync(client, "GET", "k")).AsString());
    }

    [Theory]
    [InlineData("journal.JournalEvent", "incidents_journal")]
    [InlineData("journal.JournalEvent.done", "incidents_journal")]
    [InlineData("aof.before_write", "incidents_journal")]
    [InlineData("aof.before_fsync", "incidents_journal_disk")]
    public async Task A_journal_that_fails_holds_writers_up_and_loses_nothing(
        string point, string counter)
    {
        await using (TestServer server = await StartAsync(journal: true))
        {
            await using RespClient client = await server.ConnectAsync();
            await using RespClient reader = await server.ConnectAsync();
            await client.CallAsync("SET", "k", "1");
            await ArmAsync(client, point);
            Task<RespValue> held = client.CallAsync("INCR", "k");
            Assert.Equal(2, (await held.WaitAsync(s_patience)).AsInteger());
            Assert.Equal(3, (await ServedAsync(client, "INCR", "k")).AsInteger());
            Assert.Equal("3", (await reader.CallAsync("GET", "k")).AsString());
            Assert.Equal(1, await CountAsync(client, counter));
            Assert.Equal(0, await CountAsync(client, "incidents_keyspace"));
        }

        await using TestServer again = await StartAsync(journal: true);
        await using RespClient after = await again.ConnectAsync();
        Assert.Equal("3", (await after.CallAsync("GET", "k")).AsString());
    }

    [Theory]
    [InlineData("aof.before_find")]
    [InlineData("aof.before_replay")]
    [InlineData("keyspace.recover")]
    [InlineData("keyspace.ReplayTurn")]
    [InlineData("keyspace.JournalReady.done")]
    [InlineData("journal.RecoveryCompleted")]
    public async Task A_recovery_that_fails_is_tried_again(string point)
    {
        await using TestServer server = await StartAsync(journal: true);
        await using RespClient client = await server.ConnectAsync();
        await client.CallAsync("SET", "k", "v");
        await ArmAsync(client, point);
        await ErrorOf(client.CallAsync("DEBUG", "PANIC"));
        Assert.Equal("v", (await ServedAsync(client, "GET", "k")).AsString());
        Assert.Equal(1, server.Server.Parts.Faults.Fired);
    }

    [Theory]
    [InlineData("snapshots.BeginSnapshotFile")]
    [InlineData("snapshots.WriteSnapshot")]
    [InlineData("snapshots.CommitSnapshot")]
    [InlineData("snapshots.SaveSnapshotSuccess")]
    public async Task A_snapshot_that_fails_says_so_and_the_next_one_is_made(string point)
    {
        await using TestServer server = await StartAsync(journal: false);
        await using RespClient client = await server.ConnectAsync();
        await client.CallAsync("SET", "k", "v");
        await ArmAsync(client, point);
        await client.CallAsync("BGSAVE");
        await UntilAsync(client, "rdb_last_bgsave_status:err\r\n", "persistence");
        Assert.True(await CountAsync(client, "incidents_snapshot") > 0);
        await client.CallAsync("BGSAVE");
        await UntilAsync(client, "rdb_last_bgsave_status:ok\r\n", "persistence");
        Assert.Equal(0, await CountAsync(client, "incidents_keyspace"));
    }

    [Theory]
    [InlineData("network.ReadReady", 0)]
    [InlineData("network.ReadReady.done", 0)]
    [InlineData("network.ReplyBatch", 0)]
    [InlineData("network.ReplyBatch.done", 0)]
    [InlineData("network.ReadReady", 2)]
    [InlineData("network.ReplyBatch", 2)]
    public async Task A_network_actor_that_fails_keeps_its_connections(string point, int threads)
    {
        await using TestServer server = await StartAsync(journal: true, threads);
        await using RespClient client = await server.ConnectAsync();
        await using RespClient other = await server.ConnectAsync();
        await ArmAsync(client, point);
        for (int i = 1; i <= 5; i++)
        {
            RespValue raised = await client.CallAsync("INCR", "n").WaitAsync(s_patience);
            Assert.Equal(i, raised.AsInteger());
            await other.CallAsync("PING").WaitAsync(s_patience);
        }

        Assert.Equal(1, await CountAsync(client, "incidents_network"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task A_loops_thread_survives_what_is_thrown_in_its_turn(int threads)
    {
        await using TestServer server = await StartAsync(journal: true, threads);
        await using RespClient client = await server.ConnectAsync();
        await ArmAsync(client, "loop.turn");
        for (int i = 1; i <= 5; i++)
        {
            RespValue raised = await client.CallAsync("INCR", "n").WaitAsync(s_patience);
            Assert.Equal(i, raised.AsInteger());
        }

        Assert.Equal(1, await CountAsync(client, "incidents_loop"));
    }

    [Fact]
    public async Task A_disk_thread_survives_its_work()
    {
        // What waits for it must not go on on the thread that is about to be joined.
        const TaskCreationOptions elsewhere = TaskCreationOptions.RunContinuationsAsynchronously;
        TaskCompletionSource<string> failed = new(elsewhere);
        TaskCompletionSource next = new(elsewhere);
        using DiskThread thread = new("test", failure => failed.TrySetResult(failure.Message));
        thread.Post(() => throw new InvalidOperationException("provoked"));
        thread.Post(next.SetResult);
        Assert.Equal("provoked", await failed.Task.WaitAsync(s_patience));
        await next.Task.WaitAsync(s_patience);
    }

    [Fact]
    public async Task Incidents_are_measured()
    {
        await using TestServer server = await StartAsync(journal: true);
        await using RespClient client = await server.ConnectAsync();
        await ErrorOf(client.CallAsync("DEBUG", "FAULT", "COMMAND"));
        await client.CallAsync("PING");
        Dictionary<string, long> seen = [];
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, hears) =>
        {
            if (instrument.Name == "rotom.incidents") hears.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) =>
        {
            foreach (KeyValuePair<string, object?> tag in tags)
            {
                if (tag.Key != "rotom.incident") continue;
                seen[(string)tag.Value!] = seen.GetValueOrDefault((string)tag.Value!) + value;
            }
        });
        listener.Start();
        listener.RecordObservableInstruments();
        Assert.True(seen["command"] >= 1);
        Assert.True(seen.ContainsKey("keyspace"));
    }

    [Fact]
    public async Task Fault_points_are_listed_armed_and_refused()
    {
        await using TestServer server = await StartAsync(journal: false);
        await using RespClient client = await server.ConnectAsync();
        RespValue names = await client.CallAsync("DEBUG", "FAULT", "LIST");
        Assert.True(names.Items.Count >= 50);
        Assert.StartsWith(
            "ERR No such fault point",
            await ErrorOf(client.CallAsync("DEBUG", "FAULT", "nowhere")),
            StringComparison.Ordinal);
        await ArmAsync(client, "aof.before_base");
        await client.CallAsync("DEBUG", "FAULT", "RESET");
        await client.CallAsync("PING");
        Assert.Equal(0, server.Server.Parts.Faults.Fired);
    }

    private static async Task ArmAsync(RespClient client, string point) =>
        Assert.Equal("OK", (await client.CallAsync("DEBUG", "FAULT", point)).AsString());

    private static async Task<string> ErrorOf(Task<RespValue> call) =>
        (await Assert.ThrowsAsync<RespErrorException>(() => call.WaitAsync(s_patience))).Message;

    private static async Task<string?> TryAsync(RespClient client, params string[] words)
    {
        try
        {
            await client.CallAsync(Array.ConvertAll(words, word => (RespArgument)word))
                .WaitAsync(s_patience);
            return null;
        }
        catch (RespErrorException error)
        {
            return error.Message;
        }
    }

    private static async Task ServedOrLoadingAsync(Task<RespValue> call)
    {
        try
        {
            await call.WaitAsync(s_patience);
        }
        catch (RespErrorException error)
        {
            Assert.StartsWith("LOADING", error.Message, StringComparison.Ordinal);
        }
    }

    private static async Task UntilAsync(RespClient client, string line, string section)
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (true)
        {
            string info = (await client.CallAsync("INFO", section)).ToString();
            if (info.Contains(line, StringComparison.Ordinal)) return;
            Assert.True(watch.Elapsed < s_patience, info);
        }
    }

    private static async Task<long> CountAsync(
        RespClient client, string name, string section = "stats")
    {
        string info = (await client.CallAsync("INFO", section)).ToString();
        int at = info.IndexOf(name + ":", StringComparison.Ordinal);
        Assert.True(at >= 0, info);
        int from = at + name.Length + 1;
        return long.Parse(info[from..info.IndexOf('\r', from)]);
    }

    private Task<TestServer> StartAsync(bool journal, int threads = 0) =>
        TestServer.StartAsync(config =>
        {
            config.Directory = _directory;
            config.AppendOnly = journal;
            config.AppendFsync = AppendFsync.Always;
            config.IOThreads = threads;
            config.EnableDebugCommand = DangerousAccess.Yes;
        });
}
