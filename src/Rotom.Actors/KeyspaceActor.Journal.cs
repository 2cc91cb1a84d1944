using System;
using System.Collections.Generic;
using System.Globalization;
using Akka.Actor;
using Akka.Event;
using Rotom.Actors.Messages;
using Rotom.Actors.Persistence;
using Rotom.Actors.Supervision;
using Rotom.Engine;
using Rotom.Engine.Abstractions;
using Rotom.Resp.Batch;

namespace Rotom.Actors;

// The keyspace and its journal: recovery, one event a turn, replies that wait.
//
// Recovery is a conversation: the journal actor passes on a base, then events; they are applied as
// they come, the base in slices with other messages in between, so that clients hear -LOADING and
// INFO tells how far it is. Events that come while the base is being loaded wait; how much may be
// under way is bounded by the journal's window.
internal sealed partial class KeyspaceActor
{
    private const int LooksMax = 200;

    private readonly Queue<object> _replayWaits = new();
    private IBaseLoader? _loader;

    /// <summary>Number of the last event that the databases hold, while they are loaded.</summary>
    private long _appliedSeq;

    /// <summary>What the journal held when it was recovered is on the disk from here on.</summary>
    private long _recoveredSeq;

    private int _looks;

    /// <summary>Begins to recover, or to serve at once when there is nothing to recover.</summary>
    private void BeginJournal()
    {
        _state.Engine.Journal = _state.Keeper;
        if (_state.Journal is null) return;
        Attend(_state.Journal);
        Recover();
    }

    private void Attend(KeyspaceJournal journal)
    {
        IActorRef self = Self;
        AofOptions options = journal.Store.Options;
        options.StateChanged = _ => self.Tell(JournalStateChanged.Instance, ActorRefs.NoSender);
        options.Holds = _ => self.Tell(JournalHolds.Instance, ActorRefs.NoSender);
        options.Flushed = _ => self.Tell(JournalFlushed.Instance, ActorRefs.NoSender);
    }

    private void Recover()
    {
        KeyspaceJournal journal = _state.Journal!;
        RotomEngine engine = _state.Engine;
        engine.Propagation.Enabled = false;
        engine.Propagation.EndTurn();
        engine.BeginReplay();
        engine.IsLoading = true;
        _state.LoadProblem = "";
        _appliedSeq = 0;
        _state.Load.Begin(engine.Clock);
        StartJournalActor(journal, recovers: true);
    }

    private void StartJournalActor(KeyspaceJournal journal, bool recovers)
    {
        string name = string.Create(
            CultureInfo.InvariantCulture, $"journal-{++_state.JournalIncarnations}");
        Props props = JournalActor.Props(
            journal.PersistenceId, Self, recovers, _state.Faults);
        journal.Begins(
            Context.Watch(Context.ActorOf(props.WithDispatcher(Context.Props.Dispatcher), name)));
    }

    private bool OnJournalMessage(object message)
    {
        switch (message)
        {
            case JournalKept kept:
                OnKept(kept.Seq);
                return true;
            case LoadBase or ReplayTurn or JournalReady:
                if (_state.LoadProblem.Length > 0) return true;
                if (!Sender.Equals(_state.Journal?.Actor)) return true;
                _replayWaits.Enqueue(message);
                if (_loader is null) ApplyReplays();
                return true;
            case LoadMore:
                OnLoadMore();
                return true;
            case JournalUnreadable unreadable:
                if (Sender.Equals(_state.Journal?.Actor)) OnUnreadable(unreadable.Cause);
                return true;
            case LookForKept:
                NoticeKept();
                LookAgain();
                return true;
            case JournalStateChanged:
                OnJournalStateChanged();
                return true;
            case JournalHolds:
                if (_state.Journal?.TryAnswerEarly() == true) ReleaseHeld();
                return true;
            case JournalFlushed:
                _state.Engine.JournalFlushed();
                EndTurn(null);
                return true;
            case RewriteStep step:
                if (step == RewriteStep.Due) OnRewriteStep();
                else StepSoon();
                return true;
            case BaseMade made:
                // Not what was under way of a journal that has ended.
                if (Sender.Equals(_state.Journal?.Actor)) OnBaseMade(made.Failure);
                return true;
            case JournalForgotten forgotten:
                OnForgotten(forgotten.Store);
                return true;
            case LoadData when _state.Journal is not null:
                OnLoadData();
                return true;
            case FlushJournal:
                OnFlushJournal();
                return true;
            case JournalLost lost:
                // The plugin of a server holds what it cannot write: this is a fault of ours. The
                // actor stops, and the next one is told what was not kept.
                _log.Error(lost.Cause, "The journal could not take an event");
                return true;
            default:
                return false;
        }
    }

    private void ApplyReplays()
    {
        while (_loader is null && _replayWaits.TryDequeue(out object? message))
        {
            switch (message)
            {
                case LoadBase found:
                    OnLoadBase(found.Base);
                    _appliedSeq = found.Seq;
                    break;
                case ReplayTurn replay:
                    Apply(replay.Event);
                    _appliedSeq = replay.Seq;
                    break;
                case JournalReady ready:
                    OnJournalReady(ready.Seq);
                    break;
            }
        }
    }

