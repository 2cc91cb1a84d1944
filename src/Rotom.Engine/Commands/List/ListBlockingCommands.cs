using Rotom.Engine.Memory;
using Rotom.Resp;

namespace Rotom.Engine.Commands;

// Each tries as its brother that does not block, and waits when there is nothing. What it did is
// propagated as that brother's command, at once as well as when it was served later.

/// <summary>BLPOP BRPOP BLMOVE BRPOPLPUSH BLMPOP.</summary>
internal static class ListBlockingCommands
{
    private const CommandFlags Pops =
        CommandFlags.Write | CommandFlags.Blocking | CommandFlags.NoScript;

    private const CommandFlags Moves = Pops | CommandFlags.DenyOom;

    /// <summary>Removes and returns the first element in a list. Blocks until an element is
    /// available otherwise. Deletes the list if the last element was popped.</summary>
    [Command("BLPOP", Arity = -3, Since = "2.0.0",
        Complexity = "O(N) where N is the number of provided keys.", Group = Group.List,
        Flags = Pops, Acl = Acl.List, Syntax = "key... timeout:double")]
    [Keys(1, -2, 1, Access.RW | Access.Get | Access.Delete)]
    internal static void BLPop(ref CommandContext c) => Pop(ref c, head: true);

    /// <summary>Removes and returns the last element in a list. Blocks until an element is
    /// available otherwise. Deletes the list if the last element was popped.</summary>
    [Command("BRPOP", Arity = -3, Since = "2.0.0",
        Complexity = "O(N) where N is the number of provided keys.", Group = Group.List,
        Flags = Pops, Acl = Acl.List, Syntax = "key... timeout:double")]
    [Keys(1, -2, 1, Access.RW | Access.Get | Access.Delete)]
    internal static void BRPop(ref CommandContext c) => Pop(ref c, head: false);

    /// <summary>Pops an element from a list, pushes it to another list and returns it. Blocks until
    /// an element is available otherwise. Deletes the list if the last element was moved.</summary>
    [Command("BLMOVE", Arity = 6, Since = "6.2.0", Complexity = "O(1)", Group = Group.List,
        Flags = Moves, Acl = Acl.List,
        Syntax = "source:key destination:key wherefrom:<LEFT | RIGHT> whereto:<LEFT | RIGHT> "
            + "timeout:double")]
    [Key(1, Access.RW | Access.Get | Access.Delete)]
    [Key(2, Access.RW | Access.Insert)]
    internal static void BLMove(ref CommandContext c)
    {
        if (!ListValue.TrySide(in c, 3, out bool from)) return;
        if (!ListValue.TrySide(in c, 4, out bool to)) return;
        if (!c.TryTimeoutSeconds(5, out long timeoutMs)) return;
        if (!MoveOrBlock(ref c, from, to, timeoutMs)) return;
        c.PropagateInstead(5).Word("LMOVE"u8).Word(c[1]).Word(c[2]).Word(c[3]).Word(c[4]);
    }

    /// <summary>Pops an element from a list, pushes it to another list and returns it. Block until
    /// an element is available otherwise. Deletes the list if the last element was popped.
    /// </summary>
    [Command("BRPOPLPUSH", Arity = 4, Since = "2.2.0", Complexity = "O(1)", Group = Group.List,
        Flags = Moves, Acl = Acl.List,
        Syntax = "source:key destination:key timeout:double", DeprecatedSince = "6.2.0",
        ReplacedBy = "`BLMOVE` with the `RIGHT` and `LEFT` arguments")]
    [Key(1, Access.RW | Access.Get | Access.Delete)]
    [Key(2, Access.RW | Access.Insert)]
    internal static void BRPopLPush(ref CommandContext c)
    {
        if (!c.TryTimeoutSeconds(3, out long timeoutMs)) return;
        if (!MoveOrBlock(ref c, fromHead: false, toHead: true, timeoutMs)) return;
        c.PropagateInstead(3).Word("RPOPLPUSH"u8).Word(c[1]).Word(c[2]);
    }

    /// <summary>Pops the first element from one of multiple lists. Blocks until an element is
    /// available otherwise. Deletes the list if the last element was popped.</summary>
    [Command("BLMPOP", Arity = -5, Since = "7.0.0",
        Complexity = "O(N+M) where N is the number of provided keys and M is the number of "
            + "elements returned.",
        Group = Group.List, Flags = CommandFlags.Write | CommandFlags.Blocking, Acl = Acl.List,
        Syntax = "timeout:double numkeys:integer key... where:<LEFT | RIGHT> "
            + "[COUNT count:integer]")]
    [KeysAfterCount(2, Access.RW | Access.Get | Access.Delete)]
    internal static void BLMPop(ref CommandContext c)
    {
        if (!ListMoveCommands.TryMultiPop(ref c, 2, out bool head, out long most)) return;
        if (!c.TryTimeoutSeconds(1, out long timeoutMs)) return;
        if (ListMoveCommands.PopFirst(ref c, head, most) != ListMoveCommands.Moved.Nothing) return;
        if (!c.TryBlock(ObjectType.List, 0, c.KeyCount, timeoutMs)) c.Reply.NullArray();
    }

    private static void Pop(ref CommandContext c, bool head)
    {
        if (!c.TryTimeoutSeconds(c.ArgCount - 1, out long timeoutMs)) return;
        int keys = c.KeyCount;
        for (int i = 0; i < keys; i++)
        {
            Key key = c.Key(i);
            if (!c.IsAwaited(key)) continue;
            if (!c.TryWrite(key, ObjectType.List, out Entry entry)) return;
            if (entry.IsNull) continue;
            ListValue.OpenToWrite(in c, key, entry, out Quicklist list);
            c.Reply.ArrayHeader(2);
            c.Reply.Bulk(key.Bytes);
            list.Peek(head).Reply(c.Reply);
            list.Pop(head);
            ListValue.StorePopped(in c, key, entry, ref list, head, 1);
            c.PropagateInstead(2).Word(head ? "LPOP"u8 : "RPOP"u8).Word(key.Bytes);
            return;
        }

        if (!c.TryBlock(ObjectType.List, 0, keys, timeoutMs)) c.Reply.NullArray();
    }

    /// <summary>True when an element was moved; else an error was answered, or it waits.</summary>
    private static bool MoveOrBlock(
        ref CommandContext c, bool fromHead, bool toHead, long timeoutMs)
    {
        ListMoveCommands.Moved moved = ListMoveCommands.Move(ref c, fromHead, toHead);
        if (moved == ListMoveCommands.Moved.Element) return true;
        if (moved == ListMoveCommands.Moved.Error) return false;
        if (!c.TryBlock(ObjectType.List, 0, 1, timeoutMs)) c.Reply.Null();
        return false;
    }
}
