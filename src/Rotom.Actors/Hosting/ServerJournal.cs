using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using Akka.Actor;
using Akka.Event;
using Rotom.Actors.Persistence;
using Rotom.Actors.Supervision;
using Rotom.Engine;
using Rotom.Engine.Config;
using Rotom.Engine.Persist;

namespace Rotom.Actors.Hosting;

/// <summary>Makes the journal of a server out of its settings, and takes it down.</summary>
internal sealed class ServerJournal : IDisposable
{
    private readonly ActorSystem _system;
    private readonly RotomEngine _engine;
    private readonly ServerDoors _doors;
    private readonly string _persistenceId;
    private readonly ILoggingAdapter _log;
    private readonly Incidents _incidents;
    private readonly FaultPoints _faults;
    private IDiskThread? _flusher;
    private IDiskThread? _worker;

    internal ServerJournal(
        ActorSystem system, RotomEngine engine, ServerDoors doors, string persistenceId,
        Incidents incidents, FaultPoints faults)
    {
        _incidents = incidents;
        _faults = faults;
        _system = system;
        _engine = engine;
        _doors = doors;
        _persistenceId = persistenceId;
        _log = Logging.GetLogger(system, "rotom.journal");
    }

    /// <summary>Makes the journal that the settings ask for; opens nothing yet.</summary>
    internal KeyspaceJournal Make()
    {
        ServerConfig config = _engine.Config;
        _flusher ??= _doors.MakeDiskThread("rotom-aof-fsync", OnDiskThreadFailed);
        _worker ??= _doors.MakeDiskThread("rotom-aof-work", OnDiskThreadFailed);
        string root = config.Directory.Length == 0 ? "" : config.Directory.TrimEnd('/') + "/";
        AofStore store = AofStores.For(_system).Register(_persistenceId, new AofOptions
        {
            Files = _doors.Files,
            Directory = root + config.AppendDirectoryName,
            FileName = config.AppendFileName,
            OldFile = root + config.AppendFileName,
            Clock = _doors.Clock,
            Fsync = () => config.AppendFsync,
            Timestamps = () => config.AofTimestampEnabled,
            LoadTruncated = () => config.AofLoadTruncated,
            KeepHistory = () => config.AofDisableAutoGC,
            HoldsFailedWrites = true,
            PauseFsync = () => config.NoAppendFsyncOnRewrite && _engine.Snapshot is not null,
            FirstBase = FirstBase,
            BeforeWrite = HoldUp,
            Flusher = _flusher,
            Worker = _worker,
            Log = Say,
            Faults = _faults,
        });
        return new KeyspaceJournal(_persistenceId, store, config);
    }

    // DEBUG AOF-FLUSH-SLEEP.
    private void HoldUp()
    {
        int micros = _engine.JournalWriteDelayMicroseconds;
        if (micros > 0) _doors.Clock.Pause(micros);
    }

    // The base of a journal that begins with nothing.
    private (byte[] Bytes, bool Rdb) FirstBase()
    {
        if (!_engine.Config.AofUseRdbPreamble) return ([], false);
        SnapshotWalk walk = _engine.BeginSnapshot(isBase: true);
        walk.Step(long.MaxValue);
        if (walk.Failure is { } failure) throw new InvalidOperationException(failure);
        List<byte> bytes = [];
        while (walk.TryTakeChunk(out ArraySegment<byte> chunk))
        {
            bytes.AddRange(chunk);
            SnapshotWalk.Return(chunk);
        }

        _engine.EndSnapshot();
        byte[] whole = [.. bytes];
        byte[] end = new byte[8];
        if (_engine.Config.RdbChecksum)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(end, Crc64.Update(0, whole));
        }

        return ([.. whole, .. end], true);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        AofStores.For(_system).Remove(_persistenceId);
        _flusher?.Dispose();
        _worker?.Dispose();
    }

    private void OnDiskThreadFailed(Exception failure)
    {
        _incidents.Count(Incident.DiskThread);
        _log.Error(failure, "Work on a disk thread failed; the thread goes on");
    }

    private void Say(bool warning, string text)
    {
        foreach (string line in text.Split('\n'))
        {
            if (warning) _log.Warning("{0}", line);
            else _log.Info("{0}", line);
        }
    }
}
