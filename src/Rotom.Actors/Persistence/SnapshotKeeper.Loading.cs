using System;
using System.Globalization;
using System.IO;
using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using Rotom.Actors.Messages;
using Rotom.Engine.Abstractions;
using Rotom.Engine.Persist;

namespace Rotom.Actors.Persistence;

internal sealed partial class SnapshotKeeper
{
    // Long enough to be worth a message, short enough that clients hear -LOADING soon.
    private const long LoadSliceNanos = 5 * NanosPerMs;

    private const long ProgressNanos = 5_000 * NanosPerMs;

    private RdbFileLoader? _loader;
    private Stream? _stream;
    private IActorRef _loadFor = ActorRefs.Nobody;
    private bool _finding;
    private long _loadBegan;
    private long _progressSaid;

    /// <summary>Bytes of the file being loaded; 0 when there is none.</summary>
    internal long LoadingBytes { get; private set; }

    /// <summary>Bytes of it that are read.</summary>
    internal long LoadedBytes => _loader?.Offset ?? 0;

    /// <summary>When loading began, unix seconds.</summary>
    internal long LoadingBeganSeconds { get; private set; }

    /// <inheritdoc/>
    public bool Load(bool merge)
    {
        IoResult<IFile> opened = _dump.Files.Open(SnapshotPlace.Of(Config).Path, FileUse.Read);
        if (!opened.IsDone)
        {
            _log.Warning("Can't open the snapshot: {0}", opened.Text);
            return false;
        }

        using FileReadStream stream = new(opened.Value);
        RdbFileLoader loader = _engine.OpenRdb(stream, merge ? RdbUse.Merge : RdbUse.Load);
        loader.FileBytes = opened.Value.Size;
        bool wasLoading = _engine.IsLoading;
        _engine.IsLoading = true;
        string? failure = Step(loader, long.MaxValue) ? loader.Failure : null;
        _engine.IsLoading = wasLoading;
        if (failure is not null)
        {
            _log.Warning("{0}", Describe(loader, failure));
            return false;
        }

        _engine.LoadingEnded(loader);
        return true;
    }

    private bool ReceiveLoading(object message, IActorRef sender)
    {
        switch (message)
        {
            case LoadData:
                Find(sender);
                return true;
            case LoadSnapshotResult found:
                OnFound(found.Snapshot?.Snapshot as RdbSnapshot);
                return true;
            case LoadSnapshotFailed failed:
                OnNotFound(failed.Cause.Message);
                return true;
            case LoadStep:
                return _loader is null || LoadSome();
            default:
                return false;
        }
    }

    private void Find(IActorRef loadFor)
    {
        _loadFor = loadFor;
        // The journal, when there is one, is what is loaded.
        if (Config.AppendOnly)
        {
            EndLoading("");
            return;
        }

        _engine.IsLoading = true;
        _finding = true;
        _dump.Place = SnapshotPlace.Of(Config);
        Store().Tell(
            new LoadSnapshot(
                _dump.PersistenceId, SnapshotSelectionCriteria.Latest, long.MaxValue),
            _self);
    }

    private void OnFound(RdbSnapshot? found)
    {
        // Of two that asked, one after a failure, the first answer does.
        if (!_finding) return;
        if (found is null)
        {
            EndLoading("");
            return;
        }

        (IFile file, IoResult opened) = found.OpenFile();
        if (opened.IsDone) BeginLoading(file);
        else OnNotFound(opened.Text);
    }

    private void OnNotFound(string why)
    {
        if (!_finding) return;
        EndLoading(
            $"Fatal error loading the DB, check server logs: {_dump.Place.Path}: {why}. Exiting.");
    }

    private void BeginLoading(IFile file)
    {
        _finding = false;
        _stream = new FileReadStream(file);
        _loader = _engine.OpenRdb(_stream, RdbUse.Load);
        _loader.FileBytes = file.Size;
        _engine.IsLoading = true;
        LoadingBytes = file.Size;
        LoadingBeganSeconds = _engine.Clock.UnixTimeMs / 1000;
        _loadBegan = _progressSaid = _engine.Clock.MonotonicNanos;
        NextTurn(LoadStep.Instance);
    }

    private bool LoadSome()
    {
        RdbFileLoader loader = _loader!;
        if (!Step(loader, LoadSliceNanos))
        {
            SayProgress(loader);
            NextTurn(LoadStep.Instance);
            return true;
        }

        if (loader.Failure is { } failure)
        {
            EndLoading(Describe(loader, failure));
            return true;
        }

        _log.Info(string.Create(
            CultureInfo.InvariantCulture,
            $"Done loading RDB, keys loaded: {loader.KeysLoaded}, keys expired: "
            + $"{loader.KeysExpired}, empty keys skipped: {loader.EmptyKeysSkipped}."));
        if (loader.FunctionsSkipped > 0)
        {
            _log.Warning("{0} libraries of functions left out", loader.FunctionsSkipped);
        }

        _log.Info("DB loaded from disk: {0} seconds", Seconds(
            _engine.Clock.MonotonicNanos - _loadBegan));
        _engine.LoadingEnded(loader);
        EndLoading("");
        return true;
    }

    private void SayProgress(RdbFileLoader loader)
    {
        long now = _engine.Clock.MonotonicNanos;
        if (now - _progressSaid < ProgressNanos) return;
        _progressSaid = now;
        _log.Info(string.Create(
            CultureInfo.InvariantCulture,
            $"Loading: {loader.Offset >> 20} of {LoadingBytes >> 20} MB, "
            + $"{loader.KeysLoaded} keys"));
    }

    /// <summary>Loading, if it is under way, ends without the data.</summary>
    internal void FailLoading(string why)
    {
        if (_finding || _loader is not null) EndLoading(why);
    }

    private void EndLoading(string error)
    {
        // The keyspace itself has asked, after a failure: it decides what becomes of it.
        _engine.IsLoading = error.Length > 0 && _loadFor.Equals(_self);
        _finding = false;
        _stream?.Dispose();
        _stream = null;
        _loader = null;
        LoadingBytes = 0;
        _loadFor.Tell(new DataLoaded(error), _self);
        _loadFor = ActorRefs.Nobody;
    }

    // The disk's errors come as exceptions of the stream.
    private static bool Step(RdbFileLoader loader, long nanos)
    {
        try
        {
            return loader.Step(nanos);
        }
        catch (IOException failure)
        {
            loader.Fail(failure.Message);
            return true;
        }
    }

    private static string Describe(RdbFileLoader loader, string failure)
    {
        string early = loader.EndedEarly ? "Short read or OOM loading DB. " : "";
        string where = string.Create(
            CultureInfo.InvariantCulture, $"Unrecoverable error at offset {loader.Offset}: ");
        return early + where + failure
            + "\nFatal error loading the DB, check server logs. Exiting.";
    }

    private sealed class LoadStep : INoSerializationVerificationNeeded
    {
        internal static readonly LoadStep Instance = new();
    }
}
