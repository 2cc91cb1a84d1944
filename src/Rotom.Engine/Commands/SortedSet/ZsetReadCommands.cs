using System;
using Rotom.Engine.Memory;
using Rotom.Resp;

namespace Rotom.Engine.Commands;

/// <summary>ZCARD ZSCORE ZMSCORE ZRANK ZREVRANK ZCOUNT ZLEXCOUNT.</summary>
internal static class ZsetReadCommands
{
    private const CommandFlags ReadFast = CommandFlags.ReadOnly | CommandFlags.Fast;

    /// <summary>Returns the number of members in a sorted set.</summary>
    [Command("ZCARD", Arity = 2, Since = "1.2.0", Complexity = "O(1)", Group = Group.SortedSet,
        Flags = ReadFast, Acl = Acl.SortedSet, Syntax = "key")]
    [Key(1, Access.RO)]
    internal static void ZCard(ref CommandContext c)
    {
        if (!c.TryRead(c.Key(0), ObjectType.SortedSet, out Entry entry)) return;
        c.Reply.Integer(entry.IsNull ? 0 : ZsetValue.Open(in c, entry).Count);
    }

    /// <summary>Returns the score of a member in a sorted set.</summary>
    [Command("ZSCORE", Arity = 3, Since = "1.2.0", Complexity = "O(1)", Group = Group.SortedSet,
        Flags = ReadFast, Acl = Acl.SortedSet, Syntax = "key member")]
    [Key(1, Access.Read)]
    internal static void ZScore(ref CommandContext c)
    {
        if (!c.TryRead(c.Key(0), ObjectType.SortedSet, out Entry entry)) return;
        ReplyScore(in c, entry, c[2]);
    }

    /// <summary>Returns the score of one or more members in a sorted set.</summary>
    [Command("ZMSCORE", Arity = -3, Since = "6.2.0",
        Complexity = "O(N) where N is the number of members being requested.",
        Group = Group.SortedSet, Flags = ReadFast, Acl = Acl.SortedSet, Syntax = "key member...")]
    [Key(1, Access.Read)]
    internal static void ZMScore(ref CommandContext c)
    {
        if (!c.TryRead(c.Key(0), ObjectType.SortedSet, out Entry entry)) return;
        c.Reply.ArrayHeader(c.ArgCount - 2);
        for (int i = 2; i < c.ArgCount; i++) ReplyScore(in c, entry, c[i]);
    }

    /// <summary>Returns the index of a member in a sorted set ordered by ascending scores.
    /// </summary>
    [Command("ZRANK", Arity = -3, Since = "2.0.0", Complexity = "O(log(N))",
        Group = Group.SortedSet, Flags = ReadFast, Acl = Acl.SortedSet,
        Syntax = "key member [WITHSCORE@7.2.0]")]
    [Key(1, Access.Read)]
    internal static void ZRank(ref CommandContext c) => Rank(ref c, reverse: false);

    /// <summary>Returns the index of a member in a sorted set ordered by descending scores.
    /// </summary>
    [Command("ZREVRANK", Arity = -3, Since = "2.0.0", Complexity = "O(log(N))",
        Group = Group.SortedSet, Flags = ReadFast, Acl = Acl.SortedSet,
        Syntax = "key member [WITHSCORE@7.2.0]")]
    [Key(1, Access.Read)]
    internal static void ZRevRank(ref CommandContext c) => Rank(ref c, reverse: true);

    /// <summary>Returns the count of members in a sorted set that have scores within a range.
    /// </summary>
    [Command("ZCOUNT", Arity = 4, Since = "2.0.0",
        Complexity = "O(log(N)) with N being the number of elements in the sorted set.",
        Group = Group.SortedSet, Flags = ReadFast, Acl = Acl.SortedSet,
        Syntax = "key min:double max:double")]
    [Key(1, Access.Read)]
    internal static void ZCount(ref CommandContext c) => Count(ref c, ZsetRangeKind.Score);

    /// <summary>Returns the number of members in a sorted set within a lexicographical range.
    /// </summary>
    [Command("ZLEXCOUNT", Arity = 4, Since = "2.8.9",
        Complexity = "O(log(N)) with N being the number of elements in the sorted set.",
        Group = Group.SortedSet, Flags = ReadFast, Acl = Acl.SortedSet, Syntax = "key min max")]
    [Key(1, Access.Read)]
    internal static void ZLexCount(ref CommandContext c) => Count(ref c, ZsetRangeKind.Member);

    private static void Count(ref CommandContext c, ZsetRangeKind kind)
    {
        if (!ZsetRange.TryRead(in c, kind, 2, 3, out ZsetRange range)) return;
        if (!c.TryRead(c.Key(0), ObjectType.SortedSet, out Entry entry)) return;
        long count = 0;
        if (!entry.IsNull)
        {
            Zset set = ZsetValue.Open(in c, entry);
            range.Find(in set, out _, out count);
        }

        c.Reply.Integer(count);
    }

    private static void ReplyScore(in CommandContext c, Entry entry, ReadOnlySpan<byte> member)
    {
        ZsetMember found = entry.IsNull ? default : ZsetValue.Open(in c, entry).Find(member);
        if (found.Exists) c.Reply.Double(found.Score);
        else c.Reply.Null();
    }

    private static void Rank(ref CommandContext c, bool reverse)
    {
        if (c.ArgCount > 4)
        {
            c.WrongArity();
            return;
        }

        bool withScore = c.ArgCount == 4;
        if (withScore && !c.Is(3, "WITHSCORE"u8))
        {
            c.SyntaxError();
            return;
        }

        if (!c.TryRead(c.Key(0), ObjectType.SortedSet, out Entry entry)) return;
        long rank = -1;
        double score = 0;
        if (!entry.IsNull)
        {
            Zset set = ZsetValue.Open(in c, entry);
            rank = set.Rank(c[2], out score);
            if (rank >= 0 && reverse) rank = set.Count - 1 - rank;
        }

        if (rank < 0)
        {
            if (withScore) c.Reply.NullArray();
            else c.Reply.Null();
            return;
        }

        if (withScore) c.Reply.ArrayHeader(2);
        c.Reply.Integer(rank);
        if (withScore) c.Reply.Double(score);
    }
}
