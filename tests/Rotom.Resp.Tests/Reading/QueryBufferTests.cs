using System;
using System.Linq;
using System.Text;
using Rotom.Resp;
using Rotom.Resp.Batch;
using Xunit;

namespace Rotom.Resp.Tests.Reading;

// Goal: the way of the bytes. Whole commands leave nothing behind, tails survive any cut, large
// bulk strings grow in their own array and are handed over, limits close the connection.
public class QueryBufferTests
{
    private static readonly ClientLink Link = new(1, 0, "a", "b", 3, false);

    [Fact]
    public void Whole_commands_leave_no_memory_behind()
    {
        ParsedCommands parsed = new();
        parsed.Feed("*1\r\n$4\r\nPING\r\nPING\r\n"u8);
        Assert.Equal(2, parsed.Commands.Count);
        Assert.Equal(0, parsed.Buffer.Free);
        Assert.Equal(0, parsed.Link.QueryBufferBytes);
    }

    [Fact]
    public void A_tail_is_shown_on_the_link_and_released_when_complete()
    {
        ParsedCommands parsed = new();
        parsed.Feed("*1\r\n$4\r\nPI"u8);
        Assert.Equal(10, parsed.Link.QueryBufferBytes);
        Assert.True(parsed.Link.QueryBufferFreeBytes > 0);
        parsed.Feed("NG\r\n"u8);
        Assert.Equal("PING", Assert.Single(Assert.Single(parsed.Commands)));
        Assert.Equal(0, parsed.Link.QueryBufferBytes);
        Assert.Equal(0, parsed.Buffer.Free);
    }

    [Theory]
    [InlineData(100_000)]
    [InlineData(3_000_000)]
    public void A_large_bulk_is_handed_over_in_an_array_of_its_size(int size)
    {
        string value = new('v', size);
        byte[] input = Encoding.Latin1.GetBytes(
            $"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n${size}\r\n{value}\r\n");
        CommandBatch batch = new();
        QueryBuffer buffer = new(new RespLimits());
        int at = 0;
        QueryResult result = QueryResult.Ok;
        int mostHeld = 0;
        while (at < input.Length)
        {
            ArraySegment<byte> to = buffer.ReceiveInto(batch);
            int n = Math.Min(Math.Min(to.Count, 50_000), input.Length - at);
            input.AsSpan(at, n).CopyTo(to);
            at += n;
            Assert.True(buffer.Length + buffer.Free <= Math.Max(4 * at, 1 << 17));
            mostHeld = Math.Max(mostHeld, buffer.Length + buffer.Free);
            result = buffer.ParseReceived(batch, Link, n);
        }

        Assert.Equal(QueryResult.Ok, result);
        ArgRef arg = batch.Args[2];
        Assert.NotEqual(0, arg.Buffer);
        Assert.Equal(size, arg.Length);
        Assert.True(batch.Bytes(arg).IndexOfAnyExcept((byte)'v') < 0);
        if (size > 1 << 20) Assert.Equal(input.Length, mostHeld);
        Assert.Equal(0, buffer.Length);
        batch.Reset();
    }

