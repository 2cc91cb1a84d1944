using System;

namespace Rotom.Engine.Config;

/// <summary>When and by whom a setting may be changed, and how it is shown.</summary>
[Flags]
public enum ConfigFlags
{
    /// <summary>CONFIG SET may change it at any time.</summary>
    Mutable = 0,

    /// <summary>Only the configuration file, HOCON and the command line set it.</summary>
    Immutable = 1 << 0,

    /// <summary>CONFIG SET needs <c>enable-protected-configs</c>.</summary>
    Protected = 1 << 1,

    /// <summary>A secret: its value is kept out of logs, SLOWLOG and MONITOR.</summary>
    Sensitive = 1 << 2,

    /// <summary>Not listed by patterns of CONFIG GET; answered by its full name only.</summary>
    Hidden = 1 << 3,

    /// <summary>Not to be changed while the data set is loaded.</summary>
    DenyLoading = 1 << 4,
}

/// <summary>What the owner of the server has to do after a setting changed.</summary>
public enum ConfigApply
{
    /// <summary>Nothing: the value is read where it matters.</summary>
    None,

    /// <summary>Listen on the new addresses and port; close the old ones.</summary>
    Listeners,

    /// <summary>Tell the network loops the new limits and times of their clients.</summary>
    ClientLimits,

    /// <summary>Raise the descriptor limit, or say how many clients are possible.</summary>
    MaxClients,

    /// <summary>Change the log level.</summary>
    LogLevel,

    /// <summary>Change the working directory.</summary>
    Directory,

    /// <summary>Give the default user the new password.</summary>
    DefaultPassword,

    /// <summary>Evict keys or clients until the new limit holds.</summary>
    MaxMemory,

    /// <summary>Start or stop the append-only file.</summary>
    AppendOnly,

    /// <summary>Tell the journal how to flush.</summary>
    AppendFsync,

    /// <summary>Resize the replication backlog.</summary>
    ReplicationBacklog,

    /// <summary>Count the replicas in good standing anew.</summary>
    GoodReplicas,

    /// <summary>Drop replicas that cannot follow the new master settings.</summary>
    ReplicaState,

    /// <summary>Write the new score to the operating system.</summary>
    OomScore,

    /// <summary>Show the new process title.</summary>
    ProcessTitle,

    /// <summary>Load certificates and keys anew.</summary>
    Tls,

    /// <summary>Say in the log that the setting does nothing.</summary>
    Nothing,

    /// <summary>Announce the cluster node's new address.</summary>
    ClusterNode,

    /// <summary>Let the client-side caching table forget what is over the new limit.</summary>
    TrackingTable,

    /// <summary>
    /// Take the new thresholds of slow log and latency monitor, and the log's length.
    /// </summary>
    SlowLog,

    /// <summary>Forget the latency histograms when tracking went off.</summary>
    LatencyTracking,

    /// <summary>Delete the files of the journal that it needs no more.</summary>
    JournalHistory,
}

/// <summary>The unit of a number, which decides what HOCON may write for it.</summary>
public enum ConfigUnit
{
    /// <summary>A plain number.</summary>
    None,

    /// <summary>Bytes.</summary>
    Bytes,

    /// <summary>Seconds.</summary>
    Seconds,

    /// <summary>Milliseconds.</summary>
    Milliseconds,

    /// <summary>Microseconds.</summary>
    Microseconds,
}

/// <summary>maxmemory-policy.</summary>
public enum MaxMemoryPolicy
{
    /// <summary>volatile-lru.</summary>
    VolatileLru,
    /// <summary>volatile-lfu.</summary>
    VolatileLfu,
    /// <summary>volatile-random.</summary>
    VolatileRandom,
    /// <summary>volatile-ttl.</summary>
    VolatileTtl,
    /// <summary>allkeys-lru.</summary>
    AllKeysLru,
    /// <summary>allkeys-lfu.</summary>
    AllKeysLfu,
    /// <summary>allkeys-random.</summary>
    AllKeysRandom,
    /// <summary>noeviction.</summary>
    NoEviction,
}

