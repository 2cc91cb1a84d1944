using System;
using System.Linq;
using System.Net.Sockets;
using System.Threading;
using Rotom.Net.Transport;
using Xunit;

namespace Rotom.Net.Tests.Transport;

// Memory is refused at every step at which a transport needs some, once or for a while. What must
// hold each time: those whom it did not meet are served, in order and with their own replies; those
// whom it met are closed; and nobody stays open, ready and unread, which level-triggered epoll
// would report for ever.

public sealed class FailingTests
{
    private const int Big = 24 << 20;

    public static TheoryData<TransportKind> Kinds { get; } = LoopKinds.Here();

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Without_memory_for_what_a_slow_reader_leaves_only_that_reader_is_closed(
        TransportKind kind)
    {
        using EchoServer server = new(kind);
        using Socket slow = server.Connect();
        using Socket quick = server.Connect();
        quick.Ask("PING\r\n", "+PONG\r\n");
        Fail(server, NetStep.Keep, 1);
        slow.Say($"BIG {Big}\r\n");
        server.WaitUntil(() => server.Closed == 1);
        for (int i = 0; i < 100; i++) quick.Ask("PING\r\n", "+PONG\r\n");
        server.WaitUntil(() => server.Transport.Batches.Outstanding == 0);
        Assert.Equal(0, server.Transport.OutputBlocks);
        Assert.Equal(1, server.Transport.Statistics.Starvations);
        Assert.Single(server.Logged, line => line.Contains("closed:", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Without_memory_for_what_a_client_sends_it_is_closed_and_nothing_is_executed(
        TransportKind kind)
    {
        using EchoServer server = new(kind);
        using Socket bad = server.Connect();
        using Socket good = server.Connect();
        good.Ask("PING\r\n", "+PONG\r\n");
        bad.Ask("PING\r\n", "+PONG\r\n");
        Fail(server, NetStep.Read, 1);
        bad.Say("SAY never\r\nSAY again\r\n");
        Assert.Equal("", bad.HearAll());
        good.Ask("PING\r\n", "+PONG\r\n");
        server.WaitUntil(() => server.Closed == 1);
        Assert.Empty(server.Executed);
        Assert.Equal(1, server.Transport.ClientCount);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Replies_half_applied_close_the_clients_that_wait_for_them(TransportKind kind)
    {
        using EchoServer server = new(kind);
        using Socket bad = server.Connect();
        using Socket good = server.Connect();
        good.Ask("PING\r\n", "+PONG\r\n");
        bad.Ask("PING\r\n", "+PONG\r\n");
        Fail(server, NetStep.Apply, 1);
        bad.Say("PING\r\n");
        Assert.Equal("", bad.HearAll());
        good.Ask("PING\r\n", "+PONG\r\n");
        server.WaitUntil(() => server.Closed == 1);
        Assert.Contains("OutOfMemory", Assert.Single(server.Errors), StringComparison.Ordinal);
        server.Errors.Clear();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_word_to_the_owner_that_is_not_sent_is_sent_with_the_next_turn(TransportKind kind)
    {
        using EchoServer server = new(kind);
        using Socket client = server.Connect();
        client.Ask("PING\r\n", "+PONG\r\n");
        Fail(server, NetStep.Ask, 3);
        client.Say("PING\r\n");
        server.WaitUntil(() => server.Transport.Statistics.Reads == 2);
        Assert.Equal("+PONG\r\n", client.Hear(7));
        using Socket other = server.Connect();
        Fail(server, NetStep.Ask, 2);
        other.Say("PING\r\n");
        server.WaitUntil(() => server.Transport.Statistics.Reads == 3);
        Assert.Equal("+PONG\r\n", other.Hear(7));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void An_owner_that_does_not_come_is_asked_again_and_the_loop_does_not_spin(
        TransportKind kind)
    {
        ManualTime time = new();
        using EchoServer server = new(kind, time: time);
        using Socket client = server.Connect();
        client.Ask("PING\r\n", "+PONG\r\n");
        Action ask = server.Transport.ReadyToRead!;
        int asked = 0;
        LoopKinds.Wait(server.Loop, () => server.Transport.ReadyToRead = () => asked++);
        client.Say("PING\r\n");
        using Socket late = server.Connect();
        late.Say("PING\r\n");
        server.WaitUntil(() => asked == 1);
        for (int i = 0; i < 100; i++) LoopKinds.Wait(server.Loop, () => { });
        Assert.Equal(1, asked);
        long sleeps = server.Loop.Statistics.Sleeps;
        server.WaitUntil(() => server.Loop.Statistics.Sleeps > sleeps);

        int lost = 0;
        server.Group.Unattended = () => lost++;
        for (int i = 1; i <= 12; i++)
        {
            time.Advance(1_001);
            server.WaitUntil(() => server.Transport.Statistics.Reminders == i);
            Assert.Equal(i < 10 ? 0 : 1, lost);
        }

        LoopKinds.Wait(server.Loop, () => server.Transport.ReadyToRead = ask);
        time.Advance(1_001);
        server.WaitUntil(() => server.Transport.Statistics.Reminders == 13);
        Assert.Equal("+PONG\r\n", client.Hear(7));
        Assert.Equal("+PONG\r\n", late.Hear(7));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Whoever_holds_most_is_closed_when_there_is_no_memory_at_all(TransportKind kind)
    {
        using EchoServer server = new(kind);
        using Socket slow = server.Connect();
        using Socket small = server.Connect();
        small.Ask("PING\r\n", "+PONG\r\n");
        slow.Say($"BIG {Big}\r\n");
        server.WaitUntil(() => server.Links.Any(link => link.OutputBytes > 0));
        bool first = false, second = true;
        LoopKinds.Wait(server.Loop, () => first = server.Transport.TryRelieve());
        LoopKinds.Wait(server.Loop, () => second = server.Transport.TryRelieve());
        Assert.True(first);
        Assert.False(second);
        server.WaitUntil(() => server.Closed == 1);
        small.Ask("PING\r\n", "+PONG\r\n");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Refused_at_random_memory_costs_connections_and_nothing_else(TransportKind kind)
    {
        int seed = Environment.TickCount;
        Random random = new(seed);
        using EchoServer server = new(kind);
        server.Group.Fail = _ =>
        {
            if (random.Next(40) == 0) throw new OutOfMemoryException();
        };
        int closed = 0;
        for (int round = 0; round < 300; round++)
        {
            using Socket client = server.Connect();
            try
            {
                for (int i = 0; i < 8; i++)
                {
                    string text = $"{round}.{i}";
                    string reply = $"${text.Length}\r\n{text}\r\n";
                    Assert.Equal(reply, client.Ask($"ECHO {text}\r\n", reply));
                }
            }
            catch (Exception gone) when (gone is InvalidOperationException or SocketException
                { SocketErrorCode: not SocketError.TimedOut and not SocketError.WouldBlock })
            {
                closed++;
            }
        }

        server.Group.Fail = null;
        Assert.True(closed > 0, $"seed {seed}");
        server.WaitUntil(() => server.Transport.ClientCount == 0);
        server.Errors.Clear();
    }

    private static void Fail(EchoServer server, NetStep at, int times)
    {
        int left = times;
        server.Group.Fail = step =>
        {
            if (step != at || Interlocked.Decrement(ref left) < 0) return;
            throw new OutOfMemoryException();
        };
    }
}
