namespace Akka.Actor;

/// <summary>Sends a task's outcome to an actor; a fault becomes Status.Failure by
/// default.</summary>
public static class PipeToSupport
{
    public static Task PipeTo<T>(
        this Task<T> taskToPipe, ICanTell recipient, IActorRef sender = null,
        Func<T, object> success = null, Func<Exception, object> failure = null) =>
        Pipe(taskToPipe, recipient, sender ?? ActorCell.Current?.Self, success, failure, true);

    private static async Task Pipe<T>(
        Task<T> task, ICanTell recipient, IActorRef from, Func<T, object> success,
        Func<Exception, object> failure, bool tellSuccess)
    {
        try
        {
            T result = await task.ConfigureAwait(false);
            if (tellSuccess) recipient.Tell(success is null ? result : success(result), from);
        }
        catch (Exception cause)
        {
            recipient.Tell(failure is null ? new Status.Failure(cause) : failure(cause), from);
        }
    }
}
