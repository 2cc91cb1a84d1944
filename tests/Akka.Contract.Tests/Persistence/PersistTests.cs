using System;
using System.Linq;
using Akka.Actor;
using Akka.Persistence;
using Akka.TestKit;
using Xunit;

namespace Akka.Contract.Tests.Persistence;

// akka-surface.md section 0, "Persistence": Persist, PersistAll, PersistAsync, DeferAsync, and
// what happens to commands meanwhile.
public sealed class PersistTests : PersistenceSpec
{
    [Fact]
    public void A_handler_runs_after_its_event_is_stored_and_before_the_next_command()
    {
        IActorRef actor = Fresh();
        Steer(Journal, new Hold());
        Do(actor, a => a.Persist("a", e => a.Say($"handled {e}")));
        actor.Tell("next");
        Steer(Journal, new Release());
        Hear("handled a", "command next");
        Assert.Equal(["a"], Stored("p"));
    }

    [Fact]
    public void Commands_held_back_by_Persist_keep_their_order()
    {
        IActorRef actor = Fresh();
        Steer(Journal, new Hold());
        Do(actor, a => a.Persist("a", a.Say));
        for (int i = 0; i < 20; i++)
            actor.Tell(i);
        Steer(Journal, new Release());
        Hear("a");
        Hear([.. Enumerable.Range(0, 20).Select(i => $"command {i}")]);
    }

    [Fact]
    public void Held_back_commands_that_persist_are_taken_one_at_a_time()
    {
        IActorRef actor = Fresh();
        Steer(Journal, new Hold());
        for (int i = 0; i < 3; i++)
        {
            string name = $"{i}";
            Do(actor, a =>
            {
                a.Say($"begin {name}");
                a.Persist(name, e => a.Say($"end {e}"));
            });
        }

        Steer(Journal, new Release());
        Hear("begin 0", "end 0", "begin 1", "end 1", "begin 2", "end 2");
    }

    [Fact]
    public void Several_Persists_of_a_command_are_handled_in_order_before_the_next_command()
    {
        IActorRef actor = Fresh();
        Do(actor, a =>
        {
            a.Persist("a", a.Say);
            a.Persist("b", a.Say);
            a.Persist("c", a.Say);
            a.Say("called");
        });
        actor.Tell("next");
        Hear("called", "a", "b", "c", "command next");
    }

    [Fact]
    public void Events_go_to_the_journal_when_the_command_has_ended_in_one_write()
    {
        IActorRef actor = Fresh();
        Steer(Journal, new Tap(TestActor));
        Do(actor, a =>
        {
            a.Persist("a", a.Say);
            a.PersistAll(["b", "c"], a.Say);
            a.Persist("d", a.Say);
        });
        Assert.Equal("1 2 1", ExpectMsg<Written>().Sizes);
        Hear("a", "b", "c", "d");
    }

    [Fact]
    public void Events_persisted_in_a_handler_extend_the_waiting()
    {
        IActorRef actor = Fresh();
        Steer(Journal, new Hold());
        Do(actor, a => a.Persist("outer", outer =>
        {
            a.Say(outer);
            a.Persist("inner", a.Say);
        }));
        actor.Tell("next");
        Steer(Journal, new Release());
        Hear("outer", "inner", "command next");
    }

    [Fact]
    public void Events_persisted_in_handlers_of_one_command_come_after_those_of_the_command()
    {
        IActorRef actor = Fresh();
        Do(actor, a =>
        {
            a.Persist("outer 1", outer =>
            {
                a.Say(outer);
                a.Persist("inner 1", a.Say);
            });
            a.Persist("outer 2", outer =>
            {
                a.Say(outer);
                a.Persist("inner 2", a.Say);
            });
        });
        Hear("outer 1", "outer 2", "inner 1", "inner 2");
    }

    [Fact]
    public void Persist_nests_as_deep_as_it_likes()
    {
        IActorRef actor = Fresh();
        Do(actor, a => Count(a, 0));
        actor.Tell("next");
        Hear([.. Enumerable.Range(0, 20).Select(i => $"{i}"), "command next"]);

        static void Count(Scripted a, int i) => a.Persist($"{i}", e =>
        {
            a.Say(e);
            if (i < 19)
                Count(a, i + 1);
        });
    }

