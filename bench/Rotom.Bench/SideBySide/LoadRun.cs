using System;
using System.Diagnostics;
using System.Globalization;
using System.Linq;

namespace Rotom.Bench.SideBySide;

/// <summary>One run of redis-benchmark, and what the server spent on it.</summary>
/// <param name="Rate">Requests a second.</param>
/// <param name="P50Ms">Median latency in milliseconds.</param>
/// <param name="P99Ms">Latency that one request in a hundred exceeds, in milliseconds.</param>
/// <param name="CpuMicros">Processor time of the server a request, in microseconds.</param>
internal sealed record LoadRun(double Rate, double P50Ms, double P99Ms, double CpuMicros)
{
    /// <summary>Runs one test with <paramref name="requests"/> requests.</summary>
    public static LoadRun Measure(BenchServer server, string test, int pipeline, int clients,
        int keys, long requests)
    {
        BenchTest what = BenchTest.Find(test);
        using (RespProbe probe = server.Connect())
            probe.Load(what.Prepare(requests));
        ProcessStartInfo start = new("redis-benchmark",
            ["-p", $"{server.Port}", "-n", $"{requests}", "-c", $"{clients}", "-P", $"{pipeline}",
                "-r", $"{keys}", "--csv", .. what.Arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        double before = server.CpuSeconds();
        using Process process = Process.Start(start)
            ?? throw new BenchmarkException("redis-benchmark is missing");
        string output = process.StandardOutput.ReadToEnd();
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        double cpu = server.CpuSeconds() - before;
        string[]? row = output.Split('\n').Select(l => l.Trim().Trim('"').Split("\",\""))
            .LastOrDefault(cells => cells.Length >= 7 && cells[0] != "test");
        if (process.ExitCode != 0 || row is null)
            throw new BenchmarkException($"redis-benchmark -t {test} failed: {output}{error}");
        return new LoadRun(Cell(row[1]), Cell(row[4]), Cell(row[6]), cpu * 1e6 / requests);
    }

    private static double Cell(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
