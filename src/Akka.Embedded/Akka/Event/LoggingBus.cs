namespace Akka.Event;

// The part of the event stream that knows of loggers. A logger is an actor, named in
// akka.loggers, that is subscribed to the classes of the entries from the log level up. Until the
// loggers run, and again once they stop, entries go to the standard out logger at its own level.

/// <summary>An event bus by class that carries the log.</summary>
public class LoggingBus : ActorEventBus<object, Type>
{
    private static readonly LogLevel[] Levels = Enum.GetValues<LogLevel>();

    private readonly List<IActorRef> _loggers = [];

    public LogLevel LogLevel { get; private set; }

    public void StartStdoutLogger(Settings config)
    {
        SetUpStdoutLogger(config);
        Publish(new Debug(GetType().Name, GetType(), "StandardOutLogger started"));
    }

    internal void StartDefaultLoggers(ActorSystemImpl system)
    {
        LogLevel level = Logging.LogLevelFor(system.Settings.LogLevel);
        LogLevel = level;
        int number = 0;
        bool keepStdout = false;
        foreach (string name in system.Settings.Loggers)
        {
            Type type = Type.GetType(name) ?? throw new ConfigurationException(
                $"Logger specified in config cannot be found: \"{name}\"");
            if (type == typeof(StandardOutLogger)) keepStdout = true;
            else StartLogger(system, type, $"log{++number}-{type.Name}", level);
        }

        if (!keepStdout) Unsubscribe(system.Settings.StdoutLogger);
        Publish(new Debug(GetType().Name, GetType(), "Default Loggers started"));
    }

    /// <summary>Goes back to standard out, since the loggers end with the system.</summary>
    internal void StopDefaultLoggers(ActorSystem system)
    {
        SetUpStdoutLogger(system.Settings);
        foreach (IActorRef logger in _loggers) Unsubscribe(logger);
        _loggers.Clear();
    }

    protected override bool IsSubClassification(Type parent, Type child) =>
        parent.IsAssignableFrom(child);

    protected override void Publish(object @event, IActorRef subscriber) =>
        subscriber.Tell(@event, ActorRefs.NoSender);

    protected override Type GetClassifier(object @event) => @event.GetType();

    private void SetUpStdoutLogger(Settings settings) =>
        SubscribeFrom(Logging.LogLevelFor(settings.StdoutLogLevel), settings.StdoutLogger);

    private void StartLogger(ActorSystemImpl system, Type type, string name, LogLevel level)
    {
        Props props = Props.Create(type).WithDispatcher(system.Settings.LoggersDispatcher);
        IActorRef logger = system.SystemActorOf(props, name);
        TimeSpan limit = system.Settings.LoggerStartTimeout;
        Task<object> answer = logger.Ask(new InitializeLogger(this), limit);
        if (!system.Settings.LoggerAsyncStart)
        {
            try { answer.Wait(limit); }
            catch (AggregateException late)
            {
                string text = $"Logger [{name}] did not respond within {limit} to InitializeLogger";
                Publish(new Warning(late, GetType().Name, GetType(), text));
            }
        }

        _loggers.Add(logger);
        SubscribeFrom(level, logger);
        Publish(new Debug(GetType().Name, GetType(), $"Logger {name} [{type.Name}] started"));
    }

    private void SubscribeFrom(LogLevel least, IActorRef logger)
    {
        foreach (LogLevel level in Levels)
        {
            if (level >= least) Subscribe(logger, level.ClassFor());
            else Unsubscribe(logger, level.ClassFor());
        }
    }
}
