using System;
using Rotom.Engine.Memory;
using Rotom.Resp;

namespace Rotom.Engine.Commands;

/// <summary>LPOP RPOP LREM LTRIM.</summary>
internal static class ListPopCommands
{
    /// <summary>Returns the first elements in a list after removing it. Deletes the list if the
    /// last element was popped.</summary>
    [Command("LPOP", Arity = -2, Since = "1.0.0",
        Complexity = "O(N) where N is the number of elements returned", Group = Group.List,
        Flags = CommandFlags.Write | CommandFlags.Fast, Acl = Acl.List,
        Syntax = "key [count:integer@6.2.0]")]
    [Key(1, Access.RW | Access.Get | Access.Delete)]
    internal static void LPop(ref CommandContext c) => Pop(ref c, head: true);

    /// <summary>Returns and removes the last elements of a list. Deletes the list if the last
    /// element was popped.</summary>
    [Command("RPOP", Arity = -2, Since = "1.0.0",
        Complexity = "O(N) where N is the number of elements returned", Group = Group.List,
        Flags = CommandFlags.Write | CommandFlags.Fast, Acl = Acl.List,
        Syntax = "key [count:integer@6.2.0]")]
    [Key(1, Access.RW | Access.Get | Access.Delete)]
    internal static void RPop(ref CommandContext c) => Pop(ref c, head: false);

    /// <summary>Removes elements from a list. Deletes the list if the last element was removed.
    /// </summary>
    [Command("LREM", Arity = 4, Since = "1.0.0",
        Complexity = "O(N+M) where N is the length of the list and M is the number of elements "
            + "removed.",
        Group = Group.List, Flags = CommandFlags.Write, Acl = Acl.List,
        Syntax = "key count:integer element")]
    [Key(1, Access.RW | Access.Delete)]
    internal static void LRem(ref CommandContext c)
    {
        if (!c.TryInt64(2, out long most)) return;
        Key key = c.Key(0);
        if (!c.TryWrite(key, ObjectType.List, out Entry entry)) return;
        if (entry.IsNull)
        {
            c.Reply.Integer(0);
            return;
        }

        ListValue.OpenToWrite(in c, key, entry, out Quicklist list);
        long removed = RemoveEqual(ref list, c[3], most);
        if (removed > 0)
        {
            c.Notify(NotifyClass.List, "lrem"u8, key);
            ListValue.StoreShrunk(in c, key, entry, ref list);
            c.SignalModified(key);
            c.Engine.Dirty += removed;
        }

        c.Reply.Integer(removed);
    }

    /// <summary>Removes elements from both ends a list. Deletes the list if all elements were
    /// trimmed.</summary>
    [Command("LTRIM", Arity = 4, Since = "1.0.0",
        Complexity = "O(N) where N is the number of elements to be removed by the operation.",
        Group = Group.List, Flags = CommandFlags.Write, Acl = Acl.List,
        Syntax = "key start:integer stop:integer")]
    [Key(1, Access.RW | Access.Delete)]
    internal static void LTrim(ref CommandContext c)
    {
        if (!c.TryInt64(2, out long start) || !c.TryInt64(3, out long stop)) return;
        Key key = c.Key(0);
        if (!c.TryWrite(key, ObjectType.List, out Entry entry)) return;
        if (entry.IsNull)
        {
            c.Reply.Ok();
            return;
        }

        ListValue.OpenToWrite(in c, key, entry, out Quicklist list);
        long count = list.Count;
        if (start < 0) start = Math.Max(0, start + count);
        if (stop < 0) stop += count;
        stop = Math.Min(stop, count - 1);
        bool nothing = start > stop;
        long before = nothing ? count : start;
        long behind = nothing ? 0 : count - 1 - stop;
        list.DeleteRange(count - behind, behind);
        list.DeleteRange(0, before);
        c.Notify(NotifyClass.List, "ltrim"u8, key);
        ListValue.StoreShrunk(in c, key, entry, ref list);
        c.SignalModified(key);
        c.Engine.Dirty += before + behind;
        c.Reply.Ok();
    }

    private static void Pop(ref CommandContext c, bool head)
    {
        if (c.ArgCount > 3)
        {
            c.WrongArity();
            return;
        }

        bool many = c.ArgCount == 3;
        long most = 1;
        if (many && !TryCount(ref c, 2, out most)) return;
        Key key = c.Key(0);
        if (!c.TryWrite(key, ObjectType.List, out Entry entry)) return;
        if (entry.IsNull)
        {
            if (many) c.Reply.NullArray();
            else c.Reply.Null();
            return;
        }

        if (most == 0)
        {
            c.Reply.ArrayHeader(0);
            return;
        }

        ListValue.OpenToWrite(in c, key, entry, out Quicklist list);
        if (many)
        {
            most = ReplyAndRemove(c.Reply, ref list, head, most);
        }
        else
        {
            list.Peek(head).Reply(c.Reply);
            list.Pop(head);
        }

        ListValue.StorePopped(in c, key, entry, ref list, head, most);
    }

    /// <summary>Answers up to so many elements of an end as an array and removes them.</summary>
    /// <returns>How many they were.</returns>
    internal static long ReplyAndRemove(
        RespWriter reply, ref Quicklist list, bool head, long most)
    {
        long count = Math.Min(most, list.Count);
        reply.ArrayHeader(count);
        list.Reply(reply, list.End(head), count, forward: head);
        list.DeleteRange(head ? 0 : list.Count - count, count);
        return count;
    }

    private static bool TryCount(ref CommandContext c, int at, out long count)
    {
        if (!c.TryInt64(at, Errors.MustBePositive, out count)) return false;
        if (count >= 0) return true;
        c.Error(Errors.MustBePositive);
        return false;
    }

    private static long RemoveEqual(ref Quicklist list, ReadOnlySpan<byte> element, long most)
    {
        bool forward = most >= 0;
        ListpackValue wanted = element;
        ListPosition at = list.End(forward);
        long removed = 0;
        while (!at.IsNull)
        {
            if (!list.Is(at, wanted))
            {
                at = list.Next(at, forward);
                continue;
            }

            at = list.Delete(at, forward);
            removed++;
            // Counting up to it also serves the smallest number, which has no opposite.
            if (removed == most || -removed == most) break;
        }

        return removed;
    }
}
