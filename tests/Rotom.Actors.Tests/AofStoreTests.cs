using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Text;
using System.Threading.Tasks;
using Akka.Persistence;
using Rotom.Actors.Hosting;
using Rotom.Actors.Persistence;
using Rotom.Engine.Abstractions;
using Rotom.Engine.Config;
using Rotom.Engine.Tests.Support;
using Xunit;

namespace Rotom.Actors.Tests;

// What comes to a journal late: behind a base that holds it, behind a cut, from another writer. The
// plugin's messages are called by hand, so that every order is the test's.

/// <summary>Each event is in the files once, and acknowledged when it is there.</summary>
public sealed class AofStoreTests : IDisposable
{
    private const string BaseName = "temp-base";

    private readonly string _directory = Directory.CreateTempSubdirectory("rotom-").FullName;
    private readonly FailingFiles _disk = new();

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_a_base_holds_already_is_acknowledged_and_not_written(bool isThere)
    {
        using AofStore store = Open();
        Task first = Write(store, 1);
        EndFlush(store, 1, IoResult.Fail(IoError.Device));
        Assert.Equal(AofState.Distrusted, store.State);
        store.Cut(3);
        Task? late = isThere ? null : Write(store, 2, 3, 4);
        await InstallAsync(store, 3);
        Assert.True(first.IsCompletedSuccessfully);
        late ??= Write(store, 2, 3, 4);
        Assert.False(late.IsCompleted);
        Assert.Equal(4, store.WrittenSeq);
        EndFlush(store, 4, IoResult.Done);
        Assert.True(late.IsCompletedSuccessfully);
        Assert.True(Write(store, 2, 3, 4).IsCompletedSuccessfully);
        Assert.Equal("4", await HeldByAsync());
    }

    [Fact]
    public async Task What_another_writer_sends_again_is_written_once()
    {
        using AofStore store = Open();
        _disk.FailAt(1, DiskOperation.Append, IoError.NoSpace, forever: true);
        Task lost = Write(store, 1, 2);
        Assert.Equal(AofState.WriteFails, store.State);
        Assert.Equal(0, store.Highest());
        Assert.True(lost.IsCanceled);
        Assert.Equal(0, store.HeldBytes);
        Task again = Write(store, 1, 2, 3);
        _disk.Heal();
        store.OnTick();
        Assert.Equal(AofState.Good, store.State);
        EndFlush(store, 3, IoResult.Done);
        Assert.True(again.IsCompletedSuccessfully);
        Assert.Equal("1 2 3", await HeldByAsync());
    }

    [Fact]
    public async Task The_last_event_before_a_cut_waits_for_its_flush()
    {
        using AofStore store = Open();
        Task first = Write(store, 1);
        store.Cut(2);
        Task last = Write(store, 2);
        Assert.Equal(1, store.WrittenSeq);
        EndFlush(store, 1, IoResult.Done);
        Assert.True(first.IsCompletedSuccessfully);
        Assert.Equal(2, store.WrittenSeq);
        Assert.False(last.IsCompleted);
        EndFlush(store, 2, IoResult.Done);
        Assert.True(last.IsCompletedSuccessfully);
        Assert.Equal(2, store.FlushedSeq);
        await InstallAsync(store, 2);
        Assert.Equal("", await HeldByAsync());
    }

    // The manifest is in place, and its name in doubt: what is read is the new base all the same.
    [Fact]
    public async Task The_number_of_a_base_is_known_though_its_name_is_in_doubt()
    {
        using AofStore store = Open();
        Task first = Write(store, 1);
        EndFlush(store, 1, IoResult.Done);
        Assert.True(first.IsCompletedSuccessfully);
        store.Cut(1);
        _disk.FailAt(3, DiskOperation.Fsync, IoError.Device, forever: false);
        await Assert.ThrowsAsync<AofWriteException>(() => InstallAsync(store, 1));
        Assert.Equal(AofState.WriteFails, store.State);
        Assert.Equal(1, store.BaseSeq);
        Assert.Equal("", await HeldByAsync());
    }

