namespace Akka.Persistence;

// This half is what an actor calls: it numbers events, notes their handlers and gathers them for
// the journal. The other half (Eventsourced.Phases.cs) decides what each message means.
//
//   _batch     what the running handler has persisted; moves on when the handler ends
//   _journal   what waits for the journal, which has one write of this actor at a time
//   _pending   the handlers of all that is in either or on its way, in the order of the calls;
//              the journal answers in the same order, so the first is always the next to run

/// <summary>Base of all persistent actors.</summary>
public abstract partial class Eventsourced : ActorBase, IWithUnboundedStash
{
    private static int s_instances;

    private readonly int _instanceId = Interlocked.Increment(ref s_instances);
    private readonly string _writerGuid = Guid.NewGuid().ToString();
    private readonly ActorStash _internalStash;
    private readonly Queue<PendingHandler> _pending = new();
    private readonly List<IPersistentEnvelope> _batch = [];
    private List<IPersistentEnvelope> _journal = [];
    private bool _writing;
    private int _blocking;
    private long _sequenceNr;

    protected Eventsourced()
    {
        Extension = Persistence.Instance.Apply(Context.System);
        _internalStash = new ActorStash((ActorCell)Context);
    }

    protected PersistenceExtension Extension { get; }

    protected virtual ILoggingAdapter Log => field ??= Context.GetLogger();

    /// <summary>Under which name its events and snapshots are stored; must not change.</summary>
    public abstract string PersistenceId { get; }

    public virtual Recovery Recovery => Recovery.Default;

    /// <summary>The actor's own stash; commands held back while events are stored are elsewhere.
    /// </summary>
    public IStash Stash { get; set; }

    public string JournalPluginId { get; protected set; }

    public string SnapshotPluginId { get; protected set; }

    public IActorRef Journal => field ??= Extension.JournalFor(JournalPluginId);

    public IActorRef SnapshotStore => field ??= Extension.SnapshotStoreFor(SnapshotPluginId);

    public string SnapshotterId => PersistenceId;

    public bool IsRecovering => _phase < Phase.Processing;

    public bool IsRecoveryFinished => !IsRecovering;

    /// <summary>Of the event recovered, or stored and handled, last.</summary>
    public long LastSequenceNr { get; private set; }

    public long SnapshotSequenceNr => LastSequenceNr;

    /// <summary>Answered with SaveSnapshotSuccess or SaveSnapshotFailure. The store keeps the
    /// object: it must not change any more.</summary>
    public void SaveSnapshot(object snapshot) => SnapshotStore.Tell(
        new SaveSnapshot(new SnapshotMetadata(SnapshotterId, SnapshotSequenceNr), snapshot), Self);

    public void DeleteSnapshot(long sequenceNr) => SnapshotStore.Tell(
        new DeleteSnapshot(new SnapshotMetadata(SnapshotterId, sequenceNr)), Self);

    public void DeleteSnapshots(SnapshotSelectionCriteria criteria) =>
        SnapshotStore.Tell(new DeleteSnapshots(SnapshotterId, criteria), Self);

    /// <summary>Handles a snapshot, an event or RecoveryCompleted.</summary>
    protected abstract bool ReceiveRecover(object message);

    protected abstract bool ReceiveCommand(object message);

    /// <summary>Stores an event, then calls the handler; commands wait until then.</summary>
    /// <exception cref="InvalidOperationException">Called before RecoveryCompleted.</exception>
    public void Persist<TEvent>(TEvent @event, Action<TEvent> handler) =>
        Add(@event, handler, blocking: true);

    /// <summary>Stores all events or none, then calls the handler for each.</summary>
    public void PersistAll<TEvent>(IEnumerable<TEvent> events, Action<TEvent> handler) =>
        AddAll(events, handler, blocking: true);

    /// <summary>As Persist, while further commands are handled.</summary>
    public void PersistAsync<TEvent>(TEvent @event, Action<TEvent> handler) =>
        Add(@event, handler, blocking: false);

    public void PersistAllAsync<TEvent>(IEnumerable<TEvent> events, Action<TEvent> handler) =>
        AddAll(events, handler, blocking: false);

    /// <summary>Calls the handler after all handlers called for before; stores nothing.</summary>
    public void DeferAsync<TEvent>(TEvent evt, Action<TEvent> handler)
    {
        RequireRecovered();
        if (_pending.Count == 0) handler(evt);
        else
        {
            Expect(handler, blocking: false);
            _batch.Add(new NonPersistentMessage(evt, Sender));
        }
    }

