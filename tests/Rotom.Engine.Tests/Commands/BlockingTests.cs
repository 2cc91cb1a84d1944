using System;
using System.Linq;
using Rotom.Engine.Tests.Support;
using Xunit;

namespace Rotom.Engine.Tests.Commands;

/// <summary>Clients that wait for keys: who is served, when, with what, and what is told.
/// </summary>
public sealed class BlockingTests
{
    [Theory]
    [InlineData("BLPOP l 0", "*2 $l $a", "LPOP l")]
    [InlineData("BRPOP l 0", "*2 $l $b", "RPOP l")]
    [InlineData("BLPOP no l 0", "*2 $l $a", "LPOP l")]
    [InlineData("BLMOVE l m LEFT RIGHT 0", "$a", "LMOVE l m LEFT RIGHT")]
    [InlineData("BRPOPLPUSH l m 0", "$b", "RPOPLPUSH l m")]
    [InlineData("BLMPOP 0 2 no l LEFT COUNT 9", "*2 $l *2 $a $b", "LPOP l 2")]
    [InlineData("BLMPOP 0 1 l RIGHT", "*2 $l *1 $b", "RPOP l 1")]
    public void What_is_there_is_taken_at_once_as_later(string command, string reply, string effect)
    {
        using EngineHost host = new();
        host.Send("RPUSH l a b");
        host.Check(command, reply);
        Assert.Equal(effect, Effect.Of(host));
        host.Send("DEL l m");

        host.Check(command, "", "waits");
        Assert.Empty(host.Effects);
        host.Check("RPUSH l a b", ":2");
        Assert.Equal(reply, host.Pushes["waits"]);
        Assert.Equal("RPUSH l a b; " + effect, Effect.Of(host));
        host.Check("PING", "+PONG", "waits");
    }

    [Fact]
    public void Those_who_wait_are_served_in_the_order_in_which_they_came()
    {
        using EngineHost host = new();
        host.Check("BLPOP l 0", "", "first");
        host.Check("BRPOP k l 0", "", "second");
        host.Check("BLMOVE l m LEFT LEFT 0", "", "third");
        host.Check("RPUSH l a b", ":2");
        Assert.Equal("*2 $l $a", host.Pushes["first"]);
        Assert.Equal("*2 $l $b", host.Pushes["second"]);
        Assert.False(host.Pushes.ContainsKey("third"));
        host.Check("RPUSH k x", ":1");
        Assert.Empty(host.Pushes);
        host.Check("RPUSH l c", ":1");
        Assert.Equal("$c", host.Pushes["third"]);
        Assert.Equal(long.MaxValue, host.Engine.NextDueNanos);
        Assert.Equal(0, host.Engine.BlockedKeys.KeyCount);
    }

    [Fact]
    public void A_chain_of_moves_is_served_by_one_push()
    {
        using EngineHost host = new();
        host.Check("BLMOVE b c LEFT LEFT 0", "", "two");
        host.Check("BLPOP c 0", "", "three");
        host.Check("BLMOVE a b LEFT LEFT 0", "", "one");
        host.Check("RPUSH a x", ":1");
        Assert.Equal("$x", host.Pushes["one"]);
        Assert.Equal("$x", host.Pushes["two"]);
        Assert.Equal("*2 $c $x", host.Pushes["three"]);
        Assert.Equal(
            "RPUSH a x; LMOVE a b LEFT LEFT; LMOVE b c LEFT LEFT; LPOP c", Effect.Of(host));
        host.Check("EXISTS a b c", ":0");
    }

    [Fact]
    public void A_transaction_is_seen_whole()
    {
        using EngineHost host = new();
        host.Check("BLPOP l 0", "", "waits");
        host.Send("MULTI");
        host.Send("RPUSH l a");
        host.Send("DEL l");
        host.Check("EXEC", "*2 :1 :1");
        Assert.Empty(host.Pushes);
        host.Send("MULTI");
        host.Send("RPUSH l a");
        host.Send("LPUSH l b");
        host.Check("EXEC", "*2 :1 :2");
        Assert.Equal("*2 $l $b", host.Pushes["waits"]);
    }

