using System;
using System.Collections.Generic;
using System.IO;
using System.Threading.Tasks;
using Rotom.Engine.Config;
using Rotom.Resp;
using Xunit;

namespace Rotom.Actors.Tests;

/// <summary>Snapshots of a whole server, on the machine's disk.</summary>
public sealed class SnapshotTests : IDisposable
{
    private readonly string _directory =
        Path.Join(Path.GetTempPath(), "rotom-" + Guid.NewGuid().ToString("N"));

    public SnapshotTests() => Directory.CreateDirectory(_directory);

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task What_is_saved_in_the_background_is_there_after_a_restart()
    {
        await using (TestServer server = await TestServer.StartAsync(Configure))
        {
            await using RespClient client = await server.ConnectAsync();
            await client.CallAsync("SET", "a", "1");
            await client.CallAsync("RPUSH", "b", "x", "y");
            await client.CallAsync("BGSAVE");
            await client.CallAsync("SET", "a", "2");
            while (Line(await client.CallAsync("INFO", "persistence"), "rdb_saves") != "1")
                await Task.Yield();
        }

        Assert.Equal([Path.Join(_directory, "dump.rdb")], Directory.GetFiles(_directory));
        await using TestServer again = await TestServer.StartAsync(Configure);
        await using RespClient other = await again.ConnectAsync();
        Assert.Equal("1", (await other.CallAsync("GET", "a")).ToString());
        Assert.Equal("2", (await other.CallAsync("LLEN", "b")).ToString());
        string info = (await other.CallAsync("INFO", "persistence")).ToString();
        Assert.Contains("rdb_last_load_keys_loaded:2\r\n", info, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_saved_at_the_end_replaces_what_was_being_saved()
    {
        await using (TestServer server = await TestServer.StartAsync(Configure))
        {
            await using RespClient client = await server.ConnectAsync();
            await FillAsync(client);
            Task<RespValue> begun = client.CallAsync("BGSAVE");
            Task<RespValue> set = client.CallAsync("SET", "after", "1");
            await Task.WhenAll(begun, set);
            Assert.True(await server.Server.SaveAtEndAsync(save: true, false, force: false));
        }

        await using TestServer again = await TestServer.StartAsync(Configure);
        await using RespClient other = await again.ConnectAsync();
        Assert.Equal("1", (await other.CallAsync("GET", "after")).ToString());
    }

    [Fact]
    public async Task A_directory_that_is_gone_makes_saving_fail_and_writers_hear_of_it()
    {
        await using TestServer server = await TestServer.StartAsync(config =>
        {
            Configure(config);
            config.Save = [new SavePoint(3600, 1)];
            config.Directory = Path.Join(_directory, "gone");
        });
        await using RespClient client = await server.ConnectAsync();
        await client.CallAsync("SET", "a", "1");
        await client.CallAsync("BGSAVE");
        while (Line(await client.CallAsync("INFO", "persistence"), "rdb_last_bgsave_status")
            != "err")
        {
            await Task.Yield();
        }

        RespErrorException refused = await Assert.ThrowsAsync<RespErrorException>(
            async () => await client.CallAsync("SET", "a", "2"));
        Assert.StartsWith("MISCONF", refused.Message, StringComparison.Ordinal);
        Assert.False(await server.Server.SaveAtEndAsync(save: false, noSave: false, force: false));
        Assert.True(await server.Server.SaveAtEndAsync(save: false, noSave: true, force: false));
    }

    [Fact]
    public async Task What_a_snapshot_may_take_and_took_is_told()
    {
        await using TestServer server = await TestServer.StartAsync(Configure);
        await using RespClient client = await server.ConnectAsync();
        await FillAsync(client);
        await client.CallAsync("BGSAVE");
        while (Line(await client.CallAsync("INFO", "persistence"), "rdb_saves") != "1")
            await Task.Yield();
        RespValue info = await client.CallAsync("INFO", "persistence");
        Assert.Equal("1000", Line(info, "snapshot_max_pause_usec"));
        Assert.Equal("268435456", Line(info, "snapshot_max_extra_memory"));
        Assert.NotEqual("0", Line(info, "snapshot_last_longest_pause_usec"));
        Assert.NotEqual("0", Line(info, "snapshot_last_slices"));
        Assert.Equal(
            Line(info, "rdb_last_cow_size"), Line(info, "snapshot_last_extra_memory_peak"));
    }

    [Fact]
    public async Task A_snapshot_that_would_hold_too_much_is_given_up()
    {
        await using TestServer server = await TestServer.StartAsync(config =>
        {
            Configure(config);
            config.SnapshotMaxExtraMemoryBytes = 1;
        });
        await using RespClient client = await server.ConnectAsync();
        await FillAsync(client);
        // Both are changed meanwhile, and one is saved before the other.
        Task<RespValue> begun = client.CallAsync("BGSAVE");
        Task<RespValue> a = client.CallAsync("HSET", "a", "field:1", "other");
        Task<RespValue> b = client.CallAsync("HSET", "b", "field:1", "other");
        await Task.WhenAll(begun, a, b);
        RespValue info = await client.CallAsync("INFO", "persistence");
        while (Line(info, "rdb_bgsave_in_progress") != "0")
            info = await client.CallAsync("INFO", "persistence");
        Assert.Equal("err", Line(info, "rdb_last_bgsave_status"));
        Assert.NotEqual("0", Line(info, "snapshot_last_extra_memory_peak"));
        // The store takes the file away a moment later.
        while (Directory.GetFiles(_directory).Length > 0) await Task.Yield();
        await client.CallAsync("CONFIG", "SET", "snapshot-max-extra-memory", "0");
        await client.CallAsync("BGSAVE");
        while (Line(await client.CallAsync("INFO", "persistence"), "rdb_saves") != "1")
            await Task.Yield();
    }

    [Fact]
    public async Task A_broken_file_is_refused_and_left_as_it_is()
    {
        string path = Path.Join(_directory, "dump.rdb");
        byte[] bytes = [.. "REDIS0010"u8, 0, 1, (byte)'k', 0x40];
        await File.WriteAllBytesAsync(path, bytes);
        InvalidDataException refused = await Assert.ThrowsAsync<InvalidDataException>(
            () => TestServer.StartAsync(Configure));
        Assert.Contains("offset 13", refused.Message, StringComparison.Ordinal);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(path));
    }

    private static async Task FillAsync(RespClient client)
    {
        foreach (string key in (string[])["a", "b"])
        {
            for (int from = 0; from < 60_000; from += 2_000)
            {
                List<string> words = ["HSET", key];
                for (int i = from; i < from + 2_000; i++) words.AddRange([$"field:{i}", $"{i}"]);
                await client.CallAsync([.. words]);
            }
        }
    }

    private static string Line(RespValue info, string name)
    {
        string text = info.ToString();
        int at = text.IndexOf(name + ":", StringComparison.Ordinal) + name.Length + 1;
        return text[at..text.IndexOf('\r', at)];
    }

    private void Configure(ServerConfig config)
    {
        config.Directory = _directory;
        config.DbFileName = "dump.rdb";
    }
}
