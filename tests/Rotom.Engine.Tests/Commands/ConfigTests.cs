using System;
using Rotom.Engine.Config;
using Rotom.Engine.Tests.Support;
using Xunit;

namespace Rotom.Engine.Tests.Commands;

public sealed class ConfigTests
{
    [Fact]
    public void Get_answers_a_map_of_names_and_values()
    {
        using EngineHost host = new();
        host.Check("CONFIG GET maxmemory", "*2 $maxmemory $0");
        host.Check("CONFIG GET zset-max-listpack-* HZ", "*6 $zset-max-listpack-entries $128 "
            + "$zset-max-listpack-value $64 $HZ $10");
        host.Check("CONFIG GET nothing", "*0");
        host.Send("HELLO 3");
        host.Check("CONFIG GET databases", "%1 $databases $16");
    }

    [Fact]
    public void Set_changes_several_or_none()
    {
        using EngineHost host = new();
        host.Check("CONFIG SET hz 20 maxmemory 1mb", "+OK");
        host.Check("CONFIG GET hz maxmemory", "*4 $hz $20 $maxmemory $1048576");
        host.Check(
            "CONFIG SET hz 30 timeout x",
            "-ERR CONFIG SET failed (possibly related to argument 'timeout') - "
                + "argument couldn't be parsed into an integer");
        host.Check("CONFIG GET hz", "*2 $hz $20");
        Assert.True(host.Engine.Outbox.TryTake(out OutboxItem? first));
        Assert.Equal((OutboxKind.SettingChanged, "hz"), (first!.Kind, first.Argument));
        Assert.True(host.Engine.Outbox.TryTake(out OutboxItem? second));
        Assert.Equal("maxmemory", second!.Argument);
        Assert.Equal(0, host.Engine.Outbox.Count);
    }

    [Theory]
    [InlineData("CONFIG", "-ERR wrong number of arguments for 'config' command")]
    [InlineData("CONFIG GET", "-ERR wrong number of arguments for 'config|get' command")]
    [InlineData("CONFIG SET hz", "-ERR wrong number of arguments for 'config|set' command")]
    [InlineData("CONFIG SET hz 1 a", "-ERR syntax error")]
    [InlineData("CONFIG FOO", "-ERR unknown subcommand 'FOO'. Try CONFIG HELP.")]
    [InlineData(
        "CONFIG SET foo 1", "-ERR Unknown option or number of arguments for CONFIG SET - 'foo'")]
    [InlineData("CONFIG REWRITE", "-ERR The server is running without a config file")]
    [InlineData(
        "CONFIG RESETSTAT x", "-ERR wrong number of arguments for 'config|resetstat' command")]
    public void Mistakes_are_answered_as_in_redis(string command, string reply)
    {
        using EngineHost host = new();
        host.Check(command, reply);
    }

    [Fact]
    public void Protected_settings_open_to_local_clients_when_configured()
    {
        using EngineHost host = new(c => c.EnableProtectedConfigs = DangerousAccess.Local);
        host.Check("CONFIG SET dbfilename x.rdb", "+OK");
        host.Engine.Config.EnableProtectedConfigs = DangerousAccess.No;
        host.Check(
            "CONFIG SET dbfilename y.rdb",
            "-ERR CONFIG SET failed (possibly related to argument 'dbfilename') - "
                + "can't set protected config");
    }

    [Fact]
    public void Slowlog_settings_take_effect_at_once()
    {
        using EngineHost host = new();
        host.Check("CONFIG SET slowlog-log-slower-than 0", "+OK");
        for (int i = 0; i < 5; i++) host.Send("PING");
        Assert.InRange(host.Engine.Slowlog.Entries.Count, 5, 6);
        host.Check("CONFIG SET slowlog-max-len 2", "+OK");
        Assert.InRange(host.Engine.Slowlog.Entries.Count, 1, 2);
    }

    [Fact]
    public void Resetstat_zeroes_counters()
    {
        using EngineHost host = new();
        host.Send("NOSUCH");
        host.Send("GET k");
        Assert.Equal(1, host.Engine.Stats.ErrorReplies);
        host.Check("CONFIG RESETSTAT", "+OK");
        Assert.Equal(0, host.Engine.Stats.ErrorReplies);
        Assert.Equal(0, host.Engine.Stats.KeyspaceMisses);
        string figures = host.Send("INFO commandstats");
        Assert.DoesNotContain("cmdstat_get", figures, StringComparison.Ordinal);
    }

    [Fact]
    public void Rewrite_goes_through_the_owners_file()
    {
        using EngineHost host = new();
        File file = new();
        host.Engine.ConfigFile = file;
        host.Send("CONFIG SET hz 33");
        host.Check("CONFIG REWRITE", "+OK");
        Assert.Equal("# mine\nhz 33\n", file.Text);
        file.Error = "Permission denied";
        host.Check("CONFIG REWRITE", "-ERR Rewriting config file: Permission denied");
    }

    private sealed class File : IConfigFile
    {
        internal string Text { get; private set; } = "# mine\nhz 1\n";

        internal string? Error { get; set; }

        public bool TryReplace(Func<string, string> rewrite, out string error)
        {
            error = Error ?? "";
            if (Error is not null) return false;
            Text = rewrite(Text);
            return true;
        }
    }
}
