namespace Akka.Persistence;

// The life of a persistent actor: it waits for a permit to recover, loads a snapshot, replays
// the events after it, then handles commands. While the handlers of blocking persists are
// outstanding it is Persisting: commands wait in the internal stash, and come back one at a time,
// each after the one before has been handled and its events stored.
//
// A restart makes a new instance that recovers again. Answers that the journal sends to the old
// one carry its instance id and are dropped.

public abstract partial class Eventsourced
{
    private static readonly Func<Envelope, bool> NotStale =
        static envelope => envelope.Message is not (WriteMessageSuccess or ReplayedMessage);

    private Phase _phase;
    private ICancelable _recoveryTimer;
    private bool _seenInInterval;
    private bool _asyncRunning;

    private enum Phase { WaitingForPermit, LoadingSnapshot, Replaying, Processing, Persisting }

    public override void AroundPreStart()
    {
        RequestPermit();
        base.AroundPreStart();
    }

    public override void AroundPreRestart(Exception cause, object message)
    {
        try { GiveBackStashes(); }
        finally
        {
            FlushJournal();
            base.AroundPreRestart(cause, message switch
            {
                WriteMessageSuccess written => written.Persistent.Payload,
                LoopMessageSuccess loop => loop.Message,
                ReplayedMessage replayed => replayed.Persistent.Payload,
                _ => message,
            });
        }
    }

    public override void AroundPostRestart(Exception reason, object message)
    {
        RequestPermit();
        base.AroundPostRestart(reason, message);
    }

    public override void AroundPostStop()
    {
        try { GiveBackStashes(); }
        finally { base.AroundPostStop(); }
    }

    protected internal override bool AroundReceive(Receive receive, object message)
    {
        bool mine = IsRecovering ? HandleRecovery(message) : HandleAnswer(message);
        if (mine) return true;
        if (_phase == Phase.Processing) Command(receive, message);
        else _internalStash.Stash();
        return true;
    }

    private void GiveBackStashes()
    {
        _recoveryTimer?.Cancel();
        _internalStash.UnstashAll();
        Stash.UnstashAll(NotStale);
    }

    private void RequestPermit()
    {
        // Both are looked up now, so that a missing plugin fails the start.
        _ = Journal;
        _ = SnapshotStore;
        Extension.Permitter.Tell(RecoveryPermit.Request, Self);
    }

    private bool HandleRecovery(object message)
    {
        switch (_phase, message)
        {
            case (Phase.WaitingForPermit, RecoveryPermit.Granted): StartRecovery(); break;
            case (_, RecoveryPermit.Granted): break;
            case (_, RecoveryTick tick):
                if (tick.ActorInstanceId == _instanceId) CheckRecoveryTimeout();
                break;
            case (Phase.LoadingSnapshot, LoadSnapshotResult loaded): StartReplay(loaded); break;
            case (Phase.LoadingSnapshot, LoadSnapshotFailed failed):
                FailRecovery(failed.Cause, null);
                break;
            case (Phase.Replaying, ReplayedMessage replayed):
                _seenInInterval = true;
                Seen(replayed.Persistent);
                Recover(replayed.Persistent.Payload);
                break;
            case (Phase.Replaying, RecoverySuccess success):
                FinishRecovery(success.HighestSequenceNr);
                break;
            case (Phase.Replaying, ReplayMessagesFailure failed):
                FailRecovery(failed.Cause, null);
                break;
            default: return false;
        }

        return true;
    }

    private void StartRecovery()
    {
        TimeSpan limit = Extension.RecoveryEventTimeout(JournalPluginId);
        if (limit > TimeSpan.Zero)
            _recoveryTimer = Context.System.Scheduler.ScheduleTellRepeatedlyCancelable(
                limit, limit, Self, new RecoveryTick(_instanceId), Self);
        _phase = Phase.LoadingSnapshot;
        SnapshotStore.Tell(
            new LoadSnapshot(SnapshotterId, Recovery.FromSnapshot, Recovery.ToSequenceNr), Self);
    }

