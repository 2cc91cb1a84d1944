using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Threading;
using Rotom.Bench.SideBySide;

namespace Rotom.Bench.GivenBack;

// Blocks of one size are of no use for values of another: a server whose values change their sizes
// holds more and more free room between them. The sizes are those of the script "sizes", written at
// a rate that a busy server sees, and it is looked four times a second while they are written.

/// <summary>How much lies free while sizes change.</summary>
internal static class SizeChurn
{
    internal const string Name = "churn";

    internal const string Head =
        "| server | keys | writes/s | most active/used | when | most resident MB | then used MB "
        + "| active/used 5 s later |\n| --- | --- | --- | --- | --- | --- | --- | --- |";

    private const int WritesPerSecond = 100_000;
    private const int Batch = 1_000;
    private const int LookEvery = WritesPerSecond / Batch / 4;
    private static readonly string s_text = new('x', 600);

    /// <summary>A row of the table.</summary>
    internal static string Measure(string name, string command, int keys)
    {
        using BenchServer server = BenchServer.Start(name, command);
        server.Settle();
        using RespProbe probe = server.Connect();
        probe.Load(Enumerable.Range(0, keys).Select(i => Set(i, 100)));
        double most = 0;
        string when = "";
        (long resident, long used) = (0, 0);
        Stopwatch clock = Stopwatch.StartNew();
        int batches = 0;
        foreach (int size in (int[])[20, 300, 50, 500, 80])
        {
            foreach (string[][] some in Written(keys, size).Chunk(Batch))
            {
                probe.Load(some);
                double early = (++batches * (double)Batch / WritesPerSecond)
                    - clock.Elapsed.TotalSeconds;
                if (early > 0) Thread.Sleep(TimeSpan.FromSeconds(early));
                if (batches % LookEvery != 0) continue;
                (double fragmented, long usedNow) = Look(probe);
                if (fragmented > most) (most, when) = (fragmented, $"{size} bytes");
                long residentNow = server.ResidentBytes();
                if (residentNow > resident) (resident, used) = (residentNow, usedNow);
            }
        }

        double rate = batches * (double)Batch / clock.Elapsed.TotalSeconds;
        Thread.Sleep(5_000);
        (double after, _) = Look(probe);
        return string.Create(CultureInfo.InvariantCulture,
            $"| {name} | {keys:N0} | {rate:N0} | {most:F2} | {when} | {resident / 1e6:F1} "
            + $"| {used / 1e6:F1} | {after:F2} |");
    }

    // 70 % of the keys.
    private static IEnumerable<string[]> Written(int keys, int size)
    {
        Random random = new(size);
        for (int i = 0; i < keys; i++)
        {
            if (random.Next(10) < 7) yield return Set(i, size);
        }
    }

    private static string[] Set(int key, int size) =>
        ["SET", "key:" + key.ToString("D12", CultureInfo.InvariantCulture), s_text[..size]];

    private static (double Fragmented, long Used) Look(RespProbe probe)
    {
        string[] lines = probe.Call("INFO", "memory").Split("\r\n");
        return (
            double.Parse(Value("allocator_frag_ratio:"), CultureInfo.InvariantCulture),
            long.Parse(Value("used_memory:"), CultureInfo.InvariantCulture));

        string Value(string name) =>
            lines.First(l => l.StartsWith(name, StringComparison.Ordinal))[name.Length..];
    }
}
