using System;
using System.Collections.Generic;
using System.Threading;
using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace Rotom.TestHost;

// QueueScheduler: what schedulers on virtual time have in common. What is due runs when RunDue is
// called, in the order of its time and then of its making; in between nothing happens.
//
// The lock is there for what threads of their own schedule, and for the end of a system, which Akka
// finishes on one.

/// <summary>A scheduler that runs what is due when it is told to.</summary>
public abstract class QueueScheduler : SchedulerBase, IDisposable
{
    private readonly PriorityQueue<Item, (long DueNanos, long Order)> _queue = new();
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly bool _catchesUp;
    private long _order;

    /// <summary>A scheduler of an actor system.</summary>
    /// <param name="config">Akka's.</param>
    /// <param name="log">Akka's.</param>
    /// <param name="time">The time, whose timestamps are nanoseconds.</param>
    /// <param name="catchesUp">
    /// True runs what repeats once for each interval that went by, false once for all of them.
    /// </param>
    protected QueueScheduler(
        Config config, ILoggingAdapter log, TimeProvider time, bool catchesUp)
        : base(config, log)
    {
        _time = time;
        _catchesUp = catchesUp;
    }

    /// <inheritdoc/>
    public override TimeSpan MonotonicClock => new(_time.GetTimestamp() / 100);

    /// <inheritdoc/>
    public override TimeSpan HighResMonotonicClock => MonotonicClock;

    /// <inheritdoc/>
    protected override DateTimeOffset TimeNow => _time.GetUtcNow();

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock) _queue.Clear();
        GC.SuppressFinalize(this);
    }

    /// <summary>Runs what is due.</summary>
    /// <returns>How many ran.</returns>
    public int RunDue()
    {
        int count = 0;
        while (Take() is { } item)
        {
            count++;
            item.Action();
            if (item.IntervalNanos <= 0 || item.Cancelable?.IsCancellationRequested == true)
            {
                continue;
            }

            long from = _catchesUp ? item.DueNanos : _time.GetTimestamp();
            Add(item with { DueNanos = from + item.IntervalNanos });
        }

        return count;
    }

    /// <inheritdoc/>
    protected override void InternalScheduleTellOnce(
        TimeSpan delay,
        ICanTell receiver,
        object message,
        IActorRef sender,
        ICancelable cancelable) =>
        Add(delay, TimeSpan.Zero, () => receiver.Tell(message, sender), cancelable);

    /// <inheritdoc/>
    protected override void InternalScheduleTellRepeatedly(
        TimeSpan initialDelay,
        TimeSpan interval,
        ICanTell receiver,
        object message,
        IActorRef sender,
        ICancelable cancelable) =>
        Add(initialDelay, interval, () => receiver.Tell(message, sender), cancelable);

    /// <inheritdoc/>
    protected override void InternalScheduleOnce(
        TimeSpan delay, Action action, ICancelable cancelable) =>
        Add(delay, TimeSpan.Zero, action, cancelable);

    /// <inheritdoc/>
    protected override void InternalScheduleOnce(
        TimeSpan delay, IRunnable action, ICancelable cancelable) =>
        Add(delay, TimeSpan.Zero, action.Run, cancelable);

    /// <inheritdoc/>
    protected override void InternalScheduleRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable cancelable) =>
        Add(initialDelay, interval, action, cancelable);

    /// <inheritdoc/>
    protected override void InternalScheduleRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, IRunnable action, ICancelable cancelable) =>
        Add(initialDelay, interval, action.Run, cancelable);

    private void Add(TimeSpan delay, TimeSpan interval, Action action, ICancelable? cancelable) =>
        Add(new Item(
            _time.GetTimestamp() + (delay.Ticks * 100), interval.Ticks * 100, action, cancelable));

    private void Add(Item item)
    {
        lock (_lock) _queue.Enqueue(item, (item.DueNanos, _order++));
    }

    private Item? Take()
    {
        lock (_lock)
        {
            long now = _time.GetTimestamp();
            while (_queue.TryPeek(out Item? item, out _) && item.DueNanos <= now)
            {
                _queue.Dequeue();
                if (item.Cancelable?.IsCancellationRequested != true) return item;
            }

            return null;
        }
    }

    private sealed record Item(
        long DueNanos, long IntervalNanos, Action Action, ICancelable? Cancelable);
}
