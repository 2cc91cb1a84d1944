using Akka.Actor;
using Rotom.Actors.Messages;
using Rotom.Actors.Supervision;
using Rotom.Engine.Abstractions;
using Rotom.Engine.Persist;

namespace Rotom.Actors.Persistence;

// SnapshotActor: waits for the disk, so that the keyspace does not. It has a thread of its own. It
// answers each chunk, which is what keeps the keyspace from running ahead of the disk; after a
// failure it says so once and takes the rest in without writing it.

/// <summary>Writes snapshots that are made in the background.</summary>
internal sealed class SnapshotActor : UntypedActor
{
    private readonly IFileSystem _files;
    private readonly FaultPoints _faults;
    private SnapshotFile? _file;
    private long _number;

    public SnapshotActor(IFileSystem files, FaultPoints faults)
    {
        _files = files;
        _faults = faults;
    }

    internal static Props Props(IFileSystem files, FaultPoints faults) =>
        Akka.Actor.Props.Create(() => new SnapshotActor(files, faults));

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
            case CommitSnapshot commit when commit.Number == _number && _file is not null:
                IoResult done = _file.Commit();
                _file = null;
                End(done);
                break;
            case CommitSnapshot:
                break;
            case DiscardSnapshot discard when discard.Number == _number:
                Discard();
                break;
            case DiscardSnapshot:
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
        IoResult<SnapshotFile> made = SnapshotFile.Create(_files, begin.Place);
        (_file, IoResult result) = made;
        if (!result.IsDone) End(result);
    }

    private void OnWrite(WriteSnapshot write)
    {
        if (write.Number == _number && _file is not null)
        {
            IoResult written = _file.Append(write.Bytes);
            if (!written.IsDone)
            {
                Discard();
                End(written);
            }
        }

        int bytes = write.Bytes.Count;
        SnapshotWalk.Return(write.Bytes);
        Sender.Tell(new SnapshotWritten(write.Number, bytes), Self);
    }

    private void End(IoResult result) =>
        Sender.Tell(new SnapshotFileEnded(_number, result.Text), Self);

    private void Discard()
    {
        _file?.Discard();
        _file = null;
    }
}
