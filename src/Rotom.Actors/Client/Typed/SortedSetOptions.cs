using System;
using System.Collections.Generic;
using Rotom.Resp;

namespace Rotom.Actors.Client;

/// <summary>A bound of scores; a number converts to the one that includes it.</summary>
public readonly record struct ScoreBound
{
    private ScoreBound(double score, bool isExclusive)
    {
        Score = score;
        IsExclusive = isExclusive;
    }

    /// <summary>Below all.</summary>
    public static ScoreBound Lowest => new(double.NegativeInfinity, false);

    /// <summary>Above all.</summary>
    public static ScoreBound Highest => new(double.PositiveInfinity, false);

    /// <summary>The score.</summary>
    public double Score { get; }

    /// <summary>True when it lies outside itself.</summary>
    public bool IsExclusive { get; }

    internal RespArgument Word => IsExclusive
        ? (RespArgument)(byte[])[(byte)'(', .. Typed.Number(Score).Bytes.Span]
        : Typed.Number(Score);

    /// <summary>With the score itself.</summary>
    public static ScoreBound Inclusive(double score) => new(score, false);

    /// <summary>Without it.</summary>
    public static ScoreBound Exclusive(double score) => new(score, true);

    /// <summary>With the score itself.</summary>
    public static implicit operator ScoreBound(double score) => Inclusive(score);
}

/// <summary>
/// A bound of members in the order of their bytes, for sorted sets whose scores are all the same.
/// </summary>
public readonly struct LexBound
{
    private readonly byte[]? _word;

    private LexBound(byte[] word) => _word = word;

    /// <summary>Before all.</summary>
    public static LexBound First { get; } = new("-"u8.ToArray());

    /// <summary>Behind all.</summary>
    public static LexBound Last { get; } = new("+"u8.ToArray());

    internal RespArgument Word =>
        _word ?? throw new InvalidOperationException("A LexBound is made by its own methods.");

    /// <summary>With the member itself.</summary>
    public static LexBound Inclusive(RespArgument member) =>
        new([(byte)'[', .. member.Bytes.Span]);

    /// <summary>Without it.</summary>
    public static LexBound Exclusive(RespArgument member) =>
        new([(byte)'(', .. member.Bytes.Span]);
}

/// <summary>
/// A part of a sorted set, for ZRANGE and ZRANGESTORE. Bounds are always given from the lower to
/// the higher one, also when the order is reversed.
/// </summary>
public readonly record struct SortedSetRange
{
    private readonly RespArgument _low;
    private readonly RespArgument _high;
    private readonly Kind _kind;

    private SortedSetRange(Kind kind, RespArgument low, RespArgument high)
    {
        _kind = kind;
        _low = low;
        _high = high;
    }

    private enum Kind
    {
        None,
        Rank,
        Score,
        Lex,
    }

    /// <summary>From the highest down (REV). Ranks count from the highest then.</summary>
    public bool IsReversed { get; init; }

    /// <summary>How many to leave out at the beginning; not by rank.</summary>
    public long Offset { get; init; }

    /// <summary>How many to give; all when null. Not by rank.</summary>
    public long? Count { get; init; }

    /// <summary>By rank, both included; negative ones count from the end.</summary>
    public static SortedSetRange ByRank(long start = 0, long stop = -1) =>
        new(Kind.Rank, start, stop);

    /// <summary>By score (BYSCORE).</summary>
    public static SortedSetRange ByScore(ScoreBound low, ScoreBound high) =>
        new(Kind.Score, low.Word, high.Word);

    /// <summary>By member (BYLEX), when all scores are the same.</summary>
    public static SortedSetRange ByLex(LexBound low, LexBound high) =>
        new(Kind.Lex, low.Word, high.Word);

    internal void AddTo(ref WordList words)
    {
        if (_kind == Kind.None)
        {
            throw new InvalidOperationException("A range is made by ByRank, ByScore or ByLex.");
        }

        if (IsReversed && _kind != Kind.Rank) words.Add(_high, _low);
        else words.Add(_low, _high);
        if (_kind == Kind.Score) words.Add(Client.Word.Byscore);
        if (_kind == Kind.Lex) words.Add(Client.Word.Bylex);
        if (IsReversed) words.Add(Client.Word.Rev);
        words.AddLimit(Offset, Count);
    }
}

/// <summary>When ZADD sets a score that differs.</summary>
public enum ScoreWhen
{
    /// <summary>Always.</summary>
    Always,

    /// <summary>Only if the new one is higher (GT); new members are added all the same.</summary>
    Higher,

    /// <summary>Only if the new one is lower (LT); new members are added all the same.</summary>
    Lower,
}

/// <summary>How ZADD adds.</summary>
public readonly record struct SortedSetAddOptions
{
    /// <summary>Whether there must be such a member, or must not.</summary>
    public SetWhen When { get; init; }

    /// <summary>Whether the new score must be higher or lower.</summary>
    public ScoreWhen Score { get; init; }

    /// <summary>Counts those whose scores have changed with those that are new (CH).</summary>
    public bool CountChanged { get; init; }

    internal void AddTo(ref WordList words)
    {
        words.Add(When);
        if (Score == ScoreWhen.Higher) words.Add(Word.Gt);
        if (Score == ScoreWhen.Lower) words.Add(Word.Lt);
        if (CountChanged) words.Add(Word.Ch);
    }
}

/// <summary>What becomes of the scores of a member that is in several sorted sets.</summary>
public enum ScoreAggregate
{
    /// <summary>They are added.</summary>
    Sum,

    /// <summary>The lowest is taken.</summary>
    Min,

    /// <summary>The highest is taken.</summary>
    Max,
}

/// <summary>How ZUNION and ZINTER combine.</summary>
public sealed record SortedSetCombineOptions
{
    /// <summary>What the scores of each sorted set are multiplied by, one for each; all 1 when
    /// empty.</summary>
    public IReadOnlyList<double> Weights { get; init; } = [];

    /// <summary>What becomes of several scores.</summary>
    public ScoreAggregate Aggregate { get; init; }

    internal void AddTo(ref WordList words)
    {
        if (Weights.Count > 0)
        {
            words.Add(Word.Weights);
            foreach (double weight in Weights) words.Add(Typed.Number(weight));
        }

        if (Aggregate == ScoreAggregate.Sum) return;
        words.Add(Word.Aggregate, Aggregate == ScoreAggregate.Min ? Word.Min : Word.Max);
    }
}

/// <summary>LIMIT.</summary>
internal static class Limits
{
    internal static void AddLimit(this ref WordList words, long offset, long? count)
    {
        if (offset == 0 && count is null) return;
        words.Add(Word.Limit, offset);
        words.Add(count ?? -1);
    }
}