    private void Apply(JournalEvent turn)
    {
        string? problem = _state.Engine.Replay(turn.Array, turn.Length);
        Loaded(turn.Length);
        _state.Journal!.Store.Applied(turn.Length);
        turn.Recycle();
        if (problem is not null) FailToLoad(problem);
    }

    // What is found grows with annotations that are no events: the end comes a little early.
    private void Loaded(long bytes)
    {
        LoadProgress load = _state.Load;
        load.TotalBytes = _state.Journal!.Store.FoundBytes;
        load.LoadedBytes += bytes;
        if (load.Line(_state.Engine) is { } line) _log.Info(line);
    }

    private void OnLoadBase(AofBase found)
    {
        IoResult<IFile> opened = found.Files.Open(found.Path, FileUse.Read);
        if (!opened.IsDone)
        {
            FailToLoad("Fatal error: can't open the append log file "
                + $"{found.Path} for reading: {opened.Text}");
            return;
        }

        _loader = BaseLoaders.For(_state.Engine, found.Path, opened.Value);
        Self.Tell(LoadMore.Instance, ActorRefs.NoSender);
    }

    private void OnLoadMore()
    {
        if (_loader is null) return;
        long before = _loader.LoadedBytes;
        bool more = _loader.Step(out string? problem);
        Loaded(_loader.LoadedBytes - before);
        if (more)
        {
            Self.Tell(LoadMore.Instance, ActorRefs.NoSender);
            return;
        }

        _loader.Dispose();
        _loader = null;
        if (problem is not null) FailToLoad(problem);
        else ApplyReplays();
    }

    private void OnJournalReady(long seq)
    {
        KeyspaceJournal journal = _state.Journal!;
        try
        {
            journal.Store.Open();
        }
        catch (AofLoadException broken)
        {
            FailToLoad(broken.Message);
            return;
        }

        RotomEngine engine = _state.Engine;
        if (!engine.IsLoading)
        {
            // Switched on while the server runs, or made anew: nothing was to be loaded.
            journal.Goes(seq, Self);
            AwaitKept(seq);
            return;
        }

        if (journal.Recovered(seq) is > 0 and long lost)
        {
            _log.Error("The journal has lost {0} events that it had acknowledged", lost);
        }

        Redo(journal);
        engine.EndReplay();
        journal.Store.Options.Log(false, _state.Load.Finished(engine));
        engine.IsLoading = false;
        engine.Propagation.ForgetDatabase();
        engine.Propagation.Enabled = _state.Keeper.IsOn;
        journal.Goes(seq, Self);
        foreach ((int loop, ReplyBatch output) in journal.TakeReloaders())
        {
            _state.Send(loop, output, Self);
        }

        Serving();
        AwaitKept(seq);
        if (_state.Keeper.Ending) EndJournalWhenKept();
        else if (!_state.Keeper.IsOn) CloseJournal();
        OnJournalStateChanged();
        AnswerLoaded();
    }

    // What had been executed when the keyspace failed, and was not kept, is executed again.
    private void Redo(KeyspaceJournal journal)
    {
        long seq = journal.KeptSeq;
        foreach (JournalEvent turn in journal.Unkept)
        {
            if (++seq <= _appliedSeq) continue;
            if (_state.Engine.Replay(turn.Array, turn.Length) is { } problem)
            {
                throw new InvariantException("an event cannot be executed again: " + problem);
            }
        }
    }

    // Whoever waits for what a lost actor had written hears of it when it is flushed, for which
    // nobody may have asked. If that takes long the periodic work notices it.
    private void AwaitKept(long seq)
    {
        _state.Journal!.Store.PolicyChanged();
        _recoveredSeq = seq;
        _looks = 0;
        LookAgain();
    }

    private void LookAgain()
    {
        if (_state.Journal is not { AllKept: false } journal) return;
        if (journal.KeptSeq >= _recoveredSeq || _looks++ == LooksMax) return;
        IActorRef self = Self;
        _state.Loop.Schedule(1, () => self.Tell(LookForKept.Instance, ActorRefs.NoSender));
    }

    /// <summary>What the disk has by now is kept, whoever wrote it.</summary>
    private void NoticeKept()
    {
        if (_state.Journal is not { AllKept: false } journal || _state.Engine.IsLoading) return;
        journal.TellRest(Self);
        long kept = Math.Min(journal.Store.KeptSeq, journal.LastSeq);
        if (kept > journal.KeptSeq) OnKept(kept);
    }

    private void OnUnreadable(Exception cause)
    {
        _state.Incidents.Count(Incident.JournalDisk);
        if (_state.Engine.IsLoading)
        {
            FailToLoad(cause.Message);
            return;
        }

        // An actor that was to take the place of a lost one: nobody may write until there is one.
        _log.Error(cause, "The journal cannot be read");
        throw new InvariantException("the journal cannot be read", cause);
    }

