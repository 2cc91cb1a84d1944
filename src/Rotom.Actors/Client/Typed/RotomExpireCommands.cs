using System;
using System.Threading.Tasks;
using Rotom.Resp;

namespace Rotom.Actors.Client;

// Times to live. The methods with spans and times count milliseconds; those whose names end in
// Seconds send Redis' older commands, and take and give whole seconds.

/// <summary>Commands on the times to live of keys.</summary>
public static class RotomExpireCommands
{
    /// <summary>PEXPIRE: false when there is no such key.</summary>
    [Calls("PEXPIRE")]
    public static ValueTask<bool> KeyExpireAsync(
        this IRotomCommands client, RespArgument key, TimeSpan timeToLive) =>
        client.Call(Reply.Bool, Word.Pexpire, key, Typed.Milliseconds(timeToLive));

    /// <summary>PEXPIRE: false when there is no such key, or the condition does not hold.</summary>
    [Calls("PEXPIRE")]
    public static ValueTask<bool> KeyExpireAsync(
        this IRotomCommands client, RespArgument key, TimeSpan timeToLive, ExpireWhen when) =>
        Send(client, Word.Pexpire, key, Typed.Milliseconds(timeToLive), when);

    /// <summary>PEXPIREAT: false when there is no such key, or the condition does not hold; a time
    /// that is over deletes it.</summary>
    [Calls("PEXPIREAT")]
    public static ValueTask<bool> KeyExpireAtAsync(
        this IRotomCommands client, RespArgument key, DateTimeOffset time,
        ExpireWhen when = ExpireWhen.Always) =>
        Send(client, Word.Pexpireat, key, time.ToUnixTimeMilliseconds(), when);

    /// <summary>EXPIRE: false when there is no such key, or the condition does not hold.</summary>
    [Calls("EXPIRE")]
    public static ValueTask<bool> KeyExpireSecondsAsync(
        this IRotomCommands client, RespArgument key, long seconds,
        ExpireWhen when = ExpireWhen.Always) =>
        Send(client, Word.Expire, key, seconds, when);

    /// <summary>EXPIREAT, in Unix seconds: false when there is no such key, or the condition does
    /// not hold.</summary>
    [Calls("EXPIREAT")]
    public static ValueTask<bool> KeyExpireAtSecondsAsync(
        this IRotomCommands client, RespArgument key, long unixSeconds,
        ExpireWhen when = ExpireWhen.Always) =>
        Send(client, Word.Expireat, key, unixSeconds, when);

    /// <summary>PERSIST: false when there is nothing to take away.</summary>
    [Calls("PERSIST")]
    public static ValueTask<bool> KeyPersistAsync(this IRotomCommands client, RespArgument key) =>
        client.Call(Reply.Bool, Word.Persist, key);

    /// <summary>PTTL: null when there is no such key, or it lives for ever.</summary>
    [Calls("PTTL")]
    public static ValueTask<TimeSpan?> KeyTimeToLiveAsync(
        this IRotomCommands client, RespArgument key) =>
        client.Call(Reply.MillisecondsOrNull, Word.Pttl, key);

    /// <summary>TTL, in seconds: null when there is no such key, or it lives for ever.</summary>
    [Calls("TTL")]
    public static ValueTask<long?> KeyTimeToLiveSecondsAsync(
        this IRotomCommands client, RespArgument key) =>
        client.Call(Reply.NaturalOrNull, Word.Ttl, key);

    /// <summary>PEXPIRETIME: when it expires; null when there is no such key, or it lives for ever.
    /// </summary>
    [Calls("PEXPIRETIME")]
    public static ValueTask<DateTimeOffset?> KeyExpireTimeAsync(
        this IRotomCommands client, RespArgument key) =>
        client.Call(Reply.UnixMillisecondsOrNull, Word.Pexpiretime, key);

    /// <summary>EXPIRETIME, in Unix seconds: null when there is no such key, or it lives for ever.
    /// </summary>
    [Calls("EXPIRETIME")]
    public static ValueTask<long?> KeyExpireTimeSecondsAsync(
        this IRotomCommands client, RespArgument key) =>
        client.Call(Reply.NaturalOrNull, Word.Expiretime, key);

    private static ValueTask<bool> Send(
        IRotomCommands client, RespArgument name, RespArgument key, RespArgument time,
        ExpireWhen when)
    {
        WordList words = new(name);
        words.Add(key, time);
        words.Add(when);
        return words.Send(client, Reply.Bool);
    }
}
