using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Rotom.Resp;

namespace Rotom.Actors.Client;

/// <summary>A place in a sorted set.</summary>
/// <param name="Rank">From 0.</param>
/// <param name="Score">The score there.</param>
public readonly record struct RankedScore(long Rank, double Score);

/// <summary>Commands on the members of sorted sets.</summary>
public static class RotomSortedSetCommands
{
    /// <summary>ZADD: true when it is new.</summary>
    [Calls("ZADD")]
    public static ValueTask<bool> SortedSetAddAsync(
        this IRotomCommands client, RespArgument key, RespArgument member, double score) =>
        client.Call(Reply.Bool, Word.Zadd, key, Typed.Number(score), member);

    /// <summary>ZADD: how many are new.</summary>
    [Calls("ZADD")]
    public static ValueTask<long> SortedSetAddAsync(
        this IRotomCommands client, RespArgument key,
        params ReadOnlySpan<(RespArgument Member, double Score)> members) =>
        client.SortedSetAddAsync(key, default(SortedSetAddOptions), members);

    /// <summary>ZADD with conditions: how many are new, or have changed too.</summary>
    [Calls("ZADD")]
    public static ValueTask<long> SortedSetAddAsync(
        this IRotomCommands client, RespArgument key, SortedSetAddOptions options,
        params ReadOnlySpan<(RespArgument Member, double Score)> members)
    {
        WordList words = new(Word.Zadd, members.Length * 2 + 4);
        words.Add(key);
        options.AddTo(ref words);
        foreach ((RespArgument member, double score) in members)
        {
            words.Add(Typed.Number(score), member);
        }

        return words.Send(client, Reply.Integer);
    }

    /// <summary>ZINCRBY: the sum.</summary>
    [Calls("ZINCRBY")]
    public static ValueTask<double> SortedSetIncrementAsync(
        this IRotomCommands client, RespArgument key, RespArgument member, double by) =>
        client.Call(Reply.Double, Word.Zincrby, key, Typed.Number(by), member);

    /// <summary>ZADD INCR, with conditions: the sum; null when they do not hold.</summary>
    [Calls("ZADD")]
    public static ValueTask<double?> SortedSetIncrementAsync(
        this IRotomCommands client, RespArgument key, RespArgument member, double by,
        SortedSetAddOptions options)
    {
        WordList words = new(Word.Zadd);
        words.Add(key);
        options.AddTo(ref words);
        words.Add(Word.Incr, Typed.Number(by));
        words.Add(member);
        return words.Send(client, Reply.DoubleOrNull);
    }

    /// <summary>ZREM: true when it was there.</summary>
    [Calls("ZREM")]
    public static ValueTask<bool> SortedSetRemoveAsync(
        this IRotomCommands client, RespArgument key, RespArgument member) =>
        client.Call(Reply.Bool, Word.Zrem, key, member);

    /// <summary>ZREM: how many were there.</summary>
    [Calls("ZREM")]
    public static ValueTask<long> SortedSetRemoveAsync(
        this IRotomCommands client, RespArgument key, params ReadOnlySpan<RespArgument> members) =>
        WordList.Of(Word.Zrem, key, members).Send(client, Reply.Integer);

    /// <summary>ZREMRANGEBYRANK: how many were between the ranks, both included.</summary>
    [Calls("ZREMRANGEBYRANK")]
    public static ValueTask<long> SortedSetRemoveByRankAsync(
        this IRotomCommands client, RespArgument key, long start, long stop) =>
        client.Call(Reply.Integer, Word.Zremrangebyrank, key, start, stop);

    /// <summary>ZREMRANGEBYSCORE: how many had such scores.</summary>
    [Calls("ZREMRANGEBYSCORE")]
    public static ValueTask<long> SortedSetRemoveByScoreAsync(
        this IRotomCommands client, RespArgument key, ScoreBound low, ScoreBound high) =>
        client.Call(Reply.Integer, Word.Zremrangebyscore, key, low.Word, high.Word);

    /// <summary>ZREMRANGEBYLEX: how many were between the members.</summary>
    [Calls("ZREMRANGEBYLEX")]
    public static ValueTask<long> SortedSetRemoveByLexAsync(
        this IRotomCommands client, RespArgument key, LexBound low, LexBound high) =>
        client.Call(Reply.Integer, Word.Zremrangebylex, key, low.Word, high.Word);

    /// <summary>ZCARD.</summary>
    [Calls("ZCARD")]
    public static ValueTask<long> SortedSetLengthAsync(
        this IRotomCommands client, RespArgument key) =>
        client.Call(Reply.Integer, Word.Zcard, key);

