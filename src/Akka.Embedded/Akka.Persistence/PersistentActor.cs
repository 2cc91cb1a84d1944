namespace Akka.Persistence;

/// <summary>A persistent actor whose behaviours say whether they handled a message.</summary>
public abstract class PersistentActor : Eventsourced;

/// <summary>A persistent actor with one method for commands and one for recovery.</summary>
public abstract class UntypedPersistentActor : Eventsourced
{
    protected sealed override bool ReceiveCommand(object message)
    {
        OnCommand(message);
        return true;
    }

    protected sealed override bool ReceiveRecover(object message)
    {
        OnRecover(message);
        return true;
    }

    protected abstract void OnCommand(object message);

    /// <summary>Gets a SnapshotOffer, events and RecoveryCompleted.</summary>
    protected abstract void OnRecover(object message);
}
