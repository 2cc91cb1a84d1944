namespace Akka.Actor;

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
