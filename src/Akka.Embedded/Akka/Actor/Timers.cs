namespace Akka.Actor;

/// <summary>Gets a timer scheduler before it starts.</summary>
public interface IWithTimers { ITimerScheduler Timers { get; set; } }

/// <summary>Timers of one actor, by key; starting a key again replaces its timer.</summary>
public interface ITimerScheduler
{

    void StartPeriodicTimer(object key, object msg, TimeSpan interval);

    void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval);

    void StartSingleTimer(object key, object msg, TimeSpan timeout);

    bool IsTimerActive(object key);

    void Cancel(object key);

    void CancelAll();
}

/// <summary>A tick on its way: which timer of which instance it belongs to.</summary>
internal class TimerMessage(object key, int generation, TimerScheduler owner)
    : INoSerializationVerificationNeeded
{
    internal object Key => key;

    internal int Generation => generation;

    internal TimerScheduler Owner => owner;
}

internal sealed class QuietTimerMessage(object key, int generation, TimerScheduler owner)
    : TimerMessage(key, generation, owner), INotInfluenceReceiveTimeout;

// A tick travels through the mailbox like any message, so it may arrive after its timer was
// cancelled or replaced, or its instance restarted. Each start has a generation of its own; a
// tick counts only if its owner and its generation are those of the running timer.

/// <summary>The timers of one instance; used on its actor's thread only.</summary>
internal sealed class TimerScheduler(ActorCell cell) : ITimerScheduler
{
    private readonly Dictionary<object, Timer> _timers = [];

    public void StartPeriodicTimer(object key, object msg, TimeSpan interval) =>
        Start(key, msg, interval, interval);

    public void StartPeriodicTimer(
        object key, object msg, TimeSpan initialDelay, TimeSpan interval) =>
        Start(key, msg, initialDelay, interval);

    public void StartSingleTimer(object key, object msg, TimeSpan timeout) =>
        Start(key, msg, timeout, null);

    public bool IsTimerActive(object key) => _timers.ContainsKey(key);

    public void Cancel(object key)
    {
        if (_timers.Remove(key, out Timer timer)) timer.Task.Cancel();
    }

    public void CancelAll()
    {
        foreach (Timer timer in _timers.Values) timer.Task.Cancel();
        _timers.Clear();
    }

    /// <summary>The message of a tick, or null if the tick is stale.</summary>
    internal object Intercept(TimerMessage tick)
    {
        if (!_timers.TryGetValue(tick.Key, out Timer timer) || tick.Owner != this
            || tick.Generation != timer.Generation)
            return null;
        if (!timer.Repeats) _timers.Remove(tick.Key);
        return timer.Message;
    }

    private void Start(object key, object message, TimeSpan delay, TimeSpan? interval)
    {
        Cancel(key);
        int generation = ++cell.TimerGeneration;
        TimerMessage tick = message is INotInfluenceReceiveTimeout
            ? new QuietTimerMessage(key, generation, this)
            : new TimerMessage(key, generation, this);
        IScheduler scheduler = cell.SystemImpl.Scheduler;
        ICancelable task = interval is { } period
            ? scheduler.ScheduleTellRepeatedlyCancelable(delay, period, cell.Self, tick, null)
            : scheduler.ScheduleTellOnceCancelable(delay, cell.Self, tick, null);
        _timers[key] = new Timer(message, generation, interval is not null, task);
    }

    private sealed record Timer(object Message, int Generation, bool Repeats, ICancelable Task);
}
