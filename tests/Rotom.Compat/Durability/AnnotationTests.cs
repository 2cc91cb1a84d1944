using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading;
using Rotom.Compat.Server;
using Rotom.Compat.Wire;
using Xunit;

namespace Rotom.Compat.Durability;

/// <summary>Redis' own programs read a journal with annotations that are ours.</summary>
public sealed class AnnotationTests : IDisposable
{
    private readonly string _folder =
        Directory.CreateTempSubdirectory("rotom-annotations-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [FactWith(Need.RedisServer | Need.OwnServer)]
    public void What_expired_or_was_evicted_is_marked_for_us_and_gone_for_redis()
    {
        using (ServerProcess server = ServerProcess.Start(Flags()))
        {
            using RespConnection client = server.Connect();
            client.Ok("SET", "stays", "1");
            client.Ok("SET", "expires", "1", "PX", "1");
            Until(() => client.Ok("DBSIZE").Text == "1");
            client.Ok("SET", "late", "1", "PX", "20");
            client.Ok("DEBUG", "SET-ACTIVE-EXPIRE", "0");
            Thread.Sleep(25);
            client.Ok("MULTI");
            client.Ok("INCR", "stays");
            client.Ok("GET", "late");
            client.Ok("EXEC");
            client.Ok("CONFIG", "SET", "maxmemory-policy", "volatile-ttl");
            client.Ok("SET", "evicted", "1", "EX", "1000");
            client.Ok("CONFIG", "SET", "maxmemory", "1");
            Until(() => client.Ok("DBSIZE").Text == "1");
        }

        string journal = Directory.GetFiles(Journal, "*.incr.aof").Single();
        string text = File.ReadAllText(journal);
        Assert.Equal(3, text.Split("#EXPIRED\r\n").Length);
        Assert.Equal(2, text.Split("#EVICTED\r\n").Length);
        if (Tools.Find("redis-check-aof") is { } check)
        {
            string manifest = Path.Join(Journal, "appendonly.aof.manifest");
            using Process checking = Process.Start(
                new ProcessStartInfo(check, [manifest]) { RedirectStandardOutput = true })!;
            string said = checking.StandardOutput.ReadToEnd();
            checking.WaitForExit();
            Assert.Equal(0, checking.ExitCode);
            Assert.Contains("All AOF files and manifest are valid", said, StringComparison.Ordinal);
        }

        using ServerProcess redis =
            ServerProcess.StartProgram(Tools.Find("redis-server")!, Flags());
        using RespConnection reader = redis.Connect();
        Assert.Equal(["stays"], reader.Ok("KEYS", "*").Items.Select(key => key.Text));
        Assert.Equal("2", reader.Ok("GET", "stays").Text);
    }

    private string Journal => Path.Join(_folder, "appendonlydir");

    private string[] Flags() =>
        ["--dir", _folder, "--appendonly", "yes", "--appendfsync", "always",
            "--enable-debug-command", "yes"];

    private static void Until(Func<bool> holds)
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (!holds()) Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20));
    }
}
