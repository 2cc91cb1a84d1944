using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using Rotom.Compat.Server;
using Rotom.Compat.Wire;
using Xunit;

namespace Rotom.Compat.RealClients;

public sealed class RedisCliTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    [TheoryWith(Need.RedisCli)]
    [InlineData("PING", "PONG")]
    [InlineData("ECHO hello", "hello")]
    [InlineData("SET k v", "OK")]
    [InlineData("SET k v NX GET", "")]
    [InlineData("GET absent", "")]
    [InlineData("INCR n", "1")]
    [InlineData("MSET a 1 b 2 c 3", "OK")]
    [InlineData("MGET a b", "\n")]
    [InlineData("EXISTS a b", "0")]
    [InlineData("-n 5 SET k v", "OK")]
    [InlineData("-3 PING", "PONG")]
    [InlineData("-3 --no-raw GET absent", "(nil)")]
    [InlineData("--no-raw INCR n", "(integer) 1")]
    [InlineData("--no-raw KEYS *", "(empty array)")]
    [InlineData("-r 3 INCR n", "1\n2\n3")]
    [InlineData("--csv MGET a b", "NULL,NULL")]
    [InlineData("SELECT 99", "ERR DB index is out of range\n")]
    [InlineData("GET", "ERR wrong number of arguments for 'get' command\n")]
    [InlineData("-2 PING", "PONG")]
    public void Prints_what_redis_cli_prints_for_redis(string arguments, string expected)
    {
        ProgramResult result = Cli(arguments.Split(' '));
        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Equal(expected + "\n", result.Output);
    }

    [FactWith(Need.RedisCli)]
    public void Unknown_command_is_named_with_its_arguments()
        => Assert.Equal("ERR unknown command 'nosuch', with args beginning with: 'a' 'b' \n\n",
            Cli("nosuch", "a", "b").Output);

    [FactWith(Need.RedisCli)]
    public void Commands_on_standard_input_are_answered_in_order()
    {
        byte[] input = "SET a 1\nINCR a\n\nSET s \"two words\"\nGET s\nPING\n"u8.ToArray();
        ServerProcess server = fixture.Empty();
        ProgramResult result = Tools.Run("redis-cli", ["-p", $"{server.Port}"], input);
        Assert.Equal("OK\n2\nOK\ntwo words\nPONG\n", result.Output);
    }

    [FactWith(Need.RedisCli)]
    public void Value_from_standard_input_is_binary_safe()
    {
        byte[] value = [.. Enumerable.Range(0, 256).Select(i => (byte)i), .. "\r\n"u8];
        ServerProcess server = fixture.Empty();
        string[] args = ["-p", $"{server.Port}", "-x", "SET", "k"];
        ProgramResult set = Tools.Run("redis-cli", args, value);
        Assert.Equal("OK\n", set.Output);
        using RespConnection client = server.Connect();
        Assert.Equal(value, client.Ok("GET", "k").Bytes);
    }

    [FactWith(Need.RedisCli)]
    public void Pipe_mode_gets_a_reply_for_every_command()
    {
        const int Count = 100_000;
        MemoryStream commands = new();
        for (int i = 0; i < Count; i++)
            commands.Write(RespConnection.Encode("SET", $"key:{i}", $"value:{i}"));
        ServerProcess server = fixture.Empty();
        ProgramResult result = Tools.Run("redis-cli", ["-p", $"{server.Port}", "--pipe"],
            commands.ToArray());
        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Contains($"errors: 0, replies: {Count}", result.Output, StringComparison.Ordinal);
        using RespConnection client = server.Connect();
        Assert.Equal(Count, client.Ok("DBSIZE").Integer);
        Assert.Equal("value:77777", client.Ok("GET", "key:77777").Text);
    }

    [FactWith(Need.RedisCli)]
    public void Scan_mode_prints_every_matching_key_once()
    {
        ServerProcess server = fixture.Empty();
        using RespConnection client = server.Connect();
        for (int i = 0; i < 3_000; i++)
            client.Ok("SET", string.Create(CultureInfo.InvariantCulture, $"k:{i}"), "v");
        ProgramResult result = Tools.Run("redis-cli",
            ["-p", $"{server.Port}", "--scan", "--pattern", "k:1*"]);
        string[] keys = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string[] expected = [.. Enumerable.Range(0, 3_000).Select(i => $"k:{i}")
            .Where(k => k.StartsWith("k:1", StringComparison.Ordinal))];
        Assert.Equal(expected.Order(StringComparer.Ordinal), keys.Order(StringComparer.Ordinal));
    }

    [FactWith(Need.RedisCli)]
    public void Bigkeys_finds_the_biggest_string()
    {
        ServerProcess server = fixture.Empty();
        using RespConnection client = server.Connect();
        for (int i = 0; i < 100; i++)
            client.Ok("SET", $"k:{i}", new string('x', i + 1));
        ProgramResult result = Tools.Run("redis-cli", ["-p", $"{server.Port}", "--bigkeys"]);
        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Contains("Biggest string found '\"k:99\"' has 100 bytes", result.Output,
            StringComparison.Ordinal);
    }

    [FactWith(Need.RedisCli)]
    public void Info_has_the_sections_and_fields_that_tools_read()
    {
        string info = Cli("INFO").Output.Replace("\r", "", StringComparison.Ordinal);
        string[] wanted =
        [
            "# Server", "redis_version:", "redis_mode:standalone", "os:", "arch_bits:64",
            "process_id:", "run_id:", "tcp_port:", "uptime_in_seconds:", "hz:", "# Clients",
            "connected_clients:", "blocked_clients:", "# Memory", "used_memory:",
            "used_memory_human:", "used_memory_rss:", "used_memory_peak:", "maxmemory:",
            "maxmemory_policy:", "# Persistence", "loading:0", "rdb_changes_since_last_save:",
            "rdb_bgsave_in_progress:", "aof_enabled:", "# Stats", "total_connections_received:",
            "total_commands_processed:", "instantaneous_ops_per_sec:", "expired_keys:",
            "evicted_keys:", "keyspace_hits:", "keyspace_misses:", "total_error_replies:",
            "# Replication", "role:master", "connected_slaves:0", "master_replid:", "# CPU",
            "used_cpu_sys:", "used_cpu_user:", "# Cluster", "cluster_enabled:0", "# Keyspace",
        ];
        string[] lines = info.Split('\n');
        string[] absent = [.. wanted.Where(w =>
            !lines.Any(l => l.StartsWith(w, StringComparison.Ordinal)))];
        Assert.True(absent.Length == 0, $"INFO has no {string.Join(", ", absent)}\n{info}");
    }

    [FactWith(Need.RedisCli | Need.RedisServer)]
    public void Info_has_every_field_of_redis_server()
    {
        using ServerProcess redis = ServerProcess.StartProgram("redis-server", []);
        string[] theirs = FieldNames(redis);
        string[] ours = FieldNames(fixture.Empty());
        // There is no C compiler to name.
        Assert.Equal([], theirs.Except(ours).Except(["gcc_version"]));
    }

    private static string[] FieldNames(ServerProcess server)
        => [.. Tools.Run("redis-cli", ["-p", $"{server.Port}", "INFO", "everything"]).Output
            .Split('\n').Select(line => line.Split(':')[0].TrimEnd('\r'))
            .Where(name => !name.StartsWith("cmdstat_", StringComparison.Ordinal)
                && !name.StartsWith("errorstat_", StringComparison.Ordinal)
                && !name.StartsWith("latency_percentiles_", StringComparison.Ordinal))];

    [FactWith(Need.RedisCli)]
    public void Info_server_names_a_version_clients_accept()
    {
        string version = Cli("INFO", "server").Output.Split('\n')
            .First(l => l.StartsWith("redis_version:", StringComparison.Ordinal));
        Assert.True(Version.Parse(version.Split(':')[1].Trim()) >= new Version(7, 0), version);
    }

    [FactWith(Need.RedisCli)]
    public void Keyspace_line_counts_keys_and_expires()
    {
        ServerProcess server = fixture.Empty();
        using RespConnection client = server.Connect();
        client.Ok("SET", "a", "1");
        client.Ok("SET", "b", "1", "EX", "1000");
        string? line = server.Info("db0");
        Assert.StartsWith("keys=2,expires=1,avg_ttl=", line, StringComparison.Ordinal);
    }

    private ProgramResult Cli(params string[] arguments)
    {
        ServerProcess server = fixture.Empty();
        return Tools.Run("redis-cli", ["-p", $"{server.Port}", .. arguments]);
    }
}
