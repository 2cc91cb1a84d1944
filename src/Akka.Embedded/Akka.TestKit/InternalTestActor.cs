namespace Akka.TestKit;

/// <summary>The actor behind TestActor and probes: keeps what it gets for the test.</summary>
internal sealed class InternalTestActor(BlockingCollection<MessageEnvelope> inbox) : ActorBase
{
    internal sealed record Watch(IActorRef Actor);

    protected override bool Receive(object message)
    {
        if (message is Watch order)
        {
            Context.Watch(order.Actor);
            Sender.Tell(order, Self);
        }
        else inbox.Add(new RealMessageEnvelope(message, Sender));

        return true;
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
