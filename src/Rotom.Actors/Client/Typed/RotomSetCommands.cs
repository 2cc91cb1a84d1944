using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Rotom.Resp;

namespace Rotom.Actors.Client;

/// <summary>Commands on sets.</summary>
public static class RotomSetCommands
{
    /// <summary>SADD: true when it is new.</summary>
    [Calls("SADD")]
    public static ValueTask<bool> SetAddAsync(
        this IRotomCommands client, RespArgument key, RespArgument member) =>
        client.Call(Reply.Bool, Word.Sadd, key, member);

    /// <summary>SADD: how many are new.</summary>
    [Calls("SADD")]
    public static ValueTask<long> SetAddAsync(
        this IRotomCommands client, RespArgument key, params ReadOnlySpan<RespArgument> members) =>
        WordList.Of(Word.Sadd, key, members).Send(client, Reply.Integer);

    /// <summary>SREM: true when it was there.</summary>
    [Calls("SREM")]
    public static ValueTask<bool> SetRemoveAsync(
        this IRotomCommands client, RespArgument key, RespArgument member) =>
        client.Call(Reply.Bool, Word.Srem, key, member);

    /// <summary>SREM: how many were there.</summary>
    [Calls("SREM")]
    public static ValueTask<long> SetRemoveAsync(
        this IRotomCommands client, RespArgument key, params ReadOnlySpan<RespArgument> members) =>
        WordList.Of(Word.Srem, key, members).Send(client, Reply.Integer);

    /// <summary>SISMEMBER.</summary>
    [Calls("SISMEMBER")]
    public static ValueTask<bool> SetContainsAsync(
        this IRotomCommands client, RespArgument key, RespArgument member) =>
        client.Call(Reply.Bool, Word.Sismember, key, member);

    /// <summary>SMISMEMBER: for each, whether it is there.</summary>
    [Calls("SMISMEMBER")]
    public static ValueTask<bool[]> SetContainsManyAsync(
        this IRotomCommands client, RespArgument key, params ReadOnlySpan<RespArgument> members) =>
        WordList.Of(Word.Smismember, key, members).Send(client, Reply.BoolArray);

    /// <summary>SMEMBERS.</summary>
    [Calls("SMEMBERS")]
    public static ValueTask<byte[][]> SetMembersAsync(
        this IRotomCommands client, RespArgument key) =>
        client.Call(Reply.BytesArray, Word.Smembers, key);

    /// <summary>SCARD.</summary>
    [Calls("SCARD")]
    public static ValueTask<long> SetLengthAsync(this IRotomCommands client, RespArgument key) =>
        client.Call(Reply.Integer, Word.Scard, key);

    /// <summary>SMOVE: false when it was not in the source.</summary>
    [Calls("SMOVE")]
    public static ValueTask<bool> SetMoveAsync(
        this IRotomCommands client, RespArgument source, RespArgument destination,
        RespArgument member) =>
        client.Call(Reply.Bool, Word.Smove, source, destination, member);

    /// <summary>SPOP: takes out any member; null when there is none.</summary>
    [Calls("SPOP")]
    public static ValueTask<byte[]?> SetPopAsync(this IRotomCommands client, RespArgument key) =>
        client.Call(Reply.BytesOrNull, Word.Spop, key);

    /// <summary>SPOP: takes out up to so many.</summary>
    [Calls("SPOP")]
    public static ValueTask<byte[][]> SetPopAsync(
        this IRotomCommands client, RespArgument key, long count) =>
        client.Call(Reply.BytesArray, Word.Spop, key, count);

    /// <summary>SRANDMEMBER: any member; null when there is none.</summary>
    [Calls("SRANDMEMBER")]
    public static ValueTask<byte[]?> SetRandomMemberAsync(
        this IRotomCommands client, RespArgument key) =>
        client.Call(Reply.BytesOrNull, Word.Srandmember, key);

