namespace Akka.Actor;

public interface ITimeProvider
{
    DateTimeOffset Now { get; }

    TimeSpan MonotonicClock { get; }
}

/// <summary>Sends messages later.</summary>
public interface ITellScheduler
{
    void ScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef sender) =>
        ScheduleTellOnce(delay, receiver, message, sender, null);

    void ScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef sender,
        ICancelable cancelable);

    void ScheduleTellRepeatedly(TimeSpan initialDelay, TimeSpan interval, ICanTell receiver,
        object message, IActorRef sender) =>
        ScheduleTellRepeatedly(initialDelay, interval, receiver, message, sender, null);

    void ScheduleTellRepeatedly(TimeSpan initialDelay, TimeSpan interval, ICanTell receiver,
        object message, IActorRef sender, ICancelable cancelable);
}

/// <summary>Calls actions later, on the scheduler's own thread: they must be short.</summary>
public interface IActionScheduler
{
    void ScheduleOnce(TimeSpan delay, Action action, ICancelable cancelable);

    void ScheduleOnce(TimeSpan delay, Action action) => ScheduleOnce(delay, action, null);
}

public interface IAdvancedScheduler : IActionScheduler;

/// <summary>The clock of an actor system; akka.scheduler.implementation names its
/// class.</summary>
public interface IScheduler : ITellScheduler, ITimeProvider { IAdvancedScheduler Advanced { get; } }

/// <summary>Checks arguments, and leaves the waiting to a subclass.</summary>
public abstract class SchedulerBase(Config scheduler, ILoggingAdapter log)
    : IScheduler, IAdvancedScheduler
{
    protected readonly Config SchedulerConfig = scheduler;
    protected readonly ILoggingAdapter Log = log;

    public abstract TimeSpan MonotonicClock { get; }

    public abstract TimeSpan HighResMonotonicClock { get; }

    IAdvancedScheduler IScheduler.Advanced => this;

    DateTimeOffset ITimeProvider.Now => TimeNow;

    protected abstract DateTimeOffset TimeNow { get; }

    void ITellScheduler.ScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message,
        IActorRef sender, ICancelable cancelable)
    {
        Validate(delay, 0, nameof(delay));
        InternalScheduleTellOnce(delay, receiver, message, sender, cancelable);
    }

    void ITellScheduler.ScheduleTellRepeatedly(TimeSpan initialDelay, TimeSpan interval,
        ICanTell receiver, object message, IActorRef sender, ICancelable cancelable)
    {
        Validate(interval, 1, nameof(interval));
        Validate(initialDelay, 0, nameof(initialDelay));
        InternalScheduleTellRepeatedly(
            initialDelay, interval, receiver, message, sender, cancelable);
    }

    void IActionScheduler.ScheduleOnce(TimeSpan delay, Action action, ICancelable cancelable)
    {
        Validate(delay, 0, nameof(delay));
        InternalScheduleOnce(delay, action, cancelable);
    }

    private static void Validate(TimeSpan time, long ticksMin, string name)
    {
        if (time.Ticks < ticksMin)
            throw new ArgumentException(ticksMin > 0 ? "Must be >0" : "Must be >=0", name);
    }

    protected abstract void InternalScheduleOnce(
        TimeSpan delay, Action action, ICancelable cancelable);

    protected abstract void InternalScheduleRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable cancelable);

    protected virtual void InternalScheduleOnce(
        TimeSpan delay, IRunnable action, ICancelable cancelable) =>
        InternalScheduleOnce(delay, action.Run, cancelable);

    protected virtual void InternalScheduleRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, IRunnable action, ICancelable cancelable) =>
        InternalScheduleRepeatedly(initialDelay, interval, action.Run, cancelable);

    protected virtual void InternalScheduleTellOnce(TimeSpan delay, ICanTell receiver,
        object message, IActorRef sender, ICancelable cancelable) =>
        InternalScheduleOnce(delay, () => receiver.Tell(message, sender), cancelable);

    protected virtual void InternalScheduleTellRepeatedly(TimeSpan initialDelay,
        TimeSpan interval, ICanTell receiver, object message, IActorRef sender,
        ICancelable cancelable) => InternalScheduleRepeatedly(
            initialDelay, interval, () => receiver.Tell(message, sender), cancelable);
}

/// <summary>Forms that give back the means to cancel.</summary>
public static class SchedulerExtensions
{
    public static ICancelable ScheduleTellOnceCancelable(
        this IScheduler scheduler, TimeSpan delay, ICanTell receiver, object message,
        IActorRef sender)
    {
        var cancelable = new Cancelable(scheduler);
        scheduler.ScheduleTellOnce(delay, receiver, message, sender, cancelable);
        return cancelable;
    }

    public static ICancelable ScheduleTellRepeatedlyCancelable(
        this IScheduler scheduler, TimeSpan initialDelay, TimeSpan interval, ICanTell receiver,
        object message, IActorRef sender)
    {
        var cancelable = new Cancelable(scheduler);
        scheduler.ScheduleTellRepeatedly(
            initialDelay, interval, receiver, message, sender, cancelable);
        return cancelable;
    }
}


/// <summary>Means to cancel what was scheduled.</summary>
public interface ICancelable
{
    bool IsCancellationRequested { get; }

    void Cancel();
}

/// <summary>A flag that the scheduler looks at before it runs a task.</summary>
public class Cancelable : ICancelable, IDisposable
{
    private volatile bool _cancelled;

    public Cancelable(IScheduler scheduler) { }

    public bool IsCancellationRequested => _cancelled;

    public void Cancel() => _cancelled = true;

    public void Dispose() => GC.SuppressFinalize(this);
}
