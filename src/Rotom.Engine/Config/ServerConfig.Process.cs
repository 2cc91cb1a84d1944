using System.Collections.Generic;

namespace Rotom.Engine.Config;

// The process: logs, signals, identity, what administrators may do.
// Defaults, ranges and their reasons: ConfigTable.Process.cs.
public sealed partial class ServerConfig
{
    /// <summary>
    /// daemonize: asked to go to the background; Rotom stays in front and says so.
    /// </summary>
    public bool Daemonize { get; set; }

    /// <summary>supervised: who watches the process.</summary>
    public Supervision Supervised { get; set; }

    /// <summary>pidfile: file that holds the process id while the server runs.</summary>
    public string PidFile { get; set; } = "";

    /// <summary>loglevel: least important line that is logged.</summary>
    public LogVerbosity LogLevel { get; set; }

    /// <summary>logfile: file of the log; empty = standard output.</summary>
    public string LogFile { get; set; } = "";

    /// <summary>always-show-logo: show the picture though output is no terminal.</summary>
    public bool AlwaysShowLogo { get; set; }

    /// <summary>set-proc-title: show port and mode in the process list.</summary>
    public bool SetProcessTitle { get; set; }

    /// <summary>proc-title-template: what the process list shows.</summary>
    public string ProcessTitleTemplate { get; set; } = "";

    /// <summary>
    /// dir: working directory: dump file and append-only directory lie there; empty = where the
    /// server was started.
    /// </summary>
    public string Directory { get; set; } = "";

    /// <summary>databases: how many databases there are.</summary>
    public int Databases { get; set; }

    /// <summary>hz: how often a second the periodic work is done.</summary>
    public int Hz { get; set; }

    /// <summary>dynamic-hz: raise hz with the number of clients.</summary>
    public bool DynamicHz { get; set; }

    /// <summary>shutdown-timeout: seconds a shutdown waits for replicas.</summary>
    public int ShutdownTimeoutSeconds { get; set; }

    /// <summary>shutdown-on-sigterm: how SIGTERM ends the server.</summary>
    public ShutdownOnSignal ShutdownOnSigterm { get; set; }

    /// <summary>shutdown-on-sigint: how SIGINT ends the server.</summary>
    public ShutdownOnSignal ShutdownOnSigint { get; set; }

    /// <summary>oom-score-adj: tell the kernel whom to kill first.</summary>
    public OomScoreAdjust OomScoreAdjust { get; set; }

    /// <summary>oom-score-adj-values: scores of master, replicas and children.</summary>
    public int[] OomScoreAdjustValues { get; set; } = [];

    /// <summary>requirepass: password of the default user, in byte text; empty = none.</summary>
    public string RequirePass { get; set; } = "";

    /// <summary>
    /// user: users of redis.conf, each a name and its rules in byte text; not with an aclfile.
    /// </summary>
    public List<IReadOnlyList<string>> Users { get; } = [];

    /// <summary>aclfile: file of the users.</summary>
    public string AclFile { get; set; } = "";

    /// <summary>acl-pubsub-default: whether new users may use all channels.</summary>
    public bool AclPubSubAllChannels { get; set; }

    /// <summary>acllog-max-len: entries of ACL LOG.</summary>
    public int AclLogMaxLen { get; set; }

    /// <summary>
    /// auth-failure-delay-ms: milliseconds that passwords wait to be looked at when they come from
    /// an address that failed often (Rotom); 0 = never.
    /// </summary>
    public int AuthFailureDelayMilliseconds { get; set; }

    /// <summary>enable-protected-configs: who may change protected settings.</summary>
    public DangerousAccess EnableProtectedConfigs { get; set; }

    /// <summary>enable-debug-command: who may use DEBUG.</summary>
    public DangerousAccess EnableDebugCommand { get; set; }
}
