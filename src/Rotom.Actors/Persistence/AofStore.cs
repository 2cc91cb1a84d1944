using System;
using System.Buffers;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Persistence;
using Rotom.Actors.Supervision;
using Rotom.Engine.Abstractions;
using Rotom.Engine.Config;
using Rotom.Engine.Persist;

namespace Rotom.Actors.Persistence;

// AofStore: the journal of one persistence id: what has been written, what has been flushed, who
// waits for which, and what to do when the disk says no.
//
//   AofStore.cs           writing and flushing
//   AofStore.Recovery.cs  finding the journal, reading it
//   AofStore.Rewrite.cs   new files and new bases
//
// A write is acknowledged when it has been written (everysec, no) or flushed (always). One flush is
// under way at a time, on a thread of its own. Nothing is written meanwhile: the system would let
// the write wait for the disk, and the loop with it. What comes is held and written behind the
// flush, so a flush that succeeds has flushed all that is written. Unless every event has to be on
// the disk, who waits for replies is told that they need not (AnswersEarly).
//
// States:
//   Good         writes go to the file
//   WriteFails   one did not. What follows is held in order; from time to time the first is tried
//                again. Nothing is dropped; nothing after it is written before it.
//   Distrusted   a flush failed. What had been written since the last good one may be lost though
//                it is read back well, and flushing again proves nothing: nothing is acknowledged
//                until a base has been made that holds it.
//
// Every event is in the files once, whoever sends it how often:
//
//   a new base         may hold events that have not come yet: who writes has one write under way
//                      and gathers the rest. They are acknowledged when they come, and not written
//                      behind the base, where they would be executed again (IsThere)
//   another writer     goes on behind what is written, and sends again what is only held here: that
//                      is dropped when it asks for the number to go on from (Highest)
//
// Touched by the plugin's turn only; threads report by messages to it.

/// <summary>Whether a journal takes writes.</summary>
internal enum AofState
{
    /// <summary>It does.</summary>
    Good,

    /// <summary>A write failed and is tried again.</summary>
    WriteFails,

    /// <summary>A flush failed: a new base is needed.</summary>
    Distrusted,
}

/// <summary>A flush has ended; from its thread to the plugin.</summary>
/// <param name="Store">Of which journal.</param>
/// <param name="Number">Which one: flushes are counted.</param>
/// <param name="Seq">What had been written before it began.</param>
/// <param name="Outcome">How it ended.</param>
internal sealed record AofFlushed(AofStore Store, long Number, long Seq, IoResult Outcome)
    : INoSerializationVerificationNeeded;

/// <summary>It is time to flush, or to try again; from a timer to the plugin.</summary>
/// <param name="Store">Of which journal.</param>
internal sealed record AofTick(AofStore Store) : INoSerializationVerificationNeeded;

/// <summary>When to flush has changed; from the keyspace to the plugin.</summary>
/// <param name="Store">Of which journal.</param>
internal sealed record AofFlushDue(AofStore Store) : INoSerializationVerificationNeeded;

/// <summary>Whether files are kept that are not needed has changed; to the plugin.</summary>
/// <param name="Store">Of which journal.</param>
internal sealed record AofHistoryDue(AofStore Store) : INoSerializationVerificationNeeded;

/// <summary>One journal.</summary>
internal sealed partial class AofStore : IDisposable
{
    private const long FlushIntervalNanos = 1_000_000_000;
    private static readonly TimeSpan _retryInterval = TimeSpan.FromMilliseconds(100);

    private static readonly Task<IImmutableList<Exception>?> _done =
        Task.FromResult<IImmutableList<Exception>?>(null);

    private readonly AofOptions _options;
    private readonly AofLog _log;
    private readonly ArrayBufferWriter<byte> _encoded = new(1 << 16);
    private readonly Queue<Held> _unwritten = new();
    private readonly Queue<Held> _unflushed = new();
    private IActorRef _plugin = ActorRefs.Nobody;
    private IScheduler? _scheduler;
    private readonly List<Action> _flushWaiters = [];
    private bool _flushing;
    private bool _tickArmed;
    private long _flushBeganNanos;
    private long _lastTimestamp;
    private long _flushedSeq;
    private long _durableSeq = -1;
    private bool _flushAwaited;
    private bool _disposed;