    private void StartReplay(LoadSnapshotResult loaded)
    {
        _seenInInterval = true;
        if (loaded.Snapshot is { } selected)
        {
            LastSequenceNr = selected.Metadata.SequenceNr;
            if (!Recover(new SnapshotOffer(selected.Metadata, selected.Snapshot))) return;
        }

        _phase = Phase.Replaying;
        Journal.Tell(new ReplayMessages(
                LastSequenceNr + 1, loaded.ToSequenceNr, Recovery.ReplayMax, PersistenceId, Self),
            Self);
    }

    private void FinishRecovery(long highestSequenceNr)
    {
        _recoveryTimer?.Cancel();
        LastSequenceNr = _sequenceNr = Math.Max(highestSequenceNr, LastSequenceNr);
        OnReplaySuccess();
        _phase = Phase.Processing;
        bool recovered = Recover(RecoveryCompleted.Instance);
        Extension.Permitter.Tell(RecoveryPermit.Return, Self);
        if (recovered && !_asyncRunning) StepDone(failed: true);
    }

    private void CheckRecoveryTimeout()
    {
        string what = _phase == Phase.LoadingSnapshot ? "a snapshot" : "an event";
        if (!_seenInInterval)
            FailRecovery(new RecoveryTimedOutException(
                $"Recovery timed out, didn't get {what} within the recovery-event-timeout, "
                + $"highest sequence number seen {LastSequenceNr}"), null);
        _seenInInterval = false;
    }

    private bool Recover(object message)
    {
        try
        {
            base.AroundReceive(ReceiveRecover, message);
            return true;
        }
        catch (Exception cause)
        {
            FailRecovery(cause, message);
            return false;
        }
    }

    private void FailRecovery(Exception cause, object message)
    {
        _recoveryTimer?.Cancel();
        try { OnRecoveryFailure(cause, message); }
        finally { Context.Stop(Self); }
    }

    private void Command(Receive receive, object message)
    {
        bool failed = true;
        try
        {
            base.AroundReceive(receive, message);
            failed = false;
        }
        finally { StepDone(failed); }
    }

    private bool HandleAnswer(object message)
    {
        if (message is not IWriteAnswer answer)
            return message is RecoveryTick or RecoveryPermit.Granted;
        if (answer.ActorInstanceId != _instanceId) return true;
        switch (answer)
        {
            case WriteMessageSuccess success:
                Seen(success.Persistent);
                RunHandler(success.Persistent.Payload);
                break;
            case LoopMessageSuccess loop: RunHandler(loop.Message); break;
            case WriteMessageRejected { Persistent: var refused } rejected:
                Seen(refused);
                HandlerDone(failed: false);
                OnPersistRejected(rejected.Cause, refused.Payload, refused.SequenceNr);
                break;
            case WriteMessageFailure { Persistent: var lost } failure:
                HandlerDone(failed: false);
                try { OnPersistFailure(failure.Cause, lost.Payload, lost.SequenceNr); }
                finally { Context.Stop(Self); }
                break;
            case WriteMessagesDone:
                _writing = false;
                FlushJournal();
                break;
        }

        return true;
    }

    private void Seen(IPersistentRepresentation persistent) =>
        LastSequenceNr = Math.Max(LastSequenceNr, persistent.SequenceNr);

    private void RunHandler(object @event)
    {
        bool failed = true;
        try
        {
            _pending.Peek().Run(@event);
            failed = false;
        }
        finally { HandlerDone(failed); }
    }

    private void HandlerDone(bool failed)
    {
        if (_pending.Dequeue().Blocking) _blocking--;
        StepDone(failed);
    }

    // After a command or a handler: what it persisted goes to the journal, and the next command
    // may come unless events of a blocking persist are on their way. After a failure all come
    // back, since the restart is going to empty the stash anyway.
    private void StepDone(bool failed)
    {
        if (_asyncRunning) return;
        _journal.AddRange(_batch);
        _batch.Clear();
        FlushJournal();
        _phase = _blocking > 0 ? Phase.Persisting : Phase.Processing;
        if (_blocking > 0) return;
        if (failed) _internalStash.UnstashAll();
        else _internalStash.Unstash();
    }
}
