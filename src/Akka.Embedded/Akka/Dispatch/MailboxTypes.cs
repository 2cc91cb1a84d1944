namespace Akka.Dispatch;

/// <summary>Marks a mailbox type that makes queues of a kind.</summary>
public interface IProducesMessageQueue<TQueue>;

/// <summary>Marks an actor that needs a kind of queue.</summary>
public interface IRequiresMessageQueue<T>;

/// <summary>A property of a queue that an actor can require.</summary>
public interface ISemantics;

public interface IUnboundedMessageQueueSemantics : ISemantics;

public interface IDequeBasedMessageQueueSemantics : ISemantics
{
    /// <summary>Puts a message before all others; only the owning actor calls it.</summary>
    void EnqueueFirst(Envelope envelope);
}

public interface IUnboundedDequeBasedMessageQueueSemantics
    : IDequeBasedMessageQueueSemantics, IUnboundedMessageQueueSemantics;

/// <summary>Makes the queues of mailboxes; named in HOCON as mailbox-type.</summary>
public abstract class MailboxType(Settings settings, Config config)
{
    protected readonly Settings Settings = settings;
    protected readonly Config Config = config;

    public abstract IMessageQueue Create(IActorRef owner, ActorSystem system);
}

public sealed class UnboundedMailbox(Settings settings, Config config)
    : MailboxType(settings, config), IProducesMessageQueue<UnboundedMessageQueue>
{
    public UnboundedMailbox() : this(null, null) { }

    public override IMessageQueue Create(IActorRef owner, ActorSystem system) =>
        new UnboundedMessageQueue();
}

public sealed class UnboundedDequeBasedMailbox(Settings settings, Config config)
    : MailboxType(settings, config), IProducesMessageQueue<UnboundedDequeMessageQueue>
{
    public override IMessageQueue Create(IActorRef owner, ActorSystem system) =>
        new UnboundedDequeMessageQueue();
}
