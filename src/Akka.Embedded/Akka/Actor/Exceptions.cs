namespace Akka.Actor;

/// <summary>Base of all exceptions thrown by the actor runtime.</summary>
public abstract class AkkaException : Exception
{

    protected AkkaException(string message, Exception cause = null) : base(message, cause) { }
}

/// <summary>An Ask got no reply in time.</summary>
public class AskTimeoutException(string message) : AkkaException(message);

/// <summary>An actor's constructor or PreStart failed; the default decider stops the
/// actor.</summary>
public class ActorInitializationException(IActorRef actor, string message, Exception cause = null)
    : AkkaException(message, cause)
{

    public ActorInitializationException(string message) : this(null, message, null) { }

    /// <summary>The actor that failed to start, or null.</summary>
    public IActorRef Actor { get; set; } = actor;

    public override string ToString() =>
        Actor is null ? base.ToString() : $"{Actor}: {base.ToString()}";
}

internal sealed class PostRestartException(IActorRef actor, Exception cause, Exception original)
    : ActorInitializationException(
        actor, $"Exception post restart ({original?.GetType().Name ?? "null"})", cause);

/// <summary>The actor received <see cref="Kill"/>.</summary>
public class ActorKilledException(string message) : AkkaException(message);

/// <summary>A watched actor ended and the watcher did not handle <see
/// cref="Terminated"/>.</summary>
public class DeathPactException(IActorRef deadActor)
    : AkkaException($"Monitored actor [{deadActor}] terminated");

/// <summary>A name is empty, malformed or already taken by a sibling.</summary>
public class InvalidActorNameException(string message, Exception innerException)
    : AkkaException(message, innerException)
{
    public InvalidActorNameException(string message) : this(message, null) { }
}

/// <summary>A message that may not be sent, such as null.</summary>
public class InvalidMessageException(string message)
    : AkkaException(message) { public InvalidMessageException() : this("Message is null") { } }

/// <summary>A context operation was used in a state that does not allow it.</summary>
public class IllegalActorStateException(string message) : AkkaException(message);

/// <summary>A bounded stash is full.</summary>
public class StashOverflowException(string message, Exception cause = null)
    : AkkaException(message, cause);

/// <summary>The scheduler can not take a task, for instance after its disposal.</summary>
public sealed class SchedulerException(string message) : AkkaException(message);

/// <summary>No actor answered an ActorSelection's ResolveOne.</summary>
public class ActorNotFoundException(string message, Exception innerException = null)
    : AkkaException(message, innerException);