    /// <summary>SRANDMEMBER: so many different members, or as many as there are; with a negative
    /// count exactly so many, which may repeat.</summary>
    [Calls("SRANDMEMBER")]
    public static ValueTask<byte[][]> SetRandomMembersAsync(
        this IRotomCommands client, RespArgument key, long count) =>
        client.Call(Reply.BytesArray, Word.Srandmember, key, count);

    /// <summary>SINTER: what is in all of them.</summary>
    [Calls("SINTER")]
    public static ValueTask<byte[][]> SetIntersectAsync(
        this IRotomCommands client, params ReadOnlySpan<RespArgument> keys) =>
        WordList.Of(Word.Sinter, keys).Send(client, Reply.BytesArray);

    /// <summary>SUNION: what is in one of them at least.</summary>
    [Calls("SUNION")]
    public static ValueTask<byte[][]> SetUnionAsync(
        this IRotomCommands client, params ReadOnlySpan<RespArgument> keys) =>
        WordList.Of(Word.Sunion, keys).Send(client, Reply.BytesArray);

    /// <summary>SDIFF: what is in the first and in none of the others.</summary>
    [Calls("SDIFF")]
    public static ValueTask<byte[][]> SetDifferenceAsync(
        this IRotomCommands client, params ReadOnlySpan<RespArgument> keys) =>
        WordList.Of(Word.Sdiff, keys).Send(client, Reply.BytesArray);

    /// <summary>SINTERSTORE: how many there are in the destination.</summary>
    [Calls("SINTERSTORE")]
    public static ValueTask<long> SetIntersectAndStoreAsync(
        this IRotomCommands client, RespArgument destination,
        params ReadOnlySpan<RespArgument> keys) =>
        WordList.Of(Word.Sinterstore, destination, keys).Send(client, Reply.Integer);

    /// <summary>SUNIONSTORE: how many there are in the destination.</summary>
    [Calls("SUNIONSTORE")]
    public static ValueTask<long> SetUnionAndStoreAsync(
        this IRotomCommands client, RespArgument destination,
        params ReadOnlySpan<RespArgument> keys) =>
        WordList.Of(Word.Sunionstore, destination, keys).Send(client, Reply.Integer);

    /// <summary>SDIFFSTORE: how many there are in the destination.</summary>
    [Calls("SDIFFSTORE")]
    public static ValueTask<long> SetDifferenceAndStoreAsync(
        this IRotomCommands client, RespArgument destination,
        params ReadOnlySpan<RespArgument> keys) =>
        WordList.Of(Word.Sdiffstore, destination, keys).Send(client, Reply.Integer);

    /// <summary>SINTERCARD: how many are in all of them; it stops to count at the limit, if that is
    /// not 0.</summary>
    [Calls("SINTERCARD")]
    public static ValueTask<long> SetIntersectionLengthAsync(
        this IRotomCommands client, ReadOnlySpan<RespArgument> keys, long limit = 0)
    {
        WordList words = new(Word.Sintercard, keys.Length + 3);
        words.AddCounted(keys);
        words.Add(Word.Limit, limit);
        return words.Send(client, Reply.Integer);
    }

    /// <summary>SSCAN: all members, page by page.</summary>
    [Calls("SSCAN")]
    public static IAsyncEnumerable<byte[]> SetScanAsync(
        this IRotomCommands client, RespArgument key, ScanOptions options = default,
        CancellationToken cancellation = default) =>
        Scanning.Walk(cursor => client.SetScanPageAsync(key, cursor, options), cancellation);

    /// <summary>SSCAN: the members at a cursor, 0 for the first.</summary>
    [Calls("SSCAN")]
    public static ValueTask<ScanPage<byte[]>> SetScanPageAsync(
        this IRotomCommands client, RespArgument key, ulong cursor, ScanOptions options = default)
    {
        WordList words = new(Word.Sscan);
        words.Add(key);
        words.Add(cursor, options);
        return words.Send(client, Scanning.Page);
    }
}
