using System;
using Rotom.Engine.Stats;
using Rotom.Resp;

namespace Rotom.Engine.Commands;

/// <summary>SLOWLOG: GET LEN RESET HELP.</summary>
internal static class SlowlogCommands
{
    private const CommandFlags Common =
        CommandFlags.Admin | CommandFlags.Loading | CommandFlags.Stale;

    private const int CountByDefault = 10;

    /// <summary>Returns the slow log's entries.</summary>
    [Command("SLOWLOG|GET", Arity = -2, Since = "2.2.12",
        Complexity = "O(N) where N is the number of entries returned", Group = Group.Server,
        Flags = Common, Acl = Acl.None, Syntax = "[count:integer]",
        Tips = "request_policy:all_nodes nondeterministic_output")]
    internal static void Get(ref CommandContext c)
    {
        long count = CountByDefault;
        if (c.ArgCount > 3)
        {
            Errors.UnknownSubcommandOrArity(c.Engine.DraftError(), "SLOWLOG"u8, c[1]);
            c.Error(c.Engine.DraftedError);
            return;
        }

        if (c.ArgCount == 3)
        {
            if (!Numbers.TryParse(c[2], out count) || count < -1)
            {
                c.Error("ERR count should be greater than or equal to -1"u8);
                return;
            }

            if (count == -1) count = long.MaxValue;
        }

        count = Math.Min(count, c.Engine.Slowlog.Entries.Count);
        c.Reply.ArrayHeader(count);
        foreach (SlowlogEntry entry in c.Engine.Slowlog.Entries)
        {
            if (count-- == 0) break;
            c.Reply.ArrayHeader(6);
            c.Reply.Integer(entry.Id);
            c.Reply.Integer(entry.UnixSeconds);
            c.Reply.Integer(entry.Micros);
            c.Reply.ArrayHeader(entry.Arguments.Count);
            foreach (byte[] word in entry.Arguments) c.Reply.Bulk(word);
            c.Reply.Bulk(entry.Address);
            c.Reply.Bulk(entry.ClientName);
        }
    }

    /// <summary>Returns the number of entries in the slow log.</summary>
    [Command("SLOWLOG|LEN", Arity = 2, Since = "2.2.12", Complexity = "O(1)",
        Group = Group.Server, Flags = Common, Acl = Acl.None,
        Tips = "request_policy:all_nodes response_policy:agg_sum nondeterministic_output")]
    internal static void Len(ref CommandContext c) =>
        c.Reply.Integer(c.Engine.Slowlog.Entries.Count);

    /// <summary>Clears all entries from the slow log.</summary>
    [Command("SLOWLOG|RESET", Arity = 2, Since = "2.2.12",
        Complexity = "O(N) where N is the number of entries in the slowlog", Group = Group.Server,
        Flags = Common, Acl = Acl.None,
        Tips = "request_policy:all_nodes response_policy:all_succeeded")]
    internal static void Reset(ref CommandContext c)
    {
        c.Engine.Slowlog.Reset();
        c.Reply.Ok();
    }

    /// <summary>Returns helpful text about the different subcommands.</summary>
    [Command("SLOWLOG|HELP", Arity = 2, Since = "6.2.0", Complexity = "O(1)",
        Group = Group.Server, Flags = CommandFlags.Loading | CommandFlags.Stale, Acl = Acl.None)]
    internal static void Help(ref CommandContext c) => c.HelpText();
}