    [Fact]
    public void The_key_that_came_first_is_the_one_that_serves()
    {
        using EngineHost host = new();
        host.Check("BLPOP a b c 0", "", "waits");
        host.Send("MULTI");
        host.Send("RPUSH c 3");
        host.Send("RPUSH a 1");
        host.Check("EXEC", "*2 :1 :1");
        Assert.Equal("*2 $c $3", host.Pushes["waits"]);
    }

    [Theory]
    [InlineData("BLPOP l 0", "*-1")]
    [InlineData("BLMPOP 0 1 l LEFT", "*-1")]
    [InlineData("BLMOVE l m LEFT LEFT 0", "$-1")]
    [InlineData("BRPOPLPUSH l m 0", "$-1")]
    public void Inside_a_transaction_nobody_waits(string command, string reply)
    {
        using EngineHost host = new();
        host.Send("MULTI");
        host.Send(command);
        host.Check("EXEC", "*1 " + reply);
        host.Check("PING", "+PONG");
    }

    [Theory]
    [InlineData("BLPOP l 0.5", 500)]
    [InlineData("BLMOVE l m LEFT LEFT 0.0011", 2)]
    [InlineData("BLMPOP 3 1 l LEFT", 3000)]
    public void Time_runs_out_to_the_millisecond(string command, long ms)
    {
        using EngineHost host = new();
        host.Check(command, "", "waits");
        long left = host.Engine.NextDueNanos - host.Clock.MonotonicNanos;
        Assert.InRange(left, (ms * 1_000_000) - 100_000, ms * 1_000_000);
        host.Advance(ms - 1);
        Assert.Empty(host.Pushes);
        host.Advance(1);
        Assert.Equal("*-1", host.Pushes["waits"]);
        Assert.Equal(long.MaxValue, host.Engine.NextDueNanos);
        host.Check("RPUSH l a", ":1");
        Assert.Empty(host.Pushes);
    }

    [Theory]
    [InlineData("1e300", "-ERR timeout is out of range")]
    [InlineData("9223372036854775807", "-ERR timeout is out of range")]
    [InlineData("9223372036854775", "-ERR timeout is out of range")]
    [InlineData("inf", "-ERR timeout is out of range")]
    [InlineData("-inf", "-ERR timeout is negative")]
    [InlineData("-1", "-ERR timeout is negative")]
    [InlineData("-0.001", "-ERR timeout is negative")]
    [InlineData("nan", "-ERR timeout is not a float or out of range")]
    [InlineData("x", "-ERR timeout is not a float or out of range")]
    [InlineData("9223372036", "")]
    [InlineData("8000000000000000", "")]
    [InlineData("0x1p3", "")]
    public void Timeouts_that_no_clock_can_count_are_refused(string timeout, string reply)
    {
        using EngineHost host = new();
        host.Check($"BLPOP l {timeout}", reply, "a");
        host.Check($"BLMPOP {timeout} 1 l LEFT", reply, "b");
        host.Check($"BLMOVE l m LEFT LEFT {timeout}", reply, "c");
        host.Check($"BRPOPLPUSH l m {timeout}", reply, "d");
    }

    [Fact]
    public void A_pipeline_rests_behind_the_command_that_waits()
    {
        using EngineHost host = new();
        string replies = host.PipelineOf(
            "waits", "PING", "BLPOP l 0", "INCR n", "BLPOP l 0", "INCR n", "GET n");
        Assert.Equal("+PONG", replies);
        host.Check("INCR n", "", "waits");
        host.Check("RPUSH l a", ":1");
        Assert.Equal("*2 $l $a :1", host.Pushes["waits"]);
        host.Check("RPUSH l b", ":1");
        Assert.Equal("*2 $l $b :2 $2 :3", host.Pushes["waits"]);
        host.Check("GET n", "$3", "waits");
        Assert.Null(host.ClientOf("waits").Resting);
    }

