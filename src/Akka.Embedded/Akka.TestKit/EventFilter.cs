namespace Akka.TestKit;

// Event filters: a filter is a question about a log event (a dead letter counts as one). While it
// is set, TestEventListener keeps what it matches from the log and counts it; Expect compares.

/// <summary>Keeps events out of the log, and expects them.</summary>
public interface IEventFilterApplier
{
    /// <summary>Adds another filter: an event has to match any.</summary>
    EventFilterFactory And { get; }

    void ExpectOne(Action action, CancellationToken cancellationToken = default);

    void ExpectOne(TimeSpan timeout, Action action, CancellationToken cancellationToken = default);

    void Expect(int expectedCount, Action action, CancellationToken cancellationToken = default);

    void Expect(int expectedCount, TimeSpan timeout, Action action,
        CancellationToken cancellationToken = default);

    IUnmutableFilter Mute();
}

/// <summary>A filter that stays until it is disposed of.</summary>
public interface IUnmutableFilter : IDisposable;

/// <summary>Makes filters, by level, text, source and exception.</summary>
public class EventFilterFactory
{
    private readonly TestKitBase _kit;
    private readonly ActorSystem _system;
    private readonly Predicate<LogEvent>[] _filters;

    public EventFilterFactory(TestKitBase testkit) : this(testkit, testkit.Sys) { }

    public EventFilterFactory(TestKitBase testkit, ActorSystem system)
        : this(testkit, system, []) { }

    internal EventFilterFactory(
        TestKitBase testkit, ActorSystem system, Predicate<LogEvent>[] filters) =>
        (_kit, _system, _filters) = (testkit, system, filters);

    public IEventFilterApplier Exception<TException>(
        string message = null, string start = null, string contains = null, string source = null)
        where TException : Exception =>
        Exception(typeof(TException), message, start, contains, source);

    public IEventFilterApplier Exception(
        Type exceptionType, string message = null, string start = null, string contains = null,
        string source = null, bool checkInnerExceptions = false) =>
        Cause(exceptionType, Text(message, start, contains), source, checkInnerExceptions);

    public IEventFilterApplier Custom(Predicate<LogEvent> predicate) =>
        new EventFilterApplier(_kit, _system, [.. _filters, predicate]);

    public IEventFilterApplier Custom<TLogEvent>(Predicate<TLogEvent> predicate)
        where TLogEvent : LogEvent => Custom(log => log is TLogEvent mine && predicate(mine));

    public IEventFilterApplier ForLogLevel(
        LogLevel logLevel, string message = null, string start = null, string contains = null,
        string source = null) => Level(logLevel, Text(message, start, contains), source);

    public IEventFilterApplier Error(
        string message = null, string start = null, string contains = null,
        string source = null) => ForLogLevel(LogLevel.ErrorLevel, message, start, contains, source);

    public IEventFilterApplier Warning(
        string message = null, string start = null, string contains = null, string source = null) =>
        ForLogLevel(LogLevel.WarningLevel, message, start, contains, source);

    public IEventFilterApplier Info(
        string message = null, string start = null, string contains = null,
        string source = null) => ForLogLevel(LogLevel.InfoLevel, message, start, contains, source);

    public IEventFilterApplier DeadLetter() => Letter(typeof(object), null, null);

    public IEventFilterApplier DeadLetter<TMessage>(string source = null) =>
        Letter(typeof(TMessage), null, source);

    public IEventFilterApplier DeadLetter<TMessage>(
        Func<TMessage, bool> isMatch, string source = null) =>
        Letter(typeof(TMessage), message => isMatch((TMessage)message), source);

    private IEventFilterApplier Letter(Type type, Func<object, bool> isMatch, string source) =>
        Custom(log => log.Message is DeadLetter letter && type.IsInstanceOfType(letter.Message)
            && (isMatch is null || isMatch(letter.Message))
            && (source is null || letter.Recipient.Path.ToString() == source));

    private IEventFilterApplier Cause(
        Type type, Func<string, bool> text, string source, bool inner) =>
        Custom<Error>(error => From(error, source) && (error.Cause is null
            ? type == typeof(Exception) && text(error.Message.ToString())
            : Matches(error.Cause, error.Message?.ToString(), type, text, inner)));

    private static bool Matches(
        Exception cause, string logged, Type type, Func<string, bool> text, bool inner) =>
        (type.IsInstanceOfType(cause)
            && (text(cause.Message) || (logged is not null && text(logged))))
        || (inner && cause.InnerException is { } next && Matches(next, null, type, text, true));

    private IEventFilterApplier Level(LogLevel level, Func<string, bool> text, string source) =>
        Custom(log => log.LogLevel() == level && log.Message is not Akka.Event.DeadLetter
            && From(log, source) && text(log.Message?.ToString() ?? ""));

    private static bool From(LogEvent log, string source) =>
        source is null || log.LogSource == source
        || log.LogSource.StartsWith(source + " ", StringComparison.Ordinal)
        || log.LogSource.EndsWith(source, StringComparison.Ordinal);

    private static Func<string, bool> Text(string message, string start, string contains) =>
        text => message is not null ? text == message
            : start is not null ? text.StartsWith(start, StringComparison.Ordinal)
            : contains is null || text.Contains(contains, StringComparison.Ordinal);
}

/// <summary>One filter while it is set in the listener.</summary>
internal sealed class SetFilter : IUnmutableFilter
{
    private readonly ActorSystem _system;
    private readonly Predicate<LogEvent>[] _filters;
    private int _count;

    internal SetFilter(ActorSystem system, Predicate<LogEvent>[] filters)
    {
        (_system, _filters) = (system, filters);
        system.EventStream.Publish(new TestEventListener.Add(this));
    }

    internal int Count => Volatile.Read(ref _count);

    public void Dispose() => _system.EventStream.Publish(new TestEventListener.Remove(this));

    internal bool Catches(LogEvent log)
    {
        bool caught = Array.Exists(_filters, filter => filter(log));
        if (caught) Interlocked.Increment(ref _count);
        return caught;
    }
}

internal sealed class EventFilterApplier(
    TestKitBase kit, ActorSystem system, Predicate<LogEvent>[] filters) : IEventFilterApplier
{
    public EventFilterFactory And => new(kit, system, filters);

    public void ExpectOne(Action action, CancellationToken cancellationToken = default) =>
        Intercept(1, null, action, cancellationToken);

    public void ExpectOne(
        TimeSpan timeout, Action action, CancellationToken cancellationToken = default) =>
        Intercept(1, timeout, action, cancellationToken);

    public void Expect(
        int expectedCount, Action action, CancellationToken cancellationToken = default) =>
        Intercept(expectedCount, null, action, cancellationToken);

    public void Expect(int expectedCount, TimeSpan timeout, Action action,
        CancellationToken cancellationToken = default) =>
        Intercept(expectedCount, timeout, action, cancellationToken);

    public IUnmutableFilter Mute() => new SetFilter(system, filters);

    // Expecting none, one event is enough to know better.
    private void Intercept(int expected, TimeSpan? timeout, Action action, CancellationToken stop)
    {
        using SetFilter filter = new(system, filters);
        action();
        TimeSpan limit = kit.Dilated(timeout ?? kit.TestKitSettings.TestEventFilterLeeway);
        kit.AwaitConditionNoThrow(() => filter.Count >= Math.Max(expected, 1), limit, null, stop);
        kit.Judge.AssertTrue(filter.Count == expected,
            $"Timeout ({limit}): expected {expected} events of the filter, got {filter.Count}.");
    }
}
