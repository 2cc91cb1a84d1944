using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace Rotom.Engine.Info;

// InfoReport: INFO's text. The engine adds the lines it knows, its owner (the actor layer) those of
// the process, the network and the disk; each registers once and is asked whenever INFO is.

/// <summary>Writes the lines of one section.</summary>
public sealed class InfoWriter
{
    private readonly StringBuilder _text;

    internal InfoWriter(StringBuilder text) => _text = text;

    /// <summary>Adds <c>name:value</c>.</summary>
    public void Line(string name, string value) =>
        _text.Append(name).Append(':').Append(value).Append("\r\n");

    /// <summary>Adds <c>name:value</c>.</summary>
    public void Line(string name, long value) =>
        Line(name, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>Bytes as Redis prints them for people: 1.50M.</summary>
    public static string Human(long bytes)
    {
        ReadOnlySpan<char> units = "BKMGTP";
        double value = bytes;
        int unit = 0;
        while (value >= 1024 && unit < units.Length - 1)
        {
            value /= 1024;
            unit++;
        }

        return unit == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{bytes}B")
            : string.Create(CultureInfo.InvariantCulture, $"{value:F2}{units[unit]}");
    }

    /// <summary>Adds a number of bytes, and <c>name_human</c>.</summary>
    public void Bytes(string name, long bytes)
    {
        Line(name, bytes);
        Line(name + "_human", Human(bytes));
    }

    /// <summary>Adds how much of a whole a part is: <c>name:12.34%</c>.</summary>
    public void Percent(string name, long part, long whole) => Line(
        name,
        string.Create(
            CultureInfo.InvariantCulture, $"{(whole <= 0 ? 0 : part * 100.0 / whole):F2}%"));

    /// <summary>Adds <c>name_ratio</c> and <c>name_bytes</c>: how much more is held.</summary>
    public void Ratio(string name, long held, long used)
    {
        Line(name + "_ratio", held / (double)Math.Max(1, used), 2);
        Line(name + "_bytes", held - used);
    }

    /// <summary>Adds fields that are 0 here.</summary>
    public void Zeros(params ReadOnlySpan<string> names)
    {
        foreach (string name in names) Line(name, 0);
    }

    /// <summary>Adds <c>name:value</c> with so many decimals.</summary>
    public void Line(string name, double value, int decimals) =>
        Line(name, value.ToString("F" + decimals, CultureInfo.InvariantCulture));
}

/// <summary>Builds INFO's answer out of registered sections.</summary>
public sealed class InfoReport
{
    private static readonly string[] _order =
    [
        "Server", "Clients", "Memory", "Persistence", "Stats", "Replication", "CPU", "Modules",
        "Commandstats", "Errorstats", "Latencystats", "Cluster", "Keyspace",
    ];

    private readonly Dictionary<string, List<Action<InfoWriter>>> _parts =
        new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Registers lines for a section; they come after those registered earlier.</summary>
    /// <param name="section">One of Redis' sections, by name.</param>
    /// <param name="lines">Called whenever the section is asked for.</param>
    public void Add(string section, Action<InfoWriter> lines)
    {
        if (Array.IndexOf(_order, section) < 0)
        {
            throw new ArgumentException($"INFO has no section '{section}'", nameof(section));
        }

        if (!_parts.TryGetValue(section, out List<Action<InfoWriter>>? parts))
        {
            _parts[section] = parts = [];
        }

        parts.Add(lines);
    }

    /// <summary>The text for the sections asked for; none = the default ones.</summary>
    public string Render(IReadOnlyCollection<string> wanted)
    {
        StringBuilder text = new();
        foreach (string section in _order)
        {
            if (!IsWanted(section, wanted)) continue;
            if (text.Length > 0) text.Append("\r\n");
            text.Append("# ").Append(section).Append("\r\n");
            InfoWriter writer = new(text);
            if (!_parts.TryGetValue(section, out List<Action<InfoWriter>>? parts)) continue;
            foreach (Action<InfoWriter> part in parts) part(writer);
        }

        return text.ToString();
    }

    private static bool IsWanted(string section, IReadOnlyCollection<string> wanted)
    {
        bool byDefault = section is not ("Commandstats" or "Latencystats");
        if (wanted.Count == 0) return byDefault;
        foreach (string name in wanted)
        {
            if (name.Equals(section, StringComparison.OrdinalIgnoreCase)) return true;
            if (byDefault && name.Equals("default", StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }

            if (name.Equals("all", StringComparison.OrdinalIgnoreCase)) return true;
            if (name.Equals("everything", StringComparison.OrdinalIgnoreCase)) return true;
        }

        return false;
    }
}
