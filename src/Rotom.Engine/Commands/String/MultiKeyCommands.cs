using Rotom.Engine.Memory;
using Rotom.Resp;

namespace Rotom.Engine.Commands;

/// <summary>MGET MSET MSETNX.</summary>
internal static class MultiKeyCommands
{
    /// <summary>Atomically returns the string values of one or more keys.</summary>
    [Command("MGET", Arity = -2, Since = "1.0.0",
        Complexity = "O(N) where N is the number of keys to retrieve.", Group = Group.String,
        Flags = CommandFlags.ReadOnly | CommandFlags.Fast, Acl = Acl.String, Syntax = "key...",
        Tips = "request_policy:multi_shard")]
    [Keys(1, -1, 1, Access.Read)]
    internal static void MGet(ref CommandContext c)
    {
        int count = c.KeyCount;
        c.Reply.ArrayHeader(count);
        for (int i = 0; i < count; i++)
        {
            Entry entry = c.Database.LookupRead(c.Key(i), c.Client);
            if (!entry.IsNull && entry.Type != ObjectType.String) c.Reply.Null();
            else c.ReplyString(entry);
        }
    }

    /// <summary>Atomically creates or modifies the string values of one or more keys.</summary>
    [Command("MSET", Arity = -3, Since = "1.0.1",
        Complexity = "O(N) where N is the number of keys to set.", Group = Group.String,
        Flags = CommandFlags.Write | CommandFlags.DenyOom, Acl = Acl.String,
        Syntax = "<key value>...",
        Tips = "request_policy:multi_shard response_policy:all_succeeded")]
    [Keys(1, -1, 2, Access.OW | Access.Update)]
    internal static void MSet(ref CommandContext c)
    {
        if (SetAll(ref c, onlyIfAllAbsent: false)) c.Reply.Ok();
    }

    /// <summary>Atomically modifies the string values of one or more keys only when all keys don't
    /// exist.</summary>
    [Command("MSETNX", Arity = -3, Since = "1.0.1",
        Complexity = "O(N) where N is the number of keys to set.", Group = Group.String,
        Flags = CommandFlags.Write | CommandFlags.DenyOom, Acl = Acl.String,
        Syntax = "<key value>...", Tips = "request_policy:multi_shard response_policy:agg_min")]
    [Keys(1, -1, 2, Access.OW | Access.Insert)]
    internal static void MSetNx(ref CommandContext c)
    {
        if (SetAll(ref c, onlyIfAllAbsent: true)) c.Reply.Integer(1);
    }

    private static bool SetAll(ref CommandContext c, bool onlyIfAllAbsent)
    {
        if (c.ArgCount % 2 == 0)
        {
            c.WrongArity();
            return false;
        }

        int count = c.KeyCount;
        for (int i = 0; onlyIfAllAbsent && i < count; i++)
        {
            if (c.Database.LookupWrite(c.Key(i)).IsNull) continue;
            c.Reply.Integer(0);
            return false;
        }

        for (int i = 0; i < count; i++)
        {
            Key key = c.Key(i);
            c.Database.SetString(key, c[(2 * i) + 2]);
            c.Changed(key, NotifyClass.String, "set"u8);
        }

        return true;
    }
}
