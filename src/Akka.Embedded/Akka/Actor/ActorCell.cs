namespace Akka.Actor;

// The cell is the actor's real body: it owns the mailbox, the present instance of the actor's
// class, the behaviour stack, the children and the watches. An instance comes and goes with each
// restart; the cell, its mailbox and its reference stay.
//
// All members but Send*, Find*, MakeChild and the properties of construction are for the thread
// that runs the mailbox. Split by subject: this file is creation, messages and behaviour;
// Children, Faults and DeathWatch have a file each.

/// <summary>The runtime side of an actor; what an actor sees as its Context.</summary>
public partial class ActorCell : IUntypedActorContext
{
    /// <summary>The cell whose mailbox this thread is running, or null.</summary>
    [ThreadStatic] internal static ActorCell Current;

    private readonly Stack<Receive> _behaviour = new(2);
    private Mailbox _mailbox;
    private Receive _receive;
    private IActorRef _sender;
    private Queue<SystemMessage> _heldSystem;
    private ICancelable _receiveTimeoutTask;

    internal ActorCell(
        ActorSystemImpl system, LocalActorRef self, Props props, MessageDispatcher dispatcher,
        MailboxType mailboxType, IInternalActorRef parent)
    {
        (SystemImpl, Self, Props, Dispatcher, Parent) = (system, self, props, dispatcher, parent);
        _mailbox = new Mailbox(mailboxType.Create(self, system));
        _mailbox.SetActor(this);
        _mailbox.SystemEnqueue(self, new Create());
    }

    public Props Props { get; }

    public MessageDispatcher Dispatcher { get; }

    public IActorRef Sender => _sender ?? SystemImpl.DeadLetters;

    public ActorSystem System => SystemImpl;

    public TimeSpan? ReceiveTimeout { get; private set; }

    IActorRef IActorContext.Self => Self;

    IActorRef IActorContext.Parent => Parent;

    internal ActorSystemImpl SystemImpl { get; }

    internal LocalActorRef Self { get; }

    internal IInternalActorRef Parent { get; }

    internal Mailbox Mailbox => Volatile.Read(ref _mailbox);

    internal ActorBase Actor { get; private set; }

    /// <summary>The message being handled; kept after a failure until the restart is
    /// over.</summary>
    internal object CurrentMessage { get; set; }

    /// <summary>Counts messages, so that a stash can tell one from the next.</summary>
    internal long CurrentEnvelopeId { get; private set; }

    internal bool HasTimers { get; private set; }

    internal ActorTaskScheduler TaskScheduler => field ??= new ActorTaskScheduler(this);

    public void Become(Receive receive)
    {
        // The receive of the instance itself is never popped.
        if (_behaviour.Count > 1) _behaviour.Pop();
        BecomeStacked(receive);
    }

    public void BecomeStacked(Receive receive) => _behaviour.Push(_receive = receive);

    public void UnbecomeStacked()
    {
        if (_behaviour.Count > 1) _behaviour.Pop();
        _receive = _behaviour.Peek();
    }

    public void SetReceiveTimeout(TimeSpan? timeout)
    {
        ReceiveTimeout = timeout;
        CancelReceiveTimeout();
    }

    internal static Receive Handled(UntypedReceive receive) => message =>
    {
        receive(message);
        return true;
    };

    internal void Start() => Dispatcher.Attach(this);

    internal Mailbox SwapMailbox(Mailbox mailbox) => Interlocked.Exchange(ref _mailbox, mailbox);

    internal void SendMessage(object message, IActorRef sender)
    {
        if (message is null) throw new InvalidMessageException();
        Dispatcher.Dispatch(this, new Envelope(message, sender, SystemImpl));
    }

    internal void SendSystemMessage(SystemMessage message) =>
        Dispatcher.SystemDispatch(this, message);

    internal void Invoke(in Envelope envelope)
    {
        object message = envelope.Message;
        RestoreMessage(message, envelope.Sender);
        CurrentEnvelopeId++;
        bool rearm = _receiveTimeoutTask is not null && message is not INotInfluenceReceiveTimeout;
        try
        {
            if (rearm) CancelReceiveTimeout();
            if (message is IAutoReceivedMessage) AutoReceiveMessage(envelope);
            else ReceiveMessage(message);
            CurrentMessage = null;
        }
        catch (Exception cause) { HandleInvokeFailure(cause); }

        if (ReceiveTimeout.HasValue) CheckReceiveTimeout();
    }

