using System;
using System.Collections.Generic;
using System.Text;
using Rotom.Resp;

namespace Rotom.Engine.Commands;

/// <summary>CLIENT: ID GETNAME SETNAME SETINFO INFO LIST REPLY NO-EVICT NO-TOUCH HELP.</summary>
internal static class ClientCommands
{
    internal const string InvalidName =
        "ERR Client names cannot contain spaces, newlines or special characters.";

    private const CommandFlags Common =
        CommandFlags.NoScript | CommandFlags.Loading | CommandFlags.Stale;

    /// <summary>Returns the unique client ID of the connection.</summary>
    [Command("CLIENT|ID", Arity = 2, Since = "5.0.0", Complexity = "O(1)",
        Group = Group.Connection, Flags = Common, Acl = Acl.Connection)]
    internal static void Id(ref CommandContext c) => c.Reply.Integer(c.Client.Id);

    /// <summary>Returns the name of the connection.</summary>
    [Command("CLIENT|GETNAME", Arity = 2, Since = "2.6.9", Complexity = "O(1)",
        Group = Group.Connection, Flags = Common, Acl = Acl.Connection)]
    internal static void GetName(ref CommandContext c)
    {
        if (c.Client.Name.Length == 0) c.Reply.Null();
        else c.Reply.Bulk(c.Client.Name);
    }

    /// <summary>Sets the connection name.</summary>
    [Command("CLIENT|SETNAME", Arity = 3, Since = "2.6.9", Complexity = "O(1)",
        Group = Group.Connection, Flags = Common, Acl = Acl.Connection,
        Syntax = "connection-name",
        Tips = "request_policy:all_nodes response_policy:all_succeeded")]
    internal static void SetName(ref CommandContext c)
    {
        if (!IsValidName(c[2]))
        {
            c.Error(InvalidName);
            return;
        }

        c.Client.Name = c[2].ToArray();
        c.Reply.Ok();
    }

    /// <summary>Sets information specific to the client or connection.</summary>
    [Command("CLIENT|SETINFO", Arity = 4, Since = "7.2.0", Complexity = "O(1)",
        Group = Group.Connection, Flags = Common, Acl = Acl.Connection,
        Syntax = "<LIB-NAME libname | LIB-VER libver>",
        Tips = "request_policy:all_nodes response_policy:all_succeeded")]
    internal static void SetInfo(ref CommandContext c)
    {
        bool name = c.Is(2, "LIB-NAME"u8);
        if (!name && !c.Is(2, "LIB-VER"u8))
        {
            c.Error($"ERR Unrecognized option '{Encoding.Latin1.GetString(c[2])}'");
            return;
        }

        if (!IsValidName(c[3]))
        {
            string what = name ? "lib-name" : "lib-ver";
            c.Error($"ERR {what} cannot contain spaces, newlines or special characters.");
            return;
        }

        if (name) c.Client.LibraryName = c[3].ToArray();
        else c.Client.LibraryVersion = c[3].ToArray();
        c.Reply.Ok();
    }

    /// <summary>Returns information about the connection.</summary>
    [Command("CLIENT|INFO", Arity = 2, Since = "6.2.0", Complexity = "O(1)",
        Group = Group.Connection, Flags = Common, Acl = Acl.Connection,
        Tips = "nondeterministic_output")]
    internal static void Info(ref CommandContext c)
    {
        StringBuilder line = new();
        ClientInfo.Append(line, c.Client, in c);
        line.Append('\n');
        c.Reply.Verbatim("txt"u8, Encoding.Latin1.GetBytes(line.ToString()));
    }

