using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Rotom.Actors.Client;
using Rotom.Actors.Hosting;
using Rotom.Engine.Abstractions;
using Rotom.Engine.Config;
using Rotom.Resp;
using Xunit;

namespace Rotom.Actors.Tests;

// A whole server whose flush does not come to an end, of its journal or of a base, and time that
// stands still meanwhile: a second is over when the test says so.

/// <summary>appendfsync everysec on a disk that is slow to flush.</summary>
public sealed class SlowFlushTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly string _directory =
        Directory.CreateTempSubdirectory("rotom-").FullName;

    private readonly FailingFiles _disk = new();
    private readonly StoppedClock _clock = new();
    private readonly ManualResetEventSlim _mayEnd = new();
    private int _flushing;

    public void Dispose()
    {
        _mayEnd.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Writers_are_answered_for_a_second_and_nothing_is_lost_by_a_failing_keyspace()
    {
        await WithSlowFlushAsync(async (server, client, other) =>
        {
            Assert.Equal(1, await IncrAsync(client, "b").WaitAsync(s_patience));
            Assert.Equal(2, await IncrAsync(client, "b").WaitAsync(s_patience));
            Assert.DoesNotContain(
                "$1\r\nb\r\n", await WrittenAsync(), StringComparison.Ordinal);
            await Assert.ThrowsAsync<RespErrorException>(
                () => other.CallAsync("DEBUG", "PANIC"));
            Assert.Equal("2", (await TestServer.ServedAsync(other, "GET", "b")).ToString());
            Assert.Equal(3, await IncrAsync(client, "b").WaitAsync(s_patience));
            _clock.Advance(TimeSpan.FromSeconds(1));
            Task<long> waits = IncrAsync(client, "b");
            // The turn is executed, its reply is not sent.
            while ((await server.Server.Client.StringGetAsync("b"))![0] != (byte)'4')
            {
                await Task.Yield();
            }

            Assert.False(waits.IsCompleted);
            _mayEnd.Set();
            Assert.Equal(4, await waits.WaitAsync(s_patience));
            EndSlowFlush();
            Assert.Contains("$1\r\nb\r\n", await WrittenAsync(), StringComparison.Ordinal);
        });

        await using TestServer again = await StartAsync();
        await using RespClient reader = await again.ConnectAsync();
        Assert.Equal("4", (await reader.CallAsync("GET", "b")).ToString());
    }

    [Fact]
    public async Task A_server_that_stops_while_its_journal_is_rewritten_ends()
    {
        TestServer server = await StartAsync();
        await using RespClient client = await server.ConnectAsync();
        string large = new('x', 1 << 20);
        for (int i = 0; i < 24; i++) await client.CallAsync("SET", $"large:{i}", large);
        _disk.BeforeFsync = () =>
        {
            if (Thread.CurrentThread.Name == "rotom-aof-work") Block();
        };
        await client.CallAsync("BGREWRITEAOF");
        while (Volatile.Read(ref _flushing) == 0) await Task.Yield();
        Task waits = client.CallAsync("BLPOP", "none", "0");
        Task ends = server.DisposeAsync().AsTask();
        // Connections are closed when the actors are gone.
        await Assert.ThrowsAsync<RespConnectionException>(() => waits.WaitAsync(s_patience));
        _mayEnd.Set();
        await ends.WaitAsync(s_patience);
    }

    // What is off, on and off again while the old journal waits for its flush.
    [Fact]
    public async Task A_journal_is_switched_on_while_the_one_before_is_still_ending()
    {
        string digest = "";
        await WithSlowFlushAsync(async (server, client, other) =>
        {
            // Answered, and not in the file: so the journal cannot end yet.
            Assert.Equal(1, await IncrAsync(client, "b").WaitAsync(s_patience));
            await SwitchAsync(other, "no");
            await SwitchAsync(other, "yes");
            Assert.Equal(1, await IncrAsync(client, "c").WaitAsync(s_patience));
            Task<RespValue> early = other.CallAsync("WAITAOF", "1", "0", "0");
            await OneWaitsAsync(client);
            await SwitchAsync(client, "no");
            string info = await InfoAsync(client);
            Assert.Contains("aof_enabled:0\r\n", info, StringComparison.Ordinal);
            await SwitchAsync(client, "yes");
            info = await InfoAsync(client);
            Assert.Contains("aof_enabled:1\r\n", info, StringComparison.Ordinal);
            Assert.Contains("aof_rewrite_in_progress:1\r\n", info, StringComparison.Ordinal);
            Assert.Equal(2, await IncrAsync(client, "c").WaitAsync(s_patience));
            Assert.False(early.IsCompleted);
            await Assert.ThrowsAsync<RespErrorException>(
                () => client.CallAsync("SHUTDOWN", "NOSAVE"));
            Task<RespValue> waits = client.CallAsync("WAITAOF", "1", "0", "0");
            EndSlowFlush();
            Assert.Equal("1", (await waits.WaitAsync(s_patience)).Items[0].ToString());
            Assert.Equal("1", (await early.WaitAsync(s_patience)).Items[0].ToString());
            await IncrAsync(client, "b");
            digest = (await client.CallAsync("DEBUG", "DIGEST")).ToString();
        });

        await using TestServer again = await StartAsync();
        await using RespClient reader = await again.ConnectAsync();
        Assert.Equal(digest, (await reader.CallAsync("DEBUG", "DIGEST")).ToString());
        Assert.Equal("2", (await reader.CallAsync("GET", "c")).ToString());
    }

    [Fact]
    public async Task A_journal_that_ends_slowly_and_is_not_wanted_again_ends()
    {
        await WithSlowFlushAsync(async (server, client, other) =>
        {
            await IncrAsync(client, "b").WaitAsync(s_patience);
            await SwitchAsync(client, "no");
            await SwitchAsync(client, "yes");
            Task<RespValue> waits = other.CallAsync("WAITAOF", "1", "0", "0");
            await OneWaitsAsync(client);
            await SwitchAsync(client, "no");
            EndSlowFlush();
            await Assert.ThrowsAsync<RespErrorException>(() => waits.WaitAsync(s_patience));

            await IncrAsync(client, "c");
        });

        await using TestServer again = await StartAsync();
        await using RespClient reader = await again.ConnectAsync();
        Assert.Equal("1", (await reader.CallAsync("GET", "b")).ToString());
        Assert.True((await reader.CallAsync("GET", "c")).IsNull);
    }

    // Its reply was held by a journal that was closed under it.
    [Fact]
    public async Task A_keyspace_that_fails_while_its_journal_ends_answers_who_waits()
    {
        await WithSlowFlushAsync(async (server, client, other) =>
        {
            await other.CallAsync("BGREWRITEAOF");
            _clock.Advance(TimeSpan.FromSeconds(1));
            Task<long> waits = IncrAsync(client, "b");
            // What waits for the flush is not overtaken on its loop: here is another one.
            IRotomClient local = server.Server.Client;
            while (await local.StringGetAsync("b") is null) await Task.Yield();
            await local.ExecuteAsync("CONFIG", "SET", "appendonly", "no");
            Task panic = local.ExecuteAsync("DEBUG", "PANIC").AsTask();
            await Task.WhenAny(panic).WaitAsync(s_patience);
            Assert.False(waits.IsCompleted);
            EndSlowFlush();
            Assert.Equal(1, await waits.WaitAsync(s_patience));
            await SwitchAsync(other, "yes");
            await other.CallAsync("WAITAOF", "1", "0", "0").WaitAsync(s_patience);
        });

        await using TestServer again = await StartAsync();
        await using RespClient reader = await again.ConnectAsync();
        Assert.Equal("1", (await reader.CallAsync("GET", "b")).ToString());
    }

    private static async Task OneWaitsAsync(RespClient client)
    {
        while (!(await InfoAsync(client, "clients"))
            .Contains("blocked_clients:1\r\n", StringComparison.Ordinal))
        {
            await Task.Yield();
        }
    }

    // A server whose disk is busy with a flush from the beginning; it stops behind what is given.
    private async Task WithSlowFlushAsync(Func<TestServer, RespClient, RespClient, Task> during)
    {
        await using TestServer server = await StartAsync();
        await using RespClient client = await server.ConnectAsync();
        await using RespClient other = await server.ConnectAsync();
        try
        {
            await BeginSlowFlushAsync(client);
            await during(server, client, other);
        }
        finally
        {
            EndSlowFlush();
        }
    }

    private async Task BeginSlowFlushAsync(RespClient client)
    {
        _disk.BeforeFsync = Block;
        _clock.Advance(TimeSpan.FromSeconds(1));
        await client.CallAsync("INCR", "a");
        while (Volatile.Read(ref _flushing) == 0) await Task.Yield();
    }

    private void EndSlowFlush()
    {
        _disk.BeforeFsync = null;
        _mayEnd.Set();
    }

    private static async Task SwitchAsync(RespClient client, string on) => Assert.Equal(
        "OK",
        (await client.CallAsync("CONFIG", "SET", "appendonly", on).WaitAsync(s_patience))
            .ToString());

    private static async Task<string> InfoAsync(
        RespClient client, string section = "persistence") =>
        (await client.CallAsync("INFO", section)).ToString();

    private static async Task<long> IncrAsync(RespClient client, string key) =>
        (await client.CallAsync("INCR", key)).AsInteger();

    private void Block()
    {
        _clock.Stop();
        Volatile.Write(ref _flushing, 1);
        _mayEnd.Wait();
    }

    private async Task<string> WrittenAsync()
    {
        string text = "";
        foreach (string file in Directory.GetFiles(
            _directory, "*.incr.aof", SearchOption.AllDirectories))
        {
            text += await File.ReadAllTextAsync(file);
        }

        return text;
    }

    private Task<TestServer> StartAsync() => TestServer.StartAsync(
        config =>
        {
            config.Directory = _directory;
            config.AppendOnly = true;
            config.AppendFsync = AppendFsync.EverySecond;
            config.RdbCompression = false;
            config.EnableDebugCommand = DangerousAccess.Yes;
        },
        files: _disk,
        clock: _clock);

    /// <summary>The machine's time, until it is stopped.</summary>
    private sealed class StoppedClock : IClock
    {
        private readonly SystemClock _real = new();
        private long _stoppedNanos;
        private long _addedNanos;

        public long UnixTimeMs => _real.UnixTimeMs;

        public long UnixTimeMicros => _real.UnixTimeMicros;

        public long MonotonicNanos =>
            (Volatile.Read(ref _stoppedNanos) is > 0 and long nanos ? nanos : _real.MonotonicNanos)
            + Volatile.Read(ref _addedNanos);

        public void Pause(long micros) => _real.Pause(micros);

        internal void Advance(TimeSpan time) =>
            Interlocked.Add(ref _addedNanos, (long)time.TotalNanoseconds);

        internal void Stop() => Volatile.Write(ref _stoppedNanos, _real.MonotonicNanos);
    }
}
