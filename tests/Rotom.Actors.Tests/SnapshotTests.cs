using System;
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
