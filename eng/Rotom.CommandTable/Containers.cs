using System;
using System.Collections.Generic;
using System.Linq;

namespace Rotom.CommandTable;

// CONFIG, CLIENT, OBJECT... have no handler of their own: they are in the table because COMMAND
// shows them, ACL rules name them and an unknown sub-command needs a row to be refused by. COMMAND
// itself has a handler, so its sub-commands need nothing from here.
internal static class Containers
{
    /// <summary>The rows for containers that no method declares.</summary>
    public static IEnumerable<CommandModel> For(IReadOnlyCollection<CommandModel> rows)
    {
        var declared = new HashSet<string>(rows.Select(row => row.Name), StringComparer.Ordinal);
        return rows
            .Where(row => row.Name.Contains('|'))
            .GroupBy(row => row.Name.Split('|')[0], StringComparer.Ordinal)
            .Where(group => !declared.Contains(group.Key))
            .Select(group => Make(group.Key, [.. group]));
    }

    private static CommandModel Make(string name, List<CommandModel> children)
    {
        string since = children
            .Select(child => child.Since)
            .Where(text => Version.TryParse(text, out _))
            .OrderBy(Version.Parse)
            .FirstOrDefault() ?? "";
        return children[0] with
        {
            Name = name,
            Handler = "",
            Arity = -2,
            Since = since,
            Complexity = "Depends on subcommand.",
            Flags = new(["Container"]),
            Acl = new([]),
            Summary = $"A container for {name} commands.",
            Syntax = "",
            Tips = new([]),
            DeprecatedSince = null,
            ReplacedBy = null,
            Keys = new([]),
        };
    }
}
