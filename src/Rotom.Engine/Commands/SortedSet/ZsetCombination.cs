using System;
using Rotom.Engine.Memory;
using Rotom.Resp;

namespace Rotom.Engine.Commands;

/// <summary>What is made of several sorted sets.</summary>
internal enum ZsetOperation
{
    /// <summary>All members of any.</summary>
    Union,

    /// <summary>The members that all have.</summary>
    Intersection,

    /// <summary>The first one's members that no other has.</summary>
    Difference,
}

// Reads the words of ZUNION and its kin and works out the result. Members of plain sets have the
// score 1. A product or a sum that is no number (0 times infinity, infinity less infinity) counts
// 0, as in Redis, so that NaN never becomes a score.

/// <summary>Combines sorted sets, and sets.</summary>
internal ref struct ZsetCombination
{
    private readonly ZsetOperation _operation;
    private readonly bool _stored;
    private readonly bool _cardinality;
    private ZsetInput[] _inputs = [];
    private Aggregate _aggregate;
    private long _limit;

    internal ZsetCombination(ZsetOperation operation, bool stored, bool cardinality)
    {
        _operation = operation;
        _stored = stored;
        _cardinality = cardinality;
    }

    private enum Aggregate
    {
        Sum,
        Min,
        Max,
    }

    /// <summary>True when the scores are to be answered.</summary>
    internal bool WithScores { get; private set; }

    /// <summary>Reads the words; on a mistake the error is answered.</summary>
    internal bool Read(ref CommandContext c)
    {
        int countAt = _stored ? 2 : 1;
        if (!c.TryInt64(countAt, out long count)) return false;
        if (count < 1)
        {
            c.Engine.DraftError().Error(
                "ERR at least 1 input key is needed for '"u8, c.Command.FullNameBytes,
                "' command"u8);
            c.Error(c.Engine.DraftedError);
            return false;
        }

        int from = countAt + 1;
        if (count > c.ArgCount - from)
        {
            c.SyntaxError();
            return false;
        }

        _inputs = new ZsetInput[count];
        for (int i = 0; i < _inputs.Length; i++)
        {
            Entry entry = c.Database.LookupRead(c.Key(_stored ? i + 1 : i), c.Client);
            if (!ZsetInput.TryOpen(in c, entry, out _inputs[i]))
            {
                c.Error(Errors.WrongType);
                return false;
            }
        }

        if (!ReadOptions(ref c, from + _inputs.Length)) return false;
        if (_operation == ZsetOperation.Difference) SortBySize(from: 1, largestFirst: true);
        else SortBySize(from: 0, largestFirst: false);
        return true;
    }

    /// <summary>Adds what comes out to an empty set; the length of the longest member.</summary>
    internal readonly long Run(ref Zset result) => _operation switch
    {
        ZsetOperation.Union => Unite(ref result),
        ZsetOperation.Intersection => Intersect(ref result),
        _ => Subtract(ref result),
    };

    /// <summary>How many members an intersection has, up to the limit.</summary>
    internal readonly long Count()
    {
        long count = 0;
        ZsetInput.Walk walk = new(in _inputs[0]);
        while ((_limit == 0 || count < _limit) && walk.Next())
        {
            if (IsInAll(walk.Member)) count++;
        }

        return count;
    }

    private bool ReadOptions(ref CommandContext c, int at)
    {
        while (at < c.ArgCount)
        {
            int left = c.ArgCount - at;
            bool weighs = _operation != ZsetOperation.Difference && !_cardinality;
            if (weighs && left > _inputs.Length && c.Is(at, "WEIGHTS"u8))
            {
                for (int i = 0; i < _inputs.Length; i++)
                {
                    if (Numbers.TryParse(c[at + 1 + i], out _inputs[i].Weight)) continue;
                    c.Error("ERR weight value is not a float"u8);
                    return false;
                }

                at += 1 + _inputs.Length;
            }
            else if (weighs && left >= 2 && c.Is(at, "AGGREGATE"u8) && TryAggregate(in c, at + 1))
            {
                at += 2;
            }
            else if (!_stored && !_cardinality && c.Is(at, "WITHSCORES"u8))
            {
                WithScores = true;
                at++;
            }
            else if (_cardinality && left >= 2 && c.Is(at, "LIMIT"u8))
            {
                if (!TryLimit(ref c, at + 1)) return false;
                at += 2;
            }
            else
            {
                c.SyntaxError();
                return false;
            }
        }

        return true;
    }

    private bool TryAggregate(in CommandContext c, int at)
    {
        if (c.Is(at, "SUM"u8)) _aggregate = Aggregate.Sum;
        else if (c.Is(at, "MIN"u8)) _aggregate = Aggregate.Min;
        else if (c.Is(at, "MAX"u8)) _aggregate = Aggregate.Max;
        else return false;
        return true;
    }

    private bool TryLimit(ref CommandContext c, int at)
    {
        ReadOnlySpan<byte> error = "ERR LIMIT can't be negative"u8;
        if (!c.TryInt64(at, error, out _limit)) return false;
        if (_limit >= 0) return true;
        c.Error(error);
        return false;
    }

    // Those of a size stay as they came: sums of doubles depend on the order.
    private readonly void SortBySize(int from, bool largestFirst)
    {
        ZsetInput[] unsorted = _inputs[from..];
        int[] order = new int[unsorted.Length];
        for (int i = 0; i < order.Length; i++) order[i] = i;
        Array.Sort(order, (a, b) =>
        {
            int bySize = unsorted[a].Count.CompareTo(unsorted[b].Count);
            if (bySize == 0) return a.CompareTo(b);
            return largestFirst ? -bySize : bySize;
        });
        for (int i = 0; i < order.Length; i++) _inputs[from + i] = unsorted[order[i]];
    }

    private readonly long Unite(ref Zset result)
    {
        long longest = 0;
        for (int i = 0; i < _inputs.Length; i++)
        {
            ZsetInput.Walk walk = new(in _inputs[i]);
            while (walk.Next())
            {
                double score = NumberOr0(walk.Score * _inputs[i].Weight);
                ZsetMember found = result.Find(walk.Member);
                if (!found.Exists)
                {
                    longest = Math.Max(longest, walk.Member.Length);
                    result.Add(walk.Member, score, in found);
                    continue;
                }

                score = Join(found.Score, score);
                if (score != found.Score) result.SetScore(walk.Member, score, in found);
            }
        }

        return longest;
    }

    private readonly long Intersect(ref Zset result)
    {
        long longest = 0;
        ZsetInput.Walk walk = new(in _inputs[0]);
        while (walk.Next())
        {
            double score = NumberOr0(walk.Score * _inputs[0].Weight);
            int i = 1;
            for (; i < _inputs.Length; i++)
            {
                if (!_inputs[i].TryFind(walk.Member, out double other)) break;
                score = Join(score, other * _inputs[i].Weight);
            }

            if (i < _inputs.Length) continue;
            longest = Math.Max(longest, walk.Member.Length);
            result.Add(walk.Member, score, result.Find(walk.Member));
        }

        return longest;
    }

    // Looking up each of the first one's members in all others, or removing what others have from
    // a copy of the first: whichever looks up less. Of the look-ups half are taken to be spared by
    // a member that is found, as in Redis.
    private readonly long Subtract(ref Zset result)
    {
        long lookups = _inputs[0].Count * _inputs.Length / 2;
        long removals = 0;
        foreach (ZsetInput input in _inputs) removals += input.Count;
        if (lookups <= removals) return CopyUnlessElsewhere(ref result);
        CopyUnlessElsewhere(ref result, others: 0);
        for (int i = 1; i < _inputs.Length && result.Count > 0; i++)
        {
            ZsetInput.Walk walk = new(in _inputs[i]);
            while (walk.Next())
            {
                ZsetMember found = result.Find(walk.Member);
                if (!found.Exists) continue;
                result.Remove(in found);
                if (result.Count == 0) break;
            }
        }

        return Longest(in result);
    }

    private readonly long CopyUnlessElsewhere(ref Zset result, int others = int.MaxValue)
    {
        long longest = 0;
        int end = Math.Min(others, _inputs.Length - 1) + 1;
        ZsetInput.Walk walk = new(in _inputs[0]);
        while (walk.Next())
        {
            bool elsewhere = false;
            for (int i = 1; i < end && !elsewhere; i++)
                elsewhere = _inputs[i].TryFind(walk.Member, out _);
            if (elsewhere) continue;
            longest = Math.Max(longest, walk.Member.Length);
            result.Add(walk.Member, walk.Score, result.Find(walk.Member));
        }

        return longest;
    }

    private static long Longest(in Zset result)
    {
        long longest = 0;
        for (ZsetPosition at = result.At(0); !at.IsNull; at = result.Next(at))
            longest = Math.Max(longest, result.Member(at).TextLength);
        return longest;
    }

    private readonly bool IsInAll(ReadOnlySpan<byte> member)
    {
        for (int i = 1; i < _inputs.Length; i++)
        {
            if (!_inputs[i].TryFind(member, out _)) return false;
        }

        return true;
    }

    private readonly double Join(double score, double other) => _aggregate switch
    {
        Aggregate.Min => other < score ? other : score,
        Aggregate.Max => other > score ? other : score,
        _ => NumberOr0(score + other),
    };

    private static double NumberOr0(double value) => double.IsNaN(value) ? 0 : value;
}
