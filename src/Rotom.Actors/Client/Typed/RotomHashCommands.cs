using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Rotom.Resp;

namespace Rotom.Actors.Client;

/// <summary>A field of a hash and its value.</summary>
/// <param name="Field">The field.</param>
/// <param name="Value">Its value.</param>
public readonly record struct HashEntry(byte[] Field, byte[] Value);

/// <summary>Commands on hashes.</summary>
public static class RotomHashCommands
{
    /// <summary>HSET: true when the field is new.</summary>
    [Calls("HSET")]
    public static ValueTask<bool> HashSetAsync(
        this IRotomCommands client, RespArgument key, RespArgument field, RespArgument value) =>
        client.Call(Reply.Bool, Word.Hset, key, field, value);

    /// <summary>HSET: how many of the fields are new.</summary>
    [Calls("HSET")]
    public static ValueTask<long> HashSetAsync(
        this IRotomCommands client, RespArgument key,
        params ReadOnlySpan<(RespArgument Field, RespArgument Value)> pairs)
    {
        WordList words = new(Word.Hset, pairs.Length * 2 + 1);
        words.Add(key);
        words.AddPairs(pairs);
        return words.Send(client, Reply.Integer);
    }

    /// <summary>HMSET: HSET as it was before it took several fields.</summary>
    [Calls("HMSET")]
    public static ValueTask HashSetManyAsync(
        this IRotomCommands client, RespArgument key,
        params ReadOnlySpan<(RespArgument Field, RespArgument Value)> pairs)
    {
        WordList words = new(Word.Hmset, pairs.Length * 2 + 1);
        words.Add(key);
        words.AddPairs(pairs);
        return words.SendForOk(client);
    }

    /// <summary>HSETNX: false when there is such a field.</summary>
    [Calls("HSETNX")]
    public static ValueTask<bool> HashSetNotExistsAsync(
        this IRotomCommands client, RespArgument key, RespArgument field, RespArgument value) =>
        client.Call(Reply.Bool, Word.Hsetnx, key, field, value);

    /// <summary>HGET.</summary>
    [Calls("HGET")]
    public static ValueTask<byte[]?> HashGetAsync(
        this IRotomCommands client, RespArgument key, RespArgument field) =>
        client.Call(Reply.BytesOrNull, Word.Hget, key, field);

    /// <summary>HMGET: the values in the order of the fields; null for those that are not there.
    /// </summary>
    [Calls("HMGET")]
    public static ValueTask<byte[]?[]> HashGetManyAsync(
        this IRotomCommands client, RespArgument key, params ReadOnlySpan<RespArgument> fields) =>
        WordList.Of(Word.Hmget, key, fields).Send(client, Reply.BytesOrNullArray);

    /// <summary>HGETALL, by fields that are texts.</summary>
    [Calls("HGETALL")]
    public static ValueTask<Dictionary<string, byte[]>> HashGetAllAsync(
        this IRotomCommands client, RespArgument key) =>
        client.Call(Reply.BytesByText, Word.Hgetall, key);

    /// <summary>HGETALL, for fields of any bytes.</summary>
    [Calls("HGETALL")]
    public static ValueTask<HashEntry[]> HashGetEntriesAsync(
        this IRotomCommands client, RespArgument key) =>
        client.Call(Reply.HashEntries, Word.Hgetall, key);

    /// <summary>HKEYS: the fields.</summary>
    [Calls("HKEYS")]
    public static ValueTask<byte[][]> HashKeysAsync(
        this IRotomCommands client, RespArgument key) =>
        client.Call(Reply.BytesArray, Word.Hkeys, key);

    /// <summary>HVALS: the values.</summary>
    [Calls("HVALS")]
    public static ValueTask<byte[][]> HashValuesAsync(
        this IRotomCommands client, RespArgument key) =>
        client.Call(Reply.BytesArray, Word.Hvals, key);

    /// <summary>HDEL: true when it was there.</summary>
    [Calls("HDEL")]
    public static ValueTask<bool> HashDeleteAsync(
        this IRotomCommands client, RespArgument key, RespArgument field) =>
        client.Call(Reply.Bool, Word.Hdel, key, field);

    /// <summary>HDEL: how many were there.</summary>
    [Calls("HDEL")]
    public static ValueTask<long> HashDeleteAsync(
        this IRotomCommands client, RespArgument key, params ReadOnlySpan<RespArgument> fields) =>
        WordList.Of(Word.Hdel, key, fields).Send(client, Reply.Integer);

