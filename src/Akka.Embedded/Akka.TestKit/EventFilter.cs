namespace Akka.TestKit;

// Event filters: a filter is a question about a log event (a dead letter counts as one). While it
// is set, TestEventListener keeps what it matches from the log and counts it; Expect compares.

/// <summary>Keeps events out of the log, and expects them.</summary>
public interface IEventFilterApplier
{
    /// <summary>Adds another filter: an event has to match any.</summary>
    EventFilterFactory And { get; }

    void ExpectOne(Action action, CancellationToken cancellationToken = default) =>
        Expect(1, action, cancellationToken);

    void ExpectOne(
        TimeSpan timeout, Action action, CancellationToken cancellationToken = default) =>
        Expect(1, timeout, action, cancellationToken);

    void Expect(int expectedCount, Action action, CancellationToken cancellationToken = default);

    void Expect(int expectedCount, TimeSpan timeout, Action action,
        CancellationToken cancellationToken = default);

    IUnmutableFilter Mute();
}

/// <summary>A filter that stays until it is disposed of.</summary>
public interface IUnmutableFilter : IDisposable;

/// <summary>Makes filters, by level, text, source and exception.</summary>
public class EventFilterFactory(TestKitBase testkit)
{
    internal Predicate<LogEvent>[] Filters { get; init; } = [];

    public IEventFilterApplier Exception<TException>(
        string message = null, string start = null, string contains = null, string source = null)
        where TException : Exception => Custom<Error>(log => From(log, source)
            && (log.Cause ?? new Exception()) is TException
            && (Fits(log.Cause?.Message, message, start, contains)
                || Fits(log.Message?.ToString(), message, start, contains)));

    public IEventFilterApplier Custom<TLogEvent>(Predicate<TLogEvent> predicate)
        where TLogEvent : LogEvent => new EventFilterApplier(
            testkit, [.. Filters, log => log is TLogEvent mine && predicate(mine)]);

    public IEventFilterApplier Error(
        string message = null, string start = null, string contains = null,
        string source = null) => Text<Error>(message, start, contains, source);

    public IEventFilterApplier Warning(
        string message = null, string start = null, string contains = null,
        string source = null) => Text<Warning>(message, start, contains, source);

    public IEventFilterApplier Info(
        string message = null, string start = null, string contains = null,
        string source = null) => Text<Info>(message, start, contains, source);

    public IEventFilterApplier DeadLetter<TMessage>(string source = null) =>
        DeadLetter<TMessage>(_ => true, source);

    public IEventFilterApplier DeadLetter<TMessage>(
        Func<TMessage, bool> isMatch, string source = null) =>
        Custom<LogEvent>(log => log.Message is DeadLetter { Message: TMessage sent } letter
            && isMatch(sent) && (source is null || letter.Recipient.Path.ToString() == source));

    private IEventFilterApplier Text<TLogEvent>(
        string message, string start, string contains, string source) where TLogEvent : LogEvent =>
        Custom<TLogEvent>(log => log.Message is not Akka.Event.DeadLetter && From(log, source)
            && Fits(log.Message?.ToString() ?? "", message, start, contains));

    private static bool From(LogEvent log, string source) =>
        source is null || log.LogSource == source || log.LogSource.StartsWith(source + " ")
        || log.LogSource.EndsWith(source);

    private static bool Fits(string text, string message, string start, string contains) =>
        text is not null && text == (message ?? text) && text.StartsWith(start ?? "")
        && text.Contains(contains ?? "");
}

/// <summary>One filter while it is set in the listener: published once to set it, and once more
/// to take it away.</summary>
internal sealed class SetFilter : IUnmutableFilter
{
    private readonly ActorSystem _system;
    private readonly Predicate<LogEvent>[] _filters;
    private int _count;

    internal SetFilter(ActorSystem system, Predicate<LogEvent>[] filters)
    {
        (_system, _filters) = (system, filters);
        system.EventStream.Publish(this);
    }

    internal int Count => Volatile.Read(ref _count);

    public void Dispose() => _system.EventStream.Publish(this);

    internal bool Catches(LogEvent log)
    {
        bool caught = Array.Exists(_filters, filter => filter(log));
        if (caught) Interlocked.Increment(ref _count);
        return caught;
    }
}

internal sealed class EventFilterApplier(TestKitBase kit, Predicate<LogEvent>[] filters)
    : IEventFilterApplier
{
    public EventFilterFactory And => new(kit) { Filters = filters };

    public void Expect(
        int expectedCount, Action action, CancellationToken cancellationToken = default) =>
        Expect(
            expectedCount, kit.TestKitSettings.TestEventFilterLeeway, action, cancellationToken);

    // Expecting none, one event is enough to know better.
    public void Expect(int expectedCount, TimeSpan timeout, Action action,
        CancellationToken cancellationToken = default)
    {
        using SetFilter filter = new(kit.Sys, filters);
        action();
        TimeSpan limit = kit.Dilated(timeout);
        kit.AwaitConditionNoThrow(
            () => filter.Count >= Math.Max(expectedCount, 1), limit, null, cancellationToken);
        kit.Judge.AssertTrue(filter.Count == expectedCount,
            $"Timeout ({limit}): expected {expectedCount} events, got {filter.Count}.");
    }

    public IUnmutableFilter Mute() => new SetFilter(kit.Sys, filters);
}
