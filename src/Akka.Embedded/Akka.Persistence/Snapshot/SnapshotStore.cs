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
        Task work = message switch
        {
            LoadSnapshot load => Load(load, Sender, Self),
            SaveSnapshot save => Save(save),
            DeleteSnapshot { Metadata: var one } => Run(() => DeleteAsync(one),
                new DeleteSnapshotSuccess(one), cause => new DeleteSnapshotFailure(one, cause)),
            DeleteSnapshots { PersistenceId: var id, Criteria: var which } => Run(
                () => DeleteAsync(id, which), new DeleteSnapshotsSuccess(which),
                cause => new DeleteSnapshotsFailure(which, cause)),
            ISnapshotResponse outcome => PassOn(outcome),
            _ => null,
        };
        return work is not null || ReceivePluginInternal(message);
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

    private Task Save(SaveSnapshot save)
    {
        SnapshotMetadata asked = save.Metadata;
        SnapshotMetadata metadata = asked.Timestamp == DateTime.MinValue
            ? new SnapshotMetadata(asked.PersistenceId, asked.SequenceNr, DateTime.UtcNow) : asked;
        return Run(() => SaveAsync(metadata, save.Snapshot), new SaveSnapshotSuccess(metadata),
            cause => new SaveSnapshotFailure(asked, cause));
    }

    private async Task Run(Func<Task> work, object success, Func<Exception, object> failure)
    {
        (IActorRef asker, IActorRef self) = (Sender, Self);
        object outcome = success;
        try { await _breaker.WithCircuitBreaker(work).ConfigureAwait(false); }
        catch (Exception cause) { outcome = failure(cause); }

        self.Tell(outcome, asker);
    }

    private Task PassOn(ISnapshotResponse outcome)
    {
        try
        {
            ReceivePluginInternal(outcome);
            return outcome is SaveSnapshotFailure failed
                ? CleanUp(failed.Metadata, Context.GetLogger()) : Task.CompletedTask;
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
