namespace Rotom.Engine.Config;

// Replication, both ends.
// Defaults, ranges and their reasons: ConfigTable.Replication.cs.
public sealed partial class ServerConfig
{
    /// <summary>replicaof: the master this server copies; null = it is a master.</summary>
    public ReplicaOf? ReplicaOf { get; set; }

    /// <summary>masterauth: password towards the master, in byte text.</summary>
    public string MasterAuth { get; set; } = "";

    /// <summary>masteruser: user name towards the master.</summary>
    public string MasterUser { get; set; } = "";

    /// <summary>replica-serve-stale-data: answer reads while the master is away.</summary>
    public bool ReplicaServeStaleData { get; set; }

    /// <summary>replica-read-only: refuse writes on a replica.</summary>
    public bool ReplicaReadOnly { get; set; }

    /// <summary>replica-lazy-flush: empty the old data in the background before a sync.</summary>
    public bool ReplicaLazyFlush { get; set; }

    /// <summary>replica-ignore-maxmemory: leave eviction to the master.</summary>
    public bool ReplicaIgnoreMaxMemory { get; set; }

    /// <summary>
    /// replica-ignore-disk-write-errors: take writes of the master though the disk fails.
    /// </summary>
    public bool ReplicaIgnoreDiskWriteErrors { get; set; }

    /// <summary>replica-priority: rank for Sentinel; 0 = never a master.</summary>
    public int ReplicaPriority { get; set; }

    /// <summary>replica-announced: let Sentinel show this replica.</summary>
    public bool ReplicaAnnounced { get; set; }

    /// <summary>replica-announce-ip: address told to the master.</summary>
    public string ReplicaAnnounceIP { get; set; } = "";

    /// <summary>replica-announce-port: port told to the master; 0 = the real one.</summary>
    public int ReplicaAnnouncePort { get; set; }

    /// <summary>repl-diskless-sync: send the first sync without a file.</summary>
    public bool ReplDisklessSync { get; set; }

    /// <summary>repl-diskless-sync-delay: seconds to wait for more replicas.</summary>
    public int ReplDisklessSyncDelaySeconds { get; set; }

    /// <summary>repl-diskless-sync-max-replicas: replicas that end the wait; 0 = none.</summary>
    public int ReplDisklessSyncMaxReplicas { get; set; }

    /// <summary>repl-diskless-load: whether a replica loads from the socket.</summary>
    public DisklessLoad ReplDisklessLoad { get; set; }

    /// <summary>repl-ping-replica-period: seconds between pings to replicas.</summary>
    public int ReplPingReplicaSeconds { get; set; }

    /// <summary>repl-timeout: seconds of silence after which a link is dead.</summary>
    public int ReplTimeoutSeconds { get; set; }

    /// <summary>repl-disable-tcp-nodelay: fewer, larger packets to replicas.</summary>
    public bool ReplDisableTcpNoDelay { get; set; }

    /// <summary>
    /// repl-backlog-size: bytes of the stream kept for replicas that come back.
    /// </summary>
    public long ReplBacklogBytes { get; set; }

    /// <summary>
    /// repl-backlog-ttl: seconds after which it is freed without replicas; 0 = never.
    /// </summary>
    public long ReplBacklogTtlSeconds { get; set; }

    /// <summary>min-replicas-to-write: replicas without which writes are refused.</summary>
    public int MinReplicasToWrite { get; set; }

    /// <summary>min-replicas-max-lag: seconds of lag with which a replica still counts.</summary>
    public int MinReplicasMaxLagSeconds { get; set; }

    /// <summary>propagation-error-behavior: what an error in a replicated command does.</summary>
    public PropagationErrors PropagationErrorBehavior { get; set; }
}
