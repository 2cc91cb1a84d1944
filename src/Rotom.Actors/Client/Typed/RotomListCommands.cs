using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using Rotom.Resp;

namespace Rotom.Actors.Client;

/// <summary>An end of a list.</summary>
public enum ListSide
{
    /// <summary>Where it begins.</summary>
    Left,

    /// <summary>Where it ends.</summary>
    Right,
}

/// <summary>Elements that were taken from the first list that had any.</summary>
/// <param name="Key">Which one it was.</param>
/// <param name="Elements">What was taken, in the order in which it was.</param>
public sealed record ListPopResult(byte[] Key, byte[][] Elements);

/// <summary>Commands on lists.</summary>
public static class RotomListCommands
{
    /// <summary>LPUSH: the length.</summary>
    [Calls("LPUSH")]
    public static ValueTask<long> ListLeftPushAsync(
        this IRotomCommands client, RespArgument key, params ReadOnlySpan<RespArgument> values) =>
        Push(client, Word.Lpush, key, values);

    /// <summary>RPUSH: the length.</summary>
    [Calls("RPUSH")]
    public static ValueTask<long> ListRightPushAsync(
        this IRotomCommands client, RespArgument key, params ReadOnlySpan<RespArgument> values) =>
        Push(client, Word.Rpush, key, values);

    /// <summary>LPUSHX: only to a list that is there; the length, 0 when it is not.</summary>
    [Calls("LPUSHX")]
    public static ValueTask<long> ListLeftPushExistsAsync(
        this IRotomCommands client, RespArgument key, params ReadOnlySpan<RespArgument> values) =>
        Push(client, Word.Lpushx, key, values);

    /// <summary>RPUSHX: only to a list that is there; the length, 0 when it is not.</summary>
    [Calls("RPUSHX")]
    public static ValueTask<long> ListRightPushExistsAsync(
        this IRotomCommands client, RespArgument key, params ReadOnlySpan<RespArgument> values) =>
        Push(client, Word.Rpushx, key, values);

    /// <summary>LPOP.</summary>
    [Calls("LPOP")]
    public static ValueTask<byte[]?> ListLeftPopAsync(
        this IRotomCommands client, RespArgument key) =>
        client.Call(Reply.BytesOrNull, Word.Lpop, key);

    /// <summary>RPOP.</summary>
    [Calls("RPOP")]
    public static ValueTask<byte[]?> ListRightPopAsync(
        this IRotomCommands client, RespArgument key) =>
        client.Call(Reply.BytesOrNull, Word.Rpop, key);

    /// <summary>LPOP: up to so many; null when there is no such list.</summary>
    [Calls("LPOP")]
    public static ValueTask<byte[][]?> ListLeftPopAsync(
        this IRotomCommands client, RespArgument key, long count) =>
        client.Call(Reply.BytesArrayOrNull, Word.Lpop, key, count);

    /// <summary>RPOP: up to so many; null when there is no such list.</summary>
    [Calls("RPOP")]
    public static ValueTask<byte[][]?> ListRightPopAsync(
        this IRotomCommands client, RespArgument key, long count) =>
        client.Call(Reply.BytesArrayOrNull, Word.Rpop, key, count);

    /// <summary>LMPOP: up to so many from the first of the lists that has any; null when none has.
    /// </summary>
    [Calls("LMPOP")]
    public static ValueTask<ListPopResult?> ListPopAsync(
        this IRotomCommands client, ReadOnlySpan<RespArgument> keys, ListSide side,
        long count = 1)
    {
        WordList words = new(Word.Lmpop, keys.Length + 4);
        words.AddCounted(keys);
        words.Add(NameOf(side));
        words.Add(Word.Count, count);
        return words.Send(client, Popped);
    }

    /// <summary>LRANGE; negative indices count from the end.</summary>
    [Calls("LRANGE")]
    public static ValueTask<byte[][]> ListRangeAsync(
        this IRotomCommands client, RespArgument key, long start = 0, long stop = -1) =>
        client.Call(Reply.BytesArray, Word.Lrange, key, start, stop);

    /// <summary>LLEN.</summary>
    [Calls("LLEN")]
    public static ValueTask<long> ListLengthAsync(this IRotomCommands client, RespArgument key) =>
        client.Call(Reply.Integer, Word.Llen, key);

    /// <summary>LINDEX: null beyond the ends; negative indices count from the end.</summary>
    [Calls("LINDEX")]
    public static ValueTask<byte[]?> ListGetByIndexAsync(
        this IRotomCommands client, RespArgument key, long index) =>
        client.Call(Reply.BytesOrNull, Word.Lindex, key, index);

    /// <summary>LSET: an error when there is no such element.</summary>
    [Calls("LSET")]
    public static ValueTask ListSetByIndexAsync(
        this IRotomCommands client, RespArgument key, long index, RespArgument value) =>
        client.CallForOk(Word.Lset, key, index, value);

