using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text;
using Rotom.Bench.SideBySide;

namespace Rotom.Bench.Persistence;

/// <summary>The report of the persistence benchmark.</summary>
internal sealed class PersistenceReport(PersistenceOptions options)
{
    private readonly StringBuilder _text = new();

    public Dictionary<string, List<LoadRun>[]> Throughput { get; } = [];

    public Saving[] Keys { get; set; } = [];

    public Saving[] Hash { get; set; } = [];

    /// <summary>Writes it; where.</summary>
    public string Write()
    {
        Line("# What keeping data costs, beside redis-server");
        Line("");
        Line($"{DateTime.UtcNow:yyyy-MM-dd}, {Environment.ProcessorCount} cores, "
            + $"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSArchitecture}. "
            + $"`./rotom bench persistence`, {options.Rounds} rounds; the servers in turns, the "
            + "other one stopped; medians. Ratio: this server over redis-server.");
        Line("");
        Line("| what | redis-server | rotom | ratio | aim |");
        Line("| --- | ---: | ---: | ---: | --- |");
        foreach ((string policy, List<LoadRun>[] runs) in Throughput)
        {
            Row($"SET, 16 at a time, {policy}: requests/s", M(runs[0], r => r.Rate),
                M(runs[1], r => r.Rate), "at least 1.0", "0");
            Row($"SET, 16 at a time, {policy}: us of CPU a request", M(runs[0], r => r.CpuMicros),
                M(runs[1], r => r.CpuMicros), "at most 1.0", "0.00");
        }

        Rows($"{options.Keys:N0} keys of 100 bytes", Keys);
        Rows($"a hash of {options.Fields:N0} fields", Hash);
        Directory.CreateDirectory(Path.Combine("bench", "results"));
        string date = DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        string path = Path.Combine("bench", "results", $"{date}-{options.Name}.md");
        File.WriteAllText(path, _text.ToString());
        return path;
    }

    private void Rows(string what, Saving[] both)
    {
        if (both.Length == 0) return;
        Saving a = both[0], b = both[1];
        Row($"{what}: BGSAVE, seconds", Statistics.Median(a.SaveSeconds),
            Statistics.Median(b.SaveSeconds), "at most 0.7", "0.000");
        Row($"{what}: CPU of it, seconds", Statistics.Median(a.SaveCpuSeconds),
            Statistics.Median(b.SaveCpuSeconds), "", "0.00");
        Row($"{what}: start with it, seconds", Statistics.Median(a.LoadSeconds),
            Statistics.Median(b.LoadSeconds), "at most 0.7", "0.000");
        Row($"{what}: size of dump.rdb, MB", a.FileBytes / 1e6, b.FileBytes / 1e6,
            "at most 1.02", "0.00");
        Row($"{what}: requests/s of the half load", a.Rate, b.Rate, "", "0");
        Watched(what, "BGSAVE", a.Bgsave, b.Bgsave);
        Watched(what, "BGREWRITEAOF", a.Rewrite, b.Rewrite);
        Line($"| {what}: longest slice of a BGSAVE at that load, ms | | "
            + $"{F(b.PauseMicros / 1e3, "0.00")} | | promised: 1 |");
        Line($"| {what}: memory held or copied for it, % of used_memory | "
            + $"{F(100.0 * a.ExtraBytes / a.UsedBytes, "0.00")} | "
            + $"{F(100.0 * b.ExtraBytes / b.UsedBytes, "0.00")} | | at most 5 |");
    }

    private void Watched(string what, string command, Latency a, Latency b)
    {
        Line($"| {what}: p99.9 without and with {command}, ms | "
            + $"{Both(a)} | {Both(b)} | | |");
        Row($"{what}: what {command} adds to p99.9, ms", a.Added, b.Added, "at most 0.5", "0.00");
    }

    private static string Both(Latency one) =>
        F(Statistics.Median(one.Idle), "0.00") + " / " + F(Statistics.Median(one.During), "0.00");

    private void Row(string what, double redis, double rotom, string aim, string format) =>
        Line($"| {what} | {F(redis, format)} | {F(rotom, format)} | "
            + $"**{F(rotom / redis, "0.00")}x** | {aim} |");

    private void Line(string text) => _text.Append(text).Append('\n');

    private static double M(List<LoadRun> runs, Func<LoadRun, double> figure) =>
        Statistics.Median(runs.Select(figure));

    private static string F(double value, string format) =>
        value.ToString(format, CultureInfo.InvariantCulture);
}
