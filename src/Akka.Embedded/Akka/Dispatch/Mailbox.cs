namespace Akka.Dispatch;

// The mailbox: a queue of user messages, one of system messages, and one status word that
// decides who may run it. The mailbox itself is what a dispatcher executes, so scheduling
// allocates nothing.
//
// Status word: bit 0 closed, bit 1 scheduled, the rest counts suspensions.
//   1. Only the thread that set the scheduled bit runs the actor; it clears the bit at the end.
//   2. A sender enqueues first and looks at the bit after; the runner clears the bit first and
//      looks at the queue after. So a message is seen by one of them at least.
//   3. A suspended mailbox runs for system messages only. A closed one never runs; whoever sends
//      to it looks at the closed bit after, and sends what is left to dead letters.

/// <summary>Queue of one actor, and the work item that a dispatcher runs.</summary>
public class Mailbox(IMessageQueue messageQueue) : IRunnable
{
    private const int Closed = 1;
    private const int Scheduled = 2;
    private const int SuspendUnit = 4;
    private const int SuspendMask = ~3;

    private readonly UnboundedMessageQueue _plainQueue = messageQueue as UnboundedMessageQueue;
    private readonly ConcurrentQueue<SystemMessage> _system = new();
    private ActorCell _actor;
    private int _systemCount;
    private int _status;

    public IMessageQueue MessageQueue => messageQueue;

    public MessageDispatcher Dispatcher => _actor.Dispatcher;

    internal ActorCell Actor => _actor;

    internal bool IsClosed => (Volatile.Read(ref _status) & Closed) != 0;

    internal bool IsSuspended => (Volatile.Read(ref _status) & SuspendMask) != 0;

    // Cheaper to ask than the queue.
    private bool HasSystemMessages => Volatile.Read(ref _systemCount) > 0;

    private DeadLetterMailbox DeadLetters => _actor.SystemImpl.Mailboxes.DeadLetterMailbox;

    public virtual void SetActor(ActorCell actorCell) => _actor = actorCell;

    public void Run()
    {
        ActorCell saved = ActorCell.Current;
        ActorCell.Current = _actor;
        try
        {
            ProcessAllSystemMessages();
            ProcessMailbox();
        }
        finally
        {
            ActorCell.Current = saved;
            SetAsIdle();
            Dispatcher.RegisterForExecution(this, false, false);
        }
    }

    /// <summary>Sends what is left to dead letters; the mailbox takes no more.</summary>
    public virtual void CleanUp()
    {
        ProcessAllSystemMessages();
        messageQueue.CleanUp(_actor.Self, DeadLetters.MessageQueue);
    }

    internal void Enqueue(IActorRef receiver, in Envelope envelope)
    {
        if (_plainQueue is not null) _plainQueue.Enqueue(receiver, envelope);
        else messageQueue.Enqueue(receiver, envelope);
    }

    internal virtual void SystemEnqueue(IActorRef receiver, SystemMessage message)
    {
        _system.Enqueue(message);
        Interlocked.Increment(ref _systemCount);
        if (IsClosed) ProcessAllSystemMessages();
    }

    /// <summary>True if there is something to do, or is said to be, and nobody does it.</summary>
    internal bool TrySchedule(bool hasMessageHint, bool hasSystemMessageHint)
    {
        int status = Volatile.Read(ref _status);
        while ((status & (Closed | Scheduled)) == 0)
        {
            bool work = hasSystemMessageHint || (hasMessageHint && status == 0)
                || HasSystemMessages || (status == 0 && HasMessages);
            if (!work) return false;
            int seen = Interlocked.CompareExchange(ref _status, status | Scheduled, status);
            if (seen == status) return true;
            status = seen;
        }

        return false;
    }

    internal void SetAsIdle() => Interlocked.And(ref _status, ~Scheduled);

    internal void BecomeClosed() => Interlocked.Or(ref _status, Closed);

    internal void Suspend() => Interlocked.Add(ref _status, SuspendUnit);

    /// <summary>Takes one suspension back; true if it was the last.</summary>
    internal bool Resume()
    {
        int status = IsSuspended ? Interlocked.Add(ref _status, -SuspendUnit) : _status;
        return (status & (SuspendMask | Closed)) == 0;
    }

    internal void ProcessAllSystemMessages()
    {
        while (_system.TryDequeue(out SystemMessage message))
        {
            Interlocked.Decrement(ref _systemCount);
            if (IsClosed) DeadLetters.SystemEnqueue(_actor.Self, message);
            else _actor.SystemInvoke(message);
        }
    }

    private void ProcessMailbox()
    {
        MessageDispatcher dispatcher = _actor.Dispatcher;
        int left = Math.Max(dispatcher.Throughput, 1);

        // The deadline is compared with the process-wide clock, as Akka does: any deadline means
        // one message a run.
        bool single = dispatcher.ThroughputDeadlineTime is { } ticks
            && System.Diagnostics.Stopwatch.GetElapsedTime(0).Ticks >= ticks;
        while ((Volatile.Read(ref _status) & ~Scheduled) == 0)
        {
            if (!TryDequeue(out Envelope envelope)) return;
            _actor.Invoke(envelope);
            if (HasSystemMessages) ProcessAllSystemMessages();
            if (single || left-- <= 0) return;
        }
    }

    private bool HasMessages => _plainQueue?.HasMessages ?? messageQueue.HasMessages;

    private bool TryDequeue(out Envelope envelope) =>
        _plainQueue is not null ? _plainQueue.TryDequeue(out envelope)
            : messageQueue.TryDequeue(out envelope);
}
