namespace Akka.Persistence.Journal;

// Writes may end in any order, on any thread; their answers leave in the order in which the
// requests came, whoever they are for: each waits until the one before has been sent.

/// <summary>Base of all journals.</summary>
public abstract class AsyncWriteJournal : ActorBase
{
    private readonly CircuitBreaker _breaker;
    private Task _answered = Task.CompletedTask;

    protected AsyncWriteJournal() => _breaker =
        Persistence.Instance.Apply(Context.System).Breaker(Self.Path.Name, "journal");

    public abstract Task ReplayMessagesAsync(
        IActorContext context, string persistenceId, long fromSequenceNr, long toSequenceNr,
        long max, Action<IPersistentRepresentation> recoveryCallback);

    public abstract Task<long> ReadHighestSequenceNrAsync(
        string persistenceId, long fromSequenceNr);

    /// <summary>Stores a batch. A faulted task is a failure of all of it; otherwise null is
    /// success, or one entry an AtomicWrite: null, or why it was rejected.</summary>
    protected abstract Task<IImmutableList<Exception>> WriteMessagesAsync(
        IEnumerable<AtomicWrite> messages);

    /// <summary>Deletes all events up to a sequence number, which is included.</summary>
    protected abstract Task DeleteMessagesToAsync(string persistenceId, long toSequenceNr);

    /// <summary>Messages that are not of the journal protocol.</summary>
    protected virtual bool ReceivePluginInternal(object message) => false;

    protected sealed override bool Receive(object message)
    {
        Task work = message switch
        {
            WriteMessages write => _answered = WriteAsync(write, _answered),
            ReplayMessages replay => ReplayAsync(replay, Context),
            DeleteMessagesTo delete => DeleteAsync(delete),
            _ => null,
        };
        return work is not null || ReceivePluginInternal(message);
    }

    /// <summary>What there is to store, stamped with the time.</summary>
    protected IEnumerable<AtomicWrite> PreparePersistentBatch(
        IEnumerable<IPersistentEnvelope> resequenceables)
    {
        long now = DateTime.UtcNow.Ticks;
        return resequenceables.OfType<AtomicWrite>().Select(write => new AtomicWrite(
            write.Events.Select(p => (IPersistentRepresentation)new Persistent(p.Payload,
                p.SequenceNr, p.PersistenceId, p.Manifest, p.IsDeleted, null, p.WriterGuid, now))
                .ToImmutableArray()));
    }

    private async Task WriteAsync(WriteMessages request, Task answeredBefore)
    {
        Exception failure = null;
        IImmutableList<Exception> rejections = null;
        try
        {
            AtomicWrite[] batch = [.. PreparePersistentBatch(request.Messages)];
            if (batch.Length > 0)
                rejections = await _breaker
                    .WithCircuitBreaker(() => WriteMessagesAsync(batch)).ConfigureAwait(false);
            if (rejections is not null && rejections.Count != batch.Length)
                throw new IllegalActorStateException($"WriteMessagesAsync returned "
                    + $"{rejections.Count} results for {batch.Length} writes");
        }
        catch (Exception cause) { failure = cause; }

        await answeredBefore.ConfigureAwait(false);
        Answer(request, failure, rejections);
    }

    private static void Answer(
        WriteMessages request, Exception failure, IImmutableList<Exception> rejections)
    {
        IActorRef target = request.PersistentActor;
        int instance = request.ActorInstanceId;
        target.Tell(new WriteMessagesDone(instance), ActorRefs.NoSender);
        int index = 0;
        foreach (IPersistentEnvelope envelope in request.Messages)
        {
            if (envelope is not AtomicWrite write)
            {
                target.Tell(new LoopMessageSuccess(envelope.Payload, instance), envelope.Sender);
                continue;
            }

            Exception rejection = failure is null ? rejections?[index++] : null;
            foreach (IPersistentRepresentation stored in write.Events)
                target.Tell(failure is not null ? new WriteMessageFailure(stored, failure, instance)
                    : rejection is null ? new WriteMessageSuccess(stored, instance)
                    : new WriteMessageRejected(stored, rejection, instance), stored.Sender);
        }
    }

    private async Task ReplayAsync(ReplayMessages request, IActorContext context)
    {
        object outcome;
        try
        {
            string id = request.PersistenceId;
            long from = request.FromSequenceNr;
            long highest = await _breaker
                .WithCircuitBreaker(() => ReadHighestSequenceNrAsync(id, Math.Max(0, from - 1)))
                .ConfigureAwait(false);
            long to = Math.Min(request.ToSequenceNr, highest);
            if (highest > 0 && from <= to)
                await ReplayMessagesAsync(context, id, from, to, request.Max, Send)
                    .ConfigureAwait(false);

            outcome = new RecoverySuccess(highest);
        }
        catch (Exception cause) { outcome = new ReplayMessagesFailure(cause); }

        request.PersistentActor.Tell(outcome, ActorRefs.NoSender);

        void Send(IPersistentRepresentation persistent)
        {
            if (!persistent.IsDeleted)
                request.PersistentActor.Tell(new ReplayedMessage(persistent), ActorRefs.NoSender);
        }
    }

    private async Task DeleteAsync(DeleteMessagesTo request)
    {
        long to = request.ToSequenceNr;
        object outcome = new DeleteMessagesSuccess(to);
        IActorRef self = Self;
        try
        {
            await _breaker
                .WithCircuitBreaker(() => DeleteMessagesToAsync(request.PersistenceId, to))
                .ConfigureAwait(false);
        }
        catch (Exception cause) { outcome = new DeleteMessagesFailure(cause, to); }

        request.PersistentActor.Tell(outcome, self);
    }
}