    internal AofStore(AofOptions options)
    {
        _options = options;
        _log = new AofLog(options.Files, options.Directory, options.FileName);
        _flushBeganNanos = options.Clock.MonotonicNanos;
    }

    // Bytes is null once they are written.
    private sealed class Held(long seq, byte[]? bytes)
    {
        internal readonly long Seq = seq;
        internal byte[]? Bytes = bytes;
        internal TaskCompletionSource<IImmutableList<Exception>?>? Done;
        internal IImmutableList<Exception>? Rejections;

        internal void Complete() => Done?.TrySetResult(Rejections);
    }

    /// <summary>Whether it takes writes.</summary>
    internal AofState State { get; private set; }

    /// <summary>Why it does not.</summary>
    internal IoResult Failure { get; private set; } = IoResult.Done;

    /// <summary>Number of the newest event that is in the file, or in a base.</summary>
    internal long WrittenSeq { get; private set; }

    /// <summary>Number of the newest event that is on the disk.</summary>
    internal long FlushedSeq
    {
        get => _flushedSeq;
        private set
        {
            _flushedSeq = value;
            TellDurable();
        }
    }

    /// <summary>
    /// Number of the newest event that a restart would find: on the disk, in files that the
    /// manifest names; -1 while there is none. Any thread.
    /// </summary>
    internal long DurableSeq => Volatile.Read(ref _durableSeq);

    /// <summary>Number of the newest event that may be acknowledged.</summary>
    internal long KeptSeq => _options.Fsync() == AppendFsync.Always ? FlushedSeq : WrittenSeq;

    /// <summary>True when the files that a restart would find hold all that was written.</summary>
    internal bool IsComplete => State == AofState.Good && !_log.IsApart;

    /// <summary>Bytes of all files.</summary>
    internal long TotalBytes => _log.TotalBytes;

    /// <summary>Bytes when the base was made.</summary>
    internal long BaseBytes { get; private set; }

    /// <summary>True while a flush is under way.</summary>
    internal bool IsFlushing => _flushing;

    /// <summary>Number of the newest flush that was begun.</summary>
    internal long FlushNumber { get; private set; }

    /// <summary>
    /// True while events are not written only because a flush is under way, and need not be on the
    /// disk before they are answered. For a second at the most: what a crash may cost then.
    /// </summary>
    internal bool AnswersEarly =>
        _flushing && State == AofState.Good && _options.Fsync() != AppendFsync.Always
        && _options.Clock.MonotonicNanos - _flushBeganNanos < FlushIntervalNanos;

    /// <summary>Flushes that were due while the one before was still under way.</summary>
    internal long DelayedFlushes { get; private set; }

    /// <summary>Bytes of events that are held because the disk does not take them.</summary>
    internal long HeldBytes { get; private set; }

    internal AofOptions Options => _options;

    /// <summary>The plugin that calls it; whom threads and timers report to.</summary>
    internal void Attach(IActorRef plugin, IScheduler scheduler)
    {
        _plugin = plugin;
        _scheduler = scheduler;
    }

    /// <summary>Writes a batch; the task ends when it may be acknowledged.</summary>
    internal Task<IImmutableList<Exception>?> Write(IEnumerable<AtomicWrite> writes)
    {
        OpenLastOnce();
        _options.Faults.At(FaultPoints.BeforeWrite);
        _encoded.ResetWrittenCount();
        List<Exception?>? outcomes = null;
        int count = 0;
        bool waits = false;
        long seq = WrittenSeq;
        foreach (AtomicWrite write in writes)
        {
            if (IsThere(write))
            {
                outcomes?.Add(null);
                waits |= write.HighestSequenceNr > KeptSeq;
            }
            else if (Encode(write) is { } rejected)
            {
                outcomes ??= new List<Exception?>(new Exception?[count]);
                outcomes.Add(rejected);
            }
            else
            {
                seq = write.HighestSequenceNr;
                outcomes?.Add(null);
                // What a base will hold is apart from what it will not.
                if (seq == _rotateAfter || seq == _cutSeq) waits |= !Put(seq, null, null);
            }

            count++;
        }

        IImmutableList<Exception>? rejections = outcomes?.ToImmutableList()!;
        if (_encoded.WrittenCount == 0 && _unwritten.Count == 0 && !waits)
        {
            return rejections is null
                ? _done
                : Task.FromResult<IImmutableList<Exception>?>(rejections);
        }

        TaskCompletionSource<IImmutableList<Exception>?> done = new();
        if (!Put(seq, done, rejections)) return done.Task;
        return rejections is null
            ? _done
            : Task.FromResult<IImmutableList<Exception>?>(rejections);
    }

