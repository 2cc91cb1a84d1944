using System;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;

namespace Akka.Pattern;

/// <summary>A call was refused because the breaker is open.</summary>
public class OpenCircuitException(string message, Exception cause, TimeSpan remainingDuration)
    : AkkaException(message, cause)
{
    private const string Usual = "Circuit Breaker is open; calls are failing fast";

    public OpenCircuitException(Exception cause, TimeSpan remainingDuration)
        : this(Usual, cause, remainingDuration) { }

    /// <summary>Until calls are let through again, as far as is known.</summary>
    public TimeSpan RemainingDuration { get; } = remainingDuration;
}

// Closed: calls go through, failures in a row are counted, a call that takes longer than the call
// timeout is a failure too. At the limit it opens: calls fail at once. After the reset timeout it
// is half open: one call is let through, its success closes the breaker, its failure opens it
// again for a longer time. The state is a field changed under a lock; callbacks and bodies run
// outside it.

/// <summary>Keeps callers from a resource that fails.</summary>
public class CircuitBreaker
{
    private readonly Lock _lock = new();
    private State _state;
    private int _openings;
    private TimeSpan _openUntil;
    private TimeSpan _currentReset;
    private bool _trialRunning;
    private long _failures;
    private Action _onOpen;
    private Action _onHalfOpen;
    private Action _onClose;

    public CircuitBreaker(
        IScheduler scheduler, int maxFailures, TimeSpan callTimeout, TimeSpan resetTimeout)
        : this(scheduler, maxFailures, callTimeout, resetTimeout, TimeSpan.FromDays(36500), 1) { }

    public CircuitBreaker(
        IScheduler scheduler, int maxFailures, TimeSpan callTimeout, TimeSpan resetTimeout,
        TimeSpan maxResetTimeout, double exponentialBackoffFactor)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(exponentialBackoffFactor, 1);
        Scheduler = scheduler;
        MaxFailures = maxFailures;
        CallTimeout = callTimeout;
        ResetTimeout = resetTimeout;
        MaxResetTimeout = maxResetTimeout;
        ExponentialBackoffFactor = exponentialBackoffFactor;
        _currentReset = resetTimeout;
    }

    private enum State { Closed, Open, HalfOpen }

    public IScheduler Scheduler { get; }

    public int MaxFailures { get; }

    public TimeSpan CallTimeout { get; }

    public TimeSpan ResetTimeout { get; }

    public TimeSpan MaxResetTimeout { get; }

    public double ExponentialBackoffFactor { get; }

    public long CurrentFailureCount => Interlocked.Read(ref _failures);

    public Exception LastCaughtException { get; private set; }

    public bool IsClosed => _state == State.Closed;

    public static CircuitBreaker Create(
        IScheduler scheduler, int maxFailures, TimeSpan callTimeout, TimeSpan resetTimeout) =>
        new(scheduler, maxFailures, callTimeout, resetTimeout);

    public Task<T> WithCircuitBreaker<T>(Func<Task<T>> body) =>
        WithCircuitBreaker(body, static b => b());

    public async Task<T> WithCircuitBreaker<T, TState>(TState state, Func<TState, Task<T>> body)
    {
        Enter();
        try
        {
            T result = await body(state).WaitAsync(CallTimeout).ConfigureAwait(false);
            Succeed();
            return result;
        }
        catch (Exception failure)
        {
            Failed(failure);
            throw;
        }
    }

    public Task WithCircuitBreaker(Func<Task> body) => WithCircuitBreaker(body, static b => b());

    public Task WithCircuitBreaker<TState>(TState state, Func<TState, Task> body) =>
        WithCircuitBreaker<Done, (TState State, Func<TState, Task> Body)>((state, body),
            static async both =>
            {
                await both.Body(both.State).ConfigureAwait(false);
                return Done.Instance;
            });

    /// <summary>Counts a success: closes a half-open breaker.</summary>
    public void Succeed()
    {
        Action callback = null;
        lock (_lock)
        {
            if (_state == State.Open) return;
            _failures = 0;
            if (_state == State.HalfOpen)
            {
                _state = State.Closed;
                _currentReset = ResetTimeout;
                callback = _onClose;
            }
        }

        Call(callback);
    }

    public CircuitBreaker OnOpen(Action callback) => With(() => _onOpen += callback);

    public CircuitBreaker OnClose(Action callback) => With(() => _onClose += callback);

    public CircuitBreaker OnHalfOpen(Action callback) => With(() => _onHalfOpen += callback);

    private static void Call(Action callback) { if (callback is not null) _ = Task.Run(callback); }

    private CircuitBreaker With(Action change)
    {
        lock (_lock) change();
        return this;
    }

    private void Enter()
    {
        lock (_lock)
        {
            switch (_state)
            {
                case State.Open:
                    TimeSpan left = _openUntil - Scheduler.MonotonicClock;
                    throw new OpenCircuitException(
                        LastCaughtException, left > TimeSpan.Zero ? left : TimeSpan.Zero);
                case State.HalfOpen when _trialRunning:
                    throw new OpenCircuitException(LastCaughtException, TimeSpan.Zero);
                case State.HalfOpen: _trialRunning = true; break;
            }
        }
    }

    private void Failed(Exception cause)
    {
        Action callback;
        lock (_lock)
        {
            LastCaughtException = cause;
            bool opens = _state == State.HalfOpen
                || (_state == State.Closed && ++_failures >= MaxFailures);
            if (!opens) return;
            if (_state == State.HalfOpen) _currentReset = Longer(_currentReset);
            _state = State.Open;
            callback = _onOpen;
            StartResetTimer(++_openings);
        }

        Call(callback);
    }

    private void StartResetTimer(int opening)
    {
        _openUntil = Scheduler.MonotonicClock + _currentReset;
        Scheduler.Advanced.ScheduleOnce(_currentReset, () => HalfOpen(opening));
    }

    private void HalfOpen(int opening)
    {
        lock (_lock)
        {
            if (_state != State.Open || opening != _openings) return;
            _state = State.HalfOpen;
            _trialRunning = false;
        }

        Call(_onHalfOpen);
    }

    private TimeSpan Longer(TimeSpan reset)
    {
        TimeSpan next = reset * ExponentialBackoffFactor;
        return next > MaxResetTimeout ? MaxResetTimeout : next;
    }
}
