using System;
using System.Collections.Frozen;
using System.Collections.Generic;

namespace Rotom.Engine.Config;

// The table of all settings: one row each, by subject in the files beside this one.
//
// A row is all there is to a setting: CONFIG GET, SET and REWRITE, redis.conf, the command line,
// the HOCON key rotom.NAME and the check of hocon/reference.conf read it. To add one: a property in
// ServerConfig, a row here, its text in hocon/reference.conf (the tidy test asks for it).
//
// The rows are immutable and shared by all servers of a process; values live in ServerConfig.
// A maximum is never "what fits into a long": several old holes of Redis began with a limit that
// could be raised too far. Each says what it stands for, in Limits or beside the row.

/// <summary>All settings by name.</summary>
public static partial class ConfigTable
{
    private static readonly ConfigRow[] s_rows =
    [
        .. NetworkRows(), .. TlsRows(), .. ProcessRows(), .. MemoryRows(), .. EncodingsRows(),
        .. PersistenceRows(), .. ReplicationRows(), .. DiagnosticsRows(), .. AcceptedRows(),
    ];

    private static readonly FrozenDictionary<string, ConfigRow> s_byName = Index();

    /// <summary>All rows, in the order CONFIG GET lists them.</summary>
    public static ReadOnlySpan<ConfigRow> Rows => s_rows;

    /// <summary>The row of a name or alias, whatever its case; null when there is none.</summary>
    public static ConfigRow? Find(string name) => s_byName.GetValueOrDefault(name);

    /// <summary>
    /// The names CONFIG GET answers for its patterns: each pattern's matches in table order, none
    /// twice. A full name is answered as it was written, hidden rows by their full name only.
    /// </summary>
    /// <param name="patterns">Glob patterns in byte text.</param>
    public static List<(string Name, ConfigRow Row)> Match(IEnumerable<string> patterns)
    {
        List<(string, ConfigRow)> found = [];
        HashSet<string> seen = new(StringComparer.OrdinalIgnoreCase);
        foreach (string pattern in patterns)
        {
            if (pattern.AsSpan().IndexOfAny("*?[") < 0)
            {
                if (Find(pattern) is { } row && seen.Add(pattern)) found.Add((pattern, row));
                continue;
            }

            byte[] bytes = ByteText.ToBytes(pattern);
            foreach (ConfigRow row in s_rows)
            {
                if (row.Flags.HasFlag(ConfigFlags.Hidden)) continue;
                Add(bytes, row.Name, row);
                if (row.Alias is not null) Add(bytes, row.Alias, row);
            }
        }

        return found;

        void Add(byte[] pattern, string name, ConfigRow row)
        {
            if (Glob.Matches(pattern, ByteText.ToBytes(name), ignoreCase: true) && seen.Add(name))
            {
                found.Add((name, row));
            }
        }
    }

    /// <summary>Gives every row its default.</summary>
    internal static void SetStandard(ServerConfig config)
    {
        foreach (ConfigRow row in s_rows) row.SetStandard(config);
    }

    private static FrozenDictionary<string, ConfigRow> Index()
    {
        Dictionary<string, ConfigRow> rows = new(StringComparer.OrdinalIgnoreCase);
        foreach (ConfigRow row in s_rows)
        {
            rows.Add(row.Name, row);
            if (row.Alias is not null) rows.Add(row.Alias, row);
        }

        return rows.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }
}
