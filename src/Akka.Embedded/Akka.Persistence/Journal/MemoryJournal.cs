namespace Akka.Persistence.Journal;

/// <summary>A journal that keeps references to the events and forgets them with its system.
/// </summary>
public class MemoryJournal : AsyncWriteJournal
{
    private static readonly Task<IImmutableList<Exception>> AllStored =
        Task.FromResult<IImmutableList<Exception>>(null);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, List<IPersistentRepresentation>> _events = [];
    private readonly Dictionary<string, long> _highest = [];

    public override Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr)
    {
        lock (_lock) return Task.FromResult(_highest.GetValueOrDefault(persistenceId));
    }

    public override Task ReplayMessagesAsync(
        IActorContext context, string persistenceId, long fromSequenceNr, long toSequenceNr,
        long max, Action<IPersistentRepresentation> recoveryCallback)
    {
        IPersistentRepresentation[] found;
        lock (_lock)
            found = [.. EventsOf(persistenceId)
                .Where(p => p.SequenceNr >= fromSequenceNr && p.SequenceNr <= toSequenceNr)
                .Take((int)Math.Min(max, int.MaxValue))];
        Array.ForEach(found, recoveryCallback);
        return Task.CompletedTask;
    }

    protected override Task<IImmutableList<Exception>> WriteMessagesAsync(
        IEnumerable<AtomicWrite> messages)
    {
        lock (_lock)
            foreach (AtomicWrite write in messages)
            {
                EventsOf(write.PersistenceId).AddRange(write.Events);
                _highest[write.PersistenceId] = write.HighestSequenceNr;
            }

        return AllStored;
    }

    protected override Task DeleteMessagesToAsync(string persistenceId, long toSequenceNr)
    {
        lock (_lock) EventsOf(persistenceId).RemoveAll(p => p.SequenceNr <= toSequenceNr);
        return Task.CompletedTask;
    }

    private List<IPersistentRepresentation> EventsOf(string id) =>
        _events.TryGetValue(id, out List<IPersistentRepresentation> events) ? events
            : _events[id] = [];
}
