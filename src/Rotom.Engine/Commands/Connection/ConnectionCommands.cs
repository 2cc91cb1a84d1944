using System;
using System.Text;
using Rotom.Resp;
using Rotom.Resp.Batch;

namespace Rotom.Engine.Commands;

/// <summary>PING ECHO AUTH HELLO SELECT QUIT RESET.</summary>
internal static class ConnectionCommands
{
    /// <summary>Returns the server's liveliness response.</summary>
    [Command("PING", Arity = -1, Since = "1.0.0", Complexity = "O(1)", Group = Group.Connection,
        Flags = CommandFlags.Fast | CommandFlags.SubscriberMay, Acl = Acl.Connection,
        Syntax = "[message]", Tips = "request_policy:all_shards response_policy:all_succeeded")]
    internal static void Ping(ref CommandContext c)
    {
        if (c.ArgCount > 2)
        {
            c.WrongArity();
            return;
        }

        if (c.Client.Has(ClientGate.Subscriber) && !c.Client.Resp3)
        {
            c.Reply.ArrayHeader(2);
            c.Reply.Bulk("pong"u8);
            c.Reply.Bulk(c.ArgCount == 2 ? c[1] : default);
        }
        else if (c.ArgCount == 1)
        {
            c.Reply.Raw("+PONG\r\n"u8);
        }
        else
        {
            c.Reply.Bulk(c[1]);
        }
    }

    /// <summary>Returns the given string.</summary>
    [Command("ECHO", Arity = 2, Since = "1.0.0", Complexity = "O(1)", Group = Group.Connection,
        Flags = CommandFlags.Loading | CommandFlags.Stale | CommandFlags.Fast,
        Acl = Acl.Connection, Syntax = "message")]
    internal static void Echo(ref CommandContext c) => c.Reply.Bulk(c[1]);

    /// <summary>Changes the selected database.</summary>
    [Command("SELECT", Arity = 2, Since = "1.0.0", Complexity = "O(1)", Group = Group.Connection,
        Flags = CommandFlags.Loading | CommandFlags.Stale | CommandFlags.Fast,
        Acl = Acl.Connection, Syntax = "index:integer")]
    internal static void Select(ref CommandContext c)
    {
        if (!c.TryRange(1, int.MinValue, int.MaxValue, out long index)) return;
        if (index < 0 || index >= c.Engine.Databases.Length)
        {
            c.Error(Errors.DatabaseOutOfRange);
            return;
        }

        c.Client.Database = c.Engine.Databases[index];
        c.Reply.Ok();
    }

    /// <summary>Closes the connection.</summary>
    [Command("QUIT", Arity = -1, Since = "1.0.0", Complexity = "O(1)", Group = Group.Connection,
        Flags = CommandFlags.AllowBusy | CommandFlags.NoScript | CommandFlags.Loading
            | CommandFlags.Stale | CommandFlags.Fast | CommandFlags.NoAuth
            | CommandFlags.RunsInMulti | CommandFlags.SubscriberMay,
        Acl = Acl.Connection, DeprecatedSince = "7.2.0",
        ReplacedBy = "just closing the connection")]
    internal static void Quit(ref CommandContext c)
    {
        c.Reply.Ok();
        c.Engine.CloseAfterReply(c.Client);
    }

    /// <summary>Resets the connection.</summary>
    [Command("RESET", Arity = 1, Since = "6.2.0", Complexity = "O(1)", Group = Group.Connection,
        Flags = CommandFlags.AllowBusy | CommandFlags.NoScript | CommandFlags.Loading
            | CommandFlags.Stale | CommandFlags.Fast | CommandFlags.NoAuth
            | CommandFlags.RunsInMulti | CommandFlags.SubscriberMay,
        Acl = Acl.Connection)]
    internal static void Reset(ref CommandContext c)
    {
        c.Engine.ResetClient(c.Client);
        // This reply and those behind it are in the protocol version that the reset went back to.
        c.Reply.Begin(c.Client.Link, c.Client.Resp3);
        c.Reply.Raw("+RESET\r\n"u8);
    }

