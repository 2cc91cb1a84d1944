using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using Akka.Actor;
using Rotom.Actors.Supervision;
using Rotom.Engine.Abstractions;
using Rotom.Engine.Persist;

namespace Rotom.Actors.Persistence;

// New files and new bases.
//
// A rewrite: at the cut (an event's number) the journal goes on in a new file; a base that holds
// everything up to the cut is written beside it; then the manifest names both and nothing older.
// Until then a crash finds the old base with all files of changes, which is the same data.
//
// When the journal is switched on while the server runs there is no old base that could be trusted
// to be of the same data: the new file then has a name of its own until the base is there. If that
// base is given up and another one is cut later, the file begins anew at the cut, too.
internal sealed partial class AofStore
{
    private long _rotateAfter = -1;
    private long _cutSeq = -1;
    private long _firstIncrKept;

    /// <summary>The event behind which the file begins that has a name of its own.</summary>
    private long _apartAfter;

    private (string Name, bool Rdb, TaskCompletionSource Done)? _ready;

    /// <summary>Number of the last event that the base being made holds; -1 for none.</summary>
    internal long CutSeq => _cutSeq;

    /// <summary>The base that is being made holds everything up to this number.</summary>
    internal void Cut(long seq)
    {
        _options.Faults.At(FaultPoints.BeforeCut);
        OpenLastOnce();
        _cutSeq = seq;
        _rotateAfter = seq;
        // What is not trusted is given up where it is: the base holds what is still to be written.
        if (State == AofState.Distrusted) RotateNow();
        else TryRotate();
        Drain();
    }

    /// <summary>True when nothing more may be written before the files are changed.</summary>
    private bool RotationDue => _rotateAfter >= 0 && WrittenSeq >= _rotateAfter;

    // Not while a flush is under way: whether it fails is not known yet, and a second one that
    // succeeds would prove nothing. The file is flushed first, on the thread for it.
    private void TryRotate()
    {
        if (!RotationDue || _flushing) return;
        if (State == AofState.Good && WrittenSeq > FlushedSeq && !_log.IsApart) StartFlush();
        else RotateNow();
    }

    // A flush failed. A base that is still to be cut holds what is in doubt; one whose cut lies
    // before what is in doubt is of no use.
    private void VoidRewrite()
    {
        if (_rotateAfter >= 0) RotateNow();
        else _cutSeq = -1;
    }

    /// <summary>No base is made after all.</summary>
    internal void ForgetCut()
    {
        _cutSeq = _rotateAfter = -1;
        _ready = null;
        Drain();
    }

    /// <summary>
    /// The base is finished and flushed, under a name of its own: from now on it is the base.
    /// </summary>
    /// <param name="seq">The last event that it holds.</param>
    /// <param name="tempName">Its name so far.</param>
    /// <param name="rdb">Whether it is a snapshot, or commands.</param>
    internal Task Install(long seq, string tempName, bool rdb)
    {
        _options.Faults.At(FaultPoints.BeforeInstall);
        TaskCompletionSource done = new();
        if (_cutSeq >= 0 && seq != _cutSeq)
        {
            // Of a rewrite that was given up; another one is under way.
            done.SetException(new AofWriteException("the rewrite was given up"));
            return done.Task;
        }

        _ready = (tempName, rdb, done);
        if (_rotateAfter < 0) InstallNow();
        return done.Task;
    }

    /// <summary>Begins a journal while the server runs, which has a base later.</summary>
    /// <param name="seq">Its events come after that number.</param>
    internal IoResult BeginApart(long seq)
    {
        IoResult made = _log.MakeDirectory();
        if (!made.IsDone) return made;
        // An old journal is history as soon as there is a base; a broken one is none.
        _log.Find(out _);
        _log.Sweep();
        made = _log.BeginApart(seq);
        if (!made.IsDone) return made;
        _apartAfter = seq;
        WrittenSeq = FlushedSeq = seq;
        _found = _opened = true;
        return made;
    }

    /// <summary>Deletes events for good: they are not replayed any more.</summary>
    internal Task DeleteTo(long seq)
    {
        OpenLastOnce();
        Span<byte> line = stackalloc byte[AofAnnotation.BytesMax];
        int length = new AofAnnotation(AofAnnotationKind.Deleted, seq).Write(line);
        IoResult written = _log.Append(line[..length]);
        if (written.IsDone) written = _log.Current!.Fsync();
        if (!written.IsDone) return Task.FromException(new AofWriteException(written.Text));
        _deletedTo = Math.Max(_deletedTo, Math.Min(seq, WrittenSeq));
        return Task.CompletedTask;
    }

