namespace Akka.Event;

/// <summary>Hands events to the subscribers of their classifier.</summary>
public abstract class EventBus<TEvent, TClassifier, TSubscriber>
{
    public abstract void Publish(TEvent @event);
}

// The event stream: publish and subscribe by class, where subclasses count. Subscribing is rare and
// done under a lock; publishing reads a table of subscribers per class of event that is thrown away
// whenever a subscription changes.
//
// It also knows of loggers. A logger is an actor, named in akka.loggers, that is subscribed to the
// classes of the entries from the log level up. Until the loggers run, and again once they stop,
// entries go to the standard out logger at its own level.

/// <summary>The bus of an actor system; carries the log, and drops subscribers when they end.
/// </summary>
public class EventStream : EventBus<object, Type, IActorRef>
{
    private static readonly Type[] Levels =
        [typeof(Debug), typeof(Info), typeof(Warning), typeof(Error)];

    private readonly Lock _lock = new();
    private readonly List<(Type Channel, IActorRef Subscriber)> _subscriptions = [];
    private readonly List<IActorRef> _loggers = [];
    private volatile Dictionary<Type, IActorRef[]> _cache = [];
    private IActorRef _unsubscriber;

    public EventStream(bool debug) { }

    public LogLevel LogLevel { get; private set; }

    public override void Publish(object @event)
    {
        Type type = @event.GetType();
        foreach (IActorRef subscriber in _cache.GetValueOrDefault(type) ?? SubscribersOf(type))
            subscriber.Tell(@event, ActorRefs.NoSender);
    }

    public bool Subscribe(IActorRef subscriber, Type channel)
    {
        bool added = Add(subscriber, channel);
        if (added) _unsubscriber?.Tell(subscriber, ActorRefs.NoSender);
        return added;
    }

    public bool Unsubscribe(IActorRef subscriber) => Unsubscribe(subscriber, null);

    /// <summary>Takes a subscriber off one channel, or off all.</summary>
    public bool Unsubscribe(IActorRef subscriber, Type channel)
    {
        lock (_lock)
        {
            _cache = [];
            return _subscriptions.RemoveAll(s => Equals(s.Subscriber, subscriber)
                && (channel is null || s.Channel == channel)) > 0;
        }
    }

    public void StartStdoutLogger(Settings config)
    {
        SetUpStdoutLogger(config);
        Say("StandardOutLogger started");
    }

    internal void StartUnsubscriber(ActorSystemImpl system) => _unsubscriber =
        system.SystemActorOf(Props.Create(() => new StreamUnsubscriber(this)), "event-stream");

    internal void StartDefaultLoggers(ActorSystemImpl system)
    {
        Config akka = system.Settings.Config.GetConfig("akka");
        LogLevel = Logging.LogLevelFor(akka.GetString("loglevel"));
        Type[] types =
            [.. akka.GetStringList("loggers").Select(name => Reflect.Find(name, "logger"))];
        foreach (Type type in types.Where(type => type != typeof(StandardOutLogger)))
            StartLogger(system, akka, type, $"log{_loggers.Count + 1}-{type.Name}");
        if (!types.Contains(typeof(StandardOutLogger))) Unsubscribe(system.Settings.StdoutLogger);
        Say("Default Loggers started");
    }

    /// <summary>Goes back to standard out, since the loggers end with the system.</summary>
    internal void StopDefaultLoggers(ActorSystem system)
    {
        SetUpStdoutLogger(system.Settings);
        foreach (IActorRef logger in _loggers) Unsubscribe(logger);
    }

    /// <summary>False if the subscriber had this channel already.</summary>
    private bool Add(IActorRef subscriber, Type channel)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        lock (_lock)
        {
            if (_subscriptions.Contains((channel, subscriber))) return false;
            _subscriptions.Add((channel, subscriber));
            _cache = [];
            return true;
        }
    }

    private IActorRef[] SubscribersOf(Type type)
    {
        lock (_lock)
        {
            IActorRef[] found = [.. _subscriptions.Where(s => s.Channel.IsAssignableFrom(type))
                .Select(s => s.Subscriber).Distinct()];
            _cache = new Dictionary<Type, IActorRef[]>(_cache) { [type] = found };
            return found;
        }
    }

    private void SetUpStdoutLogger(Settings settings) =>
        SubscribeFrom(settings.StdoutLevel, settings.StdoutLogger);

    private void StartLogger(ActorSystemImpl system, Config akka, Type type, string name)
    {
        Props props = Props.Create(type).WithDispatcher(akka.GetString("loggers-dispatcher"));
        IActorRef logger = system.SystemActorOf(props, name);
        TimeSpan limit = akka.GetTimeSpan("logger-startup-timeout");
        Task<object> answer = logger.Ask(new InitializeLogger(), limit);
        try { if (!akka.GetBoolean("logger-async-start")) answer.Wait(limit); }
        catch (AggregateException late)
        {
            string text = $"Logger [{name}] did not respond within {limit} to InitializeLogger";
            Publish(new Warning(late, GetType().Name, GetType(), text));
        }

        _loggers.Add(logger);
        SubscribeFrom(LogLevel, logger);
        Say($"Logger {name} [{type.Name}] started");
    }

    private void SubscribeFrom(LogLevel least, IActorRef logger)
    {
        foreach (Type level in Levels.Skip((int)least)) Add(logger, level);
    }

    private void Say(string what) => Publish(new Debug(null, GetType().Name, GetType(), what));
}

public static class EventStreamExtensions
{
    public static bool Subscribe<TChannel>(this EventStream eventStream, IActorRef subscriber) =>
        eventStream.Subscribe(subscriber, typeof(TChannel));
}

/// <summary>Watches subscribers and takes ended ones off the stream.</summary>
internal sealed class StreamUnsubscriber(EventStream stream) : UntypedActor
{
    protected override void OnReceive(object message)
    {
        if (message is Terminated terminated) stream.Unsubscribe(terminated.ActorRef);
        else Context.Watch((IActorRef)message);
    }
}