    // Written before, or held by a base that was made before it came.
    private bool IsThere(AtomicWrite write) => write.HighestSequenceNr <= WrittenSeq;

    /// <summary>A flush ended.</summary>
    internal void OnFlushed(AofFlushed flushed)
    {
        bool awaited = flushed.Number == FlushNumber;
        if (awaited) _flushing = false;
        if (State != AofState.Distrusted && !_disposed)
        {
            if (!flushed.Outcome.IsDone) Distrust(flushed.Outcome);
            else if (awaited) Flushed(flushed.Seq);
        }

        if (awaited) TellWaiters();
    }

    private void TellWaiters()
    {
        foreach (Action waiter in _flushWaiters) waiter();
        _flushWaiters.Clear();
    }

    private void Flushed(long seq)
    {
        if (seq > FlushedSeq) FlushedSeq = seq;
        CompleteFlushed();
        TryRotate();
        Drain();
        FlushAsDue();
    }

    // What waited for a change of files.
    private void Drain()
    {
        if (State == AofState.Good) WriteHeld();
    }

    private void CompleteFlushed()
    {
        while (_unflushed.TryPeek(out Held? held) && held.Seq <= FlushedSeq)
        {
            _unflushed.Dequeue().Complete();
        }
    }

    /// <summary>The timer: time to flush, or to try again what failed.</summary>
    internal void OnTick()
    {
        _tickArmed = false;
        if (_disposed) return;
        if (State == AofState.WriteFails) Retry();
        Drain();
        FlushAsDue();
    }

    /// <summary>
    /// Whether somebody waits for <see cref="DurableSeq"/>: Flushed tells when it is a higher one.
    /// Any thread.
    /// </summary>
    internal void AwaitFlush(bool awaits)
    {
        Volatile.Write(ref _flushAwaited, awaits);
        Interlocked.MemoryBarrier();
    }

    /// <summary>When to flush may have changed: what is due is flushed now. Any thread.</summary>
    internal void PolicyChanged() =>
        _plugin.Tell(new AofFlushDue(this), ActorRefs.NoSender);

    /// <summary>Flushes, if a flush is due.</summary>
    internal void OnFlushDue()
    {
        if (!_disposed) FlushAsDue();
    }

