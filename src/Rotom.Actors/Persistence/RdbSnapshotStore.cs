using System;
using System.Buffers;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Akka.Configuration;
using Akka.Persistence;
using Akka.Persistence.Snapshot;
using Rotom.Engine.Abstractions;

namespace Rotom.Actors.Persistence;

// RdbSnapshotStore: Akka.Persistence's snapshots in files. It knows bytes, numbers and times; what
// the bytes mean is the business of who saves and loads them. RdbStores says where they are, and
// SnapshotFile how one is written: under another name, flushed, renamed, the name flushed.
//
// It has a thread of its own (its section's dispatcher) and waits for the disk on it. What can be
// saved: bytes, or a Stream, which is read to its end at once; and a server's SnapshotFeed, which
// fills while the server goes on, several at a time if need be. Snapshots of an id are in the
// order in which they were sent. What is found is an RdbSnapshot: a file, to be read by whoever is
// offered it, piece by piece.
//
// A save that fails leaves what was there before. Akka's base asks for the deletion of a failed
// snapshot, by its number, under which the one before it may be kept: that is not done.

/// <summary>Snapshots in files; HOCON section <c>rotom.persistence.rdb</c>.</summary>
public sealed class RdbSnapshotStore : SnapshotStore
{
    /// <summary>The section of the plugin, by which a persistent actor names it.</summary>
    public const string PluginId = "rotom.persistence.rdb";

    private const int ReadBytes = 256 << 10;

    private readonly Config _config;
    private readonly RdbStores _stores;
    private readonly List<Saving> _savings = [];
    private SnapshotMetadata? _failed;

    /// <summary>Called by Akka.</summary>
    public RdbSnapshotStore(Config config)
    {
        _config = config;
        _stores = RdbStores.For(Context.System);
    }

    /// <inheritdoc/>
    protected override Task<SelectedSnapshot?> LoadAsync(
        string persistenceId, SnapshotSelectionCriteria criteria)
    {
        ArgumentNullException.ThrowIfNull(criteria);
        RdbHome home = _stores.Of(persistenceId, _config);
        (IReadOnlyList<KeptSnapshot> all, IoResult listed) = home.List();
        if (!listed.IsDone) return Task.FromException<SelectedSnapshot?>(Failure(listed));
        KeptSnapshot? newest = all.Where(kept => kept.Suits(criteria))
            .MaxBy(kept => (kept.SequenceNr, kept.Time));
        if (newest is null) return Task.FromResult<SelectedSnapshot?>(null);
        SnapshotMetadata metadata = new(persistenceId, newest.SequenceNr, newest.Time);
        RdbSnapshot found = new(newest.Path, home.Files);
        return Task.FromResult<SelectedSnapshot?>(new SelectedSnapshot(metadata, found));
    }

