using System;
using Rotom.Engine.Config;
using Rotom.Engine.Tests.Support;
using Rotom.Resp.Batch;
using Xunit;

namespace Rotom.Engine.Tests.Commands;

/// <summary>DEBUG.</summary>
public sealed class DebugTests
{
    private const string Refused = "-ERR DEBUG command not allowed. If the enable-debug-command "
        + "option is set to \"local\", you can run it from a local connection, otherwise you need "
        + "to set this option in the configuration file, and then restart the server.";

    [Fact]
    public void Without_the_setting_it_is_refused_at_once_and_in_a_transaction()
    {
        using EngineHost host = new();
        host.Check("DEBUG SLEEP 0", Refused);
        host.Check("DEBUG", "-ERR wrong number of arguments for 'debug' command");
        host.Send("MULTI");
        host.Check("DEBUG SLEEP 0", Refused);
        host.Check("EXEC", "-EXECABORT Transaction discarded because of previous errors.");
    }

    [Fact]
    public void Local_lets_clients_of_this_machine_only()
    {
        using EngineHost host = new(c => c.EnableDebugCommand = DangerousAccess.Local);
        host.Check("DEBUG SLEEP 0", "+OK");
        ClientLink link = new(99, 0, "192.0.2.1:4000", "192.0.2.2:6379", 9, false)
        {
            IsLoopback = false,
        };
        Assert.False(Rotom.Engine.Commands.DebugCommand.MayRun(
            host.Engine.Config, host.Engine.OpenClient(link)));
    }

    [Theory]
    [InlineData("DEBUG nosuch", "nosuch")]
    [InlineData("DEBUG SLEEP", "SLEEP")]
    [InlineData("DEBUG SLEEP 1 2", "SLEEP")]
    [InlineData("DEBUG LOG", "LOG")]
    [InlineData("DEBUG POPULATE 1 a b c", "POPULATE")]
    [InlineData("DEBUG DIGEST x", "DIGEST")]
    public void A_wrong_number_of_words_is_an_unknown_sub_command(string command, string sub)
    {
        using EngineHost host = Debugging();
        host.Check(command, "-ERR unknown subcommand or wrong number of arguments for "
            + $"'{sub}'. Try DEBUG HELP.");
    }

    [Fact]
    public void Sleep_lets_time_pass_for_what_follows()
    {
        using EngineHost host = Debugging();
        host.Send("SET k v PX 100");
        host.Check("DEBUG SLEEP 0.05", "+OK");
        host.Check("PTTL k", ":50");
        host.Send("MULTI");
        host.Send("DEBUG SLEEP 10");
        host.Send("PTTL k");
        host.Check("EXEC", "*2 +OK :50");
        host.Check("PTTL k", ":-2");
        host.Check("DEBUG SLEEP x", "+OK");
        host.Check("DEBUG SLEEP -1", "+OK");
    }

    [Fact]
    public void Set_active_expire_stops_the_search_for_expired_keys()
    {
        using EngineHost host = Debugging();
        host.Check("DEBUG SET-ACTIVE-EXPIRE 0", "+OK");
        host.Send("SET k v PX 5");
        host.Advance(1000);
        host.Check("DBSIZE", ":1");
        host.Check("DEBUG SET-ACTIVE-EXPIRE 1", "+OK");
        host.Advance(1000);
        host.Check("DBSIZE", ":0");
    }

    // The digests are redis-server's.
    [Fact]
    public void Digests_are_those_of_redis()
    {
        using EngineHost host = Debugging();
        host.Check("DEBUG DIGEST", "+0000000000000000000000000000000000000000");
        host.Send("SET k 12");
        host.Check("DEBUG DIGEST", "+eb708d7f0cec62a02e3eb7f1eae92e506c8433f1");
        host.Send("SET k2 abc EX 1000");
        host.Check("DEBUG DIGEST", "+378f41527e7cd8fcefb1cd113dc693d8d708f0e8");
        host.Check("DEBUG DIGEST-VALUE k k2 nokey",
            "*3 +655ac46b180ad2f61a3cee25f0b1780fa2ec879a "
            + "+c77a33d2ea9755a8613f7e54f17873233d7a8058 "
            + "+0000000000000000000000000000000000000000");
        host.Send("APPEND k2 def");
        host.Check("DEBUG DIGEST-VALUE k2", "*1 +605fee7ac084b64a9ade610e302ea4aac7122b3d");
        host.Send("SELECT 3");
        host.Send("SET k 12");
        host.Check("DEBUG DIGEST", "+02a5c30b91489b44bc19b635a626c90f14ff8fee");
    }

