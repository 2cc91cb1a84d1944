using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Rotom.Resp;

namespace Rotom.Actors.Client;

/// <summary>Commands on keys of any type.</summary>
public static class RotomKeyCommands
{
    /// <summary>DEL: true when it was there.</summary>
    [Calls("DEL")]
    public static ValueTask<bool> KeyDeleteAsync(this IRotomCommands client, RespArgument key) =>
        client.Call(Reply.Bool, Word.Del, key);

    /// <summary>DEL: how many were there.</summary>
    [Calls("DEL")]
    public static ValueTask<long> KeyDeleteAsync(
        this IRotomCommands client, params ReadOnlySpan<RespArgument> keys) =>
        Send(client, Word.Del, keys);

    /// <summary>UNLINK: as DEL, large values are freed later; how many were there.</summary>
    [Calls("UNLINK")]
    public static ValueTask<long> KeyUnlinkAsync(
        this IRotomCommands client, params ReadOnlySpan<RespArgument> keys) =>
        Send(client, Word.Unlink, keys);

    /// <summary>EXISTS.</summary>
    [Calls("EXISTS")]
    public static ValueTask<bool> KeyExistsAsync(this IRotomCommands client, RespArgument key) =>
        client.Call(Reply.Bool, Word.Exists, key);

    /// <summary>EXISTS: how many are there; a key that is named twice counts twice.</summary>
    [Calls("EXISTS")]
    public static ValueTask<long> KeyExistsAsync(
        this IRotomCommands client, params ReadOnlySpan<RespArgument> keys) =>
        Send(client, Word.Exists, keys);

    /// <summary>TOUCH: how many are there; they count as used now.</summary>
    [Calls("TOUCH")]
    public static ValueTask<long> KeyTouchAsync(
        this IRotomCommands client, params ReadOnlySpan<RespArgument> keys) =>
        Send(client, Word.Touch, keys);

    /// <summary>TYPE: <c>none</c> when there is no such key.</summary>
    [Calls("TYPE")]
    public static ValueTask<string?> KeyTypeAsync(this IRotomCommands client, RespArgument key) =>
        client.Call(Reply.TextOrNull, Word.Type, key);

    /// <summary>COPY: false when there is no such key, or the destination is taken.</summary>
    /// <param name="client">Who executes it.</param>
    /// <param name="source">What is copied.</param>
    /// <param name="destination">Where to.</param>
    /// <param name="database">The database of the destination; the same when null.</param>
    /// <param name="replace">What is at the destination gives way.</param>
    [Calls("COPY")]
    public static ValueTask<bool> KeyCopyAsync(
        this IRotomCommands client, RespArgument source, RespArgument destination,
        int? database = null, bool replace = false)
    {
        WordList words = new(Word.Copy);
        words.Add(source, destination);
        if (database is { } index) words.Add(Word.Db, index);
        if (replace) words.Add(Word.Replace);
        return words.Send(client, Reply.Bool);
    }

    /// <summary>MOVE, to another database: false when there is no such key, or one there.</summary>
    [Calls("MOVE")]
    public static ValueTask<bool> KeyMoveAsync(
        this IRotomCommands client, RespArgument key, int database) =>
        client.Call(Reply.Bool, Word.Move, key, database);

    /// <summary>RENAME: what is at the new key gives way; an error when there is no such key.
    /// </summary>
    [Calls("RENAME")]
    public static ValueTask KeyRenameAsync(
        this IRotomCommands client, RespArgument key, RespArgument newKey) =>
        client.CallForOk(Word.Rename, key, newKey);

    /// <summary>RENAMENX: false when the new key is taken; an error when there is no such key.
    /// </summary>
    [Calls("RENAMENX")]
    public static ValueTask<bool> KeyRenameNotExistsAsync(
        this IRotomCommands client, RespArgument key, RespArgument newKey) =>
        client.Call(Reply.Bool, Word.Renamenx, key, newKey);

    /// <summary>RANDOMKEY: null when there are none.</summary>
    [Calls("RANDOMKEY")]
    public static ValueTask<byte[]?> KeyRandomAsync(this IRotomCommands client) =>
        client.Call(Reply.BytesOrNull, Word.Randomkey);

    /// <summary>KEYS: all keys that match a glob, in one reply that holds up all others. Prefer
    /// KeyScanAsync.</summary>
    [Calls("KEYS")]
    public static ValueTask<byte[][]> KeysAsync(
        this IRotomCommands client, RespArgument pattern) =>
        client.Call(Reply.BytesArray, Word.Keys, pattern);

    /// <summary>SCAN: all keys, page by page.</summary>
    /// <param name="client">Who executes it.</param>
    /// <param name="options">Which keys.</param>
    /// <param name="cancellation">Ends it between pages.</param>
    [Calls("SCAN")]
    public static IAsyncEnumerable<byte[]> KeyScanAsync(
        this IRotomCommands client, ScanOptions options = default,
        CancellationToken cancellation = default) =>
        Scanning.Walk(cursor => client.KeyScanPageAsync(cursor, options), cancellation);

