using static Rotom.Engine.Config.ConfigFlags;

namespace Rotom.Engine.Config;

// Settings of redis.conf that mean nothing here. They are read, checked, shown by CONFIG GET and
// kept by CONFIG REWRITE as Redis does, so that files and tools for Redis work unchanged; each row
// says why it does nothing. Their values live in a dictionary of ServerConfig, not in properties.
public static partial class ConfigTable
{
    private const string NoJemalloc = "memory comes from Rotom's own allocator, not from jemalloc";
    private const string GradualRehash = "tables grow and shrink gradually by construction";
    private const string LoopReads = "network loops always read and write";
    private const string NoCpuLists = "threads are placed by the operating system";
    private const string NoSyslog = "the log goes to standard output or a file; journald takes it";
    private const string NoCrashLog = "the runtime reports crashes in its own way";
    private const string NoFork = "Rotom does not fork, so huge pages cost it nothing";
    private const string NoModules = "there are no modules to load";
    private const string NoWatchdog = "long turns are logged without a signal";
    private const string NoLua = "it concerns functions of Redis' Lua API only";
    private const string NoPanic = "a broken invariant restarts the keyspace, not the process";
    private const string NoKernelWarnings = "the warnings concern Redis' use of fork and ARM64";
    private const string NoMark = "the framework cannot mark sockets";
    private const string NoClusterMode = "cluster mode is off";
    private const string FrameworkTls = "the framework's TLS decides on it";

    private static ConfigRow[] AcceptedRows() =>
    [
        Yes("activerehashing", true, GradualRehash),
        Yes("jemalloc-bg-thread", true, NoJemalloc),
        Yes("io-threads-do-reads", false, LoopReads, Immutable),
        Word("server_cpulist", "", NoCpuLists, Immutable),
        Word("bio_cpulist", "", NoCpuLists, Immutable),
        Word("aof_rewrite_cpulist", "", NoCpuLists, Immutable),
        Word("bgsave_cpulist", "", NoCpuLists, Immutable),
        Yes("syslog-enabled", false, NoSyslog, Immutable),
        Word("syslog-ident", "redis", NoSyslog, Immutable),
        Accepted(
            "syslog-facility", new EnumKind<Facility>(false, FacilityWords), Facility.Local0,
            NoSyslog, Immutable),
        Yes("crash-log-enabled", true, NoCrashLog),
        Yes("crash-memcheck-enabled", true, NoCrashLog),
        Yes("use-exit-on-panic", false, NoPanic, Hidden),
        Yes("disable-thp", true, NoFork, Immutable),
        Word("ignore-warnings", "", NoKernelWarnings),
        Number("watchdog-period", 0, int.MaxValue, 0, NoWatchdog, Hidden),
        Yes("lua-enable-deprecated-api", false, NoLua, Immutable | Hidden),
        Accepted(
            "enable-module-command", new EnumKind<DangerousAccess>(false, AccessWords),
            DangerousAccess.No, NoModules, Immutable),
        Number("socket-mark-id", 0, uint.MaxValue, 0, NoMark, Immutable),
        Word("tls-dh-params-file", "", FrameworkTls),
        Yes("tls-prefer-server-ciphers", false, FrameworkTls),
        Number("tls-session-cache-size", 0, int.MaxValue, 20480, FrameworkTls),
        Number("tls-session-cache-timeout", 0, int.MaxValue, 300, FrameworkTls),
        Yes("tls-cluster", false, NoClusterMode),
        .. ClusterRows(),
    ];

    // cluster-enabled itself is refused unless it is "no": a node that ignores it would lose data.
    private static ConfigRow[] ClusterRows() =>
    [
        Special(
            "cluster-enabled", new BoolKind(), false,
            c => c.AcceptedValue("cluster-enabled", false),
            (c, v) => c.Accept("cluster-enabled", v), flags: Immutable,
            check: ConfigChecks.NoCluster, noEffect: NoClusterMode),
        Word("cluster-config-file", "nodes.conf", NoClusterMode, Immutable),
        Number("cluster-port", 0, ushort.MaxValue, 0, NoClusterMode, Immutable),
        Number("cluster-node-timeout", 0, Limits.Milliseconds, 15000, NoClusterMode),
        Number("cluster-migration-barrier", 0, int.MaxValue, 1, NoClusterMode),
        Number(
            "cluster-replica-validity-factor", 0, int.MaxValue, 10, NoClusterMode,
            alias: "cluster-slave-validity-factor"),
        Yes(
            "cluster-replica-no-failover", false, NoClusterMode,
            alias: "cluster-slave-no-failover"),
        Yes("cluster-require-full-coverage", true, NoClusterMode),
        Yes("cluster-allow-reads-when-down", false, NoClusterMode),
        Yes("cluster-allow-pubsubshard-when-down", true, NoClusterMode),
        Yes("cluster-allow-replica-migration", true, NoClusterMode),
        Size("cluster-link-sendbuf-limit", 0, 0, NoClusterMode),
        Word("cluster-announce-ip", "", NoClusterMode),
        Word("cluster-announce-hostname", "", NoClusterMode),
        Number("cluster-announce-port", 0, ushort.MaxValue, 0, NoClusterMode),
        Number("cluster-announce-tls-port", 0, ushort.MaxValue, 0, NoClusterMode),
        Number("cluster-announce-bus-port", 0, ushort.MaxValue, 0, NoClusterMode),
        Accepted(
            "cluster-preferred-endpoint-type", new EnumKind<EndpointType>(false, EndpointWords),
            EndpointType.IP, NoClusterMode),
    ];

    private enum Facility
    {
        Local0,
        Local1,
        Local2,
        Local3,
        Local4,
        Local5,
        Local6,
        Local7,
        User,
    }

    private static (string, Facility)[] FacilityWords =>
    [
        ("user", Facility.User), ("local0", Facility.Local0), ("local1", Facility.Local1),
        ("local2", Facility.Local2), ("local3", Facility.Local3), ("local4", Facility.Local4),
        ("local5", Facility.Local5), ("local6", Facility.Local6), ("local7", Facility.Local7),
    ];

    private static (string, EndpointType)[] EndpointWords =>
    [
        ("ip", EndpointType.IP), ("hostname", EndpointType.Hostname),
        ("unknown-endpoint", EndpointType.Unknown),
    ];

    private static ConfigRow<T> Accepted<T>(
        string name,
        ConfigKind<T> kind,
        T @default,
        string why,
        ConfigFlags flags = Mutable,
        string? alias = null)
        where T : notnull =>
        Special(
            name, kind, @default, c => c.AcceptedValue(name, @default),
            (c, v) => c.Accept(name, v), alias, flags, ConfigApply.Nothing, noEffect: why);

    private static ConfigRow<bool> Yes(
        string name,
        bool @default,
        string why,
        ConfigFlags flags = Mutable,
        string? alias = null) =>
        Accepted(name, new BoolKind(), @default, why, flags, alias);

    private static ConfigRow<long> Number(
        string name,
        long min,
        long max,
        long @default,
        string why,
        ConfigFlags flags = Mutable,
        string? alias = null) =>
        Accepted(name, new IntegerKind(min, max), @default, why, flags, alias);

    private static ConfigRow<long> Size(string name, long min, long @default, string why) =>
        Accepted(name, new BytesKind(min, Limits.Memory, false), @default, why);

    private static ConfigRow<string> Word(
        string name, string @default, string why, ConfigFlags flags = Mutable) =>
        Accepted(name, new TextKind(), @default, why, flags);
}
