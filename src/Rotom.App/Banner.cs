using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Runtime.InteropServices;
using Rotom.Engine;
using Rotom.Engine.Config;

namespace Rotom.App;

/// <summary>What the server says of itself when it starts.</summary>
internal static class Banner
{
    /// <summary>The version line, also of <c>--version</c>.</summary>
    internal static string Version =>
        $"Rotom server v={ServerVersion.Rotom} redis={ServerVersion.Redis} bits=64 "
        + $"runtime={RuntimeInformation.FrameworkDescription} actors={ActorRuntime}";

    /// <summary>The usage text.</summary>
    internal const string Usage = """
        Usage: rotom-server [/path/to/redis.conf] [options] [-]
               rotom-server --hocon /path/to/rotom.conf [options]
               rotom-server - (read config from stdin)
               rotom-server -v or --version
               rotom-server -h or --help

        Options are the directives of redis.conf with two dashes in front. Besides:

          --restore-to TIME|seq:N   before it is loaded, make the journal what it was then:
                                    2026-01-31T12:00:00Z or unix seconds (for which
                                    aof-timestamp-enabled must have been on), or behind
                                    event N. The files of before are kept.

        Examples:
               rotom-server (run the server with default conf)
               echo 'maxmemory 128mb' | rotom-server -
               rotom-server /etc/redis/6379.conf --port 7777
               rotom-server --port 7777 --save "" --appendonly yes

        """;

    /// <summary>akka or embedded, as chosen at the build.</summary>
    internal static string ActorRuntime { get; } =
        typeof(Banner).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .FirstOrDefault(data => data.Key == "ActorRuntime")?.Value ?? "unknown";

    /// <summary>The picture with the facts beside it.</summary>
    internal static string Picture(ServerConfig config)
    {
        string[] picture =
        [
            @"        .-^-.        ",
            @"  /\  _/     \_  /\  ",
            @"  \ \/  o   o  \/ /  ",
            @"   \|    \_/    |/   ",
            @"  ~~~\         /~~~  ",
            @"  ~~  `-._ _.-'  ~~  ",
            @"          V          ",
        ];
        List<string> facts =
        [
            "",
            $"Rotom {ServerVersion.Rotom} (speaks Redis {ServerVersion.Redis})",
            $"Mode: standalone, actors: {ActorRuntime}",
            $"Port: {config.MainPort}",
            $" PID: {Environment.ProcessId}",
            $"Runtime: {RuntimeInformation.FrameworkDescription}, "
                + RuntimeInformation.RuntimeIdentifier,
            "",
        ];
        for (int i = 0; i < facts.Count; i++) picture[i] += " " + facts[i];
        return string.Join('\n', Array.ConvertAll(picture, line => line.TrimEnd())) + "\n";
    }

    /// <summary>The same facts as one line for a log that is no terminal.</summary>
    internal static string Line(ServerConfig config) =>
        $"Running mode=standalone, port={config.MainPort}. PID: {Environment.ProcessId}";
}
