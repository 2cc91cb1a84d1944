using System;
using System.Collections.Generic;
using System.Threading;
using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace Rotom.Simulation.World;

// SimScheduler: akka.scheduler.implementation of a simulated system. What is due runs when the
// simulation says so, in the order of its time and then of its making; in between nothing happens.
//
// The lock is there for the end of a system alone, which Akka finishes on a thread of its own.

/// <summary>The scheduler of an actor system on virtual time.</summary>
public sealed class SimScheduler : SchedulerBase, IDisposable
{
    private readonly PriorityQueue<Item, (long DueNanos, long Order)> _queue = new();
    private readonly Lock _lock = new();
    private readonly SimClock _clock;
    private long _order;

    /// <summary>Called by Akka.</summary>
    public SimScheduler(Config config, ILoggingAdapter log)
        : base(config, log)
    {
        SimWorld world = SimWorld.Current;
        _clock = world.Clock;
        world.Scheduler = this;
    }

    public override TimeSpan MonotonicClock => new(_clock.Nanos / 100);

    public override TimeSpan HighResMonotonicClock => MonotonicClock;

    protected override DateTimeOffset TimeNow => _clock.GetUtcNow();

    public void Dispose()
    {
        lock (_lock) _queue.Clear();
    }

    /// <summary>Runs what is due; repeated items once for each interval that went by.</summary>
    internal int RunDue()
    {
        int count = 0;
        while (Take() is { } item)
        {
            count++;
            item.Action();
            if (item.IntervalNanos > 0 && item.Cancelable?.IsCancellationRequested != true)
            {
                Add(item with { DueNanos = item.DueNanos + item.IntervalNanos });
            }
        }

        return count;
    }

    protected override void InternalScheduleTellOnce(
        TimeSpan delay,
        ICanTell receiver,
        object message,
        IActorRef sender,
        ICancelable cancelable) =>
        Add(delay, TimeSpan.Zero, () => receiver.Tell(message, sender), cancelable);

    protected override void InternalScheduleTellRepeatedly(
        TimeSpan initialDelay,
        TimeSpan interval,
        ICanTell receiver,
        object message,
        IActorRef sender,
        ICancelable cancelable) =>
        Add(initialDelay, interval, () => receiver.Tell(message, sender), cancelable);

    protected override void InternalScheduleOnce(
        TimeSpan delay, Action action, ICancelable cancelable) =>
        Add(delay, TimeSpan.Zero, action, cancelable);

    protected override void InternalScheduleOnce(
        TimeSpan delay, IRunnable action, ICancelable cancelable) =>
        Add(delay, TimeSpan.Zero, action.Run, cancelable);

    protected override void InternalScheduleRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable cancelable) =>
        Add(initialDelay, interval, action, cancelable);

    protected override void InternalScheduleRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, IRunnable action, ICancelable cancelable) =>
        Add(initialDelay, interval, action.Run, cancelable);

    private void Add(TimeSpan delay, TimeSpan interval, Action action, ICancelable? cancelable) =>
        Add(new Item(_clock.Nanos + (delay.Ticks * 100), interval.Ticks * 100, action, cancelable));

    private void Add(Item item)
    {
        lock (_lock) _queue.Enqueue(item, (item.DueNanos, _order++));
    }

    private Item? Take()
    {
        lock (_lock)
        {
            while (_queue.TryPeek(out Item? item, out _) && item.DueNanos <= _clock.Nanos)
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
