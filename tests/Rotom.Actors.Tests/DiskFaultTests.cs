using System;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.IO;
using System.Threading.Tasks;
using Rotom.Engine.Abstractions;
using Rotom.Engine.Config;
using Rotom.Resp;
using Xunit;
using Xunit.Abstractions;

namespace Rotom.Actors.Tests;

// A whole server whose disk fails: the k-th operation of a kind, once or until the disk is mended,
// ENOSPC and EIO. Three clients write, one reads, a rewrite begins. What must hold:
//
//   readers      are answered all the time; but the reply of one that shares a writer's turn comes
//                with the writer's, so who is not answered asks again. A greeting is such a reply:
//                who has a part to play is connected before the disk fails
//   writers      are answered OK when it is kept, MISCONF when it was not executed, or wait; while
//                the disk is known to be bad new ones hear MISCONF
//   mended       who waited is answered OK, and writers are served again
//   a restart    finds every key that was answered OK, and none that heard MISCONF
//
// A truncation that fails comes behind an append that fails: appends fail until then, all of them,
// those of a base and of a manifest too. Of the journal alone it is in JournalCrashTests.
//
// k is 1; with ROTOM_TEST_FULL=1 it is 1 to 8.

/// <summary>Errors of the disk under a whole server.</summary>
public sealed class DiskFaultTests(ITestOutputHelper output) : IDisposable
{
    private const int Writers = 3;
    private const int KeysEach = 12;

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private readonly string _directory =
        Directory.CreateTempSubdirectory("rotom-").FullName;

    private readonly ConcurrentBag<string> _kept = [];
    private readonly ConcurrentBag<string> _refused = [];

