using System;
using System.Collections.Generic;
using Rotom.Resp;
using Rotom.Resp.Batch;

namespace Rotom.Engine.Commands;

// SUBSCRIBE and its like answer one push per channel. To a RESP3 client these are pushes in the
// place of a reply; to a RESP2 client arrays, and the connection is in subscriber mode while it has
// any.

/// <summary>SUBSCRIBE UNSUBSCRIBE PSUBSCRIBE PUNSUBSCRIBE PUBLISH.</summary>
internal static class PubSubCommands
{
    private const CommandFlags Common = CommandFlags.PubSub | CommandFlags.NoScript
        | CommandFlags.Loading | CommandFlags.Stale | CommandFlags.SubscriberMay;

    /// <summary>Listens for messages published to channels.</summary>
    [Command("SUBSCRIBE", Arity = -2, Since = "2.0.0",
        Complexity = "O(N) where N is the number of channels to subscribe to.",
        Group = Group.PubSub, Flags = Common, Syntax = "channel...")]
    internal static void Subscribe(ref CommandContext c)
    {
        for (int i = 1; i < c.ArgCount; i++)
        {
            c.Engine.PubSub.Subscribe(c.Client, new Sds(c[i]));
            Confirm(ref c, "subscribe"u8, c[i], c.Client.SubscriptionCount);
        }

        UpdateMode(ref c);
    }

    /// <summary>Stops listening to messages posted to channels.</summary>
    [Command("UNSUBSCRIBE", Arity = -1, Since = "2.0.0",
        Complexity = "O(N) where N is the number of channels to unsubscribe.",
        Group = Group.PubSub, Flags = Common, Syntax = "[channel...]")]
    internal static void Unsubscribe(ref CommandContext c)
    {
        if (c.ArgCount == 1)
        {
            UnsubscribeAll(ref c, patterns: false);
            return;
        }

        for (int i = 1; i < c.ArgCount; i++)
        {
            c.Engine.PubSub.Unsubscribe(c.Client, new Sds(c[i]));
            Confirm(ref c, "unsubscribe"u8, c[i], c.Client.SubscriptionCount);
        }

        UpdateMode(ref c);
    }

    /// <summary>
    /// Listens for messages published to channels that match one or more patterns.
    /// </summary>
    [Command("PSUBSCRIBE", Arity = -2, Since = "2.0.0",
        Complexity = "O(N) where N is the number of patterns to subscribe to.",
        Group = Group.PubSub, Flags = Common, Syntax = "pattern:pattern...")]
    internal static void PatternSubscribe(ref CommandContext c)
    {
        for (int i = 1; i < c.ArgCount; i++)
        {
            c.Engine.PubSub.SubscribePattern(c.Client, new Sds(c[i]));
            Confirm(ref c, "psubscribe"u8, c[i], c.Client.SubscriptionCount);
        }

        UpdateMode(ref c);
    }

    /// <summary>Stops listening to messages published to channels that match patterns.</summary>
    [Command("PUNSUBSCRIBE", Arity = -1, Since = "2.0.0",
        Complexity = "O(N) where N is the number of patterns to unsubscribe.",
        Group = Group.PubSub, Flags = Common, Syntax = "[pattern:pattern...]")]
    internal static void PatternUnsubscribe(ref CommandContext c)
    {
        if (c.ArgCount == 1)
        {
            UnsubscribeAll(ref c, patterns: true);
            return;
        }

        for (int i = 1; i < c.ArgCount; i++)
        {
            c.Engine.PubSub.UnsubscribePattern(c.Client, new Sds(c[i]));
            Confirm(ref c, "punsubscribe"u8, c[i], c.Client.SubscriptionCount);
        }

        UpdateMode(ref c);
    }

    /// <summary>Posts a message to a channel.</summary>
    [Command("PUBLISH", Arity = 3, Since = "2.0.0",
        Complexity = "O(N+M) where N is the number of clients subscribed to the receiving channel "
            + "and M is the total number of subscribed patterns (by any client).",
        Group = Group.PubSub,
        Flags = CommandFlags.PubSub | CommandFlags.Loading | CommandFlags.Stale
            | CommandFlags.Fast | CommandFlags.MayReplicate,
        Syntax = "channel message")]
    internal static void Publish(ref CommandContext c) =>
        c.Reply.Integer(c.Engine.Publish(c[1], c[2]));

    internal static void Confirm(
        ref CommandContext c, ReadOnlySpan<byte> kind, ReadOnlySpan<byte> channel, long count)
    {
        ReplyBatch reply = c.Reply;
        reply.PushHeader(3);
        reply.Bulk(kind);
        reply.Bulk(channel);
        reply.Integer(count);
    }

    private static void UnsubscribeAll(ref CommandContext c, bool patterns)
    {
        HashSet<Sds>? all = patterns ? c.Client.Patterns : c.Client.Channels;
        ReadOnlySpan<byte> kind = patterns ? "punsubscribe"u8 : "unsubscribe"u8;
        if (all is null || all.Count == 0)
        {
            c.Reply.PushHeader(3);
            c.Reply.Bulk(kind);
            c.Reply.Null();
            c.Reply.Integer(c.Client.SubscriptionCount);
            c.Engine.KeepReply(c.Reply);
            return;
        }

        foreach (Sds name in new List<Sds>(all))
        {
            if (patterns) c.Engine.PubSub.UnsubscribePattern(c.Client, name);
            else c.Engine.PubSub.Unsubscribe(c.Client, name);
            Confirm(ref c, kind, name.Span, c.Client.SubscriptionCount);
        }

        UpdateMode(ref c);
    }

    internal static void UpdateMode(ref CommandContext c)
    {
        c.Engine.KeepReply(c.Reply);
        c.Engine.UpdateSubscriberMode(c.Client);
    }
}
