namespace Akka.Event;

public enum LogLevel { DebugLevel = 0, InfoLevel = 1, WarningLevel = 2, ErrorLevel = 3 }

/// <summary>One entry of the log, on its way over the event stream.</summary>
public abstract class LogEvent : INoSerializationVerificationNeeded
{
    internal LogEvent(Exception cause, string logSource, Type logClass, object message) =>
        (Cause, LogSource, LogClass, Message) = (cause, logSource, logClass, message);

    public Exception Cause { get; protected set; }

    /// <summary>In UTC.</summary>
    public DateTime Timestamp { get; } = DateTime.UtcNow;

    public Thread Thread { get; } = Thread.CurrentThread;

    public string LogSource { get; protected set; }

    public Type LogClass { get; protected set; }

    /// <summary>A text, or a <see cref="LogMessage"/> that keeps its template and arguments.
    /// </summary>
    public object Message { get; protected set; }

    public abstract LogLevel LogLevel();

    public override string ToString()
    {
        string level = LogLevel().StringFor();
        string at = Timestamp.ToString("MM/dd/yyyy HH:mm:ss.fffzzz", CultureInfo.InvariantCulture);
        string thread = $"Thread {Thread.ManagedThreadId:0000}";
        string head = $"[{level}][{at}][{thread}][{LogSource}] {Message}";
        return Cause is null ? head : $"{head}{Environment.NewLine}Cause: {Cause}";
    }
}

public class Debug(Exception cause, string logSource, Type logClass, object message)
    : LogEvent(cause, logSource, logClass, message)
{
    public Debug(string logSource, Type logClass, object message)
        : this(null, logSource, logClass, message) { }

    public override LogLevel LogLevel() => Event.LogLevel.DebugLevel;
}

public class Info(Exception cause, string logSource, Type logClass, object message)
    : LogEvent(cause, logSource, logClass, message)
{
    public Info(string logSource, Type logClass, object message)
        : this(null, logSource, logClass, message) { }

    public override LogLevel LogLevel() => Event.LogLevel.InfoLevel;
}

public class Warning(Exception cause, string logSource, Type logClass, object message)
    : LogEvent(cause, logSource, logClass, message)
{
    public Warning(string logSource, Type logClass, object message)
        : this(null, logSource, logClass, message) { }

    public override LogLevel LogLevel() => Event.LogLevel.WarningLevel;
}

public class Error(Exception cause, string logSource, Type logClass, object message)
    : LogEvent(cause, logSource, logClass, message)
{
    public override LogLevel LogLevel() => Event.LogLevel.ErrorLevel;
}

/// <summary>A template and its arguments; put together only when somebody reads it.</summary>
public abstract class LogMessage
{
    protected readonly ILogMessageFormatter Formatter;

    public LogMessage(ILogMessageFormatter formatter, string format) =>
        (Formatter, Format) = (formatter, format);

    public string Format { get; }

    public abstract string Unformatted();
}

internal sealed class ArgumentsLogMessage(
    ILogMessageFormatter formatter, string format, object[] args) : LogMessage(formatter, format)
{
    public override string Unformatted() => $"{Format}, args: {string.Join(",", args)}";

    public override string ToString()
    {
        try { return Formatter.Format(Format, args); }
        catch (FormatException)
        {
            // A template of named holes, or a slip of its author: the entry is still worth
            // having.
            return Unformatted();
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
    public InitializeLogger(LoggingBus loggingBus) => LoggingBus = loggingBus;

    public LoggingBus LoggingBus { get; }
}

public class LoggerInitialized : INoSerializationVerificationNeeded, IDeadLetterSuppression;

/// <summary>The queue a logger needs.</summary>
public interface ILoggerMessageQueueSemantics : ISemantics;
