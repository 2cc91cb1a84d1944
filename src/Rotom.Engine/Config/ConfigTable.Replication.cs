using System;
using static Rotom.Engine.Config.ConfigFlags;
using static Rotom.Engine.Config.ConfigUnit;

namespace Rotom.Engine.Config;

// Replication, both ends.
public static partial class ConfigTable
{
    private static ConfigRow[] ReplicationRows() =>
    [
        Special<ReplicaOf?>(
            "replicaof", new ReplicaOfKind(), null, c => c.ReplicaOf, (c, v) => c.ReplicaOf = v,
            alias: "slaveof", flags: Immutable),
        Secret(
            "masterauth", "", c => c.MasterAuth, (c, v) => c.MasterAuth = v, flags: Sensitive,
            apply: ConfigApply.ReplicaState),
        Text(
            "masteruser", "", c => c.MasterUser, (c, v) => c.MasterUser = v,
            apply: ConfigApply.ReplicaState),
        Bool(
            "replica-serve-stale-data", true, c => c.ReplicaServeStaleData,
            (c, v) => c.ReplicaServeStaleData = v, alias: "slave-serve-stale-data"),
        Bool(
            "replica-read-only", true, c => c.ReplicaReadOnly, (c, v) => c.ReplicaReadOnly = v,
            alias: "slave-read-only"),
        Bool(
            "replica-lazy-flush", false, c => c.ReplicaLazyFlush,
            (c, v) => c.ReplicaLazyFlush = v, alias: "slave-lazy-flush"),
        Bool(
            "replica-ignore-maxmemory", true, c => c.ReplicaIgnoreMaxMemory,
            (c, v) => c.ReplicaIgnoreMaxMemory = v, alias: "slave-ignore-maxmemory"),
        Bool(
            "replica-ignore-disk-write-errors", false, c => c.ReplicaIgnoreDiskWriteErrors,
            (c, v) => c.ReplicaIgnoreDiskWriteErrors = v),
        Int(
            "replica-priority", 0, int.MaxValue, 100, c => c.ReplicaPriority,
            (c, v) => c.ReplicaPriority = v, alias: "slave-priority"),
        Bool(
            "replica-announced", true, c => c.ReplicaAnnounced,
            (c, v) => c.ReplicaAnnounced = v),
        Text(
            "replica-announce-ip", "", c => c.ReplicaAnnounceIP,
            (c, v) => c.ReplicaAnnounceIP = v, alias: "slave-announce-ip"),
        Int(
            "replica-announce-port", 0, ushort.MaxValue, 0, c => c.ReplicaAnnouncePort,
            (c, v) => c.ReplicaAnnouncePort = v, alias: "slave-announce-port"),
        Bool(
            "repl-diskless-sync", true, c => c.ReplDisklessSync,
            (c, v) => c.ReplDisklessSync = v, flags: DenyLoading),
        Int(
            "repl-diskless-sync-delay", 0, Limits.Seconds, 5,
            c => c.ReplDisklessSyncDelaySeconds, (c, v) => c.ReplDisklessSyncDelaySeconds = v,
            unit: Seconds),
        Int(
            "repl-diskless-sync-max-replicas", 0, int.MaxValue, 0,
            c => c.ReplDisklessSyncMaxReplicas, (c, v) => c.ReplDisklessSyncMaxReplicas = v),
        Enum(
            "repl-diskless-load", DisklessLoad.Disabled,
            [
                ("disabled", DisklessLoad.Disabled),
                ("on-empty-db", DisklessLoad.OnEmptyDatabase),
                ("swapdb", DisklessLoad.SwapDatabase),
            ],
            c => c.ReplDisklessLoad, (c, v) => c.ReplDisklessLoad = v, flags: DenyLoading),
        Int(
            "repl-ping-replica-period", 1, Limits.Seconds, 10, c => c.ReplPingReplicaSeconds,
            (c, v) => c.ReplPingReplicaSeconds = v, alias: "repl-ping-slave-period",
            unit: Seconds),
        Int(
            "repl-timeout", 1, Limits.Seconds, 60, c => c.ReplTimeoutSeconds,
            (c, v) => c.ReplTimeoutSeconds = v, unit: Seconds),
        Bool(
            "repl-disable-tcp-nodelay", false, c => c.ReplDisableTcpNoDelay,
            (c, v) => c.ReplDisableTcpNoDelay = v),
        // One ring in memory; 16 kB at least, as Redis.
        Bytes(
            "repl-backlog-size", 1, 64 * Limits.Gigabyte, Limits.Megabyte,
            c => c.ReplBacklogBytes,
            (c, v) => c.ReplBacklogBytes = Math.Clamp(v, 16 * 1024, 64 * Limits.Gigabyte),
            apply: ConfigApply.ReplicationBacklog),
        Long(
            "repl-backlog-ttl", 0, Limits.Seconds, 3600, c => c.ReplBacklogTtlSeconds,
            (c, v) => c.ReplBacklogTtlSeconds = v, unit: Seconds),
        Int(
            "min-replicas-to-write", 0, int.MaxValue, 0, c => c.MinReplicasToWrite,
            (c, v) => c.MinReplicasToWrite = v, alias: "min-slaves-to-write",
            apply: ConfigApply.GoodReplicas),
        Int(
            "min-replicas-max-lag", 0, Limits.Seconds, 10, c => c.MinReplicasMaxLagSeconds,
            (c, v) => c.MinReplicasMaxLagSeconds = v, alias: "min-slaves-max-lag",
            apply: ConfigApply.GoodReplicas, unit: Seconds),
        Enum(
            "propagation-error-behavior", PropagationErrors.Ignore,
            [
                ("ignore", PropagationErrors.Ignore), ("panic", PropagationErrors.Panic),
                ("panic-on-replicas", PropagationErrors.PanicOnReplicas),
            ],
            c => c.PropagationErrorBehavior, (c, v) => c.PropagationErrorBehavior = v),
    ];
}
