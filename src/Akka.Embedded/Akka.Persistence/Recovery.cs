namespace Akka.Persistence;

/// <summary>What a persistent actor recovers from.</summary>
public sealed class Recovery(
    SnapshotSelectionCriteria fromSnapshot = null, long toSequenceNr = long.MaxValue,
    long replayMax = long.MaxValue)
{
    /// <summary>The newest snapshot, and all events after it.</summary>
    public static Recovery Default { get; } = new();

    /// <summary>No snapshot and no event; only the highest sequence number.</summary>
    public static Recovery None { get; } = new(SnapshotSelectionCriteria.None, 0);

    public SnapshotSelectionCriteria FromSnapshot { get; } =
        fromSnapshot ?? SnapshotSelectionCriteria.Latest;

    public long ToSequenceNr => toSequenceNr;

    public long ReplayMax => replayMax;
}

/// <summary>Given to ReceiveRecover after the last event, before the first command.</summary>
public sealed class RecoveryCompleted
{
    public static readonly RecoveryCompleted Instance = new();

    private RecoveryCompleted() { }
}

/// <summary>Neither snapshot nor event came for recovery-event-timeout.</summary>
public sealed class RecoveryTimedOutException(string message, Exception cause = null)
    : AkkaException(message, cause);

internal sealed record RecoveryTick(int ActorInstanceId) : INotInfluenceReceiveTimeout;

internal enum RecoveryPermit { Request, Granted, Return }

/// <summary>Lets so many actors of a system recover at once; the others wait in order. An actor
/// that ends gives its permit back.</summary>
internal sealed class RecoveryPermitter(int permits) : UntypedActor
{
    private readonly HashSet<IActorRef> _holders = [];
    private readonly LinkedList<IActorRef> _waiting = new();

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case RecoveryPermit.Request:
                Context.Watch(Sender);
                if (_holders.Contains(Sender)) Sender.Tell(RecoveryPermit.Granted);
                else if (!_waiting.Contains(Sender)) _waiting.AddLast(Sender);
                break;
            case RecoveryPermit.Return:
                Context.Unwatch(Sender);
                _holders.Remove(Sender);
                break;
            case Terminated ended:
                _waiting.Remove(ended.ActorRef);
                _holders.Remove(ended.ActorRef);
                break;
        }

        while (_holders.Count < permits && _waiting.First is { Value: var next })
        {
            _waiting.RemoveFirst();
            _holders.Add(next);
            next.Tell(RecoveryPermit.Granted);
        }
    }
}
