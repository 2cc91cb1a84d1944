using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
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
        await using (TestServer server = await StartAsync())
        {
            await using RespClient client = await server.ConnectAsync();
            await using RespClient other = await server.ConnectAsync();
            _disk.BeforeFsync = Block;
            try
            {
                _clock.Advance(TimeSpan.FromSeconds(1));
                await client.CallAsync("INCR", "a");
                while (Volatile.Read(ref _flushing) == 0) await Task.Yield();
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
            }
            finally
            {
                _disk.BeforeFsync = null;
                _mayEnd.Set();
            }

            Assert.Contains("$1\r\nb\r\n", await WrittenAsync(), StringComparison.Ordinal);
        }

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
