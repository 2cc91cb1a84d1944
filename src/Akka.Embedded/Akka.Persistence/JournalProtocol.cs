namespace Akka.Persistence;

// What persistent actors and journals say to each other.

public interface IPersistenceMessage : INoSerializationVerificationNeeded;

public interface IJournalMessage : IPersistenceMessage;

public interface IJournalRequest : IJournalMessage;

public interface IJournalResponse : IJournalMessage;

/// <summary>An answer to a write, for one incarnation of the actor that asked.</summary>
internal interface IWriteAnswer : IJournalResponse { int ActorInstanceId { get; } }

/// <summary>Asks to store events; each of them is answered on its own.</summary>
public sealed class WriteMessages(
    IEnumerable<IPersistentEnvelope> messages, IActorRef persistentActor, int actorInstanceId)
    : IJournalRequest
{
    public IEnumerable<IPersistentEnvelope> Messages => messages;

    public IActorRef PersistentActor => persistentActor;

    /// <summary>Tells answers to an instance from those to its predecessors.</summary>
    public int ActorInstanceId => actorInstanceId;
}

/// <summary>One event is stored.</summary>
public sealed class WriteMessageSuccess(
    IPersistentRepresentation persistent, int actorInstanceId) : IWriteAnswer
{
    public IPersistentRepresentation Persistent => persistent;

    public int ActorInstanceId => actorInstanceId;
}

/// <summary>It is unknown whether one event is stored.</summary>
public sealed class WriteMessageFailure(
    IPersistentRepresentation persistent, Exception cause, int actorInstanceId) : IWriteAnswer
{
    public IPersistentRepresentation Persistent => persistent;

    public Exception Cause => cause;

    public int ActorInstanceId => actorInstanceId;
}

/// <summary>One event was refused and is not stored.</summary>
public sealed class WriteMessageRejected(
    IPersistentRepresentation persistent, Exception cause, int actorInstanceId) : IWriteAnswer
{
    public IPersistentRepresentation Persistent => persistent;

    public Exception Cause => cause;

    public int ActorInstanceId => actorInstanceId;
}

/// <summary>The turn of a deferred handler has come.</summary>
public sealed class LoopMessageSuccess(object message, int actorInstanceId) : IWriteAnswer
{
    public object Message => message;

    public int ActorInstanceId => actorInstanceId;
}

/// <summary>The journal has done with a batch: the next may be sent.</summary>
internal sealed class WriteMessagesDone(int actorInstanceId)
    : IWriteAnswer { public int ActorInstanceId => actorInstanceId; }

/// <summary>Asks for stored events, in order, then the highest sequence number.</summary>
public sealed class ReplayMessages(
    long fromSequenceNr, long toSequenceNr, long max, string persistenceId,
    IActorRef persistentActor) : IJournalRequest
{
    public long FromSequenceNr => fromSequenceNr;

    public long ToSequenceNr => toSequenceNr;

    public long Max => max;

    public string PersistenceId => persistenceId;

    public IActorRef PersistentActor => persistentActor;
}

public sealed class ReplayedMessage(IPersistentRepresentation persistent)
    : IJournalResponse, IDeadLetterSuppression
{
    public IPersistentRepresentation Persistent => persistent;
}

/// <summary>All asked for has been replayed.</summary>
public sealed class RecoverySuccess(long highestSequenceNr)
    : IJournalResponse, IDeadLetterSuppression
{
    public long HighestSequenceNr => highestSequenceNr;
}

public sealed class ReplayMessagesFailure(Exception cause)
    : IJournalResponse, IDeadLetterSuppression { public Exception Cause => cause; }

/// <summary>Asks to delete all events up to a sequence number, which is included.</summary>
public sealed class DeleteMessagesTo(
    string persistenceId, long toSequenceNr, IActorRef persistentActor) : IJournalRequest
{
    public string PersistenceId => persistenceId;

    public long ToSequenceNr => toSequenceNr;

    public IActorRef PersistentActor => persistentActor;
}

public sealed class DeleteMessagesSuccess(long toSequenceNr)
{
    public long ToSequenceNr => toSequenceNr;
}

public sealed class DeleteMessagesFailure(Exception cause, long toSequenceNr)
    : INoSerializationVerificationNeeded
{
    public Exception Cause => cause;

    public long ToSequenceNr => toSequenceNr;
}
