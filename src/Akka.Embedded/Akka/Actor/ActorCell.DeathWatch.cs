namespace Akka.Actor;

/// <summary>Death watch, both ends.</summary>
public partial class ActorCell
{
    // Watched actor -> the message to get instead of Terminated, or null.
    private readonly Dictionary<IActorRef, object> _watching = [];

    // Ended actors whose Terminated is still in the mailbox.
    private readonly Dictionary<IActorRef, object> _terminatedQueued = [];
    private readonly HashSet<IActorRef> _watchedBy = [];

    public IActorRef Watch(IActorRef subject) => WatchFor(subject, null);

    public IActorRef WatchWith(IActorRef subject, object message) =>
        WatchFor(subject, message ?? throw new ArgumentNullException(nameof(message)));

    public IActorRef Unwatch(IActorRef subject)
    {
        var watchee = (IInternalActorRef)subject;
        if (_watching.Remove(watchee)) watchee.SendSystemMessage(new Unwatch(watchee, Self));
        _terminatedQueued.Remove(watchee);
        return watchee;
    }

    private IInternalActorRef WatchFor(IActorRef subject, object message)
    {
        var watchee = (IInternalActorRef)subject;
        if (watchee.Equals(Self)) return watchee;
        if (_watching.TryAdd(watchee, message))
            watchee.SendSystemMessage(new Watch(watchee, Self));
        else if (!Equals(_watching[watchee], message))
            throw new InvalidOperationException(
                $"Watch({Self}, {watchee}) termination message was not overwritten from "
                + $"[{_watching[watchee]}] to [{message}]. If this was intended, unwatch first.");
        return watchee;
    }

    private void ReceivedTerminated(Terminated terminated)
    {
        if (!_terminatedQueued.Remove(terminated.ActorRef, out object custom)) return;
        if (custom is not null) CurrentMessage = custom;
        ReceiveMessage(custom ?? terminated);
    }

    private void WatchedActorTerminated(DeathWatchNotification death)
    {
        IActorRef actor = death.Actor;
        if (_watching.Remove(actor, out object custom) && !IsTerminating)
        {
            _terminatedQueued[actor] = custom;
            Self.Tell(new Terminated(actor, death.ExistenceConfirmed, false), actor);
        }

        HandleChildTerminated(actor);
    }

    private void TellWatchersWeDied()
    {
        // The parent is told of every child's end anyway.
        foreach (IInternalActorRef watcher in _watchedBy)
            if (!watcher.Equals(Parent))
                watcher.SendSystemMessage(new DeathWatchNotification(Self, true));
        _watchedBy.Clear();
    }

    private void UnwatchWatchedActors()
    {
        foreach (IInternalActorRef watchee in _watching.Keys)
            watchee.SendSystemMessage(new Unwatch(watchee, Self));
        _watching.Clear();
        _terminatedQueued.Clear();
    }
}
