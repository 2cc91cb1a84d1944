using System;
using System.Collections.Generic;

namespace Rotom.Engine;

/// <summary>Makes one engine's table of commands out of the shared specs.</summary>
internal static class CommandTableBuilder
{
    internal static CommandTable Build(IReadOnlyList<CommandSpec> specs)
    {
        CommandTable table = new();
        foreach (CommandSpec spec in specs)
        {
            if (spec.Name.Contains('|', StringComparison.Ordinal)) continue;
            table.Add(new Command(spec, null));
        }

        foreach (CommandSpec spec in specs)
        {
            int bar = spec.Name.IndexOf('|', StringComparison.Ordinal);
            if (bar < 0) continue;
            Command? container = table.Find(System.Text.Encoding.ASCII.GetBytes(spec.Name[..bar]));
            Invariant.Require(container is not null);
            container.Subcommands ??= new CommandTable();
            container.Subcommands.Add(new Command(spec, container));
        }

        return table;
    }
}
