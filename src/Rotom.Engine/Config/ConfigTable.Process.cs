using System;
using static Rotom.Engine.Config.ConfigFlags;
using static Rotom.Engine.Config.ConfigUnit;

namespace Rotom.Engine.Config;

// The process: logs, signals, identity, what administrators may do.
public static partial class ConfigTable
{
    private static ConfigRow[] ProcessRows() =>
    [
        Bool("daemonize", false, c => c.Daemonize, (c, v) => c.Daemonize = v, flags: Immutable),
        Enum(
            "supervised", Supervision.No,
            [
                ("upstart", Supervision.Upstart), ("systemd", Supervision.Systemd),
                ("auto", Supervision.Auto), ("no", Supervision.No),
            ],
            c => c.Supervised, (c, v) => c.Supervised = v, flags: Immutable),
        Text("pidfile", "", c => c.PidFile, (c, v) => c.PidFile = v, flags: Immutable),
        Enum(
            "loglevel", LogVerbosity.Notice,
            [
                ("debug", LogVerbosity.Debug), ("verbose", LogVerbosity.Verbose),
                ("notice", LogVerbosity.Notice), ("warning", LogVerbosity.Warning),
                ("nothing", LogVerbosity.Nothing),
            ],
            c => c.LogLevel, (c, v) => c.LogLevel = v, apply: ConfigApply.LogLevel),
        Text("logfile", "", c => c.LogFile, (c, v) => c.LogFile = v, flags: Immutable),
        Bool(
            "always-show-logo", false, c => c.AlwaysShowLogo, (c, v) => c.AlwaysShowLogo = v,
            flags: Immutable),
        Bool(
            "set-proc-title", true, c => c.SetProcessTitle, (c, v) => c.SetProcessTitle = v,
            flags: Immutable),
        Text(
            "proc-title-template", "{title} {listen-addr} {server-mode}",
            c => c.ProcessTitleTemplate, (c, v) => c.ProcessTitleTemplate = v,
            apply: ConfigApply.ProcessTitle, check: ConfigChecks.ProcessTitle),
        Text(
            "dir", "", c => c.Directory, (c, v) => c.Directory = v,
            flags: Protected | DenyLoading, apply: ConfigApply.Directory),
        // Each costs memory before a key is in it.
        Int(
            "databases", 1, 65_536, 16, c => c.Databases, (c, v) => c.Databases = v,
            flags: Immutable),
        // As Redis: values beyond are brought to 1 and 500.
        Int("hz", 0, int.MaxValue, 10, c => c.Hz, (c, v) => c.Hz = Math.Clamp(v, 1, 500)),
        Bool("dynamic-hz", true, c => c.DynamicHz, (c, v) => c.DynamicHz = v),
        Int(
            "shutdown-timeout", 0, Limits.Seconds, 10, c => c.ShutdownTimeoutSeconds,
            (c, v) => c.ShutdownTimeoutSeconds = v, unit: Seconds),
        ShutdownFlags(
            "shutdown-on-sigterm", ShutdownOnSignal.Default, c => c.ShutdownOnSigterm,
            (c, v) => c.ShutdownOnSigterm = v, check: ConfigChecks.ShutdownWords),
        ShutdownFlags(
            "shutdown-on-sigint", ShutdownOnSignal.Default, c => c.ShutdownOnSigint,
            (c, v) => c.ShutdownOnSigint = v, check: ConfigChecks.ShutdownWords),
        Enum(
            "oom-score-adj", OomScoreAdjust.No,
            [
                ("no", OomScoreAdjust.No), ("yes", OomScoreAdjust.Relative),
                ("relative", OomScoreAdjust.Relative), ("absolute", OomScoreAdjust.Absolute),
            ],
            c => c.OomScoreAdjust, (c, v) => c.OomScoreAdjust = v, apply: ConfigApply.OomScore),
        Special(
            "oom-score-adj-values", new OomValuesKind(), [0, 200, 800],
            c => c.OomScoreAdjustValues, (c, v) => c.OomScoreAdjustValues = v,
            apply: ConfigApply.OomScore),
        Secret(
            "requirepass", "", c => c.RequirePass, (c, v) => c.RequirePass = v, flags: Sensitive,
            apply: ConfigApply.DefaultPassword),
        Text(
            "aclfile", "", c => c.AclFile, (c, v) => c.AclFile = v, flags: Immutable),
        Special(
            "acl-pubsub-default", new AclPubSubKind(), false, c => c.AclPubSubAllChannels,
            (c, v) => c.AclPubSubAllChannels = v),
        // Entries hold names and client lines: a hundred thousand are some 50 MB.
        Int("acllog-max-len", 0, 100_000, 128, c => c.AclLogMaxLen, (c, v) => c.AclLogMaxLen = v),
        // Five seconds: half of the time in which a client has to authenticate.
        Int(
            "auth-failure-delay-ms", 0, 5000, 100, c => c.AuthFailureDelayMilliseconds,
            (c, v) => c.AuthFailureDelayMilliseconds = v, unit: Milliseconds),
        Access(
            "enable-protected-configs", DangerousAccess.No, c => c.EnableProtectedConfigs,
            (c, v) => c.EnableProtectedConfigs = v, flags: Immutable),
        Access(
            "enable-debug-command", DangerousAccess.No, c => c.EnableDebugCommand,
            (c, v) => c.EnableDebugCommand = v, flags: Immutable),
    ];
}
