using System;
using System.IO;
using System.Linq;
using System.Text;
using Rotom.Compat.Server;
using Rotom.Compat.Wire;
using Xunit;

namespace Rotom.Compat.Durability;

/// <summary><c>--restore-to</c> of a real server.</summary>
public sealed class RestoreTests : IDisposable
{
    private readonly string _folder =
        Directory.CreateTempSubdirectory("rotom-restore-").FullName;

    private string Journal => Path.Join(_folder, "appendonlydir");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_server_goes_on_from_an_event_and_what_came_after_is_kept_aside()
    {
        using (ServerProcess server = ServerProcess.Start(Flags()))
        {
            foreach (string key in (string[])["a", "b", "c"]) Set(server, key);
        }

        Assert.Equal(["a", "b"], KeysOf(Flags("--restore-to", $"seq:{Number("b")}")));
        using (ServerProcess server = ServerProcess.Start(Flags()))
        {
            Assert.Equal(["a", "b"], Keys(server));
            Set(server, "d");
        }

        Assert.Equal(["a", "b", "d"], KeysOf(Flags()));
        // The way back: the manifest of before is put in its place again.
        string manifest = Path.Join(Journal, "appendonly.aof.manifest");
        File.Move(Directory.GetFiles(Journal, "*.before-*").Single(), manifest, overwrite: true);
        Assert.Equal(["a", "b", "c"], KeysOf(Flags()));
    }

    [Fact]
    public void A_server_goes_on_from_a_moment_of_a_journal_of_redis()
    {
        Write("#TS:1000\r\n" + Command("a") + "#TS:2000\r\n" + Command("b"));
        Assert.Equal(["a"], KeysOf(Flags("--restore-to", "1999")));
        Assert.Equal(["a"], KeysOf(Flags()));
    }

    [Fact]
    public void A_point_that_cannot_be_found_ends_the_server_and_nothing_is_changed()
    {
        Write(Command("a") + Command("b"));
        string[] before = Files();
        InvalidOperationException refused = Assert.Throws<InvalidOperationException>(
            () => ServerProcess.Start(Flags("--restore-to", "1999")));
        Assert.Contains("aof-timestamp-enabled was off", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, Files());
        Assert.Equal(["a", "b"], KeysOf(Flags()));
    }

    private static string Command(string key) => $"*3\r\n$3\r\nSET\r\n$1\r\n{key}\r\n$1\r\n1\r\n";

    private static void Set(ServerProcess server, string key)
    {
        using RespConnection client = server.Connect();
        client.Ok("SET", key, "1");
    }

    private static string[] Keys(ServerProcess server)
    {
        using RespConnection client = server.Connect();
        return [.. client.Ok("KEYS", "*").Items.Select(key => key.Text).Order()];
    }

    private static string[] KeysOf(string[] flags)
    {
        using ServerProcess server = ServerProcess.Start(flags);
        return Keys(server);
    }

    private string[] Flags(params string[] more) =>
        ["--dir", _folder, "--appendonly", "yes", "--appendfsync", "always", .. more];

    private string[] Files() =>
        [.. Directory.GetFiles(Journal).Select(f => f + File.ReadAllText(f)).Order()];

    // The number in front of the event that sets a key.
    private long Number(string key)
    {
        string text = File.ReadAllText(Directory.GetFiles(Journal, "*.incr.aof").Single());
        string before = text[..text.IndexOf($"$1\r\n{key}\r\n", StringComparison.Ordinal)];
        string number = before[(before.LastIndexOf("#SEQ:", StringComparison.Ordinal) + 5)..];
        return long.Parse(number.Split('\r')[0], null);
    }

    private void Write(string commands)
    {
        Directory.CreateDirectory(Journal);
        File.WriteAllText(
            Path.Join(Journal, "appendonly.aof.manifest"),
            "file appendonly.aof.1.incr.aof seq 1 type i\n");
        File.WriteAllText(
            Path.Join(Journal, "appendonly.aof.1.incr.aof"), commands, Encoding.ASCII);
    }
}
