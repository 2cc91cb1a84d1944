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
        store.OnFlushed(new AofFlushed(store, 1, IoResult.Fail(IoError.Device)));
        Assert.Equal(AofState.Distrusted, store.State);
        store.Cut(3);
        Task? late = isThere ? null : Write(store, 2, 3, 4);
        await InstallAsync(store, 3);
        Assert.True(first.IsCompletedSuccessfully);
        late ??= Write(store, 2, 3, 4);
        Assert.False(late.IsCompleted);
        Assert.Equal(4, store.WrittenSeq);
        store.OnFlushed(new AofFlushed(store, 4, IoResult.Done));
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
        store.OnFlushed(new AofFlushed(store, 3, IoResult.Done));
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
        Assert.Equal(2, store.WrittenSeq);
        Assert.False(last.IsCompleted);
        store.OnFlushed(new AofFlushed(store, 1, IoResult.Done));
        Assert.True(first.IsCompletedSuccessfully);
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
        store.OnFlushed(new AofFlushed(store, 1, IoResult.Done));
        Assert.True(first.IsCompletedSuccessfully);
        store.Cut(1);
        _disk.FailAt(3, DiskOperation.Fsync, IoError.Device, forever: false);
        await Assert.ThrowsAsync<AofWriteException>(() => InstallAsync(store, 1));
        Assert.Equal(AofState.WriteFails, store.State);
        Assert.Equal(1, store.BaseSeq);
        Assert.Equal("", await HeldByAsync());
    }

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

    private AofStore Open()
    {
        AofStore store = new(new AofOptions
        {
            Files = _disk,
            Directory = _directory + "/aof",
            Clock = new SystemClock(),
            Fsync = () => AppendFsync.Always,
            HoldsFailedWrites = true,
            Flusher = new Never(),
            Worker = new AtOnce(),
        });
        store.Open();
        return store;
    }

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