    [Fact]
    public void Resting_commands_run_behind_the_batch_and_may_free_others()
    {
        using EngineHost host = new();
        host.PipelineOf("one", "BLPOP a 0", "RPUSH b x", "RPUSH b y");
        host.PipelineOf("two", "BLPOP b 0", "BLPOP b 0", "GET k");
        Assert.Equal(":1 +OK", host.Pipeline("RPUSH a 1", "SET k v"));
        Assert.Equal("*2 $a $1 :1 :1", host.Pushes["one"]);
        Assert.Equal("*2 $b $x *2 $b $y $v", host.Pushes["two"]);
    }

    [Fact]
    public void A_long_pipeline_of_waits_is_not_copied_for_each()
    {
        using EngineHost host = new();
        const int count = 5000;
        host.PipelineOf("waits", [.. Enumerable.Repeat("BLPOP l 0", count)]);
        for (int i = 0; i < count; i++)
        {
            host.Check("RPUSH l x", ":1");
            Assert.Equal("*2 $l $x", host.Pushes["waits"]);
            if (i % 3 == 0) host.Check("BLPOP l 0", "", "waits");
        }

        Assert.True(host.ClientOf("waits").Resting!.InputUsed < count * 20);
    }

    [Fact]
    public void Who_sends_more_than_may_rest_is_closed()
    {
        using EngineHost host = new(config => config.ClientQueryBufferBytesMax = 1 << 20);
        host.Check("BLPOP l 0", "", "waits");
        Client client = host.ClientOf("waits");
        string big = "SET k " + new string('x', 300_000);
        for (int i = 0; i < 4; i++) host.Send(big, "waits");
        Assert.True(client.Has(ClientGate.Closing));
        Assert.Equal(0, host.Engine.WaitingClients);
        host.Check("RPUSH l a", ":1");
        Assert.Empty(host.Pushes);
    }

    [Theory]
    [InlineData("", "*-1")]
    [InlineData(" TIMEOUT", "*-1")]
    [InlineData(" ERROR", "-UNBLOCKED client unblocked via CLIENT UNBLOCK")]
    public void Unblock_answers_as_if_the_time_were_over_or_with_an_error(string how, string reply)
    {
        using EngineHost host = new();
        host.PipelineOf("waits", "BLPOP l 0", "GET k");
        long id = host.ClientOf("waits").Id;
        host.Send("SET k v");
        host.Check($"CLIENT UNBLOCK {id}{how}", ":1");
        Assert.Equal(reply + " $v", host.Pushes["waits"]);
        host.Check($"CLIENT UNBLOCK {id}{how}", ":0");
        host.Check("CLIENT UNBLOCK 999", ":0");
        host.Check("CLIENT UNBLOCK x", "-ERR value is not an integer or out of range");
        host.Check(
            "CLIENT UNBLOCK 1 foo",
            "-ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR");
    }

    [Fact]
    public void A_client_that_went_takes_nothing_with_it()
    {
        using EngineHost host = new();
        host.Check("BLPOP l 0", "", "gone");
        host.Check("BLPOP l 0", "", "killed");
        host.Check("BLPOP l 0", "", "stays");
        host.Disconnect("gone");
        long id = host.ClientOf("killed").Id;
        host.Check($"CLIENT KILL ID {id}", ":1");
        host.Check("RPUSH l a b", ":2");
        Assert.Equal("*2 $l $a", host.Pushes["stays"]);
        Assert.Single(host.Pushes);
        host.Check("LRANGE l 0 -1", "*1 $b");
    }

    [Fact]
    public void One_pipeline_that_pushes_and_kills_gives_each_waiter_data_or_an_end()
    {
        using EngineHost host = new();
        for (int i = 0; i < 10; i++) host.Check("BLPOP l 0", "", $"w{i}");
        long[] ids = [.. Enumerable.Range(0, 10).Select(i => host.ClientOf($"w{i}").Id)];
        string replies = host.Pipeline(
            $"CLIENT KILL ID {ids[0]}", "RPUSH l a b", $"CLIENT KILL ID {ids[3]}",
            $"CLIENT KILL ID {ids[2]}", "RPUSH l c d");
        Assert.Equal(":1 :2 :1 :1 :2", replies);
        Assert.Equal("*2 $l $a", host.Pushes["w1"]);
        Assert.Equal("*2 $l $b", host.Pushes["w2"]);
        Assert.Equal("*2 $l $c", host.Pushes["w4"]);
        Assert.Equal("*2 $l $d", host.Pushes["w5"]);
        Assert.Equal(4, host.Engine.WaitingClients);
        host.Engine.CheckInvariants();
    }

