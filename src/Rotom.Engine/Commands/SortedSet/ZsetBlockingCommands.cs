using Rotom.Engine.Memory;

namespace Rotom.Engine.Commands;

// Each tries as its brother that does not block, and waits when there is nothing. What it did is
// propagated as that brother's command.

/// <summary>BZPOPMIN BZPOPMAX BZMPOP.</summary>
internal static class ZsetBlockingCommands
{
    private const string PopComplexity =
        "O(log(N)) with N being the number of elements in the sorted set.";

    private const CommandFlags Pops = CommandFlags.Write | CommandFlags.NoScript
        | CommandFlags.Fast | CommandFlags.Blocking;

    /// <summary>Removes and returns the member with the lowest score from one or more sorted sets.
    /// Blocks until a member is available otherwise. Deletes the sorted set if the last element
    /// was popped.</summary>
    [Command("BZPOPMIN", Arity = -3, Since = "5.0.0", Complexity = PopComplexity,
        Group = Group.SortedSet, Flags = Pops, Acl = Acl.SortedSet,
        Syntax = "key... timeout:double")]
    [Keys(1, -2, 1, Access.RW | Access.Get | Access.Delete)]
    internal static void BZPopMin(ref CommandContext c) => Pop(ref c, min: true);

    /// <summary>Removes and returns the member with the highest score from one or more sorted
    /// sets. Blocks until a member available otherwise. Deletes the sorted set if the last element
    /// was popped.</summary>
    [Command("BZPOPMAX", Arity = -3, Since = "5.0.0", Complexity = PopComplexity,
        Group = Group.SortedSet, Flags = Pops, Acl = Acl.SortedSet,
        Syntax = "key... timeout:double")]
    [Keys(1, -2, 1, Access.RW | Access.Get | Access.Delete)]
    internal static void BZPopMax(ref CommandContext c) => Pop(ref c, min: false);

    /// <summary>Removes and returns a member by score from one or more sorted sets. Blocks until a
    /// member is available otherwise. Deletes the sorted set if the last element was popped.
    /// </summary>
    [Command("BZMPOP", Arity = -5, Since = "7.0.0",
        Complexity = "O(K) + O(M*log(N)) where K is the number of provided keys, N being the "
            + "number of elements in the sorted set, and M being the number of elements popped.",
        Group = Group.SortedSet, Flags = CommandFlags.Write | CommandFlags.Blocking,
        Acl = Acl.SortedSet,
        Syntax = "timeout:double numkeys:integer key... where:<MIN | MAX> [COUNT count:integer]")]
    [KeysAfterCount(2, Access.RW | Access.Get | Access.Delete)]
    internal static void BZMPop(ref CommandContext c)
    {
        if (!ZsetPopCommands.TryMultiPop(ref c, 2, out bool min, out long most)) return;
        if (!c.TryTimeoutSeconds(1, out long timeoutMs)) return;
        PopOrBlock(ref c, min, most, ZsetPopCommands.Shape.KeyAndPairs, timeoutMs);
    }

    private static void Pop(ref CommandContext c, bool min)
    {
        if (!c.TryTimeoutSeconds(c.ArgCount - 1, out long timeoutMs)) return;
        PopOrBlock(ref c, min, 1, ZsetPopCommands.Shape.KeyFirst, timeoutMs);
    }

    private static void PopOrBlock(
        ref CommandContext c, bool min, long most, ZsetPopCommands.Shape shape, long timeoutMs)
    {
        ZsetPopCommands.Popped popped = ZsetPopCommands.PopFirst(ref c, min, most, shape);
        if (popped != ZsetPopCommands.Popped.Nothing) return;
        if (!c.TryBlock(ObjectType.SortedSet, 0, c.KeyCount, timeoutMs)) c.Reply.NullArray();
    }
}
