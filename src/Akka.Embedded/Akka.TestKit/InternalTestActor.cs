using System;
using System.Collections.Concurrent;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;

namespace Akka.TestKit;

/// <summary>The actor behind TestActor and probes: keeps what it gets for the test.</summary>
internal sealed class InternalTestActor(MessageInbox inbox) : ActorBase
{
    private AutoPilot _pilot = AutoPilot.NoAutoPilot;
    private Func<object, bool> _ignore;

    internal sealed record SetIgnore(Func<object, bool> Ignore);

    internal sealed record SetPilot(AutoPilot Pilot);

    internal sealed record Watch(IActorRef Actor);

    internal sealed record Unwatch(IActorRef Actor);

    internal sealed record Spawn(Props Props, string Name);

    protected override bool Receive(object message)
    {
        switch (message)
        {
            case SetIgnore order: _ignore = order.Ignore; break;
            case SetPilot order: _pilot = order.Pilot; break;
            case Watch order:
                Context.Watch(order.Actor);
                Sender.Tell(order, Self);
                break;
            case Unwatch order:
                Context.Unwatch(order.Actor);
                Sender.Tell(order, Self);
                break;
            case Spawn order: Sender.Tell(Context.ActorOf(order.Props, order.Name), Self); break;
            default:
                AutoPilot next = _pilot.Run(Sender, message);
                _pilot = next is KeepRunning ? _pilot : next;
                if (_ignore is null || !_ignore(message))
                    inbox.Add(new RealMessageEnvelope(message, Sender));
                break;
        }

        return true;
    }
}

/// <summary>The messages a test has not taken yet; waiting for one costs no polling.</summary>
internal sealed class MessageInbox
{
    private readonly ConcurrentQueue<MessageEnvelope> _messages = new();
    private readonly SemaphoreSlim _count = new(0);

    internal bool HasMessages => !_messages.IsEmpty;

    internal void Add(MessageEnvelope envelope)
    {
        _messages.Enqueue(envelope);
        _count.Release();
    }

    internal MessageEnvelope Take(TimeSpan timeout, CancellationToken stop) =>
        _count.Wait(timeout, stop) ? Next() : null;

    internal async Task<MessageEnvelope> TakeAsync(TimeSpan timeout, CancellationToken stop) =>
        await _count.WaitAsync(timeout, stop).ConfigureAwait(false) ? Next() : null;

    internal MessageEnvelope Peek(TimeSpan timeout, CancellationToken stop)
    {
        if (!_count.Wait(timeout, stop)) return null;
        _messages.TryPeek(out MessageEnvelope next);
        _count.Release();
        return next;
    }

    private MessageEnvelope Next()
    {
        _messages.TryDequeue(out MessageEnvelope next);
        return next;
    }
}

/// <summary>Keeps the implicit sender of an asynchronous test across its awaits.</summary>
internal sealed class SenderKeepingContext(ActorCell cell) : SynchronizationContext
{
    public override void Post(SendOrPostCallback d, object state) =>
        ThreadPool.QueueUserWorkItem(_ => Run(d, state));

    public override void Send(SendOrPostCallback d, object state) => Run(d, state);

    private void Run(SendOrPostCallback d, object state)
    {
        ActorCell before = ActorCell.Current;
        SynchronizationContext context = Current;
        SetSynchronizationContext(this);
        ActorCell.Current = cell;
        try { d(state); }
        finally
        {
            ActorCell.Current = before;
            SetSynchronizationContext(context);
        }
    }
}
