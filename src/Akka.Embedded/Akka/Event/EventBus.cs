namespace Akka.Event;

// Publish and subscribe by classifier; on the event stream a classifier is a class and its
// subclasses count. Subscribing is rare and done under a lock; publishing reads a table of
// subscribers per event class that is thrown away whenever a subscription changes.

/// <summary>Hands events to the subscribers of their classifier.</summary>
public abstract class EventBus<TEvent, TClassifier, TSubscriber>
{
    private readonly Lock _lock = new();
    private readonly List<(TClassifier Classifier, TSubscriber Subscriber)> _subscriptions = [];
    private volatile Dictionary<TClassifier, TSubscriber[]> _cache = [];

    /// <summary>False if the subscriber had this classifier already.</summary>
    public virtual bool Subscribe(TSubscriber subscriber, TClassifier classifier)
    {
        lock (_lock)
        {
            if (_subscriptions.Contains((classifier, subscriber))) return false;
            _subscriptions.Add((classifier, subscriber));
            _cache = [];
            return true;
        }
    }

    public virtual bool Unsubscribe(TSubscriber subscriber) =>
        Remove(s => Equals(s.Subscriber, subscriber));

    public virtual bool Unsubscribe(TSubscriber subscriber, TClassifier classifier) =>
        Remove(s => Equals(s.Subscriber, subscriber) && Equals(s.Classifier, classifier));

    public virtual void Publish(TEvent @event)
    {
        foreach (TSubscriber subscriber in SubscribersOf(GetClassifier(@event)))
            Publish(@event, subscriber);
    }

    protected abstract bool IsSubClassification(TClassifier parent, TClassifier child);

    protected abstract void Publish(TEvent @event, TSubscriber subscriber);

    protected abstract TClassifier GetClassifier(TEvent @event);

    private bool Remove(Predicate<(TClassifier Classifier, TSubscriber Subscriber)> which)
    {
        lock (_lock)
        {
            if (_subscriptions.RemoveAll(which) == 0) return false;
            _cache = [];
            return true;
        }
    }

    private TSubscriber[] SubscribersOf(TClassifier classifier)
    {
        if (_cache.TryGetValue(classifier, out TSubscriber[] known)) return known;
        lock (_lock)
        {
            TSubscriber[] found = _subscriptions
                .Where(s => IsSubClassification(s.Classifier, classifier)).Select(s => s.Subscriber)
                .Distinct().ToArray();
            _cache = new Dictionary<TClassifier, TSubscriber[]>(_cache) { [classifier] = found };
            return found;
        }
    }
}

/// <summary>A bus whose subscribers are actors.</summary>
public abstract class ActorEventBus<TEvent, TClassifier> : EventBus<TEvent, TClassifier, IActorRef>;
