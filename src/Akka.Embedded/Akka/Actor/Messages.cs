namespace Akka.Actor;

/// <summary>Handled by the cell; never reaches an actor's receive (but see Terminated).</summary>
public interface IAutoReceivedMessage;

/// <summary>Does not restart the receive timeout.</summary>
public interface INotInfluenceReceiveTimeout;

/// <summary>Exempt from serialize-messages.</summary>
public interface INoSerializationVerificationNeeded;

/// <summary>Stops the receiver after the messages sent before it.</summary>
public sealed class PoisonPill : IAutoReceivedMessage, IDeadLetterSuppression
{
    private PoisonPill() { }

    public static PoisonPill Instance { get; } = new();

    public override string ToString() => "<PoisonPill>";
}

/// <summary>Makes the receiver throw <see cref="ActorKilledException"/>.</summary>
public sealed class Kill : IAutoReceivedMessage
{
    private Kill() { }

    public static Kill Instance { get; } = new();

    public override string ToString() => "<Kill>";
}

/// <summary>A watched actor has ended.</summary>
public sealed class Terminated(IActorRef actorRef, bool existenceConfirmed, bool addressTerminated)
    : IAutoReceivedMessage, IDeadLetterSuppression,
        INoSerializationVerificationNeeded
{
    public IActorRef ActorRef => actorRef;

    public bool AddressTerminated => addressTerminated;

    /// <summary>False when the subject was already gone as the watch began.</summary>
    public bool ExistenceConfirmed => existenceConfirmed;

    public override string ToString() =>
        $"<Terminated>: {ActorRef} - ExistenceConfirmed={ExistenceConfirmed}";
}

/// <summary>No message came for the time given to SetReceiveTimeout.</summary>
public class ReceiveTimeout
{
    private ReceiveTimeout() { }

    public static ReceiveTimeout Instance { get; } = new();
}

/// <summary>Asks an actor for its reference; answered with <see cref="ActorIdentity"/>.</summary>
public sealed class Identify(object messageId)
    : IAutoReceivedMessage, INotInfluenceReceiveTimeout { public object MessageId => messageId; }

/// <summary>Answer to <see cref="Identify"/>; the subject is null if there is no such
/// actor.</summary>
public sealed class ActorIdentity(object messageId, IActorRef subject)
{
    public object MessageId => messageId;

    public IActorRef Subject => subject;
}

/// <summary>Outcome of an operation, as a message.</summary>
public abstract class Status
{
    /// <summary>It failed; an Ask answered with this faults with the cause.</summary>
    public sealed class Failure(Exception cause) : Status
    {
        public readonly Exception Cause = cause;

        public override string ToString() => $"Status.Failure: {Cause}";
    }
}

/// <summary>One message on its way: what and from whom.</summary>
public readonly struct Envelope(object message, IActorRef sender)
{
    /// <summary>A missing sender becomes the system's dead letters.</summary>
    public Envelope(object message, IActorRef sender, ActorSystem system)
        : this(message, sender ?? system.DeadLetters) { }

    public IActorRef Sender => sender;

    public object Message => message;
}
