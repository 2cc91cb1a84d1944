namespace Akka.TestKit;

/// <summary>Time that stands still until the test moves it; it runs what is due.</summary>
public class TestScheduler(Config schedulerConfig, ILoggingAdapter log)
    : SchedulerBase(schedulerConfig, log)
{
    private readonly Lock _lock = new();
    private readonly List<Entry> _entries = [];
    private DateTimeOffset _now = DateTimeOffset.UtcNow;

    public DateTimeOffset Now => TimeNow;

    public override TimeSpan MonotonicClock => HighResMonotonicClock;

    public override TimeSpan HighResMonotonicClock => TimeSpan.FromTicks(TimeNow.Ticks);

    public IAdvancedScheduler Advanced => this;

    protected override DateTimeOffset TimeNow { get { lock (_lock) return _now; } }

    /// <summary>Moves time; what repeats runs once and again an interval from then.</summary>
    public void Advance(TimeSpan offset)
    {
        List<Entry> due;
        lock (_lock)
        {
            _now += offset;
            due = [.. _entries.Where(e => e.Due <= _now).OrderBy(e => e.Due)];
            _entries.RemoveAll(e => e.Due <= _now);
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

    protected override void InternalScheduleOnce(
        TimeSpan delay, Action action, ICancelable cancelable) =>
        Add(delay, null, action, cancelable);

    protected override void InternalScheduleRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable cancelable) =>
        Add(initialDelay, interval, action, cancelable);

    private void Add(TimeSpan delay, TimeSpan? interval, Action run, ICancelable cancelable)
    {
        lock (_lock) _entries.Add(new Entry(_now + delay, interval, run, cancelable));
    }

    private sealed record Entry(
        DateTimeOffset Due, TimeSpan? Interval, Action Run, ICancelable Cancelable)
    {
        internal bool IsCancelled => Cancelable?.IsCancellationRequested ?? false;
    }
}