    internal void ReceiveMessage(object message) => Actor.AroundReceive(_receive, message);

    internal void AutoReceiveMessage(in Envelope envelope)
    {
        switch (envelope.Message)
        {
            case Terminated terminated: ReceivedTerminated(terminated); break;
            case PoisonPill: Self.Stop(); break;
            case Kill: throw new ActorKilledException("Kill");
            case Identify identify:
                Sender.Tell(new ActorIdentity(identify.MessageId, Self), Self);
                break;
            case ActorSelectionMessage selection:
                Akka.Actor.ActorSelection.Deliver(Self, envelope.Sender, selection);
                break;
            default: ReceiveMessage(envelope.Message); break;
        }
    }

    /// <summary>What is being handled, and from whom; also gives an actor's context back to a
    /// continuation of an awaited task.</summary>
    internal void RestoreMessage(object message, IActorRef sender)
    {
        CurrentMessage = message;
        _sender = sender;
    }

    internal void SystemInvoke(SystemMessage message)
    {
        int before = StateRank;
        if (Holds(message, before))
        {
            (_heldSystem ??= new Queue<SystemMessage>()).Enqueue(message);
            return;
        }

        try { HandleSystemMessage(message); }
        catch (Exception cause) { HandleInvokeFailure(cause); }

        if (_heldSystem is { Count: > 0 } held && StateRank < before && !Mailbox.IsClosed)
        {
            _heldSystem = null;
            while (held.TryDequeue(out SystemMessage next)) SystemInvoke(next);
        }
    }

    internal void CheckReceiveTimeout()
    {
        if (_receiveTimeoutTask is null && Actor is not null && ReceiveTimeout >= TimeSpan.Zero)
            _receiveTimeoutTask = SystemImpl.Scheduler.ScheduleTellOnceCancelable(
                ReceiveTimeout.Value, Self, Akka.Actor.ReceiveTimeout.Instance, Self);
    }

    internal void Publish(LogEvent entry) => SystemImpl.EventStream.Publish(entry);

    private void PublishError(Exception cause, string text) =>
        Publish(new Error(cause, Self.ToString(), (Actor ?? (object)this).GetType(), text));

    private void HandleSystemMessage(SystemMessage message)
    {
        switch (message)
        {
            case ActorTaskSchedulerMessage task: task.ExecuteTask(); break;
            case Failed failed: HandleFailed(failed); break;
            case DeathWatchNotification death: WatchedActorTerminated(death); break;
            case Create: CreateActor(); break;
            case Watch watch when watch.Watcher.Equals(Self): Watch(watch.Watchee); break;
            case Watch watch: _watchedBy.Add(watch.Watcher); break;
            case Unwatch unwatch: _watchedBy.Remove(unwatch.Watcher); break;
            case Recreate recreate: FaultRecreate(recreate.Cause); break;
            case Suspend: FaultSuspend(); break;
            case Resume resume: FaultResume(resume.Cause); break;
            case Akka.Dispatch.SysMsg.Terminate: Terminate(); break;
        }
    }

    private void CancelReceiveTimeout()
    {
        _receiveTimeoutTask?.Cancel();
        _receiveTimeoutTask = null;
    }

    private void CreateActor()
    {
        try
        {
            Actor = NewActor();
            Actor.AroundPreStart();
            CheckReceiveTimeout();
        }
        catch (Exception cause)
        {
            ReleaseActor();
            Actor = null;
            string why = $"Exception during creation: {cause.Message}";
            throw new ActorInitializationException(Self, why, cause);
        }
    }

    private ActorBase NewActor()
    {
        _behaviour.Clear();
        ActorBase actor = Props.NewActor()
            ?? throw new ActorInitializationException(Self, "The actor's factory returned null");
        actor.Strategy = Props.SupervisorStrategy;
        if (actor is IActorStash withStash) withStash.Stash = new ActorStash(this);
        HasTimers = actor is IWithTimers;
        if (actor is IWithTimers withTimers) withTimers.Timers = new TimerScheduler(this);
        (actor as IInitializableActor)?.Init();
        return actor;
    }

    private void ReleaseActor()
    {
        CurrentMessage = null;
        _behaviour.Clear();
        _receive = null;
    }
}
