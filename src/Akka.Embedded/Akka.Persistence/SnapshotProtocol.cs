namespace Akka.Persistence;

// What persistent actors and snapshot stores say to each other.

public interface ISnapshotMessage : IPersistenceMessage;

public interface ISnapshotRequest : ISnapshotMessage;

public interface ISnapshotResponse : ISnapshotMessage;

/// <summary>Which snapshot: of whom, up to which event, taken when.</summary>
public sealed record SnapshotMetadata
{
    public SnapshotMetadata(string persistenceId, long sequenceNr)
        : this(persistenceId, sequenceNr, DateTime.MinValue) { }

    public SnapshotMetadata(string persistenceId, long sequenceNr, DateTime timestamp) =>
        (PersistenceId, SequenceNr, Timestamp) = (persistenceId, sequenceNr, timestamp);

    public string PersistenceId { get; }

    public long SequenceNr { get; }

    /// <summary>DateTime.MinValue is unknown.</summary>
    public DateTime Timestamp { get; }
}

/// <summary>Bounds, all included, on the snapshots that are wanted.</summary>
public sealed record SnapshotSelectionCriteria
{
    public SnapshotSelectionCriteria(
        long maxSequenceNr, DateTime maxTimeStamp, long minSequenceNr = 0,
        DateTime? minTimestamp = null) =>
        (MaxSequenceNr, MaxTimeStamp, MinSequenceNr, MinTimestamp) =
            (maxSequenceNr, maxTimeStamp, minSequenceNr, minTimestamp ?? DateTime.MinValue);

    public SnapshotSelectionCriteria(long maxSequenceNr)
        : this(maxSequenceNr, DateTime.MaxValue) { }

    public static SnapshotSelectionCriteria Latest { get; } = new(long.MaxValue);

    /// <summary>No snapshot at all.</summary>
    public static SnapshotSelectionCriteria None { get; } = new(0, DateTime.MinValue);

    public long MaxSequenceNr { get; }

    public DateTime MaxTimeStamp { get; }

    public long MinSequenceNr { get; }

    public DateTime? MinTimestamp { get; }

    internal SnapshotSelectionCriteria Limit(long toSequenceNr) => new(
        Math.Min(MaxSequenceNr, toSequenceNr), MaxTimeStamp, MinSequenceNr, MinTimestamp);

    internal bool Matches(long sequenceNr, DateTime timestamp) =>
        sequenceNr >= MinSequenceNr && sequenceNr <= MaxSequenceNr
        && timestamp >= MinTimestamp && timestamp <= MaxTimeStamp;
}

/// <summary>A snapshot as it is offered to a recovering actor.</summary>
public sealed class SnapshotOffer(SnapshotMetadata metadata, object snapshot)
{
    public SnapshotMetadata Metadata => metadata;

    public object Snapshot => snapshot;
}

/// <summary>A snapshot as a store returns it.</summary>
public sealed class SelectedSnapshot(SnapshotMetadata metadata, object snapshot)
{
    public SnapshotMetadata Metadata => metadata;

    public object Snapshot => snapshot;
}

/// <summary>Asks for the newest snapshot within the criteria.</summary>
public sealed class LoadSnapshot(
    string persistenceId, SnapshotSelectionCriteria criteria, long toSequenceNr) : ISnapshotRequest
{
    public string PersistenceId => persistenceId;

    public SnapshotSelectionCriteria Criteria => criteria;

    public long ToSequenceNr => toSequenceNr;
}

public sealed class LoadSnapshotResult(SelectedSnapshot snapshot, long toSequenceNr)
    : ISnapshotResponse
{
    /// <summary>Null if there is none.</summary>
    public SelectedSnapshot Snapshot => snapshot;

    public long ToSequenceNr => toSequenceNr;
}

public sealed class LoadSnapshotFailed(Exception cause)
    : ISnapshotResponse { public Exception Cause => cause; }

public sealed class SaveSnapshot(SnapshotMetadata metadata, object snapshot) : ISnapshotRequest
{
    public SnapshotMetadata Metadata => metadata;

    public object Snapshot => snapshot;
}

public sealed class SaveSnapshotSuccess(SnapshotMetadata metadata)
    : ISnapshotResponse { public SnapshotMetadata Metadata => metadata; }

public sealed class SaveSnapshotFailure(SnapshotMetadata metadata, Exception cause)
    : ISnapshotResponse
{
    public SnapshotMetadata Metadata => metadata;

    public Exception Cause => cause;
}

public sealed class DeleteSnapshot(SnapshotMetadata metadata)
    : ISnapshotRequest { public SnapshotMetadata Metadata => metadata; }

public sealed class DeleteSnapshotSuccess(SnapshotMetadata metadata)
    : ISnapshotResponse { public SnapshotMetadata Metadata => metadata; }

public sealed class DeleteSnapshotFailure(SnapshotMetadata metadata, Exception cause)
    : ISnapshotResponse
{
    public SnapshotMetadata Metadata => metadata;

    public Exception Cause => cause;
}

public sealed class DeleteSnapshots(string persistenceId, SnapshotSelectionCriteria criteria)
    : ISnapshotRequest
{
    public string PersistenceId => persistenceId;

    public SnapshotSelectionCriteria Criteria => criteria;
}

public sealed class DeleteSnapshotsSuccess(SnapshotSelectionCriteria criteria)
    : ISnapshotResponse { public SnapshotSelectionCriteria Criteria => criteria; }

public sealed class DeleteSnapshotsFailure(SnapshotSelectionCriteria criteria, Exception cause)
    : ISnapshotResponse
{
    public SnapshotSelectionCriteria Criteria => criteria;

    public Exception Cause => cause;
}
