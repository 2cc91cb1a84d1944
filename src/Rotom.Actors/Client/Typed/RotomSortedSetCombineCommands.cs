using System;
using System.Threading.Tasks;
using Rotom.Resp;

namespace Rotom.Actors.Client;

/// <summary>Commands that combine sorted sets; sets count with 1 for each member.</summary>
public static class RotomSortedSetCombineCommands
{
    /// <summary>ZUNION WITHSCORES: what is in one of them at least.</summary>
    [Calls("ZUNION")]
    public static ValueTask<ScoredMember[]> SortedSetUnionAsync(
        this IRotomCommands client, ReadOnlySpan<RespArgument> keys,
        SortedSetCombineOptions? options = null) =>
        Combine(client, Word.Zunion, keys, options);

    /// <summary>ZINTER WITHSCORES: what is in all of them.</summary>
    [Calls("ZINTER")]
    public static ValueTask<ScoredMember[]> SortedSetIntersectAsync(
        this IRotomCommands client, ReadOnlySpan<RespArgument> keys,
        SortedSetCombineOptions? options = null) =>
        Combine(client, Word.Zinter, keys, options);

    /// <summary>ZDIFF WITHSCORES: what is in the first and in none of the others.</summary>
    [Calls("ZDIFF")]
    public static ValueTask<ScoredMember[]> SortedSetDifferenceAsync(
        this IRotomCommands client, params ReadOnlySpan<RespArgument> keys) =>
        Combine(client, Word.Zdiff, keys, null);

    /// <summary>ZUNIONSTORE: how many there are in the destination.</summary>
    [Calls("ZUNIONSTORE")]
    public static ValueTask<long> SortedSetUnionAndStoreAsync(
        this IRotomCommands client, RespArgument destination, ReadOnlySpan<RespArgument> keys,
        SortedSetCombineOptions? options = null) =>
        Store(client, Word.Zunionstore, destination, keys, options);

    /// <summary>ZINTERSTORE: how many there are in the destination.</summary>
    [Calls("ZINTERSTORE")]
    public static ValueTask<long> SortedSetIntersectAndStoreAsync(
        this IRotomCommands client, RespArgument destination, ReadOnlySpan<RespArgument> keys,
        SortedSetCombineOptions? options = null) =>
        Store(client, Word.Zinterstore, destination, keys, options);

    /// <summary>ZDIFFSTORE: how many there are in the destination.</summary>
    [Calls("ZDIFFSTORE")]
    public static ValueTask<long> SortedSetDifferenceAndStoreAsync(
        this IRotomCommands client, RespArgument destination,
        params ReadOnlySpan<RespArgument> keys) =>
        Store(client, Word.Zdiffstore, destination, keys, null);

    /// <summary>ZINTERCARD: how many are in all of them; it stops to count at the limit, if that is
    /// not 0.</summary>
    [Calls("ZINTERCARD")]
    public static ValueTask<long> SortedSetIntersectionLengthAsync(
        this IRotomCommands client, ReadOnlySpan<RespArgument> keys, long limit = 0)
    {
        WordList words = new(Word.Zintercard, keys.Length + 3);
        words.AddCounted(keys);
        words.Add(Word.Limit, limit);
        return words.Send(client, Reply.Integer);
    }

    private static ValueTask<ScoredMember[]> Combine(
        IRotomCommands client, RespArgument name, ReadOnlySpan<RespArgument> keys,
        SortedSetCombineOptions? options)
    {
        WordList words = new(name, keys.Length * 2 + 6);
        words.AddCounted(keys);
        options?.AddTo(ref words);
        words.Add(Word.Withscores);
        return words.Send(client, Reply.ScoredMembers);
    }

    private static ValueTask<long> Store(
        IRotomCommands client, RespArgument name, RespArgument destination,
        ReadOnlySpan<RespArgument> keys, SortedSetCombineOptions? options)
    {
        WordList words = new(name, keys.Length * 2 + 6);
        words.Add(destination);
        words.AddCounted(keys);
        options?.AddTo(ref words);
        return words.Send(client, Reply.Integer);
    }
}
