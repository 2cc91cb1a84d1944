using Rotom.Engine.Tests.Support;
using Xunit;

namespace Rotom.Engine.Tests.Commands;

/// <summary>Shard channels and PUBSUB; WAIT and WAITAOF without replicas.</summary>
public sealed class PubSubTests
{
    [Fact]
    public void Shard_channels_are_names_of_their_own_kind()
    {
        using EngineHost host = new();
        host.Check(
            "SSUBSCRIBE a b a",
            "*3 $ssubscribe $a :1 *3 $ssubscribe $b :2 *3 $ssubscribe $a :2",
            "listens");
        host.Check("PUBLISH a x", ":0");
        host.Check("SPUBLISH a m", ":1");
        Assert.Equal("*3 $smessage $a $m", host.Pushes["listens"]);
        host.Check("PUBSUB SHARDNUMSUB a b c", "*6 $a :1 $b :1 $c :0");
        host.Check("PUBSUB SHARDCHANNELS b*", "*1 $b");
        host.Check("PUBSUB CHANNELS", "*0");
        host.Check("SUNSUBSCRIBE a", "*3 $sunsubscribe $a :1", "listens");
        host.Check("SUNSUBSCRIBE", "*3 $sunsubscribe $b :0", "listens");
        host.Check("SUNSUBSCRIBE", "*3 $sunsubscribe $-1 :0", "listens");
        host.Check("SPUBLISH a m", ":0");
        host.Check("GET k", "$-1", "listens");
    }

    [Fact]
    public void A_subscriber_of_a_shard_channel_may_only_subscribe()
    {
        using EngineHost host = new();
        host.Send("SSUBSCRIBE a");
        host.Check(
            "SPUBLISH a x",
            "-ERR Can't execute 'spublish': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT "
            + "/ RESET are allowed in this context");
        host.Check("RESET", "+RESET");
        host.Check("SPUBLISH a x", ":0");
    }

    [Fact]
    public void One_that_publishes_to_its_own_shard_channel_hears_it_behind_the_reply()
    {
        using EngineHost host = new();
        host.Send("HELLO 3");
        host.Check("SSUBSCRIBE a", ">3 $ssubscribe $a :1");
        host.Check("SPUBLISH a m", ":1 >3 $smessage $a $m");
    }

    [Fact]
    public void A_transaction_may_leave_shard_channels_and_not_enter_them()
    {
        using EngineHost host = new();
        host.Send("MULTI");
        host.Send("SSUBSCRIBE a");
        host.Send("SUNSUBSCRIBE");
        host.Check(
            "EXEC",
            "*2 -ERR SSUBSCRIBE isn't allowed for a DENY BLOCKING client "
            + "*3 $sunsubscribe $-1 :0");
    }

    [Fact]
    public void Pubsub_tells_who_listens()
    {
        using EngineHost host = new();
        host.Send("SUBSCRIBE news", "a");
        host.Send("SUBSCRIBE news", "b");
        host.Send("PSUBSCRIBE n* w*", "a");
        host.Send("PSUBSCRIBE n*", "b");
        host.Check("PUBSUB CHANNELS", "*1 $news");
        host.Check("PUBSUB CHANNELS x*", "*0");
        host.Check("PUBSUB NUMSUB news olds", "*4 $news :2 $olds :0");
        host.Check("PUBSUB NUMSUB", "*0");
        host.Check("PUBSUB NUMPAT", ":2");
        host.Check("PUBSUB SHARDNUMSUB", "*0");
        host.Check(
            "PUBSUB CHANNELS a b",
            "-ERR unknown subcommand or wrong number of arguments for 'CHANNELS'. "
            + "Try PUBSUB HELP.");
        Assert.StartsWith("*", host.Send("PUBSUB HELP"), System.StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("WAIT 0 0", ":0")]
    [InlineData("WAIT -1 0", ":0")]
    [InlineData("WAIT 1 -1", "-ERR timeout is negative")]
    [InlineData("WAIT a 1", "-ERR value is not an integer or out of range")]
    [InlineData("WAIT 1 a", "-ERR timeout is not an integer or out of range")]
    [InlineData("WAITAOF 0 0 0", "*2 :0 :0")]
    [InlineData("WAITAOF 2 0 0", "-ERR value is out of range, value must between 0 and 1")]
    [InlineData("WAITAOF 0 -1 0", "-ERR value is out of range, must be positive")]
    [InlineData(
        "WAITAOF 1 0 0",
        "-ERR WAITAOF cannot be used when numlocal is set but appendonly is disabled.")]
    public void Nothing_to_wait_for_is_answered_at_once(string command, string reply)
    {
        using EngineHost host = new();
        host.Check(command, reply);
    }

    [Fact]
    public void Replicas_that_are_not_there_are_waited_for_in_vain()
    {
        using EngineHost host = new();
        host.Check("WAIT 1 100", "", "a");
        host.Check("WAITAOF 0 1 100", "", "b");
        host.Check("WAIT 1 0", "", "c");
        host.Advance(100);
        Assert.Equal(":0", host.Pushes["a"]);
        Assert.Equal("*2 :0 :0", host.Pushes["b"]);
        Assert.False(host.Pushes.ContainsKey("c"));
        host.Check($"CLIENT UNBLOCK {host.ClientOf("c").Id}", ":1");
        Assert.Equal(":0", host.Pushes["c"]);
        host.Send("MULTI");
        host.Send("WAIT 1 0");
        host.Check("EXEC", "*1 :0");
    }
}
