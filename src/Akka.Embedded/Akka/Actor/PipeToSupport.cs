using System;
using System.Threading.Tasks;

namespace Akka.Actor;

/// <summary>Sends a task's outcome to an actor; a fault becomes Status.Failure by
/// default.</summary>
public static class PipeToSupport
{
    public static Task PipeTo<T>(
        this Task<T> taskToPipe, ICanTell recipient, IActorRef sender = null,
        Func<T, object> success = null, Func<Exception, object> failure = null) =>
        Pipe(taskToPipe, recipient, sender ?? ActorCell.Current?.Self, success, failure, true);

    public static Task PipeTo<T>(
        this ValueTask<T> taskToPipe, ICanTell recipient, IActorRef sender = null,
        Func<T, object> success = null, Func<Exception, object> failure = null) =>
        taskToPipe.AsTask().PipeTo(recipient, sender, success, failure);

    /// <summary>Without a success function nothing is sent when the task ends well.</summary>
    public static Task PipeTo(
        this Task taskToPipe, ICanTell recipient, IActorRef sender = null,
        Func<object> success = null, Func<Exception, object> failure = null)
    {
        IActorRef from = sender ?? ActorCell.Current?.Self;
        bool tell = success is not null;
        return Pipe(Outcome(taskToPipe), recipient, from, _ => success(), failure, tell);
    }

    public static Task PipeTo(
        this ValueTask taskToPipe, ICanTell recipient, IActorRef sender = null,
        Func<object> success = null, Func<Exception, object> failure = null) =>
        taskToPipe.AsTask().PipeTo(recipient, sender, success, failure);

    private static async Task<Done> Outcome(Task task)
    {
        await task.ConfigureAwait(false);
        return Done.Instance;
    }

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
