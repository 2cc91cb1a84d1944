using Rotom.Engine.Tests.Support;
using Xunit;

namespace Rotom.Engine.Tests.Commands;

/// <summary>What only shows when commands follow one another in one batch.</summary>
public sealed class PipelineTests
{
    [Fact]
    public void Replies_behind_reset_are_in_the_protocol_version_it_went_back_to()
    {
        using EngineHost host = new();
        host.Send("HELLO 3");
        Assert.Equal("_ +RESET $-1", host.Pipeline("GET nokey", "RESET", "GET nokey"));
    }

    [Fact]
    public void A_reset_that_is_to_be_skipped_is_not_answered()
    {
        using EngineHost host = new();
        Assert.Equal("+PONG", host.Pipeline("CLIENT REPLY SKIP", "RESET", "PING"));
    }

    [Theory]
    [InlineData("OFF")]
    [InlineData("SKIP")]
    public void Confirmations_of_subscriptions_are_sent_though_replies_are_off(string mode)
    {
        using EngineHost host = new();
        Assert.Equal(
            "*3 $subscribe $a :1 *3 $subscribe $b :2",
            host.Pipeline("CLIENT REPLY " + mode, "SUBSCRIBE a b"));
    }

    [Fact]
    public void A_killed_client_is_gone_for_the_next_command()
    {
        using EngineHost host = new();
        host.Send("SUBSCRIBE news", "listener");
        long id = host.ClientOf("listener").Id;
        Assert.Equal(":1 :0 :0", host.Pipeline(
            $"CLIENT KILL ID {id}", "PUBLISH news hello", $"CLIENT KILL ID {id}"));
        Assert.DoesNotContain($"id={id} ", host.Send("CLIENT LIST"));
    }

    [Fact]
    public void Nothing_follows_the_last_reply_of_a_client_that_is_to_be_closed()
    {
        using EngineHost host = new();
        host.Send("SUBSCRIBE news", "listener");
        host.Send("PSUBSCRIBE n*", "listener");
        host.Check("QUIT", "+OK", "listener");
        host.Check("PUBLISH news hello", ":2");
        Assert.Empty(host.Pushes);
    }

    [Fact]
    public void A_turn_that_fails_inside_exec_answers_one_error_and_nothing_of_exec()
    {
        using EngineHost host = new();
        CommandSpec spec = new()
        {
            Name = "BROKEN",
            Arity = 1,
            Handler = (ref CommandContext _) => throw new InvariantException("simulated"),
        };
        host.Engine.Commands.Add(new Command(spec, null));
        Assert.Equal(
            "+OK +QUEUED +QUEUED -ERR internal error: the keyspace failed; see the log +PONG",
            host.FailingPipeline("MULTI", "INCR k", "BROKEN", "EXEC", "PING"));
    }

    [Fact]
    public void A_key_that_was_past_its_time_when_it_was_watched_does_not_change_by_going()
    {
        using EngineHost host = new();
        host.Send("SET k v PX 10");
        host.Clock.Advance(20);
        Assert.Equal("+OK +OK +QUEUED *1 +PONG", host.Pipeline("WATCH k", "MULTI", "PING", "EXEC"));
    }
}
