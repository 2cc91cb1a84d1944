using System;
using Akka.Actor;
using Akka.Event;
using Rotom.Actors.Messages;
using Rotom.Actors.Persistence;
using Rotom.Actors.Supervision;
using Rotom.Engine;
using Rotom.Resp.Batch;

namespace Rotom.Actors;

// When the keyspace fails: what the failing instance leaves in order, and what the next one does
// before anything else.
//
//   PreRestart   the failing command is answered, transactions abort, those who wait are released
//                (all in the engine); the snapshot and the rewrite under way are given up; the
//                journal's actor is stopped
//   the next     what the turn had changed before it failed is kept; then the data is
//   instance       with a journal     made anew from base and events, clients hear -LOADING
//                  without one        kept, if its invariants hold; else loaded from the snapshot,
//                                     as a process that starts anew would
//                then the batch in hand is gone on with, and those that came meanwhile
//
// So every command that a client has sent is answered, and no connection is closed. The work is
// done at the first message and not in PostRestart: what fails there is an ordinary failure again.
//
// What is executed and not kept survives as events in KeyspaceJournal, and is executed again.
//
// A journal that cannot recover the data (the disk refuses writes, or its base is still being made)
// is not relied on while the memory is in order.
internal sealed partial class KeyspaceActor
{
    private KeyspaceHealth Health => _state.Health;

    protected override SupervisorStrategy SupervisorStrategy() =>
        // Children hold nothing that is not here or on the disk; this actor makes them anew.
        new OneForOneStrategy(_ => Directive.Stop);

    protected override void PreRestart(Exception reason, object message)
    {
        _state.Incidents.Count(Incident.Keyspace);
        long now = _state.Engine.Clock.MonotonicNanos;
        if (reason is OutOfMemoryException)
        {
            Starve();
        }
        else
        {
            _log.Error(reason, "The keyspace failed; its clients stay connected");
            Health.Restarted(now);
        }

        if (Health.FailedAtNanos == 0) Health.FailedAtNanos = now;
        Try(() => _state.Engine.AnswerFailure(
            Health.Stage == BatchStage.Executing ? _state.InHand : null));
        Try(_state.Snapshots.StopSaving);
        Try(GiveUpRewrite);
        Try(StopJournalActor);
        _loader?.Dispose();
        if (message is SaveAtEnd or ExpireDueKeys or FlushJournal or SubscribeToKeys)
        {
            Sender.Tell(new Status.Failure(reason), Self);
        }

        if (message is RedisCommand command)
        {
            Sender.Tell(
                new RedisReply(command, Resp.RespValue.Error(
                    "ERR internal error: the keyspace failed; see the log")),
                Self);
        }

        // Not the base's: the snapshot's actor, a child, is restarted by Akka.
    }

    // Nothing was wrong but that there was no memory: there has to be some, and then all goes on.
    private void Starve()
    {
        Try(_state.Engine.Relieve);
        if (Health.Starved(_state.Loop.NowMs))
        {
            if (!Health.MustTell) return;
            Health.MustTell = false;
            _log.Warning("The keyspace was refused memory: clients that held much are closed");
            return;
        }

        const string text = "Memory is refused again and again: the server ends";
        _log.Error(text);
        Context.Parent.Tell(new DataLost(text), Self);
    }

    protected override void PostStop()
    {
        // Its end is the server's, which waits for the thread that waits for the rest of the base.
        _state.Keeper.Source?.GiveUp();
        base.PostStop();
    }

    protected override void PostRestart(Exception reason)
    {
        Health.MustRepair = true;
        Self.Tell(RepairNow.Instance, ActorRefs.NoSender);
        StartTimers();
        _state.TimerFired();
        _state.IdleTickFired();
        _state.Local.Attach(Self);
    }

    private void Try(Action step)
    {
        try
        {
            step();
        }
        catch (Exception again)
        {
            _log.Error(again, "After its failure the keyspace could not be left in order");
        }
    }

    private void Repair()
    {
        // What the failed turn changed before, and all of a turn that failed at its end.
        CommitTurn(Health.Stage == BatchStage.Executed ? _state.InHand : null);
        Mend();
        Health.MustRepair = false;
        if (_state.InHand is { } batch)
        {
            if (Health.Stage == BatchStage.Executing) GoOn(batch);
            else OnBatch(batch);
        }

        while (Health.Behind.TryDequeue(out CommandBatch? next)) Execute(next);
        _state.ArmTimer(Self);
    }

    private void GoOn(CommandBatch batch)
    {
        _state.Executing?.Invoke(batch);
        _state.Engine.Resume(batch);
        Finish(batch);
    }

    // Decides what the data is from here on.
    private void Mend()
    {
        RotomEngine engine = _state.Engine;
        if (!Health.WasReady && engine.IsLoading)
        {
            const string text = "The keyspace failed while it was being loaded; see the log above";
            if (_state.Journal is not null) FailToLoad(text);
            else _state.Snapshots.FailLoading(text);
            return;
        }

        if (Health.IsStarved && Health.Stage != BatchStage.Executing && !Health.IsPartial)
        {
            // It was no command that failed: what there is is as it was.
            GoOnWithMemory();
            return;
        }

        TimeSpan pause = Health.IsStarved ? TimeSpan.Zero : Health.Pause();
        if (pause == TimeSpan.Zero) MendNow();
        else StayOut(pause);
    }

    private void StayOut(TimeSpan pause)
    {
        _log.Error(
            "The keyspace fails again and again: it is out of service for {0} s",
            pause.TotalSeconds);
        _state.Engine.IsLoading = true;
        _state.Engine.Propagation.Enabled = false;
        Timers.StartSingleTimer(RepairNow.Instance, MendAgain.Instance, pause);
    }

