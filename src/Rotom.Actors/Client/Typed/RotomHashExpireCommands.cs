using System;
using System.Threading.Tasks;
using Rotom.Resp;

namespace Rotom.Actors.Client;

/// <summary>What has become of a field's time to live.</summary>
public enum FieldExpireResult
{
    /// <summary>There is no such field, or no such hash.</summary>
    NoSuchField = -2,

    /// <summary>HPERSIST: it lives for ever already.</summary>
    HadNone = -1,

    /// <summary>The condition does not hold.</summary>
    ConditionFailed = 0,

    /// <summary>Done.</summary>
    Done = 1,

    /// <summary>The time is over: the field is deleted.</summary>
    Deleted = 2,
}

/// <summary>The time of a field.</summary>
/// <param name="Exists">False when there is no such field.</param>
/// <param name="Value">Null when there is no such field, or it lives for ever.</param>
public readonly record struct FieldTime<T>(bool Exists, T? Value)
    where T : struct;

/// <summary>
/// Commands on the times to live of fields. A result for each field, in their order. Those whose
/// names end in Seconds take and give whole seconds, the others count milliseconds.
/// </summary>
public static class RotomHashExpireCommands
{
    /// <summary>HPEXPIRE.</summary>
    [Calls("HPEXPIRE")]
    public static ValueTask<FieldExpireResult[]> HashExpireAsync(
        this IRotomCommands client, RespArgument key, ReadOnlySpan<RespArgument> fields,
        TimeSpan timeToLive, ExpireWhen when = ExpireWhen.Always) =>
        Expire(client, Word.Hpexpire, key, fields, Typed.Milliseconds(timeToLive), when);

    /// <summary>HEXPIRE.</summary>
    [Calls("HEXPIRE")]
    public static ValueTask<FieldExpireResult[]> HashExpireSecondsAsync(
        this IRotomCommands client, RespArgument key, ReadOnlySpan<RespArgument> fields,
        long seconds, ExpireWhen when = ExpireWhen.Always) =>
        Expire(client, Word.Hexpire, key, fields, seconds, when);

    /// <summary>HPEXPIREAT.</summary>
    [Calls("HPEXPIREAT")]
    public static ValueTask<FieldExpireResult[]> HashExpireAtAsync(
        this IRotomCommands client, RespArgument key, ReadOnlySpan<RespArgument> fields,
        DateTimeOffset time, ExpireWhen when = ExpireWhen.Always) =>
        Expire(client, Word.Hpexpireat, key, fields, time.ToUnixTimeMilliseconds(), when);

    /// <summary>HEXPIREAT, in Unix seconds.</summary>
    [Calls("HEXPIREAT")]
    public static ValueTask<FieldExpireResult[]> HashExpireAtSecondsAsync(
        this IRotomCommands client, RespArgument key, ReadOnlySpan<RespArgument> fields,
        long unixSeconds, ExpireWhen when = ExpireWhen.Always) =>
        Expire(client, Word.Hexpireat, key, fields, unixSeconds, when);

    /// <summary>HPERSIST.</summary>
    [Calls("HPERSIST")]
    public static ValueTask<FieldExpireResult[]> HashPersistAsync(
        this IRotomCommands client, RespArgument key, params ReadOnlySpan<RespArgument> fields) =>
        Words(Word.Hpersist, key, fields).Send(client, Results);

    /// <summary>HPTTL.</summary>
    [Calls("HPTTL")]
    public static ValueTask<FieldTime<TimeSpan>[]> HashTimeToLiveAsync(
        this IRotomCommands client, RespArgument key, params ReadOnlySpan<RespArgument> fields) =>
        Words(Word.Hpttl, key, fields).Send(client, static reply =>
            Times(reply, static ms => TimeSpan.FromMilliseconds(ms)));

    /// <summary>HTTL, in seconds.</summary>
    [Calls("HTTL")]
    public static ValueTask<FieldTime<long>[]> HashTimeToLiveSecondsAsync(
        this IRotomCommands client, RespArgument key, params ReadOnlySpan<RespArgument> fields) =>
        Words(Word.Httl, key, fields).Send(client, static reply =>
            Times(reply, static seconds => seconds));

