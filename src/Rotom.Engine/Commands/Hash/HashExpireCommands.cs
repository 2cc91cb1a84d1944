using System;
using Rotom.Engine.Memory;
using Rotom.Resp;

namespace Rotom.Engine.Commands;

// Giving fields of a hash a time to live, as Redis 7.4 documents it. What is propagated says the
// moment and names the fields that got it (HPEXPIREAT), and those that are gone because the moment
// has passed (HDEL).

/// <summary>HEXPIRE HPEXPIRE HEXPIREAT HPEXPIREAT HPERSIST.</summary>
internal static class HashExpireCommands
{
    private const CommandFlags Common =
        CommandFlags.Write | CommandFlags.DenyOom | CommandFlags.Fast;

    private const string Cost = "O(N) where N is the number of specified fields";

    private const string Rest = " [NX | XX | GT | LT] FIELDS numfields:integer field...";

    /// <summary>Sets the time to live of fields of a hash in seconds.</summary>
    [Command("HEXPIRE", Arity = -6, Since = "7.4.0", Complexity = Cost, Group = Group.Hash,
        Flags = Common, Acl = Acl.Hash, Syntax = "key seconds:integer" + Rest)]
    [Key(1, Access.RW | Access.Update)]
    internal static void HExpire(ref CommandContext c) =>
        Set(ref c, relative: true, seconds: true);

    /// <summary>Sets the time to live of fields of a hash in milliseconds.</summary>
    [Command("HPEXPIRE", Arity = -6, Since = "7.4.0", Complexity = Cost, Group = Group.Hash,
        Flags = Common, Acl = Acl.Hash, Syntax = "key milliseconds:integer" + Rest)]
    [Key(1, Access.RW | Access.Update)]
    internal static void HPExpire(ref CommandContext c) =>
        Set(ref c, relative: true, seconds: false);

    /// <summary>Sets the Unix time in seconds at which fields of a hash end.</summary>
    [Command("HEXPIREAT", Arity = -6, Since = "7.4.0", Complexity = Cost, Group = Group.Hash,
        Flags = Common, Acl = Acl.Hash, Syntax = "key unix-time-seconds:unix-time" + Rest)]
    [Key(1, Access.RW | Access.Update)]
    internal static void HExpireAt(ref CommandContext c) =>
        Set(ref c, relative: false, seconds: true);

    /// <summary>Sets the Unix time in milliseconds at which fields of a hash end.</summary>
    [Command("HPEXPIREAT", Arity = -6, Since = "7.4.0", Complexity = Cost, Group = Group.Hash,
        Flags = Common, Acl = Acl.Hash, Syntax = "key unix-time-milliseconds:unix-time" + Rest)]
    [Key(1, Access.RW | Access.Update)]
    internal static void HPExpireAt(ref CommandContext c) =>
        Set(ref c, relative: false, seconds: false);

    /// <summary>Takes the time to live of fields of a hash away.</summary>
    [Command("HPERSIST", Arity = -5, Since = "7.4.0", Complexity = Cost, Group = Group.Hash,
        Flags = CommandFlags.Write | CommandFlags.Fast, Acl = Acl.Hash,
        Syntax = "key FIELDS numfields:integer field...")]
    [Key(1, Access.RW | Access.Update)]
    internal static void HPersist(ref CommandContext c)
    {
        if (!FieldsArgument.TryRead(ref c, 2, out FieldsArgument fields)) return;
        Key key = c.Key(0);
        if (!HashValue.TryWrite(ref c, key, out Entry entry, fields.First)) return;
        c.Reply.ArrayHeader(fields.Count);
        if (entry.IsNull)
        {
            for (int i = 0; i < fields.Count; i++) c.Reply.Integer(FieldReply.NoField);
            return;
        }

        FieldMap map = HashValue.OpenToWrite(in c, key, entry);
        long persisted = 0;
        for (int i = 0; i < fields.Count; i++)
        {
            ReadOnlySpan<byte> name = c[fields.At(i)];
            FieldAt at = map.Find(name);
            if (at.IsNull) c.Reply.Integer(FieldReply.NoField);
            else if (map.ExpireAt(at) < 0) c.Reply.Integer(FieldReply.NoTime);
            else
            {
                map.ClearExpire(name);
                persisted++;
                c.Reply.Integer(FieldReply.Set);
            }
        }

        if (persisted == 0) return;
        c.Engine.Dirty += persisted;
        c.SignalModified(key);
        c.Notify(NotifyClass.Hash, "hpersist"u8, key);
    }

    private static void Set(ref CommandContext c, bool relative, bool seconds)
    {
        if (!FieldTime.TryRead(ref c, 2, relative, seconds, out long atMs)) return;
        Condition condition = Condition.Read(ref c, out int next);
        if (!FieldsArgument.TryRead(ref c, next, out FieldsArgument fields)) return;
        Key key = c.Key(0);
        if (!HashValue.TryWrite(ref c, key, out Entry entry, fields.First)) return;
        c.Reply.ArrayHeader(fields.Count);
        if (entry.IsNull)
        {
            for (int i = 0; i < fields.Count; i++) c.Reply.Integer(FieldReply.NoField);
            return;
        }

        FieldTimes times = new(in c, key, entry, atMs);
        for (int i = 0; i < fields.Count; i++)
        {
            FieldAt at = times.Map.Find(c[fields.At(i)]);
            if (at.IsNull)
            {
                c.Reply.Integer(FieldReply.NoField);
                continue;
            }

            if (!condition.Allows(times.Map.ExpireAt(at), atMs))
            {
                c.Reply.Integer(FieldReply.NotMet);
                continue;
            }

            times.Give(in c, fields.At(i));
            c.Reply.Integer(times.IsPast ? FieldReply.Deleted : FieldReply.Set);
        }

        times.End(in c, key);
    }

    /// <summary>When a time may be set; a field without one counts as living for ever.</summary>
    private readonly struct Condition(byte kind)
    {
        internal static Condition Read(ref CommandContext c, out int next)
        {
            byte kind = 0;
            if (c.Is(3, "NX"u8)) kind = 1;
            else if (c.Is(3, "XX"u8)) kind = 2;
            else if (c.Is(3, "GT"u8)) kind = 3;
            else if (c.Is(3, "LT"u8)) kind = 4;
            next = kind == 0 ? 3 : 4;
            return new Condition(kind);
        }

        internal bool Allows(long before, long atMs) => kind switch
        {
            1 => before < 0,
            2 => before >= 0,
            3 => before >= 0 && atMs > before,
            4 => before < 0 || atMs < before,
            _ => true,
        };
    }
}

/// <summary>What commands on times of fields answer for each field.</summary>
internal static class FieldReply
{
    internal const long NoField = -2;
    internal const long NoTime = -1;
    internal const long NotMet = 0;
    internal const long Set = 1;
    internal const long Deleted = 2;
}
