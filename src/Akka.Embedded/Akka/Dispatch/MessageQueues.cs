namespace Akka.Dispatch.MessageQueues;

/// <summary>The user messages of one mailbox: many writers, one reader.</summary>
public interface IMessageQueue
{
    bool HasMessages { get; }

    void Enqueue(IActorRef receiver, Envelope envelope);

    bool TryDequeue(out Envelope envelope);

    /// <summary>Moves what is left to the dead letters of a stopped owner.</summary>
    void CleanUp(IActorRef owner, IMessageQueue deadletters)
    {
        while (TryDequeue(out Envelope envelope)) deadletters.Enqueue(owner, envelope);
    }
}

/// <summary>The default queue.</summary>
public class UnboundedMessageQueue : IMessageQueue, IUnboundedMessageQueueSemantics
{
    private readonly ConcurrentQueue<Envelope> _queue = new();

    public bool HasMessages => !_queue.IsEmpty;

    public void Enqueue(IActorRef receiver, Envelope envelope) => _queue.Enqueue(envelope);

    public bool TryDequeue(out Envelope envelope) => _queue.TryDequeue(out envelope);
}

/// <summary>A queue with a front: unstashed messages are read before the others.</summary>
public class UnboundedDequeMessageQueue : IMessageQueue, IUnboundedDequeBasedMessageQueueSemantics
{
    // Only the owning actor pushes and pops the front; other threads may read its count.
    private readonly Stack<Envelope> _front = new();
    private readonly ConcurrentQueue<Envelope> _queue = new();

    public bool HasMessages => _front.Count > 0 || !_queue.IsEmpty;

    public void Enqueue(IActorRef receiver, Envelope envelope) => _queue.Enqueue(envelope);

    public void EnqueueFirst(Envelope envelope) => _front.Push(envelope);

    public bool TryDequeue(out Envelope envelope) =>
        _front.TryPop(out envelope) || _queue.TryDequeue(out envelope);
}
