using System;
using Rotom.Engine.Memory;

namespace Rotom.Engine.Commands;

/// <summary>What a range of a sorted set is given by.</summary>
internal enum ZsetRangeKind
{
    /// <summary>Ranks, negative from the end.</summary>
    Rank,

    /// <summary>Scores, <c>(</c> before one that is not included.</summary>
    Score,

    /// <summary>Members, <c>(</c> or <c>[</c> before each, or <c>-</c> and <c>+</c>.</summary>
    Member,
}

/// <summary>A range as the commands on sorted sets have it; becomes ranks in a set.</summary>
internal ref struct ZsetRange
{
    private ZsetBound _min;
    private ZsetBound _max;
    private long _start;
    private long _stop;
    private bool _byRank;

    /// <summary>
    /// Reads the two words of a range; answers the error that is due and returns false when they
    /// are none.
    /// </summary>
    internal static bool TryRead(
        in CommandContext c, ZsetRangeKind kind, int min, int max, out ZsetRange range)
    {
        range = default;
        switch (kind)
        {
            case ZsetRangeKind.Rank:
                range._byRank = true;
                return c.TryInt64(min, out range._start) && c.TryInt64(max, out range._stop);
            case ZsetRangeKind.Score:
                if (TryScore(c[min], isMax: false, out range._min)
                    && TryScore(c[max], isMax: true, out range._max))
                {
                    return true;
                }

                c.Error("ERR min or max is not a float"u8);
                return false;
            default:
                if (TryMember(c[min], isMax: false, out range._min)
                    && TryMember(c[max], isMax: true, out range._max))
                {
                    return true;
                }

                c.Error("ERR min or max not valid string range item"u8);
                return false;
        }
    }

    /// <summary>The range in a set: the lowest rank, and how many members there are.</summary>
    internal readonly void Find(in Zset set, out long first, out long count)
    {
        if (_byRank)
        {
            FindRanks(set.Count, reverse: false, out first, out count);
            return;
        }

        first = set.CountBefore(in _min);
        count = Math.Max(0, set.CountBefore(in _max) - first);
    }

    /// <summary>
    /// The range in a set when ranks count from the highest score; bounds by score or member mean
    /// the same either way.
    /// </summary>
    internal readonly void FindReverse(in Zset set, out long first, out long count)
    {
        if (_byRank) FindRanks(set.Count, reverse: true, out first, out count);
        else Find(in set, out first, out count);
    }

    private readonly void FindRanks(long length, bool reverse, out long first, out long count)
    {
        long start = _start < 0 ? Math.Max(0, _start + length) : _start;
        long stop = Math.Min(_stop < 0 ? _stop + length : _stop, length - 1);
        count = start > stop ? 0 : stop - start + 1;
        first = reverse ? length - 1 - stop : start;
    }

    // As C's strtod reads it, which also takes nothing at all for 0.
    private static bool TryScore(ReadOnlySpan<byte> text, bool isMax, out ZsetBound bound)
    {
        bool exclusive = text is [(byte)'(', ..];
        if (exclusive) text = text[1..];
        bool found = Numbers.TryParseLoose(text, out double score);
        bound = ZsetBound.ByScore(score, behindEqual: exclusive != isMax);
        return found;
    }

    private static bool TryMember(ReadOnlySpan<byte> text, bool isMax, out ZsetBound bound)
    {
        bound = default;
        if (text.IsEmpty) return false;
        bool alone = text.Length == 1 || text[1] == 0;
        switch (text[0])
        {
            case (byte)'-':
                bound = ZsetBound.Start;
                return alone;
            case (byte)'+':
                bound = ZsetBound.End;
                return alone;
            case (byte)'(':
                bound = ZsetBound.ByMember(text[1..], behindEqual: !isMax);
                return true;
            case (byte)'[':
                bound = ZsetBound.ByMember(text[1..], behindEqual: isMax);
                return true;
            default:
                return false;
        }
    }
}
