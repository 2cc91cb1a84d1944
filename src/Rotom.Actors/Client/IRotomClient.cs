using System;
using System.Buffers;
using System.Collections.Generic;
using System.Threading.Tasks;
using Rotom.Actors.Messages;
using Rotom.Resp;

namespace Rotom.Actors.Client;

/// <summary>When a value is set.</summary>
public enum SetWhen
{
    /// <summary>Whatever is there.</summary>
    Always,

    /// <summary>Only if there is no such key.</summary>
    NotExists,

    /// <summary>Only if there is such a key.</summary>
    Exists,
}

/// <summary>A member of a sorted set.</summary>
/// <param name="Member">The member.</param>
/// <param name="Score">Its score.</param>
public readonly record struct ScoredMember(byte[] Member, double Score);

/// <summary>
/// A client of a server in the same process: the same commands on the same keys as by the port,
/// without a socket. Any thread; commands are executed in the order in which they are sent, and
/// those that are sent without waiting share a turn.
/// </summary>
/// <remarks>
/// The most usual commands are members; all others are extension methods of
/// <see cref="IRotomCommands"/>, under names that begin with what they are about.
/// An error of the server is a <see cref="RespErrorException"/>; a <see cref="ValueTask"/> is to be
/// awaited once. What stands for the whole client (a transaction, SELECT, a command that waits)
/// holds for all who share it: they are best given a client of their own.
/// </remarks>
public interface IRotomClient : IRotomCommands, IAsyncDisposable
{
    /// <summary>CLIENT ID.</summary>
    long Id { get; }

    /// <summary>Executes any command that has one reply.</summary>
    /// <param name="words">Name and arguments; bytes are copied at once.</param>
    ValueTask<RespValue> ExecuteAsync(params ReadOnlySpan<RespArgument> words);

    /// <summary>Executes commands as one transaction, also on a client that others share.</summary>
    /// <returns>Their replies; an error is one of them.</returns>
    ValueTask<RespValue> TransactionAsync(IReadOnlyList<RedisCommand> commands);

    /// <summary>Listens to a channel, from when the task is done.</summary>
    ValueTask<RotomSubscription> SubscribeAsync(string channel);

    /// <summary>Listens to all channels that match a glob.</summary>
    ValueTask<RotomSubscription> SubscribePatternAsync(string pattern);

    /// <summary>Listens to a shard channel, what PublishShardAsync publishes on.</summary>
    ValueTask<RotomSubscription> SubscribeShardAsync(string channel) =>
        throw new NotSupportedException("This client does not listen to shard channels.");

    /// <summary>PUBLISH: how many hear it.</summary>
    ValueTask<long> PublishAsync(RespArgument channel, RespArgument message);

    /// <summary>GET: the bytes; null when there are none.</summary>
    ValueTask<byte[]?> StringGetAsync(RespArgument key);

    /// <summary>GET: the text; null when there is none.</summary>
    ValueTask<string?> StringGetTextAsync(RespArgument key);

    /// <summary>GET, seen where it lies: no copy of it is made.</summary>
    /// <param name="key">The key.</param>
    /// <param name="state">What the function is given beside the value.</param>
    /// <param name="read">
    /// Makes the result of the value, on the keyspace's thread; see <see cref="ValueReader{TState,
    /// T}"/>.
    /// </param>
    /// <param name="missing">The result when there is no such key.</param>
    ValueTask<T> StringReadAsync<TState, T>(
        RespArgument key, TState state, ValueReader<TState, T> read, T missing = default!) =>
        ValueReading.OfReply(ExecuteAsync("GET", key), state, read, missing);

    /// <summary>HGET, seen where it lies: no copy of it is made.</summary>
    /// <param name="key">The key.</param>
    /// <param name="field">The field.</param>
    /// <param name="state">What the function is given beside the value.</param>
    /// <param name="read">
    /// Makes the result of the value, on the keyspace's thread; see <see cref="ValueReader{TState,
    /// T}"/>.
    /// </param>
    /// <param name="missing">The result when there is no such key or field.</param>
    ValueTask<T> HashReadAsync<TState, T>(
        RespArgument key, RespArgument field, TState state, ValueReader<TState, T> read,
        T missing = default!) =>
        ValueReading.OfReply(ExecuteAsync("HGET", key, field), state, read, missing);

    /// <summary>GET, straight into the caller's memory.</summary>
    /// <returns>
    /// The length of the value, of which nothing was copied if it is longer than the memory; -1
    /// when there is no such key.
    /// </returns>
    ValueTask<int> StringCopyToAsync(RespArgument key, Memory<byte> to) => StringReadAsync(
        key,
        to,
        static (value, to) =>
        {
            value.TryCopyTo(to.Span);
            return value.Length;
        },
        missing: -1);

    /// <summary>GET, straight into a buffer, which nobody else uses meanwhile.</summary>
    /// <returns>The length of the value; -1 when there is no such key.</returns>
    ValueTask<int> StringCopyToAsync(RespArgument key, IBufferWriter<byte> to) => StringReadAsync(
        key,
        to,
        static (value, to) =>
        {
            to.Write(value);
            return value.Length;
        },
        missing: -1);

