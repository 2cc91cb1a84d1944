namespace Akka.Actor;

/// <summary>Ask: a message whose reply comes back as a task.</summary>
public static class Futures
{
    public static Task<object> Ask(this ICanTell self, object message, TimeSpan? timeout = null) =>
        self.Ask<object>(message, timeout, CancellationToken.None);

    public static Task<T> Ask<T>(this ICanTell self, object message, TimeSpan? timeout = null) =>
        self.Ask<T>(message, timeout, CancellationToken.None);

    public static Task<T> Ask<T>(
        this ICanTell self, object message, CancellationToken cancellationToken) =>
        self.Ask<T>(message, null, cancellationToken);

    /// <summary>Without a timeout akka.actor.ask-timeout holds, which is infinite by default.
    /// </summary>
    public static Task<T> Ask<T>(
        this ICanTell self, object message, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        LocalActorRefProvider provider = ProviderOf(self) ?? throw new ArgumentException(
            "Unable to resolve the target Provider", nameof(self));
        var future = new FutureActorRef<T>(provider);
        future.Guard(timeout ?? provider.System.Settings.AskTimeout, cancellationToken);
        self.Tell(message, future);
        return future.Result;
    }

    internal static LocalActorRefProvider ProviderOf(ICanTell target) => target switch
    {
        ActorSelection selection => ProviderOf(selection.Anchor),
        IInternalActorRef reference and not Nobody => (LocalActorRefProvider)reference.Provider,
        _ => ActorCell.Current?.SystemImpl.ProviderImpl,
    };
}

// The reply address of an Ask. It has a name only once somebody wants to know it: then it is
// entered below /temp until the reply has come. The task's continuations never run on the thread
// that replies.

/// <summary>A reference that turns the first message it gets into a task's result.</summary>
internal sealed class FutureActorRef<T>(LocalActorRefProvider provider) : MinimalActorRef
{
    private readonly TaskCompletionSource<T> _result =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Timer _timer;
    private CancellationTokenRegistration _cancellation;
    private ActorPath _path;

    public override ActorPath Path => Volatile.Read(ref _path) ?? Name();

    public override IActorRefProvider Provider => provider;

    internal Task<T> Result => _result.Task;

    public override void SendSystemMessage(ISystemMessage message)
    {
        if (message is Watch watch && !watch.Watcher.Equals(this))
            watch.Watcher.SendSystemMessage(
                new DeathWatchNotification(watch.Watchee, _result.Task.IsCompleted));
        else if (message is DeathWatchNotification death)
            TellInternal(new Terminated(death.Actor, death.ExistenceConfirmed, false), death.Actor);
    }

    internal void Guard(TimeSpan limit, CancellationToken cancellationToken)
    {
        if (limit > TimeSpan.Zero)
            _timer = new Timer(static f => ((FutureActorRef<T>)f).Expire(), this, limit,
                Timeout.InfiniteTimeSpan);
        if (cancellationToken.CanBeCanceled)
            _cancellation = cancellationToken.Register(
                static (f, token) => ((FutureActorRef<T>)f).Cancel(token), this);
    }

    protected override void TellInternal(object message, IActorRef sender)
    {
        bool first = message switch
        {
            T reply => _result.TrySetResult(reply),
            null => _result.TrySetResult(default),
            Status.Failure failure => _result.TrySetException(failure.Cause
                ?? new TaskCanceledException("Task cancelled by actor via Failure message.")),
            _ => _result.TrySetException(new ArgumentException(
                $"Received message of type [{message.GetType()}] - Ask expected message of type "
                + $"[{typeof(T)}]")),
        };
        if (!CloseIf(first))
            provider.DeadLettersRef.Tell(new Event.DeadLetter(message, sender, this), sender);
    }

    private void Expire() => CloseIf(_result.TrySetException(
        new AskTimeoutException($"Timeout after waiting for a reply to {Path}")));

    private void Cancel(CancellationToken token) => CloseIf(_result.TrySetCanceled(token));

    private bool CloseIf(bool first)
    {
        if (!first) return false;
        _timer?.Dispose();
        _cancellation.Unregister();
        if (Volatile.Read(ref _path) is { } path) provider.Temp.TryRemove(path.Name, out _);
        return true;
    }

    private ActorPath Name()
    {
        ActorPath path = provider.TempPath();
        ActorPath raced = Interlocked.CompareExchange(ref _path, path, null);
        if (raced is not null) return raced;
        provider.Temp[path.Name] = this;
        if (_result.Task.IsCompleted) provider.Temp.TryRemove(path.Name, out _);
        return path;
    }
}


/// <summary>Sends a task's outcome to an actor; a fault becomes Status.Failure by
/// default.</summary>
public static class PipeToSupport
{
    public static async Task PipeTo<T>(
        this Task<T> taskToPipe, ICanTell recipient, IActorRef sender = null,
        Func<T, object> success = null, Func<Exception, object> failure = null)
    {
        IActorRef from = sender ?? ActorCell.Current?.Self;
        try
        {
            T result = await taskToPipe.ConfigureAwait(false);
            recipient.Tell(success is null ? result : success(result), from);
        }
        catch (Exception cause)
        {
            recipient.Tell(failure is null ? new Status.Failure(cause) : failure(cause), from);
        }
    }
}


/// <summary>Stops an actor and waits for its end.</summary>
public static class GracefulStopSupport
{
    public static Task<bool> GracefulStop(this IActorRef target, TimeSpan timeout) =>
        target.GracefulStop(timeout, PoisonPill.Instance);

    /// <summary>True once the actor has ended; a TaskCanceledException after the
    /// timeout.</summary>
    public static async Task<bool> GracefulStop(
        this IActorRef target, TimeSpan timeout, object stopMessage)
    {
        var watchee = (IInternalActorRef)target;
        var watcher = new FutureActorRef<Terminated>(Futures.ProviderOf(target));
        watchee.SendSystemMessage(new Watch(watchee, watcher));
        target.Tell(stopMessage, ActorRefs.NoSender);
        try
        {
            await watcher.Result.WaitAsync(timeout).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            watchee.SendSystemMessage(new Unwatch(watchee, watcher));
            throw new TaskCanceledException($"{target} did not stop within {timeout}");
        }
    }
}
