using System;
using System.Collections.Generic;
using System.Linq;
using Akka.Actor;
using Akka.Persistence;
using Akka.TestKit;
using Xunit;

namespace Akka.Contract.Tests.Persistence;

// akka-surface.md section 0, "Persistence": the start, replay, restart, and late answers.
public sealed class RecoveryTests : PersistenceSpec
{
    [Fact]
    public void Events_are_replayed_in_order_then_RecoveryCompleted_then_commands()
    {
        Store_events(Fresh(), "a", "b", "c");
        IActorRef next = Begin("p");
        next.Tell("early");
        Hear("event a", "event b", "event c", "recovered 3", "command early");
    }

    [Fact]
    public void Without_events_RecoveryCompleted_still_comes()
    {
        IActorRef actor = Begin("nothing");
        actor.Tell("early");
        Hear("recovered 0", "command early");
    }

    [Fact]
    public void Messages_that_arrive_during_recovery_keep_their_order()
    {
        Store_events(Fresh(), "a");
        IActorRef next = Begin("p");
        for (int i = 0; i < 10; i++)
            next.Tell(i);
        Hear("event a", "recovered 1");
        Hear([.. Enumerable.Range(0, 10).Select(i => $"command {i}")]);
    }

    [Fact]
    public void Numbers_go_on_after_the_highest_recovered()
    {
        Store_events(Fresh(), "a", "b");
        IActorRef next = Begin("p");
        Hear("event a", "event b", "recovered 2");
        Do(next, a => a.Persist("c", e => a.Say($"{e} {a.LastSequenceNr}")));
        Hear("c 3");
    }

    [Fact]
    public void Persistence_ids_do_not_see_each_others_events()
    {
        Store_events(Fresh("one"), "a");
        Store_events(Fresh("two"), "b");
        Begin("one");
        Hear("event a", "recovered 1");
        Begin("two");
        Hear("event b", "recovered 1");
    }

    [Fact]
    public void IsRecovering_until_RecoveryCompleted()
    {
        IActorRef probe = Probe.Ref;
        Store_events(Fresh("flags"), "a");
        Sys.ActorOf(Props.Create(() => new Flags(probe)));
        Hear("start True False", "a True False", "completed False True");
    }

    [Fact]
    public void Persist_before_RecoveryCompleted_throws_InvalidOperationException()
    {
        IActorRef probe = Probe.Ref;
        Store_events(Fresh("hasty"), "a");
        Sys.ActorOf(Props.Create(() => new Hasty(probe)));
        Hear(
            "Persist InvalidOperationException", "PersistAsync InvalidOperationException",
            "PersistAll InvalidOperationException", "DeferAsync InvalidOperationException");
    }

    [Fact]
    public void Persist_in_RecoveryCompleted_is_handled_before_the_first_command()
    {
        IActorRef probe = Probe.Ref;
        IActorRef actor = Sys.ActorOf(Props.Create(() => new Eager(probe)));
        actor.Tell("early");
        Hear("stored eager", "early");
        Assert.Equal(["eager"], Stored("eager"));
    }

    [Fact]
    public void ToSequenceNr_bounds_the_replay_and_new_events_still_follow_the_highest()
    {
        Store_events(Fresh(), "a", "b", "c");
        IActorRef next = Begin("p", new Recovery(SnapshotSelectionCriteria.Latest, 2));
        Hear("event a", "event b", "recovered 3");
        Do(next, a => a.Persist("d", e => a.Say($"{e} {a.LastSequenceNr}")));
        Hear("d 4");
    }

    [Fact]
    public void ReplayMax_bounds_the_number_of_events()
    {
        Store_events(Fresh(), "a", "b", "c");
        Begin("p", new Recovery(SnapshotSelectionCriteria.Latest, long.MaxValue, 1));
        Hear("event a", "recovered 3");
    }

    [Fact]
    public void Recovery_None_replays_nothing_and_still_learns_the_highest_number()
    {
        Store_events(Fresh(), "a", "b");
        Begin("p", Recovery.None);
        Hear("recovered 2");
    }

    [Fact]
    public void An_exception_in_ReceiveRecover_reports_and_stops_the_actor()
    {
        Store_events(Fresh(), "a", "poison", "b");
        Watch(Begin("p"));
        Hear("event a", "recovery failure Boom");
        ExpectMsg<Terminated>();
    }

