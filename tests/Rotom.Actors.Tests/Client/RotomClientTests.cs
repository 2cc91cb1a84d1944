using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Rotom.Actors.Client;
using Rotom.Actors.Hosting;
using Rotom.Actors.Messages;
using Rotom.Engine;
using Rotom.Resp;
using Xunit;

namespace Rotom.Actors.Tests.Client;

public sealed class RotomClientTests
{
    [Fact]
    public async Task A_client_in_the_process_and_one_on_a_socket_see_the_same_keys()
    {
        await using TestServer test = await TestServer.StartAsync();
        await using RespClient remote = await test.ConnectAsync();
        IRotomClient local = test.Server.Client;
        Assert.True(await local.StringSetAsync("k", "from inside"));
        Assert.Equal("from inside", (await remote.CallAsync("GET", "k")).AsString());
        await remote.CallAsync("SET", "k", "from outside");
        Assert.Equal("from outside", await local.StringGetTextAsync("k"));
    }

    [Fact]
    public async Task Typed_methods_say_what_their_commands_say()
    {
        await using TestServer test = await TestServer.StartAsync(c => c.Port = 0);
        IRotomClient c = test.Server.Client;
        Assert.Null(await c.StringGetAsync("none"));
        Assert.True(await c.StringSetAsync("s", "1", TimeSpan.FromHours(1), SetWhen.NotExists));
        Assert.False(await c.StringSetAsync("s", "2", when: SetWhen.NotExists));
        Assert.False(await c.StringSetAsync("t", "2", when: SetWhen.Exists));
        Assert.Equal(2, await c.StringIncrementAsync("s"));
        Assert.Equal(12, await c.StringIncrementAsync("s", 10));
        Assert.Equal(3, await c.StringAppendAsync("s", "x"));
        Assert.Equal(3, await c.StringLengthAsync("s"));
        Assert.InRange((await c.KeyTimeToLiveAsync("s"))!.Value.TotalMinutes, 59, 60);
        Assert.True(await c.KeyPersistAsync("s"));
        Assert.Null(await c.KeyTimeToLiveAsync("s"));
        Assert.True(await c.KeyExpireAsync("s", TimeSpan.FromMinutes(1)));
        Assert.Equal("string", await c.KeyTypeAsync("s"));
        Assert.True(await c.KeyExistsAsync("s"));
        Assert.True(await c.KeyDeleteAsync("s"));
        Assert.False(await c.KeyExistsAsync("s"));
        Assert.Equal(1, await c.ListRightPushAsync("l", "b"));
        Assert.Equal(2, await c.ListLeftPushAsync("l", "a"));
        Assert.Equal(["a", "b"], Texts(await c.ListRangeAsync("l")));
        Assert.Equal("a", Text(await c.ListLeftPopAsync("l")));
        Assert.Equal("b", Text(await c.ListRightPopAsync("l")));
        Assert.Equal(0, await c.ListLengthAsync("l"));
        Assert.True(await c.SetAddAsync("m", "x"));
        Assert.False(await c.SetAddAsync("m", "x"));
        Assert.True(await c.SetContainsAsync("m", "x"));
        Assert.Equal(["x"], Texts(await c.SetMembersAsync("m")));
        Assert.Equal(1, await c.SetLengthAsync("m"));
        Assert.True(await c.SetRemoveAsync("m", "x"));
    }

    [Fact]
    public async Task Typed_methods_of_hashes_and_sorted_sets()
    {
        await using TestServer test = await TestServer.StartAsync(c => c.Port = 0);
        IRotomClient c = test.Server.Client;
        Assert.True(await c.HashSetAsync("h", "f", "v"));
        Assert.False(await c.HashSetAsync("h", "f", "w"));
        Assert.Equal("w", Text(await c.HashGetAsync("h", "f")));
        Assert.Null(await c.HashGetAsync("h", "g"));
        Assert.Equal(5, await c.HashIncrementAsync("h", "n", 5));
        Assert.True(await c.HashExistsAsync("h", "n"));
        Dictionary<string, byte[]> all = await c.HashGetAllAsync("h");
        Assert.Equal(["f", "n"], all.Keys.Order());
        Assert.Equal(2, await c.HashLengthAsync("h"));
        Assert.True(await c.HashDeleteAsync("h", "n"));
        Assert.True(await c.SortedSetAddAsync("z", "a", 1.5));
        Assert.True(await c.SortedSetAddAsync("z", "b", double.NegativeInfinity));
        Assert.Equal(2.0, await c.SortedSetIncrementAsync("z", "a", 0.5));
        Assert.Equal(2.0, await c.SortedSetScoreAsync("z", "a"));
        Assert.Null(await c.SortedSetScoreAsync("z", "c"));
        Assert.Equal(1, await c.SortedSetRankAsync("z", "a"));
        Assert.Null(await c.SortedSetRankAsync("z", "c"));
        IReadOnlyList<ScoredMember> range = await c.SortedSetRangeAsync("z");
        Assert.Equal(["b", "a"], range.Select(m => Text(m.Member)));
        Assert.Equal([double.NegativeInfinity, 2.0], range.Select(m => m.Score));
        Assert.Equal(2, await c.SortedSetLengthAsync("z"));
        Assert.True(await c.SortedSetRemoveAsync("z", "a"));
    }

