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
        return text.ToString().TrimEnd() + "\n";
    }

    public string Chart()
    {
        IEnumerable<BarGroup> groups = Rows.GroupBy(r => r.Pipeline)
            .Select(g => new BarGroup($"pipeline of {g.Key}", [.. g.Select(row =>
                (row.Test.ToUpperInvariant(),
                    _names.Select((_, i) => row.Median(i, r => r.CpuMicros)).ToArray()))]));
        return BarChart.Draw("Processor time of the server a request (shorter is better)",
            "microseconds", _names, [.. groups]);
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
