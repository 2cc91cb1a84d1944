using System;
using System.Collections.Generic;
using Rotom.Engine.Config;
using Xunit;

namespace Rotom.Engine.Tests.Config;

public sealed class ConfigSetterTests
{
    // The error replies of redis-server 7.0.15; ranges where Rotom's maximum is lower are its own.
    [Theory]
    [InlineData("port abc", "argument couldn't be parsed into an integer")]
    [InlineData("port 70000", "argument must be between 0 and 65535 inclusive")]
    [InlineData("databases 5", "can't set immutable config")]
    [InlineData("slaveof a", "can't set immutable config")]
    [InlineData("dir /tmp", "can't set protected config")]
    [InlineData("appendonly maybe", "argument must be 'yes' or 'no'")]
    [InlineData(
        "appendfsync x", "argument(s) must be one of the following: everysec, always, no")]
    [InlineData("maxmemory 1xb", "argument must be a memory value")]
    [InlineData("maxmemory -1", "argument must be a memory value")]
    [InlineData("maxmemory 10%", "argument must be a memory value")]
    [InlineData("maxmemory-clients -5", "argument must be a memory or percent value")]
    [InlineData("maxmemory-clients 101%", "percentage argument must be less or equal to 100")]
    [InlineData("active-expire-effort 11", "argument must be between 1 and 10 inclusive")]
    [InlineData(
        "notify-keyspace-events Zq",
        "Invalid event class character. Use 'Ag$lshzxeKEtmdn'.")]
    [InlineData("save 10", "Invalid save parameters")]
    [InlineData("save 10_a", "Invalid save parameters")]
    [InlineData(
        "client-output-buffer-limit normal_1",
        "Wrong number of arguments in buffer limit configuration.")]
    [InlineData(
        "client-output-buffer-limit master_1_1_1",
        "Invalid client class specified in buffer limit configuration.")]
    [InlineData(
        "client-output-buffer-limit normal_-1_1_1",
        "Error in hard, soft or soft_seconds setting in buffer limit configuration.")]
    [InlineData("oom-score-adj-values 1_2", "wrong number of arguments")]
    [InlineData(
        "oom-score-adj-values 1_2_3000",
        "Invalid oom-score-adj-values, elements must be between -2000 and 2000.")]
    [InlineData(
        "oom-score-adj foo",
        "argument(s) must be one of the following: no, yes, relative, absolute")]
    [InlineData(
        "proto-max-bulk-len 2gb", "argument must be between 1048576 and 1073741824 inclusive")]
    [InlineData(
        "latency-tracking-info-percentiles 101",
        "latency-tracking-info-percentiles parameters should sit between [0.0,100.0]")]
    [InlineData(
        "latency-tracking-info-percentiles a",
        "Invalid latency-tracking-info-percentiles parameters")]
    [InlineData(
        "shutdown-on-sigterm foo",
        "argument(s) must be one of the following: default, save, nosave, now, force")]
    [InlineData(
        "shutdown-on-sigterm save_nosave",
        "shutdown options SAVE and NOSAVE can't be used simultaneously")]
    [InlineData(
        "proc-title-template {foo}",
        "template format is invalid or contains unknown variables")]
    [InlineData("hz _5", "argument couldn't be parsed into an integer")]
    [InlineData("replica-priority -1", "argument must be between 0 and 2147483647 inclusive")]
    public void Refuses_as_redis_does(string pair, string reason)
    {
        ServerConfig config = new();
        string[] parts = pair.Split(' ');
        ConfigRow row = ConfigTable.Find(parts[0])!;
        string before = row.Get(config);
        Assert.Equal(
            $"ERR CONFIG SET failed (possibly related to argument '{parts[0]}') - {reason}",
            Set(config, null, (parts[0], parts[1].Replace('_', ' '))));
        Assert.Equal(before, row.Get(config));
    }

    [Theory]
    [InlineData("maxmemory", "1kb", "1024")]
    [InlineData("maxmemory", "1K", "1000")]
    [InlineData("maxmemory", "3GB", "3221225472")]
    [InlineData("maxmemory-clients", "10%", "10%")]
    [InlineData("hz", "9000", "500")]
    [InlineData("repl-backlog-size", "100", "16384")]
    [InlineData("notify-keyspace-events", "KEA", "AKE")]
    [InlineData("notify-keyspace-events", "Kg$lshzxetdm", "AKm")]
    [InlineData("notify-keyspace-events", "nKm", "nKm")]
    [InlineData("notify-keyspace-events", "Kgxn", "gxnK")]
    [InlineData("save", "3600 1 300 100", "3600 1 300 100")]
    [InlineData("save", "10 0", "10 0")]
    [InlineData("save", "", "")]
    [InlineData("bind", "", "")]
    [InlineData(
        "client-output-buffer-limit", "replica 1mb 1 1 pubsub 0 0 0",
        "normal 0 0 0 slave 1048576 1 1 pubsub 0 0 0")]
    [InlineData("latency-tracking-info-percentiles", "0 50 99.99999", "0 50 99.99999")]
    [InlineData("latency-tracking-info-percentiles", "", "")]
    [InlineData("shutdown-on-sigterm", "save force", "save force")]
    [InlineData("shutdown-on-sigterm", "save save", "save")]
    [InlineData("oom-score-adj", "relative", "yes")]
    [InlineData("lua-time-limit", "2", "2")]
    [InlineData("acl-pubsub-default", "AllChannels", "allchannels")]
    [InlineData("jemalloc-bg-thread", "no", "no")]
    public void Takes_what_redis_takes(string name, string value, string shown)
    {
        ServerConfig config = new();
        Assert.Null(Set(config, null, (name, value)));
        Assert.Equal(shown, ConfigTable.Find(name)!.Get(config));
    }

