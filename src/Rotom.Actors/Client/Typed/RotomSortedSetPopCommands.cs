using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using Rotom.Resp;

namespace Rotom.Actors.Client;

/// <summary>An end of a sorted set.</summary>
public enum ScoreEnd
{
    /// <summary>Where the scores are lowest.</summary>
    Lowest,

    /// <summary>Where they are highest.</summary>
    Highest,
}

/// <summary>Members that were taken from the first sorted set that had any.</summary>
/// <param name="Key">Which one it was.</param>
/// <param name="Members">What was taken, in the order in which it was.</param>
public sealed record SortedSetPopResult(byte[] Key, ScoredMember[] Members);

/// <summary>Commands that take members out at an end.</summary>
public static class RotomSortedSetPopCommands
{
    /// <summary>ZPOPMIN or ZPOPMAX: null when there is none.</summary>
    [Calls("ZPOPMIN", "ZPOPMAX")]
    public static ValueTask<ScoredMember?> SortedSetPopAsync(
        this IRotomCommands client, RespArgument key, ScoreEnd end) =>
        client.Call(First, NameOfPop(end), key);

    /// <summary>ZPOPMIN or ZPOPMAX: up to so many.</summary>
    [Calls("ZPOPMIN", "ZPOPMAX")]
    public static ValueTask<ScoredMember[]> SortedSetPopAsync(
        this IRotomCommands client, RespArgument key, ScoreEnd end, long count) =>
        client.Call(Reply.ScoredMembers, NameOfPop(end), key, count);

    /// <summary>ZMPOP: up to so many from the first of the sorted sets that has any; null when none
    /// has.</summary>
    [Calls("ZMPOP")]
    public static ValueTask<SortedSetPopResult?> SortedSetPopAsync(
        this IRotomCommands client, ReadOnlySpan<RespArgument> keys, ScoreEnd end,
        long count = 1)
    {
        WordList words = new(Word.Zmpop, keys.Length + 4);
        words.AddCounted(keys);
        words.Add(NameOf(end));
        words.Add(Word.Count, count);
        return words.Send(client, Popped);
    }

    internal static RespArgument NameOf(ScoreEnd end) =>
        end == ScoreEnd.Lowest ? Word.Min : Word.Max;

    internal static SortedSetPopResult? Popped(RespValue reply)
    {
        if (reply.IsNull) return null;
        IReadOnlyList<RespValue> items = Reply.Items(reply, 2);
        return new SortedSetPopResult(Reply.Bytes(items[0]), Reply.ScoredMembers(items[1]));
    }

    private static RespArgument NameOfPop(ScoreEnd end) =>
        end == ScoreEnd.Lowest ? Word.Zpopmin : Word.Zpopmax;

    private static ScoredMember? First(RespValue reply) =>
        Reply.ScoredMembers(reply) is [var first, ..] ? first : null;
}
