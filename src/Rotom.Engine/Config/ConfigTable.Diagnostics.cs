using static Rotom.Engine.Config.ConfigUnit;

namespace Rotom.Engine.Config;

// Slow log, latency, events, scripts that run long.
public static partial class ConfigTable
{
    private static ConfigRow[] DiagnosticsRows() =>
    [
        Long(
            "slowlog-log-slower-than", -1, Limits.Microseconds, 10_000,
            c => c.SlowlogLogSlowerThan, (c, v) => c.SlowlogLogSlowerThan = v,
            apply: ConfigApply.SlowLog, unit: Microseconds),
        // An entry holds up to 32 arguments of 128 bytes: a million are some 4 GB, the most
        // anyone has.
        Long(
            "slowlog-max-len", 0, 1_000_000, 128, c => c.SlowlogMaxLen,
            (c, v) => c.SlowlogMaxLen = v, apply: ConfigApply.SlowLog),
        Long(
            "latency-monitor-threshold", 0, Limits.Milliseconds, 0,
            c => c.LatencyMonitorThresholdMilliseconds,
            (c, v) => c.LatencyMonitorThresholdMilliseconds = v, apply: ConfigApply.SlowLog,
            unit: Milliseconds),
        Bool(
            "latency-tracking", true, c => c.LatencyTracking, (c, v) => c.LatencyTracking = v,
            apply: ConfigApply.LatencyTracking),
        Special(
            "latency-tracking-info-percentiles", new PercentilesKind(), [50, 99, 99.9],
            c => c.LatencyTrackingInfoPercentiles,
            (c, v) => c.LatencyTrackingInfoPercentiles = v),
        Special(
            "notify-keyspace-events", new NotifyKind(), NotifyClass.None,
            c => c.NotifyKeyspaceEvents, (c, v) => c.NotifyKeyspaceEvents = v),
        Long(
            "busy-reply-threshold", 0, Limits.Milliseconds, 5000,
            c => c.BusyReplyThresholdMilliseconds,
            (c, v) => c.BusyReplyThresholdMilliseconds = v, alias: "lua-time-limit",
            unit: Milliseconds),
    ];
}