    [Theory]
    [InlineData("RENAME x l")]
    [InlineData("COPY x l")]
    [InlineData("COPY x l REPLACE")]
    [InlineData("LMOVE x l LEFT LEFT")]
    public void A_key_that_comes_by_any_way_serves(string command)
    {
        using EngineHost host = new();
        host.Check("BLPOP l 0", "", "waits");
        host.Check("RPUSH x a", ":1");
        host.Send(command);
        Assert.Equal("*2 $l $a", host.Pushes["waits"]);
    }

    [Fact]
    public void Exchanged_databases_serve_those_who_wait_in_them()
    {
        using EngineHost host = new();
        host.Check("BLPOP l 0", "", "zero");
        host.Check("SELECT 1", "+OK", "one");
        host.Check("BLPOP l 0", "", "one");
        host.Check("SELECT 9", "+OK");
        host.Check("RPUSH l a", ":1");
        host.Check("MOVE l 1", ":1");
        Assert.Equal("*2 $l $a", host.Pushes["one"]);
        host.Check("RPUSH l b", ":1");
        host.Check("SWAPDB 0 9", "+OK");
        Assert.Equal("*2 $l $b", host.Pushes["zero"]);
    }

    [Fact]
    public void Another_type_under_the_key_serves_nobody_until_it_is_a_list()
    {
        using EngineHost host = new();
        host.Check("BLPOP l 0", "", "waits");
        host.Check("SET l v", "+OK");
        host.Check("DEL l", ":1");
        host.Check("SET l v", "+OK");
        host.Check("RPUSH x a", ":1");
        Assert.Empty(host.Pushes);
        host.Check("RENAME x l", "+OK");
        Assert.Equal("*2 $l $a", host.Pushes["waits"]);
    }

    [Fact]
    public void A_move_to_a_key_of_another_type_answers_an_error_and_the_next_is_served()
    {
        using EngineHost host = new();
        host.Check("SET m v", "+OK");
        host.Check("BLMOVE l m LEFT LEFT 0", "", "wrong");
        host.Check("BLMOVE l n LEFT LEFT 0", "", "right");
        host.Check("RPUSH l a", ":1");
        Assert.StartsWith("-WRONGTYPE", host.Pushes["wrong"], StringComparison.Ordinal);
        Assert.Equal("$a", host.Pushes["right"]);
    }

    [Fact]
    public void Keys_named_twice_and_own_keys_do_no_harm()
    {
        using EngineHost host = new();
        host.Check("BLPOP l l 0", "", "twice");
        host.Check("BLMOVE l l LEFT RIGHT 0", "", "own");
        host.Check("BLMOVE l l LEFT RIGHT 0", "", "own2");
        host.Check("RPUSH l a b", ":2");
        Assert.Equal("*2 $l $a", host.Pushes["twice"]);
        Assert.Equal("$b", host.Pushes["own"]);
        Assert.Equal("$b", host.Pushes["own2"]);
        host.Check("LLEN l", ":1");
    }

    [Fact]
    public void A_key_that_expires_before_it_serves_serves_nobody()
    {
        using EngineHost host = new();
        host.Check("BLPOP l 0", "", "waits");
        host.Send("MULTI");
        host.Send("RPUSH l a");
        host.Send("PEXPIREAT l 1");
        host.Check("EXEC", "*2 :1 :1");
        Assert.Empty(host.Pushes);
    }

    [Fact]
    public void Replies_that_were_switched_off_stay_off()
    {
        using EngineHost host = new();
        host.PipelineOf("waits", "CLIENT REPLY SKIP", "BLPOP l 0", "PING");
        host.Check("RPUSH l a", ":1");
        Assert.Equal("+PONG", host.Pushes["waits"]);
        host.PipelineOf("waits", "CLIENT REPLY OFF", "BLPOP l 0", "INCR n");
        host.Check("RPUSH l a", ":1");
        Assert.Empty(host.Pushes);
        host.Check("GET n", "$1");
    }

