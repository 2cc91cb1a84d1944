using System;
using Akka.Actor;
using Akka.Event;
using Rotom.Actors.Messages;
using Rotom.Actors.Persistence;
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
    private bool _working;
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
        Props writer =
            SnapshotActor.Props(_state.Files).WithDispatcher(_state.DiskDispatcher);
        _state.Snapshots.Attach(Self, Context.ActorOf(writer, "snapshots"), _state.Loop);
        StartTimers();
        BeginJournal();
        _state.Local.Attach(Self);
    }

    private void StartTimers()
    {
        TimeSpan interval = TimeSpan.FromMilliseconds(1000.0 / _state.Engine.Config.Hz);
        Timers.StartPeriodicTimer(CronTick.Instance, CronTick.Instance, interval);
    }

    protected override void PreRestart(Exception reason, object message)
    {
        _log.Error(reason, "The keyspace failed; its clients stay connected");
        if (_state.InHand is CommandBatch batch)
        {
            _state.Engine.AbandonBatch(batch);
            _state.Engine.ReleaseWaiters();
            Finish(batch);
        }
        else
        {
            _state.Engine.ReleaseWaiters();
            CommitTurn(null);
        }

        // Not the base's: the journal's actor, a child, stays and keeps what was executed. But a
        // snapshot of an instance that failed is void, and so is its file.
        _state.Snapshots.StopSaving();
    }

    protected override void PostRestart(Exception reason)
    {
        RestartJournal();
        StartTimers();
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case CommandBatch batch:
                OnBatch(batch);
                break;
            case LocalReady:
                if (_state.Local.Take(_state.Engine) is { } local) OnBatch(local);
                break;
            case RedisCommand command:
                _state.Calls.Send(_state.Engine, command, Sender, Self);
                break;
            case DeferredDone done:
                if (_state.Engine.Complete(done.Reply, done.Value)) EndTurn(null);
                break;
            case SubscribeToKeys request:
                _state.Feed.Add(_state.Engine, Sender, request);
                Context.Watch(Sender);
                Sender.Tell(new KeysSubscribed(request), Self);
                break;
            case UnsubscribeFromKeys:
                _state.Feed.Remove(_state.Engine, Sender);
                Context.Unwatch(Sender);
                break;
            case Terminated gone when _state.Feed.Has(gone.ActorRef):
                _state.Feed.Remove(_state.Engine, gone.ActorRef);
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
                _working = false;
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

    private void OnBatch(CommandBatch batch)
    {
        _state.InHand = batch;
        _state.Executing?.Invoke(batch);
        _state.Engine.Execute(batch);
        Finish(batch);
    }

    private void Finish(CommandBatch batch)
    {
        _state.InHand = null;
        _state.Engine.EndTurn();
        EndTurn(batch);
    }

    private void EndTurn(CommandBatch? batch)
    {
        if (_state.Engine.HasIdleWork) WorkSoon();
        CommitTurn(batch);
        _state.ArmTimer(Self);
        if (_state.Engine.Outbox.Count > 0) TakeOutbox();
    }

    private void OnCronTick()
    {
        _state.Engine.Cron();
        _state.Rates.Sample(_state.Engine.NowMs);
        _state.Figures.Sample(_state.Engine);
        EndTurn(null);
        RewriteWhenDue();
    }

    private void OnTimersDue()
    {
        _state.TimerFired();
        _state.Engine.RunTimers();
        EndTurn(null);
    }

    // Slices of half a millisecond with time for others between them: who asks for something
    // meanwhile waits for one slice at most.
    private void WorkSoon()
    {
        if (_working) return;
        _working = true;
        TimeSpan pause = TimeSpan.FromMilliseconds(1);
        Timers.StartSingleTimer(IdleTick.Instance, IdleTick.Instance, pause);
    }

    private void TakeOutbox()
    {
        while (_state.Engine.Outbox.TryTake(out Engine.OutboxItem? item))
        {
            Context.Parent.Tell(item, Self);
        }
    }
}
