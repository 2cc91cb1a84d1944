using System;
using Rotom.Engine.Memory;
using Rotom.Resp;

namespace Rotom.Engine.Commands;

// ZRANGE in all its forms, and the older commands that are each one of them. The words are read in
// Redis' order, so that of several mistakes the same one is told.

/// <summary>ZRANGE ZREVRANGE Z[REV]RANGEBYSCORE Z[REV]RANGEBYLEX ZRANGESTORE.</summary>
internal static class ZsetRangeCommands
{
    private const string Returned =
        "O(log(N)+M) with N being the number of elements in the sorted set and M the number of "
        + "elements returned.";

    private const string LimitedReturned =
        "O(log(N)+M) with N being the number of elements in the sorted set and M the number of "
        + "elements being returned. If M is constant (e.g. always asking for the first 10 "
        + "elements with LIMIT), you can consider it O(log(N)).";

    /// <summary>Returns members in a sorted set within a range of indexes.</summary>
    [Command("ZRANGE", Arity = -4, Since = "1.2.0", Complexity = Returned,
        Group = Group.SortedSet, Flags = CommandFlags.ReadOnly, Acl = Acl.SortedSet,
        Syntax = "key start stop sortby:[BYSCORE@6.2.0 | BYLEX@6.2.0] [REV@6.2.0] "
            + "[LIMIT@6.2.0 offset:integer count:integer] [WITHSCORES]")]
    [Key(1, Access.Read)]
    internal static void ZRange(ref CommandContext c)
    {
        Options options = new() { Open = true };
        Reply(ref c, ref options);
    }

    /// <summary>Returns members in a sorted set within a range of indexes in reverse order.
    /// </summary>
    [Command("ZREVRANGE", Arity = -4, Since = "1.2.0", Complexity = Returned,
        Group = Group.SortedSet, Flags = CommandFlags.ReadOnly, Acl = Acl.SortedSet,
        Syntax = "key start:integer stop:integer [WITHSCORES]", DeprecatedSince = "6.2.0",
        ReplacedBy = "`ZRANGE` with the `REV` argument")]
    [Key(1, Access.Read)]
    internal static void ZRevRange(ref CommandContext c)
    {
        Options options = new() { Reverse = true };
        Reply(ref c, ref options);
    }

    /// <summary>Returns members in a sorted set within a range of scores.</summary>
    [Command("ZRANGEBYSCORE", Arity = -4, Since = "1.0.5", Complexity = LimitedReturned,
        Group = Group.SortedSet, Flags = CommandFlags.ReadOnly, Acl = Acl.SortedSet,
        Syntax = "key min:double max:double [WITHSCORES@2.0.0] "
            + "[LIMIT offset:integer count:integer]",
        DeprecatedSince = "6.2.0", ReplacedBy = "`ZRANGE` with the `BYSCORE` argument")]
    [Key(1, Access.Read)]
    internal static void ZRangeByScore(ref CommandContext c)
    {
        Options options = new() { Kind = ZsetRangeKind.Score };
        Reply(ref c, ref options);
    }

    /// <summary>Returns members in a sorted set within a range of scores in reverse order.
    /// </summary>
    [Command("ZREVRANGEBYSCORE", Arity = -4, Since = "2.2.0", Complexity = LimitedReturned,
        Group = Group.SortedSet, Flags = CommandFlags.ReadOnly, Acl = Acl.SortedSet,
        Syntax = "key max:double min:double [WITHSCORES] [LIMIT offset:integer count:integer]",
        DeprecatedSince = "6.2.0",
        ReplacedBy = "`ZRANGE` with the `REV` and `BYSCORE` arguments")]
    [Key(1, Access.Read)]
    internal static void ZRevRangeByScore(ref CommandContext c)
    {
        Options options = new() { Kind = ZsetRangeKind.Score, Reverse = true };
        Reply(ref c, ref options);
    }

    /// <summary>Returns members in a sorted set within a lexicographical range.</summary>
    [Command("ZRANGEBYLEX", Arity = -4, Since = "2.8.9", Complexity = LimitedReturned,
        Group = Group.SortedSet, Flags = CommandFlags.ReadOnly, Acl = Acl.SortedSet,
        Syntax = "key min max [LIMIT offset:integer count:integer]", DeprecatedSince = "6.2.0",
        ReplacedBy = "`ZRANGE` with the `BYLEX` argument")]
    [Key(1, Access.Read)]
    internal static void ZRangeByLex(ref CommandContext c)
    {
        Options options = new() { Kind = ZsetRangeKind.Member };
        Reply(ref c, ref options);
    }

    /// <summary>Returns members in a sorted set within a lexicographical range in reverse order.
    /// </summary>
    [Command("ZREVRANGEBYLEX", Arity = -4, Since = "2.8.9", Complexity = LimitedReturned,
        Group = Group.SortedSet, Flags = CommandFlags.ReadOnly, Acl = Acl.SortedSet,
        Syntax = "key max min [LIMIT offset:integer count:integer]", DeprecatedSince = "6.2.0",
        ReplacedBy = "`ZRANGE` with the `REV` and `BYLEX` arguments")]
    [Key(1, Access.Read)]
    internal static void ZRevRangeByLex(ref CommandContext c)
    {
        Options options = new() { Kind = ZsetRangeKind.Member, Reverse = true };
        Reply(ref c, ref options);
    }

