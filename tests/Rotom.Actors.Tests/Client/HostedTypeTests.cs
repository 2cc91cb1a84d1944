using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Rotom.Actors.Hosting;
using Rotom.Engine;
using Rotom.Engine.Config;
using Rotom.Resp;
using Xunit;

namespace Rotom.Actors.Tests.Client;

/// <summary>A host's own type of value, through a server's restarts.</summary>
public sealed class HostedTypeTests : IDisposable
{
    private static readonly ScoresType s_scores = new();

    private readonly string _directory =
        Path.Join(Path.GetTempPath(), "rotom-" + Guid.NewGuid().ToString("N"));

    public HostedTypeTests() => Directory.CreateDirectory(_directory);

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    public async Task It_survives_rewrites_and_restarts_of_a_journal(
        bool preamble, bool propagatesItself)
    {
        string digest;
        await using (TestServer server = await StartAsync(true, preamble, propagatesItself))
        {
            await using RespClient client = await server.ConnectAsync();
            await client.CallAsync("SCORE.ADD", "ann", "5");
            await client.CallAsync("BGREWRITEAOF");
            await client.CallAsync("SCORE.ADD", "ann", "7");
            await client.CallAsync("SCORE.ADD", "bob", "1");
            await client.CallAsync("PEXPIREAT", "bob", "9999999999999");
            while (!await InfoHas(client, "aof_rewrites:1\r\n")) await Task.Yield();
            await client.CallAsync("SCORE.ADD", "bob", "2");
            digest = (await client.CallAsync("DEBUG", "DIGEST")).ToString();
            await client.CallAsync("DEBUG", "LOADAOF");
            Assert.Equal(digest, (await client.CallAsync("DEBUG", "DIGEST")).ToString());
        }

        await using (TestServer again = await StartAsync(true, preamble, propagatesItself))
        {
            await using RespClient other = await again.ConnectAsync();
            Assert.Equal(digest, (await other.CallAsync("DEBUG", "DIGEST")).ToString());
            Assert.Equal(12, (await other.CallAsync("SCORE.ADD", "ann", "0")).AsInteger());
            Assert.Equal("highscore", (await other.CallAsync("TYPE", "ann")).AsString());
        }
    }

