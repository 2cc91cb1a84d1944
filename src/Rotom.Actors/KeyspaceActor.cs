using System;
using System.Globalization;
using Akka.Actor;
using Akka.Event;
using Rotom.Actors.Client;
using Rotom.Actors.Messages;
using Rotom.Actors.Persistence;
using Rotom.Actors.Supervision;
using Rotom.Engine;
using Rotom.Resp.Batch;

namespace Rotom.Actors;

// KeyspaceActor: the only executor. It owns the turn: a batch comes in, every command of it is
// executed in order, and one batch of replies goes out to each network actor that has clients with
// something to hear. Timer messages drive the periodic work.
//
// What must outlive an instance (the engine, the clients, the batch in hand) lies in the
// KeyspaceState that its Props carry: Akka drops the message at which an actor fails, so the next
// instance answers for it.

/// <summary>Executes commands on the keyspace, one turn at a time.</summary>
internal sealed partial class KeyspaceActor : UntypedActor, IWithTimers
{
    private readonly KeyspaceState _state;
    private readonly ILoggingAdapter _log = Context.GetLogger();

    public KeyspaceActor(KeyspaceState state) => _state = state;

    /// <summary>Set by Akka.</summary>
    public ITimerScheduler Timers { get; set; } = null!;

    internal static Props Props(KeyspaceState state) =>
        Akka.Actor.Props.Create(() => new KeyspaceActor(state));

    protected override void PreStart()
    {
        // A snapshot of an instance that failed is void, and so is its file.
        _state.Snapshots.StopSaving();
        StartSnapshotActor();
        StartTimers();
        // Whoever asks the journal for the past (KeyspaceHistory) hears why a key went.
        _state.Engine.Propagation.MarksCauses = true;
        BeginJournal();
        _state.Local.Attach(Self);
    }

    private void StartSnapshotActor()
    {
        string name = string.Create(
            CultureInfo.InvariantCulture, $"snapshots-{++_state.SnapshotIncarnations}");
        Props writer = SnapshotActor.Props(_state.Faults)
            .WithDispatcher(Context.Props.Dispatcher);
        _state.SnapshotWriter = Context.Watch(Context.ActorOf(writer, name));
        _state.Snapshots.Attach(Self, _state.SnapshotWriter, _state.Loop);
    }

    private void StartTimers()
    {
        TimeSpan interval = TimeSpan.FromMilliseconds(1000.0 / _state.Engine.Config.Hz);
        Timers.StartPeriodicTimer(CronTick.Instance, CronTick.Instance, interval);
    }

    protected override void OnReceive(object message)
    {
        Health.InTurn = true;
        try
        {
            Take(message);
        }
        catch (OutOfMemoryException) when (Refused())
        {
            // Never: it goes on to whoever restarts this actor, and finds memory for it.
            throw;
        }
        finally
        {
            Health.InTurn = false;
        }
    }

    private bool Refused()
    {
        Health.MustTell |= _state.Reserve.Open();
        return false;
    }

    private void Take(object message)
    {
        if (message is CommandBatch batch)
        {
            if (Health.MustRepair)
            {
                Health.Behind.Enqueue(batch);
            }
            else
            {
                _state.InHand = batch;
                Health.Stage = BatchStage.Taken;
            }
        }

        if (Health.MustRepair)
        {
            if (_state.Loop.NowMs < Health.RepairAtMs)
            {
                // In line behind what may set memory free: replies to send, clients to close.
                if (message is not CommandBatch) Self.Tell(message, Sender);
                return;
            }

            Repair();
            if (message is CommandBatch) return;
        }

        _state.Faults.Before("keyspace", message);
        Handle(message);
        _state.Faults.After("keyspace", message);
    }

    private void Handle(object message)
    {
        switch (message)
        {
            case CommandBatch batch:
                OnBatch(batch);
                break;
            case LocalReady:
                if (_state.Local.Take(_state.Engine) is { } local) Execute(local);
                break;
            case RedisCommand command:
                _state.Calls.Send(_state.Engine, command, Sender, Self);
                break;
            case DeferredDone done:
                if (_state.Engine.Complete(done.Reply, done.Value)) EndTurn(null);
                break;
            case SubscribeToKeys request:
                OnSubscribe(request);
                break;
            case HistoryTold told:
                _state.Feed.HistoryEnded(_state.Engine, Sender, told.Error);
                break;
            case UnsubscribeFromKeys:
                _state.Feed.Remove(_state.Engine, Sender);
                Context.Unwatch(Sender);
                break;
            case Terminated gone when _state.Feed.Has(gone.ActorRef):
                _state.Feed.Remove(_state.Engine, gone.ActorRef);
                break;
            case Terminated gone:
                OnChildLost(gone.ActorRef);
                break;
            case RepairNow:
                break;
            case MendAgain:
                MendNow();
                break;
            case DataLoaded loaded:
                OnLoadedAnew(loaded);
                break;
            case ExpireDueKeys:
                _state.Engine.ExpireAllDue();
                EndTurn(null);
                Sender.Tell(Akka.Done.Instance, Self);
                break;
            case CronTick:
                OnCronTick();
                break;
            case TimersDue:
                OnTimersDue();
                break;
            case IdleTick:
                _state.IdleTickFired();
                _state.Engine.WorkInIdleTime();
                EndTurn(null);
                break;
            case NetworkAttached attached:
                _state.Attach(attached.Loop, attached.Network);
                break;
            default:
                if (OnJournalMessage(message)) break;
                if (!_state.Snapshots.Receive(message, Sender)) Unhandled(message);
                else if (_state.Engine.Outbox.Count > 0) TakeOutbox();
                break;
        }
    }

    private void Execute(CommandBatch batch)
    {
        _state.InHand = batch;
        Health.Stage = BatchStage.Taken;
        OnBatch(batch);
    }

    private void OnBatch(CommandBatch batch)
    {
        _state.Executing?.Invoke(batch);
        Health.Stage = BatchStage.Executing;
        _state.Engine.Execute(batch);
        Finish(batch);
    }

    private void Finish(CommandBatch batch)
    {
        Health.Stage = BatchStage.Executed;
        _state.Engine.EndTurn();
        EndTurn(batch);
        Health.TurnDone();
    }

    private void EndTurn(CommandBatch? batch)
    {
        if (_state.Engine.HasIdleWork) _state.ArmIdleTick(Self);
        CommitTurn(batch);
        _state.ArmTimer(Self);
        if (_state.Engine.Outbox.Count > 0) TakeOutbox();
    }

    private void OnCronTick()
    {
        Health.Tick();
        _state.Reserve.Fill();
        _state.Engine.Cron();
        _state.Rates.Sample(_state.Engine.NowMs);
        _state.Figures.Sample(_state.Engine);
        _state.Trim.Look(
            _state.Engine.UsedMemory, _state.Engine.GivesMemoryBack, _state.Engine.OpsPerSecond);
        if (!_state.Engine.IsLoading) Health.WasReady = true;
        EndTurn(null);
        NoticeKept();
        LetGo();
        RewriteWhenDue();
    }

    private void OnTimersDue()
    {
        _state.TimerFired();
        _state.Engine.RunTimers();
        EndTurn(null);
    }

    private void TakeOutbox()
    {
        while (_state.Engine.Outbox.TryTake(out OutboxItem? item))
        {
            Context.Parent.Tell(item, Self);
            if (item!.Kind == OutboxKind.CommandFailed) OnCommandFailed(item.IsStarved);
        }
    }
}
