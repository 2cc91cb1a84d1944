namespace Akka.Actor;

/// <summary>Death watch, both ends.</summary>
public partial class ActorCell
{
    // Watched actor -> the message to get instead of Terminated, or null.
    private Dictionary<IActorRef, object> _watching;

    // Ended actors whose Terminated is still in the mailbox.
    private Dictionary<IActorRef, object> _terminatedQueued;
    private HashSet<IActorRef> _watchedBy;

    public IActorRef Watch(IActorRef subject) => WatchFor(subject, null);

    public IActorRef WatchWith(IActorRef subject, object message) =>
        WatchFor(subject, message ?? throw new ArgumentNullException(nameof(message)));

    public IActorRef Unwatch(IActorRef subject)
    {
        var watchee = (IInternalActorRef)subject;
        if (!watchee.Equals(Self) && _watching is not null && _watching.Remove(watchee))
            watchee.SendSystemMessage(new Unwatch(watchee, Self));
        _terminatedQueued?.Remove(watchee);
        return watchee;
    }

    private IInternalActorRef WatchFor(IActorRef subject, object message)
    {
        var watchee = (IInternalActorRef)subject;
        if (watchee.Equals(Self)) return watchee;
        _watching ??= [];
        if (_watching.TryGetValue(watchee, out object previous))
        {
            if (!Equals(previous, message))
                throw new InvalidOperationException(
                    $"Watch({Self}, {watchee}) termination message was not overwritten from "
                    + $"[{previous}] to [{message}]. If this was intended, unwatch first.");

            return watchee;
        }

        _watching.Add(watchee, message);
        watchee.SendSystemMessage(new Watch(watchee, Self));
        return watchee;
    }

    private void ReceivedTerminated(Terminated terminated)
    {
        if (_terminatedQueued is null
            || !_terminatedQueued.Remove(terminated.ActorRef, out object custom))
            return;
        if (custom is not null) CurrentMessage = custom;
        ReceiveMessage(custom ?? terminated);
    }

    private void WatchedActorTerminated(DeathWatchNotification death)
    {
        IActorRef actor = death.Actor;
        if (_watching is not null && _watching.Remove(actor, out object custom) && !IsTerminating)
        {
            (_terminatedQueued ??= [])[actor] = custom;
            var message = new Terminated(actor, death.ExistenceConfirmed, false);
            Self.Tell(message, actor);
        }

        HandleChildTerminated(actor);
    }

    private void AddWatcher(IInternalActorRef watchee, IInternalActorRef watcher)
    {
        if (watchee.Equals(Self) && !watcher.Equals(Self)) (_watchedBy ??= []).Add(watcher);
        else if (watcher.Equals(Self)) Watch(watchee);
    }

    private void RemoveWatcher(IInternalActorRef watchee, IInternalActorRef watcher)
    {
        if (watchee.Equals(Self)) _watchedBy?.Remove(watcher);
        else if (watcher.Equals(Self)) Unwatch(watchee);
    }

    private void TellWatchersWeDied()
    {
        if (_watchedBy is null) return;
        foreach (IActorRef watcher in _watchedBy)
        {
            // The parent is told of every child's end anyway.
            if (!watcher.Equals(Parent))
            {
                var death = new DeathWatchNotification(Self, true);
                ((IInternalActorRef)watcher).SendSystemMessage(death);
            }
        }

        _watchedBy = null;
    }

    private void UnwatchWatchedActors()
    {
        if (_watching is null) return;
        foreach (IActorRef watchee in _watching.Keys)
        {
            var subject = (IInternalActorRef)watchee;
            subject.SendSystemMessage(new Unwatch(subject, Self));
        }

        _watching = null;
        _terminatedQueued = null;
    }
}