    /// <summary>Stores a range of members from sorted set in a key.</summary>
    [Command("ZRANGESTORE", Arity = -5, Since = "6.2.0",
        Complexity = "O(log(N)+M) with N being the number of elements in the sorted set and M the "
            + "number of elements stored into the destination key.",
        Group = Group.SortedSet, Flags = CommandFlags.Write | CommandFlags.DenyOom,
        Acl = Acl.SortedSet,
        Syntax = "dst:key src:key min max sortby:[BYSCORE | BYLEX] [REV] "
            + "[LIMIT offset:integer count:integer]")]
    [Key(1, Access.OW | Access.Update)]
    [Key(2, Access.Read)]
    internal static void ZRangeStore(ref CommandContext c)
    {
        Options options = new() { Open = true, IsStored = true };
        if (!options.Read(in c, 5) || !options.ReadRange(in c, 3, out ZsetRange range)) return;
        if (!c.TryRead(c.Key(1), ObjectType.SortedSet, out Entry entry)) return;
        Zset result = ZsetValue.New(in c);
        if (!entry.IsNull)
        {
            Zset set = ZsetValue.Open(in c, entry);
            options.Find(in set, in range, out long first, out long count);
            Span<byte> digits = stackalloc byte[ListpackValue.DigitsMax];
            ZsetPosition at = set.At(first);
            if (options.StoresLarge(in c, count)) result.Grow();
            for (; count > 0; count--, at = set.Next(at))
                result.Append(set.Member(at).Text(digits), set.Score(at));
        }

        ZsetValue.StoreResult(in c, c.Key(0), ref result, 1, "zrangestore"u8);
    }

    private static void Reply(ref CommandContext c, ref Options options)
    {
        if (!options.Read(in c, 4) || !options.ReadRange(in c, 2, out ZsetRange range)) return;
        if (!c.TryRead(c.Key(0), ObjectType.SortedSet, out Entry entry)) return;
        if (entry.IsNull)
        {
            c.Reply.ArrayHeader(0);
            return;
        }

        Zset set = ZsetValue.Open(in c, entry);
        options.Find(in set, in range, out long first, out long count);
        if (options.WithScores) c.Reply.PairsHeader(count);
        else c.Reply.ArrayHeader(count);
        if (count == 0) return;
        ZsetPosition at = set.At(options.Reverse ? first + count - 1 : first);
        set.Reply(c.Reply, at, count, !options.Reverse, options.WithScores);
    }

    /// <summary>The options of ZRANGE.</summary>
    private struct Options
    {
        /// <summary>True when words say what kind of range it is, and which way.</summary>
        public bool Open;

        /// <summary>True when the result goes to a key.</summary>
        public bool IsStored;
        public bool Reverse;
        public bool WithScores;
        public ZsetRangeKind Kind;
        private bool _kindIsGiven;
        private long _offset;
        private long _limit;

        internal bool Read(in CommandContext c, int from)
        {
            _limit = -1;
            _kindIsGiven = Kind != ZsetRangeKind.Rank;
            for (int i = from; i < c.ArgCount; i++)
            {
                if (!IsStored && c.Is(i, "WITHSCORES"u8))
                {
                    WithScores = true;
                }
                else if (c.Is(i, "LIMIT"u8) && c.ArgCount - i > 2)
                {
                    if (!c.TryInt64(i + 1, out _offset) || !c.TryInt64(i + 2, out _limit))
                        return false;
                    i += 2;
                }
                else if (!ReadForm(in c, i))
                {
                    c.SyntaxError();
                    return false;
                }
            }

            return Check(in c);
        }

        internal readonly bool ReadRange(in CommandContext c, int at, out ZsetRange range)
        {
            bool maxFirst = Reverse && Kind != ZsetRangeKind.Rank;
            int min = maxFirst ? at + 1 : at;
            return ZsetRange.TryRead(in c, Kind, min, maxFirst ? at : at + 1, out range);
        }

        internal readonly void Find(
            in Zset set, in ZsetRange range, out long first, out long count)
        {
            if (Reverse) range.FindReverse(in set, out first, out count);
            else range.Find(in set, out first, out count);
            if (Kind == ZsetRangeKind.Rank) return;
            long skipped = _offset < 0 ? count : Math.Min(_offset, count);
            long kept = count - skipped;
            if (_limit >= 0) kept = Math.Min(kept, _limit);
            first = Reverse ? first + count - skipped - kept : first + skipped;
            count = kept;
        }

        // The number of members is known beforehand only where ranks are given.
        internal readonly bool StoresLarge(in CommandContext c, long count) =>
            Kind == ZsetRangeKind.Rank && count > c.Engine.Config.ZsetMaxListpackEntries;

        private bool ReadForm(in CommandContext c, int at)
        {
            if (Open && c.Is(at, "REV"u8))
            {
                if (Reverse) return false;
                Reverse = true;
                return true;
            }

            if (!Open || _kindIsGiven) return false;
            if (c.Is(at, "BYLEX"u8)) Kind = ZsetRangeKind.Member;
            else if (c.Is(at, "BYSCORE"u8)) Kind = ZsetRangeKind.Score;
            else return false;
            return _kindIsGiven = true;
        }

        private readonly bool Check(in CommandContext c)
        {
            if (_limit != -1 && Kind == ZsetRangeKind.Rank)
            {
                c.Error(
                    "ERR syntax error, LIMIT is only supported in combination with either "u8
                    + "BYSCORE or BYLEX"u8);
                return false;
            }

            if (!WithScores || Kind != ZsetRangeKind.Member) return true;
            c.Error(
                "ERR syntax error, WITHSCORES not supported in combination with BYLEX"u8);
            return false;
        }
    }
}
