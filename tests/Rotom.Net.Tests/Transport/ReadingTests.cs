using System;
using System.Linq;
using System.Net.Sockets;
using System.Text;
using Rotom.Net.Transport;
using Xunit;

namespace Rotom.Net.Tests.Transport;

public sealed class ReadingTests
{
    public static TheoryData<TransportKind> Kinds { get; } = LoopKinds.Here();

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_request_is_answered(TransportKind kind)
    {
        using EchoServer server = new(kind);
        using Socket client = server.Connect();
        Assert.Equal("+PONG\r\n", client.Ask("PING\r\n", "+PONG\r\n"));
        string hi = client.Ask("*2\r\n$4\r\nECHO\r\n$2\r\nhi\r\n", "$2\r\nhi\r\n");
        Assert.Equal("$2\r\nhi\r\n", hi);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_pipeline_is_answered_in_order(TransportKind kind)
    {
        using EchoServer server = new(kind);
        using Socket client = server.Connect();
        StringBuilder asked = new();
        StringBuilder expected = new();
        for (int i = 0; i < 5_000; i++)
        {
            string text = $"value-{i}";
            asked.Append($"*2\r\n$4\r\nECHO\r\n${text.Length}\r\n{text}\r\n");
            expected.Append($"${text.Length}\r\n{text}\r\n");
        }

        Assert.Equal(expected.ToString(), client.Ask(asked.ToString(), expected.ToString()));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Commands_cut_anywhere_are_put_together(TransportKind kind)
    {
        using EchoServer server = new(kind);
        using Socket client = server.Connect();
        client.NoDelay = true;
        const string text = "*2\r\n$4\r\nECHO\r\n$5\r\nhello\r\nPING\r\n";
        for (int cut = 1; cut < text.Length; cut++)
        {
            client.Say(text[..cut]);
            server.WaitUntil(() => server.Transport.Statistics.InputBytes % text.Length == cut);
            client.Say(text[cut..]);
            Assert.Equal("$5\r\nhello\r\n+PONG\r\n", client.Hear(18));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void An_argument_larger_than_the_batch_arrives_whole(TransportKind kind)
    {
        using EchoServer server = new(kind);
        using Socket client = server.Connect();
        string big = new('x', 3 << 20);
        string reply = $"${big.Length}\r\n{big}\r\n";
        string heard = client.Ask($"*2\r\n$4\r\nECHO\r\n{reply}PING\r\n", reply + "+PONG\r\n");
        Assert.Equal(reply + "+PONG\r\n", heard);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Many_clients_get_their_own_replies_when_a_batch_is_too_small_for_all(
        TransportKind kind)
    {
        using EchoServer server = new(kind);
        Socket[] clients = [.. Enumerable.Range(0, 60).Select(_ => server.Connect())];
        for (int round = 0; round < 3; round++)
        {
            server.Gate.Reset();
            for (int i = 0; i < clients.Length; i++)
            {
                string text = new((char)('A' + i), 40_000);
                clients[i].Say($"*2\r\n$4\r\nECHO\r\n${text.Length}\r\n{text}\r\n");
            }

            server.Gate.Set();
            for (int i = 0; i < clients.Length; i++)
            {
                string own = new((char)('A' + i), 40_000);
                Assert.Equal($"$40000\r\n{own}\r\n", clients[i].Hear(40_010));
            }
        }

        foreach (Socket client in clients) client.Dispose();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_client_that_half_closes_gets_its_replies_before_the_end(TransportKind kind)
    {
        using EchoServer server = new(kind, split: true);
        using Socket client = server.Connect();
        client.Say("PING\r\nPING\r\n");
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal("+PONG\r\n+PONG\r\n", client.HearAll());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_client_whose_batch_is_under_way_is_not_read_and_not_reported_over_and_over(
        TransportKind kind)
    {
        using EchoServer server = new(kind, split: true);
        using Socket client = server.Connect();
        Assert.Equal("+PONG\r\n", client.Ask("PING\r\n", "+PONG\r\n"));
        server.Gate.Reset();
        client.Say("SAY 1\r\n");
        server.WaitUntil(() => server.Transport.Statistics.Reads == 2);
        client.Say("SAY 2\r\nPING\r\n");
        using Socket other = server.Connect();
        server.WaitUntil(() => server.Transport.ClientCount == 2);
        long events = server.Loop.Statistics.Events;
        for (int i = 0; i < 100; i++) LoopKinds.Wait(server.Loop, () => { });
        Assert.InRange(server.Loop.Statistics.Events - events, 0, 10);
        Assert.Equal(2, server.Transport.Statistics.Reads);

        server.Gate.Set();
        Assert.Equal("+PONG\r\n", client.Hear(7));
        Assert.Equal(["1", "2"], server.Executed);
        Assert.Equal("+PONG\r\n", other.Ask("PING\r\n", "+PONG\r\n"));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_a_client_sent_before_it_left_is_executed(TransportKind kind)
    {
        using EchoServer server = new(kind, split: true);
        server.Gate.Reset();
        using (Socket client = server.Connect())
        {
            client.Say("SAY 1\r\n");
            server.WaitUntil(() => server.Transport.Statistics.Reads == 1);
            client.Say("SAY 2\r\n");
        }

        server.Gate.Set();
        server.WaitUntil(() => server.Closed == 1);
        Assert.Equal(["1", "2"], server.Executed);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_paused_client_is_not_read_until_resumed_and_its_leaving_is_noticed(
        TransportKind kind)
    {
        using EchoServer server = new(kind);
        using Socket blocked = server.Connect();
        using Socket leaver = server.Connect();
        Assert.Equal("+OK\r\n", leaver.Ask("PauseReading\r\n", "+OK\r\n"));
        Assert.Equal("+OK\r\n", blocked.Ask("PauseReading\r\n", "+OK\r\n"));
        blocked.Say("PING\r\n");
        leaver.Dispose();
        server.WaitUntil(() => server.Closed == 1);
        Assert.Equal(0, blocked.Available);

        Resume(server);
        Assert.Equal("+PONG\r\n", blocked.Hear(7));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_protocol_error_is_answered_and_closes_its_client_alone(TransportKind kind)
    {
        using EchoServer server = new(kind);
        using Socket bad = server.Connect();
        using Socket good = server.Connect();
        bad.Say("PING\r\n*1\r\n!4\r\nPING\r\n");
        Assert.StartsWith("+PONG\r\n-ERR Protocol error", bad.HearAll());
        Assert.Equal("+PONG\r\n", good.Ask("PING\r\n", "+PONG\r\n"));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_browser_is_closed_unheard_and_logged_once_a_minute(TransportKind kind)
    {
        ManualTime time = new();
        using EchoServer server = new(kind, time: time);
        string[] requests =
        [
            "POST / HTTP/1.1\r\nSAY evil\r\n",
            "GET / HTTP/1.1\r\nHost: there\r\n\r\nSAY evil\r\n",
            "post / HTTP/1.1\r\n\r\n",
        ];
        foreach (string request in requests)
        {
            using Socket browser = server.Connect();
            browser.Say(request);
            Assert.Equal("", browser.HearAll());
        }

        Assert.Empty(server.Executed);
        Assert.Single(server.Logged, message => message.Contains("SECURITY"));
        time.Advance(60_000);
        server.WaitUntil(() => server.Loop.NowMs == time.GetTimestamp());
        using Socket later = server.Connect();
        later.Say(requests[0]);
        Assert.Equal("", later.HearAll());
        Assert.Equal(2, server.Logged.Count(message => message.Contains("SECURITY")));
        using Socket client = server.Connect();
        string legal = client.Ask("*2\r\n$4\r\nECHO\r\n$4\r\nPOST\r\n", "$4\r\nPOST\r\n");
        Assert.Equal("$4\r\nPOST\r\n", legal);
    }

    private static void Resume(EchoServer server) => LoopKinds.Wait(server.Loop, () =>
    {
        Rotom.Resp.Batch.ReplyBatch replies = server.Transport.Batches.RentReplies();
        foreach (Rotom.Resp.Batch.ClientLink link in server.Links)
        {
            replies.Orders.Add(new(link, Rotom.Resp.Batch.ClientOrderKind.ResumeReading));
        }

        replies.Finish();
        server.Transport.Apply(replies);
    });
}