    [Fact]
    public void A_waiting_subscriber_hears_the_events_of_what_it_takes_behind_its_reply()
    {
        using EngineHost host = new(EventEar.AllClasses);
        host.Check("BLPOP l 0", "", "waits");
        host.Send("HELLO 3", "both");
        host.Send("SUBSCRIBE __keyevent@0__:rpop", "both");
        host.Check("BRPOP l 0", "", "both");
        host.Check("RPUSH l a b", ":2");
        Assert.Equal("*2 $l $b >3 $message $__keyevent@0__:rpop $l", host.Pushes["both"]);
    }

    [Fact]
    public void A_blocked_command_counts_as_one_call()
    {
        using EngineHost host = new();
        host.Check("BLPOP l 0", "", "waits");
        host.Check("BLPOP l 1", "", "late");
        Command command = host.Engine.Commands.Find("blpop"u8)!;
        Assert.Equal(0, command.Calls);
        host.Send("RPUSH l a");
        Assert.Equal(1, command.Calls);
        host.Advance(1000);
        Assert.Equal(2, command.Calls);
        host.Check("BLPOP l 0", "", "waits");
        host.Send($"CLIENT UNBLOCK {host.ClientOf("waits").Id} ERROR");
        Assert.Equal(3, command.Calls);
        Assert.Equal(1, command.FailedCalls);
    }

    [Fact]
    public void Those_who_wait_are_shown()
    {
        using EngineHost host = new();
        host.Check("BLPOP k l 5", "", "waits");
        Assert.Contains("flags=b ", host.Send("CLIENT LIST"), StringComparison.Ordinal);
        Assert.True(host.ClientOf("waits").Link.IsBlocked);
        string info = host.Send("INFO clients");
        Assert.Contains("blocked_clients:1", info, StringComparison.Ordinal);
        Assert.Contains("total_blocking_keys:2", info, StringComparison.Ordinal);
        Assert.Contains("clients_in_timeout_table:1", info, StringComparison.Ordinal);
        host.Send("RPUSH l a");
        Assert.False(host.ClientOf("waits").Link.IsBlocked);
        Assert.Contains("blocked_clients:0", host.Send("INFO clients"), StringComparison.Ordinal);
    }

    // Found by the simulation: what came behind was taken for commands once the client was served.
    [Fact]
    public void Nothing_behind_broken_input_is_executed_by_a_client_that_waited()
    {
        using EngineHost host = new();
        host.Send("BLPOP l 0", "waits");
        const string error = "ERR Protocol error: invalid bulk length";
        Assert.Equal("", host.BrokenPipelineOf("waits", error, "SET before 1"));
        Assert.Equal("", host.PipelineOf("waits", "SET behind 1", "SET behind 2"));
        Assert.Equal("", host.BrokenPipelineOf("waits", "ERR another", "SET behind 3"));
        host.Check("RPUSH l x", ":1");
        Assert.Equal($"*2 $l $x +OK -{error}", host.Pushes["waits"]);
        host.Check("MGET before behind", "*2 $1 $-1");
    }

    [Fact]
    public void When_the_keyspace_fails_those_who_wait_are_released()
    {
        using EngineHost host = new();
        CommandSpec spec = new()
        {
            Name = "BROKEN",
            Arity = 1,
            Handler = (ref CommandContext _) => throw new InvariantException("simulated"),
        };
        host.Engine.Commands.Add(new Command(spec, null));
        host.PipelineOf("waits", "BLPOP l 0", "PING");
        host.FailingPipeline("BROKEN");
        // What rested on them goes on when the rest of the batch is done.
        Assert.StartsWith("-UNBLOCKED", host.Pushes["waits"], StringComparison.Ordinal);
        Assert.EndsWith("+PONG", host.Pushes["waits"], StringComparison.Ordinal);
        host.Check("PING", "+PONG", "waits");
    }
}
