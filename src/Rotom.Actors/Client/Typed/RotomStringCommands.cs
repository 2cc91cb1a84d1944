using System;
using System.Threading.Tasks;
using Rotom.Resp;

namespace Rotom.Actors.Client;

/// <summary>Commands on strings.</summary>
public static class RotomStringCommands
{
    /// <summary>GET: the bytes; null when there are none.</summary>
    [Calls("GET")]
    public static ValueTask<byte[]?> StringGetAsync(this IRotomCommands client, RespArgument key) =>
        client.Call(Reply.BytesOrNull, Word.Get, key);

    /// <summary>GET: the text; null when there is none.</summary>
    [Calls("GET")]
    public static ValueTask<string?> StringGetTextAsync(
        this IRotomCommands client, RespArgument key) =>
        client.Call(Reply.TextOrNull, Word.Get, key);

    /// <summary>MGET: the values in the order of the keys; null for what is no string.</summary>
    [Calls("MGET")]
    public static ValueTask<byte[]?[]> StringGetManyAsync(
        this IRotomCommands client, params ReadOnlySpan<RespArgument> keys) =>
        WordList.Of(Word.Mget, keys).Send(client, Reply.BytesOrNullArray);

    /// <summary>SET: false when the condition did not hold.</summary>
    [Calls("SET")]
    public static ValueTask<bool> StringSetAsync(
        this IRotomCommands client, RespArgument key, RespArgument value,
        TimeSpan? timeToLive = null, SetWhen when = SetWhen.Always) =>
        client.StringSetAsync(key, value, new SetOptions
        {
            Expiry = timeToLive is { } span ? Expiry.In(span) : default,
            When = when,
        });

    /// <summary>SET with all of its options: false when the condition did not hold.</summary>
    [Calls("SET")]
    public static ValueTask<bool> StringSetAsync(
        this IRotomCommands client, RespArgument key, RespArgument value, SetOptions options)
    {
        WordList words = new(Word.Set);
        words.Add(key, value);
        options.AddTo(ref words);
        return words.Send(client, Reply.OkOrNull);
    }

    /// <summary>
    /// SET with GET: what was there before, null for nothing; whether it was set follows from that
    /// and the condition.
    /// </summary>
    [Calls("SET")]
    public static ValueTask<byte[]?> StringSetAndGetAsync(
        this IRotomCommands client, RespArgument key, RespArgument value,
        SetOptions options = default)
    {
        WordList words = new(Word.Set);
        words.Add(key, value);
        words.Add(Word.Get);
        options.AddTo(ref words);
        return words.Send(client, Reply.BytesOrNull);
    }

    /// <summary>SETNX: false when there is such a key.</summary>
    [Calls("SETNX")]
    public static ValueTask<bool> StringSetNotExistsAsync(
        this IRotomCommands client, RespArgument key, RespArgument value) =>
        client.Call(Reply.Bool, Word.Setnx, key, value);

    /// <summary>SETEX: sets a value that lives so many seconds.</summary>
    [Calls("SETEX")]
    public static ValueTask StringSetSecondsAsync(
        this IRotomCommands client, RespArgument key, long seconds, RespArgument value) =>
        client.CallForOk(Word.Setex, key, seconds, value);

    /// <summary>PSETEX: sets a value that lives so many milliseconds.</summary>
    [Calls("PSETEX")]
    public static ValueTask StringSetMillisecondsAsync(
        this IRotomCommands client, RespArgument key, long milliseconds, RespArgument value) =>
        client.CallForOk(Word.Psetex, key, milliseconds, value);

    /// <summary>MSET: sets all of them, at once.</summary>
    [Calls("MSET")]
    public static ValueTask StringSetManyAsync(
        this IRotomCommands client,
        params ReadOnlySpan<(RespArgument Key, RespArgument Value)> pairs)
    {
        WordList words = new(Word.Mset, pairs.Length * 2);
        words.AddPairs(pairs);
        return words.SendForOk(client);
    }

    /// <summary>
    /// MSETEX: sets all of them with one time to live, or none of them when the condition does not
    /// hold for one; false then.
    /// </summary>
    [Calls("MSETEX")]
    public static ValueTask<bool> StringSetManyAsync(
        this IRotomCommands client, ReadOnlySpan<(RespArgument Key, RespArgument Value)> pairs,
        Expiry expiry, SetWhen when = SetWhen.Always)
    {
        WordList words = new(Word.Msetex, pairs.Length * 2);
        words.Add(pairs.Length);
        words.AddPairs(pairs);
        words.Add(when);
        expiry.AddTo(ref words);
        return words.Send(client, Reply.Bool);
    }

    /// <summary>MSETNX: sets all of them, or none when there is one of the keys; false then.
    /// </summary>
    [Calls("MSETNX")]
    public static ValueTask<bool> StringSetManyNotExistsAsync(
        this IRotomCommands client,
        params ReadOnlySpan<(RespArgument Key, RespArgument Value)> pairs)
    {
        WordList words = new(Word.Msetnx, pairs.Length * 2);
        words.AddPairs(pairs);
        return words.Send(client, Reply.Bool);
    }

    /// <summary>GETSET: sets a value; what was there before.</summary>
    [Calls("GETSET")]
    public static ValueTask<byte[]?> StringGetSetAsync(
        this IRotomCommands client, RespArgument key, RespArgument value) =>
        client.Call(Reply.BytesOrNull, Word.Getset, key, value);