    [Fact]
    public void A_failing_read_of_the_highest_number_reports_and_stops_the_actor()
    {
        Steer(Journal, new BlockReads(Fail: true));
        Watch(Begin("p"));
        Hear("recovery failure InvalidOperationException");
        ExpectMsg<Terminated>();
    }

    [Fact]
    public void A_failing_replay_reports_and_stops_the_actor()
    {
        Store_events(Fresh(), "a");
        Steer(Journal, new FailReplay());
        Watch(Begin("p"));
        Hear("event a", "recovery failure InvalidOperationException");
        ExpectMsg<Terminated>();
    }

    [Fact]
    public void A_failing_snapshot_load_reports_and_stops_the_actor()
    {
        Steer(Store, new BlockReads(Fail: true));
        Watch(Begin("p"));
        Hear("recovery failure InvalidOperationException");
        ExpectMsg<Terminated>();
    }

    [Fact]
    public void A_restart_recovers_again_and_goes_on_with_the_mailbox()
    {
        IActorRef actor = Fresh();
        Store_events(actor, "a", "b");
        Do(actor, _ => throw new Boom());
        actor.Tell("after");
        Hear("event a", "event b", "recovered 2", "command after");
    }

    [Fact]
    public void Commands_held_back_survive_a_restart_in_order()
    {
        IActorRef actor = Fresh();
        Steer(Journal, new Hold());
        Do(actor, a => a.Persist("a", _ => throw new Boom()));
        actor.Tell(1);
        actor.Tell(2);
        Steer(Journal, new Release());
        Hear("event a", "recovered 1", "command 1", "command 2");
    }

    [Fact]
    public void The_own_stash_survives_a_restart()
    {
        IActorRef probe = Probe.Ref;
        IActorRef actor = Sys.ActorOf(Props.Create(() => new StashThenFail(probe)));
        actor.Tell("keep");
        actor.Tell("fail");
        Hear("restarted", "keep again");
    }

    [Fact]
    public void Late_answers_to_the_old_instance_are_ignored()
    {
        IActorRef actor = Fresh();
        Steer(Journal, new Hold());
        Steer(Journal, new Tap(TestActor));
        Do(actor, a => a.PersistAsync("late", e => a.Say($"handled {e}")));
        ExpectMsg<Written>();
        Do(actor, _ => throw new Boom());
        Hear("recovered 0");
        Steer(Journal, new Release());
        actor.Tell("next");
        Hear("command next");
        Assert.Equal(["late"], Stored("p"));
    }

    [Fact]
    public void Events_gathered_before_an_exception_in_the_command_are_stored()
    {
        // The batch is flushed whether or not the command threw; the handler is not called, since
        // the instance it belongs to is gone.
        IActorRef actor = Fresh();
        Steer(Journal, new Tap(TestActor));
        Do(actor, a =>
        {
            a.Persist("a", a.Say);
            throw new Boom();
        });
        Assert.Equal("1", ExpectMsg<Written>().Sizes);
        Hear("event a", "recovered 1");
    }

    private sealed class Flags(IActorRef probe) : UntypedPersistentActor
    {
        public override string PersistenceId => "flags";

        protected override void PreStart() => Say("start");

        protected override void OnCommand(object message)
        {
        }

        protected override void OnRecover(object message) =>
            Say(message as string ?? "completed");

        private void Say(string when) =>
            probe.Tell($"{when} {IsRecovering} {IsRecoveryFinished}");
    }

    private sealed class Hasty(IActorRef probe) : UntypedPersistentActor
    {
        public override string PersistenceId => "hasty";

        protected override void OnCommand(object message)
        {
        }

        protected override void OnRecover(object message)
        {
            if (message is not string)
                return;
            Try("Persist", () => Persist("x", _ => { }));
            Try("PersistAsync", () => PersistAsync("x", _ => { }));
            Try("PersistAll", () => PersistAll(new List<string> { "x" }, _ => { }));
            Try("DeferAsync", () => DeferAsync("x", _ => { }));
        }

        private void Try(string name, Action call)
        {
            Exception? thrown = Record.Exception(call);
            probe.Tell($"{name} {thrown?.GetType().Name}");
        }
    }

    private sealed class Eager(IActorRef probe) : UntypedPersistentActor
    {
        public override string PersistenceId => "eager";

        protected override void OnCommand(object message) => probe.Tell(message);

