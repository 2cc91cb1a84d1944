using static Rotom.Engine.Config.ConfigFlags;
using static Rotom.Engine.Config.ConfigUnit;

namespace Rotom.Engine.Config;

// Listening, connections and their limits.
public static partial class ConfigTable
{
    private static ConfigRow[] NetworkRows() =>
    [
        Int(
            "port", 0, ushort.MaxValue, 6379, c => c.Port, (c, v) => c.Port = v,
            apply: ConfigApply.Listeners),
        // Redis' program listens everywhere; its redis.conf, like us, on this machine only.
        Special(
            "bind", new WordsKind(16, "Too many bind addresses specified."),
            ["127.0.0.1", "-::1"], c => c.Bind, (c, v) => c.Bind = v,
            apply: ConfigApply.Listeners),
        Text("bind-source-addr", "", c => c.BindSourceAddress, (c, v) => c.BindSourceAddress = v),
        Text("unixsocket", "", c => c.UnixSocket, (c, v) => c.UnixSocket = v, flags: Immutable),
        Octal(
            "unixsocketperm", 0, c => c.UnixSocketPermissions,
            (c, v) => c.UnixSocketPermissions = v, flags: Immutable),
        // The kernel cuts it to somaxconn, which was 16 bits wide for long.
        Int(
            "tcp-backlog", 0, ushort.MaxValue, 511, c => c.TcpBacklog,
            (c, v) => c.TcpBacklog = v, flags: Immutable),
        Int(
            "tcp-keepalive", 0, Limits.Seconds, 300, c => c.TcpKeepAliveSeconds,
            (c, v) => c.TcpKeepAliveSeconds = v, apply: ConfigApply.ClientLimits,
            unit: Seconds),
        Int(
            "timeout", 0, Limits.Seconds, 0, c => c.TimeoutSeconds,
            (c, v) => c.TimeoutSeconds = v, apply: ConfigApply.ClientLimits, unit: Seconds),
        // Linux allows a process no more than 1,048,576 descriptors unless nr_open is raised.
        Int(
            "maxclients", 1, 1 << 20, 10_000, c => c.MaxClients, (c, v) => c.MaxClients = v,
            apply: ConfigApply.MaxClients),
        Bool("protected-mode", true, c => c.ProtectedMode, (c, v) => c.ProtectedMode = v),
        // A command lies in one array: 1 GB leaves room for growth below the 2 GB an array can
        // hold.
        Bytes(
            "client-query-buffer-limit", Limits.Megabyte, Limits.Gigabyte, Limits.Gigabyte,
            c => c.ClientQueryBufferBytesMax, (c, v) => c.ClientQueryBufferBytesMax = v,
            apply: ConfigApply.ClientLimits),
        // As above; CVE-2021-21309 began with this limit raised to 9 EB.
        Bytes(
            "proto-max-bulk-len", Limits.Megabyte, Limits.Gigabyte, Limits.Gigabyte / 2,
            c => c.ProtoMaxBulkLen, (c, v) => c.ProtoMaxBulkLen = v,
            apply: ConfigApply.ClientLimits),
        Special(
            "client-output-buffer-limit", new OutputLimitsKind(), OutputBufferLimits.Default,
            c => c.ClientOutputBufferLimits, (c, v) => c.ClientOutputBufferLimits = v,
            apply: ConfigApply.ClientLimits),
        BytesOrPercent(
            "maxmemory-clients", 0, Limits.Memory, 0, c => c.MaxMemoryClients,
            (c, v) => c.MaxMemoryClients = v, apply: ConfigApply.MaxMemory),
        // Redis' maximum: more loops than cores only cost.
        Int(
            "io-threads", 0, 128, 1, c => c.IOThreads, (c, v) => c.IOThreads = v,
            flags: Immutable),
        // Hidden from CONFIG GET *: tools set back all they got but what Redis cannot change, and
        // of this they do not know.
        Enum(
            "transport", TransportKind.Auto,
            [
                ("auto", TransportKind.Auto), ("epoll", TransportKind.Epoll),
                ("portable", TransportKind.Portable),
            ],
            c => c.Transport, (c, v) => c.Transport = v, flags: Immutable | Hidden),
        // Longer polling is a core burnt for nothing, a longer rest would be felt.
        Int(
            "busy-poll-us", 0, 1000, 0, c => c.BusyPollMicroseconds,
            (c, v) => c.BusyPollMicroseconds = v, unit: Microseconds),
        Int(
            "coalesce-us", 0, 1000, 50, c => c.CoalesceMicroseconds,
            (c, v) => c.CoalesceMicroseconds = v, unit: Microseconds),
    ];
}
