using Rotom.Resp;

namespace Rotom.Engine.Commands;

/// <summary>CLIENT: UNBLOCK PAUSE UNPAUSE.</summary>
internal static class ClientBlockingCommands
{
    private const CommandFlags Common = CommandFlags.Admin | CommandFlags.NoScript
        | CommandFlags.Loading | CommandFlags.Stale;

    /// <summary>Unblocks a client blocked by a blocking command from a different connection.
    /// </summary>
    [Command("CLIENT|UNBLOCK", Arity = -3, Since = "5.0.0",
        Complexity = "O(log N) where N is the number of client connections",
        Group = Group.Connection, Flags = Common, Acl = Acl.Connection,
        Syntax = "client-id:integer [<TIMEOUT | ERROR>]")]
    internal static void Unblock(ref CommandContext c)
    {
        bool withError = false;
        if (c.ArgCount > 4)
        {
            c.WrongArity();
            return;
        }

        if (c.ArgCount == 4)
        {
            withError = c.Is(3, "ERROR"u8);
            if (!withError && !c.Is(3, "TIMEOUT"u8))
            {
                c.Error("ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR"u8);
                return;
            }
        }

        if (!c.TryInt64(2, out long id)) return;
        bool unblocked = c.Engine.Clients.TryGetValue(id, out Client? client)
            && c.Engine.Unblock(client, withError);
        c.Reply.Integer(unblocked ? 1 : 0);
    }

    /// <summary>Suspends commands processing.</summary>
    [Command("CLIENT|PAUSE", Arity = -3, Since = "2.9.50", Complexity = "O(1)",
        Group = Group.Connection, Flags = Common, Acl = Acl.Connection,
        Syntax = "timeout:integer mode:[WRITE | ALL]")]
    internal static void Pause(ref CommandContext c)
    {
        if (c.ArgCount > 4)
        {
            c.WrongArity();
            return;
        }

        PauseMode mode = PauseMode.All;
        if (c.ArgCount == 4 && !c.Is(3, "ALL"u8))
        {
            if (!c.Is(3, "WRITE"u8))
            {
                c.Error("ERR CLIENT PAUSE mode must be WRITE or ALL"u8);
                return;
            }

            mode = PauseMode.Write;
        }

        if (!c.TryTimeoutMs(2, out long ms)) return;
        c.Engine.Pause(ms, mode);
        c.Reply.Ok();
    }

    /// <summary>Resumes processing commands from paused clients.</summary>
    [Command("CLIENT|UNPAUSE", Arity = 2, Since = "6.2.0",
        Complexity = "O(N) Where N is the number of paused clients",
        Group = Group.Connection, Flags = Common, Acl = Acl.Connection)]
    internal static void Unpause(ref CommandContext c)
    {
        c.Engine.Unpause();
        c.Reply.Ok();
    }
}
