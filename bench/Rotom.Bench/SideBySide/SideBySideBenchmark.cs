using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;

namespace Rotom.Bench.SideBySide;

// The benchmark that ./rotom bench runs: this server beside redis-server, and beside any other.
//
// On a small machine absolute figures drift from minute to minute with what else runs there. So
// all servers are measured in one run, in turns, and what counts is the ratio inside a round;
// and since redis-benchmark is the limit with short pipelines, processor time a request counts
// for more than requests a second.

internal static class SideBySideBenchmark
{
    private const int ManyConnections = 6_000;

    public static int Run(Options options)
    {
        List<BenchServer> servers = [];
        try
        {
            foreach ((string name, string command) in options.Servers)
                servers.Add(BenchServer.Start(name, command));
            string[] versions = [.. servers.Select(Version)];
            options.LeaveOut(Missing(servers, options));
            Throughput throughput = new(servers, options);
            List<Row> rows = [], connections = [];
            if (options.Parts.Contains("throughput"))
                rows = throughput.Measure(Say);
            if (options.Parts.Contains("connections"))
                connections = throughput.MeasureConnections(ManyConnections, Say);
            servers.ForEach(s => s.Dispose());

            List<Footprint> footprints = [];
            List<List<CollectionCost>> collections = [];
            if (options.Parts.Contains("collections"))
            {
                Say("collections");
                collections.AddRange(options.Servers.Select(s =>
                    Collections.Measure(s.Name, s.Command, options.MemoryKeys, Say)));
            }
            if (options.Parts.Intersect(["memory", "connections", "start"]).Any())
            {
                Say("start, memory, idle connections");
                footprints.AddRange(options.Servers
                    .Select(s => Footprint.Measure(s.Name, s.Command, options)));
            }
            Write(options, new Report(options, versions)
            {
                Rows = rows,
                ConnectionRows = connections,
                Footprints = footprints,
                Collections = collections,
            });
            return 0;
        }
        finally
        {
            servers.ForEach(s => s.Dispose());
        }
    }

    private static void Write(Options options, Report report)
    {
        string folder = Path.Combine("bench", "results");
        Directory.CreateDirectory(folder);
        string date = DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        string path = Path.Combine(folder, $"{date}-{options.Name}");
        string markdown = report.Markdown();
        File.WriteAllText(path + ".md", markdown);
        ReportChart.Write(path + ".md");
        Console.WriteLine(markdown);
        Console.WriteLine($"written to {path}.md");
    }

    /// <summary>Tests that one of the servers cannot run, each with a note.</summary>
    private static string[] Missing(List<BenchServer> servers, Options options)
    {
        List<string> missing = [];
        foreach (BenchServer server in servers)
        {
            using RespProbe probe = server.Connect();
            foreach (string test in options.Tests.Except(missing).ToArray())
            {
                if (probe.Knows(BenchTest.Find(test).Needs))
                    continue;
                missing.Add(test);
                Say($"{test}: left out, {server.Name} has no {BenchTest.Find(test).Needs}");
            }
        }
        return [.. missing];
    }

    private static string Version(BenchServer server)
    {
        using RespProbe probe = server.Connect();
        string version = probe.Call("INFO", "server").Split("\r\n")
            .Select(line => line.Split(':', 2))
            .Where(pair => pair[0] is "rotom_version" or "redis_version")
            .OrderByDescending(pair => pair[0] == "rotom_version")
            .FirstOrDefault()?[1] ?? "of unknown version";
        return $"{server.Name} {version}";
    }

    private static void Say(string line) => Console.Error.WriteLine(line);
}
