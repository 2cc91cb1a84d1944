using System;
using System.Collections.Generic;
using System.Globalization;
using System.Threading;
using System.Threading.Tasks;
using Akka.Persistence;
using Rotom.Actors.Client;
using Rotom.Actors.Supervision;
using Rotom.Engine.Abstractions;
using Rotom.Engine.Persist;

namespace Rotom.Actors.Persistence;

// Finding the journal and reading it.
//
// Akka asks for the highest number before it asks for events. The last file says it, if it has
// numbers of its own (it begins with #AFTER); else all files are read. Only when everything has
// been read well is the tail of the last file cut, so that a journal that is refused stays as it
// was found.
//
// A replay is paced: Akka has no way to say "not so fast", so at most a window of bytes is under
// way that Applied has not been called for. It is pumped by the worker's thread, which goes on to
// other work while the window is full.
internal sealed partial class AofStore
{
    private const long WindowBytes = 1 << 20;

    private bool _found;
    private bool _opened;
    private long _baseSeq;
    private long _deletedTo;
    private long _keptBytes;
    private long _underWay;
    private ReplayPump? _pump;
    private int _pumpWaits;

    /// <summary>True when there is a base to begin with.</summary>
    internal AofFile? BaseFile => _log.Manifest.Base;

    /// <summary>Number of the last event that the base holds.</summary>
    internal long BaseSeq => _baseSeq;

    /// <summary>Bytes of all files when they were found, for the progress of a load.</summary>
    internal long FoundBytes { get; private set; }

    /// <summary>Files of the journal, for a log line.</summary>
    internal string PathOf(AofFile file) => _log.PathOf(file.Name);

    /// <summary>The files that hold what came after a number, up to another one.</summary>
    internal HistoryRange History(long after, long upTo)
    {
        AofManifest manifest = _log.Manifest;
        List<string> changes = [];
        foreach (AofFile file in manifest.Incr) changes.Add(PathOf(file));
        string? path = manifest.Base is { } found ? PathOf(found) : null;
        return new HistoryRange(_options.Files, path, _baseSeq, changes, after, upTo);
    }

    /// <summary>A path in its directory.</summary>
    internal string PathTo(string name) => _log.PathOf(name);

    /// <summary>Finds the journal, or makes one; its highest number.</summary>
    /// <exception cref="AofLoadException">It cannot be used.</exception>
    internal long Find()
    {
        _options.Faults.At(FaultPoints.BeforeFind);
        if (_found) return WrittenSeq;
        if (_options.OldFile is { } old) TakeOverOld(old);
        switch (_log.Find(out string problem))
        {
            case AofLog.Found.Broken:
                throw new AofLoadException(problem);
            case AofLog.Found.Nothing:
                Begin();
                break;
            default:
                WrittenSeq = FlushedSeq = ReadHighest();
                break;
        }

        FoundBytes = _log.TotalBytes;
        BaseBytes = _log.BaseBytes;
        _found = true;
        return WrittenSeq;
    }

    /// <summary>
    /// The number behind which a writer goes on. The one before it is gone: what it had sent and is
    /// not written is sent again by the new one, and dropped here.
    /// </summary>
    /// <exception cref="AofLoadException">The journal cannot be used.</exception>
    internal long Highest()
    {
        DropHeld();
        return Find();
    }

    /// <summary>Replays events to a callback; the task ends after the last.</summary>
    internal Task Replay(
        long from, long to, long max, string id, Action<IPersistentRepresentation> callback)
    {
        _options.Faults.At(FaultPoints.BeforeReplay);
        ReplayPump pump = new(this, from, to, max, id, callback);
        _pump = pump;
        _options.Worker.Post(pump.Run);
        return pump.Ended;
    }

    /// <summary>So many bytes of a replay have been applied; any thread.</summary>
    internal void Applied(long bytes)
    {
        long left = Interlocked.Add(ref _underWay, -bytes);
        if (left > WindowBytes / 2) return;
        if (Interlocked.Exchange(ref _pumpWaits, 0) != 0 && _pump is { } pump)
        {
            _options.Worker.Post(pump.Run);
        }
    }