    /// <summary>GETDEL: the value that is deleted with its key.</summary>
    [Calls("GETDEL")]
    public static ValueTask<byte[]?> StringGetDeleteAsync(
        this IRotomCommands client, RespArgument key) =>
        client.Call(Reply.BytesOrNull, Word.Getdel, key);

    /// <summary>GETEX: the value, whose time to live is set or taken away.</summary>
    [Calls("GETEX")]
    public static ValueTask<byte[]?> StringGetSetExpiryAsync(
        this IRotomCommands client, RespArgument key, Expiry expiry)
    {
        WordList words = new(Word.Getex);
        words.Add(key);
        expiry.AddTo(ref words);
        return words.Send(client, Reply.BytesOrNull);
    }

    /// <summary>DELEX: deletes a key if its value passes; false when it does not, or is not there.
    /// </summary>
    [Calls("DELEX")]
    public static ValueTask<bool> StringDeleteAsync(
        this IRotomCommands client, RespArgument key, ValueCondition condition)
    {
        WordList words = new(Word.Delex);
        words.Add(key);
        condition.AddTo(ref words);
        return words.Send(client, Reply.Bool);
    }

    /// <summary>DIGEST: a digest of the value, in hexadecimal; null when there is none.</summary>
    [Calls("DIGEST")]
    public static ValueTask<string?> StringDigestAsync(
        this IRotomCommands client, RespArgument key) =>
        client.Call(Reply.TextOrNull, Word.Digest, key);

    /// <summary>GETRANGE: a part by offsets in bytes, both included; negative ones count from the
    /// end.</summary>
    [Calls("GETRANGE")]
    public static ValueTask<byte[]> StringGetRangeAsync(
        this IRotomCommands client, RespArgument key, long start, long end) =>
        client.Call(Reply.Bytes, Word.Getrange, key, start, end);

    /// <summary>SUBSTR: the older name of GETRANGE.</summary>
    [Calls("SUBSTR")]
    public static ValueTask<byte[]> StringSubstringAsync(
        this IRotomCommands client, RespArgument key, long start, long end) =>
        client.Call(Reply.Bytes, Word.Substr, key, start, end);

    /// <summary>SETRANGE: overwrites from an offset on, zeros before it; the length.</summary>
    [Calls("SETRANGE")]
    public static ValueTask<long> StringSetRangeAsync(
        this IRotomCommands client, RespArgument key, long offset, RespArgument value) =>
        client.Call(Reply.Integer, Word.Setrange, key, offset, value);

    /// <summary>APPEND: the length.</summary>
    [Calls("APPEND")]
    public static ValueTask<long> StringAppendAsync(
        this IRotomCommands client, RespArgument key, RespArgument tail) =>
        client.Call(Reply.Integer, Word.Append, key, tail);

    /// <summary>STRLEN: in bytes; 0 when there is none.</summary>
    [Calls("STRLEN")]
    public static ValueTask<long> StringLengthAsync(
        this IRotomCommands client, RespArgument key) =>
        client.Call(Reply.Integer, Word.Strlen, key);

    /// <summary>INCRBY, or INCR for 1: the sum.</summary>
    [Calls("INCRBY", "INCR")]
    public static ValueTask<long> StringIncrementAsync(
        this IRotomCommands client, RespArgument key, long by = 1) =>
        by == 1
            ? client.Call(Reply.Integer, Word.Incr, key)
            : client.Call(Reply.Integer, Word.Incrby, key, by);

    /// <summary>DECRBY, or DECR for 1: the difference.</summary>
    [Calls("DECRBY", "DECR")]
    public static ValueTask<long> StringDecrementAsync(
        this IRotomCommands client, RespArgument key, long by = 1) =>
        by == 1
            ? client.Call(Reply.Integer, Word.Decr, key)
            : client.Call(Reply.Integer, Word.Decrby, key, by);

    /// <summary>INCRBYFLOAT: the sum.</summary>
    [Calls("INCRBYFLOAT")]
    public static ValueTask<double> StringIncrementFloatAsync(
        this IRotomCommands client, RespArgument key, double by) =>
        client.Call(Reply.Double, Word.Incrbyfloat, key, Typed.Number(by));

    /// <summary>LCS: the longest common subsequence of two values.</summary>
    [Calls("LCS")]
    public static ValueTask<byte[]> StringLongestCommonSubsequenceAsync(
        this IRotomCommands client, RespArgument first, RespArgument second) =>
        client.Call(Reply.Bytes, Word.Lcs, first, second);

    /// <summary>LCS with LEN: its length only.</summary>
    [Calls("LCS")]
    public static ValueTask<long> StringLongestCommonSubsequenceLengthAsync(
        this IRotomCommands client, RespArgument first, RespArgument second) =>
        client.Call(Reply.Integer, Word.Lcs, first, second, Word.Len);

    /// <summary>LCS with IDX and WITHMATCHLEN: where its parts lie, from the last to the first.
    /// </summary>
    /// <param name="client">Who executes it.</param>
    /// <param name="first">One key.</param>
    /// <param name="second">The other.</param>
    /// <param name="minLength">Parts shorter than this are left out.</param>
    [Calls("LCS")]
    public static ValueTask<LcsMatches> StringLongestCommonSubsequenceMatchesAsync(
        this IRotomCommands client, RespArgument first, RespArgument second, long minLength = 0) =>
        client.Call(
            LcsMatches.From, Word.Lcs, first, second, Word.Idx, Word.Minmatchlen, minLength,
            Word.Withmatchlen);
}
