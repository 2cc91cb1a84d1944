namespace Akka.Event;

public enum LogLevel { DebugLevel = 0, InfoLevel = 1, WarningLevel = 2, ErrorLevel = 3 }

/// <summary>One entry of the log, on its way over the event stream.</summary>
public abstract class LogEvent : INoSerializationVerificationNeeded
{
    private readonly LogLevel _level;

    internal LogEvent(
        LogLevel level, Exception cause, string logSource, Type logClass, object message) =>
        (_level, Cause, LogSource, LogClass, Message) =
            (level, cause, logSource, logClass, message);

    public Exception Cause { get; }

    /// <summary>In UTC.</summary>
    public DateTime Timestamp { get; } = DateTime.UtcNow;

    public Thread Thread { get; } = Thread.CurrentThread;

    public string LogSource { get; }

    public Type LogClass { get; }

    /// <summary>A text, or a <see cref="LogMessage"/> that keeps its template and arguments.
    /// </summary>
    public object Message { get; }

    public LogLevel LogLevel() => _level;

    public override string ToString()
    {
        string at = Timestamp.ToString("MM/dd/yyyy HH:mm:ss.fffzzz", CultureInfo.InvariantCulture);
        string head = $"[{_level.StringFor()}][{at}][Thread {Thread.ManagedThreadId:0000}]";
        string cause = Cause is null ? "" : $"{Environment.NewLine}Cause: {Cause}";
        return $"{head}[{LogSource}] {Message}{cause}";
    }
}

public class Debug(Exception cause, string logSource, Type logClass, object message)
    : LogEvent(Event.LogLevel.DebugLevel, cause, logSource, logClass, message);

public class Info(Exception cause, string logSource, Type logClass, object message)
    : LogEvent(Event.LogLevel.InfoLevel, cause, logSource, logClass, message);

public class Warning(Exception cause, string logSource, Type logClass, object message)
    : LogEvent(Event.LogLevel.WarningLevel, cause, logSource, logClass, message);

public class Error(Exception cause, string logSource, Type logClass, object message)
    : LogEvent(Event.LogLevel.ErrorLevel, cause, logSource, logClass, message);

/// <summary>A template and its arguments; put together only when somebody reads it.</summary>
public abstract class LogMessage { internal LogMessage() { } }

internal sealed class ArgumentsLogMessage(
    ILogMessageFormatter formatter, string format, object[] args) : LogMessage
{
    public override string ToString()
    {
        try { return formatter.Format(format, args); }
        catch (FormatException)
        {
            // A template of named holes, or a slip of its author: the entry is still worth
            // having.
            return $"{format}, args: {string.Join(",", args)}";
        }
    }
}

public interface ILogMessageFormatter { string Format(string format, params object[] args); }

internal sealed class DefaultLogMessageFormatter : ILogMessageFormatter
{
    internal static readonly DefaultLogMessageFormatter Instance = new();

    public string Format(string format, params object[] args) =>
        string.Format(CultureInfo.InvariantCulture, format, args);
}

/// <summary>Sent to a logger as it starts; it answers <see cref="LoggerInitialized"/>.</summary>
public class InitializeLogger : INoSerializationVerificationNeeded
{
    internal InitializeLogger() { }
}

public class LoggerInitialized : INoSerializationVerificationNeeded, IDeadLetterSuppression;

/// <summary>The queue a logger needs.</summary>
public interface ILoggerMessageQueueSemantics : ISemantics;
