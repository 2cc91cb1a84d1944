using System.Text;
using Rotom.Engine.Config;

namespace Rotom.Engine;

/// <summary>
/// <c>rename-command</c>: a command answers to another name or to none. It is done on the table, so
/// whatever reads the table (look-up, COMMAND, rights) knows no more of the old name. What the
/// command calls itself (INFO commandstats, errors) stays.
/// </summary>
internal static class CommandRenames
{
    /// <summary>Redis' words, or null when it is done.</summary>
    internal static string? Apply(CommandTable table, RenamedCommand renamed)
    {
        if (table.Find(Encoding.Latin1.GetBytes(renamed.From)) is not { } command)
        {
            return "No such command in rename-command";
        }

        byte[] name = Encoding.Latin1.GetBytes(renamed.To);
        table.Remove(command);
        if (name.Length == 0) return null;
        if (table.Find(name) is not null) return "Target command name already exists";
        table.Add(name, command);
        return null;
    }
}
