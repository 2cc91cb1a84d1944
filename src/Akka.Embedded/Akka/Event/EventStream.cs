namespace Akka.Event;

/// <summary>The bus of an actor system: events by class, dropped subscribers when they
/// end.</summary>
public class EventStream : LoggingBus
{
    private IActorRef _unsubscriber;

    public EventStream(bool debug) { }

    public override bool Subscribe(IActorRef subscriber, Type channel)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        if (!base.Subscribe(subscriber, channel)) return false;
        _unsubscriber?.Tell(new StreamUnsubscriber.Follow(subscriber), ActorRefs.NoSender);
        return true;
    }

    internal void StartUnsubscriber(ActorSystemImpl system) => _unsubscriber =
        system.SystemActorOf(Props.Create(() => new StreamUnsubscriber(this)), "event-stream");
}

public static class EventStreamExtensions
{
    public static bool Subscribe<TChannel>(this EventStream eventStream, IActorRef subscriber) =>
        eventStream.Subscribe(subscriber, typeof(TChannel));
}

/// <summary>Watches subscribers and takes ended ones off the stream.</summary>
internal sealed class StreamUnsubscriber(EventStream stream) : UntypedActor
{
    internal sealed record Follow(IActorRef Subscriber);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Follow follow: Context.Watch(follow.Subscriber); break;
            case Terminated terminated: stream.Unsubscribe(terminated.ActorRef); break;
        }
    }
}
