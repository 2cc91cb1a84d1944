using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Threading;
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;
using Rotom.Engine.Abstractions;

namespace Rotom.Actors.Persistence;

// RdbStores: where the snapshots of a persistence id are.
//
//   DumpFile       a server's: one file, of the name and in the directory that its settings say,
//                  as redis-server has it; a new one takes the place of the old one
//   RdbDirectory   any other id's: a directory of its own below the plugin's `directory`, in it a
//                  file for each snapshot, named after its number and its time (in ticks)
//
// Every file is written under a temporary name until it is whole (SnapshotFile).

/// <summary>The snapshot files of an actor system.</summary>
internal sealed class RdbStores : IExtension
{
    private readonly ConcurrentDictionary<string, RdbHome> _homes = new();

    /// <summary>The extension of a system.</summary>
    internal static RdbStores For(ActorSystem system) =>
        system.WithExtension<RdbStores, Provider>();

    /// <summary>The plugin; started when it is first asked for.</summary>
    internal static IActorRef PluginOf(ActorSystem system) =>
        Akka.Persistence.Persistence.Instance.Apply(system)
            .SnapshotStoreFor(RdbSnapshotStore.PluginId);

    /// <summary>Says where the snapshots of an id are.</summary>
    internal void Register(string persistenceId, RdbHome home) => _homes[persistenceId] = home;

    /// <summary>Forgets an id; its files stay.</summary>
    internal void Remove(string persistenceId) => _homes.TryRemove(persistenceId, out _);

    internal RdbHome Of(string persistenceId, Config plugin) =>
        _homes.GetOrAdd(persistenceId, id => new RdbDirectory(
            new SystemFiles(), plugin.GetString("directory", "snapshots"), id));

    private sealed class Provider : ExtensionIdProvider<RdbStores>
    {
        public override RdbStores CreateExtension(ExtendedActorSystem system) => new();
    }
}

/// <summary>A snapshot that is there.</summary>
/// <param name="Path">Its file.</param>
/// <param name="SequenceNr">Its number.</param>
/// <param name="Time">When it was made; MinValue when nobody knows.</param>
internal sealed record KeptSnapshot(string Path, long SequenceNr, DateTime Time)
{
    internal bool Suits(SnapshotSelectionCriteria criteria) =>
        SequenceNr >= criteria.MinSequenceNr && SequenceNr <= criteria.MaxSequenceNr
        && Time <= criteria.MaxTimeStamp
        && Time >= (criteria.MinTimestamp ?? DateTime.MinValue);
}

/// <summary>Where the snapshots of one id are.</summary>
/// <param name="files">The disk.</param>
internal abstract class RdbHome(IFileSystem files)
{
    private static long s_temporaries;

    /// <summary>The disk.</summary>
    internal IFileSystem Files => files;

    /// <summary>The directory of the files.</summary>
    internal abstract string Directory { get; }

    /// <summary>All that are there, in any order.</summary>
    internal abstract IoResult<IReadOnlyList<KeptSnapshot>> List();

    /// <summary>Where one that is to be saved goes.</summary>
    internal abstract IoResult<SnapshotPlace> PlaceFor(SnapshotMetadata metadata);

    /// <summary>Gives one that is written its name; the one of its number before it goes.
    /// </summary>
    internal abstract IoResult Commit(SnapshotMetadata metadata, SnapshotFile file);

    // Of its own each time: one that is given up may still be open when the next one begins.
    protected static string NextTemporary() => string.Create(
        CultureInfo.InvariantCulture,
        $"temp-{Environment.ProcessId}-{Interlocked.Increment(ref s_temporaries)}.rdb");
}

// SAVE writes it in the keyspace's turn, when a save in the background may just have been given up
// whose file is whole and being flushed: it must not take the place of the newer one. So names are
// given under a lock, and what was given up before gets none.

/// <summary>The one file of a server.</summary>
internal sealed class DumpFile(string persistenceId, IFileSystem files, SnapshotPlace place)
    : RdbHome(files)
{
    private readonly Lock _naming = new();
    private volatile SnapshotPlace _place = place;
    private long _voidTo;

    /// <summary>Whose it is.</summary>
    internal string PersistenceId => persistenceId;

    /// <summary>What the settings say; told by the server before it saves or loads.</summary>
    internal SnapshotPlace Place
    {
        get => _place;
        set => _place = value;
    }

    /// <inheritdoc/>
    internal override string Directory => _place.Directory;

    /// <inheritdoc/>
    internal override IoResult<IReadOnlyList<KeptSnapshot>> List()
    {
        // Its name tells neither number nor time, and redis-server may have written it.
        string path = _place.Path;
        IoResult<long> size = Files.Size(path);
        if (size.IsDone) return new[] { new KeptSnapshot(path, 0, DateTime.MinValue) };
        return size.Error == IoError.NotFound ? Array.Empty<KeptSnapshot>() : size.Outcome;
    }

    /// <inheritdoc/>
    internal override IoResult<SnapshotPlace> PlaceFor(SnapshotMetadata metadata) =>
        _place with { Temporary = NextTemporary() };

    /// <summary>Saves up to this number that are under way are not wanted any more.</summary>
    internal void Void(long number) => Volatile.Write(ref _voidTo, number);

    /// <inheritdoc/>
    internal override IoResult Commit(SnapshotMetadata metadata, SnapshotFile file)
    {
        lock (_naming)
        {
            if (metadata.SequenceNr > Volatile.Read(ref _voidTo)) return file.Commit();
        }

        file.Discard();
        return new IoResult(IoError.Other, "the snapshot was given up");
    }

    /// <summary>Gives the file of a SAVE its name.</summary>
    internal IoResult CommitAtOnce(SnapshotFile file)
    {
        lock (_naming) return file.Commit();
    }
}