    /// <summary>SCAN: the keys at a cursor, 0 for the first.</summary>
    [Calls("SCAN")]
    public static ValueTask<ScanPage<byte[]>> KeyScanPageAsync(
        this IRotomCommands client, ulong cursor, ScanOptions options = default)
    {
        WordList words = new(Word.Scan);
        words.Add(cursor, options);
        return words.Send(client, Scanning.Page);
    }

    /// <summary>DUMP: the value in the form that KeyRestoreAsync takes; null when there is none.
    /// </summary>
    [Calls("DUMP")]
    public static ValueTask<byte[]?> KeyDumpAsync(this IRotomCommands client, RespArgument key) =>
        client.Call(Reply.BytesOrNull, Word.Dump, key);

    /// <summary>RESTORE: makes a key of what KeyDumpAsync gave.</summary>
    [Calls("RESTORE")]
    public static ValueTask KeyRestoreAsync(
        this IRotomCommands client, RespArgument key, RespArgument dump,
        RestoreOptions options = default)
    {
        WordList words = new(Word.Restore, 12);
        words.Add(key);
        options.AddTo(ref words, dump);
        return words.SendForOk(client);
    }

    /// <summary>OBJECT ENCODING: how the value is held; null when there is no such key.</summary>
    [Calls("OBJECT|ENCODING")]
    public static ValueTask<string?> KeyEncodingAsync(
        this IRotomCommands client, RespArgument key) =>
        client.Call(Reply.TextOrNull, Word.Object, Word.Encoding, key);

    /// <summary>
    /// OBJECT FREQ: how often it was used lately, on a logarithmic scale from 0 to 255; null when
    /// there is no such key, an error unless the memory policy is an LFU one.
    /// </summary>
    [Calls("OBJECT|FREQ")]
    public static ValueTask<long?> KeyFrequencyAsync(
        this IRotomCommands client, RespArgument key) =>
        client.Call(Reply.IntegerOrNull, Word.Object, Word.Freq, key);

    /// <summary>OBJECT IDLETIME: since when it has not been used, in seconds; null when there is no
    /// such key.</summary>
    [Calls("OBJECT|IDLETIME")]
    public static ValueTask<TimeSpan?> KeyIdleTimeAsync(
        this IRotomCommands client, RespArgument key) =>
        client.Call(Reply.SecondsOrNull, Word.Object, Word.Idletime, key);

    /// <summary>OBJECT REFCOUNT: null when there is no such key.</summary>
    [Calls("OBJECT|REFCOUNT")]
    public static ValueTask<long?> KeyReferenceCountAsync(
        this IRotomCommands client, RespArgument key) =>
        client.Call(Reply.IntegerOrNull, Word.Object, Word.Refcount, key);

    /// <summary>MEMORY USAGE: bytes that key and value take; null when there is no such key.
    /// </summary>
    /// <param name="client">Who executes it.</param>
    /// <param name="key">The key.</param>
    /// <param name="samples">Elements to look at, 0 for all; 5 when null.</param>
    [Calls("MEMORY|USAGE")]
    public static ValueTask<long?> KeyMemoryUsageAsync(
        this IRotomCommands client, RespArgument key, long? samples = null) =>
        samples is { } count
            ? client.Call(Reply.IntegerOrNull, Word.Memory, Word.Usage, key, Word.Samples, count)
            : client.Call(Reply.IntegerOrNull, Word.Memory, Word.Usage, key);

    private static ValueTask<long> Send(
        IRotomCommands client, RespArgument name, ReadOnlySpan<RespArgument> keys) =>
        WordList.Of(name, keys).Send(client, Reply.Integer);
}

/// <summary>How RESTORE makes a key.</summary>
public readonly record struct RestoreOptions
{
    /// <summary>How long it lives; for ever when null. Not together with <see cref="ExpiresAt"/>.
    /// </summary>
    public TimeSpan? TimeToLive { get; init; }

    /// <summary>When it expires (ABSTTL).</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>A key that is there gives way (REPLACE); an error otherwise.</summary>
    public bool Replace { get; init; }

    /// <summary>Since when it counts as not used, in seconds (IDLETIME).</summary>
    public TimeSpan? IdleTime { get; init; }

    /// <summary>How often it counts as used, 0 to 255 (FREQ).</summary>
    public int? Frequency { get; init; }

    internal void AddTo(ref WordList words, RespArgument dump)
    {
        if (TimeToLive is not null && ExpiresAt is not null)
        {
            throw new ArgumentException("TimeToLive and ExpiresAt exclude each other.");
        }

        words.Add(
            ExpiresAt is { } at ? at.ToUnixTimeMilliseconds()
                : TimeToLive is { } span ? Typed.Milliseconds(span) : 0,
            dump);
        if (Replace) words.Add(Word.Replace);
        if (ExpiresAt is not null) words.Add(Word.Absttl);
        if (IdleTime is { } idle) words.Add(Word.Idletime, (long)idle.TotalSeconds);
        if (Frequency is { } frequency) words.Add(Word.Freq, frequency);
    }
}
