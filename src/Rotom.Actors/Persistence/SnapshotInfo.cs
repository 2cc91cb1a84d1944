using System;
using Rotom.Engine;
using Rotom.Engine.Info;
using Rotom.Engine.Persist;

namespace Rotom.Actors.Persistence;

/// <summary>What INFO says about snapshots and loading.</summary>
internal static class SnapshotInfo
{
    internal static void Write(
        InfoWriter w, RotomEngine engine, SnapshotKeeper keeper, LoadProgress journal)
    {
        SnapshotFigures figures = engine.SnapshotFigures;
        SnapshotWalk? walk = engine.Snapshot;
        w.Line("loading", engine.IsLoading ? 1 : 0);
        if (engine.IsLoading) Loading(w, engine, keeper, journal);
        w.Line("current_save_keys_processed", walk?.KeysSaved ?? 0);
        w.Line("current_save_keys_total", walk?.KeysTotal ?? 0);
        w.Line("rdb_changes_since_last_save", engine.Dirty);
        w.Line("rdb_bgsave_in_progress", keeper.IsSaving ? 1 : 0);
        w.Line("rdb_last_save_time", figures.LastSaveSeconds);
        w.Line("rdb_last_bgsave_status", figures.LastSucceeded ? "ok" : "err");
        w.Line("rdb_last_bgsave_time_sec", figures.LastTookSeconds);
        w.Line(
            "rdb_current_bgsave_time_sec",
            keeper.IsSaving ? (engine.NowMs - figures.BeganMs) / 1000 : -1);
        w.Line("rdb_saves", figures.Saves);
        w.Line("rdb_last_load_keys_expired", figures.KeysExpired);
        w.Line("rdb_last_load_keys_loaded", figures.KeysLoaded);
        w.Line("rdb_last_cow_size", figures.RdbExtraBytes);
        w.Line("aof_last_cow_size", figures.AofExtraBytes);
        w.Line("current_cow_size", figures.ExtraBytes);
        w.Line("current_cow_size_age", 0);
        w.Line("current_cow_peak", walk is null ? 0 : figures.LastExtraBytesPeak);
        Contract(w, engine, figures);
    }

    // What is promised, what the snapshot under way or the last one took, what any one took.
    private static void Contract(InfoWriter w, RotomEngine engine, SnapshotFigures figures)
    {
        w.Line("snapshot_max_pause_usec", engine.Config.SnapshotMaxPauseMilliseconds * 1000);
        w.Line("snapshot_last_longest_pause_usec", figures.LastLongestPauseNanos / 1000);
        w.Line("snapshot_longest_pause_usec", figures.LongestPauseNanos / 1000);
        w.Line("snapshot_last_slices", figures.LastSlices);
        w.Line("snapshot_max_extra_memory", engine.Config.SnapshotMaxExtraMemoryBytes);
        w.Line("snapshot_last_extra_memory_peak", figures.LastExtraBytesPeak);
        w.Line("snapshot_extra_memory_peak", figures.ExtraBytesPeak);
    }

    private static void Loading(
        InfoWriter w, RotomEngine engine, SnapshotKeeper keeper, LoadProgress journal)
    {
        bool isSnapshot = keeper.LoadingBytes > 0;
        long total = isSnapshot ? keeper.LoadingBytes : journal.TotalBytes;
        long loaded = Math.Min(isSnapshot ? keeper.LoadedBytes : journal.LoadedBytes, total);
        long began = isSnapshot ? keeper.LoadingBeganSeconds : journal.StartedSeconds;
        long elapsed = (engine.NowMs / 1000) - began;
        w.Line("loading_start_time", began);
        w.Line("loading_total_bytes", total);
        w.Line("loading_rdb_used_mem", 0);
        w.Line("loading_loaded_bytes", loaded);
        w.Line("loading_loaded_perc", total == 0 ? 0 : loaded * 100.0 / total, 2);
        w.Line("loading_eta_seconds", loaded == 0 ? 1 : elapsed * (total - loaded) / loaded);
    }
}
