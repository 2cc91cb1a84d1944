using System.Collections.Generic;
using System.Text;

namespace Rotom.Engine;

public ref partial struct CommandContext
{
    /// <summary>
    /// Answers the HELP of the container this command belongs to, out of the table.
    /// </summary>
    public readonly void HelpText()
    {
        Command container = Command.Container!;
        List<string> lines =
        [
            $"{container.Spec.Name} <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
        ];
        foreach (Command sub in container.Subcommands!.All)
        {
            if (sub.Name == "help") continue;
            string name = sub.Name.ToUpperInvariant();
            lines.Add(sub.Spec.Syntax.Length == 0 ? name : name + " " + sub.Spec.Syntax);
            lines.Add("    " + sub.Spec.Summary);
        }

        lines.Add("HELP");
        lines.Add("    Print this help.");
        Reply.ArrayHeader(lines.Count);
        foreach (string line in lines) Reply.Simple(Encoding.UTF8.GetBytes(line));
    }
}