    [Fact]
    public void LastSequenceNr_is_that_of_the_event_whose_handler_runs()
    {
        IActorRef actor = Fresh();
        Do(actor, a =>
        {
            a.PersistAll(["a", "b"], e => a.Say($"{e} {a.LastSequenceNr}"));
            a.Say($"before {a.LastSequenceNr}");
        });
        Hear("before 0", "a 1", "b 2");
    }

    [Fact]
    public void The_senders_of_handlers_are_those_of_their_commands()
    {
        IActorRef actor = Fresh();
        TestProbe[] askers = [CreateTestProbe(), CreateTestProbe()];
        Steer(Journal, new Hold());
        foreach (TestProbe asker in askers)
            actor.Tell(new Script(a => a.PersistAsync("e", e => a.From.Tell(e))), asker.Ref);
        Steer(Journal, new Release());
        Assert.All(askers, asker => asker.ExpectMsg("e"));
    }

    [Fact]
    public void The_sender_of_a_Persist_handler_is_the_commands_while_others_wait()
    {
        IActorRef actor = Fresh();
        TestProbe first = CreateTestProbe();
        actor.Tell(new Script(a => a.Persist("e", e => a.From.Tell(e))), first.Ref);
        actor.Tell("next", TestActor);
        first.ExpectMsg("e");
        Hear("command next");
    }

    [Fact]
    public void PersistAll_is_one_atomic_write_and_its_handler_runs_for_each_event()
    {
        IActorRef actor = Fresh();
        Steer(Journal, new Tap(TestActor));
        Do(actor, a => a.PersistAll(["a", "b", "c"], a.Say));
        Assert.Equal("3", ExpectMsg<Written>().Sizes);
        Hear("a", "b", "c");
    }

    [Fact]
    public void PersistAll_of_an_empty_sequence_does_nothing_and_holds_nothing_back()
    {
        IActorRef actor = Fresh();
        Do(actor, a =>
        {
            a.PersistAll(Array.Empty<string>(), a.Say);
            a.PersistAllAsync(Array.Empty<string>(), a.Say);
        });
        actor.Tell("next");
        Hear("command next");
        Assert.Empty(Stored("p"));
    }

    [Fact]
    public void PersistAll_holds_commands_back_until_its_last_handler()
    {
        IActorRef actor = Fresh();
        Steer(Journal, new Hold());
        Do(actor, a => a.PersistAll(["a", "b"], a.Say));
        actor.Tell("next");
        Steer(Journal, new Release());
        Hear("a", "b", "command next");
    }

    [Fact]
    public void PersistAsync_lets_further_commands_be_handled()
    {
        IActorRef actor = Fresh();
        Steer(Journal, new Hold());
        Do(actor, a => a.PersistAsync("a", a.Say));
        actor.Tell("next");
        Hear("command next");
        Steer(Journal, new Release());
        Hear("a");
    }

    [Fact]
    public void PersistAllAsync_is_atomic_and_does_not_hold_commands_back()
    {
        IActorRef actor = Fresh();
        Steer(Journal, new Hold());
        Steer(Journal, new Tap(TestActor));
        Do(actor, a => a.PersistAllAsync(["a", "b"], a.Say));
        actor.Tell("next");
        Hear("command next");
        Assert.Equal("2", ExpectMsg<Written>().Sizes);
        Steer(Journal, new Release());
        Hear("a", "b");
    }

