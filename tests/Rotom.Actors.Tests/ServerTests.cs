using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading.Tasks;
using Rotom.Engine;
using Rotom.Engine.Config;
using Rotom.Resp;
using Xunit;

namespace Rotom.Actors.Tests;

public sealed class ServerTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(0, "Auto")]
    [InlineData(3, "Auto")]
    [InlineData(0, "Portable")]
    [InlineData(2, "Portable")]
    public async Task Pipelines_of_many_clients_are_answered_in_order(int threads, string transport)
    {
        await using TestServer server = await TestServer.StartAsync(config =>
        {
            config.IOThreads = threads;
            config.Transport = Enum.Parse<TransportKind>(transport);
        });
        await Task.WhenAll(Enumerable.Range(0, 8).Select(client => CountAsync(server, client)));
    }

    [Fact]
    public async Task A_push_reaches_a_client_of_another_loop()
    {
        await using TestServer server = await TestServer.StartAsync(c => c.IOThreads = 2);
        TaskCompletionSource<string> heard = new();
        await using RespClient first = await server.ConnectAsync();
        await using RespClient second = await server.ConnectAsync();
        await using RespClient subscriber = await Subscriber(server, heard);
        RespValue receivers = await second.CallAsync("PUBLISH", "c", "hello");
        Assert.Equal(1, receivers.AsInteger());
        Assert.Equal("hello", await heard.Task.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task Limits_on_clients_change_while_the_server_runs()
    {
        await using TestServer server = await TestServer.StartAsync();
        await using RespClient client = await server.ConnectAsync();
        await client.CallAsync("SET", "k", new string('x', 200_000));
        Assert.False((await client.CallAsync("GET", "k")).IsNull);
        await client.CallAsync(
            "CONFIG", "SET", "client-output-buffer-limit", "normal 100000 0 0");
        await Assert.ThrowsAnyAsync<Exception>(() => client.CallAsync("GET", "k"));
    }

    [Fact]
    public async Task Shutdown_is_asked_of_the_host_and_not_done_by_the_library()
    {
        await using TestServer server = await TestServer.StartAsync();
        await using RespClient client = await server.ConnectAsync();
        Task<RespValue> unanswered = client.CallAsync("SHUTDOWN", "NOSAVE");
        Assert.Equal(
            "nosave", await server.Host.ShutdownRequested.WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.False(unanswered.IsCompletedSuccessfully);
        await client.DisposeAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => unanswered);
    }

    [Fact]
    public async Task A_keyspace_that_fails_is_restarted_and_keeps_data_and_other_clients()
    {
        bool armed = false;
        await using TestServer server = await TestServer.StartAsync(executing: batch =>
        {
            if (!armed || batch.CommandCount == 0) return;
            armed = false;
            throw new InvariantException("provoked");
        });
        await using RespClient bystander = await server.ConnectAsync();
        await bystander.CallAsync("SET", "k", "v");
        await using RespClient victim = await server.ConnectAsync();
        await victim.CallAsync("PING");
        armed = true;
        // It failed before anything was executed, so nothing is lost but time.
        Assert.Equal("v", (await victim.CallAsync("GET", "k")).AsString());
        Assert.False(armed);
        Assert.Equal("v", (await bystander.CallAsync("GET", "k")).AsString());
        await using RespClient late = await server.ConnectAsync();
        Assert.Equal("v", (await late.CallAsync("GET", "k")).AsString());
    }

    [Fact]
    public async Task A_time_to_live_ends_by_the_cron_without_anybody_asking()
    {
        await using TestServer server = await TestServer.StartAsync();
        await using RespClient client = await server.ConnectAsync();
        await client.CallAsync("SET", "k", "v", "PX", "20");
        DateTime end = DateTime.UtcNow.AddSeconds(20);
        while ((await client.CallAsync("DBSIZE")).AsInteger() != 0)
        {
            Assert.True(DateTime.UtcNow < end, "the key is still there");
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task Clients_that_wait_are_served_time_out_and_may_go(int threads)
    {
        await using TestServer server = await TestServer.StartAsync(c => c.IOThreads = threads);
        await using RespClient pushes = await server.ConnectAsync();
        await using RespClient waits = await server.ConnectAsync();
        RespClient goes = await server.ConnectAsync();
        Task<RespValue> never = goes.CallAsync("BLPOP", "list", "0");
        await UntilBlockedAsync(pushes, 1);
        Task<RespValue> popped = waits.CallAsync("BLPOP", "list", "0");
        Task<RespValue> behind = waits.CallAsync("INCR", "n");
        await UntilBlockedAsync(pushes, 2);
        await goes.DisposeAsync();
        await UntilBlockedAsync(pushes, 1);
        await Assert.ThrowsAnyAsync<Exception>(() => never);
        Assert.Equal(1, (await pushes.CallAsync("RPUSH", "list", "x")).AsInteger());
        Assert.Equal("x", (await popped.WaitAsync(s_patience)).Items[1].AsString());
        Assert.Equal(1, (await behind.WaitAsync(s_patience)).AsInteger());

        Task<RespValue> late = waits.CallAsync("BLPOP", "list", "0.02");
        Assert.True((await late.WaitAsync(s_patience)).IsNull);
    }

    [Fact]
    public async Task Those_who_wait_hear_it_when_the_keyspace_is_restarted()
    {
        bool armed = false;
        await using TestServer server = await TestServer.StartAsync(executing: batch =>
        {
            if (!armed || batch.CommandCount == 0) return;
            armed = false;
            throw new InvariantException("provoked");
        });
        await using RespClient waits = await server.ConnectAsync();
        await using RespClient victim = await server.ConnectAsync();
        Task<RespValue> popped = waits.CallAsync("BLPOP", "list", "0");
        Task<RespValue> behind = waits.CallAsync("INCR", "n");
        await UntilBlockedAsync(victim, 1);
        armed = true;
        Assert.True((await victim.CallAsync("GET", "k")).IsNull);
        Exception told = await Assert.ThrowsAnyAsync<Exception>(
            () => popped.WaitAsync(s_patience));
        Assert.StartsWith("UNBLOCKED", told.Message, StringComparison.Ordinal);
        Assert.Equal(1, (await behind.WaitAsync(s_patience)).AsInteger());
    }

    private static async Task UntilBlockedAsync(RespClient asks, int clients)
    {
        string line = string.Create(CultureInfo.InvariantCulture, $"blocked_clients:{clients}\r");
        DateTime end = DateTime.UtcNow + s_patience;
        while (true)
        {
            string info = (await asks.CallAsync("INFO", "clients")).AsString()!;
            if (info.Contains(line, StringComparison.Ordinal)) return;
            Assert.True(DateTime.UtcNow < end, info);
        }
    }

    private static async Task CountAsync(TestServer server, int number)
    {
        await using RespClient client = await server.ConnectAsync();
        string key = string.Create(CultureInfo.InvariantCulture, $"counter:{number}");
        for (int round = 0; round < 20; round++)
        {
            List<Task<RespValue>> replies = [];
            for (int i = 0; i < 100; i++) replies.Add(client.CallAsync("INCR", key));
            for (int i = 0; i < 100; i++)
            {
                Assert.Equal((round * 100) + i + 1, (await replies[i]).AsInteger());
            }
        }
    }

    // A confirmation of SUBSCRIBE is a push as well, so it is waited for, not called for.
    private static async Task<RespClient> Subscriber(
        TestServer server, TaskCompletionSource<string> heard)
    {
        TaskCompletionSource subscribed = new();
        RespClient client = await server.ConnectAsync(push =>
        {
            if (push.Items[0].AsString() == "subscribe") subscribed.TrySetResult();
            if (push.Items[0].AsString() != "message") return;
            heard.TrySetResult(push.Items[2].AsString()!);
        });
        client.Connection.Post("SUBSCRIBE", "c");
        await subscribed.Task.WaitAsync(TimeSpan.FromSeconds(10));
        return client;
    }
}
