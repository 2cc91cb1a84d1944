namespace Akka.Persistence.Journal;

// Akka's resequencer: writes may end in any order, on any thread; their answers leave in the order
// in which the requests came, whoever they are for. Only one thread sends at a time; one that ends
// a write meanwhile leaves its answers to it.

/// <summary>Answers a journal's writes in order.</summary>
internal sealed class WriteOrder
{
    private readonly Lock _lock = new();
    private readonly Queue<Write> _writes = new();
    private bool _sending;

    internal Write Add(WriteMessages request)
    {
        var write = new Write(request);
        lock (_lock) _writes.Enqueue(write);
        return write;
    }

    internal void Done(Write ended)
    {
        lock (_lock)
        {
            ended.IsDone = true;
            if (_sending) return;
            _sending = true;
        }

        while (Next() is { } write) write.Answer();
    }

    private Write Next()
    {
        lock (_lock)
        {
            if (_writes.TryPeek(out Write first) && first.IsDone) return _writes.Dequeue();
            _sending = false;
            return null;
        }
    }

    /// <summary>One request and what became of it.</summary>
    internal sealed class Write(WriteMessages request)
    {
        internal WriteMessages Request => request;

        internal bool IsDone { get; set; }

        internal Exception Failure { get; set; }

        internal IImmutableList<Exception> Rejections { get; set; }

        internal void Answer()
        {
            IActorRef target = request.PersistentActor;
            int instance = request.ActorInstanceId;
            target.Tell(new WriteMessagesDone(instance), ActorRefs.NoSender);
            int index = 0;
            foreach (IPersistentEnvelope envelope in request.Messages)
            {
                if (envelope is not AtomicWrite write)
                {
                    var loop = new LoopMessageSuccess(envelope.Payload, instance);
                    target.Tell(loop, envelope.Sender);
                    continue;
                }

                Exception rejection = Failure is null ? Rejections?[index++] : null;
                foreach (IPersistentRepresentation persistent in write.Events)
                    target.Tell(Outcome(persistent, rejection), persistent.Sender);
            }
        }

        private object Outcome(IPersistentRepresentation persistent, Exception rejection)
        {
            int instance = request.ActorInstanceId;
            if (Failure is not null) return new WriteMessageFailure(persistent, Failure, instance);
            return rejection is null ? new WriteMessageSuccess(persistent, instance)
                : new WriteMessageRejected(persistent, rejection, instance);
        }
    }
}