    [Fact]
    public void Handlers_of_PersistAsync_run_in_the_order_of_the_calls()
    {
        IActorRef actor = Fresh();
        for (int i = 0; i < 50; i++)
        {
            string name = $"{i}";
            Do(actor, a => a.PersistAsync(name, a.Say));
        }

        Hear([.. Enumerable.Range(0, 50).Select(i => $"{i}")]);
        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"{i}"), Stored("p"));
    }

    [Fact]
    public void Events_that_come_while_a_write_is_in_flight_go_out_together()
    {
        IActorRef actor = Fresh();
        Steer(Journal, new Hold());
        Steer(Journal, new Tap(TestActor));
        Do(actor, a => a.PersistAsync("0", a.Say));
        Assert.Equal("1", ExpectMsg<Written>().Sizes);
        for (int i = 1; i < 5; i++)
        {
            string name = $"{i}";
            Do(actor, a => a.PersistAsync(name, a.Say));
        }

        actor.Tell("all called");
        Hear("command all called");
        Steer(Journal, new Release());
        Assert.Equal("1 1 1 1", ExpectMsg<Written>().Sizes);
        Hear("0", "1", "2", "3", "4");
    }

    [Fact]
    public void Mixed_calls_are_handled_in_the_order_of_the_calls()
    {
        IActorRef actor = Fresh();
        Do(actor, a =>
        {
            a.PersistAsync("async 1", a.Say);
            a.Persist("sync 1", a.Say);
            a.DeferAsync("defer 1", a.Say);
            a.PersistAllAsync(["async 2", "async 3"], a.Say);
            a.PersistAll(["sync 2", "sync 3"], a.Say);
            a.DeferAsync("defer 2", a.Say);
        });
        Hear(
            "async 1", "sync 1", "defer 1", "async 2", "async 3", "sync 2", "sync 3", "defer 2");
    }

    [Fact]
    public void After_the_last_Persist_handler_commands_go_on_before_later_async_ones()
    {
        IActorRef actor = Fresh();
        Steer(Journal, new Hold());
        Do(actor, a => a.Persist("sync", e =>
        {
            a.Say(e);
            a.PersistAsync("async", a.Say);
        }));
        Steer(Journal, new Release());
        Hear("sync");
        Hear("async");
        Steer(Journal, new Hold());
        Do(actor, a => a.PersistAsync("held", a.Say));
        actor.Tell("next");
        Hear("command next");
        Steer(Journal, new Release());
        Hear("held");
    }

    [Fact]
    public void DeferAsync_runs_at_once_when_nothing_is_pending()
    {
        IActorRef actor = Fresh();
        Do(actor, a =>
        {
            a.DeferAsync("deferred", a.Say);
            a.Say("after the call");
        });
        Hear("deferred", "after the call");
    }

    [Fact]
    public void DeferAsync_waits_for_the_handlers_before_it_and_stores_nothing()
    {
        IActorRef actor = Fresh();
        Do(actor, a =>
        {
            a.PersistAsync("a", a.Say);
            a.DeferAsync("deferred", e => a.Say($"{e} {a.LastSequenceNr}"));
            a.PersistAsync("b", a.Say);
        });
        Hear("a", "deferred 1", "b");
        Assert.Equal(["a", "b"], Stored("p"));
    }

    [Fact]
    public void DeferAsync_keeps_the_sender_and_does_not_hold_commands_back()
    {
        IActorRef actor = Fresh();
        TestProbe asker = CreateTestProbe();
        Steer(Journal, new Hold());
        actor.Tell(
            new Script(a =>
            {
                a.PersistAsync("a", a.Say);
                a.DeferAsync("deferred", e => a.From.Tell(e));
            }),
            asker.Ref);
        actor.Tell("next");
        Hear("command next");
        Steer(Journal, new Release());
        Hear("a");
        asker.ExpectMsg("deferred");
    }

    [Fact]
    public void The_journal_sees_no_sender_in_what_it_stores()
    {
        IActorRef actor = Fresh();
        Steer(Journal, new Tap(TestActor));
        actor.Tell(new Script(a => a.Persist("a", a.Say)), TestActor);
        Written written = ExpectMsg<Written>();
        Assert.True(written.Sender is null or Nobody || written.Sender.Equals(ActorRefs.NoSender));
        Hear("a");
    }

    [Fact]
    public void The_actors_own_stash_is_not_mixed_up_with_commands_held_back()
    {
        IActorRef probe = Probe.Ref;
        IActorRef actor = Sys.ActorOf(Props.Create(() => new Stashing(probe)));
        Hear("recovered");
        Steer(Journal, new Hold());
        foreach (string command in (string[])["stash 1", "stash 2", "persist open"])
            actor.Tell(command);
        Steer(Journal, new Release());
        Hear("open", "stash 1", "stash 2");
        actor.Tell("x");
        Hear("x");
    }

    private sealed class Stashing : ReceivePersistentActor
    {
        public Stashing(IActorRef probe)
        {
            Recover<RecoveryCompleted>(_ => probe.Tell("recovered"));
            Command<string>(m => m is "stash 1" or "stash 2", _ => Stash.Stash());
            Command<string>(m => m == "persist open", _ => Persist("open", e =>
            {
                probe.Tell(e);
                Become(() => CommandAny(m => probe.Tell(m)));
                Stash.UnstashAll();
            }));
            CommandAny(m => probe.Tell($"too early: {m}"));
        }

        public override string PersistenceId => "stashing";
    }
}