    /// <summary>SET: false when the condition did not hold.</summary>
    ValueTask<bool> StringSetAsync(
        RespArgument key, RespArgument value, TimeSpan? timeToLive = null,
        SetWhen when = SetWhen.Always);

    /// <summary>INCRBY: the sum.</summary>
    ValueTask<long> StringIncrementAsync(RespArgument key, long by = 1);

    /// <summary>APPEND: the length.</summary>
    ValueTask<long> StringAppendAsync(RespArgument key, RespArgument tail);

    /// <summary>STRLEN.</summary>
    ValueTask<long> StringLengthAsync(RespArgument key);

    /// <summary>DEL: true when it was there.</summary>
    ValueTask<bool> KeyDeleteAsync(RespArgument key);

    /// <summary>EXISTS.</summary>
    ValueTask<bool> KeyExistsAsync(RespArgument key);

    /// <summary>PEXPIRE: false when there is no such key.</summary>
    ValueTask<bool> KeyExpireAsync(RespArgument key, TimeSpan timeToLive);

    /// <summary>PERSIST: false when there is nothing to take away.</summary>
    ValueTask<bool> KeyPersistAsync(RespArgument key);

    /// <summary>PTTL: null when there is no such key, or it lives for ever.</summary>
    ValueTask<TimeSpan?> KeyTimeToLiveAsync(RespArgument key);

    /// <summary>TYPE: <c>none</c> when there is no such key.</summary>
    ValueTask<string?> KeyTypeAsync(RespArgument key);

    /// <summary>HSET: true when the field is new.</summary>
    ValueTask<bool> HashSetAsync(RespArgument key, RespArgument field, RespArgument value);

    /// <summary>HGET.</summary>
    ValueTask<byte[]?> HashGetAsync(RespArgument key, RespArgument field);

    /// <summary>HGETALL.</summary>
    ValueTask<Dictionary<string, byte[]>> HashGetAllAsync(RespArgument key);

    /// <summary>HDEL: true when it was there.</summary>
    ValueTask<bool> HashDeleteAsync(RespArgument key, RespArgument field);

    /// <summary>HEXISTS.</summary>
    ValueTask<bool> HashExistsAsync(RespArgument key, RespArgument field);

    /// <summary>HINCRBY: the sum.</summary>
    ValueTask<long> HashIncrementAsync(RespArgument key, RespArgument field, long by = 1);

    /// <summary>HLEN.</summary>
    ValueTask<long> HashLengthAsync(RespArgument key);

    /// <summary>LPUSH: the length.</summary>
    ValueTask<long> ListLeftPushAsync(RespArgument key, RespArgument value);

    /// <summary>RPUSH: the length.</summary>
    ValueTask<long> ListRightPushAsync(RespArgument key, RespArgument value);

    /// <summary>LPOP.</summary>
    ValueTask<byte[]?> ListLeftPopAsync(RespArgument key);

    /// <summary>RPOP.</summary>
    ValueTask<byte[]?> ListRightPopAsync(RespArgument key);

    /// <summary>LRANGE; negative indices count from the end.</summary>
    ValueTask<byte[][]> ListRangeAsync(RespArgument key, long start = 0, long stop = -1);

    /// <summary>LLEN.</summary>
    ValueTask<long> ListLengthAsync(RespArgument key);

    /// <summary>SADD: true when it is new.</summary>
    ValueTask<bool> SetAddAsync(RespArgument key, RespArgument member);

    /// <summary>SREM: true when it was there.</summary>
    ValueTask<bool> SetRemoveAsync(RespArgument key, RespArgument member);

    /// <summary>SISMEMBER.</summary>
    ValueTask<bool> SetContainsAsync(RespArgument key, RespArgument member);

    /// <summary>SMEMBERS.</summary>
    ValueTask<byte[][]> SetMembersAsync(RespArgument key);

    /// <summary>SCARD.</summary>
    ValueTask<long> SetLengthAsync(RespArgument key);

    /// <summary>ZADD: true when it is new.</summary>
    ValueTask<bool> SortedSetAddAsync(RespArgument key, RespArgument member, double score);

    /// <summary>ZREM: true when it was there.</summary>
    ValueTask<bool> SortedSetRemoveAsync(RespArgument key, RespArgument member);

    /// <summary>ZSCORE.</summary>
    ValueTask<double?> SortedSetScoreAsync(RespArgument key, RespArgument member);

    /// <summary>ZRANK, from the lowest score.</summary>
    ValueTask<long?> SortedSetRankAsync(RespArgument key, RespArgument member);

    /// <summary>ZINCRBY: the sum.</summary>
    ValueTask<double> SortedSetIncrementAsync(RespArgument key, RespArgument member, double by);

    /// <summary>ZRANGE WITHSCORES, by rank.</summary>
    ValueTask<IReadOnlyList<ScoredMember>> SortedSetRangeAsync(
        RespArgument key, long start = 0, long stop = -1);

    /// <summary>ZCARD.</summary>
    ValueTask<long> SortedSetLengthAsync(RespArgument key);
}
