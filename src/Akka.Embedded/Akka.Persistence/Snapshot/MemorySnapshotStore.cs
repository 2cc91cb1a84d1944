namespace Akka.Persistence.Snapshot;

/// <summary>A store that keeps references to the snapshots and forgets them with its system.
/// </summary>
public class MemorySnapshotStore : SnapshotStore
{
    private readonly List<SelectedSnapshot> _snapshots = [];

    protected override Task<SelectedSnapshot> LoadAsync(
        string persistenceId, SnapshotSelectionCriteria criteria)
    {
        lock (_snapshots)
            return Task.FromResult(_snapshots
                .Where(s => Matches(s.Metadata, persistenceId, criteria))
                .MaxBy(s => (s.Metadata.SequenceNr, s.Metadata.Timestamp)));
    }

    /// <summary>Replaces a snapshot of the same sequence number.</summary>
    protected override Task SaveAsync(SnapshotMetadata metadata, object snapshot)
    {
        lock (_snapshots)
        {
            _snapshots.RemoveAll(s => IsAt(s.Metadata, metadata));
            _snapshots.Add(new SelectedSnapshot(metadata, snapshot));
        }

        return Task.CompletedTask;
    }

    protected override Task DeleteAsync(SnapshotMetadata metadata)
    {
        bool anyTime = metadata.Timestamp == DateTime.MinValue;
        return Delete(m => IsAt(m, metadata) && (anyTime || m.Timestamp == metadata.Timestamp));
    }

    protected override Task DeleteAsync(string persistenceId, SnapshotSelectionCriteria criteria) =>
        Delete(m => Matches(m, persistenceId, criteria));

    private static bool IsAt(SnapshotMetadata a, SnapshotMetadata b) =>
        a.PersistenceId == b.PersistenceId && a.SequenceNr == b.SequenceNr;

    private static bool Matches(
        SnapshotMetadata metadata, string persistenceId, SnapshotSelectionCriteria criteria) =>
        metadata.PersistenceId == persistenceId
        && criteria.Matches(metadata.SequenceNr, metadata.Timestamp);

    private Task Delete(Predicate<SnapshotMetadata> which)
    {
        lock (_snapshots) _snapshots.RemoveAll(s => which(s.Metadata));
        return Task.CompletedTask;
    }
}

/// <summary>What a system without a snapshot store has: it finds nothing and saves nothing.
/// </summary>
public sealed class NoSnapshotStore : SnapshotStore
{
    protected override Task<SelectedSnapshot> LoadAsync(
        string persistenceId, SnapshotSelectionCriteria criteria) =>
        Task.FromResult<SelectedSnapshot>(null);

    protected override Task SaveAsync(SnapshotMetadata metadata, object snapshot) => Refuse();

    protected override Task DeleteAsync(SnapshotMetadata metadata) => Refuse();

    protected override Task DeleteAsync(
        string persistenceId, SnapshotSelectionCriteria criteria) => Refuse();

    private static Task Refuse() =>
        Task.FromException(new NoSnapshotStoreException("No snapshot store configured."));

    public class NoSnapshotStoreException(string message) : Exception(message);
}