    [Fact]
    public async Task It_survives_snapshots_and_a_server_without_it_refuses_the_file_by_name()
    {
        await using (TestServer server = await StartAsync(false))
        {
            await using RespClient client = await server.ConnectAsync();
            await client.CallAsync("SCORE.ADD", "ann", "5");
            await client.CallAsync("SAVE");
            await client.CallAsync("DEBUG", "RELOAD");
            Assert.Equal(6, (await client.CallAsync("SCORE.ADD", "ann", "1")).AsInteger());
            await client.CallAsync("BGSAVE");
            while (!await InfoHas(client, "rdb_saves:3\r\n")) await Task.Yield();
        }

        await using (TestServer again = await StartAsync(false))
        {
            await using RespClient client = await again.ConnectAsync();
            Assert.Equal(6, (await client.CallAsync("SCORE.ADD", "ann", "0")).AsInteger());
        }

        InvalidDataException refused = await Assert.ThrowsAsync<InvalidDataException>(
            () => TestServer.StartAsync(Configure(false, true)));
        Assert.Contains(
            "no matching module type 'highscore'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_journal_with_a_type_that_is_not_registered_is_refused_by_name()
    {
        await using (TestServer server = await StartAsync(true))
        {
            await using RespClient client = await server.ConnectAsync();
            await client.CallAsync("SCORE.ADD", "ann", "5");
        }

        InvalidDataException refused = await Assert.ThrowsAsync<InvalidDataException>(
            () => TestServer.StartAsync(Configure(true, true)));
        Assert.Contains(
            "no matching module type 'highscore'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_journal_is_replayed_past_middleware_that_refuses_everybody()
    {
        await using (TestServer server = await StartAsync(true))
        {
            await using RespClient client = await server.ConnectAsync();
            await client.CallAsync("SET", "k", "v");
            await client.CallAsync("SCORE.ADD", "ann", "5");
        }

        RotomCommands commands = Commands(false).Use(next => (ref CommandContext c) =>
        {
            if (c.Command.FullName == "get") next(ref c);
            else c.Error("ERR closed");
        });
        await using TestServer again = await TestServer.StartAsync(
            Configure(true, true), commands: commands);
        await using RespClient other = await again.ConnectAsync();
        Assert.Equal("v", (await other.CallAsync("GET", "k")).AsString());
        RespErrorException error = await Assert.ThrowsAsync<RespErrorException>(
            () => other.CallAsync("DBSIZE"));
        Assert.Equal("ERR closed", error.Message);
    }

    [Fact]
    public async Task A_value_that_cannot_be_written_fails_the_save_and_says_why()
    {
        await using TestServer server = await StartAsync(false);
        await using RespClient client = await server.ConnectAsync();
        await client.CallAsync("SCORE.ADD", "ann", "-1");
        await Assert.ThrowsAsync<RespErrorException>(() => client.CallAsync("SAVE"));
        await client.CallAsync("SCORE.ADD", "ann", "2");
        Assert.Equal("OK", (await client.CallAsync("SAVE")).AsString());
    }

    [NeedsTheTool("redis-check-rdb")]
    public async Task The_tool_of_redis_walks_over_its_values()
    {
        await using (TestServer server = await StartAsync(false))
        {
            await using RespClient client = await server.ConnectAsync();
            await client.CallAsync("SCORE.ADD", "ann", "5");
            await client.CallAsync("SET", "k", "v");
            await client.CallAsync("SAVE");
        }

        ProcessStartInfo start = new("redis-check-rdb", [Path.Join(_directory, "dump.rdb")])
        {
            RedirectStandardOutput = true,
        };
        using Process tool = Process.Start(start)!;
        string said = await tool.StandardOutput.ReadToEndAsync();
        await tool.WaitForExitAsync();
        Assert.Contains("RDB looks OK", said, StringComparison.Ordinal);
        Assert.Contains("2 keys read", said, StringComparison.Ordinal);
    }

    private Task<TestServer> StartAsync(
        bool journal, bool preamble = true, bool propagatesItself = false) =>
        TestServer.StartAsync(
            Configure(journal, preamble), commands: Commands(propagatesItself));

    private Action<ServerConfig> Configure(bool journal, bool preamble) => config =>
    {
        config.Directory = _directory;
        config.DbFileName = "dump.rdb";
        config.AppendOnly = journal;
        config.AofUseRdbPreamble = preamble;
        config.EnableDebugCommand = DangerousAccess.Yes;
    };

    private static RotomCommands Commands(bool propagatesItself) => new RotomCommands()
        .Register(s_scores)
        .Register(new CustomCommand
        {
            Name = "SCORE.ADD",
            Arity = 3,
            Flags = CommandFlags.Write | CommandFlags.DenyOom,
            Keys = [CustomCommand.KeysOf(1, Access.RW | Access.Update)],
            PropagatesItself = propagatesItself,
            Handler = (ref CommandContext c) =>
            {
                if (!c.TryInt64(2, out long points)) return;
                List<long>? scores = c.Store.Edit(s_scores, c[1]);
                bool isNew = scores is null;
                scores ??= [];
                scores.Add(points);
                if (isNew) c.Store.Set(s_scores, c[1], scores);
                else c.Store.Edited(c[1]);
                c.Reply.Integer(scores.Sum());
            },
        });

    private static async Task<bool> InfoHas(RespClient client, string line) =>
        (await client.CallAsync("INFO", "persistence")).ToString()
            .Contains(line, StringComparison.Ordinal);

    /// <summary>Points in order; a last score of -1 cannot be written.</summary>
    private sealed class ScoresType() : CustomType<List<long>>("highscore")
    {
        protected override void Save(List<long> value, CustomWriter to)
        {
            if (value[^1] == -1) throw new InvalidOperationException("a score of -1");
            to.Count(value.Count);
            foreach (long score in value) to.Int64(score);
        }

        protected override List<long> Load(CustomReader from, int encodingVersion)
        {
            List<long> value = [];
            for (int i = from.Count(); i > 0; i--) value.Add(from.Int64());
            return value;
        }

        protected override long MemoryBytes(List<long> value) => 56 + (8L * value.Capacity);
    }

    private sealed class NeedsTheToolAttribute : FactAttribute
    {
        public NeedsTheToolAttribute(string tool)
        {
            bool isThere = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
                .Any(directory => File.Exists(Path.Join(directory, tool)));
            if (!isThere) Skip = $"{tool} is not installed";
        }
    }
}
