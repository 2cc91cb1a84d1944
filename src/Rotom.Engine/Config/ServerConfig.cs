namespace Rotom.Engine.Config;

/// <summary>
/// All settings of one server, as plain values that are read where they matter. Rows of
/// <c>ConfigTable</c> give each its name, unit, range, default, text form and documentation.
/// </summary>
/// <remarks>Belongs to one engine; changed by CONFIG SET in the keyspace's turn only.</remarks>
public sealed class ServerConfig
{
    /// <summary>databases: how many there are.</summary>
    public int Databases { get; set; } = 16;

    /// <summary>requirepass: password of the default user; empty = none.</summary>
    public string RequirePass { get; set; } = "";

    /// <summary>protected-mode.</summary>
    public bool ProtectedMode { get; set; } = true;

    /// <summary>notify-keyspace-events.</summary>
    public NotifyClass NotifyKeyspaceEvents { get; set; }

    /// <summary>latency-tracking.</summary>
    public bool LatencyTracking { get; set; } = true;

    /// <summary>slowlog-log-slower-than, microseconds; negative = never.</summary>
    public long SlowlogLogSlowerThan { get; set; } = 10_000;

    /// <summary>proto-max-bulk-len, bytes.</summary>
    public long ProtoMaxBulkLen { get; set; } = 512L << 20;

    /// <summary>hz: how often a second the periodic work is done.</summary>
    public int Hz { get; set; } = 10;

    /// <summary>active-expire-effort, 1 to 10.</summary>
    public int ActiveExpireEffort { get; set; } = 1;

    /// <summary>slowlog-max-len.</summary>
    public long SlowlogMaxLen { get; set; } = 128;

    /// <summary>maxmemory, bytes; 0 = no limit.</summary>
    public long MaxMemory { get; set; }

    /// <summary>maxmemory-policy.</summary>
    public string MaxMemoryPolicy { get; set; } = "noeviction";

    /// <summary>latency-tracking-info-percentiles.</summary>
    public double[] LatencyTrackingInfoPercentiles { get; set; } = [50, 99, 99.9];

    /// <summary>lfu-log-factor.</summary>
    public int LfuLogFactor { get; set; } = 10;

    /// <summary>lfu-decay-time, minutes.</summary>
    public int LfuDecayTime { get; set; } = 1;

    /// <summary>lazyfree-lazy-user-flush.</summary>
    public bool LazyfreeLazyUserFlush { get; set; }

    /// <summary>lazyfree-lazy-expire.</summary>
    public bool LazyfreeLazyExpire { get; set; }
}
