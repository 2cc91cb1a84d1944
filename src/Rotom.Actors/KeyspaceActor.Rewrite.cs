using System;
using System.Globalization;
using Akka.Actor;
using Akka.Event;
using Rotom.Actors.Messages;
using Rotom.Actors.Persistence;
using Rotom.Engine;
using Rotom.Engine.Config;
using Rotom.Engine.Persist;

namespace Rotom.Actors;

// Rewrites, and switching the journal on and off.
//
// A rewrite begins at the end of a turn: the journal is told the number of the last event (the cut,
// behind which it goes on in a new file), and the walk over the tables begins at the same moment.
// Its slices are messages of the actor to itself, its bytes go to the worker's thread. Nothing is
// forked; writers go on.
internal sealed partial class KeyspaceActor
{
    private bool _stepping;

    private static IActorRef PluginOf(IActorContext context) =>
        Akka.Persistence.Persistence.Instance.Apply(context.System)
            .JournalFor(AofJournal.PluginId);

    /// <summary>What commands of the turn asked for is done, behind what they changed.</summary>
    private void DoWhatWasAsked()
    {
        JournalKeeper keeper = _state.Keeper;
        if (keeper.RewriteAsked) StartRewrite();
        if (keeper.Ending) EndJournalWhenKept();
    }

    private void RewriteWhenDue()
    {
        JournalKeeper keeper = _state.Keeper;
        if (!keeper.IsRewriteDue(out long growth)) return;
        if (growth > 0)
        {
            _log.Info(string.Create(
                CultureInfo.InvariantCulture,
                $"Starting automatic rewriting of AOF on {growth}% growth"));
        }

        if (keeper.BeginRewrite()) StartRewrite();
    }

    private void StartRewrite()
    {
        JournalKeeper keeper = _state.Keeper;
        keeper.RewriteAsked = false;
        RotomEngine engine = _state.Engine;
        if (engine.Snapshot is not null || keeper.Source is not null)
        {
            keeper.IsScheduled = true;
            return;
        }

        KeyspaceJournal journal = keeper.Journal!;
        if (journal.Actor.IsNobody())
        {
            Attend(journal);
            StartJournalActor(journal, recovers: false);
        }

        ServerConfig config = engine.Config;
        _log.Info("Background append only file rewriting started");
        keeper.RewriteBegan();
        PluginOf(Context).Tell(
            new CutJournal(journal.PersistenceId, journal.LastSeq, journal.Store), Self);
        engine.Propagation.ForgetDatabase();
        engine.Propagation.Enabled = keeper.IsOn;
        bool rdb = config.AofUseRdbPreamble;
        keeper.Pace = new SnapshotPace(engine, _log, isBase: true);
        keeper.Pace.Begin();
        keeper.Walk = engine.BeginSnapshot(rdb ? SnapshotForm.RdbBase : SnapshotForm.Commands);
        keeper.Source = new WalkSource(
            Self,
            journal.Store,
            journal.LastSeq,
            rdb,
            config.RdbChecksum,
            config.AofRewriteIncrementalFsync);
        journal.Actor.Tell(keeper.Source, Self);
        StepSoon();
    }

    private void StepSoon()
    {
        if (_stepping) return;
        _stepping = true;
        // Not at once: a message to itself would have its turn before sockets are looked at.
        IActorRef self = Self;
        _state.Loop.Schedule(
            _state.Keeper.Pace.DelayMs, () => self.Tell(RewriteStep.Due, ActorRefs.NoSender));
    }

