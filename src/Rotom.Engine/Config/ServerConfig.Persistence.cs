namespace Rotom.Engine.Config;

// Snapshots and the append-only file.
// Defaults, ranges and their reasons: ConfigTable.Persistence.cs.
public sealed partial class ServerConfig
{
    /// <summary>save: when a snapshot is made by itself.</summary>
    public SavePoint[] Save { get; set; } = [];

    /// <summary>stop-writes-on-bgsave-error: refuse writes after a failed snapshot.</summary>
    public bool StopWritesOnBgsaveError { get; set; }

    /// <summary>rdbcompression: compress strings in snapshots.</summary>
    public bool RdbCompression { get; set; }

    /// <summary>rdbchecksum: end snapshots with a CRC64, and check it.</summary>
    public bool RdbChecksum { get; set; }

    /// <summary>dbfilename: name of the snapshot, in dir.</summary>
    public string DbFileName { get; set; } = "";

    /// <summary>rdb-del-sync-files: delete the files of a replica's first sync.</summary>
    public bool RdbDeleteSyncFiles { get; set; }

    /// <summary>sanitize-dump-payload: accepted; Rotom always checks such bytes deeply.</summary>
    public SanitizePayload SanitizeDumpPayload { get; set; }

    /// <summary>
    /// rdb-key-save-delay: for tests: microseconds to wait after each key saved.
    /// </summary>
    public int RdbKeySaveDelayMicroseconds { get; set; }

    /// <summary>key-load-delay: for tests: microseconds to wait after each key loaded.</summary>
    public int KeyLoadDelayMicroseconds { get; set; }

    /// <summary>
    /// loading-process-events-interval-bytes: bytes loaded between two looks at the clients.
    /// </summary>
    public long LoadingProcessEventsIntervalBytes { get; set; }

    /// <summary>
    /// snapshot-max-pause: milliseconds a snapshot may hold up the clients at a time (Rotom).
    /// </summary>
    public int SnapshotMaxPauseMilliseconds { get; set; }

    /// <summary>
    /// snapshot-max-extra-memory: bytes of old images a snapshot may hold (Rotom); 0 = no
    /// limit.
    /// </summary>
    public long SnapshotMaxExtraMemoryBytes { get; set; }

    /// <summary>appendonly: keep a journal of all writes.</summary>
    public bool AppendOnly { get; set; }

    /// <summary>appendfilename: first part of the names of its files.</summary>
    public string AppendFileName { get; set; } = "";

    /// <summary>appenddirname: its directory, in dir.</summary>
    public string AppendDirectoryName { get; set; } = "";

    /// <summary>appendfsync: when the journal is flushed to the disk.</summary>
    public AppendFsync AppendFsync { get; set; }

    /// <summary>
    /// no-appendfsync-on-rewrite: do not flush while a rewrite or snapshot runs.
    /// </summary>
    public bool NoAppendFsyncOnRewrite { get; set; }

    /// <summary>
    /// auto-aof-rewrite-percentage: growth in percent after which the journal is rewritten; 0 =
    /// never.
    /// </summary>
    public int AutoAofRewritePercentage { get; set; }

    /// <summary>auto-aof-rewrite-min-size: size below which it is not.</summary>
    public long AutoAofRewriteMinBytes { get; set; }

    /// <summary>
    /// aof-load-truncated: start though the journal ends in the middle of a command.
    /// </summary>
    public bool AofLoadTruncated { get; set; }

    /// <summary>
    /// aof-use-rdb-preamble: write the base of a rewritten journal as a snapshot.
    /// </summary>
    public bool AofUseRdbPreamble { get; set; }

    /// <summary>aof-timestamp-enabled: write the time into the journal.</summary>
    public bool AofTimestampEnabled { get; set; }

    /// <summary>aof-rewrite-incremental-fsync: flush a rewrite every 4 MB.</summary>
    public bool AofRewriteIncrementalFsync { get; set; }

    /// <summary>rdb-save-incremental-fsync: flush a snapshot every 4 MB.</summary>
    public bool RdbSaveIncrementalFsync { get; set; }

    /// <summary>aof-disable-auto-gc: keep journal files that are no longer needed.</summary>
    public bool AofDisableAutoGC { get; set; }
}
