using System;
using Rotom.Engine.Config;
using Rotom.Engine.Tests.Support;
using Xunit;

namespace Rotom.Engine.Tests.Commands;

/// <summary>OBJECT, and FUNCTION without functions.</summary>
public sealed class KeysObjectTests
{
    private const string Adjust = " Please note that when switching between policies at runtime "
        + "LRU and LFU data will take some time to adjust.";

    [Theory]
    [InlineData("SET k 123", "int")]
    [InlineData("SET k 9223372036854775807", "int")]
    [InlineData("SET k 9223372036854775808", "embstr")]
    [InlineData("SET k 0123", "embstr")]
    [InlineData("SET k aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeee", "embstr")]
    [InlineData("SET k aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeee", "raw")]
    [InlineData("APPEND k x", "embstr")]
    [InlineData("APPEND k 12", "int")]
    [InlineData("SETRANGE k 0 12", "raw")]
    [InlineData("INCRBYFLOAT k 1", "embstr")]
    [InlineData("MSET k 7", "int")]
    public void Encoding_is_what_redis_shows(string command, string encoding)
    {
        using EngineHost host = new();
        host.Send(command);
        host.Check("OBJECT ENCODING k", "$" + encoding);
    }

    [Theory]
    [InlineData("OBJECT ENCODING nokey", "$-1", "_")]
    [InlineData("OBJECT FREQ nokey", "$-1", "_")]
    [InlineData("OBJECT IDLETIME nokey", "$-1", "_")]
    [InlineData("OBJECT REFCOUNT nokey", "$-1", "_")]
    [InlineData("OBJECT REFCOUNT k", ":1", ":1")]
    [InlineData("OBJECT REFCOUNT n", ":2147483647", ":2147483647")]
    [InlineData("OBJECT REFCOUNT m", ":1", ":1")]
    [InlineData("OBJECT FREQ k", "-ERR An LFU maxmemory policy is not selected, access frequency "
        + "not tracked." + Adjust, null)]
    [InlineData("OBJECT", "-ERR wrong number of arguments for 'object' command", null)]
    [InlineData("OBJECT ENCODING", "-ERR wrong number of arguments for 'object|encoding' command",
        null)]
    [InlineData("OBJECT NOSUCH k", "-ERR unknown subcommand 'NOSUCH'. Try OBJECT HELP.", null)]
    [InlineData("FUNCTION FLUSH", "+OK", "+OK")]
    [InlineData("FUNCTION FLUSH sync", "+OK", "+OK")]
    [InlineData("FUNCTION FLUSH x", "-ERR FUNCTION FLUSH only supports SYNC|ASYNC option", null)]
    [InlineData("FUNCTION FLUSH ASYNC x", "-ERR unknown subcommand or wrong number of arguments "
        + "for 'FLUSH'. Try FUNCTION HELP.", null)]
    [InlineData("FUNCTION LIST", "*0", "*0")]
    [InlineData("FUNCTION LIST LIBRARYNAME x WITHCODE", "*0", "*0")]
    [InlineData("FUNCTION LIST LIBRARYNAME", "-ERR library name argument was not given", null)]
    [InlineData("FUNCTION LIST WITHCODE withcode", "-ERR Unknown argument withcode", null)]
    [InlineData("FUNCTION STATS", "*4 $running_script $-1 $engines *0",
        "%2 $running_script _ $engines %0")]
    [InlineData("FUNCTION KILL", "-NOTBUSY No scripts in execution right now.", null)]
    [InlineData("FUNCTION DELETE x", "-ERR Library not found", null)]
    public void Replies_are_those_of_redis_in_both_versions(
        string command, string resp2, string? resp3)
    {
        using EngineHost host = new();
        host.Send("MSET k v n 9999 m 10000");
        host.Check(command, resp2);
        Assert.Empty(host.Effects);
        host.Send("HELLO 3");
        host.Check(command, resp3 ?? resp2);
    }

    [Fact]
    public void Idle_time_is_reset_by_touch_and_not_by_looking()
    {
        using EngineHost host = new();
        host.Send("SET k v");
        host.Clock.Advance(9_000);
        foreach (string look in (string[])["TYPE k", "TTL k", "EXISTS k", "OBJECT ENCODING k"])
            host.Send(look);
        host.Check("OBJECT IDLETIME k", ":9");
        host.Send("CLIENT NO-TOUCH ON");
        host.Send("GET k");
        host.Check("OBJECT IDLETIME k", ":9");
        host.Send("TOUCH k");
        host.Check("OBJECT IDLETIME k", ":0");
    }

    [Fact]
    public void Under_lfu_uses_are_counted_and_idle_time_is_not()
    {
        using EngineHost host = new(config => config.MaxMemoryPolicy = MaxMemoryPolicy.AllKeysLfu);
        host.Send("SET k v");
        host.Check("OBJECT FREQ k", ":5");
        for (int i = 0; i < 200; i++) host.Send("GET k");
        int frequency = int.Parse(
            host.Send("OBJECT FREQ k")[1..], System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(frequency, 7, 30);
        host.Clock.Advance(60_000);
        host.Check("OBJECT FREQ k", $":{frequency - 1}");
        host.Check("OBJECT IDLETIME k", "-ERR An LFU maxmemory policy is selected, idle time not "
            + "tracked." + Adjust);
    }

    [Fact]
    public void Help_names_the_sub_commands()
    {
        using EngineHost host = new();
        string help = host.Send("OBJECT HELP");
        Assert.Contains("+FREQ key", help, StringComparison.Ordinal);
        help = host.Send("FUNCTION HELP");
        Assert.Contains("+FLUSH [ASYNC | SYNC]", help, StringComparison.Ordinal);
    }
}
