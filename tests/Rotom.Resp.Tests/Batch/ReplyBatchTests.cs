using System;
using System.Collections.Generic;
using System.Text;
using Rotom.Resp.Batch;
using Xunit;

namespace Rotom.Resp.Tests.Batch;

// Goal: whatever the engine writes, in whatever order, each client gets its own bytes, whole and in
// order. The oracle is one StringBuilder a client.
public class ReplyBatchTests
{
    private readonly ReplyBatch _batch = new();
    private readonly ClientLink _a = new(1, 0, "a", "a", 3, false);
    private readonly ClientLink _b = new(2, 0, "b", "b", 4, false);

    [Fact]
    public void The_replies_of_a_pipeline_make_one_segment()
    {
        for (int i = 0; i < 100; i++)
        {
            _batch.Begin(_a, resp3: false);
            _batch.Ok();
        }

        _batch.Finish();
        Assert.Equal(500, Assert.Single(_batch.Segments.ToArray()).Length);
    }

    [Fact]
    public void A_push_between_two_replies_does_not_mix_with_them()
    {
        _batch.Begin(_a, false);
        _batch.Integer(1);
        _batch.Begin(_b, true);
        _batch.PushHeader(1);
        _batch.Bulk("x"u8);
        _batch.Begin(_a, false);
        _batch.Integer(2);
        Assert.Equal(":1\r\n:2\r\n", Sent(_a));
        Assert.Equal(">1\r\n$1\r\nx\r\n", Sent(_b));
    }

    [Fact]
    public void A_deferred_header_stands_before_its_elements()
    {
        _batch.Begin(_a, true);
        _batch.Ok();
        int outer = _batch.BeginDeferred();
        _batch.Bulk("k"u8);
        int inner = _batch.BeginDeferred();
        _batch.Begin(_b, false);
        _batch.Ok();
        _batch.Begin(_a, true);
        _batch.EndDeferred(inner, '~', 0);
        _batch.EndDeferred(outer, '%', 1);
        _batch.Ok();
        Assert.Equal("+OK\r\n%1\r\n$1\r\nk\r\n~0\r\n+OK\r\n", Sent(_a));
        Assert.Equal("+OK\r\n", Sent(_b));
    }

    [Theory]
    [InlineData(1_000)]
    [InlineData(300_000)]
    [InlineData(3_000_000)]
    public void Replies_beyond_a_chunk_stay_whole(int size)
    {
        byte[] value = new byte[size];
        new Random(3).NextBytes(value);
        for (int round = 0; round < 2; round++)
        {
            _batch.Begin(_a, false);
            int header = _batch.BeginDeferred();
            for (int i = 0; i < 5; i++) _batch.Bulk(value);
            value.CopyTo(_batch.BulkSpan(size));
            _batch.EndDeferred(header, '*', 6);
            string one = $"${size}\r\n{Encoding.Latin1.GetString(value)}\r\n";
            Assert.True($"*6\r\n{one}{one}{one}{one}{one}{one}" == Sent(_a), $"round {round}");
            _batch.Reset();
        }
    }

    [Fact]
    public void Large_replies_turn_after_turn_allocate_nothing_and_are_let_go_of_in_time()
    {
        byte[] value = new byte[5_000_000];
        for (int i = 0; i < 3; i++) Turn(value);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++) Turn(value);
        long steady = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(steady < 100_000, $"{steady} bytes for ten turns");
        for (int i = 0; i < 20; i++) Turn([]);
        before = GC.GetAllocatedBytesForCurrentThread();
        Turn(value);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before > 1 << 20);

        void Turn(byte[] reply)
        {
            _batch.Begin(_a, false);
            _batch.Bulk(reply);
            _batch.Finish();
            _batch.Reset();
        }
    }

    [Fact]
    public void Rollback_takes_back_one_client_only()
    {
        _batch.Begin(_a, false);
        _batch.Integer(1);
        ReplyBatch.Mark mark = _batch.Here();
        int header = _batch.BeginDeferred();
        _batch.Integer(2);
        _batch.Begin(_b, false);
        _batch.Integer(3);
        _batch.Begin(_a, false);
        _batch.EndDeferred(header, '*', 1);
        Assert.Equal(12, _batch.WrittenSince(mark));
        _batch.Rollback(_a, mark);
        _batch.Integer(4);
        Assert.Equal(":1\r\n:4\r\n", Sent(_a));
        Assert.Equal(":3\r\n", Sent(_b));
    }

    [Fact]
    public void Random_writing_pushing_and_rolling_back_gives_each_client_its_bytes()
    {
        int seed = Environment.TickCount;
        Random random = new(seed);
        for (int turn = 0; turn < 100; turn++)
        {
            ClientLink[] links = [_a, _b, new ClientLink(3, 0, "c", "c", 5, false)];
            Dictionary<ClientLink, StringBuilder> expected = [];
            foreach (ClientLink link in links) expected[link] = new StringBuilder();
            for (int i = 0; i < 30; i++) Reply(random, links, expected);
            foreach (ClientLink link in links)
            {
                bool same = expected[link].ToString() == Sent(link);
                Assert.True(same, $"seed {seed}, turn {turn}, client {link.Id}");
            }

            _batch.Reset();
        }
    }

    private void Reply(
        Random random, ClientLink[] links, Dictionary<ClientLink, StringBuilder> expected)
    {
        ClientLink link = links[random.Next(links.Length)];
        _batch.Begin(link, resp3: false);
        ReplyBatch.Mark mark = _batch.Here();
        StringBuilder mine = new();
        bool deferred = random.Next(3) == 0;
        int header = deferred ? _batch.BeginDeferred() : -1;
        int count = random.Next(0, 5);
        for (int i = 0; i < count; i++)
        {
            string text = new((char)('a' + i), random.Next(40) == 0 ? 200_000 : random.Next(200));
            _batch.Bulk(Encoding.ASCII.GetBytes(text));
            mine.Append($"${text.Length}\r\n{text}\r\n");
            if (random.Next(4) != 0) continue;
            ClientLink other = links[random.Next(links.Length)];
            if (ReferenceEquals(other, link)) continue;
            _batch.Begin(other, resp3: true);
            _batch.Integer(i);
            expected[other].Append($":{i}\r\n");
            _batch.Begin(link, resp3: false);
        }

        if (deferred) _batch.EndDeferred(header, '*', count);
        if (random.Next(3) == 0)
        {
            _batch.Rollback(link, mark);
            return;
        }

        expected[link].Append(deferred ? $"*{count}\r\n" : "").Append(mine);
    }

    private string Sent(ClientLink link)
    {
        _batch.Finish();
        StringBuilder sent = new();
        foreach (ReplySegment segment in _batch.Segments)
        {
            if (!ReferenceEquals(segment.Link, link)) continue;
            sent.Append(Encoding.Latin1.GetString(_batch.Bytes(segment)));
        }

        return sent.ToString();
    }
}
