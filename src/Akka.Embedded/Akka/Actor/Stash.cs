namespace Akka.Actor;

/// <summary>Messages an actor puts aside to handle later.</summary>
public interface IStash
{
    /// <summary>Puts the message being handled aside.</summary>
    void Stash();

    /// <summary>Gives the oldest message back to the front of the mailbox.</summary>
    void Unstash();

    void UnstashAll();

    void UnstashAll(Func<Envelope, bool> predicate);
}

/// <summary>Gets a stash before it starts.</summary>
public interface IActorStash { IStash Stash { get; set; } }

public interface IWithUnrestrictedStash : IActorStash;

public interface IWithUnboundedStash
    : IWithUnrestrictedStash, IRequiresMessageQueue<IUnboundedDequeBasedMessageQueueSemantics>;

/// <summary>The stash of one instance; used on its actor's thread only.</summary>
internal sealed class ActorStash : IStash
{
    private readonly ActorCell _cell;
    private readonly IDequeBasedMessageQueueSemantics _mailbox;
    private readonly LinkedList<Envelope> _messages = new();
    private readonly int _capacity;
    private long _lastStashed = -1;

    internal ActorStash(ActorCell cell)
    {
        _cell = cell;
        int own = cell.Props.Deploy.StashCapacity;
        _capacity = own != Deploy.NoStashSize ? own
            : cell.SystemImpl.Mailboxes.StashCapacity(cell.Props.Dispatcher, cell.Props.Mailbox);
        _mailbox = cell.Mailbox.MessageQueue as IDequeBasedMessageQueueSemantics
            ?? throw new NotSupportedException(
                $"DequeBasedMailbox required, got: {cell.Mailbox.MessageQueue.GetType().Name}. An "
                + "(unbounded) deque-based mailbox can be configured as follows: "
                + "akka.actor.mailbox.unbounded-deque-based");
    }

    public void Stash()
    {
        object message = _cell.CurrentMessage;
        if (_cell.CurrentEnvelopeId == _lastStashed)
            throw new IllegalActorStateException(
                $"Can't stash the same message {message} more than once");

        _lastStashed = _cell.CurrentEnvelopeId;
        if (_capacity >= 0 && _messages.Count >= _capacity)
            throw new StashOverflowException(
                $"Couldn't enqueue message {message} from {_cell.Sender} to stash of {_cell.Self}");

        _messages.AddLast(new Envelope(message, _cell.Sender));
    }

    public void Unstash()
    {
        if (_messages.First is not { } oldest) return;
        _messages.RemoveFirst();
        _mailbox.EnqueueFirst(oldest.Value);
    }

    public void UnstashAll() => UnstashAll(static _ => true);

    public void UnstashAll(Func<Envelope, bool> predicate)
    {
        for (; _messages.Last is { } newest; _messages.RemoveLast())
            if (predicate(newest.Value)) _mailbox.EnqueueFirst(newest.Value);
    }
}