    /// <inheritdoc/>
    protected override Task SaveAsync(SnapshotMetadata metadata, object snapshot)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        return snapshot switch
        {
            SnapshotFeed feed => Begin(metadata, feed),
            byte[] bytes => Save(metadata, file => file.Append(bytes)),
            ReadOnlyMemory<byte> bytes => Save(metadata, file => file.Append(bytes.Span)),
            Stream stream => Save(metadata, file => CopyTo(file, stream)),
            _ => Task.FromException(new NotSupportedException(
                $"A snapshot is bytes or a stream of them, not {snapshot?.GetType()}")),
        };
    }

    /// <inheritdoc/>
    protected override Task DeleteAsync(SnapshotMetadata metadata)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        if (ReferenceEquals(metadata, _failed))
        {
            _failed = null;
            return Task.CompletedTask;
        }

        bool anyTime = metadata.Timestamp == DateTime.MinValue;
        return Delete(metadata.PersistenceId, kept =>
            kept.SequenceNr == metadata.SequenceNr
            && (anyTime || kept.Time == metadata.Timestamp));
    }

    /// <inheritdoc/>
    protected override Task DeleteAsync(string persistenceId, SnapshotSelectionCriteria criteria)
    {
        ArgumentNullException.ThrowIfNull(criteria);
        return Delete(persistenceId, kept => kept.Suits(criteria));
    }

    /// <inheritdoc/>
    protected override bool ReceivePluginInternal(object message)
    {
        switch (message)
        {
            case SnapshotReady ready:
                Take(ready.Feed);
                return true;
            case SaveSnapshotFailure failure:
                _failed = failure.Metadata;
                return true;
            default:
                return false;
        }
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        // Also when it is made anew after a failure: then those who save hear of it.
        IoResult lost = new(IoError.Other, "the store of snapshots was lost");
        while (_savings.Count > 0) Fail(_savings[^1], lost);
        base.PostStop();
    }

    private static IOException Failure(IoResult why) => new(why.Text);

    private static Task Outcome(IoResult result) =>
        result.IsDone ? Task.CompletedTask : Task.FromException(Failure(result));

    private static IoResult CopyTo(SnapshotFile file, Stream stream)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(ReadBytes);
        try
        {
            while (true)
            {
                int bytes = stream.Read(buffer);
                if (bytes == 0) return IoResult.Done;
                IoResult written = file.Append(buffer.AsSpan(0, bytes));
                if (!written.IsDone) return written;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // What is saved at once has its end in it; a feed's, a checksum, is written by the file.
    private Task Save(SnapshotMetadata metadata, Func<SnapshotFile, IoResult> fill)
    {
        RdbHome home = _stores.Of(metadata.PersistenceId, _config);
        (SnapshotFile file, IoResult result) = Create(home, metadata, isWhole: true);
        if (!result.IsDone) return Outcome(result);
        bool filled = false;
        try
        {
            result = fill(file);
            filled = result.IsDone;
        }
        finally
        {
            if (!filled) file.Discard();
        }

        if (result.IsDone) result = home.Commit(metadata, file);
        return Outcome(result);
    }

    private Task Begin(SnapshotMetadata metadata, SnapshotFeed feed)
    {
        RdbHome home = _stores.Of(metadata.PersistenceId, _config);
        (SnapshotFile file, IoResult result) = Create(home, metadata, isWhole: false);
        if (!result.IsDone)
        {
            feed.Refuse();
            return Outcome(result);
        }

        Saving saving = new(metadata, feed, home, file);
        _savings.Add(saving);
        return saving.Done.Task;
    }

    private static IoResult<SnapshotFile> Create(
        RdbHome home, SnapshotMetadata metadata, bool isWhole)
    {
        (SnapshotPlace place, IoResult found) = home.PlaceFor(metadata);
        if (!found.IsDone) return found;
        return SnapshotFile.Create(home.Files, place with { IsWhole = isWhole });
    }

    private void Take(SnapshotFeed feed)
    {
        Saving? saving = _savings.Find(saving => saving.Feed == feed);
        if (saving is null)
        {
            feed.Refuse();
            return;
        }

        feed.BeginTaking();
        FeedState state = feed.State;
        if (state == FeedState.GivenUp)
        {
            Fail(saving, new IoResult(IoError.Other, "the snapshot was given up"));
            return;
        }

        while (feed.TryTake(out ArraySegment<byte> chunk))
        {
            IoResult written = saving.File.Append(chunk);
            feed.Return(chunk);
            if (written.IsDone) continue;
            Fail(saving, written);
            return;
        }

        if (state == FeedState.Complete) Commit(saving);
    }

    private void Commit(Saving saving)
    {
        _savings.Remove(saving);
        IoResult result = saving.Home.Commit(saving.Metadata, saving.File);
        if (result.IsDone) saving.Done.TrySetResult();
        else saving.Done.TrySetException(Failure(result));
    }

    private void Fail(Saving saving, IoResult why)
    {
        _savings.Remove(saving);
        saving.File.Discard();
        saving.Feed.Refuse();
        saving.Done.TrySetException(Failure(why));
    }

    private Task Delete(string persistenceId, Func<KeptSnapshot, bool> which)
    {
        RdbHome home = _stores.Of(persistenceId, _config);
        (IReadOnlyList<KeptSnapshot> all, IoResult result) = home.List();
        if (!result.IsDone) return Outcome(result);
        bool any = false;
        foreach (KeptSnapshot kept in all.Where(which))
        {
            any = true;
            IoResult gone = home.Files.Unlink(kept.Path);
            if (!gone.IsDone && gone.Error != IoError.NotFound) result = gone;
        }

        if (any && result.IsDone) result = home.Files.FsyncDirectory(home.Directory);
        return Outcome(result);
    }

    /// <summary>A feed, and the file that it goes to.</summary>
    private sealed record Saving(
        SnapshotMetadata Metadata, SnapshotFeed Feed, RdbHome Home, SnapshotFile File)
    {
        internal TaskCompletionSource Done { get; } = new();
    }
}