        protected override void OnRecover(object message)
        {
            if (message is RecoveryCompleted)
                Persist("eager", e => probe.Tell($"stored {e}"));
        }
    }

    private sealed class StashThenFail(IActorRef probe) : UntypedPersistentActor
    {
        private bool _restarted;

        public override string PersistenceId => "stash-then-fail";

        protected override void PostRestart(Exception reason)
        {
            _restarted = true;
            probe.Tell("restarted");
            base.PostRestart(reason);
        }

        protected override void OnCommand(object message)
        {
            if (message is "fail")
                throw new Boom();
            if (_restarted)
                probe.Tell($"{message} again");
            else
                Stash.Stash();
        }

        protected override void OnRecover(object message)
        {
        }
    }
}

// akka-surface.md section 0: recovery-event-timeout.
public sealed class RecoveryTimeoutTests()
    : PersistenceSpec("test.journal.recovery-event-timeout = 200ms")
{
    [Fact]
    public void No_event_for_recovery_event_timeout_reports_and_stops_the_actor()
    {
        Steer(Journal, new BlockReads());
        Watch(Begin("p"));
        Hear("recovery failure RecoveryTimedOutException");
        ExpectMsg<Terminated>();
    }

    [Fact]
    public void No_snapshot_for_recovery_event_timeout_reports_and_stops_the_actor()
    {
        Steer(Store, new BlockReads());
        Watch(Begin("p"));
        Hear("recovery failure RecoveryTimedOutException");
        ExpectMsg<Terminated>();
    }
}

// akka-surface.md section 0: max-concurrent-recoveries.
public sealed class RecoveryPermitTests() : PersistenceSpec(
    $$"""
    akka.persistence.max-concurrent-recoveries = 2
    test.deaf {
      class = "{{typeof(DeafSnapshotStore).AssemblyQualifiedName}}"
      plugin-dispatcher = akka.actor.default-dispatcher
    }
    """)
{
    [Fact]
    public void No_more_actors_than_there_are_permits_recover_at_once()
    {
        IActorRef first = Recovering("1");
        Recovering("2");
        Sys.ActorOf(Props.Create(() => new Stuck("3")));
        ExpectNoMsg(TimeSpan.FromMilliseconds(200));
        Sys.Stop(first);
        Assert.Equal("3", ExpectMsg<LoadAsked>().Id);
    }

    [Fact]
    public void A_permit_comes_back_when_recovery_ends()
    {
        for (int i = 0; i < 5; i++)
            Fresh($"p{i}");
    }

    [Fact]
    public void Those_that_wait_get_their_permits_in_order()
    {
        IActorRef[] holders = [Recovering("1"), Recovering("2")];
        for (int i = 3; i < 6; i++)
        {
            string id = $"{i}";
            Sys.ActorOf(Props.Create(() => new Stuck(id)), id);
            ExpectNoMsg(TimeSpan.FromMilliseconds(50));
        }

        Sys.Stop(holders[0]);
        Assert.Equal("3", ExpectMsg<LoadAsked>().Id);
        Sys.Stop(holders[1]);
        Assert.Equal("4", ExpectMsg<LoadAsked>().Id);
    }

    [Fact]
    public void One_that_stops_while_it_waits_is_passed_over()
    {
        IActorRef first = Recovering("1");
        Recovering("2");
        Stop(Begin("gone"));
        Begin("waits");
        Sys.Stop(first);
        Hear("recovered 0");
    }

    [Fact]
    public void A_failed_recovery_gives_its_permit_back()
    {
        Store_events(Fresh(), "poison");
        for (int i = 0; i < 3; i++)
        {
            Begin("p");
            Hear("recovery failure Boom");
        }

        Fresh("other");
    }

    // It holds its permit for good, since its snapshot store never answers.
    private IActorRef Recovering(string id)
    {
        Sys.EventStream.Subscribe(TestActor, typeof(LoadAsked));
        IActorRef actor = Sys.ActorOf(Props.Create(() => new Stuck(id)));
        Assert.Equal(id, ExpectMsg<LoadAsked>().Id);
        return actor;
    }

    private sealed class Stuck : UntypedPersistentActor
    {
        private readonly string _id;

        public Stuck(string id)
        {
            _id = id;
            SnapshotPluginId = "test.deaf";
        }

        public override string PersistenceId => _id;

        protected override void OnCommand(object message)
        {
        }

        protected override void OnRecover(object message)
        {
        }
    }
}
