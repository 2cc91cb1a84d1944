using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using Rotom.Resp;

namespace Rotom.Actors.Client;

/// <summary>Commands on channels; to listen is <see cref="IRotomClient.SubscribeAsync"/>.</summary>
public static class RotomChannelCommands
{
    /// <summary>PUBLISH: how many hear it.</summary>
    [Calls("PUBLISH")]
    public static ValueTask<long> PublishAsync(
        this IRotomCommands client, RespArgument channel, RespArgument message) =>
        client.Call(Reply.Integer, Word.Publish, channel, message);

    /// <summary>SPUBLISH, on a shard channel: how many hear it.</summary>
    [Calls("SPUBLISH")]
    public static ValueTask<long> PublishShardAsync(
        this IRotomCommands client, RespArgument channel, RespArgument message) =>
        client.Call(Reply.Integer, Word.Spublish, channel, message);

    /// <summary>PUBSUB CHANNELS: those that somebody listens to, and that match a glob.</summary>
    [Calls("PUBSUB|CHANNELS")]
    public static ValueTask<string[]> ChannelsAsync(
        this IRotomCommands client, string? pattern = null) =>
        pattern is null
            ? client.Call(Reply.TextArray, Word.Pubsub, Word.Channels)
            : client.Call(Reply.TextArray, Word.Pubsub, Word.Channels, pattern);

    /// <summary>PUBSUB SHARDCHANNELS: the same for shard channels.</summary>
    [Calls("PUBSUB|SHARDCHANNELS")]
    public static ValueTask<string[]> ShardChannelsAsync(
        this IRotomCommands client, string? pattern = null) =>
        pattern is null
            ? client.Call(Reply.TextArray, Word.Pubsub, Word.Shardchannels)
            : client.Call(Reply.TextArray, Word.Pubsub, Word.Shardchannels, pattern);

    /// <summary>PUBSUB NUMSUB: how many listen to each channel, patterns left aside.</summary>
    [Calls("PUBSUB|NUMSUB")]
    public static ValueTask<Dictionary<string, long>> ChannelSubscribersAsync(
        this IRotomCommands client, params ReadOnlySpan<RespArgument> channels) =>
        Counts(client, Word.Numsub, channels);

    /// <summary>PUBSUB SHARDNUMSUB: how many listen to each shard channel.</summary>
    [Calls("PUBSUB|SHARDNUMSUB")]
    public static ValueTask<Dictionary<string, long>> ShardChannelSubscribersAsync(
        this IRotomCommands client, params ReadOnlySpan<RespArgument> channels) =>
        Counts(client, Word.Shardnumsub, channels);

    /// <summary>PUBSUB NUMPAT: how many patterns are listened to.</summary>
    [Calls("PUBSUB|NUMPAT")]
    public static ValueTask<long> PatternCountAsync(this IRotomCommands client) =>
        client.Call(Reply.Integer, Word.Pubsub, Word.Numpat);

    private static ValueTask<Dictionary<string, long>> Counts(
        IRotomCommands client, RespArgument name, ReadOnlySpan<RespArgument> channels) =>
        WordList.Of(Word.Pubsub, name, channels).Send(client, Reply.IntegerByText);
}
