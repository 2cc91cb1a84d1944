using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Persistence;
using Rotom.Actors.Persistence;
using Rotom.Engine.Abstractions;
using Rotom.Engine.Config;
using Rotom.Engine.Persist;
using Rotom.Simulation.World;
using Xunit;

namespace Rotom.Simulation.Persistence;

// JournalRun: one journal on a simulated disk, driven from a seed: events, flushes that end late,
// rewrites, time. At every operation of the disk the machine may crash; what is then found is
// compared with what had been acknowledged.
//
// Event n is the command "SET n n"; a base holds the events up to its cut in the same form, so what
// is recovered says by itself which events it holds. What must hold of every crash:
//
//   it loads, or is refused with a reason (which a fix of the file's end then mends)
//   what it holds are the events 1 to m, without a gap, unchanged
//   always:   m is at least the newest event that was acknowledged
//   everysec: m is at least the newest event that was acknowledged a second ago
//   of every 16th: one more event can be written, and is found after another crash

internal sealed class JournalRun
{
    private const string Directory = "data/appendonlydir";

    private static readonly ConcurrentDictionary<long, byte[]> s_commands = new();

    private readonly SimRandom _random;
    private readonly SimClock _clock = new();
    private readonly Queue<object> _messages = new();
    private readonly Queue<Action> _flushes = new();
    private readonly Queue<Action> _work = new();
    private readonly Queue<(long Seq, Task<IImmutableList<Exception>?> Task)> _pending = new();
    private readonly Queue<(long Seq, long AtMs)> _acknowledged = new();
    private readonly AppendFsync _policy;
    private readonly int _crashesPerOperation;
    private readonly bool _slow;
    private AofStore _store;
    private long _seq;
    private long _acked;
    private long _ackedBefore;
    private long _flushEndsMs;
    private int _flushesSeen;
    private Task? _rewrite;
    private bool _verifying;
    private int _bases;

    /// <param name="seed">What is drawn.</param>
    /// <param name="policy">When it is flushed.</param>
    /// <param name="crashesPerOperation">Crashes at each operation of the disk.</param>
    /// <param name="slow">Under everysec: a flush takes up to a second.</param>
    internal JournalRun(
        ulong seed, AppendFsync policy, int crashesPerOperation, bool slow = false)
    {
        _slow = slow;
        _random = new SimRandom(seed);
        _policy = policy;
        _crashesPerOperation = crashesPerOperation;
        Disk = new SimFileSystem(seed);
        Disk.CreateDirectory("data");
        _store = Open(Disk);
        Disk.Before = (_, _) => CrashHere();
    }

    internal SimFileSystem Disk { get; }

    internal AofStore Store => _store;

    /// <summary>Crashes that were looked at.</summary>
    internal long Crashes { get; private set; }

    /// <summary>Of these, refused until the end of the file was cut off.</summary>
    internal long Refused { get; private set; }

    internal string Describe() =>
        $"{_store.State} {_store.Failure}: {_acked} of {_seq}, cut {_store.CutSeq}, written "
        + $"{_store.WrittenSeq}, flushed {_store.FlushedSeq}, rewriting {_rewrite is not null}";

    internal long Acked => _acked;

    internal long Executed => _seq;

    /// <summary>True when new events are refused, as a server refuses writers.</summary>
    internal bool RefusesWriters => _store.State != AofState.Good;

    /// <summary>One thing happens.</summary>
    internal void Step()
    {
        switch (_random.Below(10))
        {
            case <= 4:
                if (!RefusesWriters) Write(1 + _random.Below(3));
                break;
            case 5:
                if (_flushes.TryDequeue(out Action? flush)) flush();
                break;
            case 6:
                if (_work.TryDequeue(out Action? work)) work();
                break;
            case 7:
                Advance(_random.Below(200));
                break;
            case 8:
                if (_rewrite is null && _random.Below(4) == 0) BeginRewrite();
                break;
            default:
                if (_messages.TryDequeue(out object? message)) Receive(message);
                break;
        }

        SettleInTime();
        Collect();
    }

    /// <summary>What was to be flushed is; a base under way is not done.</summary>
    internal void EndFlushes()
    {
        while (_flushes.TryDequeue(out Action? flush)) flush();
        while (_messages.TryDequeue(out object? message)) Receive(message);
        Collect();
    }

    /// <summary>Everything under way ends; time goes by.</summary>
    internal void Quiet(int rounds)
    {
        for (int i = 0; i < rounds; i++)
        {
            Settle();
            Advance(200);
            if (_store.State == AofState.Distrusted && _rewrite is null) BeginRewrite();
        }

        Settle();
        Collect();
    }