    private void FailToLoad(string problem)
    {
        if (_state.LoadProblem.Length > 0) return;
        _state.LoadProblem = problem;
        _loader?.Dispose();
        _loader = null;
        _replayWaits.Clear();
        // After a failure of the keyspace it may be a passing one, of the disk for instance.
        bool again = Health.FailedAtNanos != 0 && Health.WasReady && Health.MayTryAgain();
        if (again) _log.Error("{0}", problem);
        // At a start the host is told, and says it, though it may not have asked yet; later nobody
        // asks.
        else if (_state.WasAskedReady && _state.AwaitingReady.Count == 0)
        {
            foreach (string line in problem.Split('\n')) _log.Error("{0}", line);
            Context.Parent.Tell(new DataLost(problem), Self);
        }

        AnswerLoaded();
        if (again) StayOut(Health.NextPause());
    }

    private void OnLoadData()
    {
        _state.WasAskedReady = true;
        _state.AwaitingReady.Add(Sender);
        if (_state.LoadProblem.Length > 0 || !_state.Engine.IsLoading) AnswerLoaded();
    }

    private void AnswerLoaded()
    {
        DataLoaded answer = new(_state.LoadProblem);
        foreach (IActorRef asker in _state.AwaitingReady) asker.Tell(answer, Self);
        _state.AwaitingReady.Clear();
    }

    private void OnFlushJournal()
    {
        if (_state.Journal is null || _state.Engine.IsLoading)
        {
            Sender.Tell(Akka.Done.Instance, Self);
            return;
        }

        _state.AwaitingFlush.Add(Sender);
        AnswerFlushed();
    }

    private void AnswerFlushed()
    {
        if (_state.AwaitingFlush.Count == 0 || !_state.Journal!.AllKept) return;
        FlushNow flush = new(_state.Journal.PersistenceId);
        IActorRef plugin = PluginOf(Context);
        foreach (IActorRef asker in _state.AwaitingFlush) plugin.Tell(flush, asker);
        _state.AwaitingFlush.Clear();
    }

    /// <summary>A turn ends: what it changed is kept, who has to wait waits.</summary>
    private void CommitTurn(CommandBatch? answered)
    {
        _state.Faults.At(FaultPoints.BeforeCommit);
        KeyspaceJournal? journal = _state.Journal;
        if (journal is null)
        {
            _state.TurnEnds?.Invoke(0);
            _state.SendReplies(answered, Self, 0);
            return;
        }

        if (_state.Keeper.ReloadAsked)
        {
            ReloadJournal(answered);
            return;
        }

        Propagation effects = _state.Engine.Propagation;
        if (effects.TurnBytes > 0)
        {
            JournalEvent turn = JournalEvent.Of(effects.Turn);
            journal.Keep(turn);
            // From here on it is the journal's: should what follows fail, it is not kept twice, and
            // its replies wait for it all the same.
            effects.EndTurn();
            Health.OwesReplies = true;
            journal.Tell(turn, Self);
        }

        _state.TurnEnds?.Invoke(journal.LastSeq);
        _state.Faults.At(FaultPoints.BeforeSend);
        if (journal.TryAnswerEarly()) ReleaseHeld();
        _state.SendReplies(answered, Self, journal.Barrier(Health.OwesReplies));
        Health.OwesReplies = false;
        _state.Faults.At(FaultPoints.AfterSend);
        DoWhatWasAsked();
    }

    // DEBUG LOADAOF: who asked, and who was answered in the same turn, hears of it when it is done.
    private void ReloadJournal(CommandBatch? answered)
    {
        KeyspaceJournal journal = _state.Journal!;
        _state.Keeper.ReloadAsked = false;
        RotomEngine engine = _state.Engine;
        if (engine.Propagation.TurnBytes > 0)
        {
            JournalEvent turn = JournalEvent.Of(engine.Propagation.Turn);
            journal.Keep(turn);
            engine.Propagation.EndTurn();
            journal.Tell(turn, Self);
        }

        _state.SendReplies(answered, Self, long.MaxValue);
        StopJournalActor();
        Forget();
        Recover();
    }

    private void OnKept(long seq)
    {
        if (_state.Journal is not { } journal) return;
        journal.Kept(seq);
        ReleaseHeld();
        if (_state.Feed.IsAwaited) TellHistories();
        AnswerFlushed();
        if (_state.Keeper.Ending) EndJournalWhenKept();
    }

    private void ReleaseHeld()
    {
        while (_state.Journal!.TryRelease(out int loop, out ReplyBatch? output, out long seq))
        {
            _state.Feed.Seq = seq;
            _state.Send(loop, output!, Self);
        }
    }

    private void OnJournalStateChanged()
    {
        if (_state.Journal is not { } journal) return;
        AofStore store = journal.Store;
        if (store.State != AofState.Good) _state.Incidents.Count(Incident.JournalDisk);
        if (store.State == AofState.Distrusted) RewriteWhenDue();
        NoticeKept();
        _state.Engine.DiskError = store.State == AofState.Good
            ? null
            : "MISCONF Errors writing to the AOF file: " + store.Failure.Text;
        if (store.State == AofState.Good) return;
        foreach ((int loop, ReplyBatch output) in journal.TakeReaders())
        {
            _state.Send(loop, output, Self);
        }

        if (_state.Keeper.Ending) EndJournalWhenKept();
    }

}
