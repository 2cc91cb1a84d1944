using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Rotom.Resp;
using Xunit;

namespace Rotom.Resp.Tests.Client;

// Goal: replies reach their callers in order, large values pass in both directions, pushes go to
// their handler, and a broken connection fails every call. Method: real sockets on loopback.
public class RespConnectionTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Pipelined_replies_come_back_to_their_callers_in_order()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(Echo);
        await using RespConnection connection = new(server.Stream);
        List<Task<RespValue>> replies = [];
        for (int i = 0; i < 5000; i++) replies.Add(connection.ExecuteAsync("ECHO", i));
        for (int i = 0; i < 5000; i++)
        {
            Assert.Equal(i, (await replies[i].WaitAsync(s_patience)).AsInteger());
        }

        Assert.Equal(0, connection.OutstandingCount);
    }

    [Fact]
    public async Task Callers_on_many_threads_get_their_own_replies()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(Echo);
        await using RespConnection connection = new(server.Stream);
        await Parallel.ForAsync(0, 2000, async (i, stop) =>
        {
            RespValue reply = await connection.ExecuteAsync(["ECHO", i], stop);
            Assert.Equal(i, reply.AsInteger());
        });
    }

    [Fact]
    public async Task Large_values_go_both_ways_by_stream_and_by_memory()
    {
        byte[] value = new byte[3_000_000];
        new Random(1).NextBytes(value);
        await using ScriptedServer server = await ScriptedServer.StartAsync(Echo);
        await using RespConnection connection = new(server.Stream);
        MemoryStream received = new();
        Task<RespValue> byMemory = connection.ExecuteAsync("ECHO", value);
        Task<RespValue> byStream = connection.ExecuteToStreamAsync(
            received, ["ECHO", RespArgument.FromStream(new MemoryStream(value), value.Length)]);
        Task<RespValue> after = connection.ExecuteAsync("ECHO", "after");
        Assert.True((await byMemory.WaitAsync(s_patience)).Bytes.Span.SequenceEqual(value));
        Assert.True((await byStream.WaitAsync(s_patience)).Bytes.IsEmpty);
        Assert.True(received.ToArray().AsSpan().SequenceEqual(value));
        Assert.Equal("after", (await after.WaitAsync(s_patience)).AsString());
    }

    [Fact]
    public async Task A_reply_that_is_no_bulk_string_is_not_copied_to_the_stream()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync((_, to) =>
        {
            to.Error(Errors.WrongType);
            return true;
        });
        await using RespConnection connection = new(server.Stream);
        MemoryStream received = new();
        RespValue reply = await connection.ExecuteToStreamAsync(received, ["GET", "k"]);
        Assert.True(reply.IsError);
        Assert.Equal(0, received.Length);
    }

    [Fact]
    public async Task A_failing_destination_fails_its_own_call_only()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(Echo);
        await using RespConnection connection = new(server.Stream);
        MemoryStream closed = new();
        closed.Dispose();
        Task<RespValue> lost = connection.ExecuteToStreamAsync(closed, ["ECHO", new byte[200_000]]);
        Task<RespValue> after = connection.ExecuteAsync("ECHO", 1);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => lost.WaitAsync(s_patience));
        Assert.Equal(1, (await after.WaitAsync(s_patience)).AsInteger());
    }

    [Fact]
    public async Task Cancelling_one_call_leaves_the_others_their_replies()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(Echo);
        await using RespConnection connection = new(server.Stream);
        using CancellationTokenSource stop = new();
        stop.Cancel();
        Task<RespValue> cancelled = connection.ExecuteAsync(["ECHO", 1], stop.Token);
        Task<RespValue> next = connection.ExecuteAsync("ECHO", 2);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Assert.Equal(2, (await next.WaitAsync(s_patience)).AsInteger());
    }

    [Fact]
    public async Task Pushes_go_to_the_handler_between_replies()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync((args, to) =>
        {
            to.Resp3 = true;
            to.PushHeader(2);
            to.Bulk("message"u8);
            to.Bulk(args[1]);
            if (args[0] == "ECHO") to.Bulk(args[1]);
            return true;
        });
        List<string> pushes = [];
        await using RespConnection connection = new(server.Stream, v => pushes.Add(v.ToString()));
        connection.Post("SUBSCRIBE", "a");
        Assert.Equal("b", (await connection.ExecuteAsync("ECHO", "b")).AsString());
        Assert.Equal(["push[message, a]", "push[message, b]"], pushes);
    }

    [Fact]
    public async Task A_server_that_closes_fails_all_that_is_outstanding_and_all_that_follows()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync((args, to) =>
        {
            if (args[0] == "QUIT") return false;
            if (args[0] == "ECHO") to.Bulk(args[1]);
            return true;
        });
        await using RespConnection connection = new(server.Stream);
        Task<RespValue> first = connection.ExecuteAsync("ECHO", 1);
        Task<RespValue>[] silent =
            [.. Enumerable.Range(0, 10).Select(_ => connection.ExecuteAsync("BLPOP"))];
        Assert.Equal(1, (await first.WaitAsync(s_patience)).AsInteger());
        Task<RespValue> quit = connection.ExecuteAsync("QUIT");
        foreach (Task<RespValue> reply in silent.Append(quit))
        {
            await Assert.ThrowsAsync<RespConnectionException>(() => reply.WaitAsync(s_patience));
        }

        await connection.Completion.WaitAsync(s_patience);
        await Assert.ThrowsAsync<RespConnectionException>(
            async () => await connection.ExecuteAsync("ECHO", 2));
    }

    [Theory]
    [InlineData("x\r\n")]
    [InlineData("+to\r\n+many\r\n+replies\r\n")]
    public async Task A_broken_reply_is_the_cause_that_callers_see(string reply)
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync((_, to) =>
        {
            to.Raw(Encoding.ASCII.GetBytes(reply));
            return true;
        });
        await using RespConnection connection = new(server.Stream);
        Task<RespValue> call = connection.ExecuteAsync("PING");
        await connection.Completion.WaitAsync(s_patience);
        RespConnectionException gone = await Assert.ThrowsAsync<RespConnectionException>(
            async () =>
            {
                await call;
                await connection.ExecuteAsync("PING");
            });
        Assert.IsType<RespProtocolException>(gone.InnerException);
    }

    [Fact]
    public async Task An_argument_stream_that_ends_early_breaks_the_connection()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(Echo);
        await using RespConnection connection = new(server.Stream);
        Task<RespValue> call = connection.ExecuteAsync(
            "ECHO", RespArgument.FromStream(new MemoryStream(new byte[10]), 100_000));
        RespConnectionException gone =
            await Assert.ThrowsAsync<RespConnectionException>(() => call.WaitAsync(s_patience));
        Assert.IsType<EndOfStreamException>(gone.InnerException);
    }

    [Fact]
    public async Task Too_many_requests_without_reply_are_refused()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync((_, _) => true);
        RespConnection connection = new(server.Stream, outstandingMax: 2);
        Task<RespValue> one = connection.ExecuteAsync("BLPOP");
        Task<RespValue> two = connection.ExecuteAsync("BLPOP");
        Assert.Throws<InvalidOperationException>(() => { _ = connection.ExecuteAsync("BLPOP"); });
        await connection.DisposeAsync();
        await Assert.ThrowsAsync<RespConnectionException>(() => one);
        await Assert.ThrowsAsync<RespConnectionException>(() => two);
    }

    [Theory]
    [InlineData(true, 3, "HELLO 3 AUTH default secret SETNAME me")]
    [InlineData(false, 2, "HELLO 3 AUTH default secret SETNAME me;AUTH secret;CLIENT SETNAME me")]
    public async Task A_client_introduces_itself_in_what_the_server_speaks(
        bool resp3, int protocol, string expected)
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync((args, to) =>
        {
            to.Resp3 = resp3;
            if (args[0] == "HELLO" && !resp3) to.Error("ERR unknown command 'HELLO'");
            else if (args[0] == "HELLO") to.MapHeader(0);
            else if (args[0] == "GET") to.Error(Errors.WrongType);
            else to.Ok();
            return true;
        });
        RespClientOptions options = new() { Password = "secret", Name = "me" };
        await using RespClient client = await RespClient.ConnectAsync(server.Stream, options);
        Assert.Equal(protocol, client.Protocol);
        Assert.Equal(expected, string.Join(';', server.Seen.Select(c => string.Join(' ', c))));
        RespErrorException error = await Assert.ThrowsAsync<RespErrorException>(
            () => client.CallAsync("GET", "k"));
        Assert.Equal("WRONGTYPE", error.Code);
    }

    [Fact]
    public async Task A_refused_password_reaches_the_caller()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync((_, to) =>
        {
            to.Error(Errors.WrongPassword);
            return true;
        });
        RespClientOptions options = new() { Password = "wrong" };
        RespErrorException error = await Assert.ThrowsAsync<RespErrorException>(
            () => RespClient.ConnectAsync(server.Stream, options));
        Assert.Equal("WRONGPASS", error.Code);
    }

    private static bool Echo(string[] args, RespWriter to)
    {
        to.Bulk(Encoding.Latin1.GetBytes(args[1]));
        return true;
    }
}
