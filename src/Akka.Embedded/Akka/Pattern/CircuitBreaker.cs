namespace Akka.Pattern;

/// <summary>A call was refused because the breaker is open.</summary>
public class OpenCircuitException : AkkaException
{
    internal OpenCircuitException(Exception cause)
        : base("Circuit Breaker is open; calls are failing fast", cause) { }
}

// Closed: calls go through, failures in a row are counted, a call that takes longer than the call
// timeout is a failure too. At the limit it opens: calls fail at once. After the reset timeout it
// is half open: one call is let through, its success closes the breaker, its failure opens it
// again. The state is a field changed under a lock; callbacks and bodies run outside it.

/// <summary>Keeps callers from a resource that fails.</summary>
public class CircuitBreaker(
    IScheduler scheduler, int maxFailures, TimeSpan callTimeout, TimeSpan resetTimeout)
{
    private readonly Lock _lock = new();
    private State _state;
    private long _failures;
    private Exception _lastFailure;
    private Action _onHalfOpen;

    private enum State { Closed, Open, HalfOpen, Trial }

    public long CurrentFailureCount => Interlocked.Read(ref _failures);

    public bool IsClosed => _state == State.Closed;

    public static CircuitBreaker Create(
        IScheduler scheduler, int maxFailures, TimeSpan callTimeout, TimeSpan resetTimeout) =>
        new(scheduler, maxFailures, callTimeout, resetTimeout);

    public async Task<T> WithCircuitBreaker<T>(Func<Task<T>> body)
    {
        Enter();
        try
        {
            T result = await body().WaitAsync(callTimeout).ConfigureAwait(false);
            Succeeded();
            return result;
        }
        catch (Exception failure)
        {
            Failed(failure);
            throw;
        }
    }

    public Task WithCircuitBreaker(Func<Task> body) => WithCircuitBreaker(async () =>
    {
        await body().ConfigureAwait(false);
        return Done.Instance;
    });

    public CircuitBreaker OnHalfOpen(Action callback)
    {
        lock (_lock) _onHalfOpen += callback;
        return this;
    }

    private void Enter()
    {
        lock (_lock)
        {
            if (_state is State.Open or State.Trial) throw new OpenCircuitException(_lastFailure);
            if (_state == State.HalfOpen) _state = State.Trial;
        }
    }

    private void Succeeded()
    {
        lock (_lock)
            if (_state != State.Open) (_failures, _state) = (0, State.Closed);
    }

    private void Failed(Exception cause)
    {
        lock (_lock)
        {
            _lastFailure = cause;
            if (_state == State.Open) return;
            if (_state == State.Closed && ++_failures < maxFailures) return;
            _state = State.Open;
            scheduler.Advanced.ScheduleOnce(resetTimeout, HalfOpen);
        }
    }

    private void HalfOpen()
    {
        lock (_lock)
        {
            _state = State.HalfOpen;
            if (_onHalfOpen is { } callback) _ = Task.Run(callback);
        }
    }
}
