using Rotom.Engine.Memory;
using Rotom.Resp;

namespace Rotom.Engine.Commands;

/// <summary>MGET MSET MSETNX MSETEX.</summary>
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

    /// <summary>Atomically sets multiple string keys with an optional shared expiration, or none of
    /// them.</summary>
    [Command("MSETEX", Arity = -4, Since = "8.4.0",
        Complexity = "O(N) where N is the number of keys to set.", Group = Group.String,
        Flags = CommandFlags.Write | CommandFlags.DenyOom, Acl = Acl.String,
        Syntax = "numkeys:integer <key value>... [NX | XX] [EX seconds:integer | "
            + "PX milliseconds:integer | EXAT unix-time-seconds:unix-time | "
            + "PXAT unix-time-milliseconds:unix-time | KEEPTTL]")]
    [KeysAfterCount(1, Access.OW | Access.Update, Step = 2)]
    internal static void MSetEx(ref CommandContext c)
    {
        if (!c.TryInt64(1, out long count)) return;
        if (count < 1)
        {
            c.Error("ERR invalid numkeys value"u8);
            return;
        }

        if (count > (c.ArgCount - 2) / 2)
        {
            c.WrongArity();
            return;
        }

        SetOptions options = default;
        int behind = 2 + (2 * (int)count);
        if (!options.Read(ref c, behind, SetOptions.Allowed.MSetEx)) return;
        if (!options.TryExpireAt(ref c, out long expireAtMs)) return;
        for (int i = 0; (options.OnlyIfAbsent || options.OnlyIfPresent) && i < count; i++)
        {
            if (c.Database.LookupWrite(c.Key(i)).IsNull == options.OnlyIfAbsent) continue;
            c.Reply.Integer(0);
            return;
        }

        for (int i = 0; i < count; i++)
        {
            Key key = c.Key(i);
            Entry entry = c.Database.SetString(key, c[(2 * i) + 3], options.KeepTtl);
            c.Changed(key, NotifyClass.String, "set"u8);
            if (!options.HasExpiry) continue;
            c.Database.SetExpire(entry, key, expireAtMs);
            c.Notify(NotifyClass.Generic, "expire"u8, key);
        }

        if (options.HasExpiry)
        {
            EffectWriter effect = c.PropagateInstead(behind + 2);
            for (int i = 0; i < behind; i++) effect.Word(c[i]);
            effect.Word("PXAT"u8).Word(expireAtMs);
        }

        c.Reply.Integer(1);
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