    /// <summary>The journal as it is found after a crash now.</summary>
    internal void CrashNow(ulong seed) => Verify(Disk.Crash(seed));

    internal void Write(int events)
    {
        for (int i = 0; i < events; i++)
        {
            long seq = ++_seq;
            JournalEvent turn = JournalEvent.Of(Command(seq));
            AtomicWrite write = new(new Persistent(turn, seq, "sim"));
            _pending.Enqueue((seq, _store.Write([write])));
            if (_store.AnswersEarly) Acknowledge(seq);
        }
    }

    internal void BeginRewriteIfNone()
    {
        if (_rewrite is null) BeginRewrite();
    }

    /// <param name="ahead">Events up to the cut that are still on their way.</param>
    internal void BeginRewrite(int ahead = 0)
    {
        long cut = _seq + ahead;
        _store.Cut(cut);
        string name = string.Create(
            CultureInfo.InvariantCulture, $"temp-rewriteaof-bg-1-{++_bases}.aof");
        TaskCompletionSource done = new();
        _rewrite = done.Task;
        _work.Enqueue(() =>
        {
            IoResult<IFile> opened = Disk.Open(_store.PathTo(name), FileUse.Create);
            IoResult result = opened.Outcome;
            if (opened.IsDone)
            {
                List<byte> text = [];
                for (long seq = 1; seq <= cut; seq++) text.AddRange(Command(seq));
                result = opened.Value.Append(text.ToArray());
                if (result.IsDone) result = opened.Value.Fsync();
            }

            _messages.Enqueue(result.IsDone ? (cut, name, done) : done);
        });
    }

