namespace Akka.Persistence.Snapshot;

// Calls its plugin through the circuit breaker. What came of saving and deleting is told to the
// store itself first, so that the plugin sees it, and passed on from there.

/// <summary>Base of all snapshot stores.</summary>
public abstract class SnapshotStore : ActorBase
{
    private readonly CircuitBreaker _breaker;

    protected SnapshotStore() => _breaker =
        Persistence.Instance.Apply(Context.System).Breaker(Self.Path.Name, "snapshot-store");

    /// <summary>The newest snapshot within the criteria, or null.</summary>
    protected abstract Task<SelectedSnapshot> LoadAsync(
        string persistenceId, SnapshotSelectionCriteria criteria);

    protected abstract Task SaveAsync(SnapshotMetadata metadata, object snapshot);

    /// <summary>Deletes one snapshot; an unknown time (DateTime.MinValue) fits any.</summary>
    protected abstract Task DeleteAsync(SnapshotMetadata metadata);

    protected abstract Task DeleteAsync(string persistenceId, SnapshotSelectionCriteria criteria);

    /// <summary>Outcomes on their way to the actor, and messages of no known kind.</summary>
    protected virtual bool ReceivePluginInternal(object message) => false;

    protected sealed override bool Receive(object message)
    {
        switch (message)
        {
            case LoadSnapshot load: _ = Load(load, Sender, Self); return true;
            case SaveSnapshot save: Save(save); return true;
            case DeleteSnapshot delete:
                SnapshotMetadata one = delete.Metadata;
                _ = Run(() => DeleteAsync(one), new DeleteSnapshotSuccess(one),
                    cause => new DeleteSnapshotFailure(one, cause), Sender, Self);
                return true;
            case DeleteSnapshots delete:
                SnapshotSelectionCriteria which = delete.Criteria;
                _ = Run(() => DeleteAsync(delete.PersistenceId, which),
                    new DeleteSnapshotsSuccess(which),
                    cause => new DeleteSnapshotsFailure(which, cause), Sender, Self);
                return true;
            case ISnapshotResponse outcome: PassOn(outcome); return true;
            default: return ReceivePluginInternal(message);
        }
    }

    private async Task Load(LoadSnapshot request, IActorRef asker, IActorRef self)
    {
        long to = request.ToSequenceNr;
        object outcome;
        try
        {
            SelectedSnapshot found = request.Criteria == SnapshotSelectionCriteria.None ? null
                : await _breaker
                    .WithCircuitBreaker(
                        () => LoadAsync(request.PersistenceId, request.Criteria.Limit(to)))
                    .ConfigureAwait(false);
            outcome = new LoadSnapshotResult(found, to);
        }
        catch (Exception cause) { outcome = new LoadSnapshotFailed(cause); }

        asker.Tell(outcome, self);
    }

    private void Save(SaveSnapshot save)
    {
        SnapshotMetadata asked = save.Metadata;
        SnapshotMetadata metadata = asked.Timestamp == DateTime.MinValue
            ? new SnapshotMetadata(asked.PersistenceId, asked.SequenceNr, DateTime.UtcNow) : asked;
        _ = Run(() => SaveAsync(metadata, save.Snapshot), new SaveSnapshotSuccess(metadata),
            cause => new SaveSnapshotFailure(asked, cause), Sender, Self);
    }

    private async Task Run(
        Func<Task> work, object success, Func<Exception, object> failure, IActorRef asker,
        IActorRef self)
    {
        object outcome = success;
        try { await _breaker.WithCircuitBreaker(work).ConfigureAwait(false); }
        catch (Exception cause) { outcome = failure(cause); }

        self.Tell(outcome, asker);
    }

    private void PassOn(ISnapshotResponse outcome)
    {
        try
        {
            ReceivePluginInternal(outcome);
            if (outcome is SaveSnapshotFailure failed)
                _ = CleanUp(failed.Metadata, Context.GetLogger());
        }
        finally { Sender.Tell(outcome); }
    }

    private async Task CleanUp(SnapshotMetadata failed, ILoggingAdapter log)
    {
        try { await _breaker.WithCircuitBreaker(() => DeleteAsync(failed)).ConfigureAwait(false); }
        catch (Exception cause)
        {
            log.Error(cause, $"Could not delete what is left of the unsaved snapshot {failed}");
        }
    }
}
