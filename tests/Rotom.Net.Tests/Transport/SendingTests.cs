using System;
using System.Linq;
using System.Net.Sockets;
using System.Text;
using Rotom.Net.Transport;
using Xunit;

namespace Rotom.Net.Tests.Transport;

public sealed class SendingTests
{
    private const int Big = 24 << 20;

    public static TheoryData<TransportKind> Kinds { get; } = LoopKinds.Here();

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_request_costs_one_read_and_one_write(TransportKind kind)
    {
        using EchoServer server = new(kind);
        using Socket client = server.Connect();
        for (int i = 0; i < 200; i++) client.Ask("PING\r\nPING\r\n", "+PONG\r\n+PONG\r\n");
        server.WaitUntil(() => server.Transport.Statistics.Writes >= 200);
        Assert.Equal(200, server.Transport.Statistics.Reads);
        Assert.Equal(200, server.Transport.Statistics.Writes);
        Assert.Equal(200 * 12, server.Transport.Statistics.InputBytes);
        Assert.Equal(200 * 14, server.Transport.Statistics.OutputBytes);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Replies_in_many_pieces_arrive_in_order(TransportKind kind)
    {
        using EchoServer server = new(kind);
        using Socket other = server.Connect();
        using Socket client = server.Connect();
        other.Ask("PING\r\n", "+PONG\r\n");
        StringBuilder expected = new();
        for (int i = 300; i > 0; i--) expected.Append($":{i}\r\n");
        Assert.Equal(expected.ToString(), client.Ask("CHUNKS 300\r\n", expected.ToString()));
        string ticks = string.Concat(Enumerable.Repeat("+tick\r\n", 300));
        Assert.Equal(ticks, other.Hear(ticks.Length));
        Assert.InRange(server.Transport.Statistics.Writes, 1, 20);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_slow_reader_gets_everything_in_order_and_holds_up_nobody(TransportKind kind)
    {
        using EchoServer server = new(kind);
        using Socket slow = server.Connect();
        using Socket quick = server.Connect();
        slow.Say($"BIG {Big}\r\n");
        server.WaitUntil(() => server.Links.Any(link => link.OutputBytes > 0));
        slow.Say("ECHO after\r\n");
        Assert.Equal("+PONG\r\n", quick.Ask("PING\r\n", "+PONG\r\n"));
        server.WaitUntil(() => server.Transport.Statistics.Reads == 3);

        string header = $"${Big}\r\n";
        Assert.Equal(header, slow.Hear(header.Length));
        Assert.Equal(-1, slow.Take(Big).AsSpan().IndexOfAnyExcept((byte)0));
        Assert.Equal("\r\n$5\r\nafter\r\n", slow.Hear(13));
        server.WaitUntil(() => server.Links.All(link => link.OutputBytes == 0));
        Assert.Equal(0, server.Transport.OutputBlocks);
        Assert.Equal("+PONG\r\n", slow.Ask("PING\r\n", "+PONG\r\n"));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_client_too_far_behind_is_not_read_until_it_catches_up(TransportKind kind)
    {
        using EchoServer server = new(kind, new NetSettings { ReadPauseOutputBytes = 1 << 20 });
        using Socket slow = server.Connect();
        slow.Say($"BIG {Big}\r\n");
        server.WaitUntil(() => server.Links.Any(link => link.OutputBytes > 0));
        slow.Say("PING\r\n");
        for (int i = 0; i < 100; i++) LoopKinds.Wait(server.Loop, () => { });
        Assert.Equal(1, server.Transport.Statistics.Reads);
        slow.Take(Big + $"${Big}\r\n\r\n".Length);
        Assert.Equal("+PONG\r\n", slow.Hear(7));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Input_held_back_behind_full_output_is_read_when_it_has_emptied(TransportKind kind)
    {
        NetSettings settings = new()
        {
            ReadPauseOutputBytes = 1 << 20,
            UnauthenticatedOutputBytes = int.MaxValue,
        };
        using EchoServer server = new(kind, settings);
        using Socket slow = server.Connect();
        using Socket other = server.Connect();
        slow.Ask("Unauthenticated\r\n", "+OK\r\n");
        // What a stranger may not send is kept until what stands before it is answered, which may
        // be AUTH; the socket has nothing more to tell. When the pause ends the output is full.
        slow.Say($"BIG {Big}\r\nPauseReading\r\n*11\r\n");
        server.WaitUntil(() => server.Links.Any(link => link.OutputBytes > 1 << 20));
        long id = server.Links.Single(link => link.OutputBytes > 0).Id;
        other.Ask($"RESUME {id}\r\n", "+OK\r\n");
        slow.Take(Big + $"${Big}\r\n\r\n+OK\r\n".Length);
        Assert.Equal(
            "-ERR Protocol error: unauthenticated multibulk length\r\n", slow.HearAll());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Output_beyond_the_hard_limit_closes_the_client(TransportKind kind)
    {
        NetSettings settings = new() { NormalOutput = new OutputLimit(1 << 20, 0, 0) };
        using EchoServer server = new(kind, settings);
        using Socket client = server.Connect();
        client.Say($"BIG {1 << 21}\r\n");
        Assert.Equal("", client.HearAll());
        server.WaitUntil(() => server.Closed == 1);
        Assert.Single(server.Logged, message => message.Contains("output buffer limits"));
        Assert.Equal(1, server.Transport.Statistics.OutputLimitCloses);
        Assert.Equal(0, server.Transport.OutputBlocks);

        settings.NormalOutput = new OutputLimit(0, 0, 0);
        using Socket free = server.Connect();
        free.Say($"BIG {1 << 21}\r\n");
        Assert.Equal((1 << 21) + 12, free.Take((1 << 21) + 12).Length);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_backlog_grows_to_the_limit_and_not_further(TransportKind kind)
    {
        NetSettings settings = new() { NormalOutput = new OutputLimit(32 << 20, 0, 0) };
        using EchoServer server = new(kind, settings);
        using Socket client = server.Connect();
        client.Say($"BIG {Big}\r\n");
        server.WaitUntil(() => server.Transport.OutputBlocks > 0);
        client.Say($"BIG {Big}\r\n");
        server.WaitUntil(() => server.Closed == 1);
        Assert.Equal(0, server.Transport.OutputBlocks);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Output_above_the_soft_limit_for_too_long_closes_a_subscriber(TransportKind kind)
    {
        ManualTime time = new();
        NetSettings settings = new() { SubscriberOutput = new OutputLimit(0, 1 << 20, 10) };
        using EchoServer server = new(kind, settings, time: time);
        using Socket client = server.Connect();
        client.Ask("BecomeSubscriber\r\n", "+OK\r\n");
        client.Say($"BIG {Big}\r\n");
        server.WaitUntil(() => server.Transport.OutputBlocks > 0);
        for (int second = 0; second < 10; second++)
        {
            time.Advance(1_000);
            LoopKinds.Wait(server.Loop, () => { });
        }

        LoopKinds.Wait(server.Loop, () => Assert.Equal(0, server.Closed));
        time.Advance(1_001);
        server.WaitUntil(() => server.Closed == 1);
        Assert.Equal(1, server.Transport.Statistics.OutputLimitCloses);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_client_that_has_not_authenticated_may_leave_one_kilobyte_unread(
        TransportKind kind)
    {
        using EchoServer server = new(kind);
        using Socket stranger = server.Connect();
        using Socket known = server.Connect();
        stranger.Ask("Unauthenticated\r\n", "+OK\r\n");
        known.Ask("Unauthenticated\r\nAuthenticated\r\n", "+OK\r\n+OK\r\n");
        stranger.Say($"BIG {Big}\r\n");
        known.Say($"BIG {Big}\r\n");
        server.WaitUntil(() => server.Closed == 1);
        known.Take(Big + $"${Big}\r\n\r\n".Length);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Close_after_reply_sends_all_that_was_said_before(TransportKind kind)
    {
        using EchoServer server = new(kind);
        using Socket client = server.Connect();
        client.Say($"BIG {Big}\r\nCloseAfterReply\r\nPING\r\n");
        string header = $"${Big}\r\n";
        Assert.Equal(header, client.Hear(header.Length));
        client.Take(Big);
        Assert.StartsWith("\r\n+OK\r\n", client.HearAll());
        server.WaitUntil(() => server.Closed == 1);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Close_now_drops_what_another_client_has_not_been_sent(TransportKind kind)
    {
        using EchoServer server = new(kind);
        using Socket victim = server.Connect();
        using Socket killer = server.Connect();
        string id = victim.Ask("ID\r\n", ":1\r\n")[1..2];
        victim.Say($"BIG {Big}\r\n");
        server.WaitUntil(() => server.Transport.OutputBlocks > 0);
        Assert.Equal("+OK\r\n", killer.Ask($"KILL {id}\r\n", "+OK\r\n"));
        server.WaitUntil(() => server.Closed == 1);
        Assert.True(victim.HearAll().Length < Big);
        Assert.Equal(0, server.Transport.OutputBlocks);
        Assert.Equal(1, server.Transport.ClientCount);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Batches_go_round_and_none_is_lost(TransportKind kind)
    {
        using EchoServer server = new(kind, split: true);
        using Socket client = server.Connect();
        for (int i = 0; i < 500; i++) client.Ask("PING\r\n", "+PONG\r\n");
        server.WaitUntil(() => server.Transport.Batches.Outstanding == 0);
    }
}
