using System;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Event;

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

    Task ExpectOneAsync(Func<Task> actionAsync, CancellationToken cancellationToken = default);

    void Expect(int expectedCount, Action action, CancellationToken cancellationToken = default);

    void Expect(int expectedCount, TimeSpan timeout, Action action,
        CancellationToken cancellationToken = default);

    T Mute<T>(Func<T> func, CancellationToken cancellationToken = default);

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

    public IEventFilterApplier ForLogLevel(
        LogLevel logLevel, Regex pattern, string source = null) =>
        Level(logLevel, pattern.IsMatch, source);

    public IEventFilterApplier Error(
        string message = null, string start = null, string contains = null,
        string source = null) => ForLogLevel(LogLevel.ErrorLevel, message, start, contains, source);

    public IEventFilterApplier Error(Regex pattern, string source = null) =>
        ForLogLevel(LogLevel.ErrorLevel, pattern, source);

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

/// <summary>One filter as the listener knows it.</summary>
internal sealed class SetFilter(Predicate<LogEvent>[] filters)
{
    private int _count;

    internal int Count => Volatile.Read(ref _count);

    internal bool Catches(LogEvent log)
    {
        bool caught = filters.Any(filter => filter(log));
        if (caught) Interlocked.Increment(ref _count);
        return caught;
    }
}

internal sealed class EventFilterApplier(
    TestKitBase kit, ActorSystem system, Predicate<LogEvent>[] filters) : IEventFilterApplier
{
    public EventFilterFactory And => new(kit, system, filters);

    public void ExpectOne(Action action, CancellationToken cancellationToken = default) =>
        Expect(1, action, cancellationToken);

    public void ExpectOne(
        TimeSpan timeout, Action action, CancellationToken cancellationToken = default) =>
        Expect(1, timeout, action, cancellationToken);

    public Task ExpectOneAsync(
        Func<Task> actionAsync, CancellationToken cancellationToken = default) =>
        ExpectAsync(1, actionAsync, cancellationToken);

    public void Expect(
        int expectedCount, Action action, CancellationToken cancellationToken = default) =>
        Intercept(expectedCount, null, Function(action), cancellationToken);

    public void Expect(int expectedCount, TimeSpan timeout, Action action,
        CancellationToken cancellationToken = default) =>
        Intercept(expectedCount, timeout, Function(action), cancellationToken);

    public Task ExpectAsync(int expectedCount, Func<Task> actionAsync,
        CancellationToken cancellationToken = default) =>
        InterceptAsync(expectedCount, null, actionAsync, cancellationToken);

    public T Mute<T>(Func<T> func, CancellationToken cancellationToken = default)
    {
        using IUnmutableFilter muted = Mute();
        return func();
    }

    public IUnmutableFilter Mute() => new Muted(system, new SetFilter(filters));

    private static Func<bool> Function(Action action) => () =>
    {
        action();
        return true;
    };

    private T Intercept<T>(int expected, TimeSpan? timeout, Func<T> action, CancellationToken stop)
    {
        SetFilter filter = new(filters);
        using Muted muted = new(system, filter);
        T result = action();
        TimeSpan limit = Limit(timeout);
        kit.AwaitConditionNoThrow(() => IsDecided(filter, expected), limit, null, stop);
        Judge(filter, expected, limit);
        return result;
    }

    private async Task InterceptAsync(
        int expected, TimeSpan? timeout, Func<Task> action, CancellationToken stop)
    {
        SetFilter filter = new(filters);
        using Muted muted = new(system, filter);
        await action();
        TimeSpan limit = Limit(timeout);
        TimeSpan end = TestKitBase.Now + limit;
        while (!IsDecided(filter, expected) && TestKitBase.Now < end) await Task.Delay(10, stop);
        Judge(filter, expected, limit);
    }

    // That no event comes is known at the end of the time only.
    private static bool IsDecided(SetFilter filter, int expected) =>
        expected == 0 ? filter.Count > 0 : filter.Count >= expected;

    private TimeSpan Limit(TimeSpan? timeout) =>
        kit.Dilated(timeout ?? kit.TestKitSettings.TestEventFilterLeeway);

    private void Judge(SetFilter filter, int expected, TimeSpan limit) =>
        kit.Judge.AssertTrue(filter.Count == expected,
            $"Timeout ({limit}): expected {expected} events of the filter, got {filter.Count}.");

    private sealed class Muted : IUnmutableFilter
    {
        private readonly ActorSystem _system;
        private readonly SetFilter _filter;

        internal Muted(ActorSystem system, SetFilter filter)
        {
            (_system, _filter) = (system, filter);
            system.EventStream.Publish(new TestEventListener.Add(filter));
        }

        public void Unmute() => _system.EventStream.Publish(new TestEventListener.Remove(_filter));

        public void Dispose() => Unmute();
    }
}
