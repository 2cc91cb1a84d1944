namespace Rotom.Engine.Persist;

/// <summary>What INFO says about snapshots.</summary>
public sealed class SnapshotFigures
{
    /// <summary>rdb_last_save_time: when the last good one was made, unix seconds.</summary>
    public long LastSaveSeconds { get; internal set; }

    /// <summary>rdb_last_bgsave_status.</summary>
    public bool LastSucceeded { get; internal set; } = true;

    /// <summary>rdb_last_bgsave_time_sec; -1 before the first.</summary>
    public long LastTookSeconds { get; internal set; } = -1;

    /// <summary>When the one under way began, unix milliseconds; 0 when there is none.</summary>
    public long BeganMs { get; internal set; }

    /// <summary>When one was tried last, unix milliseconds.</summary>
    public long TriedMs { get; internal set; }

    /// <summary>rdb_saves.</summary>
    public long Saves { get; internal set; }

    /// <summary>rdb_last_load_keys_loaded.</summary>
    public long KeysLoaded { get; internal set; }

    /// <summary>rdb_last_load_keys_expired.</summary>
    public long KeysExpired { get; internal set; }

    /// <summary>Most bytes of old images that a snapshot held (Rotom).</summary>
    public long ExtraBytesPeak { get; set; }

    /// <summary>Longest slice of a snapshot, nanoseconds (Rotom).</summary>
    public long LongestPauseNanos { get; set; }
}