    [Fact]
    public void Populate_makes_keys_that_are_not_there_and_propagates_none()
    {
        using EngineHost host = Debugging();
        host.Send("SET key:1 mine");
        host.Check("DEBUG POPULATE 3", "+OK");
        Assert.Empty(host.Effects);
        host.Check("MGET key:0 key:1 key:2", "*3 $value:0 $mine $value:2");
        host.Check("DEBUG POPULATE 2 foo 3", "+OK");
        host.Check("MGET foo:0 foo:1", "*2 $val $val");
        host.Check("DEBUG POPULATE 1 long 9", "+OK");
        host.Check("GET long:0", "$value:0\\x00\\x00");
        host.Check("DEBUG POPULATE -1", "-ERR value is out of range, must be positive");
        host.Check("DEBUG POPULATE x", "-ERR value is not an integer or out of range");
    }

    [Fact]
    public void Object_shows_how_a_value_is_kept()
    {
        using EngineHost host = Debugging();
        host.Check("DEBUG OBJECT k", "-ERR no such key");
        host.Send("SET k 12345");
        host.Clock.Advance(3000);
        Assert.Matches(
            @"^\+Value at:0x[0-9a-f]+ refcount:1 encoding:int serializedlength:3 lru:\d+ "
            + "lru_seconds_idle:3$",
            host.Send("DEBUG OBJECT k"));
        string before = host.Send("DEBUG OBJECT k").Split(' ')[1];
        host.Send("INCR k");
        Assert.Equal(before, host.Send("DEBUG OBJECT k").Split(' ')[1]);
    }

    [Theory]
    [InlineData("string", "$Hello World", "$Hello World")]
    [InlineData("integer", ":12345", ":12345")]
    [InlineData("double", "$3.141", ",3.141")]
    [InlineData("bignum", "$1234567999999999999999999999999999999",
        "(1234567999999999999999999999999999999")]
    [InlineData("null", "$-1", "_")]
    [InlineData("array", "*3 :0 :1 :2", "*3 :0 :1 :2")]
    [InlineData("set", "*3 :0 :1 :2", "~3 :0 :1 :2")]
    [InlineData("map", "*6 :0 :0 :1 :1 :2 :0", "%3 :0 #f :1 #t :2 #f")]
    [InlineData("attrib", "$Some real reply following the attribute",
        "|1 $key-popularity *2 $key:123 :90 $Some real reply following the attribute")]
    [InlineData("push", "-ERR RESP2 is not supported by this command",
        ">2 $server-cpu-usage :42 $Some real reply following the push reply")]
    [InlineData("verbatim", "$This is a verbatim\\x0astring", "=txt:This is a verbatim\\x0astring")]
    [InlineData("true", ":1", "#t")]
    [InlineData("false", ":0", "#f")]
    public void Protocol_answers_each_type(string type, string resp2, string resp3)
    {
        using EngineHost host = Debugging();
        host.Check("DEBUG PROTOCOL " + type, resp2);
        host.Send("HELLO 3");
        host.Check("DEBUG PROTOCOL " + type, resp3);
    }

    [Fact]
    public void Log_and_error_pass_on_what_they_are_given()
    {
        using EngineHost host = Debugging();
        host.Check("DEBUG ERROR \"MY a\\r\\nb\"", "-MY a  b");
        host.Check("DEBUG LOG hello", "+OK");
        Assert.True(host.Engine.Outbox.TryTake(out OutboxItem? item));
        Assert.Equal("DEBUG LOG: hello", item!.Argument);
        Assert.Contains("+SLEEP <seconds>", host.Send("DEBUG HELP"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_paused_cron_expires_nothing()
    {
        using EngineHost host = new(config => config.EnableDebugCommand = DangerousAccess.Yes);
        host.Send("SET k v PX 10");
        host.Check("DEBUG PAUSE-CRON 1", "+OK");
        host.Advance(1000);
        host.Check("DBSIZE", ":1");
        host.Check("DEBUG PAUSE-CRON 0", "+OK");
        host.Advance(1);
        host.Check("DBSIZE", ":0");
    }

    private static EngineHost Debugging() =>
        new(config => config.EnableDebugCommand = DangerousAccess.Yes);
}
