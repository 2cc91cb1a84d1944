namespace Akka.Actor;

/// <summary>A behaviour; false means that the message was not handled.</summary>
public delegate bool Receive(object message);

/// <summary>A behaviour that handles all it is given.</summary>
public delegate void UntypedReceive(object message);

/// <summary>Has a step between its constructor and its use.</summary>
internal interface IInitializableActor { void Init(); }

/// <summary>Makes actors and finds them.</summary>
public interface IActorRefFactory
{
    IActorRef ActorOf(Props props, string name = null);

    ActorSelection ActorSelection(string actorPath);
}

/// <summary>What an actor may do with its surroundings; only on its own thread.</summary>
public interface IActorContext : IActorRefFactory
{
    IActorRef Watch(IActorRef subject);

    IActorRef WatchWith(IActorRef subject, object message);

    IActorRef Unwatch(IActorRef subject);

    IActorRef Self { get; }

    Props Props { get; }

    MessageDispatcher Dispatcher { get; }

    ActorSystem System { get; }

    IActorRef Parent { get; }

    TimeSpan? ReceiveTimeout { get; }

    /// <summary>The child of that name, or Nobody.</summary>
    IActorRef Child(string name);

    IEnumerable<IActorRef> GetChildren();

    void SetReceiveTimeout(TimeSpan? timeout);

    void Stop(IActorRef child);
}

public interface IUntypedActorContext : IActorContext;

/// <summary>Base of all actors: one message at a time, hooks around its life.</summary>
public abstract class ActorBase
{
    private readonly ActorCell _cell;

    protected ActorBase()
    {
        _cell = ActorCell.Current ?? throw new ActorInitializationException(
            $"Do not create actors using 'new', always create them using an ActorContext/System "
            + $"(actor type: {GetType()})");
        _cell.Become(Receive);
    }

    protected static IActorContext Context => ActorCell.Current ?? throw new NotSupportedException(
        "There is no active ActorContext, this is most likely due to use of async operations from "
        + "within this actor.");

    protected IActorRef Sender => _cell.Sender;

    protected IActorRef Self => _cell.Self;

    internal SupervisorStrategy Strategy { get => field ??= SupervisorStrategy(); set; }

    public virtual void AroundPreStart() => PreStart();

    public virtual void AroundPreRestart(Exception cause, object message)
    {
        (this as IWithTimers)?.Timers?.CancelAll();
        PreRestart(cause, message);
    }

    public virtual void AroundPostRestart(Exception cause, object message) => PostRestart(cause);

    public virtual void AroundPostStop()
    {
        (this as IWithTimers)?.Timers?.CancelAll();
        PostStop();
    }

    protected internal virtual bool AroundReceive(Receive receive, object message)
    {
        if (_cell.HasTimers && message is TimerMessage tick)
        {
            message = ((TimerScheduler)((IWithTimers)this).Timers).Intercept(tick);
            if (message is null) return true;
            _cell.RestoreMessage(message, Sender);
            if (message is IAutoReceivedMessage)
            {
                _cell.AutoReceiveMessage(new Envelope(message, Self));
                return true;
            }
        }

        bool handled = receive(message);
        if (!handled) Unhandled(message);
        return handled;
    }

    protected abstract bool Receive(object message);

    /// <summary>Publishes the message on the event stream; an unhandled Terminated is
    /// fatal.</summary>
    protected virtual void Unhandled(object message)
    {
        if (message is Terminated terminated) throw new DeathPactException(terminated.ActorRef);
        _cell.SystemImpl.EventStream.Publish(new UnhandledMessage(message, Sender, Self));
    }

    protected void Become(Receive receive) => _cell.Become(receive);

    protected void BecomeStacked(Receive receive) => _cell.BecomeStacked(receive);

    protected void UnbecomeStacked() => _cell.UnbecomeStacked();

    protected virtual void PreStart() { }

    /// <summary>Called on the failed instance; stops the children and calls PostStop.</summary>
    protected virtual void PreRestart(Exception reason, object message)
    {
        foreach (IActorRef child in _cell.GetChildren().ToList())
        {
            _cell.Unwatch(child);
            _cell.Stop(child);
        }

        PostStop();
    }

    protected virtual void PostRestart(Exception reason) => PreStart();

    protected virtual void PostStop() { }

    protected virtual SupervisorStrategy SupervisorStrategy() =>
        Akka.Actor.SupervisorStrategy.DefaultStrategy;
}
