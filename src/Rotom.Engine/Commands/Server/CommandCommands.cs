using System;
using System.Collections.Generic;
using Rotom.Resp;

namespace Rotom.Engine.Commands;

// COMMAND: the command table as clients see it. Clients in a cluster find keys by it, redis-cli its
// hints and its help.

/// <summary>COMMAND and its sub-commands.</summary>
internal static class CommandCommands
{
    private const CommandFlags Common = CommandFlags.Loading | CommandFlags.Stale;
    private const string Order = "nondeterministic_output_order";

    /// <summary>Describes every command: its arity, flags, keys and ACL categories.</summary>
    [Command("COMMAND", Arity = -1, Since = "2.8.13", Group = Group.Server, Flags = Common,
        Complexity = "O(N) where N is the total number of Redis commands", Acl = Acl.Connection,
        Tips = Order)]
    internal static void All(ref CommandContext c)
    {
        IReadOnlyList<Command> commands = c.Engine.Commands.All;
        c.Reply.ArrayHeader(commands.Count);
        foreach (Command command in commands) CommandInfoReply.Write(c.Reply, command);
    }

    /// <summary>Counts the commands.</summary>
    [Command("COMMAND|COUNT", Arity = 2, Since = "2.8.13", Group = Group.Server, Flags = Common,
        Complexity = "O(1)", Acl = Acl.Connection)]
    internal static void Count(ref CommandContext c) =>
        c.Reply.Integer(c.Engine.Commands.All.Count);

    /// <summary>Describes the named commands, or every command.</summary>
    [Command("COMMAND|INFO", Arity = -2, Since = "2.8.13", Group = Group.Server, Flags = Common,
        Complexity = "O(N) where N is the number of commands to look up", Acl = Acl.Connection,
        Syntax = "[command-name...]", Tips = Order)]
    internal static void Info(ref CommandContext c)
    {
        if (c.ArgCount == 2)
        {
            All(ref c);
            return;
        }

        c.Reply.ArrayHeader(c.ArgCount - 2);
        for (int i = 2; i < c.ArgCount; i++)
        {
            if (c.Engine.Commands.FindFull(c[i]) is { } command)
                CommandInfoReply.Write(c.Reply, command);
            else
                c.Reply.Null();
        }
    }

    /// <summary>Documents the named commands, or every command, with their arguments.</summary>
    [Command("COMMAND|DOCS", Arity = -2, Since = "7.0.0", Group = Group.Server, Flags = Common,
        Complexity = "O(N) where N is the number of commands to look up", Acl = Acl.Connection,
        Syntax = "[command-name...]", Tips = Order)]
    internal static void Docs(ref CommandContext c)
    {
        List<Command> commands = [];
        if (c.ArgCount == 2) commands.AddRange(c.Engine.Commands.All);
        for (int i = 2; i < c.ArgCount; i++)
        {
            if (c.Engine.Commands.FindFull(c[i]) is { } command) commands.Add(command);
        }

        c.Reply.MapHeader(commands.Count);
        foreach (Command command in commands) CommandDocsReply.Write(c.Reply, command);
    }

    /// <summary>Lists the names of commands, all or those that a filter lets through.</summary>
    [Command("COMMAND|LIST", Arity = -2, Since = "7.0.0", Group = Group.Server, Flags = Common,
        Complexity = "O(N) where N is the total number of Redis commands", Acl = Acl.Connection,
        Syntax = "[FILTERBY filterby:<MODULE module-name | ACLCAT category | PATTERN pattern>]",
        Tips = Order)]
    internal static void List(ref CommandContext c)
    {
        ListFilter filter = ListFilter.All;
        if (c.ArgCount == 5 && c.Is(2, "FILTERBY"u8))
        {
            filter = c.Is(3, "MODULE"u8) ? ListFilter.Module
                : c.Is(3, "ACLCAT"u8) ? ListFilter.Category
                : c.Is(3, "PATTERN"u8) ? ListFilter.Pattern
                : ListFilter.Wrong;
        }

        if (filter == ListFilter.Wrong || (filter == ListFilter.All && c.ArgCount != 2))
        {
            c.SyntaxError();
            return;
        }

        ReadOnlySpan<byte> operand = filter == ListFilter.All ? default : c[4];
        Acl category = filter == ListFilter.Category ? CommandNames.Category(operand) : Acl.None;
        List<Command> found = [];
        foreach (Command command in c.Engine.Commands.All)
        {
            if (Matches(command, filter, category, operand)) found.Add(command);
            foreach (Command sub in command.Subcommands?.All ?? [])
            {
                if (Matches(sub, filter, category, operand)) found.Add(sub);
            }
        }

        c.Reply.ArrayHeader(found.Count);
        foreach (Command command in found) c.Reply.Bulk(command.FullNameBytes);
    }

