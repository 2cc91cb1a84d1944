using System;
using System.Collections.Generic;
using System.Linq;

namespace Rotom.Bench.SideBySide;

/// <summary>One test at one pipeline length: the runs of every server, round by round.</summary>
internal sealed record Row(string Test, int Pipeline, int Clients, LoadRun[][] Runs)
{
    public double Median(int server, Func<LoadRun, double> figure)
        => Statistics.Median(Runs[server].Select(figure));

    /// <summary>
    /// The median of the ratios to the first server, round by round: what disturbs the machine
    /// for a while disturbs both servers of a round, and falls out.
    /// </summary>
    public double Ratio(int server, Func<LoadRun, double> figure)
        => Statistics.Median(Runs[server].Select((run, i) => figure(run) / figure(Runs[0][i])));
}

internal static class Statistics
{
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1
            ? sorted[middle]
            : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}

/// <summary>
/// Runs every test on every server in turn. Only the server that is measured runs; the order is
/// turned round each round, so that none always comes after the same one.
/// </summary>
internal sealed class Throughput(IReadOnlyList<BenchServer> servers, Options options)
{
    private const long RequestsMin = 20_000;
    private const long RequestsMax = 20_000_000;

    public List<Row> Measure(Action<string> say)
    {
        foreach (BenchServer server in servers)
            server.Suspend();
        say("warming up");
        Dictionary<(string, int), long> requests = WarmUp();
        List<Row> rows = [];
        foreach (int pipeline in options.Pipelines)
        {
            foreach (string test in options.Tests)
            {
                Row row = Rounds(test, pipeline, options.Clients, options.Rounds,
                    requests[(test, pipeline)]);
                say(Describe(row));
                rows.Add(row);
            }
        }
        foreach (BenchServer server in servers)
            server.Resume();
        return rows;
    }

    /// <summary>Many busy connections, one request each at a time.</summary>
    public List<Row> MeasureConnections(int connections, Action<string> say)
    {
        foreach (BenchServer server in servers)
            server.Suspend();
        List<Row> rows = [];
        foreach (string test in options.Tests.Intersect(["set", "get"]))
        {
            // The time to connect is a part of a run here: long runs make it small.
            long requests = (long)(Math.Max(1, options.SecondsARun) * 150_000);
            Row row = Rounds(test, 1, connections, Math.Min(3, options.Rounds), requests);
            say(Describe(row));
            rows.Add(row);
        }
        foreach (BenchServer server in servers)
            server.Resume();
        return rows;
    }

    /// <summary>
    /// Runs all tests on all servers until compilers and caches have settled, and finds out how
    /// many requests make a run long enough on the fastest.
    /// </summary>
    private Dictionary<(string, int), long> WarmUp()
    {
        Dictionary<(string, int), long> requests = [];
        foreach (BenchServer server in servers)
        {
            server.Resume();
            foreach (int pipeline in options.Pipelines)
            {
                foreach (string test in options.Tests)
                {
                    long n = 100_000L * Math.Clamp(pipeline / 2, 1, 10);
                    double rate = 0;
                    for (int i = 0; i < 2; i++)
                        rate = Run(server, test, pipeline, options.Clients, n).Rate;
                    long wanted = (long)(rate * options.SecondsARun);
                    long known = requests.GetValueOrDefault((test, pipeline), RequestsMin);
                    requests[(test, pipeline)] = Math.Clamp(wanted, known, RequestsMax);
                }
            }
            server.Suspend();
        }
        return requests;
    }

    private Row Rounds(string test, int pipeline, int clients, int rounds, long requests)
    {
        LoadRun[][] runs = [.. servers.Select(_ => new LoadRun[rounds])];
        for (int round = 0; round < rounds; round++)
        {
            for (int i = 0; i < servers.Count; i++)
            {
                int turn = round % 2 == 0 ? i : servers.Count - 1 - i;
                servers[turn].Resume();
                runs[turn][round] = Run(servers[turn], test, pipeline, clients, requests);
                servers[turn].Suspend();
            }
        }
        return new Row(test, pipeline, clients, runs);
    }

    private LoadRun Run(BenchServer server, string test, int pipeline, int clients, long requests)
        => LoadRun.Measure(server, test, pipeline, clients, options.Keys, requests);

    private string Describe(Row row)
    {
        IEnumerable<string> cells = servers.Select((s, i) =>
            $"{s.Name} {row.Median(i, r => r.Rate):N0}/s {row.Median(i, r => r.CpuMicros):F2} us"
            + (i == 0 ? "" : $" ({row.Ratio(i, r => r.CpuMicros):F2}x)"));
        return $"{row.Test} P={row.Pipeline} c={row.Clients}: {string.Join("; ", cells)}";
    }
}
