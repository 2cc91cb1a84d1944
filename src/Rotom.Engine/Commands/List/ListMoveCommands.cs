using System;
using System.Buffers;
using Rotom.Engine.Memory;
using Rotom.Resp;

namespace Rotom.Engine.Commands;

/// <summary>LMOVE RPOPLPUSH LMPOP.</summary>
internal static class ListMoveCommands
{
    private const int ScratchBytes = 256;

    /// <summary>Returns an element after popping it from one list and pushing it to another.
    /// Deletes the list if the last element was moved.</summary>
    [Command("LMOVE", Arity = 5, Since = "6.2.0", Complexity = "O(1)", Group = Group.List,
        Flags = CommandFlags.Write | CommandFlags.DenyOom, Acl = Acl.List,
        Syntax = "source:key destination:key wherefrom:<LEFT | RIGHT> whereto:<LEFT | RIGHT>")]
    [Key(1, Access.RW | Access.Get | Access.Delete)]
    [Key(2, Access.RW | Access.Insert)]
    internal static void LMove(ref CommandContext c)
    {
        if (!ListValue.TrySide(in c, 3, out bool from)) return;
        if (!ListValue.TrySide(in c, 4, out bool to)) return;
        if (Move(ref c, from, to) == Moved.Nothing) c.Reply.Null();
    }

    /// <summary>Returns the last element of a list after removing and pushing it to another list.
    /// Deletes the list if the last element was popped.</summary>
    [Command("RPOPLPUSH", Arity = 3, Since = "1.2.0", Complexity = "O(1)", Group = Group.List,
        Flags = CommandFlags.Write | CommandFlags.DenyOom, Acl = Acl.List,
        Syntax = "source:key destination:key", DeprecatedSince = "6.2.0",
        ReplacedBy = "`LMOVE` with the `RIGHT` and `LEFT` arguments")]
    [Key(1, Access.RW | Access.Get | Access.Delete)]
    [Key(2, Access.RW | Access.Insert)]
    internal static void RPopLPush(ref CommandContext c)
    {
        if (Move(ref c, fromHead: false, toHead: true) == Moved.Nothing) c.Reply.Null();
    }

    /// <summary>Returns multiple elements from a list after removing them. Deletes the list if the
    /// last element was popped.</summary>
    [Command("LMPOP", Arity = -4, Since = "7.0.0",
        Complexity = "O(N+M) where N is the number of provided keys and M is the number of "
            + "elements returned.",
        Group = Group.List, Flags = CommandFlags.Write, Acl = Acl.List,
        Syntax = "numkeys:integer key... where:<LEFT | RIGHT> [COUNT count:integer]")]
    [KeysAfterCount(1, Access.RW | Access.Get | Access.Delete)]
    internal static void LMPop(ref CommandContext c)
    {
        if (!TryMultiPop(ref c, 1, out bool head, out long most)) return;
        if (PopFirst(ref c, head, most) == Moved.Nothing) c.Reply.NullArray();
    }

    /// <summary>What came of it; nothing means that nothing was answered yet.</summary>
    internal enum Moved
    {
        /// <summary>There was no element.</summary>
        Nothing,

        /// <summary>An element went and was answered.</summary>
        Element,

        /// <summary>An error was answered.</summary>
        Error,
    }

    /// <summary>Moves an element from the first key's list to the second's and answers it.
    /// </summary>
    internal static Moved Move(ref CommandContext c, bool fromHead, bool toHead)
    {
        Key source = c.Key(0);
        Key target = c.Key(1);
        if (!c.TryWrite(source, ObjectType.List, out Entry from)) return Moved.Error;
        if (from.IsNull) return Moved.Nothing;
        if (!c.TryWrite(target, ObjectType.List, out Entry to)) return Moved.Error;
        if (!to.IsNull && to.Block == from.Block)
        {
            Rotate(ref c, source, from, fromHead, toHead);
            return Moved.Element;
        }

        ListValue.OpenToWrite(in c, source, from, out Quicklist list);
        ListpackValue value = list.Peek(fromHead);
        ListValue.OpenToWrite(in c, target, to, out Quicklist other);
        value.Reply(c.Reply);
        other.Grow(value.TextLength, 1);
        other.Push(value, toHead);
        list.Pop(fromHead);
        ListValue.Store(in c, target, to, ref other);
        c.SignalModified(target);
        c.Notify(NotifyClass.List, toHead ? "lpush"u8 : "rpush"u8, target);
        ListValue.StorePopped(in c, source, from, ref list, fromHead, 1);
        return Moved.Element;
    }

