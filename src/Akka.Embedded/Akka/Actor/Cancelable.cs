namespace Akka.Actor;

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