    /// <summary>Authenticates the connection.</summary>
    [Command("AUTH", Arity = -2, Since = "1.0.0",
        Complexity = "O(N) where N is the number of passwords defined for the user",
        Group = Group.Connection,
        Flags = CommandFlags.NoScript | CommandFlags.Loading | CommandFlags.Stale
            | CommandFlags.Fast | CommandFlags.NoAuth | CommandFlags.AllowBusy,
        Acl = Acl.Connection, Syntax = "[username] password")]
    internal static void Auth(ref CommandContext c)
    {
        if (c.ArgCount > 3)
        {
            c.SyntaxError();
            return;
        }

        bool named = c.ArgCount == 3;
        if (!named && c.Engine.Acl.Default.NoPassword)
        {
            c.Error(Errors.NoPasswordSet);
            return;
        }

        if (c.Engine.HoldsGuess(in c)) return;
        ReadOnlySpan<byte> user = named ? c[1] : "default"u8;
        if (c.Engine.TryAuthenticate(in c, user, named ? c[2] : c[1])) c.Reply.Ok();
        else c.Error(Errors.WrongPassword);
    }

    /// <summary>Handshakes with the server.</summary>
    [Command("HELLO", Arity = -1, Since = "6.0.0", Complexity = "O(1)", Group = Group.Connection,
        Flags = CommandFlags.NoScript | CommandFlags.Loading | CommandFlags.Stale
            | CommandFlags.Fast | CommandFlags.NoAuth | CommandFlags.AllowBusy,
        Acl = Acl.Connection,
        Syntax = "[protover:integer [AUTH <username password>] [SETNAME clientname]]")]
    internal static void Hello(ref CommandContext c)
    {
        long version = 0;
        if (c.ArgCount > 1)
        {
            if (!c.TryInt64(1, Errors.ProtoNotInteger, out version)) return;
            if (version is not (2 or 3))
            {
                c.Error(Errors.NoProto);
                return;
            }
        }

        if (!ReadHelloOptions(ref c, out int auth, out int name)) return;
        if (auth != 0 && c.Engine.HoldsGuess(in c)) return;
        if (auth != 0 && !c.Engine.TryAuthenticate(in c, c[auth], c[auth + 1]))
        {
            c.Error(Errors.WrongPassword);
            return;
        }

        if (!c.Client.IsAuthenticated)
        {
            c.Error(Errors.NoAuthHello);
            return;
        }

        if (name != 0) c.Client.Name = c[name].ToArray();
        if (version != 0) c.Client.Resp3 = version == 3;
        WriteHello(ref c);
    }

    private static bool ReadHelloOptions(ref CommandContext c, out int auth, out int name)
    {
        auth = name = 0;
        for (int i = 2; i < c.ArgCount; i++)
        {
            int left = c.ArgCount - 1 - i;
            if (c.Is(i, "AUTH"u8) && left >= 2)
            {
                auth = i + 1;
                i += 2;
            }
            else if (c.Is(i, "SETNAME"u8) && left >= 1)
            {
                name = i + 1;
                i++;
                if (ClientCommands.IsValidName(c[name])) continue;
                c.Error(ClientCommands.InvalidName);
                return false;
            }
            else
            {
                c.Error("ERR Syntax error in HELLO option '" + Errors.Show(c[i]) + "'");
                return false;
            }
        }

        return true;
    }

    private static void WriteHello(ref CommandContext c)
    {
        ReplyBatch reply = c.Reply;
        reply.Begin(c.Client.Link, c.Client.Resp3);
        reply.MapHeader(7);
        reply.Bulk("server"u8);
        reply.Bulk("redis"u8);
        reply.Bulk("version"u8);
        reply.Bulk(ServerVersion.RedisBytes);
        reply.Bulk("proto"u8);
        reply.Integer(c.Client.Resp3 ? 3 : 2);
        reply.Bulk("id"u8);
        reply.Integer(c.Client.Id);
        reply.Bulk("mode"u8);
        reply.Bulk("standalone"u8);
        reply.Bulk("role"u8);
        reply.Bulk("master"u8);
        reply.Bulk("modules"u8);
        reply.ArrayHeader(0);
    }
}
