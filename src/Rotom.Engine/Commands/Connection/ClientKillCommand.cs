using System;
using System.Collections.Generic;
using System.Text;
using Rotom.Resp;

namespace Rotom.Engine.Commands;

/// <summary>CLIENT KILL in its old form (an address) and its new one (filters).</summary>
internal static class ClientKillCommand
{
    /// <summary>Terminates open connections.</summary>
    [Command("CLIENT|KILL", Arity = -3, Since = "2.4.0",
        Complexity = "O(N) where N is the number of client connections",
        Group = Group.Connection,
        Flags = CommandFlags.Admin | CommandFlags.NoScript | CommandFlags.Loading
            | CommandFlags.Stale,
        Acl = Acl.Connection,
        Syntax = "<old-format | <ID client-id:integer "
            + "| TYPE <NORMAL | MASTER | SLAVE | REPLICA | PUBSUB> | USER username "
            + "| ADDR addr | LADDR laddr | SKIPME <YES | NO> | MAXAGE maxage:integer>...>")]
    internal static void Kill(ref CommandContext c)
    {
        ClientFilter filter = new();
        bool old = c.ArgCount == 3;
        if (old)
        {
            filter.Address = Encoding.Latin1.GetString(c[2]);
            filter.SkipMe = false;
        }
        else if (!ReadFilters(ref c, filter))
        {
            return;
        }

        List<Client> victims = [];
        foreach (Client client in c.Engine.Clients.Values)
        {
            if (!client.Has(ClientGate.Closing) && filter.Matches(client, c.Client, c.NowMs))
            {
                victims.Add(client);
            }
        }

        if (old && victims.Count == 0)
        {
            c.Error("ERR No such client"u8);
            return;
        }

        if (old) c.Reply.Ok();
        else c.Reply.Integer(victims.Count);
        foreach (Client victim in victims)
        {
            if (ReferenceEquals(victim, c.Client)) c.Engine.CloseAfterReply(victim);
            else c.Engine.CloseNow(victim);
        }
    }

    private static bool ReadFilters(ref CommandContext c, ClientFilter filter)
    {
        for (int i = 2; i < c.ArgCount; i += 2)
        {
            if (i + 1 >= c.ArgCount)
            {
                c.SyntaxError();
                return false;
            }

            if (!ReadFilter(ref c, filter, i)) return false;
        }

        return true;
    }

    private static bool ReadFilter(ref CommandContext c, ClientFilter filter, int i)
    {
        string value = Encoding.Latin1.GetString(c[i + 1]);
        if (c.Is(i, "ID"u8))
        {
            ReadOnlySpan<byte> error = "ERR client-id should be greater than 0"u8;
            if (!c.TryInt64(i + 1, error, out long id)) return false;
            if (id < 1)
            {
                c.Error(error);
                return false;
            }

            filter.Id = id;
        }
        else if (c.Is(i, "MAXAGE"u8))
        {
            if (!c.TryInt64(i + 1, out long age)) return false;
            if (age <= 0)
            {
                c.Error("ERR maxage is not an integer or out of range"u8);
                return false;
            }

            filter.MaxAgeSeconds = age;
        }
        else if (c.Is(i, "TYPE"u8))
        {
            filter.Type = ClientFilter.TypeName(c[i + 1]);
            if (filter.Type is not null) return true;
            c.Error($"ERR Unknown client type '{value}'");
            return false;
        }
        else if (c.Is(i, "USER"u8))
        {
            filter.User = value;
            if (c.Engine.HasUser(value)) return true;
            c.Error($"ERR No such user '{value}'");
            return false;
        }
        else if (c.Is(i, "ADDR"u8))
        {
            filter.Address = value;
        }
        else if (c.Is(i, "LADDR"u8))
        {
            filter.LocalAddress = value;
        }
        else if (c.Is(i, "SKIPME"u8) && (c.Is(i + 1, "YES"u8) || c.Is(i + 1, "NO"u8)))
        {
            filter.SkipMe = c.Is(i + 1, "YES"u8);
        }
        else
        {
            c.SyntaxError();
            return false;
        }

        return true;
    }
}