    private void MendNow()
    {
        KeyspaceJournal? journal = _state.Journal;
        bool reliable = journal is not null && _state.Keeper.IsOn && journal.Store.IsComplete;
        if (!reliable && HoldsGood()) GoOnWithMemory();
        else if (journal is not null) MakeAnew(journal);
        else LoadAnew();
    }

    private bool HoldsGood()
    {
        if (Health.IsPartial) return false;
        try
        {
            Prove();
            return true;
        }
        catch (Exception broken) when (broken is InvariantException or FaultException)
        {
            _log.Error(broken, "What the keyspace holds is not in order");
            return false;
        }
    }

    private void Prove()
    {
        _state.Faults.At(FaultPoints.BrokenInvariant);
        _state.Engine.CheckInvariants();
    }

    private void GoOnWithMemory()
    {
        _log.Warning("The keyspace goes on with what it holds: its invariants are in order");
        RotomEngine engine = _state.Engine;
        engine.IsLoading = false;
        if (_state.Journal is { } journal)
        {
            engine.Propagation.Enabled = _state.Keeper.IsOn;
            StartJournalActor(journal, recovers: false);
        }

        Health.Recovered();
    }

    private void MakeAnew(KeyspaceJournal journal)
    {
        _log.Warning("The keyspace is made anew from its journal");
        _state.Faults.At(FaultPoints.Recovering);
        StopJournalActor();
        Forget();
        Recover();
    }

    private void LoadAnew()
    {
        _log.Warning("The keyspace is loaded from its snapshot: what changed since is lost");
        Forget();
        _state.Engine.IsLoading = true;
        Self.Tell(LoadData.Instance, Self);
    }

    private void Forget()
    {
        Health.IsPartial = true;
        _loader?.Dispose();
        _loader = null;
        _replayWaits.Clear();
        int lost = _state.Engine.Forget();
        if (lost > 0)
        {
            _log.Error("The memory of {0} broken databases is not given back", lost);
        }
    }

    // The snapshot was loaded again, after a failure.
    private void OnLoadedAnew(DataLoaded loaded)
    {
        if (loaded.Error.Length == 0)
        {
            Serving();
            return;
        }

        _log.Error("{0}", loaded.Error);
        StayOut(Health.NextPause());
    }

    /// <summary>The data is all there again.</summary>
    private void Serving()
    {
        if (Health.FailedAtNanos != 0)
        {
            long took = _state.Engine.Clock.MonotonicNanos - Health.FailedAtNanos;
            _state.Incidents.Recovered(took);
            _log.Warning("The keyspace serves again, {0} ms after its failure", took / 1_000_000);
        }

        Health.Recovered();
    }

    // A command threw. Its client has been told; is what it left behind in order?
    private void OnCommandFailed(bool starved)
    {
        if (starved)
        {
            _state.Reserve.Open();
            _state.Engine.Relieve();
        }

        _state.Incidents.Count(Incident.Command);
        long now = _state.Engine.Clock.MonotonicNanos;
        // Short of memory, a restart would need more of it, and mend nothing.
        if (!starved && Health.CommandFailed(now))
        {
            throw new InvariantException("commands fail again and again");
        }

        if (!Health.MayCheck(now)) return;
        Prove();
        long after = _state.Engine.Clock.MonotonicNanos;
        Health.Checked(after, after - now);
    }

    private void OnChildLost(IActorRef child)
    {
        if (child.Equals(_state.Journal?.Actor)) ReviveJournal();
        else if (child.Equals(_state.SnapshotWriter)) ReviveSnapshots();
        else _state.Feed.HistoryEnded(_state.Engine, child, "the journal could not be read");
    }

    private void ReviveSnapshots()
    {
        _state.Incidents.Count(Incident.Snapshot);
        _log.Error("The actor that writes snapshots was lost; there is another one");
        StartSnapshotActor();
        _state.Snapshots.FailSaving("the actor that writes it was lost");
    }

    // What it had not kept is told to the next one, when that knows the number to go on from.
    private void ReviveJournal()
    {
        KeyspaceJournal journal = _state.Journal!;
        journal.Actor = ActorRefs.Nobody;
        if (_state.LoadProblem.Length > 0) return;
        _state.Incidents.Count(Incident.Journal);
        if (_state.Engine.IsLoading || Health.Revived(_state.Engine.Clock.MonotonicNanos))
        {
            throw new InvariantException("the journal's actor was lost");
        }

        _log.Error("The journal's actor was lost; there is another one");
        if (_state.Keeper.Source is not null) GiveUpRewrite();
        // One that was there for the rewrite only has ended with it.
        if (_state.Journal == journal) StartJournalActor(journal, recovers: false);
    }

    private void StopJournalActor()
    {
        if (_state.Journal is not { } journal || journal.Actor.IsNobody()) return;
        Context.Unwatch(journal.Actor);
        Context.Stop(journal.Actor);
        journal.Actor = ActorRefs.Nobody;
    }

    private void GiveUpRewrite()
    {
        JournalKeeper keeper = _state.Keeper;
        if (keeper.Source is not { } source) return;
        keeper.StopWalk(gaveUp: true);
        keeper.Source = null;
        source.GiveUp();
        keeper.RewriteEnded(succeeded: false);
        KeyspaceJournal journal = keeper.Journal!;
        PluginOf(Context).Tell(new CutJournal(journal.PersistenceId, -1, journal.Store), Self);
        _log.Warning("The rewrite under way is given up");
        if (keeper.IsOn) keeper.IsScheduled = true;
        else if (!keeper.Ending) CloseJournal();
    }
}
