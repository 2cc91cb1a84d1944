using System;
using Rotom.Engine.Tests.Support;
using Xunit;

namespace Rotom.Engine.Tests.Commands;

/// <summary>CLIENT PAUSE and UNPAUSE: what rests, for how long, and in which order it goes on.
/// </summary>
public sealed class PauseTests
{
    [Fact]
    public void Everything_rests_until_the_pause_is_over()
    {
        using EngineHost host = new();
        host.Check("CLIENT PAUSE 100", "+OK");
        Assert.Equal("", host.PipelineOf("a", "SET k 1", "GET k"));
        Assert.Equal("", host.PipelineOf("b", "INCR k", "PING"));
        host.Check("PING", "");
        host.Check("INCR k", "", "a");
        Assert.Equal(3, host.Engine.WaitingClients);
        host.Advance(99);
        Assert.Empty(host.Pushes);
        host.Advance(1);
        Assert.Equal("+OK $1 :2", host.Pushes["a"]);
        Assert.Equal(":3 +PONG", host.Pushes["b"]);
        Assert.Equal("+PONG", host.Pushes["main"]);
        host.Check("GET k", "$3");
        Assert.Equal(long.MaxValue, host.Engine.NextDueNanos);
    }

    [Fact]
    public void A_pause_of_writes_lets_reads_pass_until_one_is_behind_a_write()
    {
        using EngineHost host = new();
        host.Check("SET k 1", "+OK");
        host.Check("CLIENT PAUSE 100000 WRITE", "+OK");
        host.Check("GET k", "$1", "a");
        Assert.Equal("$1", host.PipelineOf("a", "GET k", "INCR k", "GET k"));
        host.Check("GET k", "", "a");
        host.Check("PUBLISH c m", "", "b");
        host.Check("FLUSHALL", "", "c");
        host.Check("BLPOP l 0", "", "d");
        host.Check("GET k", "$1");
        host.Check("CLIENT UNPAUSE", "+OK");
        Assert.Equal(":2 $2 $2", host.Pushes["a"]);
        Assert.Equal(":0", host.Pushes["b"]);
        Assert.Equal("+OK", host.Pushes["c"]);
        host.Check("RPUSH l x", ":1");
        Assert.Equal("*2 $l $x", host.Pushes["d"]);
    }

    [Fact]
    public void Transactions_that_write_rest_at_exec()
    {
        using EngineHost host = new();
        host.Check("MULTI", "+OK", "writes");
        host.Check("SET k 1", "+QUEUED", "writes");
        host.Check("MULTI", "+OK", "reads");
        host.Check("GET k", "+QUEUED", "reads");
        host.Check("CLIENT PAUSE 100000 WRITE", "+OK");
        host.Check("EXEC", "*1 $-1", "reads");
        host.Check("EXEC", "", "writes");
        host.Check("CLIENT UNPAUSE", "+OK");
        Assert.Equal("*1 +OK", host.Pushes["writes"]);
    }

    [Fact]
    public void A_pause_that_begins_in_a_transaction_lets_it_end()
    {
        using EngineHost host = new();
        host.Send("MULTI");
        host.Send("CLIENT PAUSE 100000 WRITE");
        host.Send("SET k 1");
        host.Check("EXEC", "*2 +OK +OK");
        host.Check("SET k 2", "", "other");
        host.Check("CLIENT UNPAUSE", "+OK");
        Assert.Equal("+OK", host.Pushes["other"]);
    }

    [Fact]
    public void Nothing_expires_while_writes_rest_though_it_is_not_seen()
    {
        using EngineHost host = new();
        host.Send("SET k v PX 10");
        host.Send("SET l v PX 10");
        host.Send("CLIENT PAUSE 100000 WRITE");
        host.Advance(50);
        host.Check("GET k", "$-1");
        host.Check("DBSIZE", ":2");
        Assert.Empty(host.Effects);
        Assert.Equal(0, host.Engine.Stats.ExpiredKeys);
        Assert.Contains(host.Send("RANDOMKEY"), new[] { "$k", "$l" });
        host.Check("CLIENT UNPAUSE", "+OK");
        host.Check("GET k", "$-1");
        host.Check("DBSIZE", ":1");
        Assert.Equal(1, host.Engine.Stats.ExpiredKeys);
    }

    [Fact]
    public void Of_two_pauses_the_later_end_and_the_stricter_mode_hold()
    {
        using EngineHost host = new();
        host.Check("CLIENT PAUSE 1000 WRITE", "+OK");
        host.Check("CLIENT PAUSE 10 ALL", "+OK");
        host.Check("PING", "", "a");
        host.Advance(999);
        Assert.Empty(host.Pushes);
        host.Advance(1);
        Assert.Equal("+PONG", host.Pushes["a"]);
    }

    [Fact]
    public void A_skipped_reply_is_still_skipped_when_the_pause_is_over()
    {
        using EngineHost host = new();
        host.Check("CLIENT PAUSE 1000 WRITE", "+OK");
        host.PipelineOf("a", "CLIENT REPLY SKIP", "SET k v", "GET k");
        host.Advance(1000);
        Assert.Equal("$v", host.Pushes["a"]);
    }

    [Fact]
    public void Paused_clients_cannot_be_unblocked_and_may_go()
    {
        using EngineHost host = new();
        host.Check("CLIENT PAUSE 1000 WRITE", "+OK");
        host.Check("SET k a", "", "a");
        host.Check("SET k b", "", "b");
        host.Check($"CLIENT UNBLOCK {host.ClientOf("a").Id}", ":0");
        host.Disconnect("a");
        host.Advance(1000);
        Assert.Equal("+OK", host.Pushes["b"]);
        Assert.Single(host.Pushes);
        host.Check("GET k", "$b");
    }

    [Theory]
    [InlineData("CLIENT PAUSE -1", "-ERR timeout is negative")]
    [InlineData("CLIENT PAUSE a", "-ERR timeout is not an integer or out of range")]
    [InlineData("CLIENT PAUSE 1 FOO", "-ERR CLIENT PAUSE mode must be WRITE or ALL")]
    [InlineData("CLIENT PAUSE 9223372036854775807", "-ERR timeout is out of range")]
    [InlineData("CLIENT PAUSE 0", "+OK")]
    [InlineData("CLIENT UNPAUSE", "+OK")]
    public void Arguments_are_checked(string command, string reply)
    {
        using EngineHost host = new();
        host.Check(command, reply);
        host.Advance(0);
        host.Check("PING", "+PONG");
    }
}