    /// <summary>Lists open connections.</summary>
    [Command("CLIENT|LIST", Arity = -2, Since = "2.4.0",
        Complexity = "O(N) where N is the number of client connections",
        Group = Group.Connection, Flags = Common | CommandFlags.Admin, Acl = Acl.Connection,
        Syntax = "[TYPE <NORMAL | MASTER | REPLICA | PUBSUB>] [ID client-id:integer...]",
        Tips = "nondeterministic_output")]
    internal static void List(ref CommandContext c)
    {
        string? type = null;
        HashSet<long>? ids = null;
        if (c.ArgCount == 4 && c.Is(2, "TYPE"u8))
        {
            type = ClientFilter.TypeName(c[3]);
            if (type is null)
            {
                c.Error($"ERR Unknown client type '{Encoding.Latin1.GetString(c[3])}'");
                return;
            }
        }
        else if (c.ArgCount > 3 && c.Is(2, "ID"u8))
        {
            ids = [];
            for (int i = 3; i < c.ArgCount; i++)
            {
                if (!Numbers.TryParse(c[i], out long id))
                {
                    c.Error("ERR Invalid client ID"u8);
                    return;
                }

                ids.Add(id);
            }
        }
        else if (c.ArgCount != 2)
        {
            c.SyntaxError();
            return;
        }

        StringBuilder text = new();
        foreach (Client client in c.Engine.Clients.Values)
        {
            if (type is not null && ClientFilter.TypeOf(client) != type) continue;
            if (ids is not null && !ids.Contains(client.Id)) continue;
            ClientInfo.Append(text, client, in c);
            text.Append('\n');
        }

        c.Reply.Verbatim("txt"u8, Encoding.Latin1.GetBytes(text.ToString()));
    }

    /// <summary>Instructs the server whether to reply to commands.</summary>
    [Command("CLIENT|REPLY", Arity = 3, Since = "3.2.0", Complexity = "O(1)",
        Group = Group.Connection, Flags = Common, Acl = Acl.Connection,
        Syntax = "<ON | OFF | SKIP>")]
    internal static void ReplyMode(ref CommandContext c)
    {
        const ClientGate all =
            ClientGate.ReplyOff | ClientGate.ReplySkip | ClientGate.ReplySkipNext;
        if (c.Is(2, "ON"u8))
        {
            c.Client.Set(all, false);
            c.Reply.Ok();
        }
        else if (c.Is(2, "OFF"u8))
        {
            c.Client.Set(ClientGate.ReplyOff, true);
        }
        else if (c.Is(2, "SKIP"u8))
        {
            if (!c.Client.Has(ClientGate.ReplyOff)) c.Client.Set(ClientGate.ReplySkipNext, true);
        }
        else
        {
            c.SyntaxError();
        }
    }

    /// <summary>Sets the client eviction mode of the connection.</summary>
    [Command("CLIENT|NO-EVICT", Arity = 3, Since = "7.0.0", Complexity = "O(1)",
        Group = Group.Connection, Flags = Common | CommandFlags.Admin, Acl = Acl.Connection,
        Syntax = "<ON | OFF>")]
    internal static void NoEvict(ref CommandContext c)
    {
        if (!OnOrOff(ref c, out bool on)) return;
        c.Client.NoEvict = on;
        c.Reply.Ok();
    }

    /// <summary>Controls whether commands sent by the client affect the LRU/LFU of keys.</summary>
    [Command("CLIENT|NO-TOUCH", Arity = 3, Since = "7.2.0", Complexity = "O(1)",
        Group = Group.Connection, Flags = Common, Acl = Acl.Connection, Syntax = "<ON | OFF>")]
    internal static void NoTouch(ref CommandContext c)
    {
        if (!OnOrOff(ref c, out bool on)) return;
        c.Client.NoTouch = on;
        c.Reply.Ok();
    }

    /// <summary>Returns helpful text about the different subcommands.</summary>
    [Command("CLIENT|HELP", Arity = 2, Since = "5.0.0", Complexity = "O(1)",
        Group = Group.Connection, Flags = CommandFlags.Loading | CommandFlags.Stale,
        Acl = Acl.Connection)]
    internal static void Help(ref CommandContext c) => c.HelpText();

    /// <summary>As Redis: printable ASCII without blanks, or empty.</summary>
    internal static bool IsValidName(ReadOnlySpan<byte> name) =>
        !name.ContainsAnyExceptInRange((byte)'!', (byte)'~');

    private static bool OnOrOff(ref CommandContext c, out bool on)
    {
        on = c.Is(2, "ON"u8);
        if (on || c.Is(2, "OFF"u8)) return true;
        c.SyntaxError();
        return false;
    }
}
