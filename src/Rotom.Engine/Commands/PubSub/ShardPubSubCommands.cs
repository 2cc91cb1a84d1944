using System;
using System.Collections.Generic;

namespace Rotom.Engine.Commands;

// Shard channels are names of their own kind, with subscriptions and counts apart from the others'.
// In a cluster a channel belongs to a slot as a key does, which is why they are declared like keys.

/// <summary>SSUBSCRIBE SUNSUBSCRIBE SPUBLISH.</summary>
internal static class ShardPubSubCommands
{
    private const CommandFlags Common = CommandFlags.PubSub | CommandFlags.NoScript
        | CommandFlags.Loading | CommandFlags.Stale | CommandFlags.SubscriberMay;

    /// <summary>Listens for messages published to shard channels.</summary>
    [Command("SSUBSCRIBE", Arity = -2, Since = "7.0.0",
        Complexity = "O(N) where N is the number of shard channels to subscribe to.",
        Group = Group.PubSub, Flags = Common, Syntax = "shardchannel...")]
    [Keys(1, -1, 1, Access.NotKey)]
    internal static void Subscribe(ref CommandContext c)
    {
        if (c.Client.Has(ClientGate.InExec))
        {
            c.Error("ERR SSUBSCRIBE isn't allowed for a DENY BLOCKING client"u8);
            return;
        }

        for (int i = 1; i < c.ArgCount; i++)
        {
            c.Engine.PubSub.SubscribeShard(c.Client, new Sds(c[i]));
            Confirm(ref c, "ssubscribe"u8, c[i]);
        }

        PubSubCommands.UpdateMode(ref c);
    }

    /// <summary>Stops listening to messages posted to shard channels.</summary>
    [Command("SUNSUBSCRIBE", Arity = -1, Since = "7.0.0",
        Complexity = "O(N) where N is the number of shard channels to unsubscribe.",
        Group = Group.PubSub, Flags = Common, Syntax = "[shardchannel...]")]
    [Keys(1, -1, 1, Access.NotKey)]
    internal static void Unsubscribe(ref CommandContext c)
    {
        if (c.ArgCount == 1)
        {
            UnsubscribeAll(ref c);
            return;
        }

        for (int i = 1; i < c.ArgCount; i++)
        {
            c.Engine.PubSub.UnsubscribeShard(c.Client, new Sds(c[i]));
            Confirm(ref c, "sunsubscribe"u8, c[i]);
        }

        PubSubCommands.UpdateMode(ref c);
    }

    /// <summary>Posts a message to a shard channel.</summary>
    [Command("SPUBLISH", Arity = 3, Since = "7.0.0",
        Complexity = "O(N) where N is the number of clients subscribed to the receiving shard "
            + "channel.",
        Group = Group.PubSub,
        Flags = CommandFlags.PubSub | CommandFlags.Loading | CommandFlags.Stale
            | CommandFlags.Fast | CommandFlags.MayReplicate,
        Syntax = "shardchannel message")]
    [Key(1, Access.NotKey)]
    internal static void Publish(ref CommandContext c) =>
        c.Reply.Integer(c.Engine.PublishShard(c[1], c[2]));

    private static void UnsubscribeAll(ref CommandContext c)
    {
        if (c.Client.ShardChannels is not { Count: > 0 } all)
        {
            c.Reply.PushHeader(3);
            c.Reply.Bulk("sunsubscribe"u8);
            c.Reply.Null();
            c.Reply.Integer(0);
            c.Engine.KeepReply(c.Reply);
            return;
        }

        foreach (Sds channel in new List<Sds>(all))
        {
            c.Engine.PubSub.UnsubscribeShard(c.Client, channel);
            Confirm(ref c, "sunsubscribe"u8, channel.Span);
        }

        PubSubCommands.UpdateMode(ref c);
    }

    private static void Confirm(
        ref CommandContext c, ReadOnlySpan<byte> kind, ReadOnlySpan<byte> channel) =>
        PubSubCommands.Confirm(ref c, kind, channel, c.Client.ShardChannels?.Count ?? 0);
}