    private void Receive(object message)
    {
        switch (message)
        {
            case AofFlushed flushed:
                _store.OnFlushed(flushed);
                break;
            case ValueTuple<long, string, TaskCompletionSource> finished:
                _store.Install(finished.Item1, finished.Item2, rdb: false).ContinueWith(
                    ended => Ended(finished.Item3, ended.Exception is not null),
                    default, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
                break;
            case TaskCompletionSource failed:
                Ended(failed, failed: true);
                break;
        }
    }

    private void Ended(TaskCompletionSource done, bool failed)
    {
        if (failed) _store.ForgetCut();
        done.TrySetResult();
        _rewrite = null;
    }

    private void Settle()
    {
        while (true)
        {
            if (_flushes.TryDequeue(out Action? flush)) flush();
            else if (_work.TryDequeue(out Action? work)) work();
            else if (_messages.TryDequeue(out object? message)) Receive(message);
            else break;
        }
    }

    /// <summary>Time goes by; threads do nothing meanwhile, unless it is everysec.</summary>
    internal void Advance(int milliseconds)
    {
        for (int i = 0; i < milliseconds; i++)
        {
            _clock.Advance(1_000_000);
            _store.OnTick();
            SettleInTime();
            NoteBefore();
        }
    }

    // A flush that is due under everysec is not late: the promise is about a second. One that takes
    // up to a second itself makes that two.
    private void SettleInTime()
    {
        if (_policy != AppendFsync.EverySecond) return;
        if (_slow && _flushes.Count > 0)
        {
            if (_flushesSeen++ == 0) _flushEndsMs = _clock.UnixTimeMs + _random.Below(1000);
            if (_clock.UnixTimeMs < _flushEndsMs) return;
        }

        _flushesSeen = 0;
        Settle();
    }

    private void NoteBefore()
    {
        long promisedMs = _slow ? 2000 : 1000;
        while (_acknowledged.TryPeek(out (long Seq, long AtMs) old)
            && old.AtMs <= _clock.UnixTimeMs - promisedMs)
        {
            _ackedBefore = _acknowledged.Dequeue().Seq;
        }
    }

    private void Acknowledge(long seq)
    {
        if (seq <= _acked) return;
        _acked = seq;
        _acknowledged.Enqueue((seq, _clock.UnixTimeMs));
    }

    private void Collect()
    {
        while (_pending.TryPeek(out (long Seq, Task<IImmutableList<Exception>?> Task) first)
            && first.Task.IsCompleted)
        {
            Assert.True(first.Task.IsCompletedSuccessfully);
            Acknowledge(first.Seq);
            _pending.Dequeue();
        }
    }

    private void CrashHere()
    {
        if (_verifying) return;
        Collect();
        for (int i = 0; i < _crashesPerOperation; i++) Verify(Disk.Crash(_random.Next()));
    }

    private void Verify(SimFileSystem found)
    {
        _verifying = true;
        Crashes++;
        long promised = _policy == AppendFsync.Always ? _acked : _ackedBefore;
        long recovered;
        try
        {
            recovered = Recover(found);
        }
        catch (AofLoadException)
        {
            Refused++;
            CutLast(found);
            recovered = Recover(found);
        }

        Assert.True(recovered >= promised, $"{recovered} of {promised} promised are there");
        Assert.True(recovered <= _seq);
        if (Crashes % 16 == 0) WriteOn(found, recovered);
        _verifying = false;
    }

    // A server that was started on what a crash left keeps another event, and crashes too.
    private void WriteOn(SimFileSystem found, long recovered)
    {
        Queue<Action> work = new();
        Queue<object> messages = new();
        AofStore store = Open(found, new Hand(work), new Sink(messages));
        long highest = store.Find();
        store.Open();
        Persistent next = new(JournalEvent.Of(Command(recovered + 1)), highest + 1, "sim");
        Task written = store.Write([new AtomicWrite(next)]);
        while (work.TryDequeue(out Action? step))
        {
            step();
            while (messages.TryDequeue(out object? message))
            {
                if (message is AofFlushed flushed) store.OnFlushed(flushed);
            }
        }

        Assert.True(written.IsCompletedSuccessfully);
        store.Leave();
        Assert.Equal(store.WrittenSeq, store.FlushedSeq);
        Assert.Equal(recovered + 1, Recover(found.Crash((ulong)Crashes)));
    }

    // What a server does at its start.
    private long Recover(SimFileSystem found)
    {
        AofStore store = Open(found);
        long highest = store.Find();
        long events = ReadAll(found, store);
        Assert.True(highest >= events || events == 0, $"highest {highest}, events {events}");
        return events;
    }

    private static long ReadAll(SimFileSystem disk, AofStore store)
    {
        long last = 0;
        AofLog log = new(disk, Directory, "appendonly.aof");
        if (log.Find(out _) != AofLog.Found.Journal) return 0;
        foreach (AofFile file in AofLog.FilesOf(log.Manifest))
        {
            using IFile opened = disk.Open(log.PathOf(file.Name), FileUse.Read).Value;
            AofReader reader = new(opened);
            while (true)
            {
                AofPiece piece = reader.Next();
                if (piece == AofPiece.Annotation) continue;
                bool isLast = file == log.Manifest.Incr[^1];
                if (piece is not (AofPiece.Unit or AofPiece.End) && !isLast)
                {
                    throw new AofLoadException($"{file.Name}: {piece} before the last file");
                }

                if (piece != AofPiece.Unit) break;
                last++;
                Assert.True(
                    reader.Unit.SequenceEqual(Command(last)), $"event {last} is another one");
            }
        }

        return last;
    }

    private static void CutLast(SimFileSystem disk)
    {
        AofLog log = new(disk, Directory, "appendonly.aof");
        Assert.Equal(AofLog.Found.Journal, log.Find(out string problem));
        string path = log.PathOf(log.Manifest.Incr[^1].Name);
        using IFile file = disk.Open(path, FileUse.Append).Value;
        AofEvents events = new(file, 0);
        while (events.Next())
        {
        }

        file.Truncate(events.KeptUpTo);
    }

    private AofStore Open(SimFileSystem disk) =>
        Open(disk, new Hand(_flushes), new Sink(_messages), new Hand(_work));

    private AofStore Open(
        SimFileSystem disk, IDiskThread flusher, IActorRef plugin, IDiskThread? worker = null)
    {
        AofStore store = new(new AofOptions
        {
            Files = disk,
            Directory = Directory,
            Clock = _clock,
            Fsync = () => _policy,
            HoldsFailedWrites = true,
            Flusher = flusher,
            Worker = worker ?? flusher,
            FirstBase = () => ([], false),
        });
        store.Attach(plugin, null!);
        return store;
    }

    // The same again and again: crashes by the million are compared with them.
    private static byte[] Command(long seq) => s_commands.GetOrAdd(seq, Make);

    private static byte[] Make(long seq)
    {
        string number = seq.ToString(CultureInfo.InvariantCulture);
        string value = new('v', (int)(seq * 37 % 700));
        return Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"*3\r\n$3\r\nSET\r\n${number.Length}\r\n{number}\r\n${value.Length}\r\n{value}\r\n"));
    }

    private sealed class Hand(Queue<Action> queue) : IDiskThread
    {
        public void Post(Action work) => queue.Enqueue(work);

        public void Dispose()
        {
        }
    }

    private sealed class Sink(Queue<object> messages) : MinimalActorRef
    {
        public override ActorPath Path => ActorRefs.Nobody.Path;

        public override IActorRefProvider Provider => throw new NotSupportedException();

        protected override void TellInternal(object message, IActorRef sender) =>
            messages.Enqueue(message);
    }
}
