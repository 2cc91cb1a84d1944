using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using Rotom.Compat.Server;
using Rotom.Compat.Wire;
using Xunit;

namespace Rotom.Compat.Durability;

/// <summary>
/// A data directory goes from redis-server to the server under test and from that to redis-server:
/// the same keys, types, encodings, times and digest, and the tools of Redis find nothing wrong.
/// </summary>
public sealed class FileExchangeTests : IDisposable
{
    private const string Redis = "redis-server";
    private readonly string _folder =
        Directory.CreateTempSubdirectory("rotom-exchange-").FullName;

    public enum Form
    {
        Snapshot,
        Journal,
        RewrittenJournal,
        RewrittenAsCommands,
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [TheoryWith(Need.RedisServer)]
    [InlineData(true, Form.Snapshot)]
    [InlineData(true, Form.Journal)]
    [InlineData(true, Form.RewrittenJournal)]
    [InlineData(true, Form.RewrittenAsCommands)]
    [InlineData(false, Form.Snapshot)]
    [InlineData(false, Form.Journal)]
    [InlineData(false, Form.RewrittenJournal)]
    [InlineData(false, Form.RewrittenAsCommands)]
    public void Files_of_either_server_load_in_the_other(bool fromRedis, Form form)
    {
        int seed = Environment.TickCount;
        string ours = ServerProcess.PathUnderTest();
        string[] written;
        int keys;
        using (ServerProcess writer = Start(fromRedis ? Redis : ours, form))
        {
            using RespConnection client = writer.Connect();
            keys = AllTypes.Fill(client, seed);
            Write(writer, client, form);
            written = AllTypes.Look(client);
            Assert.Equal(0, writer.Terminate());
        }

        foreach (string file in Directory.GetFiles(_folder, "*", SearchOption.AllDirectories))
            Check(file);
        using ServerProcess reader = Start(fromRedis ? ours : Redis, form);
        using RespConnection other = reader.Connect();
        string[] read = AllTypes.Look(other);
        string different = string.Join(
            '\n', written.Zip(read).Where(pair => pair.First != pair.Second).Take(5));
        Assert.True(different.Length == 0, $"seed {seed}: {different}");
        Assert.Equal(keys + 1, read.Length);
    }

    private ServerProcess Start(string program, Form form) => ServerProcess.StartProgram(
        program,
        [
            "--dir", _folder, "--databases", $"{AllTypes.Databases}",
            "--enable-debug-command", "yes",
            "--appendonly", form == Form.Snapshot ? "no" : "yes",
            "--aof-use-rdb-preamble", form == Form.RewrittenAsCommands ? "no" : "yes",
        ]);

    private static void Write(ServerProcess server, RespConnection client, Form form)
    {
        if (form == Form.Snapshot)
        {
            client.Ok("SAVE");
        }
        else if (form != Form.Journal)
        {
            client.Ok("BGREWRITEAOF");
            Stopwatch waited = Stopwatch.StartNew();
            while (server.Info("aof_rewrite_in_progress") != "0"
                || server.Info("aof_rewrite_scheduled") != "0")
            {
                Assert.True(waited.Elapsed < TimeSpan.FromSeconds(60), "the rewrite has no end");
            }

            Assert.Equal("ok", server.Info("aof_last_bgrewrite_status"));
        }
    }

    private static void Check(string file)
    {
        string? tool = Path.GetExtension(file) switch
        {
            ".rdb" => "redis-check-rdb",
            ".aof" or ".manifest" => "redis-check-aof",
            _ => null,
        };
        if (tool is null) return;
        ProcessStartInfo start = new(tool, [file])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        string said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{tool}: {said}");
    }
}
