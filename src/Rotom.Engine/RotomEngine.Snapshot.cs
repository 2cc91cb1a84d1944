using System.IO;
using Rotom.Engine.Abstractions;
using Rotom.Engine.Config;
using Rotom.Engine.Persist;

namespace Rotom.Engine;

// Snapshots: when they are due, what their end means. Making one is SnapshotWalk's part, keeping it
// the owner's.
public sealed partial class RotomEngine
{
    // As Redis' CONFIG_BGSAVE_RETRY_DELAY: a save point waits so long after a failure.
    private const long RetryMs = 5000;

    private long _dirtyAtCut;
    private double _delayOwedMicros;

    /// <summary>Who keeps snapshots; null when nobody does.</summary>
    public ISnapshotKeeper? Snapshots { get; set; }

    /// <summary>What INFO says about snapshots.</summary>
    public SnapshotFigures SnapshotFigures { get; } = new();

    /// <summary>The snapshot being made, for whatever purpose; null when there is none.</summary>
    public SnapshotWalk? Snapshot { get; private set; }

    /// <summary>Snapshots begun, for whatever purpose: the number of the last one.</summary>
    internal uint SnapshotsBegun { get; set; }

    /// <summary>True when BGSAVE is to begin as soon as it can.</summary>
    internal bool SnapshotScheduled { get; set; }

    /// <summary>A snapshot in Redis' format.</summary>
    /// <param name="isBase">True for the base file of a journal.</param>
    public SnapshotWalk BeginSnapshot(bool isBase) =>
        BeginSnapshot(isBase ? SnapshotForm.RdbBase : SnapshotForm.Rdb);

    /// <summary>
    /// Cuts: the databases as they are now become a snapshot, whose chunks the caller takes. There
    /// is one at a time.
    /// </summary>
    /// <param name="form">What it is to be written as.</param>
    public SnapshotWalk BeginSnapshot(SnapshotForm form)
    {
        Invariant.Require(Snapshot is null);
        // Tables and list nodes keep it in 30 bits.
        SnapshotsBegun = (SnapshotsBegun % ((1 << 30) - 1)) + 1;
        return Snapshot = new SnapshotWalk(this, SnapshotsBegun, form);
    }

    /// <summary>The snapshot is made, or given up.</summary>
    public void EndSnapshot()
    {
        Snapshot?.Abort();
        Snapshot = null;
    }

    /// <summary>A snapshot that SAVE, BGSAVE or a save point asked for begins.</summary>
    public void SavingBegan()
    {
        SnapshotFigures.BeganMs = SnapshotFigures.TriedMs = NowMs;
        SnapshotScheduled = false;
        _dirtyAtCut = Dirty;
    }

    /// <summary>It ended; a failure makes writers hear of it, as the setting says.</summary>
    public void SavingEnded(bool succeeded)
    {
        SnapshotFigures figures = SnapshotFigures;
        figures.LastTookSeconds = (NowMs - figures.BeganMs) / 1000;
        figures.BeganMs = 0;
        figures.LastSucceeded = succeeded;
        if (succeeded)
        {
            Dirty -= _dirtyAtCut;
            figures.LastSaveSeconds = NowMs / 1000;
            figures.Saves++;
        }

        SetGate(ServerGate.SnapshotError, !succeeded);
    }

    /// <summary>It was given up and says nothing about the disk.</summary>
    public void SavingStopped() => SnapshotFigures.BeganMs = 0;

    /// <summary>Opens a file in Redis' format, to be loaded or only proven.</summary>
    public RdbFileLoader OpenRdb(Stream stream, RdbUse use, IRdbListener? listener = null) =>
        new(this, stream, use, listener);

    /// <summary>The databases hold what is kept: nothing is to be saved.</summary>
    public void LoadingEnded(RdbFileLoader loader)
    {
        SnapshotFigures.KeysLoaded = loader.KeysLoaded;
        SnapshotFigures.KeysExpired = loader.KeysExpired;
        Dirty = 0;
    }

    /// <summary>
    /// The server is to end: saves what it has to, and from then on serves nobody. False when
    /// saving failed, or a journal has no base yet, and all goes on.
    /// </summary>
    public bool EndServing(bool save, bool noSave, bool force)
    {
        if (AwaitsFirstBase)
        {
            Log("Writing initial AOF" + (force ? ". Exit anyway." : ", can't exit."));
            if (!force) return false;
        }

        if (!TrySaveAtEnd(save, noSave))
        {
            string what = force ? "forcing exit." : "can't exit.";
            Outbox.Add(new OutboxItem(
                OutboxKind.Debug, "Error trying to save the DB, " + what, null));
            if (!force) return false;
        }

        IsEnding = true;
        foreach (Client client in _clients.Values) client.Set(ClientGate.Closing, true);
        return true;
    }

    /// <summary>True when nobody is served any more: what is done now would be lost.</summary>
    internal bool IsEnding { get; private set; }

    // Switched on, but a restart would not find a journal with this data: it would be lost.
    private bool AwaitsFirstBase =>
        !IsLoading && Journal is { IsEnabled: true, DurableSeq: < 0 };

    // What is asked for, or else what save points say.
    private bool TrySaveAtEnd(bool save, bool noSave)
    {
        if (Snapshots is null) return true;
        Snapshots.StopSaving();
        if (noSave || IsLoading) return true;
        return (!save && Config.Save.Length == 0) || TrySave();
    }

    /// <summary>
    /// Makes a snapshot at once, though the journal be rewritten; false when that failed. There
    /// must be a keeper, and none under way.
    /// </summary>
    internal bool TrySave()
    {
        Journal?.PutOffRewrite();
        return Snapshots!.Save();
    }

    /// <summary>True when writers hear that snapshots fail.</summary>
    internal bool RefusesWritesForSnapshot => Config.StopWritesOnBgsaveError
        && Config.Save.Length > 0 && !SnapshotFigures.LastSucceeded;

    /// <summary>
    /// rdb-key-save-delay and key-load-delay, which tests set to have the time to look; below a
    /// millisecond it is saved up, as no clock stops for less. A negative one is a part of it.
    /// </summary>
    internal void DelayKey(int micros)
    {
        if (micros == 0) return;
        _delayOwedMicros += micros > 0 ? micros : -1.0 / micros;
        if (_delayOwedMicros < 1000) return;
        Clock.Pause((long)_delayOwedMicros);
        _delayOwedMicros = 0;
    }

    private void SaveWhenDue()
    {
        if (Snapshots is null || Snapshots.IsSaving || IsLoading) return;
        if (SnapshotScheduled)
        {
            if (Snapshot is not null || !MayRetry()) return;
            SnapshotScheduled = false;
            Snapshots.BeginSaving();
            return;
        }

        if (Dirty == 0 || Snapshot is not null) return;
        long seconds = (NowMs / 1000) - SnapshotFigures.LastSaveSeconds;
        foreach (SavePoint point in Config.Save)
        {
            if (Dirty < point.Changes || seconds <= point.Seconds || !MayRetry()) continue;
            Log($"{point.Changes} changes in {point.Seconds} seconds. Saving...");
            Snapshots.BeginSaving();
            return;
        }
    }

    private bool MayRetry() => SnapshotFigures.LastSucceeded
        || NowMs - SnapshotFigures.TriedMs > RetryMs;

    private void Log(string text) => Outbox.Add(new OutboxItem(OutboxKind.Log, text, null));
}
