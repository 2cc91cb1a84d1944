using System;
using System.Collections.Generic;

namespace Rotom.Engine.Config;

/// <summary>
/// Puts directives into a <see cref="ServerConfig"/> before the server starts. One loader serves
/// one start: it knows which lists were begun, so that a second <c>save</c> adds to the first.
/// </summary>
public sealed class ConfLoader
{
    /// <summary>Redis' words for a name it does not know, and for others too.</summary>
    public const string BadDirective = "Bad directive or wrong number of arguments";

    private readonly ServerConfig _config;
    private readonly HashSet<string> _begun = [];
    private readonly HashSet<string> _users = [];

    /// <summary>A table to try renames on, so that a bad one is told with its line.</summary>
    private CommandTable? _commands;

    /// <summary>Loads into these settings.</summary>
    public ConfLoader(ServerConfig config) => _config = config;

    /// <summary>Sets what each directive says, in order; the last one counts.</summary>
    /// <exception cref="ConfException">One is unknown or its value is refused.</exception>
    public void Load(IEnumerable<ConfDirective> directives)
    {
        foreach (ConfDirective directive in directives) Load(directive);
    }

    private void Load(ConfDirective directive)
    {
        List<string> args = [.. directive.Words];
        string name = args[0];
        args.RemoveAt(0);
        string? error = ConfigTable.Find(name) is { } row
            ? row.Set(_config, args, more: !_begun.Add(row.Name))
            : Other(name.ToLowerInvariant(), args);
        if (error is not null) throw new ConfException(error, directive.Place);
    }

    private string? Other(string name, List<string> args)
    {
        switch (name)
        {
            case "rename-command" when args.Count == 2:
                return Rename(new RenamedCommand(args[0], args[1]));
            case "user" when args.Count >= 1:
                return Declare(args);
            case "loadmodule":
                return "Rotom does not load modules";
            default:
                return BadDirective;
        }
    }

    // Tried on users of its own, so that what is wrong is told with its line.
    private string? Declare(List<string> user)
    {
        _commands ??= CommandTableBuilder.Build(GeneratedCommands.Create());
        if (new AclUsers(_commands, _config).Declare(user, _users) is { } error) return error;
        _config.Users.Add(user);
        return null;
    }

    private string? Rename(RenamedCommand renamed)
    {
        _commands ??= CommandTableBuilder.Build(GeneratedCommands.Create());
        if (CommandRenames.Apply(_commands, renamed) is { } error) return error;
        _config.RenamedCommands.Add(renamed);
        return null;
    }
}