    private static int KMax => Environment.GetEnvironmentVariable("ROTOM_TEST_FULL") == "1" ? 8 : 1;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData(DiskOperation.Append)]
    [InlineData(DiskOperation.Fsync)]
    [InlineData(DiskOperation.Rename)]
    [InlineData(DiskOperation.Open)]
    [InlineData(DiskOperation.Truncate)]
    public async Task What_was_answered_is_kept_and_service_returns(DiskOperation kind)
    {
        FailingFiles disk = new();
        int cases = 0, struck = 0;
        await using (TestServer server = await StartAsync(disk))
        {
            for (int k = 1; k <= KMax; k++)
            {
                foreach (IoError error in new[] { IoError.NoSpace, IoError.Device })
                {
                    foreach (bool forever in new[] { false, true })
                    {
                        string name = $"{k}:{error}:{forever}";
                        int before = disk.Failures;
                        await RunAsync(server, disk, kind, k, error, forever, name);
                        cases++;
                        if (disk.Failures > before) struck++;
                    }
                }
            }
        }

        await using TestServer again = await StartAsync(new FailingFiles());
        await using RespClient reader = await again.ConnectAsync();
        foreach (string key in _kept)
        {
            Assert.Equal("v", (await reader.CallAsync("GET", key)).ToString());
        }

        foreach (string key in _refused) Assert.True((await reader.CallAsync("GET", key)).IsNull);
        output.WriteLine($"{kind}: {cases} cases, {struck} struck, {disk.Failures} failures, "
            + $"{_kept.Count} kept, {_refused.Count} refused");
        Assert.True(struck > 0);
    }

    // Who does without a journal is not held up by its disk.
    [Theory]
    [InlineData(DiskOperation.Append)]
    [InlineData(DiskOperation.Fsync)]
    public async Task A_journal_whose_disk_refuses_is_switched_off_at_once(DiskOperation kind)
    {
        FailingFiles disk = new();
        await using (TestServer server = await StartAsync(disk))
        {
            await using RespClient client = await server.ConnectAsync();
            await using RespClient other = await server.ConnectAsync();
            await WriteUntilOkAsync(client, "before");
            disk.FailAt(1, kind, IoError.NoSpace, forever: true);
            Task<RespValue> waits = client.CallAsync("SET", "held", "v");
            while (!await IsBadAsync(server)) await Task.Delay(1);
            Assert.False(waits.IsCompleted);
            Assert.Equal("OK", await SwitchAsync(other, "no"));
            Assert.Equal("OK", (await waits.WaitAsync(_patience)).ToString());
            Assert.Equal("OK", (await other.CallAsync("SET", "without", "v")).ToString());
            await Assert.ThrowsAsync<RespErrorException>(() => SwitchAsync(other, "yes"));
            Assert.Equal("OK", (await other.CallAsync("SET", "without", "v")).ToString());
            disk.Heal();
            Assert.Equal("OK", await SwitchAsync(other, "yes"));
            RespValue kept = await other.CallAsync("WAITAOF", "1", "0", "0").WaitAsync(_patience);
            Assert.Equal("1", kept.Items[0].ToString());
        }

        await using TestServer again = await StartAsync(new FailingFiles());
        await using RespClient reader = await again.ConnectAsync();
        foreach (string key in new[] { "before", "held", "without" })
        {
            Assert.Equal("v", (await reader.CallAsync("GET", key)).ToString());
        }
    }

    private static async Task<string> SwitchAsync(RespClient client, string on) =>
        (await client.CallAsync("CONFIG", "SET", "appendonly", on).WaitAsync(_patience)).ToString();

    private async Task RunAsync(
        TestServer server, FailingFiles disk, DiskOperation kind, int k, IoError error,
        bool forever, string name)
    {
        await using RespClient reader = await server.ConnectAsync();
        string known = await WriteUntilOkAsync(reader, name + ":known");
        RespClient[] clients = new RespClient[Writers];
        for (int i = 0; i < Writers; i++) clients[i] = await server.ConnectAsync();
        await using RespClient rewriter = await server.ConnectAsync();
        disk.FailAt(k, kind, error, forever);
        Task[] writers = new Task[Writers];
        for (int i = 0; i < Writers; i++) writers[i] = WriteAsync(clients[i], $"{name}:{i}");
        Task<RespValue> rewrite = rewriter.CallAsync("BGREWRITEAOF");
        Stopwatch watch = Stopwatch.StartNew();
        bool refused = false;
        while (watch.ElapsedMilliseconds < 300 || (forever && kind == DiskOperation.Append
            && !refused))
        {
            // Readers go on.
            Assert.Equal("v", (await AskAsync(server, "GET", known)).ToString());
            if (await IsBadAsync(server))
            {
                refused |= await IsRefusedAsync(server, $"{name}:new:{watch.ElapsedTicks}");
            }

            await Task.Delay(5);
        }

        if (forever && kind == DiskOperation.Append) Assert.True(refused);
        disk.Heal();
        await Task.WhenAll(writers).WaitAsync(_patience);
        await WriteUntilOkAsync(reader, name + ":after");
        await rewrite.WaitAsync(_patience).ContinueWith(_ => { }, TaskScheduler.Default);
    }

    // The turn of a writer is over at the next attempt. The greeting may share one too.
    private static async Task<RespValue> AskAsync(
        TestServer server, params RespArgument[] words)
    {
        for (int attempt = 1; ; attempt++)
        {
            Task<RespValue> answer = WithClientAsync(server, client => client.CallAsync(words));
            if (await Task.WhenAny(answer, Task.Delay(attempt * 1000)) == answer)
            {
                return await answer;
            }

            Assert.True(attempt < 10, "readers are not served");
        }
    }

    private static async Task<T> WithClientAsync<T>(
        TestServer server, Func<RespClient, Task<T>> call)
    {
        await using RespClient client = await server.ConnectAsync();
        return await call(client);
    }

    private static async Task<bool> IsBadAsync(TestServer server) =>
        (await AskAsync(server, "INFO", "persistence")).ToString()
            .Contains("aof_last_write_status:err", StringComparison.Ordinal);

    private async Task WriteAsync(RespClient writer, string name)
    {
        await using RespClient client = writer;
        for (int i = 0; i < KeysEach; i++) await SetAsync(client, $"{name}:{i}");
    }

    // The state may have changed in between: then the write goes the way of all others.
    private async Task<bool> IsRefusedAsync(TestServer server, string key)
    {
        Task<bool> kept = WithClientAsync(server, client => SetAsync(client, key));
        bool answered = await Task.WhenAny(kept, Task.Delay(200)) == kept;
        return answered && !await kept;
    }

    private async Task<string> WriteUntilOkAsync(RespClient client, string key)
    {
        Stopwatch watch = Stopwatch.StartNew();
        for (int i = 0; ; i++)
        {
            string name = i == 0 ? key : $"{key}:{i}";
            if (await SetAsync(client, name).WaitAsync(_patience)) return name;
            Assert.True(watch.Elapsed < _patience, "service does not return");
            await Task.Delay(20);
        }
    }

    private async Task<bool> SetAsync(RespClient client, string key)
    {
        try
        {
            await client.CallAsync("SET", key, "v");
            _kept.Add(key);
            return true;
        }
        catch (RespErrorException refused)
        {
            Assert.StartsWith("MISCONF", refused.Message, StringComparison.Ordinal);
            _refused.Add(key);
            return false;
        }
    }

    private Task<TestServer> StartAsync(FailingFiles disk) => TestServer.StartAsync(
        config =>
        {
            config.Directory = _directory;
            config.AppendOnly = true;
            config.AppendFsync = AppendFsync.Always;
        },
        files: disk);
}
