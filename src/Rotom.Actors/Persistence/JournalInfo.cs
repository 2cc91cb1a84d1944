using Rotom.Engine;
using Rotom.Engine.Info;

namespace Rotom.Actors.Persistence;

/// <summary>What INFO says about the journal.</summary>
internal static class JournalInfo
{
    internal static void Write(InfoWriter w, RotomEngine engine, JournalKeeper keeper)
    {
        AofStore? store = keeper.Journal?.Store;
        bool rewriting = keeper.IsRewriting;
        w.Line("aof_enabled", keeper.IsEnabled ? 1 : 0);
        w.Line("aof_rewrite_in_progress", rewriting ? 1 : 0);
        w.Line("aof_rewrite_scheduled", keeper.IsScheduled ? 1 : 0);
        w.Line("aof_last_rewrite_time_sec", keeper.LastRewriteSeconds);
        w.Line(
            "aof_current_rewrite_time_sec",
            keeper.Source is null ? -1 : (engine.NowMs - keeper.RewriteBeganMs) / 1000);
        w.Line("aof_last_bgrewrite_status", keeper.LastRewriteSucceeded ? "ok" : "err");
        w.Line("aof_rewrites", keeper.Rewrites);
        w.Line("aof_rewrites_consecutive_failures", keeper.ConsecutiveFailures);
        w.Line(
            "aof_last_write_status", store is null || store.State == AofState.Good ? "ok" : "err");
        if (store is null || !keeper.IsEnabled) return;
        w.Line("aof_current_size", store.TotalBytes);
        w.Line("aof_base_size", store.BaseBytes);
        w.Line("aof_pending_rewrite", 0);
        w.Line("aof_buffer_length", keeper.Journal!.UnkeptBytes);
        w.Line("aof_pending_bio_fsync", store.IsFlushing ? 1 : 0);
        w.Line("aof_delayed_fsync", store.DelayedFlushes);
    }
}