    [Fact]
    public void An_unknown_name_is_told_before_anything_is_set()
    {
        ServerConfig config = new();
        Assert.Equal(
            "ERR Unknown option or number of arguments for CONFIG SET - 'foo'",
            Set(config, null, ("hz", "50"), ("foo", "1")));
        Assert.Equal(10, config.Hz);
    }

    [Fact]
    public void A_name_given_twice_is_refused_but_its_alias_is_not()
    {
        ServerConfig config = new();
        Assert.EndsWith(
            "'hz') - duplicate parameter",
            Set(config, null, ("hz", "5"), ("hz", "6")),
            StringComparison.Ordinal);
        Assert.Null(Set(
            config, null, ("hash-max-listpack-entries", "5"), ("hash-max-ziplist-entries", "6")));
        Assert.Equal(6, config.HashMaxListpackEntries);
    }

    [Fact]
    public void One_bad_value_leaves_all_as_they_were()
    {
        ServerConfig config = new();
        Assert.NotNull(Set(
            config, null, ("hash-max-listpack-entries", "5"), ("hash-max-ziplist-entries", "6"),
            ("save", ""), ("timeout", "x")));
        Assert.Equal(512, config.HashMaxListpackEntries);
        Assert.Equal(3, config.Save.Length);
    }

    [Fact]
    public void What_cannot_be_applied_is_taken_back()
    {
        ServerConfig config = new();
        Applier applier = new() { Refused = ConfigApply.Listeners };
        Assert.Equal(
            "ERR CONFIG SET failed (possibly related to argument 'bind') - no such address",
            Set(config, applier, ("maxmemory", "1mb"), ("hz", "50"), ("bind", "300.1.1.1")));
        Assert.Equal(0, config.MaxMemory);
        Assert.Equal(10, config.Hz);
        Assert.Equal(["127.0.0.1", "-::1"], config.Bind);
        Assert.Equal(
            ["MaxMemory 1048576", "Listeners 1048576", "MaxMemory 0", "Listeners 0"],
            applier.Calls);
    }

    [Fact]
    public void A_hook_is_called_once_for_several_settings()
    {
        ServerConfig config = new();
        Applier applier = new();
        Assert.Null(Set(config, applier, ("port", "1"), ("bind", "::1"), ("hz", "5")));
        Assert.Equal(["Listeners 0"], applier.Calls);
    }

    [Fact]
    public void Protected_settings_open_as_configured()
    {
        ServerConfig config = new();
        Assert.False(ConfigSetting.ProtectedAllowed(config, true));
        config.EnableProtectedConfigs = DangerousAccess.Local;
        Assert.True(ConfigSetting.ProtectedAllowed(config, true));
        Assert.False(ConfigSetting.ProtectedAllowed(config, false));
        Assert.Null(ConfigSetter.Set(config, new(true, false), [("dbfilename", "x.rdb")], null));
        Assert.EndsWith(
            "dbfilename can't be a path, just a filename",
            ConfigSetter.Set(config, new(true, false), [("dbfilename", "a/b")], null),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_password_keeps_every_byte()
    {
        ServerConfig config = new();
        string password = "a\0\u00ff\u0080\"";
        Assert.Null(Set(config, null, ("requirepass", password)));
        Assert.Equal(password, config.RequirePass);
        Assert.EndsWith(
            "argument must be UTF-8 text",
            Set(config, null, ("proc-title-template", "\u00ff")),
            StringComparison.Ordinal);
    }

    private static string? Set(
        ServerConfig config, Applier? applier, params (string Name, string Value)[] pairs) =>
        ConfigSetter.Set(config, new ConfigSetting(false, false), pairs, applier);

    private sealed class Applier : IConfigApplier
    {
        public ConfigApply Refused { get; init; }

        public List<string> Calls { get; } = [];

        public bool TryApply(ConfigApply what, ServerConfig config, out string error)
        {
            Calls.Add($"{what} {config.MaxMemory}");
            error = "no such address";
            return what != Refused;
        }
    }
}
