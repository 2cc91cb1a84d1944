using static Rotom.Engine.Config.ConfigFlags;
using static Rotom.Engine.Config.ConfigUnit;

namespace Rotom.Engine.Config;

// Snapshots and the append-only file.
public static partial class ConfigTable
{
    private static ConfigRow[] PersistenceRows() =>
    [
        Special(
            "save", new SavePointsKind(), [new(3600, 1), new(300, 100), new(60, 10_000)],
            c => c.Save, (c, v) => c.Save = v),
        Bool(
            "stop-writes-on-bgsave-error", true, c => c.StopWritesOnBgsaveError,
            (c, v) => c.StopWritesOnBgsaveError = v),
        Bool("rdbcompression", true, c => c.RdbCompression, (c, v) => c.RdbCompression = v),
        Bool(
            "rdbchecksum", true, c => c.RdbChecksum, (c, v) => c.RdbChecksum = v,
            flags: Immutable),
        Text(
            "dbfilename", "dump.rdb", c => c.DbFileName, (c, v) => c.DbFileName = v,
            flags: Protected, check: ConfigChecks.DbFileName),
        Bool(
            "rdb-del-sync-files", false, c => c.RdbDeleteSyncFiles,
            (c, v) => c.RdbDeleteSyncFiles = v),
        Enum(
            "sanitize-dump-payload", SanitizePayload.No,
            [
                ("no", SanitizePayload.No), ("yes", SanitizePayload.Yes),
                ("clients", SanitizePayload.Clients),
            ],
            c => c.SanitizeDumpPayload, (c, v) => c.SanitizeDumpPayload = v, flags: DenyLoading),
        Int(
            "rdb-key-save-delay", int.MinValue, int.MaxValue, 0,
            c => c.RdbKeySaveDelayMicroseconds, (c, v) => c.RdbKeySaveDelayMicroseconds = v,
            flags: Hidden, unit: Microseconds),
        Int(
            "key-load-delay", int.MinValue, int.MaxValue, 0, c => c.KeyLoadDelayMicroseconds,
            (c, v) => c.KeyLoadDelayMicroseconds = v, flags: Hidden, unit: Microseconds),
        Bytes(
            "loading-process-events-interval-bytes", 1024, int.MaxValue, 2 * Limits.Megabyte,
            c => c.LoadingProcessEventsIntervalBytes,
            (c, v) => c.LoadingProcessEventsIntervalBytes = v, flags: Hidden),
        // A pause of a second is what nobody wants from a server that does not fork.
        Int(
            "snapshot-max-pause", 1, 1000, 1, c => c.SnapshotMaxPauseMilliseconds,
            (c, v) => c.SnapshotMaxPauseMilliseconds = v, unit: Milliseconds),
        Bytes(
            "snapshot-max-extra-memory", 0, Limits.Memory, 256 * Limits.Megabyte,
            c => c.SnapshotMaxExtraMemoryBytes, (c, v) => c.SnapshotMaxExtraMemoryBytes = v),
        Bool(
            "appendonly", false, c => c.AppendOnly, (c, v) => c.AppendOnly = v,
            flags: DenyLoading, apply: ConfigApply.AppendOnly),
        Text(
            "appendfilename", "appendonly.aof", c => c.AppendFileName,
            (c, v) => c.AppendFileName = v, flags: Immutable,
            check: ConfigChecks.AppendFileName),
        Text(
            "appenddirname", "appendonlydir", c => c.AppendDirectoryName,
            (c, v) => c.AppendDirectoryName = v, flags: Immutable,
            check: ConfigChecks.AppendDirectoryName),
        Enum(
            "appendfsync", AppendFsync.EverySecond,
            [
                ("everysec", AppendFsync.EverySecond), ("always", AppendFsync.Always),
                ("no", AppendFsync.No),
            ],
            c => c.AppendFsync, (c, v) => c.AppendFsync = v, apply: ConfigApply.AppendFsync),
        Bool(
            "no-appendfsync-on-rewrite", false, c => c.NoAppendFsyncOnRewrite,
            (c, v) => c.NoAppendFsyncOnRewrite = v),
        Int(
            "auto-aof-rewrite-percentage", 0, int.MaxValue, 100, c => c.AutoAofRewritePercentage,
            (c, v) => c.AutoAofRewritePercentage = v),
        Bytes(
            "auto-aof-rewrite-min-size", 0, Limits.Memory, 64 * Limits.Megabyte,
            c => c.AutoAofRewriteMinBytes, (c, v) => c.AutoAofRewriteMinBytes = v),
        Bool(
            "aof-load-truncated", true, c => c.AofLoadTruncated,
            (c, v) => c.AofLoadTruncated = v),
        Bool(
            "aof-use-rdb-preamble", true, c => c.AofUseRdbPreamble,
            (c, v) => c.AofUseRdbPreamble = v),
        Bool(
            "aof-timestamp-enabled", false, c => c.AofTimestampEnabled,
            (c, v) => c.AofTimestampEnabled = v),
        Bool(
            "aof-rewrite-incremental-fsync", true, c => c.AofRewriteIncrementalFsync,
            (c, v) => c.AofRewriteIncrementalFsync = v),
        Bool(
            "rdb-save-incremental-fsync", true, c => c.RdbSaveIncrementalFsync,
            (c, v) => c.RdbSaveIncrementalFsync = v),
        Bool(
            "aof-disable-auto-gc", false, c => c.AofDisableAutoGC,
            (c, v) => c.AofDisableAutoGC = v, apply: ConfigApply.JournalHistory),
    ];
}
