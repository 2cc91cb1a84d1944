using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using Akka.Actor;
using Rotom.Actors.Hosting;
using Rotom.Actors.Messages;
using Rotom.Engine;
using Rotom.TestHost;
using Xunit;

namespace Rotom.Actors.Tests.Client;

public sealed class KeyspaceEventTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task An_actor_hears_of_the_keys_it_asked_for_and_of_no_others()
    {
        await using TestServer test = await TestServer.StartAsync(c => c.Port = 0);
        using Ear ear = await Ear.OpenAsync(
            test, new SubscribeToKeys(NotifyClass.String) { Pattern = "user:*" });
        await test.Server.Client.StringSetAsync("other", "1");
        await test.Server.Client.StringSetAsync("user:1", "1");
        await test.Server.Client.ListLeftPushAsync("user:list", "1");
        await test.Server.Client.StringIncrementAsync("user:1");
        Assert.Equal("set user:1", Text(await ear.Next()));
        Assert.Equal("incrby user:1", Text(await ear.Next()));
    }

    [Fact]
    public async Task A_key_that_expires_tells_what_it_was()
    {
        await using TestServer test = await TestServer.StartAsync(c => c.Port = 0);
        using Ear ear = await Ear.OpenAsync(test, new SubscribeToKeys(NotifyClass.Expired));
        await test.Server.Client.StringSetAsync("k", "last words", TimeSpan.FromMilliseconds(20));
        KeyspaceEvent gone = await ear.Next();
        Assert.Equal("expired k", Text(gone));
        Assert.Equal("last words", gone.OldText);
        Assert.Equal(0, gone.Database);
    }

    [Fact]
    public async Task A_key_that_is_evicted_tells_what_it_was()
    {
        await using TestServer test = await TestServer.StartAsync(c => c.Port = 0);
        using Ear ear = await Ear.OpenAsync(test, new SubscribeToKeys(NotifyClass.Evicted));
        await test.Server.Client.StringSetAsync("k", "last words");
        await test.Server.Client.ExecuteAsync(
            "CONFIG", "SET", "maxmemory-policy", "allkeys-random", "maxmemory", "1");
        await Assert.ThrowsAsync<Rotom.Resp.RespErrorException>(
            async () => await test.Server.Client.StringSetAsync("other", "1"));
        Assert.Equal("last words", (await ear.Next()).OldText);
    }

    [Fact]
    public async Task Each_actor_is_told_as_much_of_an_old_value_as_it_asked_for()
    {
        await using RotomTestHost host = await RotomTestHost.StartAsync();
        TimeSpan hour = TimeSpan.FromHours(1);
        SubscribeToKeys request = new(NotifyClass.Expired) { Pattern = "cart:*" };
        using Ear all = await Ear.OpenAsync(host.ActorSystem, host.Server, request);
        using Ear little = await Ear.OpenAsync(
            host.ActorSystem, host.Server, request with { OldValues = new(64, 2) });
        using Ear none = await Ear.OpenAsync(
            host.ActorSystem, host.Server, request with { OldValues = OldValueLimit.None });
        using Ear other = await Ear.OpenAsync(
            host.ActorSystem, host.Server, request with { Pattern = "*" });
        await host.Client.HashSetAsync("cart:1", "apples", "2");
        await host.Client.HashSetAsync("cart:1", "pears", "3");
        await host.Client.KeyExpireAsync("cart:1", hour);
        for (int i = 0; i < 3; i++) await host.Client.ListRightPushAsync("cart:2", $"item {i}");
        await host.Client.KeyExpireAsync("cart:2", 2 * hour);
        await host.Client.StringSetAsync("elsewhere", "text", 3 * hour);

        await host.AdvanceAsync(hour + TimeSpan.FromSeconds(1));
        KeyspaceEvent told = await all.Next();
        Assert.Equal("expired cart:1", Text(told));
        Assert.Equal(
            ["apples 2", "pears 3"],
            told.OldValue!.AsHash()
                .Select(field => Encoding.UTF8.GetString([.. field.Name, 32, .. field.Value]))
                .Order(StringComparer.Ordinal));
        Assert.Null(told.OldText);
        Assert.Same(told, await little.Next());
        Assert.Null((await none.Next()).OldValue);
        Assert.Same(told, await other.Next());

        await host.AdvanceAsync(hour);
        Assert.Equal(3, (await all.Next()).OldValue!.AsList().Count);
        OldValue large = (await little.Next()).OldValue!;
        Assert.Equal(("list", 3L, OldValueState.TooLarge), (large.Type, large.Length, large.State));
        Assert.Null((await none.Next()).OldValue);
        Assert.True((await other.Next()).OldValue!.IsWhole);

        // Nobody but the last hears of this key.
        await host.AdvanceAsync(hour);
        Assert.Equal("text", (await other.Next()).OldText);
        Assert.Empty(all.Heard);
    }

    [Fact]
    public async Task One_key_and_one_database()
    {
        await using TestServer test = await TestServer.StartAsync(c => c.Port = 0);
        using Ear ear = await Ear.OpenAsync(
            test, new SubscribeToKeys { Key = "k", Database = 1 });
        await using Rotom.Actors.Client.IRotomClient second = test.Server.CreateClient(1);
        await test.Server.Client.StringSetAsync("k", "0");
        await second.StringSetAsync("kk", "1");
        await second.StringSetAsync("k", "1");
        KeyspaceEvent told = await ear.Next();
        Assert.Equal(("k", 1), (told.KeyText, told.Database));
    }

    [Fact]
    public async Task Subscriptions_end_with_their_actor()
    {
        await using TestServer test = await TestServer.StartAsync(c => c.Port = 0);
        Ear ear = await Ear.OpenAsync(test, new SubscribeToKeys());
        ear.Dispose();
        using Ear second = await Ear.OpenAsync(test, new SubscribeToKeys());
        await test.Server.Client.StringSetAsync("k", "1");
        Assert.Equal("set k", Text(await second.Next()));
        Assert.Empty(ear.Heard);
    }

    [Fact]
    public async Task Channels_are_bridged_to_the_event_stream_both_ways()
    {
        await using TestServer test = await TestServer.StartAsync(c => c.Port = 0);
        IActorRef bridge = await test.Server.BridgeToEventStreamAsync("news.*");
        TaskCompletionSource<ChannelMessage> heard =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
        IActorRef listener = test.ActorSystem.ActorOf(
            Props.Create(() => new Once<ChannelMessage>(heard)));
        test.ActorSystem.EventStream.Subscribe(listener, typeof(ChannelMessage));
        await test.Server.Client.PublishAsync("news.uk", "hello");
        ChannelMessage message = await heard.Task.WaitAsync(s_patience);
        Assert.Equal(("news.uk", "hello"), (message.Channel, message.Text));
        await using Rotom.Actors.Client.RotomSubscription outside =
            await test.Server.Client.SubscribeAsync("out");
        test.ActorSystem.EventStream.Publish(new PublishToChannel("out", "x"u8.ToArray()));
        Assert.Equal("x", (await outside.ReadAsync().AsTask().WaitAsync(s_patience)).Text);
        await bridge.GracefulStop(s_patience);
    }

    private static string Text(KeyspaceEvent told) => $"{told.Name} {told.KeyText}";

    private sealed class Ear(IActorRef actor, ActorSystem system) : IDisposable
    {
        internal ConcurrentQueue<KeyspaceEvent> Heard { get; } = new();

        private System.Threading.SemaphoreSlim Count { get; } = new(0);

        public void Dispose()
        {
            system.Stop(actor);
            Count.Dispose();
        }

        internal static Task<Ear> OpenAsync(TestServer test, SubscribeToKeys request) =>
            OpenAsync(test.ActorSystem, test.Server, request);

        internal static async Task<Ear> OpenAsync(
            ActorSystem system, RotomServer server, SubscribeToKeys request)
        {
            TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
            Ear? ear = null;
            IActorRef actor = system.ActorOf(Props.Create(() => new Listener(
                server.Keyspace, request, ready, told => ear!.Note(told))));
            ear = new Ear(actor, system);
            await ready.Task.WaitAsync(s_patience);
            return ear;
        }

        internal async Task<KeyspaceEvent> Next()
        {
            Assert.True(await Count.WaitAsync(s_patience));
            Assert.True(Heard.TryDequeue(out KeyspaceEvent? told));
            return told;
        }

        private void Note(KeyspaceEvent told)
        {
            Heard.Enqueue(told);
            Count.Release();
        }
    }

    private sealed class Listener : ReceiveActor
    {
        public Listener(
            IActorRef keyspace, SubscribeToKeys request, TaskCompletionSource ready,
            Action<KeyspaceEvent> note)
        {
            keyspace.Tell(request, Self);
            Receive<KeysSubscribed>(_ => ready.TrySetResult());
            Receive<KeyspaceEvent>(note);
        }
    }

    private sealed class Once<T> : ReceiveActor
    {
        public Once(TaskCompletionSource<T> heard) => Receive<T>(one => heard.TrySetResult(one));
    }
}
