using System;
using Akka.Actor;
using Akka.Persistence;
using Xunit;

namespace Akka.Contract.Tests.Persistence;

// akka-surface.md section 0, "Persistence": snapshots as a persistent actor sees them.
public sealed class SnapshotTests : PersistenceSpec
{
    [Fact]
    public void A_snapshot_is_numbered_by_the_last_event()
    {
        IActorRef actor = Fresh();
        Store_events(actor, "a", "b");
        Save(actor, "s2");
    }

    [Fact]
    public void Recovery_begins_with_the_newest_snapshot_and_the_events_after_it()
    {
        IActorRef actor = Fresh();
        Store_events(actor, "a");
        Save(actor, "s1");
        Store_events(actor, "b");
        Save(actor, "s2");
        Store_events(actor, "c");
        Begin("p");
        Hear("snapshot s2 at 2", "event c", "recovered 3");
    }

    [Fact]
    public void Without_events_after_it_the_snapshot_is_all()
    {
        IActorRef actor = Fresh();
        Store_events(actor, "a");
        Save(actor, "s1");
        IActorRef next = Begin("p");
        Hear("snapshot s1 at 1", "recovered 1");
        Do(next, a => a.Persist("b", e => a.Say($"{e} {a.LastSequenceNr}")));
        Hear("b 2");
    }

    [Fact]
    public void The_criteria_of_Recovery_choose_the_snapshot()
    {
        TwoSnapshots();
        Begin("p", new Recovery(new SnapshotSelectionCriteria(1)));
        Hear("snapshot s1 at 1", "event b", "event c", "recovered 3");
    }

    [Fact]
    public void Recovery_to_a_number_takes_no_later_snapshot()
    {
        TwoSnapshots();
        Begin("p", new Recovery(SnapshotSelectionCriteria.Latest, 1));
        Hear("snapshot s1 at 1", "recovered 3");
    }

    [Fact]
    public void The_criteria_None_offer_no_snapshot()
    {
        TwoSnapshots();
        Begin("p", new Recovery(SnapshotSelectionCriteria.None));
        Hear("event a", "event b", "event c", "recovered 3");
    }

    [Fact]
    public void A_failed_save_is_answered_and_the_actor_goes_on()
    {
        Steer(Store, new FailSaves());
        IActorRef actor = Fresh();
        Store_events(actor, "a");
        Do(actor, a => a.SaveSnapshot("s"));
        Hear("not saved 1: no disk");
        actor.Tell("next");
        Hear("command next");
    }

    [Fact]
    public void A_deleted_snapshot_is_not_offered()
    {
        IActorRef actor = TwoSnapshots();
        Do(actor, a => a.DeleteSnapshot(2));
        Hear("deleted snapshot 2");
        Begin("p");
        Hear("snapshot s1 at 1", "event b", "event c", "recovered 3");
    }

    [Fact]
    public void DeleteSnapshots_deletes_all_within_the_criteria()
    {
        IActorRef actor = TwoSnapshots();
        Do(actor, a => a.DeleteSnapshots(new SnapshotSelectionCriteria(2)));
        Hear("deleted snapshots to 2");
        Begin("p");
        Hear("event a", "event b", "event c", "recovered 3");
    }

    [Fact]
    public void Deleted_events_are_not_replayed_and_their_numbers_not_used_again()
    {
        IActorRef actor = Fresh();
        Store_events(actor, "a", "b", "c");
        Do(actor, a => a.DeleteMessages(2));
        Hear("deleted to 2");
        IActorRef next = Begin("p");
        Hear("event c", "recovered 3");
        Do(next, a => a.DeleteMessages(long.MaxValue));
        Hear($"deleted to {long.MaxValue}");
        Begin("p");
        Hear("recovered 3");
    }

    [Fact]
    public void Deletion_beyond_the_last_event_is_refused()
    {
        IActorRef actor = Fresh();
        Store_events(actor, "a");
        Do(actor, a => a.DeleteMessages(2));
        Hear("not deleted to 2");
        Assert.Equal(["a"], Stored("p"));
    }

    [Fact]
    public void The_snapshot_is_handed_over_by_reference()
    {
        // Akka's in-memory store serializes nothing.
        object state = new();
        object? offered = null;
        IActorRef probe = Probe.Ref;
        IActorRef actor = Fresh("reference");
        Do(actor, a => a.SaveSnapshot(state));
        Hear("saved 0");
        Sys.ActorOf(Props.Create(() => new Reader(probe)));
        offered = Probe.ExpectMsg<SnapshotOffer>().Snapshot;
        Assert.Same(state, offered);
    }

    [Fact]
    public void An_exception_while_the_snapshot_is_taken_over_stops_the_actor()
    {
        IActorRef probe = Probe.Ref;
        IActorRef actor = Fresh("reference");
        Do(actor, a => a.SaveSnapshot("poison"));
        Hear("saved 0");
        Watch(Sys.ActorOf(Props.Create(() => new Reader(probe))));
        Hear("failed on poison");
        ExpectMsg<Terminated>();
    }

    private IActorRef TwoSnapshots()
    {
        IActorRef actor = Fresh();
        Store_events(actor, "a");
        Save(actor, "s1");
        Store_events(actor, "b");
        Save(actor, "s2");
        Store_events(actor, "c");
        return actor;
    }

    private void Save(IActorRef actor, string snapshot)
    {
        Do(actor, a => a.SaveSnapshot(snapshot));
        Hear($"saved {snapshot[1..]}");
    }

    private sealed class Reader(IActorRef probe) : UntypedPersistentActor
    {
        public override string PersistenceId => "reference";

        protected override void OnCommand(object message)
        {
        }

        protected override void OnRecover(object message)
        {
            if (message is SnapshotOffer { Snapshot: "poison" })
                throw new Boom();
            if (message is SnapshotOffer)
                probe.Tell(message);
        }

        protected override void OnRecoveryFailure(Exception reason, object? message = null) =>
            probe.Tell($"failed on {(message as SnapshotOffer)?.Snapshot ?? "poison"}");
    }
}