    /// <summary>Tells which arguments of a command are keys.</summary>
    [Command("COMMAND|GETKEYS", Arity = -4, Since = "2.8.13", Group = Group.Server, Flags = Common,
        Complexity = "O(N) where N is the number of arguments to the command",
        Acl = Acl.Connection, Syntax = "command arg...")]
    internal static void GetKeys(ref CommandContext c)
    {
        if (!TryKeysOf(in c, out ReadOnlySpan<KeyPosition> keys)) return;
        c.Reply.ArrayHeader(keys.Length);
        foreach (KeyPosition key in keys) c.Reply.Bulk(c[key.At + 2]);
    }

    /// <summary>Tells which arguments of a command are keys and what it does with them.</summary>
    [Command("COMMAND|GETKEYSANDFLAGS", Arity = -4, Since = "7.0.0", Group = Group.Server,
        Complexity = "O(N) where N is the number of arguments to the command",
        Flags = Common, Acl = Acl.Connection, Syntax = "command arg...")]
    internal static void GetKeysAndFlags(ref CommandContext c)
    {
        if (!TryKeysOf(in c, out ReadOnlySpan<KeyPosition> keys)) return;
        c.Reply.ArrayHeader(keys.Length);
        foreach (KeyPosition key in keys)
        {
            c.Reply.ArrayHeader(2);
            c.Reply.Bulk(c[key.At + 2]);
            CommandInfoReply.WriteFlags(c.Reply, CommandNames.Accesses, key.Access);
        }
    }

    /// <summary>Lists the sub-commands.</summary>
    [Command("COMMAND|HELP", Arity = 2, Since = "5.0.0", Group = Group.Server, Flags = Common,
        Complexity = "O(1)", Acl = Acl.Connection)]
    internal static void Help(ref CommandContext c) => c.HelpText();

    private enum ListFilter
    {
        All,
        Module,
        Category,
        Pattern,
        Wrong,
    }

    // No command comes from a module here.
    private static bool Matches(
        Command command, ListFilter filter, Acl category, ReadOnlySpan<byte> pattern) =>
        filter switch
        {
            ListFilter.All => true,
            ListFilter.Category => (command.Spec.Acl & category) != 0,
            ListFilter.Pattern => Glob.Matches(pattern, command.FullNameBytes, ignoreCase: true),
            _ => false,
        };

    // The keys of the command in the words from 2 on; positions count from there.
    private static bool TryKeysOf(in CommandContext c, out ReadOnlySpan<KeyPosition> keys)
    {
        ArgView words = new ArgView(c.Batch, c.Args).From(2);
        Command? command = c.Engine.Commands.Find(words[0]);
        if (command?.Subcommands is { } subs && words.Count > 1) command = subs.Find(words[1]);
        KeyPositions buffer = c.Engine.KeyBuffer;
        keys = default;
        if (command is null)
        {
            c.Error("ERR Invalid command specified"u8);
        }
        else if (!KeyExtractor.MayHaveKeys(command.Spec))
        {
            c.Error("ERR The command has no key arguments"u8);
        }
        else if (!command.ArityFits(words.Count))
        {
            c.Error("ERR Invalid number of arguments specified for command"u8);
        }
        else if (KeyExtractor.TryExtract(command.Spec, words, buffer) && buffer.Count > 0)
        {
            keys = buffer.Items;
            return true;
        }
        else if ((command.Flags & CommandFlags.NoMandatoryKeys) != 0)
        {
            return true;
        }
        else
        {
            c.Error("ERR Invalid arguments specified for command"u8);
        }

        return false;
    }
}
