using System;
using System.Collections.Generic;
using System.Threading;
using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit.Xunit2;
using Rotom.Actors.Dispatch;
using Xunit;

namespace Rotom.Actors.Tests;

public sealed class AeLoopDispatcherTests : TestKit
{
    private static readonly Config _config = ConfigurationFactory.ParseString("""
        akka { loglevel = OFF, test.single-expect-default = 60s }
        loop {
          type = "Rotom.Actors.Dispatch.AeLoopDispatcherConfigurator, Rotom.Actors"
          throughput = 5
          shutdown-timeout = 100ms
        }
        """);

    public AeLoopDispatcherTests()
        : base(_config)
    {
    }

    [Fact]
    public void All_actors_with_the_id_run_on_one_thread()
    {
        IActorRef first = Sys.ActorOf(ThreadTeller.Props);
        IActorRef second = Sys.ActorOf(ThreadTeller.Props);
        first.Tell("where");
        int thread = ExpectMsg<int>();
        second.Tell("where");
        Assert.Equal(thread, ExpectMsg<int>());
        Assert.NotEqual(Environment.CurrentManagedThreadId, thread);
    }

    [Fact]
    public void It_serves_again_after_its_last_actor_has_gone()
    {
        IActorRef first = Sys.ActorOf(ThreadTeller.Props);
        first.Tell("where");
        ExpectMsg<int>();
        Watch(first);
        Sys.Stop(first);
        ExpectTerminated(first);
        AeLoopDispatcher dispatcher = (AeLoopDispatcher)Sys.Dispatchers.Lookup("loop");
        AwaitCondition(() => !dispatcher.Loop.IsLoopThread);
        IActorRef second = Sys.ActorOf(ThreadTeller.Props);
        second.Tell("where");
        ExpectMsg<int>();
    }

    [Fact]
    public void An_actor_with_much_to_do_lets_the_others_have_their_turn()
    {
        IActorRef busy = Sys.ActorOf(ThreadTeller.Props);
        IActorRef other = Sys.ActorOf(ThreadTeller.Props);
        busy.Tell("where");
        other.Tell("where");
        ExpectMsg<int>();
        ExpectMsg<int>();
        using ManualResetEventSlim gate = new();
        busy.Tell(gate);
        for (int i = 0; i < 100; i++) busy.Tell("busy");
        other.Tell("other");
        gate.Set();
        List<string> order = [];
        for (int i = 0; i < 101; i++) order.Add(ExpectMsg<string>());
        Assert.True(order.IndexOf("other") is > 0 and < 20, string.Join(",", order));
    }

    private sealed class ThreadTeller : UntypedActor
    {
        internal static Props Props { get; } =
            Akka.Actor.Props.Create(() => new ThreadTeller()).WithDispatcher("loop");

        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case "where":
                    Sender.Tell(Environment.CurrentManagedThreadId);
                    break;
                case ManualResetEventSlim gate:
                    gate.Wait();
                    break;
                default:
                    Sender.Tell(message);
                    break;
            }
        }
    }
}
