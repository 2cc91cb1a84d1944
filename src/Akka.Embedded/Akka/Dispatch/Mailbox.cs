namespace Akka.Dispatch;

// The mailbox: a queue of user messages, a list of system messages, and one status word that
// decides who may run it. The mailbox itself is what a dispatcher executes, so scheduling
// allocates nothing.
//
// Status word: bit 0 closed, bit 1 scheduled, the rest counts suspensions.
//   1. Only the thread that set the scheduled bit runs the actor; it clears the bit at the end.
//   2. A sender enqueues first and looks at the bit after; the runner clears the bit first and
//      looks at the queue after. So a message is seen by one of them at least.
//   3. A suspended mailbox runs for system messages only. A closed one never runs; its list of
//      system messages ends in NoMessage, which sends late ones to dead letters.

/// <summary>Queue of one actor, and the work item that a dispatcher runs.</summary>
public class Mailbox : IRunnable
{
    private const int Closed = 1;
    private const int Scheduled = 2;
    private const int SuspendUnit = 4;
    private const int SuspendMask = ~3;

    private readonly UnboundedMessageQueue _plainQueue;
    private ActorCell _actor;
    private SystemMessage _systemHead;
    private int _status;

    public Mailbox(IMessageQueue messageQueue)
    {
        MessageQueue = messageQueue;
        _plainQueue = messageQueue as UnboundedMessageQueue;
    }

    public IMessageQueue MessageQueue { get; }

    public MessageDispatcher Dispatcher => _actor.Dispatcher;

    internal ActorCell Actor => _actor;

    internal bool IsClosed => (Volatile.Read(ref _status) & Closed) != 0;

    internal bool IsSuspended => (Volatile.Read(ref _status) & SuspendMask) != 0;

    internal bool HasMessages => _plainQueue?.HasMessages ?? MessageQueue.HasMessages;

    internal bool HasSystemMessages => Volatile.Read(ref _systemHead) is not (null or NoMessage);

    public virtual void SetActor(ActorCell actorCell) => _actor = actorCell;

    public void Run()
    {
        ActorCell saved = ActorCell.Current;
        ActorCell.Current = _actor;
        try
        {
            if (!IsClosed)
            {
                ProcessAllSystemMessages();
                ProcessMailbox();
            }
        }
        finally
        {
            ActorCell.Current = saved;
            Interlocked.And(ref _status, ~Scheduled);
            Dispatcher.RegisterForExecution(this, false, false);
        }
    }

    /// <summary>Runs the mailbox; called by the thread pool.</summary>
    public void Execute() => Run();

    /// <summary>Sends what is left to dead letters; the mailbox takes no more.</summary>
    public virtual void CleanUp()
    {
        SystemMessage left = DrainSystem(NoMessage.Instance);
        DeadLetterMailbox deadLetters = _actor.SystemImpl.Mailboxes.DeadLetterMailbox;
        while (left is not null)
        {
            SystemMessage message = left;
            left = message.Next;
            message.Next = null;
            deadLetters.SystemEnqueue(_actor.Self, message);
        }

        MessageQueue.CleanUp(_actor.Self, deadLetters.MessageQueue);
    }

    internal void Enqueue(IActorRef receiver, in Envelope envelope)
    {
        if (_plainQueue is not null) _plainQueue.Enqueue(receiver, envelope);
        else MessageQueue.Enqueue(receiver, envelope);
    }

    internal virtual void SystemEnqueue(IActorRef receiver, SystemMessage message)
    {
        while (true)
        {
            SystemMessage head = Volatile.Read(ref _systemHead);
            if (head is NoMessage)
            {
                _actor.SystemImpl.Mailboxes.DeadLetterMailbox.SystemEnqueue(receiver, message);
                return;
            }

            message.Next = head;
            if (Interlocked.CompareExchange(ref _systemHead, message, head) == head) return;
            message.Next = null;
        }
    }

    internal bool CanBeScheduled(bool hasMessageHint, bool hasSystemMessageHint)
    {
        int status = Volatile.Read(ref _status);
        if ((status & (Closed | Scheduled)) != 0) return false;
        if (status != 0) return hasSystemMessageHint || HasSystemMessages;
        return hasMessageHint || hasSystemMessageHint || HasSystemMessages || HasMessages;
    }

    internal bool SetAsScheduled()
    {
        while (true)
        {
            int status = Volatile.Read(ref _status);
            if ((status & (Closed | Scheduled)) != 0) return false;
            if (Interlocked.CompareExchange(ref _status, status | Scheduled, status) == status)
                return true;
        }
    }

    internal void SetAsIdle() => Interlocked.And(ref _status, ~Scheduled);

    internal void BecomeClosed() => Interlocked.Or(ref _status, Closed);

    internal void Suspend() => Interlocked.Add(ref _status, SuspendUnit);

    /// <summary>Takes one suspension back; true if it was the last.</summary>
    internal bool Resume()
    {
        while (true)
        {
            int status = Volatile.Read(ref _status);
            int next = (status & SuspendMask) == 0 ? status : status - SuspendUnit;
            if (Interlocked.CompareExchange(ref _status, next, status) == status)
                return (next & (SuspendMask | Closed)) == 0;
        }
    }

    internal void ProcessAllSystemMessages()
    {
        while (HasSystemMessages)
        {
            SystemMessage list = DrainSystem(null);
            while (list is not null)
            {
                SystemMessage message = list;
                list = message.Next;
                message.Next = null;
                if (IsClosed) SystemEnqueue(_actor.Self, message);
                else _actor.SystemInvoke(message);
            }
        }
    }

    private void ProcessMailbox()
    {
        MessageDispatcher dispatcher = _actor.Dispatcher;
        int left = Math.Max(dispatcher.Throughput, 1);

        // The deadline is compared with the process-wide clock, as Akka does: any deadline means
        // one message a run.
        bool single = dispatcher.ThroughputDeadlineTime is { } ticks
            && Util.MonotonicClock.ElapsedTicks >= ticks;
        while ((Volatile.Read(ref _status) & ~Scheduled) == 0)
        {
            if (!TryDequeue(out Envelope envelope)) return;
            _actor.Invoke(envelope);
            if (Volatile.Read(ref _systemHead) is not null) ProcessAllSystemMessages();
            if (single || left-- <= 0) return;
        }
    }

    private bool TryDequeue(out Envelope envelope) =>
        _plainQueue is not null ? _plainQueue.TryDequeue(out envelope)
            : MessageQueue.TryDequeue(out envelope);

    private SystemMessage DrainSystem(SystemMessage newHead)
    {
        SystemMessage newest = Interlocked.Exchange(ref _systemHead, newHead);
        if (newest is NoMessage) return null;
        SystemMessage oldest = null;
        while (newest is not null)
        {
            SystemMessage next = newest.Next;
            newest.Next = oldest;
            oldest = newest;
            newest = next;
        }

        return oldest;
    }
}
