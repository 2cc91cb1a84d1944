using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using Akka.Actor;
using Akka.Event;
using Rotom.Actors.Hosting;
using Rotom.Actors.Messages;
using Rotom.Actors.Supervision;
using Rotom.Engine;
using Rotom.Engine.Abstractions;
using Rotom.Engine.Config;
using Rotom.Engine.Persist;
using Rotom.Net.Loop;

namespace Rotom.Actors.Persistence;

// SnapshotKeeper: snapshots of the data set in dump.rdb, from the keyspace actor's side. It lives
// in that actor's turn: BGSAVE is a walk in slices (SnapshotWalk), one a turn of its loop, whose
// chunks go to the snapshot actor, and from it to the store (RdbSnapshotStore). SnapshotPace has
// the limits that are promised. What is loaded when a server starts the store has found.
//
// SAVE, SHUTDOWN and DEBUG RELOAD do it all at once, as in Redis: who sends them waits, and so does
// everybody else; they cannot wait for an actor, and use the store's file themselves.
//
//   SnapshotKeeper.cs          saving
//   SnapshotKeeper.Loading.cs  loading

/// <summary>Keeps the data set in Redis' snapshot file.</summary>
internal sealed partial class SnapshotKeeper : ISnapshotKeeper, IDisposable
{
    private const long NanosPerMs = 1_000_000;

    private readonly RotomEngine _engine;
    private readonly DumpFile _dump;
    private readonly ILoggingAdapter _log;
    private readonly SnapshotPace _pace;
    private IActorRef _self = ActorRefs.Nobody;
    private IActorRef _writer = ActorRefs.Nobody;
    private IEventLoop? _loop;
    private SnapshotWalk? _walk;
    private long _number;
    private long _underWay;
    private bool _stepping;
    private bool _committed;
    private Activity? _activity;

    internal SnapshotKeeper(RotomEngine engine, DumpFile dump, ILoggingAdapter log)
    {
        _engine = engine;
        _dump = dump;
        _log = log;
        _pace = new SnapshotPace(engine, log, isBase: false);
        engine.Snapshots = this;
    }

    /// <summary>Counts snapshots that fail.</summary>
    internal Incidents? Incidents { get; init; }

    /// <summary>The plugin that finds what is to be loaded.</summary>
    internal required Func<IActorRef> Store { get; init; }

    /// <summary>Saving for whoever traces.</summary>
    internal RotomActivities? Activities { get; init; }

    /// <inheritdoc/>
    public bool IsSaving => _walk is not null;

    private ServerConfig Config => _engine.Config;

    /// <summary>The actor whose turn this is, and the one that waits for the disk.</summary>
    internal void Attach(IActorRef self, IActorRef writer, IEventLoop loop)
    {
        _self = self;
        _writer = writer;
        _loop = loop;
    }

    /// <summary>True when a message was meant for it.</summary>
    internal bool Receive(object message, IActorRef sender)
    {
        switch (message)
        {
            case SnapshotStep:
                _stepping = false;
                if (_walk is not null) Step();
                return true;
            case SnapshotWritten written:
                if (written.Number != _number) return true;
                _underWay -= written.Bytes;
                if (_walk is not null) StepSoon();
                return true;
            case SnapshotFileEnded ended:
                if (ended.Number == _number && _walk is not null) End(ended.Error);
                return true;
            case SaveAtEnd end:
                bool saved = _engine.EndServing(end.Save, end.NoSave, end.Force);
                sender.Tell(new SavedAtEnd(saved), _self);
                return true;
            default:
                return ReceiveLoading(message, sender);
        }
    }

    /// <inheritdoc/>
    public bool Save()
    {
        if (_engine.Snapshot is not null) return false;
        _engine.SavingBegan();
        Activity? activity = Activities?.BeginWork("rotom.save", "foreground");
        IoResult result = WriteAtOnce();
        RotomActivities.End(activity, result.Text);
        _engine.EndSnapshot();
        if (result.IsDone) _log.Info("DB saved on disk");
        else _log.Warning("Error saving DB on disk: {0}", result.Text);
        // As in Redis only a background save that fails makes writers hear of it: who asked for
        // this one knows.
        if (result.IsDone) _engine.SavingEnded(succeeded: true);
        else _engine.SavingStopped();
        return result.IsDone;
    }

