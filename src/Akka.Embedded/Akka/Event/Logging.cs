namespace Akka.Event;

/// <summary>Writes to the log of an actor system.</summary>
public interface ILoggingAdapter
{
    ILogMessageFormatter Formatter { get; }

    bool IsDebugEnabled => IsEnabled(LogLevel.DebugLevel);

    bool IsInfoEnabled => IsEnabled(LogLevel.InfoLevel);

    bool IsWarningEnabled => IsEnabled(LogLevel.WarningLevel);

    bool IsErrorEnabled => IsEnabled(LogLevel.ErrorLevel);

    bool IsEnabled(LogLevel logLevel);

    void Log(LogLevel logLevel, Exception cause, string format);

    void Log(LogLevel logLevel, Exception cause, LogMessage message);
}

/// <summary>Adapters, names and levels of the log.</summary>
public static class Logging
{
    public static Type ClassFor(this LogLevel logLevel) => logLevel switch
    {
        LogLevel.DebugLevel => typeof(Debug),
        LogLevel.InfoLevel => typeof(Info),
        LogLevel.WarningLevel => typeof(Warning),
        LogLevel.ErrorLevel => typeof(Error),
        _ => throw new ArgumentException("Unknown LogLevel", nameof(logLevel)),
    };

    public static string StringFor(this LogLevel logLevel) =>
        logLevel.ToString()[..^"Level".Length].ToUpperInvariant();

    public static LogLevel LogLevelFor(string logLevel) =>
        "OFF".Equals(logLevel, StringComparison.OrdinalIgnoreCase) ? OffLevel
            : Enum.TryParse(logLevel + "Level", ignoreCase: true, out LogLevel level) ? level
            : throw new ArgumentException(
                $"Unknown LogLevel: \"{logLevel}\". Valid values are: \"DEBUG\", \"INFO\", "
                + "\"WARNING\", \"ERROR\", \"OFF\"", nameof(logLevel));

    /// <summary>The log of the actor that is running.</summary>
    public static ILoggingAdapter GetLogger(
        this IActorContext context, ILogMessageFormatter logMessageFormatter = null)
    {
        Type type = (context as ActorCell)?.Props.Type ?? typeof(ActorBase);
        return new BusLogging(
            context.System.EventStream, context.Self.ToString(), type, logMessageFormatter);
    }

    public static ILoggingAdapter GetLogger(
        ActorSystem system, object logSourceObj, ILogMessageFormatter logMessageFormatter = null)
    {
        (string source, Type type) = Source(logSourceObj);
        string named = logSourceObj is IActorRef ? source : $"{source}({system})";
        return new BusLogging(system.EventStream, named, type, logMessageFormatter);
    }

    internal const LogLevel OffLevel = (LogLevel)int.MaxValue;

    internal static LogEvent Entry(
        LogLevel level, Exception cause, string source, Type type, object message) => level switch
    {
        LogLevel.DebugLevel => new Debug(cause, source, type, message),
        LogLevel.InfoLevel => new Info(cause, source, type, message),
        LogLevel.WarningLevel => new Warning(cause, source, type, message),
        LogLevel.ErrorLevel => new Error(cause, source, type, message),
        _ => throw new NotSupportedException($"Unknown LogLevel {level}"),
    };

    private static (string Source, Type Type) Source(object source) => source switch
    {
        string text => (text, typeof(string)),
        Type type => (type.Name, type),
        IActorRef actor => (actor.ToString(), actor.GetType()),
        _ => (source.GetType().Name, source.GetType()),
    };
}

/// <summary>The adapter: publishes entries on a bus, if their level is on.</summary>
internal sealed class BusLogging(
    LoggingBus bus, string source, Type type, ILogMessageFormatter formatter) : ILoggingAdapter
{
    public ILogMessageFormatter Formatter { get; } =
        formatter ?? DefaultLogMessageFormatter.Instance;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= bus.LogLevel;

    public void Log(LogLevel logLevel, Exception cause, string format)
    {
        if (IsEnabled(logLevel)) bus.Publish(Logging.Entry(logLevel, cause, source, type, format));
    }

    public void Log(LogLevel logLevel, Exception cause, LogMessage message)
    {
        if (IsEnabled(logLevel)) bus.Publish(Logging.Entry(logLevel, cause, source, type, message));
    }
}