    // Never goes back: what was found by a restart once will be found.
    private void TellDurable()
    {
        long durable = _log.IsApart ? -1 : _flushedSeq;
        if (durable <= _durableSeq) return;
        Volatile.Write(ref _durableSeq, durable);
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _flushAwaited)) _options.Flushed?.Invoke(this);
    }

    /// <summary>Begins to flush what has been written, also while more cannot be written.</summary>
    internal void FlushWritten()
    {
        if (_disposed || State == AofState.Distrusted) return;
        if (WrittenSeq > FlushedSeq) StartFlush();
    }

    /// <summary>Flushes what has been written; then does something, whether it succeeds.</summary>
    internal void WhenFlushed(Action done)
    {
        FlushWritten();
        if (_flushing) _flushWaiters.Add(done);
        else done();
    }

    /// <summary>
    /// The plugin stops: what is held is written and flushed, now and here. Whether a flush that is
    /// under way fails is not known, so nobody is told that theirs is on the disk.
    /// </summary>
    internal void Leave()
    {
        bool uncertain = _flushing;
        _flushing = false;
        Drain();
        if (_log.Current is { } file && State != AofState.Distrusted)
        {
            long seq = uncertain ? FlushedSeq : WrittenSeq;
            OnFlushed(new AofFlushed(this, ++FlushNumber, seq, file.Fsync()));
        }

        TellWaiters();
    }

    // What waits to be written is given up: who wrote it will write it again.
    private void DropHeld()
    {
        foreach (Held held in _unwritten) held.Done?.TrySetCanceled();
        _unwritten.Clear();
        HeldBytes = 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        // Behind whatever flush is under way.
        _options.Flusher.Post(_log.Dispose);
    }

    // True: written and may be acknowledged. False: the source will be told.
    private bool Put(
        long seq,
        TaskCompletionSource<IImmutableList<Exception>?>? done,
        IImmutableList<Exception>? rejections)
    {
        Held held = new(seq, null) { Done = done, Rejections = rejections };
        if (State == AofState.Good && _unwritten.Count == 0 && !MustHold)
        {
            _options.BeforeWrite?.Invoke();
            IoResult written = _encoded.WrittenCount == 0
                ? IoResult.Done
                : _log.Append(_encoded.WrittenSpan);
            if (written.IsDone)
            {
                _encoded.ResetWrittenCount();
                WrittenSeq = seq;
                _options.Faults.At(FaultPoints.AfterWrite);
                TryRotate();
                return AfterWrite(held);
            }

            Fail(written);
        }

        held.Bytes = _encoded.WrittenSpan.ToArray();
        HeldBytes += held.Bytes.Length;
        _encoded.ResetWrittenCount();
        _unwritten.Enqueue(held);
        if (State != AofState.Good && !_options.HoldsFailedWrites) FailAll();
        else if (AnswersEarly) _options.Holds?.Invoke(this);
        return false;
    }

    // A flush comes to its end first, or the files are changed.
    private bool MustHold => _flushing || RotationDue;

    private bool AfterWrite(Held held)
    {
        // Flushed already when the file was changed behind it.
        if (held.Seq <= FlushedSeq) return true;
        if (_options.Fsync() == AppendFsync.Always && !_options.PauseFsync())
        {
            _unflushed.Enqueue(held);
            FlushAsDue();
            return false;
        }

        if (WrittenSeq > FlushedSeq) FlushAsDue();
        return true;
    }

    // Also while writes fail: a full disk still flushes what it has, and that was acknowledged.
    private void FlushAsDue()
    {
        if (State == AofState.Distrusted || WrittenSeq <= FlushedSeq) return;
        AppendFsync policy = _options.Fsync();
        if (_unflushed.Count > 0)
        {
            StartFlush();
            return;
        }

        if (policy == AppendFsync.No || _options.PauseFsync()) return;
        long due = _flushBeganNanos + FlushIntervalNanos - _options.Clock.MonotonicNanos;
        if (due > 0)
        {
            Arm(TimeSpan.FromMilliseconds(Math.Max(1, due / 1_000_000)));
            return;
        }

        if (_flushing) DelayedFlushes++;
        StartFlush();
    }

    private void StartFlush()
    {
        if (_flushing) return;
        _flushing = true;
        _flushBeganNanos = _options.Clock.MonotonicNanos;
        IFile file = _log.Current!;
        long seq = WrittenSeq;
        long number = ++FlushNumber;
        IActorRef plugin = _plugin;
        _options.Flusher.Post(() => plugin.Tell(
            new AofFlushed(this, number, seq, Flush(file)), ActorRefs.NoSender));
    }

    // Whatever goes wrong on the thread is a flush that failed: else nobody would hear of its end.
    private IoResult Flush(IFile file)
    {
        try
        {
            _options.Faults.At(FaultPoints.BeforeFlush);
            IoResult flushed = file.Fsync();
            _options.Faults.At(FaultPoints.AfterFlush);
            return flushed;
        }
        catch (Exception failure)
        {
            return new IoResult(IoError.Other, failure.Message);
        }
    }

    private void Arm(TimeSpan delay)
    {
        if (_tickArmed || _disposed || _scheduler is null) return;
        _tickArmed = true;
        _scheduler.ScheduleTellOnce(delay, _plugin, new AofTick(this), ActorRefs.NoSender);
    }

    private void Fail(IoResult failure)
    {
        Failure = failure;
        if (State == AofState.Good)
        {
            State = AofState.WriteFails;
            _options.Log(true, "Error writing to the AOF file: " + failure.Text);
            _options.StateChanged?.Invoke(this);
        }

        Arm(_retryInterval);
    }

    private void Distrust(IoResult failure)
    {
        Failure = failure;
        State = AofState.Distrusted;
        _options.Log(
            true, "Error flushing the AOF file: " + failure.Text
            + ". What it holds is not trusted any more: a new base is made before anything is "
            + "acknowledged");
        if (!_options.HoldsFailedWrites) FailAll();
        VoidRewrite();
        _options.StateChanged?.Invoke(this);
    }

    private void Retry()
    {
        if (_flushing)
        {
            Arm(_retryInterval);
            return;
        }

        IoResult named = _log.FsyncNames();
        if (!named.IsDone)
        {
            Fail(named);
            return;
        }

        if (!WriteHeld()) return;
        // A base that was installed on the way has settled it.
        if (State == AofState.Good) return;
        State = AofState.Good;
        Failure = IoResult.Done;
        _options.Log(true, "AOF write error looks solved, writes are taken again.");
        _options.StateChanged?.Invoke(this);
        FlushAsDue();
    }

    // What is held, in order, up to a change of files; false when the disk still says no.
    private bool WriteHeld()
    {
        while (_unwritten.TryPeek(out Held? held) && !MustHold)
        {
            IoResult written = held.Bytes!.Length == 0 ? IoResult.Done : _log.Append(held.Bytes);
            if (!written.IsDone)
            {
                Fail(written);
                return false;
            }

            _unwritten.Dequeue();
            HeldBytes -= held.Bytes.Length;
            held.Bytes = null;
            WrittenSeq = Math.Max(WrittenSeq, held.Seq);
            TryRotate();
            bool waits = _options.Fsync() == AppendFsync.Always && held.Seq > FlushedSeq;
            if (waits) _unflushed.Enqueue(held);
            else held.Complete();
            // The flush that comes before a change of files failed: the base has to be there first.
            if (State == AofState.Distrusted) return false;
            if (!_log.NamesInDoubt) continue;
            // A crash may not find the new file: what is in it is kept only once its name is.
            Arm(_retryInterval);
            return false;
        }

        return true;
    }

    // As other journals: who wrote hears of it, and the number is free again.
    private void FailAll()
    {
        AofWriteException failure = new(Failure.Text);
        foreach (Held held in _unflushed) held.Done?.TrySetException(failure);
        foreach (Held held in _unwritten) held.Done?.TrySetException(failure);
        _unflushed.Clear();
        _unwritten.Clear();
        HeldBytes = 0;
        if (State == AofState.WriteFails) State = AofState.Good;
    }

    private NotSupportedException? Encode(AtomicWrite write)
    {
        var events = (IImmutableList<IPersistentRepresentation>)write.Payload;
        long bytes = 0;
        foreach (IPersistentRepresentation persistent in events)
        {
            if (persistent.Payload is not JournalEvent { Length: > 0 } journaled)
            {
                return new NotSupportedException(
                    $"The journal keeps commands, not {persistent.Payload?.GetType()}");
            }

            bytes += journaled.Length + Annotate(default, persistent.SequenceNr);
        }

        if (_options.Timestamps()) AnnotateTime();
        if (events.Count > 1)
        {
            Write(new AofAnnotation(AofAnnotationKind.Atomic, events.Count, bytes));
        }

        foreach (IPersistentRepresentation persistent in events)
        {
            Write(new AofAnnotation(AofAnnotationKind.Seq, persistent.SequenceNr));
            _encoded.Write(((JournalEvent)persistent.Payload).Bytes);
        }

        return null;
    }

    private static int Annotate(Span<byte> _, long seq)
    {
        Span<byte> line = stackalloc byte[AofAnnotation.BytesMax];
        return new AofAnnotation(AofAnnotationKind.Seq, seq).Write(line);
    }

    private void AnnotateTime()
    {
        long seconds = _options.Clock.UnixTimeMs / 1000;
        if (seconds <= _lastTimestamp) return;
        _lastTimestamp = seconds;
        Write(new AofAnnotation(AofAnnotationKind.Timestamp, seconds));
    }

    private void Write(AofAnnotation annotation)
    {
        Span<byte> to = _encoded.GetSpan(AofAnnotation.BytesMax);
        _encoded.Advance(annotation.Write(to));
    }
}

/// <summary>The journal could not be written, and does not hold writes.</summary>
/// <param name="reason">The system's words.</param>
internal sealed class AofWriteException(string reason)
    : Exception("Error writing to the AOF file: " + reason);

/// <summary>The journal cannot be read.</summary>
/// <param name="reason">What is wrong, in one or more lines.</param>
internal sealed class AofLoadException(string reason) : Exception(reason);