    // A full disk has room again for the last event before a cut, and then not for the new name.
    [Fact]
    public async Task Nothing_is_kept_in_a_file_whose_name_is_in_doubt()
    {
        using AofStore store = Open();
        Task first = Write(store, 1);
        EndFlush(store, 1, IoResult.Done);
        Assert.True(first.IsCompletedSuccessfully);
        _disk.FailAt(1, DiskOperation.Append, IoError.NoSpace, forever: false);
        Task last = Write(store, 2);
        store.Cut(2);
        Task behind = Write(store, 3);
        Assert.Equal(AofState.WriteFails, store.State);
        _disk.FailAt(5, DiskOperation.Fsync, IoError.NoSpace, forever: false);
        store.OnTick();
        Assert.Equal(AofState.WriteFails, store.State);
        Assert.Equal(2, store.WrittenSeq);
        EndFlush(store, 2, IoResult.Done);
        Assert.True(last.IsCompletedSuccessfully);
        Assert.False(behind.IsCompleted);
        store.OnTick();
        Assert.Equal(AofState.Good, store.State);
        EndFlush(store, 3, IoResult.Done);
        Assert.True(behind.IsCompletedSuccessfully);
        Assert.Equal("1 2 3", await HeldByAsync());
    }

    [Fact]
    public void What_was_written_before_a_write_failed_is_flushed_all_the_same()
    {
        ManualClock clock = Still();
        using AofStore store = Open("everysec", clock, null);
        Assert.True(Write(store, 1).IsCompletedSuccessfully);
        _disk.FailAt(1, DiskOperation.Append, IoError.NoSpace, forever: true);
        Task second = Write(store, 2);
        Assert.Equal(AofState.WriteFails, store.State);
        clock.Advance(1_000);
        store.OnTick();
        Assert.True(store.IsFlushing);
        EndFlush(store, 1, IoResult.Done);
        Assert.Equal(1, store.FlushedSeq);
        Assert.Equal(AofState.WriteFails, store.State);
        _disk.Heal();
        store.OnTick();
        Assert.Equal(AofState.Good, store.State);
        Assert.True(second.IsCompletedSuccessfully);
    }

    // What a failing write leaves unwritten is not there; what was acknowledged before it must be.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_journal_that_ends_while_writes_fail_is_flushed(bool pluginStops)
    {
        using AofStore store = Open("everysec", Still(), null);
        Assert.True(Write(store, 1).IsCompletedSuccessfully);
        _disk.FailAt(1, DiskOperation.Append, IoError.NoSpace, forever: true);
        Task second = Write(store, 2);
        Assert.Equal(AofState.WriteFails, store.State);
        if (pluginStops)
        {
            store.Leave();
        }
        else
        {
            store.FlushWritten();
            Assert.True(store.IsFlushing);
            EndFlush(store, 1, IoResult.Done);
        }

        Assert.Equal(1, store.FlushedSeq);
        Assert.False(second.IsCompleted);
    }

    // The system lets a write wait for a flush of the same file; the loop must not.
    [Theory]
    [InlineData("everysec", true)]
    [InlineData("no", true)]
    [InlineData("always", false)]
    public async Task Nothing_is_written_during_a_flush_and_who_need_not_wait_is_told(
        string policy, bool early)
    {
        ManualClock clock = Still();
        int told = 0;
        using AofStore store = Open(policy, clock, () => told++);
        Task first = Write(store, 1);
        bool flushed = false;
        clock.Advance(1_000);
        store.WhenFlushed(() => flushed = true);
        Task second = Write(store, 2);
        Assert.Equal(1, store.WrittenSeq);
        Assert.False(second.IsCompleted);
        Assert.Equal(early, first.IsCompleted);
        Assert.Equal(early, store.AnswersEarly);
        Assert.Equal(early ? 1 : 0, told);
        clock.Advance(999);
        clock.AdvanceNanos(999_999);
        Assert.Equal(early, store.AnswersEarly);
        clock.AdvanceNanos(1);
        Assert.False(store.AnswersEarly);
        EndFlush(store, 1, IoResult.Done);
        Assert.True(flushed);
        Assert.True(first.IsCompletedSuccessfully);
        Assert.Equal(2, store.WrittenSeq);
        Assert.Equal(early, second.IsCompleted);
        Assert.Equal("1 2", await HeldByAsync());
    }

