using Rotom.Engine.Tests.Support;
using Xunit;

namespace Rotom.Engine.Tests.Commands;

public sealed class ConnectionTests
{
    [Fact]
    public void Ping_echo_and_select_answer_as_redis()
    {
        using EngineHost host = new();
        host.Check("PING", "+PONG");
        host.Check("ping hello", "$hello");
        host.Check("PING a b", "-ERR wrong number of arguments for 'ping' command");
        host.Check("ECHO x", "$x");
        host.Check("SELECT 15", "+OK");
        host.Check("SELECT 16", "-ERR DB index is out of range");
        host.Check("SELECT x", "-ERR value is not an integer or out of range");
    }

    [Fact]
    public void Unknown_commands_are_echoed_with_their_arguments()
    {
        using EngineHost host = new();
        host.Check("FOO a b", "-ERR unknown command 'FOO', with args beginning with: 'a' 'b' ");
        host.Check("CLIENT", "-ERR wrong number of arguments for 'client' command");
        host.Check("CLIENT NOPE", "-ERR unknown subcommand 'NOPE'. Try CLIENT HELP.");
        host.Check("INFO errorstats", "$# Errorstats\\x0d\\x0aerrorstat_ERR:count=3\\x0d\\x0a");
    }

    [Fact]
    public void A_password_is_asked_for_before_anything_else()
    {
        using EngineHost host = new(c => c.RequirePass = "secret");
        host.Check("GET k", "-NOAUTH Authentication required.");
        host.Check(
            "AUTH wrong", "-WRONGPASS invalid username-password pair or user is disabled.");
        host.Check("AUTH default secret", "+OK");
        host.Check("GET k", "$-1");
        host.Check("RESET", "+RESET");
        host.Check("GET k", "-NOAUTH Authentication required.");
    }

    [Fact]
    public void Hello_switches_the_protocol_and_names_the_client()
    {
        using EngineHost host = new();
        host.Check(
            "HELLO 3 SETNAME bob",
            "%7 $server $redis $version $7.2.4 $proto :3 $id :1 $mode $standalone $role $master "
            + "$modules *0");
        host.Check("CLIENT GETNAME", "$bob");
        host.Check("GET nokey", "_");
        host.Check("HELLO 4", "-NOPROTO unsupported protocol version");
    }

    [Fact]
    public void Client_reply_off_and_skip_keep_replies_back()
    {
        using EngineHost host = new();
        host.Check("CLIENT REPLY OFF", "");
        host.Check("PING", "");
        host.Check("NOSUCH", "");
        host.Check("CLIENT REPLY ON", "+OK");
        host.Check("CLIENT REPLY SKIP", "");
        host.Check("PING", "");
        host.Check("PING", "+PONG");
    }

    [Fact]
    public void A_message_to_oneself_comes_whole_behind_the_reply()
    {
        using EngineHost host = new();
        host.Send("HELLO 3");
        host.Check("SUBSCRIBE c", ">3 $subscribe $c :1");
        host.Check("PUBLISH c hi", ":1 >3 $message $c $hi");
    }

    [Fact]
    public void A_resp2_subscriber_may_only_subscribe_ping_quit_and_reset()
    {
        using EngineHost host = new();
        host.Check("SUBSCRIBE c", "*3 $subscribe $c :1");
        host.Check("PING", "*2 $pong $");
        host.Check(
            "GET k",
            "-ERR Can't execute 'get': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / "
            + "RESET are allowed in this context");
        host.Check("PUBLISH c hi", ":1", "other");
        Assert.Equal("*3 $message $c $hi", host.Pushes["main"]);
        host.Check("UNSUBSCRIBE", "*3 $unsubscribe $c :0");
        host.Check("GET k", "$-1");
    }

    [Fact]
    public void Patterns_are_left_one_by_one_or_all_at_once()
    {
        using EngineHost host = new();
        host.Check("PSUBSCRIBE a* b*", "*3 $psubscribe $a* :1 *3 $psubscribe $b* :2");
        host.Check("PUNSUBSCRIBE b*", "*3 $punsubscribe $b* :1");
        host.Send("PUBLISH bee x", "other");
        Assert.Empty(host.Pushes);
        host.Send("PUBLISH ant x", "other");
        Assert.Equal("*4 $pmessage $a* $ant $x", host.Pushes["main"]);
        host.Check("PUNSUBSCRIBE", "*3 $punsubscribe $a* :0");
        host.Check("PUNSUBSCRIBE", "*3 $punsubscribe $-1 :0");
    }
}