    /// <summary>HPEXPIRETIME.</summary>
    [Calls("HPEXPIRETIME")]
    public static ValueTask<FieldTime<DateTimeOffset>[]> HashExpireTimeAsync(
        this IRotomCommands client, RespArgument key, params ReadOnlySpan<RespArgument> fields) =>
        Words(Word.Hpexpiretime, key, fields).Send(client, static reply =>
            Times(reply, DateTimeOffset.FromUnixTimeMilliseconds));

    /// <summary>HEXPIRETIME, in Unix seconds.</summary>
    [Calls("HEXPIRETIME")]
    public static ValueTask<FieldTime<long>[]> HashExpireTimeSecondsAsync(
        this IRotomCommands client, RespArgument key, params ReadOnlySpan<RespArgument> fields) =>
        Words(Word.Hexpiretime, key, fields).Send(client, static reply =>
            Times(reply, static seconds => seconds));

    /// <summary>HGETEX: the values, whose times to live are set or taken away; null for those that
    /// are not there.</summary>
    [Calls("HGETEX")]
    public static ValueTask<byte[]?[]> HashGetSetExpiryAsync(
        this IRotomCommands client, RespArgument key, ReadOnlySpan<RespArgument> fields,
        Expiry expiry)
    {
        WordList words = new(Word.Hgetex, fields.Length + 5);
        words.Add(key);
        expiry.AddTo(ref words);
        words.Add(Word.Fields);
        words.AddCounted(fields);
        return words.Send(client, Reply.BytesOrNullArray);
    }

    /// <summary>HGETDEL: the values that are deleted; null for those that are not there.</summary>
    [Calls("HGETDEL")]
    public static ValueTask<byte[]?[]> HashGetDeleteAsync(
        this IRotomCommands client, RespArgument key, params ReadOnlySpan<RespArgument> fields) =>
        Words(Word.Hgetdel, key, fields).Send(client, Reply.BytesOrNullArray);

    /// <summary>HSETEX: sets fields with a time to live; false when the condition does not hold for
    /// all of them, and nothing is set then.</summary>
    [Calls("HSETEX")]
    public static ValueTask<bool> HashSetWithExpiryAsync(
        this IRotomCommands client, RespArgument key,
        ReadOnlySpan<(RespArgument Field, RespArgument Value)> pairs, Expiry expiry,
        SetWhen when = SetWhen.Always)
    {
        WordList words = new(Word.Hsetex, pairs.Length * 2 + 6);
        words.Add(key);
        if (when != SetWhen.Always) words.Add(when == SetWhen.NotExists ? Word.Fnx : Word.Fxx);
        expiry.AddTo(ref words);
        words.Add(Word.Fields, pairs.Length);
        words.AddPairs(pairs);
        return words.Send(client, Reply.Bool);
    }

    private static ValueTask<FieldExpireResult[]> Expire(
        IRotomCommands client, RespArgument name, RespArgument key,
        ReadOnlySpan<RespArgument> fields, RespArgument time, ExpireWhen when)
    {
        WordList words = new(name, fields.Length + 5);
        words.Add(key, time);
        words.Add(when);
        words.Add(Word.Fields);
        words.AddCounted(fields);
        return words.Send(client, Results);
    }

    private static WordList Words(
        RespArgument name, RespArgument key, scoped ReadOnlySpan<RespArgument> fields)
    {
        WordList words = new(name, fields.Length + 3);
        words.Add(key, Word.Fields);
        words.AddCounted(fields);
        return words;
    }

    private static FieldExpireResult[] Results(RespValue reply) =>
        Reply.Array(reply, static item => (FieldExpireResult)item.AsInteger());

    private static FieldTime<T>[] Times<T>(RespValue reply, Func<long, T> make)
        where T : struct =>
        Reply.Array(reply, item => item.AsInteger() is var time && time >= 0
            ? new FieldTime<T>(true, make(time))
            : new FieldTime<T>(time == -1, null));
}