    // What a flush of another plugin's time says late is not taken for the one under way.
    [Fact]
    public void Only_the_end_of_the_newest_flush_frees_the_file()
    {
        using AofStore store = Open();
        Write(store, 1);
        store.Leave();
        Task second = Write(store, 2);
        store.OnFlushed(new AofFlushed(store, 1, 1, IoResult.Done));
        Assert.True(store.IsFlushing);
        Assert.False(second.IsCompleted);
        store.OnFlushed(new AofFlushed(store, 1, 1, IoResult.Fail(IoError.Device)));
        Assert.Equal(AofState.Distrusted, store.State);
        EndFlush(store, 2, IoResult.Done);
        Assert.False(second.IsCompleted);
    }

    // The last file of changes too, which is not opened before it is loaded.
    [Fact]
    public async Task How_much_there_is_to_load_is_known_before_any_of_it_is()
    {
        using (AofStore store = Open())
        {
            Task first = Write(store, 1);
            EndFlush(store, 1, IoResult.Done);
            Assert.True(first.IsCompletedSuccessfully);
            store.Cut(1);
            File.WriteAllText(store.PathTo(BaseName), "*1\r\n$4\r\nPING\r\n");
            await store.Install(1, BaseName, rdb: false);
            Task later = Write(store, 2, 3);
            EndFlush(store, 3, IoResult.Done);
            Assert.True(later.IsCompletedSuccessfully);
        }

        using AofStore found = Make("always", new SystemClock(), null);
        found.Find();
        long written = 0;
        foreach (string file in Directory.GetFiles(_directory + "/aof", "*.aof"))
            written += new FileInfo(file).Length;
        Assert.Equal(14, found.BaseBytes);
        Assert.True(written > 14 + 50);
        Assert.Equal(written, found.FoundBytes);
        Assert.Equal(written, found.TotalBytes);
    }

    private static void EndFlush(AofStore store, long seq, IoResult outcome) =>
        store.OnFlushed(new AofFlushed(store, store.FlushNumber, seq, outcome));

    private static Task Write(AofStore store, params long[] numbers)
    {
        List<AtomicWrite> writes = [];
        foreach (long seq in numbers)
        {
            byte[] command = Encoding.ASCII.GetBytes($"*2\r\n$4\r\nINCR\r\n$1\r\n{seq}\r\n");
            writes.Add(new AtomicWrite(new Persistent(JournalEvent.Of(command), seq, "p")));
        }

        return store.Write(writes);
    }

    private static Task InstallAsync(AofStore store, long seq)
    {
        File.WriteAllText(store.PathTo(BaseName), "");
        return store.Install(seq, BaseName, rdb: false);
    }

    private AofStore Open() => Open("always", new SystemClock(), null);

    private static ManualClock Still() => new() { LookNanos = 0 };

    private AofStore Open(string policy, IClock clock, Action? holds)
    {
        AofStore store = Make(policy, clock, holds);
        store.Open();
        return store;
    }

    private AofStore Make(string policy, IClock clock, Action? holds) =>
        new(new AofOptions
        {
            Files = _disk,
            Directory = _directory + "/aof",
            Clock = clock,
            Fsync = () => policy switch
            {
                "no" => AppendFsync.No,
                "everysec" => AppendFsync.EverySecond,
                _ => AppendFsync.Always,
            },
            Holds = _ => holds?.Invoke(),
            HoldsFailedWrites = true,
            Flusher = new Never(),
            Worker = new AtOnce(),
        });

    // The events that a server would find that starts now, as the keys they raise.
    private async Task<string> HeldByAsync()
    {
        using AofStore store = Open();
        List<string> found = [];
        await store.Replay(1, long.MaxValue, long.MaxValue, "p", one =>
        {
            string text = Encoding.ASCII.GetString(((JournalEvent)one.Payload).Bytes);
            Assert.Equal($"*2\r\n$4\r\nINCR\r\n$1\r\n{one.SequenceNr}\r\n", text);
            found.Add($"{one.SequenceNr}");
        });
        return string.Join(' ', found);
    }

    /// <summary>Flushes end when the test says so.</summary>
    private sealed class Never : IDiskThread
    {
        public void Post(Action work)
        {
        }

        public void Dispose()
        {
        }
    }

    private sealed class AtOnce : IDiskThread
    {
        public void Post(Action work) => work();

        public void Dispose()
        {
        }
    }
}
