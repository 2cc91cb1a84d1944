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

/// <summary>A tick on its way.</summary>
internal record TimerMessage(object Key, object Message) : INoSerializationVerificationNeeded;

internal sealed record QuietTimerMessage(object Key, object Message)
    : TimerMessage(Key, Message), INotInfluenceReceiveTimeout;

// A tick travels through the mailbox like any message, so it may arrive after its timer was
// cancelled or replaced, or its instance restarted. Each start makes a tick of its own; it counts
// only if it is the very one of the running timer.

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
        foreach (object key in _timers.Keys) Cancel(key);
    }

    /// <summary>The message of a tick, or null if the tick is stale.</summary>
    internal object Intercept(TimerMessage tick)
    {
        if (!_timers.TryGetValue(tick.Key, out Timer timer) || (object)timer.Tick != tick)
            return null;
        if (!timer.Repeats) _timers.Remove(tick.Key);
        return tick.Message;
    }

    private void Start(object key, object message, TimeSpan delay, TimeSpan? interval)
    {
        Cancel(key);
        TimerMessage tick = message is INotInfluenceReceiveTimeout
            ? new QuietTimerMessage(key, message) : new TimerMessage(key, message);
        IScheduler scheduler = cell.SystemImpl.Scheduler;
        ICancelable task = interval is { } period
            ? scheduler.ScheduleTellRepeatedlyCancelable(delay, period, cell.Self, tick, null)
            : scheduler.ScheduleTellOnceCancelable(delay, cell.Self, tick, null);
        _timers[key] = new Timer(tick, interval is not null, task);
    }

    private sealed record Timer(TimerMessage Tick, bool Repeats, ICancelable Task);
}