    /// <summary>What is wrong with a file that cannot be loaded.</summary>
    internal static string Describe(string file, AofPiece ending, string error, long offset) =>
        ending switch
        {
            AofPiece.Truncated =>
                $"Unexpected end of file reading the append only file {file}. You can: "
                + "1) Make a backup of your AOF file, then use ./rotom-server check-aof --fix "
                + "<filename.manifest>. 2) Alternatively you can set the 'aof-load-truncated' "
                + "configuration option to yes and restart the server.",
            AofPiece.Failed =>
                $"Unrecoverable error reading the append only file {file}: {error}",
            _ => string.Create(
                CultureInfo.InvariantCulture,
                $"Bad file format reading the append only file {file} at offset {offset}: {error}."
                + $" Make a backup of your AOF file, then use ./rotom-server check-aof --fix "
                + $"<filename.manifest>"),
        };

    private void TakeOverOld(string old)
    {
        if (!_options.Files.Size(old).IsDone) return;
        AofLog.Found found = _log.Find(out _);
        bool unfinished = found == AofLog.Found.Broken
            && !_options.Files.Size(_log.PathOf(_options.FileName)).IsDone;
        if (found != AofLog.Found.Nothing && !unfinished) return;
        IoResult made = _log.MakeDirectory();
        if (made.IsDone) made = _log.TakeOver(old);
        if (!made.IsDone) throw new AofLoadException($"Can't take over {old}: {made.Text}");
        _options.Log(false, $"Successfully migrated an old-style AOF {old} into the AOF directory");
    }

    private void Begin()
    {
        IoResult made = _log.MakeDirectory();
        if (made.IsDone)
        {
            _log.Sweep();
            made = MakeFirstBase(out string? name, out bool rdb);
            if (made.IsDone) made = _log.Begin(name, rdb, 0);
        }

        if (!made.IsDone)
        {
            throw new AofLoadException(
                $"Can't open or create the append-only dir {_options.Directory}: {made.Text}");
        }

        _opened = true;
        BaseBytes = _log.TotalBytes;
        // Nothing is what a restart would find: who waits for nothing waits no longer.
        FlushedSeq = 0;
    }

    private IoResult MakeFirstBase(out string? name, out bool rdb)
    {
        name = null;
        rdb = false;
        if (_options.FirstBase is not { } first) return IoResult.Done;
        (byte[] bytes, bool isRdb) = first();
        rdb = isRdb;
        name = "temp-" + _options.FileName + ".base";
        IoResult<IFile> opened = _options.Files.Open(_log.PathOf(name), FileUse.Create);
        if (!opened.IsDone) return opened.Outcome;
        using IFile file = opened.Value;
        IoResult written = file.Append(bytes);
        return written.IsDone ? file.Fsync() : written;
    }

    private long ReadHighest()
    {
        AofManifest manifest = _log.Manifest;
        int last = manifest.Incr.Count - 1;
        if (last < 0) return 0;
        _baseSeq = FirstSeq(manifest.Incr[0], out _);
        long after = FirstSeq(manifest.Incr[last], out bool numbered);
        int first = numbered ? last : 0;
        long seq = numbered ? after : _baseSeq;
        for (int i = first; i <= last; i++) seq = ReadFile(manifest.Incr[i], seq, i == last);
        return seq;
    }

    private long ReadFile(AofFile file, long seq, bool isLast)
    {
        using IFile opened = OpenToRead(file);
        AofEvents events = new(opened, seq);
        while (events.Next())
        {
        }

        Judge(file, events, isLast);
        if (isLast) _keptBytes = events.KeptUpTo;
        _deletedTo = Math.Max(_deletedTo, Math.Min(events.DeletedTo, events.LastSeq));
        return events.LastSeq;
    }

    private void Judge(AofFile file, AofEvents events, bool isLast)
    {
        switch (events.Ending)
        {
            case AofPiece.End:
                return;
            case AofPiece.Truncated when !isLast:
                throw new AofLoadException(
                    Describe(file.Name, events.Ending, events.Error, events.ErrorOffset)
                    + "\nFatal error: the truncated file is not the last file");
            case AofPiece.Truncated when _options.LoadTruncated():
                return;
            default:
                throw new AofLoadException(
                    Describe(file.Name, events.Ending, events.Error, events.ErrorOffset));
        }
    }

