using Akka.Actor;
using Akka.Persistence;
using Rotom.Actors.Messages;
using Rotom.Actors.Supervision;
using Rotom.Engine.Persist;

namespace Rotom.Actors.Persistence;

// SnapshotActor: drives saves in the background. At the cut it hands the store a snapshot that is
// not there yet (SnapshotFeed), and feeds it as the keyspace walks. Neither waits for the disk:
// that is done by the store's thread, which tells the keyspace of each chunk, so that the keyspace
// does not run ahead of the disk.

/// <summary>Has the store keep snapshots that are made in the background.</summary>
internal sealed class SnapshotActor : UntypedActor
{
    private readonly FaultPoints _faults;
    private IActorRef _keyspace = ActorRefs.Nobody;
    private SnapshotFeed? _feed;
    private long _number;

    public SnapshotActor(FaultPoints faults) => _faults = faults;

    internal static Props Props(FaultPoints faults) =>
        Akka.Actor.Props.Create(() => new SnapshotActor(faults));

    protected override void PostStop() => Discard();

    protected override void OnReceive(object message)
    {
        _faults.Before("snapshots", message);
        Handle(message);
        _faults.After("snapshots", message);
    }

    private void Handle(object message)
    {
        switch (message)
        {
            case BeginSnapshotFile begin:
                OnBegin(begin);
                break;
            case WriteSnapshot write:
                OnWrite(write);
                break;
            case CommitSnapshot commit:
                if (commit.Number == _number) _feed?.Complete();
                break;
            case DiscardSnapshot discard:
                if (discard.Number == _number) Discard();
                break;
            case SaveSnapshotSuccess { Metadata.SequenceNr: var number }:
                OnSaved(number, "");
                break;
            case SaveSnapshotFailure { Metadata.SequenceNr: var number, Cause: var cause }:
                OnSaved(number, cause.Message);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void OnBegin(BeginSnapshotFile begin)
    {
        Discard();
        _number = begin.Number;
        _keyspace = Sender;
        IActorRef store = RdbStores.PluginOf(Context.System);
        _feed = new SnapshotFeed(_number, _keyspace, store);
        // Without a journal there are no events to number: snapshots are.
        SnapshotMetadata metadata = new(begin.PersistenceId, _number);
        store.Tell(new SaveSnapshot(metadata, _feed), Self);
    }

    private void OnWrite(WriteSnapshot write)
    {
        if (write.Number == _number && _feed is not null)
        {
            _feed.Add(write.Bytes);
            return;
        }

        int bytes = write.Bytes.Count;
        SnapshotWalk.Return(write.Bytes);
        Sender.Tell(new SnapshotWritten(write.Number, bytes), Self);
    }

    // What was given up is answered too, and means nothing any more.
    private void OnSaved(long number, string error)
    {
        if (number != _number || _feed is null) return;
        _feed = null;
        _keyspace.Tell(new SnapshotFileEnded(number, error), Self);
    }

    private void Discard()
    {
        _feed?.GiveUp();
        _feed = null;
    }
}