    [Fact]
    public void A_run_of_large_values_uses_one_array_again_and_again()
    {
        CommandBatch batch = new();
        QueryBuffer buffer = new(new RespLimits());
        byte[] input = Encoding.Latin1.GetBytes(
            "*2\r\n$4\r\nECHO\r\n$3000000\r\n" + new string('x', 3_000_000) + "\r\n");
        for (int i = 0; i < 3; i++) Send();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++) Send();
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated < 1 << 20, $"{allocated} bytes for ten values of 3 MB");

        void Send()
        {
            int at = 0;
            while (at < input.Length)
            {
                ArraySegment<byte> to = buffer.ReceiveInto(batch);
                int n = Math.Min(to.Count, input.Length - at);
                input.AsSpan(at, n).CopyTo(to);
                at += n;
                Assert.Equal(QueryResult.Ok, buffer.ParseReceived(batch, Link, n));
            }

            Assert.Equal(1, batch.CommandCount);
            Assert.Equal(0, buffer.Length);
            batch.Reset();
        }
    }

    [Fact]
    public void Small_commands_behind_a_large_one_are_not_lost()
    {
        string big = new('x', 90_000);
        string input = $"*2\r\n$4\r\nECHO\r\n$90000\r\n{big}\r\n"
            + "*1\r\n$4\r\nPING\r\nQUIT\r\n*1\r\n$3\r\nEN";
        foreach (int packet in new[] { 1000, 65536, 300_000 })
        {
            ParsedCommands parsed = new();
            byte[] bytes = Encoding.Latin1.GetBytes(input);
            for (int i = 0; i < bytes.Length; i += packet)
            {
                parsed.Feed(bytes.AsSpan(i, Math.Min(packet, bytes.Length - i)));
            }

            parsed.Feed("D\r\n"u8);
            Assert.Equal(["ECHO", "PING", "QUIT", "END"], parsed.Commands.Select(c => c[0]));
            Assert.Equal(big, parsed.Commands[0][1]);
        }
    }

    [Fact]
    public void A_full_batch_still_takes_input()
    {
        ParsedCommands parsed = new(inputCapacity: 100);
        for (int i = 0; i < 1000; i++) parsed.Feed("*1\r\n$4\r\nPING\r\n*1\r\n$4\r"u8);
        Assert.Equal(QueryResult.ProtocolError, parsed.Result);
        parsed = new ParsedCommands(inputCapacity: 100);
        for (int i = 0; i < 1000; i++)
        {
            parsed.Feed("*1\r\n$4\r\nPING\r\n*2\r\n$4\r\nECHO\r\n$1\r\nx\r\n"u8);
        }

        Assert.Equal(2000, parsed.Commands.Count);
    }

    [Fact]
    public void A_million_arguments_in_small_packets_are_parsed_once()
    {
        const int count = 1_000_000;
        ParsedCommands parsed = new();
        StringBuilder text = new($"*{count}\r\n");
        for (int i = 0; i < count; i++) text.Append("$1\r\n").Append(i % 10).Append("\r\n");
        byte[] bytes = Encoding.Latin1.GetBytes(text.ToString());
        for (int i = 0; i < bytes.Length; i += 1000)
        {
            parsed.Feed(bytes.AsSpan(i, Math.Min(1000, bytes.Length - i)));
        }

        string[] command = Assert.Single(parsed.Commands);
        Assert.Equal(count, command.Length);
        for (int i = 0; i < count; i += 997) Assert.Equal((i % 10).ToString(), command[i]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void One_byte_more_than_the_limit_closes_the_connection(bool authenticated)
    {
        const int limit = 1 << 20;
        RespLimits limits = new()
        {
            QueryBufferBytesMax = authenticated ? limit : 2 * limit,
            UnauthenticatedBulkBytesMax = 2 * limit,
        };
        ParsedCommands parsed = new(limits, authenticated);
        parsed.Feed("*1\r\n$2000000\r\n"u8);
        parsed.Feed(new byte[limit - parsed.Buffer.Length]);
        Assert.Equal(QueryResult.Ok, parsed.Result);
        parsed.Feed(new byte[1]);
        Assert.Equal(QueryResult.LimitExceeded, parsed.Result);
        Assert.Equal(0, parsed.Buffer.Length + parsed.Buffer.Free);
    }

    [Fact]
    public void Parsed_arguments_count_to_the_limit()
    {
        RespLimits limits = new() { QueryBufferBytesMax = 1 << 20 };
        ParsedCommands parsed = new(limits);
        parsed.Feed("*1000000\r\n"u8);
        // An empty argument takes 6 bytes of input and 8 of the table of arguments.
        int arguments = 0;
        while (parsed.Result == QueryResult.Ok && arguments < 200_000)
        {
            parsed.Feed("$0\r\n\r\n"u8);
            arguments++;
        }

        Assert.Equal(QueryResult.LimitExceeded, parsed.Result);
        Assert.Equal(((1 << 20) - 10) / 14 + 1, arguments);
        Assert.Equal(0, parsed.Buffer.Free);
    }

    [Fact]
    public void A_large_command_behind_auth_waits_for_auth()
    {
        CommandBatch batch = new();
        QueryBuffer buffer = new(new RespLimits()) { Authenticated = false };
        byte[] input = Encoding.Latin1.GetBytes(
            "AUTH x\r\n*2\r\n$4\r\nECHO\r\n$20000\r\n" + new string('x', 20_000) + "\r\n");
        ArraySegment<byte> to = buffer.ReceiveInto(batch);
        input.CopyTo(to.AsSpan());
        Assert.Equal(QueryResult.Deferred, buffer.ParseReceived(batch, Link, input.Length));
        Assert.Equal(1, batch.CommandCount);
        batch.Reset();
        buffer.Authenticated = true;
        Assert.Equal(QueryResult.Ok, buffer.ParseBuffered(batch, Link));
        Assert.Equal(20_000, batch.Args[1].Length);
        batch.Reset();
    }
}
