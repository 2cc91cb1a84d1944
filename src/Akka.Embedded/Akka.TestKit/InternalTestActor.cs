namespace Akka.TestKit;

/// <summary>A message as the test actor received it.</summary>
internal sealed record Received(object Message, IActorRef Sender);

/// <summary>The actor behind TestActor and probes: keeps what it gets for the test.</summary>
internal sealed class InternalTestActor(BlockingCollection<Received> inbox) : ActorBase
{
    internal sealed record Watch(IActorRef Actor);

    protected override bool Receive(object message)
    {
        if (message is Watch order) Context.Watch(order.Actor);
        else inbox.Add(new Received(message, Sender));
        return true;
    }
}

/// <summary>Keeps the implicit sender of an asynchronous test across its awaits.</summary>
internal sealed class SenderKeepingContext(ActorCell cell) : SynchronizationContext
{
    public override void Post(SendOrPostCallback d, object state) =>
        ThreadPool.QueueUserWorkItem(_ => Send(d, state));

    public override void Send(SendOrPostCallback d, object state)
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
