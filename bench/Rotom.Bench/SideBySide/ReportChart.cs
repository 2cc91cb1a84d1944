using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;

namespace Rotom.Bench.SideBySide;

// The chart of a report is drawn from the report's own table, not from the run: a report that was
// edited, or written before there was a chart, can be drawn again.

/// <summary>Draws the chart that belongs to a report and puts it there.</summary>
internal static class ReportChart
{
    private const string Title = "Processor time of the server a request (shorter is better)";

    /// <summary>Writes the .svg beside a report, and the line that shows it into the report.
    /// </summary>
    public static void Write(string reportPath)
    {
        string[] lines = File.ReadAllLines(reportPath);
        string? svg = Draw(lines);
        if (svg is null)
            return;
        string picture = Path.ChangeExtension(reportPath, ".svg");
        File.WriteAllText(picture, svg);
        string link = $"![processor time a request]({Path.GetFileName(picture)})";
        if (lines.Contains(link))
            return;
        // Behind the table it shows, before the next one.
        int at = Array.FindLastIndex(lines, line => IsRow(line) && Cells(line).Length > 5) + 1;
        File.WriteAllLines(reportPath, [.. lines[..at], "", link, .. lines[at..]]);
    }

    /// <summary>The chart of a report's table; null when it has none.</summary>
    public static string? Draw(IReadOnlyList<string> lines)
    {
        string? head = lines.FirstOrDefault(line => line.StartsWith("| test |"));
        if (head is null)
            return null;
        string[] columns = Cells(head);
        int[] cpu = [.. Enumerable.Range(0, columns.Length)
            .Where(i => columns[i] == "CPU us/req")];
        string[] servers = [.. cpu.Select(i => columns[i - 1].Replace(" req/s", ""))];
        IEnumerable<string[]> rows = lines.Where(IsRow).Select(Cells)
            .Where(cells => cells.Length == columns.Length);
        BarGroup[] groups = [.. rows.GroupBy(row => (Pipeline: row[1], Clients: row[2]))
            .Select(g => new BarGroup($"pipeline of {g.Key.Pipeline}, {g.Key.Clients} clients",
                [.. g.Select(row => (row[0], cpu.Select(i => Number(row[i])).ToArray()))]))];
        return BarChart.Draw(Title, "microseconds", servers, groups);
    }

    private static bool IsRow(string line)
        => line.StartsWith("| ") && !line.StartsWith("| ---") && !line.StartsWith("| test |");

    private static string[] Cells(string line)
        => [.. line.Trim('|', ' ').Split(" | ").Select(cell => cell.Trim())];

    private static double Number(string cell)
        => double.Parse(cell, NumberStyles.Number, CultureInfo.InvariantCulture);
}
