using System;
using Akka.Actor;
using Akka.Persistence;
using Rotom.Actors.Messages;
using Rotom.Actors.Persistence;
using Rotom.Actors.Supervision;

namespace Rotom.Actors;

// JournalActor: the persistent actor under the keyspace. It recovers (a base, then events, which it
// passes on to its parent to be applied) and keeps one event a turn.
//
// It is not the keyspace itself, because Akka stashes all commands of an actor that recovers, so
// nobody would hear -LOADING, and stops it for good when a write fails.
//
// Events are persisted without holding up the next ones: Akka has one write under way and gathers
// the rest, which is the group commit of appendfsync always.

/// <summary>Keeps what turns changed, and gives it back.</summary>
internal sealed class JournalActor : UntypedPersistentActor
{
    private readonly IActorRef _keyspace;
    private readonly bool _recovers;
    private readonly FaultPoints _faults;
    private readonly Action<JournalEvent> _onKept;
    private long _taken;

    public JournalActor(
        string persistenceId, IActorRef keyspace, bool recovers, FaultPoints faults)
    {
        _faults = faults;
        PersistenceId = persistenceId;
        _keyspace = keyspace;
        _recovers = recovers;
        _onKept = _ => _keyspace.Tell(new JournalKept(LastSequenceNr), Self);
        JournalPluginId = AofJournal.PluginId;
        SnapshotPluginId = AofBaseStore.PluginId;
    }

    /// <inheritdoc/>
    public override string PersistenceId { get; }

    /// <inheritdoc/>
    public override Recovery Recovery => _recovers
        ? Recovery.Default
        : new Recovery(SnapshotSelectionCriteria.None, 0);

    /// <param name="persistenceId">Whose journal.</param>
    /// <param name="keyspace">Whom it belongs to.</param>
    /// <param name="recovers">False: only the number of the last event is asked for.</param>
    /// <param name="faults">Where it can be made to fail.</param>
    internal static Props Props(
        string persistenceId, IActorRef keyspace, bool recovers, FaultPoints faults) =>
        Akka.Actor.Props.Create(
            () => new JournalActor(persistenceId, keyspace, recovers, faults));

    /// <inheritdoc/>
    protected override void OnRecover(object message)
    {
        if (message is RecoveryCompleted) _faults.Before("journal", message);
        switch (message)
        {
            case SnapshotOffer { Snapshot: AofBase found } offer:
                _keyspace.Tell(new LoadBase(found, offer.Metadata.SequenceNr), Self);
                break;
            case JournalEvent turn:
                _keyspace.Tell(new ReplayTurn(turn, LastSequenceNr), Self);
                break;
            case RecoveryCompleted:
                _taken = LastSequenceNr;
                _keyspace.Tell(new JournalReady(LastSequenceNr), Self);
                _faults.After("journal", message);
                break;
        }
    }

    /// <inheritdoc/>
    protected override void OnCommand(object message)
    {
        _faults.Before("journal", message);
        Handle(message);
        _faults.After("journal", message);
    }

    private void Handle(object message)
    {
        switch (message)
        {
            case JournalEvent told when told.Seq <= _taken:
                // Once more, by who could not know that it had been told.
                break;
            case JournalEvent turn:
                _taken = turn.Seq;
                PersistAsync(turn, _onKept);
                break;
            case IAofBaseSource source:
                SaveSnapshot(source);
                break;
            case SaveSnapshotSuccess:
                _keyspace.Tell(new BaseMade(null), Self);
                break;
            case SaveSnapshotFailure failed:
                _keyspace.Tell(new BaseMade(failed.Cause), Self);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    /// <inheritdoc/>
    protected override void OnRecoveryFailure(Exception reason, object? message = null) =>
        _keyspace.Tell(new JournalUnreadable(reason), Self);

    /// <inheritdoc/>
    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr) =>
        _keyspace.Tell(new JournalLost(cause), Self);

    /// <inheritdoc/>
    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr) =>
        _keyspace.Tell(new JournalLost(cause), Self);
}