    private void OnRewriteStep()
    {
        _stepping = false;
        JournalKeeper keeper = _state.Keeper;
        if (keeper.Walk is not { } walk) return;
        WalkSource source = keeper.Source!;
        if (source.IsAbandoned)
        {
            keeper.StopWalk(gaveUp: true);
            return;
        }

        keeper.Pace.Step(walk, source.QueuedBytes);
        if (walk.Failure is { } failure)
        {
            _log.Warning("Background AOF rewrite given up: {0}", failure);
            keeper.StopWalk(gaveUp: true);
            return;
        }

        while (walk.TryTakeChunk(out ArraySegment<byte> chunk)) source.Add(chunk);
        if (keeper.Pace.IsOverMemory(walk, source.QueuedBytes))
        {
            _log.Warning("Background AOF rewrite given up: it would hold more than "
                + "snapshot-max-extra-memory");
            keeper.StopWalk(gaveUp: true);
        }
        else if (walk.IsDone)
        {
            keeper.StopWalk(gaveUp: false);
        }
        else if (source.QueuedBytes < WalkSource.WindowBytes)
        {
            StepSoon();
        }
    }

    private void OnBaseMade(Exception? failure)
    {
        JournalKeeper keeper = _state.Keeper;
        if (keeper.Source is null) return;
        keeper.StopWalk(gaveUp: true);
        keeper.Source = null;
        bool isPutOff = keeper.IsPutOff;
        keeper.RewriteEnded(failure is null);
        NoticeKept();
        if (failure is null)
        {
            _log.Info("Background AOF rewrite finished successfully");
        }
        else if (isPutOff)
        {
            _log.Info("Background AOF rewrite put off: a snapshot was asked for");
        }
        else
        {
            _log.Warning("Background AOF rewrite failed: {0}", failure.Message);
        }

        // Switched off meanwhile, it may have ended with what was kept just now.
        if (keeper.Journal is not { } journal) return;
        if (failure is not null)
        {
            PluginOf(Context).Tell(
                new CutJournal(journal.PersistenceId, -1, journal.Store), Self);
        }

        if (keeper.Ending) EndJournalWhenKept();
        // Rewritten for an operator who keeps no journal: the files are what was asked for.
        else if (!keeper.IsOn) CloseJournal();
    }

    private void EndJournalWhenKept()
    {
        // What is being loaded is loaded first; then it ends.
        if (_state.Engine.IsLoading || _state.Journal is not { } journal) return;
        _state.Engine.Propagation.Enabled = false;
        _state.Engine.Propagation.EndTurn();
        if (!journal.AllKept && journal.Store.State == AofState.Good) return;
        if (!journal.AllKept) GiveUpUnkept(journal);
        if (_state.Keeper.Source is not null)
        {
            _log.Info("The rewrite under way is given up: the journal is switched off");
            _state.Keeper.StopWalk(gaveUp: true);
            _state.Keeper.Source = null;
            _state.Keeper.RewriteStopped();
        }

        CloseJournal();
    }

    // The disk refuses, and the operator does without: who waits for it waits no more.
    private void GiveUpUnkept(KeyspaceJournal journal)
    {
        _log.Warning(
            "The journal is switched off while its disk refuses writes: {0} events are not in it",
            journal.LastSeq - journal.KeptSeq);
        journal.GiveUpUnkept();
        ReleaseHeld();
    }

    private void CloseJournal()
    {
        KeyspaceJournal journal = _state.Journal!;
        StopJournalActor();
        _state.Engine.DiskError = null;
        _state.Keeper.Closed(journal);
        LetGo();
    }

    // Asked for again and again until it is answered: a message at which an actor fails is dropped.
    private void LetGo()
    {
        if (_state.Keeper.Leaving is not { } journal) return;
        PluginOf(Context).Tell(new ForgetJournal(journal.PersistenceId, journal.Store), Self);
    }

    // The files of a journal that ended are let go: another one may begin.
    private void OnForgotten(AofStore store)
    {
        JournalKeeper keeper = _state.Keeper;
        if (keeper.Leaving?.Store != store || !keeper.TryBeginAgain()) return;
        keeper.Ended();
        // Who waits for a flush hears that there will be none.
        if (keeper.Journal is null) _state.Engine.JournalEnded();
        EndTurn(null);
    }
}
