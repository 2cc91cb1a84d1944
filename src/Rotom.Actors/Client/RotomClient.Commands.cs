using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using Rotom.Resp;

namespace Rotom.Actors.Client;

// The most usual commands, whose results come without a step in between. All others are extension
// methods (folder Typed).
internal sealed partial class RotomClient
{
    // Names as bytes, made once: a call copies them into its batch as they are.
    private static readonly RespArgument s_append = "APPEND"u8.ToArray();
    private static readonly RespArgument s_del = "DEL"u8.ToArray();
    private static readonly RespArgument s_exists = "EXISTS"u8.ToArray();
    private static readonly RespArgument s_get = "GET"u8.ToArray();
    private static readonly RespArgument s_hget = "HGET"u8.ToArray();
    private static readonly RespArgument s_hset = "HSET"u8.ToArray();
    private static readonly RespArgument s_incr = "INCR"u8.ToArray();
    private static readonly RespArgument s_incrBy = "INCRBY"u8.ToArray();
    private static readonly RespArgument s_nx = "NX"u8.ToArray();
    private static readonly RespArgument s_publish = "PUBLISH"u8.ToArray();
    private static readonly RespArgument s_px = "PX"u8.ToArray();
    private static readonly RespArgument s_set = "SET"u8.ToArray();
    private static readonly RespArgument s_xx = "XX"u8.ToArray();

    public ValueTask<long> PublishAsync(RespArgument channel, RespArgument message) =>
        Send<long>(s_publish, channel, message);

    public ValueTask<byte[]?> StringGetAsync(RespArgument key) => Send<byte[]?>(s_get, key);

    public ValueTask<T> StringReadAsync<TState, T>(
        RespArgument key, TState state, ValueReader<TState, T> read, T missing = default!) =>
        Read([s_get, key], state, read, missing);

    public ValueTask<T> HashReadAsync<TState, T>(
        RespArgument key, RespArgument field, TState state, ValueReader<TState, T> read,
        T missing = default!) =>
        Read([s_hget, key, field], state, read, missing);

    public ValueTask<string?> StringGetTextAsync(RespArgument key) => Send<string?>(s_get, key);

    public ValueTask<bool> StringSetAsync(
        RespArgument key, RespArgument value, TimeSpan? timeToLive = null,
        SetWhen when = SetWhen.Always)
    {
        if (timeToLive is null && when == SetWhen.Always) return Send<bool>(s_set, key, value);
        RespArgument condition = when == SetWhen.NotExists ? s_nx : s_xx;
        if (timeToLive is not { } span) return Send<bool>(s_set, key, value, condition);
        RespArgument ms = Typed.Milliseconds(span);
        return when == SetWhen.Always
            ? Send<bool>(s_set, key, value, s_px, ms)
            : Send<bool>(s_set, key, value, s_px, ms, condition);
    }

    public ValueTask<long> StringIncrementAsync(RespArgument key, long by = 1) =>
        by == 1 ? Send<long>(s_incr, key) : Send<long>(s_incrBy, key, by);

    public ValueTask<long> StringAppendAsync(RespArgument key, RespArgument tail) =>
        Send<long>(s_append, key, tail);

    public ValueTask<long> StringLengthAsync(RespArgument key) => Send<long>("STRLEN", key);

    public ValueTask<bool> KeyDeleteAsync(RespArgument key) => Send<bool>(s_del, key);

    public ValueTask<bool> KeyExistsAsync(RespArgument key) => Send<bool>(s_exists, key);

    public ValueTask<bool> KeyExpireAsync(RespArgument key, TimeSpan timeToLive) =>
        Send<bool>("PEXPIRE", key, Typed.Milliseconds(timeToLive));

    public ValueTask<bool> KeyPersistAsync(RespArgument key) => Send<bool>("PERSIST", key);

    public ValueTask<TimeSpan?> KeyTimeToLiveAsync(RespArgument key) =>
        Send<TimeSpan?>("PTTL", key);

