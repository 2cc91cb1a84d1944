using System;
using Rotom.Engine.Memory;
using Rotom.Resp;

namespace Rotom.Engine.Commands;

/// <summary>ZREM ZREMRANGEBYRANK ZREMRANGEBYSCORE ZREMRANGEBYLEX.</summary>
internal static class ZsetRemoveCommands
{
    private const string RangeComplexity =
        "O(log(N)+M) with N being the number of elements in the sorted set and M the number of "
        + "elements removed by the operation.";

    /// <summary>Removes one or more members from a sorted set. Deletes the sorted set if all
    /// members were removed.</summary>
    [Command("ZREM", Arity = -3, Since = "1.2.0",
        Complexity = "O(M*log(N)) with N being the number of elements in the sorted set and M the "
            + "number of elements to be removed.",
        Group = Group.SortedSet, Flags = CommandFlags.Write | CommandFlags.Fast,
        Acl = Acl.SortedSet, Syntax = "key member...")]
    [Key(1, Access.RW | Access.Delete)]
    internal static void ZRem(ref CommandContext c)
    {
        Key key = c.Key(0);
        if (!c.TryWrite(key, ObjectType.SortedSet, out Entry entry)) return;
        if (entry.IsNull)
        {
            c.Reply.Integer(0);
            return;
        }

        Zset set = ZsetValue.OpenToWrite(in c, key, entry);
        long removed = 0;
        for (int i = 2; i < c.ArgCount && set.Count > 0; i++)
        {
            ZsetMember found = set.Find(c[i]);
            if (!found.Exists) continue;
            set.Remove(in found);
            removed++;
        }

        if (removed > 0)
            ZsetValue.StoreShrunk(in c, key, entry, ref set, "zrem"u8, removed);
        c.Reply.Integer(removed);
    }

    /// <summary>Removes members in a sorted set within a range of indexes. Deletes the sorted set
    /// if all members were removed.</summary>
    [Command("ZREMRANGEBYRANK", Arity = 4, Since = "2.0.0", Complexity = RangeComplexity,
        Group = Group.SortedSet, Flags = CommandFlags.Write, Acl = Acl.SortedSet,
        Syntax = "key start:integer stop:integer")]
    [Key(1, Access.RW | Access.Delete)]
    internal static void ByRank(ref CommandContext c) =>
        RemoveRange(ref c, ZsetRangeKind.Rank, "zremrangebyrank"u8);

    /// <summary>Removes members in a sorted set within a range of scores. Deletes the sorted set
    /// if all members were removed.</summary>
    [Command("ZREMRANGEBYSCORE", Arity = 4, Since = "1.2.0", Complexity = RangeComplexity,
        Group = Group.SortedSet, Flags = CommandFlags.Write, Acl = Acl.SortedSet,
        Syntax = "key min:double max:double")]
    [Key(1, Access.RW | Access.Delete)]
    internal static void ByScore(ref CommandContext c) =>
        RemoveRange(ref c, ZsetRangeKind.Score, "zremrangebyscore"u8);

    /// <summary>Removes members in a sorted set within a lexicographical range. Deletes the sorted
    /// set if all members were removed.</summary>
    [Command("ZREMRANGEBYLEX", Arity = 4, Since = "2.8.9", Complexity = RangeComplexity,
        Group = Group.SortedSet, Flags = CommandFlags.Write, Acl = Acl.SortedSet,
        Syntax = "key min max")]
    [Key(1, Access.RW | Access.Delete)]
    internal static void ByLex(ref CommandContext c) =>
        RemoveRange(ref c, ZsetRangeKind.Member, "zremrangebylex"u8);

    private static void RemoveRange(
        ref CommandContext c, ZsetRangeKind kind, ReadOnlySpan<byte> eventName)
    {
        if (!ZsetRange.TryRead(in c, kind, 2, 3, out ZsetRange range)) return;
        Key key = c.Key(0);
        if (!c.TryWrite(key, ObjectType.SortedSet, out Entry entry)) return;
        if (entry.IsNull)
        {
            c.Reply.Integer(0);
            return;
        }

        Zset set = ZsetValue.OpenToWrite(in c, key, entry);
        range.Find(in set, out long first, out long count);
        if (count > 0)
        {
            set.RemoveRange(first, count);
            ZsetValue.StoreShrunk(in c, key, entry, ref set, eventName, count);
        }

        c.Reply.Integer(count);
    }
}