    private long FirstSeq(AofFile file, out bool numbered)
    {
        using IFile opened = OpenToRead(file);
        AofReader reader = new(opened);
        numbered = reader.Next() == AofPiece.Annotation
            && reader.Annotation.Kind == AofAnnotationKind.After;
        return numbered ? reader.Annotation.Value : 0;
    }

    private IFile OpenToRead(AofFile file)
    {
        IoResult<IFile> opened = _options.Files.Open(_log.PathOf(file.Name), FileUse.Read);
        return opened.IsDone
            ? opened.Value
            : throw new AofLoadException(
                $"Fatal error: can't open the append log file {file.Name} for reading: "
                + opened.Text);
    }

    // The file that is appended to is opened, and its tail cut, when the first event is to be kept.
    private void OpenLastOnce()
    {
        if (_opened) return;
        Find();
        if (_opened) return;
        long size = _log.CurrentBytes;
        IoResult opened = _log.OpenLast(_keptBytes, WrittenSeq);
        if (!opened.IsDone && _log.Current is null)
        {
            throw new AofLoadException($"Can't open the append-only file: {opened.Text}");
        }

        _log.Sweep();
        _opened = true;
        if (!opened.IsDone) Fail(opened);
    }

    /// <summary>Opens the journal to be appended to, if it is not open.</summary>
    internal void Open()
    {
        long before = _log.TotalBytes;
        OpenLastOnce();
        if (before > _log.TotalBytes)
        {
            _options.Log(true, string.Create(
                CultureInfo.InvariantCulture,
                $"!!! Warning: short read while loading the AOF file !!!\n"
                + $"AOF loaded anyway because aof-load-truncated is enabled; "
                + $"{before - _log.TotalBytes} bytes behind the last complete command were cut"));
        }
    }

    private sealed class ReplayPump(
        AofStore store, long from, long to, long max, string id,
        Action<IPersistentRepresentation> callback)
    {
        private readonly TaskCompletionSource _ended = new();
        private readonly AofManifest _manifest = store._log.Manifest;
        private bool _began;
        private AofEvents? _events;
        private IFile? _open;
        private int _file = -1;
        private long _seq = store._baseSeq;
        private long _given;

        internal Task Ended => _ended.Task;

        internal void Run()
        {
            try
            {
                if (!ReferenceEquals(store._pump, this))
                {
                    // Nobody waits for it any more.
                    End();
                    _ended.TrySetCanceled();
                    return;
                }

                if (!_began) Interlocked.Exchange(ref store._underWay, 0);
                _began = true;
                while (true)
                {
                    if (Volatile.Read(ref store._underWay) >= WindowBytes)
                    {
                        // Announce the wait, then look once more: Applied may have been faster.
                        Volatile.Write(ref store._pumpWaits, 1);
                        Interlocked.MemoryBarrier();
                        bool stillFull = Volatile.Read(ref store._underWay) >= WindowBytes / 2;
                        if (stillFull || Interlocked.Exchange(ref store._pumpWaits, 0) == 0) return;
                    }

                    if (Step()) continue;
                    End();
                    _ended.TrySetResult();
                    return;
                }
            }
            catch (Exception broken)
            {
                End();
                _ended.TrySetException(broken);
            }
        }

        private bool Step()
        {
            if (_given >= max) return false;
            if (_events is null)
            {
                if (++_file >= _manifest.Incr.Count) return false;
                _open = store.OpenToRead(_manifest.Incr[_file]);
                _events = new AofEvents(_open, _seq);
                return true;
            }

            if (!_events.Next())
            {
                store.Judge(_manifest.Incr[_file], _events, _file == _manifest.Incr.Count - 1);
                _seq = _events.LastSeq;
                _events = null;
                _open!.Dispose();
                return true;
            }

            if (_events.Seq < from || _events.Seq <= store._deletedTo) return true;
            if (_events.Seq > to) return false;
            JournalEvent found = JournalEvent.Of(_events.Bytes);
            Interlocked.Add(ref store._underWay, found.Length);
            _given++;
            callback(new Persistent(found, _events.Seq, id));
            return true;
        }

        private void End() => _open?.Dispose();
    }
}
