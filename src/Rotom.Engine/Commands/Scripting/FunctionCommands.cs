using Rotom.Resp;

namespace Rotom.Engine.Commands;

// FUNCTION on a server that has no script engine: there are no libraries and none can be loaded, so
// listing, flushing and deleting them answer as Redis does when there are none. Tools call FLUSH
// before they load data.

/// <summary>FUNCTION: FLUSH LIST STATS KILL DELETE HELP.</summary>
internal static class FunctionCommands
{
    private const CommandFlags Writes = CommandFlags.Write | CommandFlags.NoScript;
    private const string AllShards = "request_policy:all_shards response_policy:all_succeeded";

    /// <summary>Deletes all libraries and functions.</summary>
    [Command("FUNCTION|FLUSH", Arity = -2, Since = "7.0.0",
        Complexity = "O(N) where N is the number of functions deleted", Group = Group.Scripting,
        Flags = Writes, KeysNone = true, Acl = Acl.Scripting, Syntax = "[ASYNC | SYNC]",
        Tips = AllShards)]
    internal static void Flush(ref CommandContext c)
    {
        if (c.ArgCount > 3)
        {
            Errors.UnknownSubcommandOrArity(c.Engine.DraftError(), "FUNCTION"u8, c[1]);
            c.Error(c.Engine.DraftedError);
        }
        else if (c.ArgCount == 3 && !c.Is(2, "ASYNC"u8) && !c.Is(2, "SYNC"u8))
        {
            c.Error("ERR FUNCTION FLUSH only supports SYNC|ASYNC option"u8);
        }
        else
        {
            c.Reply.Ok();
        }
    }

    /// <summary>Deletes a library and its functions.</summary>
    [Command("FUNCTION|DELETE", Arity = 3, Since = "7.0.0", Complexity = "O(1)",
        Group = Group.Scripting, Flags = Writes, KeysNone = true, Acl = Acl.Scripting,
        Syntax = "library-name", Tips = AllShards)]
    internal static void Delete(ref CommandContext c) => c.Error("ERR Library not found"u8);

    /// <summary>Returns information about all libraries.</summary>
    [Command("FUNCTION|LIST", Arity = -2, Since = "7.0.0",
        Complexity = "O(N) where N is the number of functions", Group = Group.Scripting,
        Flags = CommandFlags.NoScript, Acl = Acl.Scripting,
        Syntax = "[LIBRARYNAME library-name-pattern] [WITHCODE]",
        Tips = "nondeterministic_output_order")]
    internal static void List(ref CommandContext c)
    {
        bool withCode = false;
        bool byName = false;
        for (int i = 2; i < c.ArgCount; i++)
        {
            if (!withCode && c.Is(i, "WITHCODE"u8))
            {
                withCode = true;
            }
            else if (!byName && c.Is(i, "LIBRARYNAME"u8))
            {
                byName = true;
                if (++i < c.ArgCount) continue;
                c.Error("ERR library name argument was not given"u8);
                return;
            }
            else
            {
                c.ErrorEchoing("ERR Unknown argument "u8, c[i]);
                return;
            }
        }

        c.Reply.ArrayHeader(0);
    }

    /// <summary>Returns information about a function during execution.</summary>
    [Command("FUNCTION|STATS", Arity = 2, Since = "7.0.0", Complexity = "O(1)",
        Group = Group.Scripting, Flags = CommandFlags.NoScript | CommandFlags.AllowBusy,
        Acl = Acl.Scripting,
        Tips = "nondeterministic_output request_policy:all_shards response_policy:special")]
    internal static void Stats(ref CommandContext c)
    {
        c.Reply.MapHeader(2);
        c.Reply.Bulk("running_script"u8);
        c.Reply.Null();
        c.Reply.Bulk("engines"u8);
        c.Reply.MapHeader(0);
    }

    /// <summary>Terminates a function during execution.</summary>
    [Command("FUNCTION|KILL", Arity = 2, Since = "7.0.0", Complexity = "O(1)",
        Group = Group.Scripting, Flags = CommandFlags.NoScript | CommandFlags.AllowBusy,
        Acl = Acl.Scripting, Tips = "request_policy:all_shards response_policy:one_succeeded")]
    internal static void Kill(ref CommandContext c) =>
        c.Error("NOTBUSY No scripts in execution right now."u8);

    /// <summary>Returns helpful text about the different subcommands.</summary>
    [Command("FUNCTION|HELP", Arity = 2, Since = "7.0.0", Complexity = "O(1)",
        Group = Group.Scripting, Flags = CommandFlags.Loading | CommandFlags.Stale,
        Acl = Acl.Scripting)]
    internal static void Help(ref CommandContext c) => c.HelpText();
}
