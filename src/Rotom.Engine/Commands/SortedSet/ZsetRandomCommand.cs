using System;
using System.Collections.Generic;
using Rotom.Engine.Memory;
using Rotom.Resp;

namespace Rotom.Engine.Commands;

/// <summary>ZRANDMEMBER.</summary>
internal static class ZsetRandomCommand
{
    // From a third of the set on it is cheaper to walk all of it than to draw and draw again.
    private const long WalkFrom = 3;

    // So many members between two looks at the reply's length.
    private const long LimitEvery = 1024;

    /// <summary>Returns one or more random members from a sorted set.</summary>
    [Command("ZRANDMEMBER", Arity = -2, Since = "6.2.0",
        Complexity = "O(N) where N is the number of members returned", Group = Group.SortedSet,
        Flags = CommandFlags.ReadOnly, Acl = Acl.SortedSet,
        Syntax = "key options:[count:integer [WITHSCORES]]", Tips = "nondeterministic_output")]
    [Key(1, Access.Read)]
    internal static void ZRandMember(ref CommandContext c)
    {
        bool many = c.ArgCount > 2;
        bool withScores = false;
        long count = 1;
        if (many && !ReadCount(in c, out count, out withScores)) return;
        if (!c.TryRead(c.Key(0), ObjectType.SortedSet, out Entry entry)) return;
        if (entry.IsNull || count == 0)
        {
            if (many) c.Reply.ArrayHeader(0);
            else c.Reply.Null();
            return;
        }

        Zset set = ZsetValue.Open(in c, entry);
        long length = set.Count;
        if (!many)
        {
            set.Member(set.At(c.Engine.Random.Next(length))).Reply(c.Reply);
            return;
        }

        long told = count < 0 ? -count : Math.Min(count, length);
        ReplyGuard guard = new(in c);
        if (withScores) c.Reply.PairsHeader(told);
        else c.Reply.ArrayHeader(told);
        if (count < 0) Repeating(in c, in set, guard, told, withScores);
        else if (count >= length) set.Reply(c.Reply, set.At(0), length, true, withScores);
        else if (count > length / WalkFrom) Walking(in c, in set, told, withScores);
        else Drawing(in c, in set, told, withScores);
    }

    private static bool ReadCount(in CommandContext c, out long count, out bool withScores)
    {
        withScores = false;
        if (!c.TryRange(2, -long.MaxValue, long.MaxValue, out count)) return false;
        if (c.ArgCount > 4 || (c.ArgCount == 4 && !c.Is(3, "WITHSCORES"u8)))
        {
            c.SyntaxError();
            return false;
        }

        withScores = c.ArgCount == 4;
        if (!withScores || count is >= -(long.MaxValue / 2) and <= long.MaxValue / 2) return true;
        c.Error(Errors.OutOfRange);
        return false;
    }

    private static void Repeating(
        in CommandContext c, in Zset set, ReplyGuard guard, long count, bool withScores)
    {
        long length = set.Count;
        for (; count > 0; count--)
        {
            set.Reply(c.Reply, set.At(c.Engine.Random.Next(length)), 1, true, withScores);
            if (count % LimitEvery == 0 && guard.Exceeded(in c)) return;
        }
    }

    // Each member is taken with the odds that leave the number right in the end.
    private static void Walking(in CommandContext c, in Zset set, long count, bool withScores)
    {
        long left = set.Count;
        for (ZsetPosition at = set.At(0); count > 0; at = set.Next(at), left--)
        {
            if (c.Engine.Random.Next(left) >= count) continue;
            set.Reply(c.Reply, at, 1, true, withScores);
            count--;
        }
    }

    private static void Drawing(in CommandContext c, in Zset set, long count, bool withScores)
    {
        long length = set.Count;
        HashSet<long> drawn = [];
        while (drawn.Count < count)
        {
            long rank = c.Engine.Random.Next(length);
            if (drawn.Add(rank)) set.Reply(c.Reply, set.At(rank), 1, true, withScores);
        }
    }
}
