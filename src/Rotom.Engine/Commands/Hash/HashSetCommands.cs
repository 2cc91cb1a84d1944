using System;
using Rotom.Engine.Memory;
using Rotom.Resp;

namespace Rotom.Engine.Commands;

/// <summary>HSET HMSET HSETNX HDEL.</summary>
internal static class HashSetCommands
{
    private const CommandFlags Common =
        CommandFlags.Write | CommandFlags.DenyOom | CommandFlags.Fast;

    /// <summary>Creates or modifies the value of a field in a hash.</summary>
    [Command("HSET", Arity = -4, Since = "2.0.0",
        Complexity = "O(1) for each field/value pair added, so O(N) to add N field/value pairs "
            + "when the command is called with multiple field/value pairs.",
        Group = Group.Hash, Flags = Common, Acl = Acl.Hash, Syntax = "key <field value>...")]
    [Key(1, Access.RW | Access.Update)]
    internal static void HSet(ref CommandContext c)
    {
        if (TrySetAll(ref c, out long added)) c.Reply.Integer(added);
    }

    /// <summary>Sets the values of multiple fields.</summary>
    [Command("HMSET", Arity = -4, Since = "2.0.0",
        Complexity = "O(N) where N is the number of fields being set.", Group = Group.Hash,
        Flags = Common, Acl = Acl.Hash, Syntax = "key <field value>...",
        DeprecatedSince = "4.0.0", ReplacedBy = "`HSET` with multiple field-value pairs")]
    [Key(1, Access.RW | Access.Update)]
    internal static void HMSet(ref CommandContext c)
    {
        if (TrySetAll(ref c, out _)) c.Reply.Ok();
    }

    /// <summary>Sets the value of a field in a hash only when the field doesn't exist.</summary>
    [Command("HSETNX", Arity = 4, Since = "2.0.0", Complexity = "O(1)", Group = Group.Hash,
        Flags = Common, Acl = Acl.Hash, Syntax = "key field value")]
    [Key(1, Access.RW | Access.Insert)]
    internal static void HSetNx(ref CommandContext c)
    {
        Key key = c.Key(0);
        if (!HashValue.TryWrite(ref c, key, out Entry entry, firstName: 2, step: 2)) return;
        if (!entry.IsNull && !c.Database.OpenHash(entry).Find(c[2]).IsNull)
        {
            c.Reply.Integer(0);
            return;
        }

        FieldMap map = HashValue.OpenToWrite(in c, key, entry);
        map.Set(c[2], c[3]);
        HashValue.Store(in c, key, entry, in map);
        c.Changed(key, NotifyClass.Hash, "hset"u8);
        c.Reply.Integer(1);
    }

    /// <summary>Deletes one or more fields and their values from a hash. Deletes the hash if no
    /// fields remain.</summary>
    [Command("HDEL", Arity = -3, Since = "2.0.0",
        Complexity = "O(N) where N is the number of fields to be removed.", Group = Group.Hash,
        Flags = CommandFlags.Write | CommandFlags.Fast, Acl = Acl.Hash, Syntax = "key field...")]
    [Key(1, Access.RW | Access.Delete)]
    internal static void HDel(ref CommandContext c)
    {
        Key key = c.Key(0);
        if (!HashValue.TryWrite(ref c, key, out Entry entry, firstName: 2)) return;
        if (entry.IsNull)
        {
            c.Reply.Integer(0);
            return;
        }

        FieldMap map = HashValue.OpenToWrite(in c, key, entry);
        long removed = 0;
        for (int i = 2; i < c.ArgCount && map.Count > 0; i++)
        {
            if (map.Remove(c[i])) removed++;
        }

        if (removed > 0)
        {
            entry = HashValue.Store(in c, key, entry, in map);
            c.SignalModified(key);
            c.Notify(NotifyClass.Hash, "hdel"u8, key);
            c.Engine.Dirty += removed;
            HashValue.DropIfEmpty(in c, key, entry, in map);
        }

        c.Reply.Integer(removed);
    }

    private static bool TrySetAll(ref CommandContext c, out long added)
    {
        added = 0;
        int count = c.ArgCount;
        if ((count & 1) != 0)
        {
            c.WrongArity();
            return false;
        }

        Key key = c.Key(0);
        if (!HashValue.TryWrite(ref c, key, out Entry entry, firstName: 2, step: 2)) return false;
        int bytes = entry.IsNull ? RoomFor(in c) : 0;
        FieldMap map = HashValue.OpenToWrite(in c, key, entry, bytes);
        for (int i = 2; i < count; i += 2)
        {
            if (map.Set(c[i], c[i + 1])) added++;
        }

        HashValue.Store(in c, key, entry, in map);
        c.SignalModified(key);
        c.Notify(NotifyClass.Hash, "hset"u8, key);
        c.Engine.Dirty += (count - 2) / 2;
        return true;
    }

    // Of the listpack that a new hash will be, unless it is too much for one.
    private static int RoomFor(in CommandContext c)
    {
        const int RoomMax = 4096;
        int bytes = 0;
        for (int i = 2; i < c.ArgCount && bytes < RoomMax; i++)
            bytes += Listpack.EntryBytes(c[i]);
        return Math.Min(bytes, RoomMax);
    }
}
