using System;
using Rotom.Engine.Memory;
using Rotom.Resp;

namespace Rotom.Engine.Commands;

/// <summary>LPUSH RPUSH LPUSHX RPUSHX LINSERT LSET.</summary>
internal static class ListPushCommands
{
    private const string PushComplexity =
        "O(1) for each element added, so O(N) to add N elements when the command is called with "
        + "multiple arguments.";

    private const CommandFlags PushFlags =
        CommandFlags.Write | CommandFlags.DenyOom | CommandFlags.Fast;

    /// <summary>Prepends one or more elements to a list. Creates the key if it doesn't exist.
    /// </summary>
    [Command("LPUSH", Arity = -3, Since = "1.0.0", Complexity = PushComplexity, Group = Group.List,
        Flags = PushFlags, Acl = Acl.List, Syntax = "key element...")]
    [Key(1, Access.RW | Access.Insert)]
    internal static void LPush(ref CommandContext c) => Push(ref c, head: true, always: true);

    /// <summary>Appends one or more elements to a list. Creates the key if it doesn't exist.
    /// </summary>
    [Command("RPUSH", Arity = -3, Since = "1.0.0", Complexity = PushComplexity, Group = Group.List,
        Flags = PushFlags, Acl = Acl.List, Syntax = "key element...")]
    [Key(1, Access.RW | Access.Insert)]
    internal static void RPush(ref CommandContext c) => Push(ref c, head: false, always: true);

    /// <summary>Prepends one or more elements to a list only when the list exists.</summary>
    [Command("LPUSHX", Arity = -3, Since = "2.2.0", Complexity = PushComplexity,
        Group = Group.List, Flags = PushFlags, Acl = Acl.List, Syntax = "key element...")]
    [Key(1, Access.RW | Access.Insert)]
    internal static void LPushX(ref CommandContext c) => Push(ref c, head: true, always: false);

    /// <summary>Appends one or more elements to a list only when the list exists.</summary>
    [Command("RPUSHX", Arity = -3, Since = "2.2.0", Complexity = PushComplexity,
        Group = Group.List, Flags = PushFlags, Acl = Acl.List, Syntax = "key element...")]
    [Key(1, Access.RW | Access.Insert)]
    internal static void RPushX(ref CommandContext c) => Push(ref c, head: false, always: false);

    /// <summary>Inserts an element before or after another element in a list.</summary>
    [Command("LINSERT", Arity = 5, Since = "2.2.0",
        Complexity = "O(N) where N is the number of elements to traverse before seeing the value "
            + "pivot. This means that inserting somewhere on the left end on the list (head) can "
            + "be considered O(1) and inserting somewhere on the right end (tail) is O(N).",
        Group = Group.List, Flags = CommandFlags.Write | CommandFlags.DenyOom, Acl = Acl.List,
        Syntax = "key where:<BEFORE | AFTER> pivot element")]
    [Key(1, Access.RW | Access.Insert)]
    internal static void LInsert(ref CommandContext c)
    {
        bool before = c.Is(2, "BEFORE"u8);
        if (!before && !c.Is(2, "AFTER"u8))
        {
            c.SyntaxError();
            return;
        }

        Key key = c.Key(0);
        if (!c.TryWrite(key, ObjectType.List, out Entry entry)) return;
        if (entry.IsNull)
        {
            c.Reply.Integer(0);
            return;
        }

        ListValue.OpenToWrite(in c, key, entry, out Quicklist list);
        ListPosition at = list.End(head: true);
        ListpackValue pivot = c[3];
        while (!at.IsNull && !list.Is(at, pivot)) at = list.Next(at);
        if (at.IsNull)
        {
            c.Reply.Integer(-1);
            return;
        }

        list.Grow(c[4].Length, 1);
        list.Insert(at, c[4], before);
        ListValue.Store(in c, key, entry, ref list);
        c.Changed(key, NotifyClass.List, "linsert"u8);
        c.Reply.Integer(list.Count);
    }

    /// <summary>Sets the value of an element in a list by its index.</summary>
    [Command("LSET", Arity = 4, Since = "1.0.0",
        Complexity = "O(N) where N is the length of the list. Setting either the first or the "
            + "last element of the list is O(1).",
        Group = Group.List, Flags = CommandFlags.Write | CommandFlags.DenyOom, Acl = Acl.List,
        Syntax = "key index:integer element")]
    [Key(1, Access.RW | Access.Update)]
    internal static void LSet(ref CommandContext c)
    {
        Key key = c.Key(0);
        if (!c.TryWrite(key, ObjectType.List, out Entry entry)) return;
        if (entry.IsNull)
        {
            c.Error(Errors.NoSuchKey);
            return;
        }

        if (!c.TryInt64(2, out long index)) return;
        ListValue.OpenToWrite(in c, key, entry, out Quicklist list);
        ListPosition at = list.Seek(index);
        if (at.IsNull)
        {
            c.Error(Errors.IndexOutOfRange);
            return;
        }

        list.Grow(c[3].Length, 1);
        list.Replace(at, c[3]);
        list.Shrink();
        ListValue.Store(in c, key, entry, ref list);
        c.Changed(key, NotifyClass.List, "lset"u8);
        c.Reply.Ok();
    }

    private static void Push(ref CommandContext c, bool head, bool always)
    {
        Key key = c.Key(0);
        if (!c.TryWrite(key, ObjectType.List, out Entry entry)) return;
        if (entry.IsNull && !always)
        {
            c.Reply.Integer(0);
            return;
        }

        ListValue.OpenToWrite(in c, key, entry, out Quicklist list);
        int count = c.ArgCount - 2;
        long bytes = 0;
        for (int i = 2; i < c.ArgCount; i++) bytes += c[i].Length;
        list.Grow(bytes, count);
        for (int i = 2; i < c.ArgCount; i++) list.Push(c[i], head);
        ListValue.Store(in c, key, entry, ref list);
        c.Changed(key, NotifyClass.List, head ? "lpush"u8 : "rpush"u8);
        c.Engine.Dirty += count - 1;
        c.Reply.Integer(list.Count);
    }
}