    /// <summary>HEXISTS.</summary>
    [Calls("HEXISTS")]
    public static ValueTask<bool> HashExistsAsync(
        this IRotomCommands client, RespArgument key, RespArgument field) =>
        client.Call(Reply.Bool, Word.Hexists, key, field);

    /// <summary>HINCRBY: the sum.</summary>
    [Calls("HINCRBY")]
    public static ValueTask<long> HashIncrementAsync(
        this IRotomCommands client, RespArgument key, RespArgument field, long by = 1) =>
        client.Call(Reply.Integer, Word.Hincrby, key, field, by);

    /// <summary>HINCRBYFLOAT: the sum.</summary>
    [Calls("HINCRBYFLOAT")]
    public static ValueTask<double> HashIncrementFloatAsync(
        this IRotomCommands client, RespArgument key, RespArgument field, double by) =>
        client.Call(Reply.Double, Word.Hincrbyfloat, key, field, Typed.Number(by));

    /// <summary>HLEN.</summary>
    [Calls("HLEN")]
    public static ValueTask<long> HashLengthAsync(this IRotomCommands client, RespArgument key) =>
        client.Call(Reply.Integer, Word.Hlen, key);

    /// <summary>HSTRLEN: bytes of a value; 0 when there is none.</summary>
    [Calls("HSTRLEN")]
    public static ValueTask<long> HashStringLengthAsync(
        this IRotomCommands client, RespArgument key, RespArgument field) =>
        client.Call(Reply.Integer, Word.Hstrlen, key, field);

    /// <summary>HRANDFIELD: a field; null when there is none.</summary>
    [Calls("HRANDFIELD")]
    public static ValueTask<byte[]?> HashRandomFieldAsync(
        this IRotomCommands client, RespArgument key) =>
        client.Call(Reply.BytesOrNull, Word.Hrandfield, key);

    /// <summary>HRANDFIELD: so many different fields, or as many as there are; with a negative
    /// count exactly so many, which may repeat.</summary>
    [Calls("HRANDFIELD")]
    public static ValueTask<byte[][]> HashRandomFieldsAsync(
        this IRotomCommands client, RespArgument key, long count) =>
        client.Call(Reply.BytesArray, Word.Hrandfield, key, count);

    /// <summary>HRANDFIELD WITHVALUES: the same with their values.</summary>
    [Calls("HRANDFIELD")]
    public static ValueTask<HashEntry[]> HashRandomEntriesAsync(
        this IRotomCommands client, RespArgument key, long count) =>
        client.Call(Reply.HashEntries, Word.Hrandfield, key, count, Word.Withvalues);

    /// <summary>HSCAN: all fields and values, page by page. A pattern is one of fields.</summary>
    [Calls("HSCAN")]
    public static IAsyncEnumerable<HashEntry> HashScanAsync(
        this IRotomCommands client, RespArgument key, ScanOptions options = default,
        CancellationToken cancellation = default) =>
        Scanning.Walk(cursor => client.HashScanPageAsync(key, cursor, options), cancellation);

    /// <summary>HSCAN: fields and values at a cursor, 0 for the first.</summary>
    [Calls("HSCAN")]
    public static ValueTask<ScanPage<HashEntry>> HashScanPageAsync(
        this IRotomCommands client, RespArgument key, ulong cursor, ScanOptions options = default)
    {
        WordList words = new(Word.Hscan);
        words.Add(key);
        words.Add(cursor, options);
        return words.Send(client, Scanning.HashPage);
    }

    /// <summary>HSCAN NOVALUES: all fields, page by page.</summary>
    [Calls("HSCAN")]
    public static IAsyncEnumerable<byte[]> HashScanFieldsAsync(
        this IRotomCommands client, RespArgument key, ScanOptions options = default,
        CancellationToken cancellation = default) =>
        Scanning.Walk(
            cursor => client.HashScanFieldsPageAsync(key, cursor, options), cancellation);

    /// <summary>HSCAN NOVALUES: the fields at a cursor, 0 for the first.</summary>
    [Calls("HSCAN")]
    public static ValueTask<ScanPage<byte[]>> HashScanFieldsPageAsync(
        this IRotomCommands client, RespArgument key, ulong cursor, ScanOptions options = default)
    {
        WordList words = new(Word.Hscan);
        words.Add(key);
        words.Add(cursor, options);
        words.Add(Word.Novalues);
        return words.Send(client, Scanning.Page);
    }
}
