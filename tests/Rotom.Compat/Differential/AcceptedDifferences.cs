using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;

namespace Rotom.Compat.Differential;

/// <summary>
/// The rows of differences.md: what may differ from redis-server 7.0.15, each with its reason.
/// </summary>
internal sealed class AcceptedDifferences
{
    private readonly List<(Regex Command, Regex Reference, Regex Tested)> _rows = [];

    /// <param name="lines">A Markdown table of command, their reply, our reply and why.</param>
    public AcceptedDifferences(IEnumerable<string> lines)
    {
        foreach (string line in lines.Where(l => l.StartsWith("| `", StringComparison.Ordinal)))
        {
            string[] cells = [.. line.Split(" | ").Select(c => c.Trim('|', ' '))];
            if (cells.Length != 4 || cells[3].Length == 0)
                throw new InvalidDataException($"differences.md: not four cells in '{line}'");
            _rows.Add((Pattern(cells[0]), Pattern(cells[1]), Pattern(cells[2])));
        }
    }

    public bool Cover(string command, string reference, string tested)
        => _rows.Any(r => r.Command.IsMatch(command) && r.Reference.IsMatch(reference)
            && r.Tested.IsMatch(tested));

    private static Regex Pattern(string cell)
        => new("^(?:" + cell.Trim('`') + ")$", RegexOptions.IgnoreCase | RegexOptions.Singleline);
}
