using System;
using System.Buffers.Binary;
using System.Globalization;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;
using Akka.Persistence.Snapshot;
using Rotom.Actors.Supervision;
using Rotom.Engine.Abstractions;
using Rotom.Engine.Persist;

namespace Rotom.Actors.Persistence;

// AofBaseStore: the base file of the journal, as Akka.Persistence's snapshot. There is one for an
// id. It is loaded by whoever is offered it, piece by piece, and saved from a source that is
// drained on the worker's thread while the server goes on; the journal then takes it as its base.

/// <summary>The base of the journal, to be read.</summary>
/// <param name="Path">Its path.</param>
/// <param name="IsRdb">Whether it is a snapshot, or commands.</param>
/// <param name="Files">The disk.</param>
internal sealed record AofBase(string Path, bool IsRdb, IFileSystem Files)
    : INoSerializationVerificationNeeded;

/// <summary>What a new base is made of.</summary>
internal interface IAofBaseSource
{
    /// <summary>Number of the last event that it holds.</summary>
    long Seq { get; }

    /// <summary>
    /// The journal that it is of: another one of the same id does not get it. Null: whichever there
    /// is.
    /// </summary>
    AofStore? Store { get; }

    /// <summary>Whether it is a snapshot, or commands.</summary>
    bool IsRdb { get; }

    /// <summary>Whether it ends with a checksum, or with zeros in its place.</summary>
    bool Checksums { get; }

    /// <summary>Whether to flush every few megabytes instead of all at the end.</summary>
    bool FlushesOften { get; }

    /// <summary>
    /// The next bytes, waited for if need be; empty at the end. Called on the worker's thread.
    /// </summary>
    /// <exception cref="OperationCanceledException">The rewrite was given up.</exception>
    ReadOnlySpan<byte> Next();

    /// <summary>True when all bytes are there, or none are wanted: nothing is waited for.</summary>
    bool IsComplete { get; }

    /// <summary>Nobody takes any more: the file could not be written.</summary>
    void Abandon();
}

/// <summary>
/// Bases of journals; HOCON section <c>rotom.persistence.aof-base</c>.
/// </summary>
public sealed class AofBaseStore : SnapshotStore
{
    /// <summary>The section of the plugin.</summary>
    public const string PluginId = "rotom.persistence.aof-base";

    private const long FlushBytes = 4 << 20;
    private static long s_files;

    private readonly Config _config;
    private readonly AofStores _stores;
    private readonly IActorRef _journal;

    /// <summary>Called by Akka.</summary>
    public AofBaseStore(Config config)
    {
        _config = config;
        _stores = AofStores.For(Context.System);
        _journal = Akka.Persistence.Persistence.Instance.Apply(Context.System)
            .JournalFor(AofJournal.PluginId);
    }

    /// <inheritdoc/>
    protected override Task<SelectedSnapshot?> LoadAsync(
        string persistenceId, SnapshotSelectionCriteria criteria)
    {
        AofStore store;
        try
        {
            store = _stores.Of(persistenceId, _config);
            store.Find();
        }
        catch (AofLoadException broken)
        {
            return Task.FromException<SelectedSnapshot?>(broken);
        }

        // Its time is not kept, and fits as long as nothing is said of the earliest.
        KeptSnapshot kept = new("", store.BaseSeq, DateTime.MinValue);
        if (store.BaseFile is not { } file || !kept.Suits(criteria))
        {
            return Task.FromResult<SelectedSnapshot?>(null);
        }

        SnapshotMetadata metadata = new(persistenceId, store.BaseSeq);
        AofBase found = new(store.PathOf(file), file.IsRdb, store.Options.Files);
        return Task.FromResult<SelectedSnapshot?>(new SelectedSnapshot(metadata, found));
    }

    /// <inheritdoc/>
    protected override Task SaveAsync(SnapshotMetadata metadata, object snapshot)
    {
        if (snapshot is not IAofBaseSource source)
        {
            return Task.FromException(new NotSupportedException(
                $"A base is made of a source, not of {snapshot.GetType()}"));
        }

        if (!_stores.IsCurrent(metadata.PersistenceId, source.Store))
        {
            source.Abandon();
            return Task.FromException(new AofWriteException("the journal has ended"));
        }

        AofStore store = _stores.Of(metadata.PersistenceId, _config);
        string name = string.Create(
            CultureInfo.InvariantCulture,
            $"temp-rewriteaof-bg-{Environment.ProcessId}-{Interlocked.Increment(ref s_files)}.aof");
        TaskCompletionSource saved = new();
        IActorRef journal = _journal;
        store.Options.Worker.Post(() =>
        {
            IoResult written = WriteAll(store, name, source);
            if (!written.IsDone)
            {
                store.Options.Files.Unlink(store.PathTo(name));
                saved.TrySetException(new AofWriteException(written.Text));
                return;
            }

            journal.Tell(new InstallBase(
                store, metadata.PersistenceId, source.Seq, name, source.IsRdb, failure =>
                {
                    if (failure is null) saved.TrySetResult();
                    else saved.TrySetException(failure);
                }));
        }, () => source.IsComplete);
        return saved.Task;
    }

    // A journal without its base is of no use: what is asked to be deleted is replaced by the next
    // base, and its file goes then.

    /// <inheritdoc/>
    protected override Task DeleteAsync(SnapshotMetadata metadata) => Task.CompletedTask;

    /// <inheritdoc/>
    protected override Task DeleteAsync(
        string persistenceId, SnapshotSelectionCriteria criteria) => Task.CompletedTask;

    private static IoResult WriteAll(AofStore store, string name, IAofBaseSource source)
    {
        try
        {
            store.Options.Faults.At(FaultPoints.BeforeBase);
            return Write(store, name, source);
        }
        catch (Exception failure)
        {
            source.Abandon();
            return new IoResult(IoError.Other, failure.Message);
        }
    }

    private static IoResult Write(AofStore store, string name, IAofBaseSource source)
    {
        IoResult<IFile> opened =
            store.Options.Files.Open(store.PathTo(name), FileUse.Create);
        if (!opened.IsDone)
        {
            source.Abandon();
            return opened.Outcome;
        }

        using IFile file = opened.Value;
        long unflushed = 0;
        ulong crc = 0;
        try
        {
            while (true)
            {
                ReadOnlySpan<byte> bytes = source.Next();
                if (bytes.IsEmpty) return End(file, source.IsRdb, crc);
                if (source.IsRdb && source.Checksums) crc = Crc64.Update(crc, bytes);
                IoResult written = file.Append(bytes);
                unflushed += bytes.Length;
                if (written.IsDone && source.FlushesOften && unflushed >= FlushBytes)
                {
                    written = file.Fsync();
                    unflushed = 0;
                }

                if (written.IsDone) continue;
                source.Abandon();
                return written;
            }
        }
        catch (OperationCanceledException)
        {
            return new IoResult(IoError.Other, "the rewrite was given up");
        }
    }

    private static IoResult End(IFile file, bool isRdb, ulong crc)
    {
        if (!isRdb) return file.Fsync();
        Span<byte> end = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(end, crc);
        IoResult written = file.Append(end);
        return written.IsDone ? file.Fsync() : written;
    }
}
