namespace Akka.Event;

/// <summary>Writes to the log of an actor system.</summary>
public interface ILoggingAdapter
{
    ILogMessageFormatter Formatter { get; }

    void Log(LogLevel logLevel, Exception cause, string format);

    void Log(LogLevel logLevel, Exception cause, LogMessage message);
}

/// <summary>Adapters, names and levels of the log.</summary>
public static class Logging
{
    public static string StringFor(this LogLevel logLevel) =>
        logLevel.ToString()[..^"Level".Length].ToUpperInvariant();

    public static LogLevel LogLevelFor(string logLevel) =>
        "OFF".Equals(logLevel, StringComparison.OrdinalIgnoreCase) ? (LogLevel)int.MaxValue
            : Enum.TryParse(logLevel + "Level", ignoreCase: true, out LogLevel level) ? level
            : throw new ArgumentException(
                $"Unknown LogLevel: \"{logLevel}\". Valid values are: \"DEBUG\", \"INFO\", "
                + "\"WARNING\", \"ERROR\", \"OFF\"", nameof(logLevel));

    /// <summary>The log of the actor that is running.</summary>
    public static ILoggingAdapter GetLogger(
        this IActorContext context, ILogMessageFormatter logMessageFormatter = null) =>
        new BusLogging(context.System.EventStream, context.Self.ToString(),
            (context as ActorCell)?.Props.Type ?? typeof(ActorBase), logMessageFormatter);

    public static ILoggingAdapter GetLogger(
        ActorSystem system, object logSourceObj, ILogMessageFormatter logMessageFormatter = null)
    {
        (string source, Type type) = logSourceObj switch
        {
            string text => ($"{text}({system})", typeof(string)),
            Type named => ($"{named.Name}({system})", named),
            _ => ($"{logSourceObj.GetType().Name}({system})", logSourceObj.GetType()),
        };
        return new BusLogging(system.EventStream, source, type, logMessageFormatter);
    }
}

/// <summary>The adapter: publishes entries on a bus, if their level is on.</summary>
internal sealed class BusLogging(
    EventStream bus, string source, Type type, ILogMessageFormatter formatter) : ILoggingAdapter
{
    public ILogMessageFormatter Formatter { get; } =
        formatter ?? DefaultLogMessageFormatter.Instance;

    public void Log(LogLevel logLevel, Exception cause, string format) =>
        Put(logLevel, cause, format);

    public void Log(LogLevel logLevel, Exception cause, LogMessage message) =>
        Put(logLevel, cause, message);

    private void Put(LogLevel level, Exception cause, object message)
    {
        if (level < bus.LogLevel) return;
        bus.Publish(level switch
        {
            LogLevel.DebugLevel => new Debug(cause, source, type, message),
            LogLevel.InfoLevel => new Info(cause, source, type, message),
            LogLevel.WarningLevel => new Warning(cause, source, type, message),
            LogLevel.ErrorLevel => new Error(cause, source, type, message),
            _ => throw new NotSupportedException($"Unknown LogLevel {level}"),
        });
    }
}
