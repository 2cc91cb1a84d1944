namespace Akka.Persistence.Journal;

/// <summary>A journal that keeps references to the events and forgets them with its system.
/// </summary>
public class MemoryJournal : AsyncWriteJournal
{
    private static readonly Task<IImmutableList<Exception>> AllStored =
        Task.FromResult<IImmutableList<Exception>>(null);

    private readonly Dictionary<string, Log> _logs = [];
    private readonly Lock _lock = new();

    public override Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr)
    {
        lock (_lock)
            return Task.FromResult(_logs.TryGetValue(persistenceId, out Log log) ? log.Highest : 0);
    }

    public override Task ReplayMessagesAsync(
        IActorContext context, string persistenceId, long fromSequenceNr, long toSequenceNr,
        long max, Action<IPersistentRepresentation> recoveryCallback)
    {
        List<IPersistentRepresentation> found = [];
        lock (_lock)
        {
            if (_logs.TryGetValue(persistenceId, out Log log))
            {
                foreach (IPersistentRepresentation persistent in log.Events)
                {
                    if (found.Count >= max || persistent.SequenceNr > toSequenceNr) break;
                    if (persistent.SequenceNr >= fromSequenceNr) found.Add(persistent);
                }
            }
        }

        found.ForEach(recoveryCallback);
        return Task.CompletedTask;
    }

    protected override Task<IImmutableList<Exception>> WriteMessagesAsync(
        IEnumerable<AtomicWrite> messages)
    {
        lock (_lock)
        {
            foreach (AtomicWrite write in messages)
            {
                if (!_logs.TryGetValue(write.PersistenceId, out Log log))
                    _logs[write.PersistenceId] = log = new Log();
                log.Events.AddRange(write.Events);
                log.Highest = write.HighestSequenceNr;
            }
        }

        return AllStored;
    }

    protected override Task DeleteMessagesToAsync(string persistenceId, long toSequenceNr)
    {
        lock (_lock)
        {
            if (_logs.TryGetValue(persistenceId, out Log log))
                log.Events.RemoveAll(persistent => persistent.SequenceNr <= toSequenceNr);
        }

        return Task.CompletedTask;
    }

    private sealed class Log
    {
        internal List<IPersistentRepresentation> Events { get; } = [];

        internal long Highest { get; set; }
    }
}