    public ValueTask<string?> KeyTypeAsync(RespArgument key) => Send<string?>("TYPE", key);

    public ValueTask<bool> HashSetAsync(
        RespArgument key, RespArgument field, RespArgument value) =>
        Send<bool>(s_hset, key, field, value);

    public ValueTask<byte[]?> HashGetAsync(RespArgument key, RespArgument field) =>
        Send<byte[]?>(s_hget, key, field);

    public ValueTask<Dictionary<string, byte[]>> HashGetAllAsync(RespArgument key) =>
        Send<Dictionary<string, byte[]>>("HGETALL", key);

    public ValueTask<bool> HashDeleteAsync(RespArgument key, RespArgument field) =>
        Send<bool>("HDEL", key, field);

    public ValueTask<bool> HashExistsAsync(RespArgument key, RespArgument field) =>
        Send<bool>("HEXISTS", key, field);

    public ValueTask<long> HashIncrementAsync(RespArgument key, RespArgument field, long by = 1) =>
        Send<long>("HINCRBY", key, field, by);

    public ValueTask<long> HashLengthAsync(RespArgument key) => Send<long>("HLEN", key);

    public ValueTask<long> ListLeftPushAsync(RespArgument key, RespArgument value) =>
        Send<long>("LPUSH", key, value);

    public ValueTask<long> ListRightPushAsync(RespArgument key, RespArgument value) =>
        Send<long>("RPUSH", key, value);

    public ValueTask<byte[]?> ListLeftPopAsync(RespArgument key) => Send<byte[]?>("LPOP", key);

    public ValueTask<byte[]?> ListRightPopAsync(RespArgument key) => Send<byte[]?>("RPOP", key);

    public ValueTask<byte[][]> ListRangeAsync(RespArgument key, long start = 0, long stop = -1) =>
        Send<byte[][]>("LRANGE", key, start, stop);

    public ValueTask<long> ListLengthAsync(RespArgument key) => Send<long>("LLEN", key);

    public ValueTask<bool> SetAddAsync(RespArgument key, RespArgument member) =>
        Send<bool>("SADD", key, member);

    public ValueTask<bool> SetRemoveAsync(RespArgument key, RespArgument member) =>
        Send<bool>("SREM", key, member);

    public ValueTask<bool> SetContainsAsync(RespArgument key, RespArgument member) =>
        Send<bool>("SISMEMBER", key, member);

    public ValueTask<byte[][]> SetMembersAsync(RespArgument key) =>
        Send<byte[][]>("SMEMBERS", key);

    public ValueTask<long> SetLengthAsync(RespArgument key) => Send<long>("SCARD", key);

    public ValueTask<bool> SortedSetAddAsync(
        RespArgument key, RespArgument member, double score) =>
        Send<bool>("ZADD", key, Typed.Number(score), member);

    public ValueTask<bool> SortedSetRemoveAsync(RespArgument key, RespArgument member) =>
        Send<bool>("ZREM", key, member);

    public ValueTask<double?> SortedSetScoreAsync(RespArgument key, RespArgument member) =>
        Send<double?>("ZSCORE", key, member);

    public ValueTask<long?> SortedSetRankAsync(RespArgument key, RespArgument member) =>
        Send<long?>("ZRANK", key, member);

    public ValueTask<double> SortedSetIncrementAsync(
        RespArgument key, RespArgument member, double by) =>
        Send<double>("ZINCRBY", key, Typed.Number(by), member);

    public async ValueTask<IReadOnlyList<ScoredMember>> SortedSetRangeAsync(
        RespArgument key, long start = 0, long stop = -1)
    {
        RespValue reply = await Send<RespValue>("ZRANGE", key, start, stop, "WITHSCORES")
            .ConfigureAwait(false);
        return Reply.ScoredMembers(reply);
    }

    public ValueTask<long> SortedSetLengthAsync(RespArgument key) => Send<long>("ZCARD", key);
}
