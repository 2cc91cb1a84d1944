using System;
using System.Threading.Tasks;
using Akka.Actor;
using Rotom.Actors.Messages;
using Rotom.Resp;
using Xunit;

namespace Rotom.Actors.Tests.Client;

public sealed class ActorProtocolTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task A_command_told_to_the_keyspace_is_answered_by_a_reply()
    {
        await using TestServer test = await TestServer.StartAsync(c => c.Port = 0);
        RedisCommand set = new("SET", "k", "v");
        RedisReply reply = await test.Server.Keyspace.Ask<RedisReply>(set, s_patience);
        Assert.Same(set, reply.Command);
        Assert.Equal("OK", reply.Value.AsString());
        reply = await test.Server.Supervisor.Ask<RedisReply>(
            new RedisCommand("GET", "k"), s_patience);
        Assert.Equal("v", reply.Value.AsString());
    }

    [Fact]
    public async Task An_actor_gets_its_replies_in_order()
    {
        await using TestServer test = await TestServer.StartAsync(c => c.Port = 0);
        TaskCompletionSource<bool> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        test.ActorSystem.ActorOf(Props.Create(() => new Counter(test.Server.Keyspace, 1000, done)));
        Assert.True(await done.Task.WaitAsync(s_patience));
    }

    [Fact]
    public async Task Databases_are_chosen_by_command()
    {
        await using TestServer test = await TestServer.StartAsync(c => c.Port = 0);
        await Ask(test, new RedisCommand("SET", "k", "1") { Database = 1 });
        Assert.True((await Ask(test, new RedisCommand("GET", "k"))).IsNull);
        Assert.Equal(
            "1", (await Ask(test, new RedisCommand("GET", "k") { Database = 1 })).AsString());
        Assert.True((await Ask(test, new RedisCommand("GET", "k") { Database = 99 })).IsError);
    }

    [Fact]
    public async Task What_belongs_to_a_connection_is_refused()
    {
        await using TestServer test = await TestServer.StartAsync(c => c.Port = 0);
        foreach (string name in new[] { "MULTI", "select", "SUBSCRIBE", "AUTH" })
        {
            RespValue value = await Ask(test, new RedisCommand(name, "0"));
            Assert.EndsWith(
                "needs a client of its own", value.AsString(), StringComparison.Ordinal);
        }

        Assert.True((await Ask(test, new RedisCommand("BLPOP", "q", "0"))).IsError);
        Assert.True((await Ask(test, new RedisCommand("NOPE"))).IsError);
    }

    private static async Task<RespValue> Ask(TestServer test, RedisCommand command) =>
        (await test.Server.Keyspace.Ask<RedisReply>(command, s_patience)).Value;

    private sealed class Counter : ReceiveActor
    {
        public Counter(IActorRef keyspace, int count, TaskCompletionSource<bool> done)
        {
            long seen = 0;
            bool inOrder = true;
            for (int i = 0; i < count; i++) keyspace.Tell(new RedisCommand("INCR", "n"), Self);
            Receive<RedisReply>(reply =>
            {
                inOrder &= reply.Value.AsInteger() == ++seen;
                if (seen == count) done.TrySetResult(inOrder);
            });
        }
    }
}
