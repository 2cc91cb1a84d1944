using System;
using System.Collections.Generic;
using System.Threading;
using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace Rotom.TestHost;

// VirtualScheduler: akka.scheduler.implementation of a test host. What is due runs inside Advance,
// in the order of its time; what repeats and was missed several times runs once.

/// <summary>The scheduler of an actor system on virtual time.</summary>
public sealed class VirtualScheduler : SchedulerBase, IDisposable
{
    private static readonly AsyncLocal<VirtualTime?> s_next = new();

    private readonly PriorityQueue<Item, (long DueNanos, long Order)> _queue = new();
    private readonly Lock _lock = new();
    private readonly VirtualTime _time;
    private long _order;

    /// <summary>Called by Akka, while <see cref="Create"/> makes the system.</summary>
    public VirtualScheduler(Config config, ILoggingAdapter log)
        : base(config, log) =>
        _time = s_next.Value
            ?? throw new InvalidOperationException("Only a RotomTestHost makes one.");

    /// <inheritdoc/>
    public override TimeSpan MonotonicClock => new(_time.MonotonicNanos / 100);

    /// <inheritdoc/>
    public override TimeSpan HighResMonotonicClock => MonotonicClock;

    /// <inheritdoc/>
    protected override DateTimeOffset TimeNow => _time.GetUtcNow();

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock) _queue.Clear();
    }

    /// <summary>Makes an actor system whose scheduler is on this time.</summary>
    internal static ActorSystem Create(string name, string hocon, VirtualTime time)
    {
        s_next.Value = time;
        try
        {
            return ActorSystem.Create(name, ConfigurationFactory.ParseString(hocon));
        }
        finally
        {
            s_next.Value = null;
        }
    }

    /// <summary>Runs what is due.</summary>
    internal void RunDue()
    {
        long now = _time.MonotonicNanos;
        while (Take(now) is { } item)
        {
            item.Action();
            if (item.IntervalNanos > 0 && item.Cancelable?.IsCancellationRequested != true)
            {
                Add(item with { DueNanos = now + item.IntervalNanos });
            }
        }
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
            _time.MonotonicNanos + (delay.Ticks * 100), interval.Ticks * 100, action, cancelable));

    private void Add(Item item)
    {
        lock (_lock) _queue.Enqueue(item, (item.DueNanos, _order++));
    }

    private Item? Take(long now)
    {
        lock (_lock)
        {
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
