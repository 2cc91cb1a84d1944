using Rotom.Engine.Memory;
using Rotom.Resp;

namespace Rotom.Engine.Commands;

// Giving keys a time to live. A replay must not depend on when it happens, so relative times are
// propagated as absolute ones, and a time that has passed already as the deletion it amounts to.

/// <summary>EXPIRE PEXPIRE EXPIREAT PEXPIREAT PERSIST.</summary>
internal static class ExpireCommands
{
    private const CommandFlags Common = CommandFlags.Write | CommandFlags.Fast;

    private const string Conditions = " [NX@7.0.0 | XX@7.0.0 | GT@7.0.0 | LT@7.0.0]";

    /// <summary>Sets the expiration time of a key in seconds.</summary>
    [Command("EXPIRE", Arity = -3, Since = "1.0.0", Complexity = "O(1)", Group = Group.Generic,
        Flags = Common, Acl = Acl.Keyspace, Syntax = "key seconds:integer" + Conditions)]
    [Key(1, Access.RW | Access.Update)]
    internal static void Expire(ref CommandContext c) => Set(ref c, relative: true, seconds: true);

    /// <summary>Sets the expiration time of a key in milliseconds.</summary>
    [Command("PEXPIRE", Arity = -3, Since = "2.6.0", Complexity = "O(1)", Group = Group.Generic,
        Flags = Common, Acl = Acl.Keyspace, Syntax = "key milliseconds:integer" + Conditions)]
    [Key(1, Access.RW | Access.Update)]
    internal static void PExpire(ref CommandContext c) =>
        Set(ref c, relative: true, seconds: false);

    /// <summary>Sets the expiration time of a key to a Unix timestamp.</summary>
    [Command("EXPIREAT", Arity = -3, Since = "1.2.0", Complexity = "O(1)", Group = Group.Generic,
        Flags = Common, Acl = Acl.Keyspace,
        Syntax = "key unix-time-seconds:unix-time" + Conditions)]
    [Key(1, Access.RW | Access.Update)]
    internal static void ExpireAt(ref CommandContext c) =>
        Set(ref c, relative: false, seconds: true);

    /// <summary>Sets the expiration time of a key to a Unix milliseconds timestamp.</summary>
    [Command("PEXPIREAT", Arity = -3, Since = "2.6.0", Complexity = "O(1)", Group = Group.Generic,
        Flags = Common, Acl = Acl.Keyspace,
        Syntax = "key unix-time-milliseconds:unix-time" + Conditions)]
    [Key(1, Access.RW | Access.Update)]
    internal static void PExpireAt(ref CommandContext c) =>
        Set(ref c, relative: false, seconds: false);

    /// <summary>Removes the expiration time of a key.</summary>
    [Command("PERSIST", Arity = 2, Since = "2.2.0", Complexity = "O(1)", Group = Group.Generic,
        Flags = Common, Acl = Acl.Keyspace, Syntax = "key")]
    [Key(1, Access.RW | Access.Update)]
    internal static void Persist(ref CommandContext c)
    {
        Key key = c.Key(0);
        Entry entry = c.Database.LookupWrite(key);
        if (entry.IsNull || !entry.HasExpiry)
        {
            c.Reply.Integer(0);
            return;
        }

        c.Database.ClearExpire(entry, key);
        c.Changed(key, NotifyClass.Generic, "persist"u8);
        c.Reply.Integer(1);
    }

    private static void Set(ref CommandContext c, bool relative, bool seconds)
    {
        if (!TryConditions(ref c, out Condition condition)
            || !ExpireTime.TryRead(ref c, 2, relative, seconds, positive: false, out long atMs))
        {
            return;
        }

        Key key = c.Key(0);
        Entry entry = c.Database.LookupWrite(key);
        if (entry.IsNull || !condition.Allows(entry, atMs))
        {
            c.Reply.Integer(0);
            return;
        }

        if (ExpireTime.IsPast(in c, atMs))
        {
            ExpireTime.DeleteNow(ref c, entry, key);
        }
        else
        {
            c.Database.SetExpire(entry, key, atMs);
            c.Changed(key, NotifyClass.Generic, "expire"u8);
            c.PropagateInstead(3).Word("PEXPIREAT"u8).Word(key.Bytes).Word(atMs);
        }

        c.Reply.Integer(1);
    }

    private static bool TryConditions(ref CommandContext c, out Condition condition)
    {
        condition = default;
        for (int i = 3; i < c.ArgCount; i++)
        {
            if (c.Is(i, "NX"u8)) condition.IfNone = true;
            else if (c.Is(i, "XX"u8)) condition.IfAny = true;
            else if (c.Is(i, "GT"u8)) condition.IfLater = true;
            else if (c.Is(i, "LT"u8)) condition.IfEarlier = true;
            else
            {
                c.ErrorEchoing("ERR Unsupported option "u8, c[i]);
                return false;
            }
        }

        if (condition.IfNone && (condition.IfAny || condition.IfLater || condition.IfEarlier))
        {
            c.Error(Errors.ExpireNxExcludes);
            return false;
        }

        if (!condition.IfLater || !condition.IfEarlier) return true;
        c.Error(Errors.ExpireGtExcludesLt);
        return false;
    }

    /// <summary>When a time to live may be set; one that is absent counts as infinite.</summary>
    private struct Condition
    {
        public bool IfNone;
        public bool IfAny;
        public bool IfLater;
        public bool IfEarlier;

        public readonly bool Allows(Entry entry, long atMs)
        {
            if (!entry.HasExpiry) return !IfAny && !IfLater;
            long before = entry.ExpireAtMs;
            return !IfNone && (!IfLater || atMs > before) && (!IfEarlier || atMs < before);
        }
    }
}
