using System;
using Rotom.Engine.Memory;
using Rotom.Resp;

namespace Rotom.Engine.Commands;

/// <summary>HGET HMGET HGETALL HKEYS HVALS HLEN HEXISTS HSTRLEN.</summary>
internal static class HashReadCommands
{
    private const string Order = "nondeterministic_output_order";
    private const string Size = "O(N) where N is the size of the hash.";

    /// <summary>Returns the value of a field in a hash.</summary>
    [Command("HGET", Arity = 3, Since = "2.0.0", Complexity = "O(1)", Group = Group.Hash,
        Flags = CommandFlags.ReadOnly | CommandFlags.Fast, Acl = Acl.Hash, Syntax = "key field")]
    [Key(1, Access.Read)]
    internal static void HGet(ref CommandContext c)
    {
        if (!HashValue.TryRead(ref c, out Entry entry, firstName: 2)) return;
        if (entry.IsNull)
        {
            c.Reply.Null();
            return;
        }

        FieldMap map = c.Database.OpenHash(entry);
        HashValue.ReplyValue(c.Reply, in map, map.Find(c[2]));
    }

    /// <summary>HGET for whoever is shown the value.</summary>
    internal static readonly CommandHandler Showing = Show;

    private static void Show(ref CommandContext c)
    {
        if (!HashValue.TryRead(ref c, out Entry entry, firstName: 2)) return;
        FieldMap map = entry.IsNull ? default : c.Database.OpenHash(entry);
        FieldAt at = entry.IsNull ? default : map.Find(c[2]);
        if (at.IsNull) c.Reply.Null();
        else c.Engine.Show(map.Value(at).Text(stackalloc byte[ListpackValue.DigitsMax]), c.Reply);
    }

    /// <summary>Returns the values of all the fields asked for.</summary>
    [Command("HMGET", Arity = -3, Since = "2.0.0",
        Complexity = "O(N) where N is the number of fields being requested.", Group = Group.Hash,
        Flags = CommandFlags.ReadOnly | CommandFlags.Fast, Acl = Acl.Hash,
        Syntax = "key field...")]
    [Key(1, Access.Read)]
    internal static void HMGet(ref CommandContext c)
    {
        if (!HashValue.TryRead(ref c, out Entry entry, firstName: 2)) return;
        RespWriter reply = c.Reply;
        reply.ArrayHeader(c.ArgCount - 2);
        if (entry.IsNull)
        {
            for (int i = 2; i < c.ArgCount; i++) reply.Null();
            return;
        }

        FieldMap map = c.Database.OpenHash(entry);
        for (int i = 2; i < c.ArgCount; i++)
            HashValue.ReplyValue(reply, in map, map.Find(c[i]));
    }

    /// <summary>Returns all fields and values in a hash.</summary>
    [Command("HGETALL", Arity = 2, Since = "2.0.0", Complexity = Size, Group = Group.Hash,
        Flags = CommandFlags.ReadOnly, Acl = Acl.Hash, Syntax = "key", Tips = Order)]
    [Key(1, Access.Read)]
    internal static void HGetAll(ref CommandContext c) => All(ref c, names: true, values: true);

    /// <summary>Returns all fields in a hash.</summary>
    [Command("HKEYS", Arity = 2, Since = "2.0.0", Complexity = Size, Group = Group.Hash,
        Flags = CommandFlags.ReadOnly, Acl = Acl.Hash, Syntax = "key", Tips = Order)]
    [Key(1, Access.Read)]
    internal static void HKeys(ref CommandContext c) => All(ref c, names: true, values: false);

    /// <summary>Returns all values in a hash.</summary>
    [Command("HVALS", Arity = 2, Since = "2.0.0", Complexity = Size, Group = Group.Hash,
        Flags = CommandFlags.ReadOnly, Acl = Acl.Hash, Syntax = "key", Tips = Order)]
    [Key(1, Access.Read)]
    internal static void HVals(ref CommandContext c) => All(ref c, names: false, values: true);

    /// <summary>Returns the number of fields in a hash.</summary>
    [Command("HLEN", Arity = 2, Since = "2.0.0", Complexity = "O(1)", Group = Group.Hash,
        Flags = CommandFlags.ReadOnly | CommandFlags.Fast, Acl = Acl.Hash, Syntax = "key")]
    [Key(1, Access.RO)]
    internal static void HLen(ref CommandContext c)
    {
        if (HashValue.TryCount(ref c, out long count)) c.Reply.Integer(count);
    }

    /// <summary>Determines whether a field exists in a hash.</summary>
    [Command("HEXISTS", Arity = 3, Since = "2.0.0", Complexity = "O(1)", Group = Group.Hash,
        Flags = CommandFlags.ReadOnly | CommandFlags.Fast, Acl = Acl.Hash, Syntax = "key field")]
    [Key(1, Access.RO)]
    internal static void HExists(ref CommandContext c)
    {
        if (!HashValue.TryRead(ref c, out Entry entry, firstName: 2)) return;
        bool exists = !entry.IsNull && !c.Database.OpenHash(entry).Find(c[2]).IsNull;
        c.Reply.Integer(exists ? 1 : 0);
    }

    /// <summary>Returns the length of the value of a field.</summary>
    [Command("HSTRLEN", Arity = 3, Since = "3.2.0", Complexity = "O(1)", Group = Group.Hash,
        Flags = CommandFlags.ReadOnly | CommandFlags.Fast, Acl = Acl.Hash, Syntax = "key field")]
    [Key(1, Access.RO)]
    internal static void HStrLen(ref CommandContext c)
    {
        if (!HashValue.TryRead(ref c, out Entry entry, firstName: 2)) return;
        long length = 0;
        if (!entry.IsNull)
        {
            FieldMap map = c.Database.OpenHash(entry);
            FieldAt at = map.Find(c[2]);
            if (!at.IsNull) length = map.Value(at).TextLength;
        }

        c.Reply.Integer(length);
    }

    private static void All(ref CommandContext c, bool names, bool values)
    {
        if (!HashValue.TryRead(ref c, out Entry entry)) return;
        FieldMap map = entry.IsNull ? default : c.Database.OpenHash(entry);
        long count = entry.IsNull ? 0 : map.Count;
        if (names && values) c.Reply.MapHeader(count);
        else c.Reply.ArrayHeader(count);
        if (count == 0) return;
        FieldWriter writer = new(c.Reply, names, values);
        map.VisitAll(ref writer);
        Invariant.Require(writer.Written == count);
    }

    /// <summary>Answers names, values or both.</summary>
    private struct FieldWriter(RespWriter reply, bool names, bool values) : IFieldVisitor
    {
        public long Written;

        public void Visit(ListpackValue name, ListpackValue value, long expireAtMs)
        {
            if (names) name.Reply(reply);
            if (values) value.Reply(reply);
            Written++;
        }
    }
}
