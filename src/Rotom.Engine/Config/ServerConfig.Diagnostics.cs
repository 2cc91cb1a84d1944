namespace Rotom.Engine.Config;

// Slow log, latency, events, scripts that run long.
// Defaults, ranges and their reasons: ConfigTable.Diagnostics.cs.
public sealed partial class ServerConfig
{
    /// <summary>
    /// slowlog-log-slower-than: microseconds from which a command is logged as slow; negative =
    /// never.
    /// </summary>
    public long SlowlogLogSlowerThan { get; set; }

    /// <summary>slowlog-max-len: entries of the slow log.</summary>
    public long SlowlogMaxLen { get; set; }

    /// <summary>
    /// latency-monitor-threshold: milliseconds from which LATENCY records an event; 0 = off.
    /// </summary>
    public long LatencyMonitorThresholdMilliseconds { get; set; }

    /// <summary>latency-tracking: keep a latency histogram for each command.</summary>
    public bool LatencyTracking { get; set; }

    /// <summary>
    /// latency-tracking-info-percentiles: percentiles that INFO latencystats shows.
    /// </summary>
    public double[] LatencyTrackingInfoPercentiles { get; set; } = [];

    /// <summary>notify-keyspace-events: which changes of keys are published.</summary>
    public NotifyClass NotifyKeyspaceEvents { get; set; }

    /// <summary>
    /// busy-reply-threshold: milliseconds after which others hear -BUSY of a script; 0 = never.
    /// </summary>
    public long BusyReplyThresholdMilliseconds { get; set; }
}
