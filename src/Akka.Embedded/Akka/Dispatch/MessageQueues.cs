using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Threading;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;

namespace Akka.Dispatch;

/// <summary>The user messages of one mailbox: many writers, one reader.</summary>
public interface IMessageQueue
{
    bool HasMessages { get; }

    int Count { get; }

    void Enqueue(IActorRef receiver, Envelope envelope);

    bool TryDequeue(out Envelope envelope);

    /// <summary>Moves what is left to the dead letters of a stopped owner.</summary>
    void CleanUp(IActorRef owner, IMessageQueue deadletters);
}

/// <summary>Marks a mailbox type that makes queues of a kind.</summary>
public interface IProducesMessageQueue<TQueue>
{
}

/// <summary>Marks an actor that needs a kind of queue.</summary>
public interface IRequiresMessageQueue<T>
{
}

/// <summary>A property of a queue that an actor can require.</summary>
public interface ISemantics
{
}

public interface IUnboundedMessageQueueSemantics : ISemantics
{
}

public interface IBoundedMessageQueueSemantics : ISemantics
{
    TimeSpan PushTimeOut { get; set; }
}

public interface IDequeBasedMessageQueueSemantics : ISemantics
{
    /// <summary>Puts a message before all others; only the owning actor calls it.</summary>
    void EnqueueFirst(Envelope envelope);
}

public interface IUnboundedDequeBasedMessageQueueSemantics
    : IDequeBasedMessageQueueSemantics, IUnboundedMessageQueueSemantics
{
}

public interface IBoundedDequeBasedMessageQueueSemantics
    : IDequeBasedMessageQueueSemantics, IBoundedMessageQueueSemantics
{
}

/// <summary>The default queue.</summary>
public class UnboundedMessageQueue : IMessageQueue, IUnboundedMessageQueueSemantics
{
    private readonly ConcurrentQueue<Envelope> _queue = new();

    public bool HasMessages => !_queue.IsEmpty;

    public int Count => _queue.Count;

    public void Enqueue(IActorRef receiver, Envelope envelope) => _queue.Enqueue(envelope);

    public bool TryDequeue(out Envelope envelope) => _queue.TryDequeue(out envelope);

    public void CleanUp(IActorRef owner, IMessageQueue deadletters)
    {
        while (TryDequeue(out Envelope envelope))
            deadletters.Enqueue(owner, envelope);
    }
}

/// <summary>A queue with a front: unstashed messages are read before the others.</summary>
public class UnboundedDequeMessageQueue : IMessageQueue, IUnboundedDequeBasedMessageQueueSemantics
{
    // Only the owning actor pushes and pops the front; other threads may read its count.
    private readonly Stack<Envelope> _front = new();
    private readonly ConcurrentQueue<Envelope> _queue = new();

    public bool HasMessages => _front.Count > 0 || !_queue.IsEmpty;

    public int Count => _front.Count + _queue.Count;

    public void Enqueue(IActorRef receiver, Envelope envelope) => _queue.Enqueue(envelope);

    public void EnqueueFirst(Envelope envelope) => _front.Push(envelope);

    public bool TryDequeue(out Envelope envelope) =>
        _front.TryPop(out envelope) || _queue.TryDequeue(out envelope);

    public void CleanUp(IActorRef owner, IMessageQueue deadletters)
    {
        while (TryDequeue(out Envelope envelope))
            deadletters.Enqueue(owner, envelope);
    }
}

/// <summary>A queue of limited length: a sender waits for room, then gives up.</summary>
public class BoundedMessageQueue : IMessageQueue, IBoundedMessageQueueSemantics
{
    private readonly ConcurrentQueue<Envelope> _queue = new();
    private readonly SemaphoreSlim _room;

    internal BoundedMessageQueue(int capacity, TimeSpan pushTimeOut, IActorRef deadLetters)
    {
        _room = new SemaphoreSlim(capacity, capacity);
        PushTimeOut = pushTimeOut;
        DeadLetters = deadLetters;
    }

    public TimeSpan PushTimeOut { get; set; }

    public bool HasMessages => !_queue.IsEmpty;

    public int Count => _queue.Count;

    private IActorRef DeadLetters { get; }

    public void Enqueue(IActorRef receiver, Envelope envelope)
    {
        bool forever = PushTimeOut < TimeSpan.Zero;
        if (_room.Wait(forever ? Timeout.InfiniteTimeSpan : PushTimeOut))
        {
            _queue.Enqueue(envelope);
            return;
        }

        var letter = new DeadLetter(envelope.Message, envelope.Sender, receiver);
        DeadLetters.Tell(letter, envelope.Sender);
    }

    public bool TryDequeue(out Envelope envelope)
    {
        if (!_queue.TryDequeue(out envelope))
            return false;
        _room.Release();
        return true;
    }

    public void CleanUp(IActorRef owner, IMessageQueue deadletters)
    {
        while (TryDequeue(out Envelope envelope))
            deadletters.Enqueue(owner, envelope);
    }
}

/// <summary>Makes the queues of mailboxes; named in HOCON as mailbox-type.</summary>
public abstract class MailboxType
{
    protected readonly Settings Settings;
    protected readonly Config Config;

    protected MailboxType(Settings settings, Config config)
    {
        Settings = settings;
        Config = config;
    }

    public abstract IMessageQueue Create(IActorRef owner, ActorSystem system);
}

public sealed class UnboundedMailbox : MailboxType, IProducesMessageQueue<UnboundedMessageQueue>
{
    public UnboundedMailbox()
        : this(null, null)
    {
    }

    public UnboundedMailbox(Settings settings, Config config)
        : base(settings, config)
    {
    }

    public override IMessageQueue Create(IActorRef owner, ActorSystem system) =>
        new UnboundedMessageQueue();
}

public sealed class UnboundedDequeBasedMailbox
    : MailboxType, IProducesMessageQueue<UnboundedDequeMessageQueue>
{
    public UnboundedDequeBasedMailbox(Settings settings, Config config)
        : base(settings, config)
    {
    }

    public override IMessageQueue Create(IActorRef owner, ActorSystem system) =>
        new UnboundedDequeMessageQueue();
}

public sealed class BoundedMailbox : MailboxType, IProducesMessageQueue<BoundedMessageQueue>
{
    public BoundedMailbox(Settings settings, Config config)
        : base(settings, config)
    {
        Capacity = config.GetInt("mailbox-capacity");
        PushTimeout = config.GetTimeSpan("mailbox-push-timeout-time", TimeSpan.FromSeconds(-1));
        if (Capacity <= 0)
        {
            const string Why = "The capacity for BoundedMailbox cannot be negative";
            throw new ArgumentException(Why, nameof(config));
        }
    }

    public int Capacity { get; }

    public TimeSpan PushTimeout { get; }

    public override IMessageQueue Create(IActorRef owner, ActorSystem system) =>
        new BoundedMessageQueue(Capacity, PushTimeout, system.DeadLetters);
}
