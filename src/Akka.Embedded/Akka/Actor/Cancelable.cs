using System;
using System.Threading;

namespace Akka.Actor;

/// <summary>Means to cancel what was scheduled.</summary>
public interface ICancelable
{
    bool IsCancellationRequested { get; }

    CancellationToken Token { get; }

    void Cancel();

    void CancelAfter(TimeSpan delay);

    void CancelAfter(int millisecondsDelay);

    void Cancel(bool throwOnFirstException);
}

/// <summary>A cancellation source whose delays run on an actor system's clock.</summary>
public class Cancelable : ICancelable, IDisposable
{
    private readonly IActionScheduler _scheduler;
    private CancellationTokenSource _source;
    private volatile bool _cancelled;

    public Cancelable(IActionScheduler scheduler) => _scheduler = scheduler;

    public Cancelable(IScheduler scheduler) : this(scheduler.Advanced) { }

    public Cancelable(IScheduler scheduler, TimeSpan delay) : this(scheduler.Advanced) =>
        CancelAfter(delay);

    public bool IsCancellationRequested => _cancelled;

    public CancellationToken Token
    {
        get
        {
            // Most cancelables never hand out a token, so the source is made on first use.
            if (_source is null)
                Interlocked.CompareExchange(ref _source, new CancellationTokenSource(), null);
            if (_cancelled) _source.Cancel();
            return _source.Token;
        }
    }

    public bool IsDisposed { get; private set; }

    public void Cancel() => Cancel(false);

    public void Cancel(bool throwOnFirstException)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        _cancelled = true;
        Interlocked.MemoryBarrier();
        _source?.Cancel(throwOnFirstException);
    }

    public void CancelAfter(TimeSpan delay)
    {
        if (delay < TimeSpan.Zero) throw new ArgumentOutOfRangeException(nameof(delay));
        if (!_cancelled) _scheduler.ScheduleOnce(delay, CancelIfAlive);
    }

    public void CancelAfter(int millisecondsDelay) =>
        CancelAfter(TimeSpan.FromMilliseconds(millisecondsDelay));

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (disposing && !IsDisposed) _source?.Dispose();
        IsDisposed = true;
    }

    private void CancelIfAlive() { if (!IsDisposed) Cancel(); }
}
