using System;

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

    /// <summary>Longest slice of the snapshot under way or the last one, nanoseconds (Rotom).
    /// </summary>
    public long LastLongestPauseNanos { get; private set; }

    /// <summary>Longest slice of any snapshot, nanoseconds (Rotom).</summary>
    public long LongestPauseNanos { get; private set; }

    /// <summary>Slices of the snapshot under way or the last one (Rotom).</summary>
    public long LastSlices { get; private set; }

    /// <summary>
    /// Most bytes that the snapshot under way or the last one held: old state, and what the disk
    /// was behind by (Rotom).
    /// </summary>
    public long LastExtraBytesPeak { get; private set; }

    /// <summary>Most bytes that any snapshot held (Rotom).</summary>
    public long ExtraBytesPeak { get; private set; }

    /// <summary>Bytes held now.</summary>
    public long ExtraBytes { get; private set; }

    /// <summary>rdb_last_cow_size: most bytes that the last snapshot for dump.rdb held.</summary>
    public long RdbExtraBytes { get; private set; }

    /// <summary>aof_last_cow_size: most bytes that the last rewrite's snapshot held.</summary>
    public long AofExtraBytes { get; private set; }

    /// <summary>A snapshot made in slices begins.</summary>
    public void SlicesBegin() =>
        LastLongestPauseNanos = LastExtraBytesPeak = LastSlices = ExtraBytes = 0;

    /// <summary>A slice took so long.</summary>
    public void Slice(long nanos)
    {
        LastSlices++;
        LastLongestPauseNanos = Math.Max(LastLongestPauseNanos, nanos);
        LongestPauseNanos = Math.Max(LongestPauseNanos, nanos);
    }

    /// <summary>So much memory is held now, and was at most.</summary>
    public void Extra(long now, long peak)
    {
        ExtraBytes = now;
        LastExtraBytesPeak = Math.Max(LastExtraBytesPeak, peak);
        ExtraBytesPeak = Math.Max(ExtraBytesPeak, LastExtraBytesPeak);
    }

    /// <summary>The snapshot is over.</summary>
    public void SlicesEnd(bool isBase)
    {
        ExtraBytes = 0;
        if (isBase) AofExtraBytes = LastExtraBytesPeak;
        else RdbExtraBytes = LastExtraBytesPeak;
    }
}
