namespace Akka.TestKit;

/// <summary>Time that stands still until the test moves it; it runs what is due.</summary>
public class TestScheduler : IScheduler, IAdvancedScheduler
{
    private readonly Lock _lock = new();
    private readonly List<Entry> _entries = [];
    private DateTimeOffset _now = DateTimeOffset.UtcNow;
    private long _order;

    public TestScheduler(Config schedulerConfig, ILoggingAdapter log) { }

    public DateTimeOffset Now => TimeNow;

    public TimeSpan MonotonicClock => HighResMonotonicClock;

    public TimeSpan HighResMonotonicClock => TimeSpan.FromTicks(TimeNow.Ticks);

    public IAdvancedScheduler Advanced => this;

    protected DateTimeOffset TimeNow { get { lock (_lock) return _now; } }

    /// <summary>Moves time; what repeats runs once and again an interval from then.</summary>
    public void Advance(TimeSpan offset)
    {
        List<Entry> due;
        lock (_lock)
        {
            _now += offset;
            due = [.. _entries.Where(e => e.Due <= _now).OrderBy(e => e.Due).ThenBy(e => e.Order)];
            _entries.RemoveAll(due.Contains);
        }

        foreach (Entry entry in due.Where(entry => !entry.IsCancelled)) entry.Run();
        foreach (Entry entry in due.Where(entry => entry.Interval.HasValue && !entry.IsCancelled))
            Add(entry.Interval.Value, entry.Interval, entry.Run, entry.Cancelable);
    }

    public void AdvanceTo(DateTimeOffset when)
    {
        if (when < TimeNow) throw new InvalidOperationException("Time does not go back.");
        Advance(when - TimeNow);
    }

    public void ScheduleTellOnce(
        TimeSpan delay, ICanTell receiver, object message, IActorRef sender,
        ICancelable cancelable) =>
        Add(delay, null, () => receiver.Tell(message, sender), cancelable);

    public void ScheduleTellRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message,
        IActorRef sender, ICancelable cancelable) =>
        Add(initialDelay, interval, () => receiver.Tell(message, sender), cancelable);

    public void ScheduleOnce(TimeSpan delay, Action action, ICancelable cancelable) =>
        Add(delay, null, action, cancelable);

    private void Add(TimeSpan delay, TimeSpan? interval, Action run, ICancelable cancelable)
    {
        lock (_lock) _entries.Add(new Entry(_now + delay, _order++, interval, run, cancelable));
    }

    private sealed record Entry(
        DateTimeOffset Due, long Order, TimeSpan? Interval, Action Run, ICancelable Cancelable)
    {
        internal bool IsCancelled => Cancelable?.IsCancellationRequested ?? false;
    }
}