    /// <summary>ZCOUNT: how many have such scores.</summary>
    [Calls("ZCOUNT")]
    public static ValueTask<long> SortedSetCountByScoreAsync(
        this IRotomCommands client, RespArgument key, ScoreBound low, ScoreBound high) =>
        client.Call(Reply.Integer, Word.Zcount, key, low.Word, high.Word);

    /// <summary>ZLEXCOUNT: how many are between the members.</summary>
    [Calls("ZLEXCOUNT")]
    public static ValueTask<long> SortedSetCountByLexAsync(
        this IRotomCommands client, RespArgument key, LexBound low, LexBound high) =>
        client.Call(Reply.Integer, Word.Zlexcount, key, low.Word, high.Word);

    /// <summary>ZSCORE.</summary>
    [Calls("ZSCORE")]
    public static ValueTask<double?> SortedSetScoreAsync(
        this IRotomCommands client, RespArgument key, RespArgument member) =>
        client.Call(Reply.DoubleOrNull, Word.Zscore, key, member);

    /// <summary>ZMSCORE: null for those that are not there.</summary>
    [Calls("ZMSCORE")]
    public static ValueTask<double?[]> SortedSetScoresAsync(
        this IRotomCommands client, RespArgument key, params ReadOnlySpan<RespArgument> members) =>
        WordList.Of(Word.Zmscore, key, members).Send(client, Reply.DoubleOrNullArray);

    /// <summary>ZRANK, from the lowest score.</summary>
    [Calls("ZRANK")]
    public static ValueTask<long?> SortedSetRankAsync(
        this IRotomCommands client, RespArgument key, RespArgument member) =>
        client.Call(Reply.IntegerOrNull, Word.Zrank, key, member);

    /// <summary>ZREVRANK, from the highest score.</summary>
    [Calls("ZREVRANK")]
    public static ValueTask<long?> SortedSetReverseRankAsync(
        this IRotomCommands client, RespArgument key, RespArgument member) =>
        client.Call(Reply.IntegerOrNull, Word.Zrevrank, key, member);

    /// <summary>ZRANK WITHSCORE, or ZREVRANK: rank and score; null when it is not there.</summary>
    [Calls("ZRANK", "ZREVRANK")]
    public static ValueTask<RankedScore?> SortedSetRankWithScoreAsync(
        this IRotomCommands client, RespArgument key, RespArgument member,
        bool fromHighest = false) =>
        client.Call(Ranked, fromHighest ? Word.Zrevrank : Word.Zrank, key, member, Word.Withscore);

    /// <summary>ZRANDMEMBER: any member; null when there is none.</summary>
    [Calls("ZRANDMEMBER")]
    public static ValueTask<byte[]?> SortedSetRandomMemberAsync(
        this IRotomCommands client, RespArgument key) =>
        client.Call(Reply.BytesOrNull, Word.Zrandmember, key);

    /// <summary>ZRANDMEMBER: so many different members, or as many as there are; with a negative
    /// count exactly so many, which may repeat.</summary>
    [Calls("ZRANDMEMBER")]
    public static ValueTask<byte[][]> SortedSetRandomMembersAsync(
        this IRotomCommands client, RespArgument key, long count) =>
        client.Call(Reply.BytesArray, Word.Zrandmember, key, count);

    /// <summary>ZRANDMEMBER WITHSCORES: the same with their scores.</summary>
    [Calls("ZRANDMEMBER")]
    public static ValueTask<ScoredMember[]> SortedSetRandomMembersWithScoresAsync(
        this IRotomCommands client, RespArgument key, long count) =>
        client.Call(Reply.ScoredMembers, Word.Zrandmember, key, count, Word.Withscores);

    /// <summary>ZSCAN: all members and scores, page by page.</summary>
    [Calls("ZSCAN")]
    public static IAsyncEnumerable<ScoredMember> SortedSetScanAsync(
        this IRotomCommands client, RespArgument key, ScanOptions options = default,
        CancellationToken cancellation = default) =>
        Scanning.Walk(cursor => client.SortedSetScanPageAsync(key, cursor, options), cancellation);

    /// <summary>ZSCAN: members and scores at a cursor, 0 for the first.</summary>
    [Calls("ZSCAN")]
    public static ValueTask<ScanPage<ScoredMember>> SortedSetScanPageAsync(
        this IRotomCommands client, RespArgument key, ulong cursor, ScanOptions options = default)
    {
        WordList words = new(Word.Zscan);
        words.Add(key);
        words.Add(cursor, options);
        return words.Send(client, Scanning.ScoredPage);
    }

    private static RankedScore? Ranked(RespValue reply)
    {
        if (reply.IsNull) return null;
        IReadOnlyList<RespValue> items = Reply.Items(reply, 2);
        return new RankedScore(items[0].AsInteger(), items[1].AsDouble());
    }
}
