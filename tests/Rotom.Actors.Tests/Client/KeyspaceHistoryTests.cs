using System;
using System.IO;
using System.Threading.Channels;
using System.Threading.Tasks;
using Akka.Actor;
using Rotom.Actors.Client;
using Rotom.Actors.Messages;
using Rotom.Engine;
using Rotom.Engine.Config;
using Xunit;

namespace Rotom.Actors.Tests.Client;

/// <summary>Events of keys from a number on: the past, then what happens.</summary>
public sealed class KeyspaceHistoryTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private readonly string _directory =
        Path.Join(Path.GetTempPath(), "rotom-" + Guid.NewGuid().ToString("N"));

    public KeyspaceHistoryTests() => Directory.CreateDirectory(_directory);

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task The_past_is_told_first_and_then_what_happens_also_after_a_restart()
    {
        long last;
        await using (TestServer server = await StartAsync())
        {
            Ear live = await Ear.OpenAsync(server, new SubscribeToKeys());
            await server.Server.Client.StringSetAsync("a", "1");
            await server.Server.Client.StringSetAsync("b", "1");
            Assert.Equal("set a", await live.NextText());
            KeyspaceEvent told = await live.Next();
            last = told.Seq;
            Assert.True(last > 0);
            await server.Server.Client.StringIncrementAsync("a");
            await server.Server.Client.ListLeftPushAsync("list", "x");
            Assert.Equal("incrby a", await live.NextText());
        }

        await using TestServer again = await StartAsync();
        Ear ear = await Ear.OpenAsync(again, new SubscribeToKeys { After = last });
        Assert.Equal("incrby a", await ear.NextText());
        KeyspaceEvent pushed = await ear.Next();
        Assert.Equal(("lpush", "list"), (pushed.Name, pushed.KeyText));
        Assert.Equal(pushed.Seq, ear.Subscribed!.Seq);
        await again.Server.Client.StringSetAsync("c", "1");
        KeyspaceEvent now = await ear.Next();
        Assert.Equal(("set", "c", pushed.Seq + 1), (now.Name, now.KeyText, now.Seq));
        Assert.True(ear.IsQuiet);
    }

    [Fact]
    public async Task Who_asks_while_others_write_misses_nothing_and_hears_all_in_order()
    {
        const int writes = 2000;
        await using TestServer server = await StartAsync();
        Task writing = Task.Run(async () =>
        {
            for (int i = 0; i < writes; i++) await server.Server.Client.StringIncrementAsync("n");
        });
        await server.Server.Client.StringSetAsync("go", "1");
        Ear ear = await Ear.OpenAsync(server, new SubscribeToKeys { After = 0, Key = "n" });
        await writing;
        long seq = 0;
        for (int i = 0; i < writes; i++)
        {
            KeyspaceEvent told = await ear.Next();
            Assert.Equal("incrby n", $"{told.Name} {told.KeyText}");
            Assert.True(told.Seq >= seq);
            seq = told.Seq;
        }

        Assert.True(ear.IsQuiet);
    }

    [Fact]
    public async Task A_past_that_was_rewritten_or_has_not_come_is_refused()
    {
        await using TestServer server = await StartAsync();
        await server.Server.Client.StringSetAsync("a", "1");
        await server.Server.Client.StringSetAsync("b", "1");
        await server.Server.Client.ExecuteAsync("BGREWRITEAOF");
        while (!(await server.Server.Client.ExecuteAsync("INFO", "persistence")).ToString()
            .Contains("aof_rewrites:1\r\n", StringComparison.Ordinal))
        {
            await Task.Yield();
        }

        IActorRef keyspace = server.Server.Keyspace;
        KeysRefused refused = await keyspace.Ask<KeysRefused>(
            new SubscribeToKeys { After = 0 }, s_patience);
        Assert.Contains("rewritten", refused.Reason, StringComparison.Ordinal);
        Assert.Equal(2, refused.EarliestAfter);
        KeysRefused early = await keyspace.Ask<KeysRefused>(
            new SubscribeToKeys { After = 1000 }, s_patience);
        Assert.Contains("has not come", early.Reason, StringComparison.Ordinal);
        await server.Server.Client.StringSetAsync("a", "2");
        Ear ear = await Ear.OpenAsync(
            server, new SubscribeToKeys { After = refused.EarliestAfter });
        Assert.Equal("set a", await ear.NextText());
    }

    [Fact]
    public async Task Keys_that_expired_or_were_evicted_are_told_as_such_with_what_they_held()
    {
        await using (TestServer server = await StartAsync())
        {
            IRotomClient client = server.Server.Client;
            Ear live = await Ear.OpenAsync(
                server, new SubscribeToKeys(NotifyClass.Expired | NotifyClass.Evicted));
            await client.HashSetAsync("cart", "apples", "2");
            await client.StringSetAsync("deleted", "1");
            await client.KeyDeleteAsync("deleted");
            await client.HashSetAsync("fields", "keeps", "1");
            await client.HashSetAsync("fields", "goes", "1");
            await client.ExecuteAsync("HPEXPIRE", "fields", "5", "FIELDS", "1", "goes");
            await client.KeyExpireAsync("cart", TimeSpan.FromMilliseconds(5));
            Assert.Equal("expired cart", await live.NextText());
            while (await client.HashLengthAsync("fields") > 1) await Task.Yield();
            await client.KeyDeleteAsync("fields");
            await client.SetAddAsync("set", "7");
            await client.ExecuteAsync(
                "CONFIG", "SET", "maxmemory-policy", "allkeys-random", "maxmemory", "1");
            Assert.Equal("evicted set", await live.NextText());
            await client.ExecuteAsync("CONFIG", "SET", "maxmemory", "0");
        }

        await using TestServer again = await StartAsync();
        Ear ear = await Ear.OpenAsync(again, new SubscribeToKeys { After = 0, Key = "cart" });
        Assert.Equal("hset cart", await ear.NextText());
        Assert.Equal("expire cart", await ear.NextText());
        KeyspaceEvent gone = await ear.Next();
        Assert.Equal((NotifyClass.Expired, "expired"), (gone.Class, gone.Name));
        Assert.Equal("2"u8, Assert.Single(gone.OldValue!.AsHash()).Value);
        NotifyClass ends = NotifyClass.Generic | NotifyClass.Expired | NotifyClass.Evicted;
        ear = await Ear.OpenAsync(again, new SubscribeToKeys(ends) { After = gone.Seq });
        Assert.Equal("del fields", await ear.NextText());
        KeyspaceEvent evicted = await ear.Next();
        Assert.Equal((NotifyClass.Evicted, "evicted set"), (evicted.Class, Text(evicted)));
        Assert.Equal("7"u8, Assert.Single(evicted.OldValue!.AsSet()));
        ear = await Ear.OpenAsync(
            again, new SubscribeToKeys(NotifyClass.Hash) { After = 0, Key = "fields" });
        foreach (string told in (string[])["hset", "hset", "hexpire", "hexpired"])
        {
            Assert.Equal(told + " fields", await ear.NextText());
        }
    }

    [Fact]
    public async Task Without_a_journal_there_is_no_past()
    {
        await using TestServer server = await TestServer.StartAsync(c => c.Port = 0);
        KeysRefused refused = await server.Server.Keyspace.Ask<KeysRefused>(
            new SubscribeToKeys { After = 0 }, s_patience);
        Assert.Equal("there is no journal", refused.Reason);
    }

    [Fact]
    public async Task What_is_recovered_after_a_failure_is_no_event()
    {
        await using TestServer server = await StartAsync();
        await server.Server.Client.StringSetAsync("old", "1");
        Ear ear = await Ear.OpenAsync(server, new SubscribeToKeys(NotifyClass.String));
        await Assert.ThrowsAsync<Rotom.Resp.RespErrorException>(
            async () => await server.Server.Client.ExecuteAsync("DEBUG", "PANIC"));
        while (server.Server.Parts.Incidents.Recoveries == 0) await Task.Yield();
        await server.Server.Client.StringSetAsync("new", "1");
        Assert.Equal("set new", await ear.NextText());
        Assert.True(ear.IsQuiet);
    }

    private Task<TestServer> StartAsync() => TestServer.StartAsync(config =>
    {
        config.Port = 0;
        config.Directory = _directory;
        config.AppendOnly = true;
        config.AppendFsync = AppendFsync.EverySecond;
        config.EnableDebugCommand = DangerousAccess.Yes;
    });

    private static string Text(KeyspaceEvent told) => $"{told.Name} {told.KeyText}";

    private sealed class Ear
    {
        private readonly Channel<KeyspaceEvent> _heard = Channel.CreateUnbounded<KeyspaceEvent>();

        internal bool IsQuiet => _heard.Reader.Count == 0;

        internal KeysSubscribed? Subscribed { get; private set; }

        internal static async Task<Ear> OpenAsync(TestServer server, SubscribeToKeys request)
        {
            TaskCompletionSource<KeysSubscribed> ready =
                new(TaskCreationOptions.RunContinuationsAsynchronously);
            Ear ear = new();
            server.ActorSystem.ActorOf(Props.Create(() => new Listener(
                server.Server.Keyspace, request, ready, ear.Note)));
            ear.Subscribed = await ready.Task.WaitAsync(s_patience);
            return ear;
        }

        internal Task<KeyspaceEvent> Next() =>
            _heard.Reader.ReadAsync().AsTask().WaitAsync(s_patience);

        internal async Task<string> NextText()
        {
            KeyspaceEvent told = await Next();
            return Text(told);
        }

        private void Note(KeyspaceEvent told) => Assert.True(_heard.Writer.TryWrite(told));
    }

    private sealed class Listener : ReceiveActor
    {
        public Listener(
            IActorRef keyspace, SubscribeToKeys request,
            TaskCompletionSource<KeysSubscribed> ready, Action<KeyspaceEvent> note)
        {
            keyspace.Tell(request, Self);
            Receive<KeysSubscribed>(subscribed => ready.TrySetResult(subscribed));
            Receive<KeyspaceEvent>(note);
        }
    }
}
