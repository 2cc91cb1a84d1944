using System;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Rotom.Engine.Config;
using Rotom.Resp;
using Xunit;

namespace Rotom.Actors.Tests;

/// <summary>The journal of a whole server, on the machine's disk.</summary>
public sealed class JournalTests : IDisposable
{
    private readonly string _directory =
        Path.Join(Path.GetTempPath(), "rotom-" + Guid.NewGuid().ToString("N"));

    public JournalTests() => Directory.CreateDirectory(_directory);

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData(AppendFsync.Always, true)]
    [InlineData(AppendFsync.EverySecond, false)]
    [InlineData(AppendFsync.No, true)]
    public async Task What_was_written_is_there_after_a_restart(AppendFsync fsync, bool preamble)
    {
        string digest;
        await using (TestServer server = await StartAsync(fsync, preamble))
        {
            await using RespClient client = await server.ConnectAsync();
            await client.CallAsync("SET", "a", "1");
            await client.CallAsync("MULTI");
            await client.CallAsync("RPUSH", "b", "x", "y");
            await client.CallAsync("INCR", "a");
            await client.CallAsync("EXEC");
            await client.CallAsync("SADD", "s", "1", "2", "z");
            await client.CallAsync("BGREWRITEAOF");
            await client.CallAsync("SET", "c", "3");
            while (!await InfoHas(client, "aof_rewrites:1\r\n")) await Task.Yield();
            await client.CallAsync("INCR", "c");
            digest = (await client.CallAsync("DEBUG", "DIGEST")).ToString();
            await client.CallAsync("DEBUG", "LOADAOF");
            Assert.Equal(digest, (await client.CallAsync("DEBUG", "DIGEST")).ToString());
        }

        await using TestServer again = await StartAsync(fsync, preamble);
        await using RespClient other = await again.ConnectAsync();
        Assert.Equal(digest, (await other.CallAsync("DEBUG", "DIGEST")).ToString());
        Assert.Equal("4", (await other.CallAsync("GET", "c")).ToString());
    }

    [Fact]
    public async Task Waitaof_answers_when_the_disk_has_it()
    {
        await using TestServer server = await StartAsync(AppendFsync.No, true);
        await using RespClient client = await server.ConnectAsync();
        await using RespClient other = await server.ConnectAsync();
        // Nothing has been written, and that is on the disk.
        Assert.Equal("1", (await client.CallAsync("WAITAOF", "1", "0", "0")).Items[0].ToString());
        await client.CallAsync("SET", "a", "1");
        Assert.Equal("0", (await client.CallAsync("WAITAOF", "1", "0", "10")).Items[0].ToString());
        Task<RespValue> waits = client.CallAsync("WAITAOF", "1", "0", "0");
        while (!await InfoHas(other, "blocked_clients:1\r\n", "clients")) await Task.Yield();
        await other.CallAsync("CONFIG", "SET", "appendfsync", "everysec");
        RespValue answer = await waits;
        Assert.Equal("1", answer.Items[0].ToString());
        Assert.Equal("0", answer.Items[1].ToString());

        await other.CallAsync("CONFIG", "SET", "appendfsync", "always");
        await client.CallAsync("SET", "a", "2");
        Assert.Equal("1", (await client.CallAsync("WAITAOF", "1", "0", "0")).Items[0].ToString());

        // Off: whoever waits hears of it. On again: it waits for the base.
        await other.CallAsync("CONFIG", "SET", "appendfsync", "no");
        await client.CallAsync("SET", "a", "3");
        waits = client.CallAsync("WAITAOF", "1", "0", "0");
        while (!await InfoHas(other, "blocked_clients:1\r\n", "clients")) await Task.Yield();
        await other.CallAsync("CONFIG", "SET", "appendonly", "no");
        RespErrorException off =
            await Assert.ThrowsAsync<RespErrorException>(async () => await waits);
        Assert.StartsWith("ERR WAITAOF cannot be used", off.Message, StringComparison.Ordinal);
        await other.CallAsync("CONFIG", "SET", "appendonly", "yes", "appendfsync", "everysec");
        await client.CallAsync("SET", "a", "4");
        Assert.Equal("1", (await client.CallAsync("WAITAOF", "1", "0", "0")).Items[0].ToString());
        Assert.True(await InfoHas(other, "aof_rewrites:1\r\n"));
    }

    [Fact]
    public async Task Files_that_are_kept_go_when_they_need_not_be_kept_any_more()
    {
        await using TestServer server = await StartAsync(AppendFsync.EverySecond, true);
        await using RespClient client = await server.ConnectAsync();
        await client.CallAsync("CONFIG", "SET", "aof-disable-auto-gc", "yes");
        await client.CallAsync("SET", "a", "1");
        await client.CallAsync("BGREWRITEAOF");
        while (!await InfoHas(client, "aof_rewrites:1\r\n")) await Task.Yield();
        string directory = Path.Join(_directory, "appendonlydir");
        Assert.Equal(5, Directory.GetFiles(directory).Length);
        await client.CallAsync("CONFIG", "SET", "aof-disable-auto-gc", "no");
        while (Directory.GetFiles(directory).Length > 3) await Task.Yield();
    }

    [Fact]
    public async Task A_journal_that_cannot_be_loaded_again_ends_the_server()
    {
        await using TestServer server = await StartAsync(AppendFsync.Always, true);
        await using RespClient client = await server.ConnectAsync();
        await client.CallAsync("SET", "a", "1");
        string file = Directory.GetFiles(_directory, "*.incr.aof", SearchOption.AllDirectories)
            .Single();
        await File.AppendAllTextAsync(file, "*1\r\n$7\r\nnothing\r\n");
        Task<RespValue> reload = client.CallAsync("DEBUG", "LOADAOF");
        Assert.Contains("nothing", await server.Host.EndRequested, StringComparison.Ordinal);
        Assert.False(reload.IsCompleted);
    }

    [Fact]
    public async Task A_torn_end_is_cut_and_written_on()
    {
        await using (TestServer server = await StartAsync(AppendFsync.Always, true))
        {
            await using RespClient client = await server.ConnectAsync();
            await client.CallAsync("SET", "a", "1");
            await client.CallAsync("SET", "b", "2");
        }

        string file = Directory.GetFiles(_directory, "*.incr.aof", SearchOption.AllDirectories)
            .Single();
        await using (FileStream stream = File.OpenWrite(file)) stream.SetLength(stream.Length - 3);
        for (int i = 0; i < 2; i++)
        {
            await using TestServer again = await StartAsync(AppendFsync.Always, true);
            await using RespClient client = await again.ConnectAsync();
            Assert.Equal("1", (await client.CallAsync("GET", "a")).ToString());
            Assert.True((await client.CallAsync("GET", "b")).IsNull);
            if (i == 0) await client.CallAsync("SET", "c", "3");
            Assert.Equal("3", (await client.CallAsync("GET", "c")).ToString());
        }
    }

    [Fact]
    public async Task It_is_switched_on_and_off_while_the_server_runs()
    {
        await using (TestServer server = await StartAsync(AppendFsync.EverySecond, true, on: false))
        {
            await using RespClient client = await server.ConnectAsync();
            await client.CallAsync("SET", "a", "1");
            await client.CallAsync("CONFIG", "SET", "appendonly", "yes");
            while (!await InfoHas(client, "aof_rewrites:1\r\n")) await Task.Yield();
            await client.CallAsync("SET", "b", "2");
            await client.CallAsync("CONFIG", "SET", "appendonly", "no");
            await client.CallAsync("SET", "c", "3");
        }

        await using TestServer again = await StartAsync(AppendFsync.EverySecond, true);
        await using RespClient other = await again.ConnectAsync();
        Assert.Equal("2", (await other.CallAsync("GET", "b")).ToString());
        Assert.True((await other.CallAsync("GET", "c")).IsNull);
    }

    // An event of one journal that reached another one would be counted twice, or be missing.
    [Theory]
    [InlineData(AppendFsync.EverySecond)]
    [InlineData(AppendFsync.Always)]
    public async Task Quick_switches_under_load_are_all_obeyed(AppendFsync fsync)
    {
        string digest;
        await using (TestServer server = await StartAsync(fsync, true))
        {
            await using RespClient client = await server.ConnectAsync();
            using CancellationTokenSource ended = new();
            Task[] writers = [.. Enumerable.Range(0, 3)
                .Select(i => IncrementAsync(server, i, ended.Token))];
            for (int i = 0; i < Switches; i++)
            {
                Task<RespValue> rewrite =
                    i % 5 == 0 ? client.CallAsync("BGREWRITEAOF") : client.CallAsync("PING");
                Task<RespValue> off = client.CallAsync("CONFIG", "SET", "appendonly", "no");
                if (i % 3 == 0) await off;
                Task<RespValue> on = client.CallAsync("CONFIG", "SET", "appendonly", "yes");
                Assert.Equal("OK", (await off).ToString());
                Assert.Equal("OK", (await on).ToString());
                await rewrite.ContinueWith(_ => { }, TaskScheduler.Default);
                if (i % 4 == 0) await client.CallAsync("WAITAOF", "1", "0", "0");
            }

            await ended.CancelAsync();
            await Task.WhenAll(writers);
            RespValue wait = await client.CallAsync("WAITAOF", "1", "0", "0");
            Assert.Equal("1", wait.Items[0].ToString());
            digest = (await client.CallAsync("DEBUG", "DIGEST")).ToString();
            await AssertOneFileIsOpenAsync();
        }

        await using TestServer again = await StartAsync(fsync, true);
        await using RespClient other = await again.ConnectAsync();
        Assert.Equal(digest, (await other.CallAsync("DEBUG", "DIGEST")).ToString());
    }

    private static int Switches =>
        Environment.GetEnvironmentVariable("ROTOM_TEST_FULL") == "1" ? 2000 : 100;

    private static async Task IncrementAsync(TestServer server, int key, CancellationToken ended)
    {
        await using RespClient client = await server.ConnectAsync();
        long last = 0;
        while (!ended.IsCancellationRequested)
        {
            Task<RespValue>[] calls = [.. Enumerable.Range(0, 20)
                .Select(i => client.CallAsync("INCR", $"counter:{key}"))];
            foreach (Task<RespValue> call in calls)
            {
                Assert.Equal(++last, (await call).AsInteger());
            }
        }
    }

    // Those of journals that ended are closed, behind their last flush.
    private async Task AssertOneFileIsOpenAsync()
    {
        if (!OperatingSystem.IsLinux()) return;
        for (int attempt = 0; OpenFiles() > 1; attempt++)
        {
            Assert.True(attempt < 1000, $"{OpenFiles()} files are open");
            await Task.Delay(10);
        }
    }

    private int OpenFiles() => Directory.GetFiles("/proc/self/fd").Count(link =>
        new FileInfo(link).LinkTarget is { } target
        && target.StartsWith(_directory, StringComparison.Ordinal));

    [Fact]
    public async Task A_journal_that_is_broken_in_the_middle_is_refused_and_left_as_it_is()
    {
        string directory = Path.Join(_directory, "appendonlydir");
        Directory.CreateDirectory(directory);
        string file = Path.Join(directory, "appendonly.aof.1.incr.aof");
        const string set = "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\nv\r\n";
        await File.WriteAllTextAsync(file, set + "garbage" + set);
        await File.WriteAllTextAsync(
            Path.Join(directory, "appendonly.aof.manifest"),
            "file appendonly.aof.1.incr.aof seq 1 type i\n");
        InvalidDataException refused = await Assert.ThrowsAsync<InvalidDataException>(
            () => StartAsync(AppendFsync.Always, true));
        Assert.Contains("appendonly.aof.1.incr.aof at offset 27", refused.Message,
            StringComparison.Ordinal);
        Assert.Equal(set + "garbage" + set, await File.ReadAllTextAsync(file));
    }

    // Both walk over the same tables. Found by the simulation: FLUSHALL left the old snapshot, and
    // a start from it brought everything back.
    [Theory]
    [InlineData("FLUSHALL", "old", false)]
    [InlineData("SAVE", "new", true)]
    [InlineData("DEBUG RELOAD", "new", true)]
    public async Task A_snapshot_that_is_made_at_once_does_not_wait_for_a_rewrite(
        string command, string key, bool isIn)
    {
        await using TestServer server = await StartAsync(AppendFsync.EverySecond, true);
        await using RespClient client = await server.ConnectAsync();
        await client.CallAsync("CONFIG", "SET", "save", "3600 1");
        for (int i = 0; i < 100; i++) await client.CallAsync("SET", "old" + i, "v");
        await client.CallAsync("SAVE");
        await client.CallAsync("SET", "new", "v");
        // The walk would take ten seconds.
        await client.CallAsync("CONFIG", "SET", "rdb-key-save-delay", "100000");
        await client.CallAsync("BGREWRITEAOF");
        Assert.True(await InfoHas(client, "aof_rewrite_in_progress:1\r\n"));
        await client.CallAsync("CONFIG", "SET", "rdb-key-save-delay", "0");
        Assert.Equal("OK", (await client.CallAsync(
            [.. command.Split(' ').Select(word => (RespArgument)word)])).ToString());
        string snapshot = await File.ReadAllTextAsync(
            Directory.GetFiles(_directory, "*.rdb").Single(), Encoding.Latin1);
        Assert.Equal(isIn, snapshot.Contains(key, StringComparison.Ordinal));
        while (!await InfoHas(client, "aof_rewrites:1\r\n")) await Task.Yield();
        Assert.True(await InfoHas(client, "aof_last_bgrewrite_status:ok\r\n"));
    }

    // Found by the simulation: the base held what the file of changes beside it held again.
    [Fact]
    public async Task A_journal_whose_first_base_is_put_off_holds_each_command_once()
    {
        await using (TestServer server = await StartAsync(AppendFsync.EverySecond, true, on: false))
        {
            await using RespClient client = await server.ConnectAsync();
            for (int i = 0; i < 100; i++) await client.CallAsync("SET", "k" + i, "v");
            // The walk takes a second, and so does the snapshot.
            await client.CallAsync("CONFIG", "SET", "rdb-key-save-delay", "10000");
            await client.CallAsync("CONFIG", "SET", "appendonly", "yes");
            await client.CallAsync("INCR", "n");
            Assert.True(await InfoHas(client, "aof_rewrite_in_progress:1\r\n"));
            Assert.Equal("OK", (await client.CallAsync("SAVE")).ToString());
            await client.CallAsync("CONFIG", "SET", "rdb-key-save-delay", "0");
            await client.CallAsync("INCR", "n");
            while (!await InfoHas(client, "aof_rewrites:1\r\n")) await Task.Yield();
            await client.CallAsync("INCR", "n");
        }

        await using TestServer next = await StartAsync(AppendFsync.EverySecond, true);
        await using RespClient reader = await next.ConnectAsync();
        Assert.Equal("3", (await reader.CallAsync("GET", "n")).ToString());
    }

    private Task<TestServer> StartAsync(AppendFsync fsync, bool preamble, bool on = true) =>
        TestServer.StartAsync(config =>
        {
            config.Directory = _directory;
            config.AppendOnly = on;
            config.AppendFsync = fsync;
            config.AofUseRdbPreamble = preamble;
            config.EnableDebugCommand = DangerousAccess.Yes;
        });

    private static async Task<bool> InfoHas(
        RespClient client, string line, string section = "persistence") =>
        (await client.CallAsync("INFO", section)).ToString()
            .Contains(line, StringComparison.Ordinal);
}