    /// <summary>LINSERT BEFORE: the length; 0 when there is no such list, -1 when the pivot is not
    /// in it.</summary>
    [Calls("LINSERT")]
    public static ValueTask<long> ListInsertBeforeAsync(
        this IRotomCommands client, RespArgument key, RespArgument pivot, RespArgument value) =>
        client.Call(Reply.Integer, Word.Linsert, key, Word.Before, pivot, value);

    /// <summary>LINSERT AFTER: the length; 0 when there is no such list, -1 when the pivot is not
    /// in it.</summary>
    [Calls("LINSERT")]
    public static ValueTask<long> ListInsertAfterAsync(
        this IRotomCommands client, RespArgument key, RespArgument pivot, RespArgument value) =>
        client.Call(Reply.Integer, Word.Linsert, key, Word.After, pivot, value);

    /// <summary>LREM: takes out up to so many that are equal, from the end when the count is
    /// negative, all when it is 0; how many.</summary>
    [Calls("LREM")]
    public static ValueTask<long> ListRemoveAsync(
        this IRotomCommands client, RespArgument key, RespArgument value, long count = 0) =>
        client.Call(Reply.Integer, Word.Lrem, key, count, value);

    /// <summary>LTRIM: keeps what lies between, both included.</summary>
    [Calls("LTRIM")]
    public static ValueTask ListTrimAsync(
        this IRotomCommands client, RespArgument key, long start, long stop) =>
        client.CallForOk(Word.Ltrim, key, start, stop);

    /// <summary>LPOS: the index of an element; null when it is not there.</summary>
    /// <param name="client">Who executes it.</param>
    /// <param name="key">The list.</param>
    /// <param name="value">The element.</param>
    /// <param name="rank">Which of several, from 1; negative ones count from the end.</param>
    /// <param name="maxLength">Elements to compare at most; 0 for all.</param>
    [Calls("LPOS")]
    public static ValueTask<long?> ListPositionAsync(
        this IRotomCommands client, RespArgument key, RespArgument value, long rank = 1,
        long maxLength = 0) =>
        client.Call(
            Reply.IntegerOrNull, Word.Lpos, key, value, Word.Rank, rank, Word.Maxlen, maxLength);

    /// <summary>LPOS COUNT: the indices of up to so many, 0 for all.</summary>
    /// <param name="client">Who executes it.</param>
    /// <param name="key">The list.</param>
    /// <param name="value">The element.</param>
    /// <param name="count">How many; 0 for all.</param>
    /// <param name="rank">Which is the first; negative ones count from the end.</param>
    /// <param name="maxLength">Elements to compare at most; 0 for all.</param>
    [Calls("LPOS")]
    public static ValueTask<long[]> ListPositionsAsync(
        this IRotomCommands client, RespArgument key, RespArgument value, long count,
        long rank = 1, long maxLength = 0)
    {
        WordList words = new(Word.Lpos);
        words.Add(key, value);
        words.Add(Word.Rank, rank);
        words.Add(Word.Count, count);
        words.Add(Word.Maxlen, maxLength);
        return words.Send(client, Reply.IntegerArray);
    }

    /// <summary>LMOVE: what was moved; null when there was nothing.</summary>
    [Calls("LMOVE")]
    public static ValueTask<byte[]?> ListMoveAsync(
        this IRotomCommands client, RespArgument source, RespArgument destination, ListSide from,
        ListSide to) =>
        client.Call(Reply.BytesOrNull, Word.Lmove, source, destination, NameOf(from), NameOf(to));

    /// <summary>RPOPLPUSH: LMOVE from the right to the left.</summary>
    [Calls("RPOPLPUSH")]
    public static ValueTask<byte[]?> ListRightPopLeftPushAsync(
        this IRotomCommands client, RespArgument source, RespArgument destination) =>
        client.Call(Reply.BytesOrNull, Word.Rpoplpush, source, destination);

    internal static RespArgument NameOf(ListSide side) => side switch
    {
        ListSide.Left => Word.Left,
        ListSide.Right => Word.Right,
        _ => throw new ArgumentOutOfRangeException(nameof(side)),
    };

    internal static ListPopResult? Popped(RespValue reply)
    {
        if (reply.IsNull) return null;
        IReadOnlyList<RespValue> items = Reply.Items(reply, 2);
        return new ListPopResult(Reply.Bytes(items[0]), Reply.BytesArray(items[1]));
    }

    private static ValueTask<long> Push(
        IRotomCommands client, RespArgument name, RespArgument key,
        ReadOnlySpan<RespArgument> values) =>
        WordList.Of(name, key, values).Send(client, Reply.Integer);
}