    /// <inheritdoc/>
    public bool BeginSaving()
    {
        if (_engine.Snapshot is not null) return false;
        _engine.SavingBegan();
        _activity = Activities?.BeginWork("rotom.save", "background");
        _walk = _engine.BeginSnapshot(isBase: false);
        _pace.Begin();
        _number++;
        _underWay = 0;
        _committed = false;
        _log.Info("Background saving started");
        _dump.Place = SnapshotPlace.Of(Config);
        _writer.Tell(new BeginSnapshotFile(_number, _dump.PersistenceId), _self);
        StepSoon();
        return true;
    }

    /// <inheritdoc/>
    public void StopSaving()
    {
        if (_walk is null) return;
        _writer.Tell(new DiscardSnapshot(_number), _self);
        RotomActivities.End(_activity, "given up");
        Forget();
        _engine.SavingStopped();
        _log.Warning("Background saving given up");
    }

    /// <summary>The snapshot under way, if there is one, will not be.</summary>
    internal void FailSaving(string why)
    {
        if (_walk is not null) End(why);
    }

    /// <inheritdoc/>
    public void Dispose() => _stream?.Dispose();

    private void StepSoon()
    {
        if (_stepping || _committed) return;
        _stepping = true;
        NextTurn(SnapshotStep.Instance, _pace.DelayMs);
    }

    // Not at once: a message to itself would have its turn before sockets are looked at.
    private void NextTurn(object message, long delayMs = 0)
    {
        IActorRef self = _self;
        _loop!.Schedule(delayMs, () => self.Tell(message, self));
    }

    private void Step()
    {
        SnapshotWalk walk = _walk!;
        _pace.Step(walk, _underWay);
        if (walk.Failure is { } failure)
        {
            _writer.Tell(new DiscardSnapshot(_number), _self);
            End(failure);
            return;
        }

        while (walk.TryTakeChunk(out ArraySegment<byte> chunk))
        {
            _underWay += chunk.Count;
            _writer.Tell(new WriteSnapshot(_number, chunk), _self);
        }

        if (_pace.IsOverMemory(walk, _underWay))
        {
            _writer.Tell(new DiscardSnapshot(_number), _self);
            End("it would hold more than snapshot-max-extra-memory");
            return;
        }

        if (walk.IsDone)
        {
            _committed = true;
            _writer.Tell(new CommitSnapshot(_number), _self);
        }
        else if (_underWay < SnapshotPace.WindowBytes)
        {
            StepSoon();
        }
    }

    private void End(string error)
    {
        if (error.Length == 0)
        {
            _log.Info("Background saving terminated with success");
        }
        else
        {
            Incidents?.Count(Incident.Snapshot);
            _log.Warning("Background saving error: {0}", error);
        }

        RotomActivities.End(_activity, error);
        Forget();
        _engine.SavingEnded(error.Length == 0);
    }

    private void Forget()
    {
        _walk = null;
        _activity = null;
        // A step may be under way, or may have been lost with an instance of the actor.
        _stepping = false;
        _pace.End();
        _dump.Void(_number);
        _number++;
        _engine.EndSnapshot();
    }

    private IoResult WriteAtOnce()
    {
        IoResult<SnapshotFile> made = SnapshotFile.Create(_dump.Files, SnapshotPlace.Of(Config));
        (SnapshotFile file, IoResult result) = made;
        if (!result.IsDone) return result;
        SnapshotWalk walk = _engine.BeginSnapshot(isBase: false);
        bool isDone = false;
        while (!isDone)
        {
            isDone = walk.Step(NanosPerMs);
            if (walk.Failure is { } failure)
            {
                file.Discard();
                return new IoResult(IoError.Other, failure);
            }

            while (walk.TryTakeChunk(out ArraySegment<byte> chunk))
            {
                IoResult written = file.Append(chunk);
                SnapshotWalk.Return(chunk);
                if (written.IsDone) continue;
                file.Discard();
                return written;
            }
        }

        return _dump.CommitAtOnce(file);
    }

    private static string Seconds(long nanos) =>
        (nanos / 1e9).ToString("F3", CultureInfo.InvariantCulture);
}
