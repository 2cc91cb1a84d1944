using System;

namespace Rotom.Engine.Memory;

/// <summary>What a bound is compared with.</summary>
internal enum ZsetBoundKind : byte
{
    /// <summary>Before all elements.</summary>
    Start,

    /// <summary>Behind all elements.</summary>
    End,

    /// <summary>Scores only.</summary>
    Score,

    /// <summary>Members only; makes sense where all scores are the same.</summary>
    Member,

    /// <summary>Scores, then members: the order of the set.</summary>
    Both,
}

/// <summary>
/// A place between elements of a sorted set: before the first that is not less than a score or a
/// member, or behind the last that equals it.
/// </summary>
internal readonly ref struct ZsetBound
{
    private ZsetBound(
        ZsetBoundKind kind, double score, ReadOnlySpan<byte> member, bool behindEqual)
    {
        Kind = kind;
        Score = score;
        Member = member;
        BehindEqual = behindEqual;
    }

    /// <summary>Before all elements.</summary>
    public static ZsetBound Start => default;

    /// <summary>Behind all elements.</summary>
    public static ZsetBound End => new(ZsetBoundKind.End, 0, default, false);

    /// <summary>What is compared.</summary>
    public ZsetBoundKind Kind { get; }

    /// <summary>The score.</summary>
    public double Score { get; }

    /// <summary>The member.</summary>
    public ReadOnlySpan<byte> Member { get; }

    /// <summary>True when the place is behind what equals the bound.</summary>
    public bool BehindEqual { get; }

    /// <summary>A place by score.</summary>
    public static ZsetBound ByScore(double score, bool behindEqual) =>
        new(ZsetBoundKind.Score, score, default, behindEqual);

    /// <summary>A place by member.</summary>
    public static ZsetBound ByMember(ReadOnlySpan<byte> member, bool behindEqual) =>
        new(ZsetBoundKind.Member, 0, member, behindEqual);

    /// <summary>The place of an element, before it if it is there.</summary>
    public static ZsetBound Of(double score, ReadOnlySpan<byte> member) =>
        new(ZsetBoundKind.Both, score, member, false);

    /// <summary>True when an element is before this place.</summary>
    public bool IsBehind(double score, ReadOnlySpan<byte> member)
    {
        switch (Kind)
        {
            case ZsetBoundKind.Start:
                return false;
            case ZsetBoundKind.End:
                return true;
            case ZsetBoundKind.Score:
                return BehindEqual ? score <= Score : score < Score;
            case ZsetBoundKind.Both when score != Score:
                return score < Score;
            default:
                int order = member.SequenceCompareTo(Member);
                return BehindEqual ? order <= 0 : order < 0;
        }
    }
}