/// <summary>The directory of an id.</summary>
internal sealed class RdbDirectory : RdbHome
{
    private const string Suffix = ".rdb";
    private const string TemporaryPrefix = "temp-";

    private readonly string _root;
    private bool _isMade;

    internal RdbDirectory(IFileSystem files, string root, string persistenceId)
        : base(files)
    {
        _root = root;
        Directory = Path.Join(root, Uri.EscapeDataString(persistenceId).Replace(".", "%2E"));
    }

    /// <inheritdoc/>
    internal override string Directory { get; }

    /// <inheritdoc/>
    internal override IoResult<IReadOnlyList<KeptSnapshot>> List()
    {
        IoResult<IReadOnlyList<string>> names = Files.List(Directory);
        if (!names.IsDone && names.Error != IoError.NotFound) return names.Outcome;
        List<KeptSnapshot> found = [];
        foreach (string name in names.IsDone ? names.Value : [])
        {
            if (Parse(name) is { } kept) found.Add(kept);
        }

        return found;
    }

    /// <inheritdoc/>
    internal override IoResult<SnapshotPlace> PlaceFor(SnapshotMetadata metadata)
    {
        IoResult made = Make();
        if (!made.IsDone) return made;
        return new SnapshotPlace(
            Directory, NameOf(metadata), NextTemporary(), Checksums: true, FlushesAsItGrows: true);
    }

    /// <inheritdoc/>
    internal override IoResult Commit(SnapshotMetadata metadata, SnapshotFile file)
    {
        IoResult done = file.Commit();
        if (!done.IsDone) return done;
        // There is one of a number. Whoever finds two after a crash takes the later.
        (IReadOnlyList<KeptSnapshot> all, IoResult listed) = List();
        if (!listed.IsDone) return listed;
        string own = NameOf(metadata);
        bool any = false;
        foreach (KeptSnapshot kept in all)
        {
            if (kept.SequenceNr != metadata.SequenceNr || Path.GetFileName(kept.Path) == own)
            {
                continue;
            }

            any = true;
            IoResult gone = Files.Unlink(kept.Path);
            if (!gone.IsDone) return gone;
        }

        return any ? Files.FsyncDirectory(Directory) : IoResult.Done;
    }

    private static string NameOf(SnapshotMetadata metadata) => string.Create(
        CultureInfo.InvariantCulture,
        $"{metadata.SequenceNr}-{metadata.Timestamp.Ticks}{Suffix}");

    private KeptSnapshot? Parse(string name)
    {
        if (!name.EndsWith(Suffix, StringComparison.Ordinal)) return null;
        string[] parts = name[..^Suffix.Length].Split('-');
        CultureInfo culture = CultureInfo.InvariantCulture;
        if (parts.Length != 2
            || !long.TryParse(parts[0], NumberStyles.None, culture, out long number)
            || !long.TryParse(parts[1], NumberStyles.None, culture, out long ticks)
            || ticks > DateTime.MaxValue.Ticks)
        {
            return null;
        }

        DateTime time = new(ticks, DateTimeKind.Utc);
        return new KeptSnapshot(Path.Join(Directory, name), number, time);
    }

    // Made durable before the first file in it is; what a crash left unfinished is taken away.
    private IoResult Make()
    {
        if (_isMade) return IoResult.Done;
        IoResult made = Files.CreateDirectory(_root);
        if (made.IsDone) made = Files.CreateDirectory(Directory);
        if (made.IsDone) made = Files.FsyncDirectory(_root);
        string above = Path.GetDirectoryName(_root.TrimEnd('/')) is { Length: > 0 } has ? has : ".";
        if (made.IsDone) made = Files.FsyncDirectory(above);
        if (!made.IsDone) return made;
        (IReadOnlyList<string> names, IoResult listed) = Files.List(Directory);
        if (!listed.IsDone) return listed;
        foreach (string name in names)
        {
            if (!name.StartsWith(TemporaryPrefix, StringComparison.Ordinal)) continue;
            Files.Unlink(Path.Join(Directory, name));
        }

        _isMade = true;
        return IoResult.Done;
    }
}