    /// <summary>
    /// Reads what LMPOP and BLMPOP have in common, the number of keys being at an index.
    /// </summary>
    internal static bool TryMultiPop(
        ref CommandContext c, int countAt, out bool head, out long most)
    {
        head = false;
        most = -1;
        ReadOnlySpan<byte> error = "ERR numkeys should be greater than 0"u8;
        if (!TryAtLeastOne(ref c, countAt, error, out long keys)) return false;
        if (keys >= c.ArgCount - countAt - 1)
        {
            c.SyntaxError();
            return false;
        }

        int at = countAt + 1 + (int)keys;
        if (!ListValue.TrySide(in c, at, out head)) return false;
        error = "ERR count should be greater than 0"u8;
        for (at++; at < c.ArgCount; at += 2)
        {
            if (most != -1 || at + 1 >= c.ArgCount || !c.Is(at, "COUNT"u8))
            {
                c.SyntaxError();
                return false;
            }

            if (!TryAtLeastOne(ref c, at + 1, error, out most)) return false;
        }

        if (most == -1) most = 1;
        return true;
    }

    /// <summary>Pops from the first of the command's keys that has a list.</summary>
    internal static Moved PopFirst(ref CommandContext c, bool head, long most)
    {
        int keys = c.KeyCount;
        for (int i = 0; i < keys; i++)
        {
            Key key = c.Key(i);
            if (!c.IsAwaited(key)) continue;
            if (!c.TryWrite(key, ObjectType.List, out Entry entry)) return Moved.Error;
            if (entry.IsNull) continue;
            ListValue.OpenToWrite(in c, key, entry, out Quicklist list);
            c.Reply.ArrayHeader(2);
            c.Reply.Bulk(key.Bytes);
            long count = ListPopCommands.ReplyAndRemove(c.Reply, ref list, head, most);
            ListValue.StorePopped(in c, key, entry, ref list, head, count);
            c.PropagateInstead(3).Word(head ? "LPOP"u8 : "RPOP"u8).Word(key.Bytes).Word(count);
            return Moved.Element;
        }

        return Moved.Nothing;
    }

    private static bool TryAtLeastOne(
        ref CommandContext c, int at, ReadOnlySpan<byte> error, out long value)
    {
        if (!c.TryInt64(at, error, out value)) return false;
        if (value >= 1) return true;
        c.Error(error);
        return false;
    }

    // From one end of a list to an end of the same: the element leaves the list before it comes
    // back, so its bytes are kept elsewhere in between.
    private static void Rotate(
        ref CommandContext c, Key key, Entry entry, bool fromHead, bool toHead)
    {
        ListValue.OpenToWrite(in c, key, entry, out Quicklist list);
        ListpackValue value = list.Peek(fromHead);
        value.Reply(c.Reply);
        if (list.Count > 1 && fromHead != toHead)
        {
            Span<byte> digits = stackalloc byte[ListpackValue.DigitsMax];
            ReadOnlySpan<byte> text = value.Text(digits);
            byte[]? rented = null;
            Span<byte> scratch = text.Length <= ScratchBytes
                ? stackalloc byte[ScratchBytes]
                : rented = ArrayPool<byte>.Shared.Rent(text.Length);
            text.CopyTo(scratch);
            int length = text.Length;
            list.Pop(fromHead);
            list.Grow(length, 1);
            list.Push(scratch[..length], toHead);
            list.Shrink();
            if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
        }

        ListValue.Store(in c, key, entry, ref list);
        c.SignalModified(key);
        c.Notify(NotifyClass.List, toHead ? "lpush"u8 : "rpush"u8, key);
        c.Notify(NotifyClass.List, fromHead ? "lpop"u8 : "rpop"u8, key);
        c.SignalModified(key);
        c.Engine.Dirty++;
    }
}
