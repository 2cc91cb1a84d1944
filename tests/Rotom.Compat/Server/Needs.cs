using System;
using Xunit;

namespace Rotom.Compat.Server;

/// <summary>
/// What a test needs beside the server; it is skipped, with the reason, where that is missing.
/// </summary>
[Flags]
internal enum Need
{
    RedisServer = 1,
    RedisCli = 2,
    RedisBenchmark = 4,
    PythonRedis = 8,
    NodeClients = 16,
    RedisTests = 32,
    ManyDescriptors = 64,
    OwnServer = 128,
}

internal static class Needs
{
    /// <summary>
    /// The first thing missing, as the reason for a skip; null if all is there.
    /// </summary>
    public static string? Missing(Need needs)
    {
        if (needs.HasFlag(Need.RedisServer) && Tools.Find("redis-server") is null)
            return "redis-server is missing (Debian package redis-server)";
        if (needs.HasFlag(Need.RedisCli) && Tools.Find("redis-cli") is null)
            return "redis-cli is missing (Debian package redis-tools)";
        if (needs.HasFlag(Need.RedisBenchmark) && Tools.Find("redis-benchmark") is null)
            return "redis-benchmark is missing (Debian package redis-tools)";
        if (needs.HasFlag(Need.PythonRedis) && Tools.Python is null)
            return "no python3 with the redis module (Debian package python3-redis)";
        if (needs.HasFlag(Need.NodeClients) && !Tools.NodeClients)
            return "no node, or tests/Rotom.Compat/clients/node_modules is missing (npm ci)";
        if (needs.HasFlag(Need.ManyDescriptors) && Tools.DescriptorLimit < 7_000)
            return $"needs 7,000 descriptors, and the limit is {Tools.DescriptorLimit} (ulimit -n)";
        if (needs.HasFlag(Need.OwnServer) && !ServerProcess.IsOurs)
            return "only Rotom has these settings";
        if (!needs.HasFlag(Need.RedisTests))
            return null;
        if (Tools.Find("tclsh") is null)
            return "tclsh is missing (Debian package tcl)";
        return Tools.RedisTests is null ? "the Redis 7.0.15 test tree is missing" : null;
    }
}

[AttributeUsage(AttributeTargets.Method)]
internal sealed class FactWithAttribute : FactAttribute
{
    public FactWithAttribute(Need needs) => Skip = Needs.Missing(needs);
}

[AttributeUsage(AttributeTargets.Method)]
internal sealed class TheoryWithAttribute : TheoryAttribute
{
    public TheoryWithAttribute(Need needs) => Skip = Needs.Missing(needs);
}
