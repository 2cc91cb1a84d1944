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
public abstract class MailboxType
{
    protected readonly Settings Settings;
    protected readonly Config Config;

    protected MailboxType(Settings settings, Config config) =>
        (Settings, Config) = (settings, config);

    public abstract IMessageQueue Create(IActorRef owner, ActorSystem system);
}

public sealed class UnboundedMailbox : MailboxType, IProducesMessageQueue<UnboundedMessageQueue>
{
    public UnboundedMailbox() : this(null, null) { }

    public UnboundedMailbox(Settings settings, Config config) : base(settings, config) { }

    public override IMessageQueue Create(IActorRef owner, ActorSystem system) =>
        new UnboundedMessageQueue();
}

public sealed class UnboundedDequeBasedMailbox
    : MailboxType, IProducesMessageQueue<UnboundedDequeMessageQueue>
{
    public UnboundedDequeBasedMailbox(Settings settings, Config config) : base(settings, config) { }

    public override IMessageQueue Create(IActorRef owner, ActorSystem system) =>
        new UnboundedDequeMessageQueue();
}
