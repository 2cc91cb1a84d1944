using System.Collections.Generic;
using System.Text;

namespace Rotom.Engine;

/// <summary>
/// The commands and sub-commands of one engine, numbered for the rights' bits. Numbers are given in
/// the order of arrival and stay: a command registered at run time takes the next.
/// </summary>
internal sealed class AclCommandNames
{
    private readonly List<Command> _commands = [];
    private readonly CommandTable _table;

    internal AclCommandNames(CommandTable table)
    {
        _table = table;
        foreach (Command command in table.All) Add(command);
    }

    /// <summary>How many there are.</summary>
    internal int Count => _commands.Count;

    /// <summary>The command with a number.</summary>
    internal Command this[int id] => _commands[id];

    /// <summary>Numbers a command, with its sub-commands.</summary>
    internal void Add(Command command)
    {
        command.AclId = _commands.Count;
        _commands.Add(command);
        foreach (Command sub in command.Subcommands?.All ?? [])
        {
            sub.AclId = _commands.Count;
            _commands.Add(sub);
        }
    }

    /// <summary>A command as a rule names it: <c>get</c>, <c>config|get</c>; or null.</summary>
    internal Command? Find(string rule)
    {
        int bar = rule.IndexOf('|');
        Command? command = _table.Find(Bytes(bar < 0 ? rule : rule[..bar]));
        return bar < 0 || command is null
            ? command
            : command.Subcommands?.Find(Bytes(rule[(bar + 1)..]));
    }

    private static byte[] Bytes(string name) => Encoding.Latin1.GetBytes(name);
}