    /// <summary>Answered with DeleteMessagesSuccess or DeleteMessagesFailure.</summary>
    public void DeleteMessages(long toSequenceNr)
    {
        if (toSequenceNr == long.MaxValue || toSequenceNr <= LastSequenceNr)
            Journal.Tell(new DeleteMessagesTo(PersistenceId, toSequenceNr, Self), Self);
        else
            Self.Tell(new DeleteMessagesFailure(new InvalidOperationException(
                $"toSequenceNr [{toSequenceNr}] must be less than or equal to lastSequenceNr "
                + $"[{LastSequenceNr}]"), toSequenceNr), Self);
    }

    protected override bool Receive(object message) => ReceiveCommand(message);

    protected virtual void OnReplaySuccess() { }

    /// <summary>Recovery failed; the actor is stopped when this returns.</summary>
    protected virtual void OnRecoveryFailure(Exception reason, object message = null) =>
        LogEvent(reason, "recover", message, LastSequenceNr);

    /// <summary>It is unknown whether the event is stored; the actor is stopped when this
    /// returns.</summary>
    protected virtual void OnPersistFailure(Exception cause, object @event, long sequenceNr) =>
        LogEvent(cause, "persist", @event, sequenceNr);

    /// <summary>The event is not stored; the actor goes on, without a call of its handler.
    /// </summary>
    protected virtual void OnPersistRejected(Exception cause, object @event, long sequenceNr) =>
        LogEvent(cause, "persist (rejected)", @event, sequenceNr);

    protected override void Unhandled(object message)
    {
        Exception failure = message switch
        {
            SaveSnapshotFailure failed => failed.Cause,
            DeleteSnapshotFailure failed => failed.Cause,
            DeleteSnapshotsFailure failed => failed.Cause,
            DeleteMessagesFailure failed => failed.Cause,
            _ => null,
        };
        if (failure is not null)
            Log.Log(LogLevel.WarningLevel, failure,
                $"{message.GetType()} for persistenceId [{PersistenceId}]");
        else if (message is not RecoveryCompleted) base.Unhandled(message);
    }

    /// <summary>Runs an asynchronous command; what it persists goes out when it has ended.
    /// </summary>
    protected void RunTask(Func<Task> action)
    {
        _asyncRunning = true;
        ActorTaskScheduler.RunTask(async () =>
        {
            bool failed = true;
            try
            {
                await action();
                failed = false;
            }
            finally
            {
                _asyncRunning = false;
                StepDone(failed);
            }
        });
    }

    private void Add<TEvent>(TEvent @event, Action<TEvent> handler, bool blocking)
    {
        RequireRecovered();
        Expect(handler, blocking);
        _batch.Add(new AtomicWrite(Represent(@event)));
    }

    private void AddAll<TEvent>(IEnumerable<TEvent> events, Action<TEvent> handler, bool blocking)
    {
        RequireRecovered();
        ImmutableArray<IPersistentRepresentation> all =
            [.. (events ?? []).Select(@event => Represent(@event))];
        foreach (IPersistentRepresentation _ in all) Expect(handler, blocking);
        if (all.Length > 0) _batch.Add(new AtomicWrite(all));
    }

    private void RequireRecovered()
    {
        if (IsRecovering)
            throw new InvalidOperationException("Cannot persist during replay. Events can be "
                + "persisted when receiving RecoveryCompleted or later.");
    }

    private void Expect<TEvent>(Action<TEvent> handler, bool blocking)
    {
        if (blocking) _blocking++;
        _pending.Enqueue(new PendingHandler<TEvent>(handler, blocking));
    }

    private Persistent Represent(object @event) => new(
        @event, ++_sequenceNr, PersistenceId, sender: Sender, writerGuid: _writerGuid);

    private void LogEvent(Exception cause, string what, object @event, long sequenceNr) =>
        Log.Error(cause, $"Failed to {what} [{@event?.GetType()}] with sequence number "
            + $"[{sequenceNr}] for persistenceId [{PersistenceId}]");

    private void FlushJournal()
    {
        if (_writing || _journal.Count == 0) return;
        _writing = true;
        Journal.Tell(new WriteMessages(_journal, Self, _instanceId), Self);
        _journal = [];
    }

    private abstract class PendingHandler(bool blocking)
    {
        internal bool Blocking => blocking;

        internal abstract void Run(object @event);
    }

    private sealed class PendingHandler<TEvent>(Action<TEvent> handler, bool blocking)
        : PendingHandler(blocking)
    {
        internal override void Run(object @event) => handler((TEvent)@event);
    }
}
