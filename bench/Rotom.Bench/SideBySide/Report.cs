using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;

namespace Rotom.Bench.SideBySide;

/// <summary>The results as Markdown and as a chart.</summary>
internal sealed class Report(Options options, IReadOnlyList<string> versions)
{
    private readonly string[] _names = [.. options.Servers.Select(s => s.Name)];

    public List<Row> Rows { get; init; } = [];

    public List<Row> ConnectionRows { get; init; } = [];

    public List<Footprint> Footprints { get; init; } = [];

    /// <summary>By server, the costs of each data set.</summary>
    public List<List<CollectionCost>> Collections { get; init; } = [];

    public string Markdown()
    {
        StringBuilder text = new();
        text.AppendLine($"# {string.Join(", ", _names[1..])} beside {_names[0]}\n");
        text.AppendLine(Machine() + "\n");
        if (Rows.Count + ConnectionRows.Count > 0)
        {
            text.AppendLine("Processor time is user and system time of the whole server. Ratios "
                + $"are to {_names[0]}, the median of the ratios of each round.\n");
            AppendRates(text);
        }
        if (Footprints.Count > 0)
            AppendFootprints(text);
        if (Collections.Any(c => c.Count > 0))
            AppendCollections(text);
        if (options.LeftOut.Length > 0)
            text.AppendLine($"\nLeft out, as not all servers have them: "
                + $"{string.Join(", ", options.LeftOut)}.");
        return text.ToString().TrimEnd() + "\n";
    }

    private string Machine()
    {
        string kernel = File.Exists("/proc/sys/kernel/osrelease")
            ? File.ReadAllText("/proc/sys/kernel/osrelease").Split('-')[0].Trim()
            : Environment.OSVersion.Version.ToString();
        return $"{Environment.ProcessorCount} cores, Linux {kernel}, .NET {Environment.Version}; "
            + $"redis-benchmark on the same cores, c={options.Clients}, -r {options.Keys}, "
            + $"persistence off; medians of {options.Rounds} rounds of at least "
            + $"{F(options.SecondsARun)} s, taken in turns. {string.Join(", ", versions)}.";
    }

    private void AppendRates(StringBuilder text)
    {
        List<string> head = ["test", "P", "clients"];
        foreach (string name in _names)
            head.AddRange([$"{name} req/s", "CPU us/req", "p50/p99 ms"]);
        foreach (string name in _names[1..])
            head.AddRange([$"{name} req/s ratio", "CPU ratio"]);
        AppendRow(text, head);
        AppendRow(text, head.Select((_, i) => i == 0 ? "---" : "---:"));
        foreach (Row row in Rows.Concat(ConnectionRows))
        {
            List<string> cells = [row.Test.ToUpperInvariant(), $"{row.Pipeline}", $"{row.Clients}"];
            for (int i = 0; i < _names.Length; i++)
            {
                cells.Add(row.Median(i, r => r.Rate).ToString("N0", CultureInfo.InvariantCulture));
                cells.Add(F(row.Median(i, r => r.CpuMicros)));
                cells.Add($"{F(row.Median(i, r => r.P50Ms))} / {F(row.Median(i, r => r.P99Ms))}");
            }
            for (int i = 1; i < _names.Length; i++)
            {
                cells.Add($"{F(row.Ratio(i, r => r.Rate))}x");
                cells.Add($"**{F(row.Ratio(i, r => r.CpuMicros))}x**");
            }
            AppendRow(text, cells);
        }
        text.AppendLine();
    }

    private void AppendFootprints(StringBuilder text)
    {
        AppendRow(text, ["", .. _names]);
        AppendRow(text, ["---", .. _names.Select(_ => "---:")]);
        FootprintRow(text, "start to first reply, ms", f => f.StartMs);
        FootprintRow(text, "empty, resident MB", f => f.EmptyBytes / 1e6);
        FootprintRow(text, $"bytes a key, resident ({options.MemoryKeys:N0} keys, 16-byte values)",
            f => f.KeyResidentBytes);
        FootprintRow(text, "bytes a key, used_memory", f => f.KeyUsedBytes);
        FootprintRow(text, "idle connection, resident KB", f => f.IdleConnectionBytes / 1024);
    }

    // A data set that a server cannot hold has no row.
    private void AppendCollections(StringBuilder text)
    {
        text.AppendLine();
        List<string> head = ["data set"];
        foreach (string name in _names)
            head.AddRange([$"{name}, resident MB", "used_memory MB"]);
        foreach (string name in _names[1..])
            head.AddRange([$"{name} resident ratio", "used_memory ratio"]);
        AppendRow(text, head);
        AppendRow(text, head.Select((_, i) => i == 0 ? "---" : "---:"));
        foreach (CollectionCost first in Collections[0])
        {
            CollectionCost?[] all = [.. Collections.Select(c =>
                c.Find(cost => cost.What == first.What))];
            if (all.Contains(null))
                continue;
            List<string> cells = [first.What];
            foreach (CollectionCost? cost in all)
                cells.AddRange([F(cost!.ResidentBytes / 1e6), F(cost.UsedBytes / 1e6)]);
            foreach (CollectionCost? cost in all[1..])
            {
                cells.Add($"**{F(cost!.ResidentBytes / first.ResidentBytes)}x**");
                cells.Add($"**{F(cost.UsedBytes / first.UsedBytes)}x**");
            }
            AppendRow(text, cells);
        }
    }

    private void FootprintRow(StringBuilder text, string label, Func<Footprint, double> figure)
    {
        if (Footprints.Any(f => double.IsNaN(figure(f))))
            return;
        AppendRow(text, [label, .. Footprints.Select((f, i) => F(figure(f))
            + (i == 0 ? "" : $" ({F(figure(f) / figure(Footprints[0]))}x)"))]);
    }

    private static void AppendRow(StringBuilder text, IEnumerable<string> cells)
        => text.AppendLine($"| {string.Join(" | ", cells)} |");

    private static string F(double value)
        => value.ToString(Math.Abs(value) < 100 ? "0.00" : "0", CultureInfo.InvariantCulture);
}
