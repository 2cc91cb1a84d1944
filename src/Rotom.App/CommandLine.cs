using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using Rotom.Engine.Config;
using Rotom.Engine.Persist;

namespace Rotom.App;

// The command line of rotom-server, which is redis-server's:
//
//   rotom-server [file.conf | file.hocon | -] [--name value...]... [-]
//
// The first argument that is no flag is the file; "-" there or at the end reads standard input.
// Each --name begins a directive that takes the arguments up to the next one, so a value that
// begins with two dashes can only be the first value of its flag. Flags override the file. The
// first directive is also taken without its dashes. --hocon and --restore-to are ours, and no
// settings.

/// <summary>What the command line asks for.</summary>
internal sealed class CommandLine
{
    /// <summary>What the program is to do.</summary>
    internal enum Ask
    {
        /// <summary>Run the server.</summary>
        Run,

        /// <summary>Print the version.</summary>
        Version,

        /// <summary>Print the usage.</summary>
        Help,

        /// <summary>Say that memory tests are not for this program.</summary>
        TestMemory,

        /// <summary>Prove a snapshot.</summary>
        CheckRdb,

        /// <summary>Prove or mend a journal.</summary>
        CheckAof,

        /// <summary>List the places at which a server can be made to fail.</summary>
        Faults,

        /// <summary>Say that Sentinel mode is not there.</summary>
        Sentinel,
    }

    /// <summary>What to do.</summary>
    internal Ask What { get; private init; } = Ask.Run;

    /// <summary>The configuration file, or the one to check; null for none.</summary>
    internal string? File { get; private set; }

    /// <summary>The words of a tool, behind its name.</summary>
    internal IReadOnlyList<string> Words { get; private init; } = [];

    /// <summary>The HOCON file of <c>--hocon</c> or by its extension; null for none.</summary>
    internal string? HoconFile { get; private set; }

    /// <summary>The point to which the journal is restored before it is loaded; null for none.
    /// </summary>
    internal RestorePoint? RestoreTo { get; private set; }

    /// <summary>True when standard input is a configuration too.</summary>
    internal bool ReadInput { get; private set; }

    /// <summary>The flags as directives.</summary>
    internal List<ConfDirective> Flags { get; } = [];

    /// <summary>Reads the arguments.</summary>
    /// <exception cref="ConfException">A flag cannot be read.</exception>
    internal static CommandLine Parse(IReadOnlyList<string> args)
    {
        if (args.Count > 0)
        {
            switch (args[0])
            {
                case "-v" or "--version": return new CommandLine { What = Ask.Version };
                case "-h" or "--help": return new CommandLine { What = Ask.Help };
                case "--faults": return new CommandLine { What = Ask.Faults };
                case "--test-memory": return new CommandLine { What = Ask.TestMemory };
                case "check-aof" or "--check-aof":
                    string[] words = [.. args];
                    return new CommandLine { What = Ask.CheckAof, Words = words[1..] };
                case "--check-rdb":
                    return new CommandLine
                    {
                        What = Ask.CheckRdb,
                        File = args.Count == 2 ? args[1] : null,
                    };
            }
        }

        CommandLine line = new();
        int at = 0;
        if (args.Count > 0 && args[0] == "-")
        {
            line.ReadInput = true;
            at = 1;
        }
        else if (args.Count > 0 && !args[0].StartsWith('-'))
        {
            line.TakeFile(args[0]);
            at = 1;
        }

        int end = args.Count;
        if (end > at && args[end - 1] == "-")
        {
            line.ReadInput = true;
            end--;
        }

        for (int i = at; i < end; i++)
        {
            if (args[i] == "--sentinel") return new CommandLine { What = Ask.Sentinel };
        }

        line.ReadFlags(args, at, end);
        return line;
    }

    private void TakeFile(string path)
    {
        if (path.EndsWith(".hocon", StringComparison.OrdinalIgnoreCase)
            || Path.GetFileName(path) == "rotom.conf")
        {
            HoconFile = path;
        }
        else
        {
            File = path;
        }
    }

    private void ReadFlags(IReadOnlyList<string> args, int at, int end)
    {
        while (at < end)
        {
            int first = at;
            string arg = args[at++];
            if (arg == "--")
            {
                throw new ConfException(ConfLoader.BadDirective, new ConfPlace("", first + 1, arg));
            }

            // As with redis-server, the first directive may lack its dashes: loglevel verbose.
            StringBuilder text = new(
                IsFlag(arg) ? ByteText.FromText(arg[2..]) : ConfLine.Quote(ByteText.FromText(arg)));
            bool complete = arg.Contains(' ', StringComparison.Ordinal);
            if (arg == "--save" && (at == end || IsFlag(args[at])))
            {
                // redis-server reads a --save without value as "never".
                text.Append(" \"\"");
                complete = true;
            }

            while (at < end && (!complete || !IsFlag(args[at])))
            {
                text.Append(' ').Append(ConfLine.Quote(ByteText.FromText(args[at++])));
                complete = true;
            }

            if (RedisConf.ParseLine(new ConfPlace("", first + 1, text.ToString())) is not { } flag)
            {
                continue;
            }

            if (flag.Words is ["hocon", string hocon]) HoconFile = hocon;
            else if (flag.Words is ["restore-to", ..]) TakePoint(flag);
            else Flags.Add(flag);
        }
    }

    private void TakePoint(ConfDirective flag)
    {
        if (flag.Words is not [_, string text] || !RestorePoint.TryParse(text, out var point))
        {
            throw new ConfException(
                "--restore-to takes a time (2026-01-31T12:00:00Z, or unix seconds) or seq:N",
                flag.Place);
        }

        RestoreTo = point;
    }

    private static bool IsFlag(string arg) =>
        arg.StartsWith("--", StringComparison.Ordinal);
}