    [Fact]
    public async Task An_error_of_the_server_is_an_exception_and_the_client_goes_on()
    {
        await using TestServer test = await TestServer.StartAsync(c => c.Port = 0);
        IRotomClient client = test.Server.Client;
        await client.StringSetAsync("k", "text");
        RespErrorException error = await Assert.ThrowsAsync<RespErrorException>(
            async () => await client.StringIncrementAsync("k"));
        Assert.Equal("ERR value is not an integer or out of range", error.Message);
        Assert.Equal("text", await client.StringGetTextAsync("k"));
    }

    [Fact]
    public async Task Many_tasks_on_one_client_each_get_their_own_reply()
    {
        await using TestServer test = await TestServer.StartAsync(c => c.Port = 0);
        IRotomClient client = test.Server.Client;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(worker => Task.Run(async () =>
        {
            for (int i = 0; i < 2000; i++)
            {
                string key = $"k:{worker}:{i}";
                ValueTask<bool> set = client.StringSetAsync(key, key);
                ValueTask<string?> get = client.StringGetTextAsync(key);
                ValueTask<long> incr = client.StringIncrementAsync("n");
                Assert.True(await set);
                Assert.Equal(key, await get);
                await incr;
            }
        })));
        Assert.Equal("8000", await client.StringGetTextAsync("n"));
    }

    [Fact]
    public async Task A_transaction_is_whole_also_on_a_shared_client()
    {
        await using TestServer test = await TestServer.StartAsync(c => c.Port = 0);
        IRotomClient client = test.Server.Client;
        RedisCommand[] commands = [new("INCR", "a"), new("INCR", "b"), new("GET", "a")];
        Task<RespValue>[] all = Enumerable.Range(0, 50)
            .Select(_ => client.TransactionAsync(commands).AsTask()).ToArray();
        for (int i = 0; i < all.Length; i++)
        {
            RespValue reply = await all[i];
            Assert.Equal(i + 1, reply.Items[0].AsInteger());
            Assert.Equal(i + 1, reply.Items[1].AsInteger());
        }
    }

    [Fact]
    public async Task A_large_value_comes_back_as_it_went()
    {
        await using TestServer test = await TestServer.StartAsync(c => c.Port = 0);
        byte[] value = new byte[9_000_000];
        new Random(1).NextBytes(value);
        await test.Server.Client.StringSetAsync("big", value);
        Assert.Equal(value, await test.Server.Client.StringGetAsync("big"));
    }

    [Fact]
    public async Task A_command_that_waits_holds_up_its_own_client_only()
    {
        await using TestServer test = await TestServer.StartAsync(c => c.Port = 0);
        await using IRotomClient waits = test.Server.CreateClient();
        Task<RespValue> pop = waits.ExecuteAsync("BLPOP", "q", 0).AsTask();
        await test.Server.Client.ListRightPushAsync("q", "x");
        Assert.Equal("x", (await pop).Items[1].AsString());
    }

    [Fact]
    public async Task A_client_that_is_disposed_fails_what_waits_and_what_comes_later()
    {
        await using TestServer test = await TestServer.StartAsync(c => c.Port = 0);
        IRotomClient client = test.Server.CreateClient();
        Task<RespValue> pop = client.ExecuteAsync("BLPOP", "q", 0).AsTask();
        await client.DisposeAsync();
        await Assert.ThrowsAsync<RespConnectionException>(() => pop);
        await Assert.ThrowsAsync<RespConnectionException>(
            async () => await client.StringGetAsync("k"));
        RespValue list = await test.Server.Client.ExecuteAsync("CLIENT", "LIST");
        Assert.Single(list.AsString()!.Trim().Split('\n'));
    }

    [Fact]
    public async Task A_server_that_stops_tells_its_clients()
    {
        TestServer test = await TestServer.StartAsync(c => c.Port = 0);
        IRotomClient client = test.Server.CreateClient();
        Task<RespValue> pop = client.ExecuteAsync("BLPOP", "q", 0).AsTask();
        await test.DisposeAsync();
        await Assert.ThrowsAsync<RespConnectionException>(() => pop);
    }

    [Fact]
    public async Task Waiting_can_be_cancelled()
    {
        await using TestServer test = await TestServer.StartAsync(c => c.Port = 0);
        await using IRotomClient client = test.Server.CreateClient();
        using CancellationTokenSource source = new();
        Task<RespValue> pop = client.ExecuteAsync(["BLPOP", "q", 0], source.Token).AsTask();
        source.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pop);
    }

    [Fact]
    public async Task Commands_without_exactly_one_reply_are_refused()
    {
        await using TestServer test = await TestServer.StartAsync(c => c.Port = 0);
        IRotomClient client = test.Server.Client;
        foreach (string name in new[] { "subscribe", "PUnsubscribe", "Monitor", "hello", "RESET" })
        {
            await Assert.ThrowsAsync<ArgumentException>(
                async () => await client.ExecuteAsync(name));
        }

        await Assert.ThrowsAsync<ArgumentException>(
            async () => await client.ExecuteAsync("CLIENT", "REPLY", "OFF"));
    }

    [Fact]
    public async Task Subscriptions_hear_what_is_published_until_they_are_disposed()
    {
        await using TestServer test = await TestServer.StartAsync(c => c.Port = 0);
        IRotomClient client = test.Server.Client;
        await using RotomSubscription one = await client.SubscribeAsync("news");
        await using RotomSubscription all = await client.SubscribePatternAsync("n*");
        Assert.Equal(2, await client.PublishAsync("news", "hello"));
        foreach (RotomSubscription subscription in new[] { one, all })
        {
            RotomMessage message = await subscription.ReadAsync();
            Assert.Equal("news", message.Channel);
            Assert.Equal("hello", message.Text);
        }

        await one.DisposeAsync();
        Assert.Equal(1, await client.PublishAsync("news", "again"));
    }

    [Fact]
    public async Task A_client_of_a_user_may_do_what_the_user_may()
    {
        await using TestServer test = await TestServer.StartAsync(c => c.Port = 0);
        await test.Server.Client.ExecuteAsync("ACL", "SETUSER", "joe", "on", "~j:*", "+get");
        await using IRotomClient joe = test.Server.CreateClient(user: "joe");
        Assert.Null(await joe.StringGetAsync("j:1"));
        RespErrorException error = await Assert.ThrowsAsync<RespErrorException>(
            async () => await joe.StringGetAsync("other"));
        Assert.Equal("NOPERM", error.Code);
        await using IRotomClient nobody = test.Server.CreateClient(user: "nobody");
        error = await Assert.ThrowsAsync<RespErrorException>(
            async () => await nobody.StringGetAsync("j:1"));
        Assert.Equal("NOPERM", error.Code);
    }

    [Fact]
    public async Task The_hosts_client_needs_no_password()
    {
        await using TestServer test = await TestServer.StartAsync(c =>
        {
            c.Port = 0;
            c.RequirePass = "secret";
        });
        Assert.True(await test.Server.Client.StringSetAsync("k", "v"));
    }

    [Fact]
    public async Task Databases_are_apart()
    {
        await using TestServer test = await TestServer.StartAsync(c => c.Port = 0);
        await using IRotomClient third = test.Server.CreateClient(database: 3);
        await third.StringSetAsync("k", "3");
        Assert.Null(await test.Server.Client.StringGetAsync("k"));
        Assert.Throws<ArgumentOutOfRangeException>(() => test.Server.CreateClient(database: 16));
    }

    private static string? Text(byte[]? bytes) =>
        bytes is null ? null : Encoding.UTF8.GetString(bytes);

    private static IEnumerable<string?> Texts(byte[][] all) => all.Select(Text);
}
