using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Numerics;
using System.Threading;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace Akka.Actor;

// The default scheduler: one thread and a wheel of buckets, one bucket a tick. A task is put into
// the bucket of its tick with the number of turns the wheel still has to make; starting and
// cancelling cost the same however many tasks there are. New tasks come in by a concurrent queue
// and are placed by the thread alone. Resolution is a tick. With nothing scheduled the thread
// sleeps without ticking.

/// <summary>Scheduler on a thread of its own with a resolution of akka.scheduler.tick-duration.
/// </summary>
public sealed class HashedWheelTimerScheduler
    : SchedulerBase, IDateTimeOffsetNowTimeProvider, IDisposable
{
    private readonly ConcurrentQueue<Entry> _arrivals = new();
    private readonly List<Entry>[] _wheel;
    private readonly AutoResetEvent _wake = new(false);
    private readonly ManualResetEventSlim _ended = new(false);
    private readonly Lock _startLock = new();
    private readonly TimeSpan _tick;
    private readonly TimeSpan _shutdownTimeout;
    private Thread _thread;
    private long _nextTick;
    private int _placed;
    private int _asleep;
    private volatile bool _down;

    public HashedWheelTimerScheduler(Config scheduler, ILoggingAdapter log) : base(scheduler, log)
    {
        int size = SchedulerConfig.GetInt("akka.scheduler.ticks-per-wheel", 512);
        if (size is < 1 or > 1 << 30)
            throw new ArgumentOutOfRangeException(nameof(scheduler), "ticks-per-wheel");
        _wheel = new List<Entry>[BitOperations.RoundUpToPowerOf2((uint)size)];
        for (int i = 0; i < _wheel.Length; i++) _wheel[i] = [];
        _tick = SchedulerConfig.GetTimeSpan(
            "akka.scheduler.tick-duration", TimeSpan.FromMilliseconds(10));
        if (_tick < TimeSpan.FromMilliseconds(1))
            throw new ArgumentOutOfRangeException(nameof(scheduler), "tick-duration is below 1 ms");
        _shutdownTimeout = SchedulerConfig.GetTimeSpan(
            "akka.scheduler.shutdown-timeout", TimeSpan.FromSeconds(5));
    }

    public override TimeSpan MonotonicClock => Util.MonotonicClock.Elapsed;

    public override TimeSpan HighResMonotonicClock => Util.MonotonicClock.Elapsed;

    protected override DateTimeOffset TimeNow => DateTimeOffset.UtcNow;

    /// <summary>Ends the thread; what is still scheduled is dropped.</summary>
    public void Dispose()
    {
        _down = true;
        Thread thread;
        lock (_startLock) thread = _thread;
        _wake.Set();
        if (thread is not null && thread != Thread.CurrentThread && !_ended.Wait(_shutdownTimeout))
            Log?.Warning("The scheduler did not stop within {0}", _shutdownTimeout);
    }

    protected override void InternalScheduleTellOnce(
        TimeSpan delay, ICanTell receiver, object message, IActorRef sender,
        ICancelable cancelable) =>
        Add(delay, TimeSpan.Zero, new TellEntry(receiver, message, sender), cancelable);

    protected override void InternalScheduleTellRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message,
        IActorRef sender, ICancelable cancelable) =>
        Add(initialDelay, interval, new TellEntry(receiver, message, sender), cancelable);

    protected override void InternalScheduleOnce(
        TimeSpan delay, Action action, ICancelable cancelable) =>
        Add(delay, TimeSpan.Zero, new ActionEntry(action), cancelable);

    protected override void InternalScheduleOnce(
        TimeSpan delay, IRunnable action, ICancelable cancelable) =>
        Add(delay, TimeSpan.Zero, new ActionEntry(action.Run), cancelable);

    protected override void InternalScheduleRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable cancelable) =>
        Add(initialDelay, interval, new ActionEntry(action), cancelable);

    protected override void InternalScheduleRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, IRunnable action, ICancelable cancelable) =>
        Add(initialDelay, interval, new ActionEntry(action.Run), cancelable);

    private void Add(TimeSpan delay, TimeSpan interval, Entry entry, ICancelable cancelable)
    {
        if (_down) throw new SchedulerException("cannot enqueue after timer shutdown");
        entry.Due = MonotonicClock + delay;
        entry.Interval = interval;
        entry.Cancelable = cancelable;
        _arrivals.Enqueue(entry);
        if (_thread is null) StartThread();
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _asleep) != 0) _wake.Set();
    }

    private void StartThread()
    {
        lock (_startLock)
        {
            if (_thread is not null || _down) return;
            _nextTick = MonotonicClock.Ticks / _tick.Ticks;
            _thread = new Thread(Loop) { IsBackground = true, Name = "scheduler" };
            _thread.Start();
        }
    }

    private void Loop()
    {
        while (!_down)
        {
            Place();
            TimeSpan wait = UntilNextEntry();
            if (wait != TimeSpan.Zero)
            {
                Sleep(wait);
                continue;
            }

            Expire(_wheel[_nextTick & (_wheel.Length - 1)]);
            _nextTick++;
        }

        _ended.Set();
    }

    // Zero when the next tick is due. Empty ticks are slept through, and a fraction of a
    // millisecond counts as one: waiting for zero milliseconds would be a spin.
    private TimeSpan UntilNextEntry()
    {
        if (_placed == 0) return Timeout.InfiniteTimeSpan;
        long ahead = 0;
        while (_wheel[(_nextTick + ahead) & (_wheel.Length - 1)].Count == 0) ahead++;
        long ticks = ((_nextTick + ahead) * _tick.Ticks) - MonotonicClock.Ticks;
        if (ticks <= 0)
        {
            _nextTick += ahead;
            return TimeSpan.Zero;
        }

        return TimeSpan.FromMilliseconds(
            (ticks + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond);
    }

    private void Sleep(TimeSpan wait)
    {
        Volatile.Write(ref _asleep, 1);
        Interlocked.MemoryBarrier();
        if (_arrivals.IsEmpty && !_down) _wake.WaitOne(wait);
        Volatile.Write(ref _asleep, 0);
        if (_placed == 0) _nextTick = Math.Max(_nextTick, MonotonicClock.Ticks / _tick.Ticks);
    }

    private void Place()
    {
        while (_arrivals.TryDequeue(out Entry entry)) if (!entry.IsCancelled) Place(entry);
    }

    private void Place(Entry entry)
    {
        // Rounded up: never early, and late by less than a tick.
        long tick = (entry.Due.Ticks + _tick.Ticks - 1) / _tick.Ticks;
        tick = Math.Max(tick, _nextTick);
        entry.Turns = (tick - _nextTick) / _wheel.Length;
        _wheel[tick & (_wheel.Length - 1)].Add(entry);
        _placed++;
    }

    private void Expire(List<Entry> bucket)
    {
        int kept = 0;
        List<Entry> again = null;
        int count = bucket.Count;
        for (int i = 0; i < count; i++)
        {
            Entry entry = bucket[i];
            if (!entry.IsCancelled && entry.Turns > 0)
            {
                entry.Turns--;
                bucket[kept++] = entry;
                continue;
            }

            _placed--;
            if (entry.IsCancelled) continue;
            Run(entry);
            if (entry.Interval > TimeSpan.Zero && !entry.IsCancelled) (again ??= []).Add(entry);
        }

        bucket.RemoveRange(kept, count - kept);
        foreach (Entry entry in again ?? [])
        {
            entry.Due += entry.Interval;
            _arrivals.Enqueue(entry);
        }
    }

    private void Run(Entry entry)
    {
        try { entry.Fire(); }
        catch (Exception failure)
        {
            Log?.Error(failure, "Error while executing scheduled task {0}", entry);
        }
    }

    private abstract class Entry
    {
        internal TimeSpan Due { get; set; }

        internal TimeSpan Interval { get; set; }

        internal long Turns { get; set; }

        internal ICancelable Cancelable { get; set; }

        internal bool IsCancelled => Cancelable?.IsCancellationRequested == true;

        internal abstract void Fire();
    }

    private sealed class TellEntry(ICanTell receiver, object message, IActorRef sender) : Entry
    {
        internal override void Fire() => receiver.Tell(message, sender);
    }

    private sealed class ActionEntry(Action action) : Entry
    {
        internal override void Fire() => action();
    }
}
