using System.Collections.Generic;
using System.Threading.Tasks;
using Rotom.Resp;

namespace Rotom.Actors.Client;

/// <summary>Commands on parts of sorted sets.</summary>
public static class RotomSortedSetRangeCommands
{
    /// <summary>ZRANGE WITHSCORES, by rank.</summary>
    [Calls("ZRANGE")]
    public static ValueTask<IReadOnlyList<ScoredMember>> SortedSetRangeAsync(
        this IRotomCommands client, RespArgument key, long start = 0, long stop = -1) =>
        client.Call<IReadOnlyList<ScoredMember>>(
            Reply.ScoredMembers, Word.Zrange, key, start, stop, Word.Withscores);

    /// <summary>ZRANGE: the members of any part.</summary>
    [Calls("ZRANGE")]
    public static ValueTask<byte[][]> SortedSetRangeAsync(
        this IRotomCommands client, RespArgument key, SortedSetRange range)
    {
        WordList words = new(Word.Zrange, 10);
        words.Add(key);
        range.AddTo(ref words);
        return words.Send(client, Reply.BytesArray);
    }

    /// <summary>ZRANGE WITHSCORES: members and scores of any part but one by members.</summary>
    [Calls("ZRANGE")]
    public static ValueTask<ScoredMember[]> SortedSetRangeWithScoresAsync(
        this IRotomCommands client, RespArgument key, SortedSetRange range)
    {
        WordList words = new(Word.Zrange, 10);
        words.Add(key);
        range.AddTo(ref words);
        words.Add(Word.Withscores);
        return words.Send(client, Reply.ScoredMembers);
    }

    /// <summary>ZRANGESTORE: puts a part into another sorted set; how many.</summary>
    [Calls("ZRANGESTORE")]
    public static ValueTask<long> SortedSetRangeAndStoreAsync(
        this IRotomCommands client, RespArgument destination, RespArgument source,
        SortedSetRange range)
    {
        WordList words = new(Word.Zrangestore, 10);
        words.Add(destination, source);
        range.AddTo(ref words);
        return words.Send(client, Reply.Integer);
    }

    /// <summary>ZREVRANGE WITHSCORES: by rank, from the highest score down.</summary>
    [Calls("ZREVRANGE")]
    public static ValueTask<ScoredMember[]> SortedSetReverseRangeAsync(
        this IRotomCommands client, RespArgument key, long start = 0, long stop = -1) =>
        client.Call(Reply.ScoredMembers, Word.Zrevrange, key, start, stop, Word.Withscores);

    /// <summary>ZRANGEBYSCORE WITHSCORES.</summary>
    [Calls("ZRANGEBYSCORE")]
    public static ValueTask<ScoredMember[]> SortedSetRangeByScoreAsync(
        this IRotomCommands client, RespArgument key, ScoreBound low, ScoreBound high,
        long offset = 0, long? count = null) =>
        Words(Word.Zrangebyscore, key, low.Word, high.Word, true, offset, count)
            .Send(client, Reply.ScoredMembers);

    /// <summary>ZREVRANGEBYSCORE WITHSCORES: from the highest score down.</summary>
    [Calls("ZREVRANGEBYSCORE")]
    public static ValueTask<ScoredMember[]> SortedSetReverseRangeByScoreAsync(
        this IRotomCommands client, RespArgument key, ScoreBound low, ScoreBound high,
        long offset = 0, long? count = null) =>
        Words(Word.Zrevrangebyscore, key, high.Word, low.Word, true, offset, count)
            .Send(client, Reply.ScoredMembers);

    /// <summary>ZRANGEBYLEX.</summary>
    [Calls("ZRANGEBYLEX")]
    public static ValueTask<byte[][]> SortedSetRangeByLexAsync(
        this IRotomCommands client, RespArgument key, LexBound low, LexBound high,
        long offset = 0, long? count = null) =>
        Words(Word.Zrangebylex, key, low.Word, high.Word, false, offset, count)
            .Send(client, Reply.BytesArray);

    /// <summary>ZREVRANGEBYLEX: from the last member on.</summary>
    [Calls("ZREVRANGEBYLEX")]
    public static ValueTask<byte[][]> SortedSetReverseRangeByLexAsync(
        this IRotomCommands client, RespArgument key, LexBound low, LexBound high,
        long offset = 0, long? count = null) =>
        Words(Word.Zrevrangebylex, key, high.Word, low.Word, false, offset, count)
            .Send(client, Reply.BytesArray);

    private static WordList Words(
        RespArgument name, RespArgument key, RespArgument first, RespArgument second,
        bool withScores, long offset, long? count)
    {
        WordList words = new(name);
        words.Add(key);
        words.Add(first, second);
        if (withScores) words.Add(Word.Withscores);
        words.AddLimit(offset, count);
        return words;
    }
}