    private void RotateNow()
    {
        long after = Math.Max(_rotateAfter, WrittenSeq);
        _rotateAfter = -1;
        // What a file that has no base yet holds from before the cut would be executed twice.
        bool isHeldTwice = _log.IsApart && _apartAfter != after;
        if (State == AofState.Distrusted || isHeldTwice)
        {
            // The manifest goes on to name the file that is given up as its last: the end of the
            // last file may be torn, and is cut off by whoever loads it.
            IoResult apart = _log.BeginApart(after);
            CloseRetired();
            if (!apart.IsDone)
            {
                GiveUpCut(apart);
                return;
            }

            _apartAfter = after;
            Rotated();
            return;
        }

        if (_log.IsApart)
        {
            Rotated();
            return;
        }

        IoResult flushed = _log.Flush();
        if (!flushed.IsDone)
        {
            _rotateAfter = after;
            Distrust(flushed);
            return;
        }

        AofManifest before = _log.Manifest;
        IoResult rotated = _log.Rotate(after);
        CloseRetired();
        if (_log.Manifest != before)
        {
            if (State == AofState.Good)
            {
                FlushedSeq = WrittenSeq;
                CompleteFlushed();
            }

            Rotated();
            if (!rotated.IsDone && State != AofState.Distrusted) Fail(rotated);
            return;
        }

        GiveUpCut(rotated);
    }

    private void GiveUpCut(IoResult failure)
    {
        _options.Log(true, "Can't open a new AOF file for the rewrite: " + failure.Text);
        _cutSeq = -1;
        if (_ready is { } ready) ready.Done.TrySetException(new AofWriteException(failure.Text));
        _ready = null;
    }

    private void Rotated()
    {
        _firstIncrKept = _log.Manifest.IncrSeq;
        if (_ready is not null) InstallNow();
    }

    private void InstallNow()
    {
        (string name, bool rdb, TaskCompletionSource done) = _ready!.Value;
        _ready = null;
        if (_cutSeq < 0)
        {
            done.TrySetException(new AofWriteException("the rewrite was given up"));
            return;
        }

        AofManifest before = _log.Manifest;
        IoResult installed = _log.InstallBase(name, rdb, _firstIncrKept);
        // The manifest may name it though it is not known whether a crash would find it named.
        if (_log.Manifest != before) _baseSeq = _cutSeq;
        if (!installed.IsDone)
        {
            _options.Log(true, "Can't install the new AOF base file: " + installed.Text);
            if (_log.NamesInDoubt && State == AofState.Good) Fail(installed);
            done.TrySetException(new AofWriteException(installed.Text));
            _cutSeq = -1;
            return;
        }

        _cutSeq = -1;
        BaseBytes = _log.TotalBytes;
        Settle(_baseSeq);
        DeleteHistory();
        done.TrySetResult();
    }

    // All that the base holds is kept, wherever it is in the files.
    private void Settle(long seq)
    {
        while (_unflushed.TryPeek(out Held? held) && held.Seq <= seq)
        {
            _unflushed.Dequeue().Complete();
        }

        while (_unwritten.TryPeek(out Held? held) && held.Seq <= seq)
        {
            HeldBytes -= held.Bytes!.Length;
            _unwritten.Dequeue().Complete();
        }

        WrittenSeq = Math.Max(WrittenSeq, seq);
        FlushedSeq = Math.Max(FlushedSeq, seq);
        if (State == AofState.Good) return;
        State = AofState.WriteFails;
        Retry();
    }

    /// <summary>Files that are not needed need not be kept any more; any thread.</summary>
    internal void DropHistory() =>
        _plugin.Tell(new AofHistoryDue(this), ActorRefs.NoSender);

    /// <summary>Deletes what the manifest does not need, unless it is to be kept.</summary>
    internal void DeleteHistory()
    {
        if (_options.KeepHistory()) return;
        IReadOnlyList<string> names = _log.ForgetHistory();
        if (names.Count == 0) return;
        IFileSystem files = _options.Files;
        string[] paths = new string[names.Count];
        for (int i = 0; i < paths.Length; i++) paths[i] = _log.PathOf(names[i]);
        _options.Worker.Post(() =>
        {
            foreach (string path in paths) files.Unlink(path);
        });
    }

    private void CloseRetired()
    {
        // A flush of it may be queued: it is closed behind it.
        if (_log.TakeRetired() is { } retired) _options.Flusher.Post(retired.Dispose);
    }
}
