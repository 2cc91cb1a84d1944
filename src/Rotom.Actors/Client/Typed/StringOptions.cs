using System.Collections.Generic;
using Rotom.Resp;

namespace Rotom.Actors.Client;

/// <summary>How SET sets.</summary>
public readonly record struct SetOptions
{
    /// <summary>The time to live; by default there is none afterwards.</summary>
    public Expiry Expiry { get; init; }

    /// <summary>Whether there must be such a key, or must not.</summary>
    public SetWhen When { get; init; }

    /// <summary>What the value must be now; not together with <see cref="When"/>.</summary>
    public ValueCondition Condition { get; init; }

    internal void AddTo(ref WordList words)
    {
        words.Add(When);
        Condition.AddTo(ref words);
        Expiry.AddTo(ref words);
    }
}

/// <summary>
/// What a value must be for a command to do anything (IFEQ, IFNE, IFDEQ, IFDNE of SET and DELEX).
/// The default asks for nothing.
/// </summary>
public readonly struct ValueCondition
{
    private readonly Kind _kind;
    private readonly RespArgument _operand;

    private ValueCondition(Kind kind, RespArgument operand)
    {
        _kind = kind;
        _operand = operand;
    }

    private enum Kind
    {
        None,
        Equal,
        NotEqual,
        DigestEqual,
        DigestNotEqual,
    }

    /// <summary>It is this (IFEQ); a key that is not there does not pass.</summary>
    public static ValueCondition EqualTo(RespArgument value) => new(Kind.Equal, value);

    /// <summary>It is not this (IFNE).</summary>
    public static ValueCondition NotEqualTo(RespArgument value) => new(Kind.NotEqual, value);

    /// <summary>Its digest is this (IFDEQ), as StringDigestAsync says it.</summary>
    public static ValueCondition DigestEqualTo(string digest) => new(Kind.DigestEqual, digest);

    /// <summary>Its digest is not this (IFDNE).</summary>
    public static ValueCondition DigestNotEqualTo(string digest) =>
        new(Kind.DigestNotEqual, digest);

    internal void AddTo(ref WordList words)
    {
        switch (_kind)
        {
            case Kind.Equal:
                words.Add(Word.Ifeq, _operand);
                break;
            case Kind.NotEqual:
                words.Add(Word.Ifne, _operand);
                break;
            case Kind.DigestEqual:
                words.Add(Word.Ifdeq, _operand);
                break;
            case Kind.DigestNotEqual:
                words.Add(Word.Ifdne, _operand);
                break;
        }
    }
}

/// <summary>A part of a longest common subsequence.</summary>
/// <param name="FirstStart">Where it begins in the first value, in bytes.</param>
/// <param name="FirstEnd">Its last byte there.</param>
/// <param name="SecondStart">Where it begins in the second.</param>
/// <param name="SecondEnd">Its last byte there.</param>
/// <param name="Length">How long it is.</param>
public readonly record struct LcsMatch(
    long FirstStart, long FirstEnd, long SecondStart, long SecondEnd, long Length);

/// <summary>Where a longest common subsequence lies.</summary>
/// <param name="Matches">Its parts, the last first.</param>
/// <param name="Length">How long the whole is, with the parts that were left out.</param>
public sealed record LcsMatches(IReadOnlyList<LcsMatch> Matches, long Length)
{
    internal static LcsMatches From(RespValue reply)
    {
        ReplyParts parts = Reply.Parts(reply);
        return new LcsMatches(Reply.Array(parts["matches"], Match), parts["len"].AsInteger());
    }

    private static LcsMatch Match(RespValue reply)
    {
        IReadOnlyList<RespValue> match = Reply.Items(reply, 3);
        IReadOnlyList<RespValue> first = Reply.Items(match[0], 2);
        IReadOnlyList<RespValue> second = Reply.Items(match[1], 2);
        return new LcsMatch(
            first[0].AsInteger(), first[1].AsInteger(), second[0].AsInteger(),
            second[1].AsInteger(), match[2].AsInteger());
    }
}
