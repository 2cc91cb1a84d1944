namespace Akka.Persistence;

/// <summary>What is handed to a journal: events, or a deferred handler's message.</summary>
public interface IPersistentEnvelope
{
    object Payload { get; }

    IActorRef Sender { get; }
}

/// <summary>An event with what a journal stores beside it.</summary>
public interface IPersistentRepresentation
{
    object Payload { get; }

    string Manifest { get; }

    string PersistenceId { get; }

    long SequenceNr { get; }

    /// <summary>Ticks, UTC, when the journal took it; 0 before.</summary>
    long Timestamp { get; }

    /// <summary>The instance that wrote it.</summary>
    string WriterGuid { get; }

    bool IsDeleted { get; }

    IActorRef Sender { get; }
}

/// <summary>An immutable representation.</summary>
public class Persistent(
    object payload, long sequenceNr = 0, string persistenceId = null, string manifest = null,
    bool isDeleted = false, IActorRef sender = null, string writerGuid = null, long timestamp = 0)
    : IPersistentRepresentation
{
    public static string Undefined { get; } = string.Empty;

    public object Payload => payload;

    public string Manifest { get; } = manifest ?? Undefined;

    public string PersistenceId { get; } = persistenceId ?? Undefined;

    public long SequenceNr => sequenceNr;

    public long Timestamp => timestamp;

    public bool IsDeleted => isDeleted;

    public IActorRef Sender => sender;

    public string WriterGuid { get; } = writerGuid ?? Undefined;
}

/// <summary>Events that a journal must store all or none of.</summary>
public sealed class AtomicWrite : IPersistentEnvelope
{
    public AtomicWrite(IPersistentRepresentation @event) : this(ImmutableArray.Create(@event)) { }

    /// <exception cref="ArgumentException">No events, or events of two persistence ids.
    /// </exception>
    public AtomicWrite(IImmutableList<IPersistentRepresentation> payload)
    {
        if (payload is null || payload.Count == 0)
            throw new ArgumentException("AtomicWrite must not be empty.", nameof(payload));
        Events = payload;
        if (payload.Count > 1 && payload.Any(p => p.PersistenceId != PersistenceId))
            throw new ArgumentException(
                "AtomicWrite must contain messages for the same persistenceId.", nameof(payload));
    }

    /// <summary>An IImmutableList of IPersistentRepresentation.</summary>
    public object Payload => Events;

    public IActorRef Sender => ActorRefs.NoSender;

    public int Size => Events.Count;

    public string PersistenceId => Events[0].PersistenceId;

    public long LowestSequenceNr => Events[0].SequenceNr;

    public long HighestSequenceNr => Events[^1].SequenceNr;

    internal IImmutableList<IPersistentRepresentation> Events { get; }
}

/// <summary>Goes through the journal without being stored, for its place in the order.</summary>
internal sealed record NonPersistentMessage(object Payload, IActorRef Sender)
    : IPersistentEnvelope;
