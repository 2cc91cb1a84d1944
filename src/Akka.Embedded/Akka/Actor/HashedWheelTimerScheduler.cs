using System.Diagnostics;

namespace Akka.Actor;

// The default scheduler: one thread and a queue ordered by the tick at which a task is due, then
// by arrival. It keeps the name that configurations give; the wheel is Akka's way to the same
// promise: no task runs before it is due, and tasks of one tick run in order. A cancelled task
// stays in the queue until its tick. With nothing scheduled the thread sleeps without ticking.

/// <summary>Scheduler on a thread of its own with a resolution of akka.scheduler.tick-duration.
/// </summary>
public sealed class HashedWheelTimerScheduler : SchedulerBase, IDisposable
{
    // Also the lock of what follows.
    private readonly PriorityQueue<Entry, (long Tick, long Order)> _queue = new();
    private readonly TimeSpan _tick;
    private readonly TimeSpan _shutdownTimeout;
    private Thread _thread;
    private long _order;
    private bool _down;

    public HashedWheelTimerScheduler(Config scheduler, ILoggingAdapter log) : base(scheduler, log)
    {
        _tick = SchedulerConfig.GetTimeSpan("akka.scheduler.tick-duration");
        if (_tick < TimeSpan.FromMilliseconds(1))
            throw new ArgumentOutOfRangeException(nameof(scheduler), "tick-duration is below 1 ms");
        _shutdownTimeout = SchedulerConfig.GetTimeSpan("akka.scheduler.shutdown-timeout");
    }

    public override TimeSpan MonotonicClock => HighResMonotonicClock;

    public override TimeSpan HighResMonotonicClock => Stopwatch.GetElapsedTime(0);

    protected override DateTimeOffset TimeNow => DateTimeOffset.UtcNow;

    /// <summary>Ends the thread; what is still scheduled is dropped.</summary>
    public void Dispose()
    {
        Thread thread;
        lock (_queue)
        {
            _down = true;
            thread = _thread;
            Monitor.Pulse(_queue);
        }

        if (thread is not null && thread != Thread.CurrentThread && !thread.Join(_shutdownTimeout))
            Log?.Warning("The scheduler did not stop within {0}", _shutdownTimeout);
    }

    protected override void InternalScheduleOnce(
        TimeSpan delay, Action action, ICancelable cancelable) =>
        Add(delay, TimeSpan.Zero, action, cancelable);

    protected override void InternalScheduleRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable cancelable) =>
        Add(initialDelay, interval, action, cancelable);

    private void Add(TimeSpan delay, TimeSpan interval, Action run, ICancelable cancelable)
    {
        lock (_queue)
        {
            if (_down) throw new SchedulerException("cannot enqueue after timer shutdown");
            Place(new Entry(run, interval, cancelable), MonotonicClock + delay);
            if (_thread is not null) return;
            _thread = new Thread(Loop) { IsBackground = true, Name = "scheduler" };
            _thread.Start();
        }
    }

    private void Place(Entry entry, TimeSpan due)
    {
        entry.Due = due;
        _queue.Enqueue(entry, ((due.Ticks + _tick.Ticks - 1) / _tick.Ticks, _order++));
        if (ReferenceEquals(_queue.Peek(), entry)) Monitor.Pulse(_queue);
    }

    private void Loop()
    {
        while (Next() is { } entry)
        {
            try { entry.Run(); }
            catch (Exception failure) { Log?.Error(failure, "A scheduled task failed"); }
            if (entry.Interval <= TimeSpan.Zero || entry.IsCancelled) continue;
            lock (_queue) Place(entry, entry.Due + entry.Interval);
        }
    }

    // Waits until a task is due; null once the scheduler is down.
    private Entry Next()
    {
        lock (_queue)
        {
            while (!_down)
            {
                long wait = Timeout.Infinite;
                if (_queue.TryPeek(out Entry first, out (long Tick, long Order) at))
                {
                    var early = TimeSpan.FromTicks((at.Tick * _tick.Ticks) - MonotonicClock.Ticks);
                    wait = (long)Math.Ceiling(early.TotalMilliseconds);
                    if (wait <= 0 || first.IsCancelled) _queue.Dequeue();
                    if (first.IsCancelled) continue;
                    if (wait <= 0) return first;
                }

                Monitor.Wait(_queue, (int)Math.Min(wait, int.MaxValue));
            }

            return null;
        }
    }

    private sealed record Entry(Action Run, TimeSpan Interval, ICancelable Cancelable)
    {
        internal TimeSpan Due { get; set; }

        internal bool IsCancelled => Cancelable?.IsCancellationRequested == true;
    }
}
