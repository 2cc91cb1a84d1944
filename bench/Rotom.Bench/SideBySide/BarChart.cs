using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

namespace Rotom.Bench.SideBySide;

/// <summary>Bars that belong together and share a scale.</summary>
internal sealed record BarGroup(string Title, IReadOnlyList<(string Label, double[] Values)> Rows);

/// <summary>
/// Horizontal bars as SVG: a bar a server for each row, its value at its end. No background and
/// middle tones, so that it reads on light pages and on dark ones.
/// </summary>
internal static class BarChart
{
    private const int Width = 760;
    private const int LabelWidth = 110;
    private const int ValueWidth = 90;
    private const int BarHeight = 14;
    private const int RowGap = 10;

    private static readonly string[] s_colours =
        ["#8a8f98", "#3b82c4", "#c77d2e", "#5a9e5f", "#9b6bb3", "#b5555b"];

    public static string Draw(string title, string unit, IReadOnlyList<string> servers,
        IReadOnlyList<BarGroup> groups)
    {
        StringBuilder body = new();
        int y = 24;
        Text(body, 0, y, title, "font-size='16' font-weight='bold'");
        y += 22;
        Legend(body, servers, y);
        y += 14;
        foreach (BarGroup group in groups)
        {
            y += 24;
            Text(body, 0, y, $"{group.Title} ({unit})", "font-size='13' font-weight='bold'");
            y += 8;
            double scale = group.Rows.SelectMany(r => r.Values).Max();
            foreach ((string label, double[] values) in group.Rows)
                y = DrawRow(body, y, label, values, scale);
        }
        string style = "text{font-family:sans-serif;fill:#57606a}"
            + "@media(prefers-color-scheme:dark){text{fill:#9da7b3}}";
        int height = y + 8;
        return $"<svg xmlns='http://www.w3.org/2000/svg' width='{Width}' height='{height}' "
            + $"viewBox='0 0 {Width} {height}' role='img'><title>{Escape(title)}</title>\n"
            + $"<style>{style}</style>\n{body}</svg>\n";
    }

    private static int DrawRow(
        StringBuilder body, int y, string label, double[] values, double scale)
    {
        int middle = y + values.Length * BarHeight / 2 + 4;
        Text(body, LabelWidth - 8, middle, label, "font-size='12' text-anchor='end'");
        for (int i = 0; i < values.Length; i++)
        {
            double width = values[i] / scale * (Width - LabelWidth - ValueWidth);
            string colour = s_colours[i % s_colours.Length];
            body.Append(CultureInfo.InvariantCulture,
                $"<rect x='{LabelWidth}' y='{y}' width='{width:F1}' height='{BarHeight - 2}' ");
            body.Append(CultureInfo.InvariantCulture, $"rx='2' fill='{colour}'/>\n");
            string value = values[i].ToString(values[i] < 100 ? "0.00" : "#,0",
                CultureInfo.InvariantCulture);
            Text(body, LabelWidth + width + 5, y + BarHeight - 4, value, "font-size='11'");
            y += BarHeight;
        }
        return y + RowGap;
    }

    private static void Legend(StringBuilder body, IReadOnlyList<string> servers, int y)
    {
        int x = 0;
        for (int i = 0; i < servers.Count; i++)
        {
            string colour = s_colours[i % s_colours.Length];
            body.Append(CultureInfo.InvariantCulture,
                $"<rect x='{x}' y='{y - 10}' width='11' height='11' rx='2' fill='{colour}'/>\n");
            Text(body, x + 16, y, servers[i], "font-size='12'");
            x += 40 + servers[i].Length * 8;
        }
    }

    private static void Text(StringBuilder body, double x, double y, string text, string attributes)
        => body.Append(CultureInfo.InvariantCulture,
            $"<text x='{x:F1}' y='{y:F1}' {attributes}>{Escape(text)}</text>\n");

    private static string Escape(string text)
        => text.Replace("&", "&amp;", StringComparison.Ordinal)
            .Replace("<", "&lt;", StringComparison.Ordinal);
}
