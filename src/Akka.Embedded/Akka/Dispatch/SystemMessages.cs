namespace Akka.Dispatch.SysMsg;

// The messages of an actor's life cycle. They go ahead of user messages and are handled even while
// the mailbox is suspended.

/// <summary>A message of the runtime to a cell.</summary>
public interface ISystemMessage : INoSerializationVerificationNeeded;

/// <summary>Base of all system messages.</summary>
public abstract class SystemMessage : ISystemMessage { internal SystemMessage() { } }

internal sealed class Create : SystemMessage;

internal sealed class Suspend : SystemMessage;

internal sealed class Terminate : SystemMessage;

/// <summary>The cause is the failure to restart for, or that is over; of Resume it may be null.
/// </summary>
internal abstract class CausedMessage(Exception cause)
    : SystemMessage { internal Exception Cause => cause; }

internal sealed class Recreate(Exception cause) : CausedMessage(cause);

internal sealed class Resume(Exception cause) : CausedMessage(cause);

internal sealed class Failed(IActorRef child, Exception cause)
    : CausedMessage(cause) { internal IActorRef Child => child; }

internal abstract class WatchMessage(IInternalActorRef watchee, IInternalActorRef watcher)
    : SystemMessage
{
    internal IInternalActorRef Watchee => watchee;

    internal IInternalActorRef Watcher => watcher;
}

internal sealed class Watch(IInternalActorRef watchee, IInternalActorRef watcher)
    : WatchMessage(watchee, watcher);

internal sealed class Unwatch(IInternalActorRef watchee, IInternalActorRef watcher)
    : WatchMessage(watchee, watcher);

internal sealed class DeathWatchNotification(IActorRef actor, bool existed) : SystemMessage
{
    internal IActorRef Actor => actor;

    internal bool ExistenceConfirmed => existed;
}

internal sealed class ActorTaskSchedulerMessage(ActorTaskScheduler scheduler, Task task)
    : SystemMessage { internal void ExecuteTask() => scheduler.ExecuteTask(task); }