/// <summary>appendfsync.</summary>
public enum AppendFsync
{
    /// <summary>everysec.</summary>
    EverySecond,
    /// <summary>always.</summary>
    Always,
    /// <summary>no.</summary>
    No,
}

/// <summary>loglevel.</summary>
public enum LogVerbosity
{
    /// <summary>debug.</summary>
    Debug,
    /// <summary>verbose.</summary>
    Verbose,
    /// <summary>notice.</summary>
    Notice,
    /// <summary>warning.</summary>
    Warning,
    /// <summary>nothing.</summary>
    Nothing,
}

/// <summary>supervised.</summary>
public enum Supervision
{
    /// <summary>upstart.</summary>
    Upstart,
    /// <summary>systemd.</summary>
    Systemd,
    /// <summary>auto: systemd where NOTIFY_SOCKET is set.</summary>
    Auto,
    /// <summary>no.</summary>
    No,
}

/// <summary>enable-protected-configs, enable-debug-command, enable-module-command.</summary>
public enum DangerousAccess
{
    /// <summary>no: for nobody.</summary>
    No,
    /// <summary>yes: for every client.</summary>
    Yes,
    /// <summary>local: for clients on this machine.</summary>
    Local,
}

/// <summary>sanitize-dump-payload.</summary>
public enum SanitizePayload
{
    /// <summary>no.</summary>
    No,
    /// <summary>yes.</summary>
    Yes,
    /// <summary>clients: not for replication and loading.</summary>
    Clients,
}

/// <summary>repl-diskless-load.</summary>
public enum DisklessLoad
{
    /// <summary>disabled.</summary>
    Disabled,
    /// <summary>on-empty-db.</summary>
    OnEmptyDatabase,
    /// <summary>swapdb.</summary>
    SwapDatabase,
}

/// <summary>propagation-error-behavior.</summary>
public enum PropagationErrors
{
    /// <summary>ignore.</summary>
    Ignore,
    /// <summary>panic.</summary>
    Panic,
    /// <summary>panic-on-replicas.</summary>
    PanicOnReplicas,
}

/// <summary>tls-auth-clients.</summary>
public enum TlsAuthClients
{
    /// <summary>no.</summary>
    No,
    /// <summary>yes.</summary>
    Yes,
    /// <summary>optional.</summary>
    Optional,
}

/// <summary>shutdown-on-sigterm and shutdown-on-sigint.</summary>
[Flags]
public enum ShutdownOnSignal
{
    /// <summary>default: save when there are save points.</summary>
    Default = 0,
    /// <summary>save: save in any case.</summary>
    Save = 1,
    /// <summary>nosave: never save.</summary>
    NoSave = 2,
    /// <summary>now: do not wait for replicas.</summary>
    Now = 4,
    /// <summary>force: exit though saving failed.</summary>
    Force = 8,
}

/// <summary>oom-score-adj.</summary>
public enum OomScoreAdjust
{
    /// <summary>no.</summary>
    No,
    /// <summary>relative (also written yes).</summary>
    Relative,
    /// <summary>absolute.</summary>
    Absolute,
}

/// <summary>cluster-preferred-endpoint-type.</summary>
public enum EndpointType
{
    /// <summary>ip.</summary>
    IP,
    /// <summary>hostname.</summary>
    Hostname,
    /// <summary>unknown-endpoint.</summary>
    Unknown,
}

/// <summary>transport: how sockets are watched.</summary>
public enum TransportKind
{
    /// <summary>auto: epoll where the system has it.</summary>
    Auto,
    /// <summary>epoll: one thread, level-triggered.</summary>
    Epoll,
    /// <summary>portable: the framework's sockets.</summary>
    Portable,
}
