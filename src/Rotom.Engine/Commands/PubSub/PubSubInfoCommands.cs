using System.Collections.Generic;
using Rotom.Resp;

namespace Rotom.Engine.Commands;

/// <summary>PUBSUB: CHANNELS NUMPAT NUMSUB SHARDCHANNELS SHARDNUMSUB HELP.</summary>
internal static class PubSubInfoCommands
{
    private const CommandFlags Common =
        CommandFlags.PubSub | CommandFlags.Loading | CommandFlags.Stale;

    /// <summary>Returns the active channels.</summary>
    [Command("PUBSUB|CHANNELS", Arity = -2, Since = "2.8.0",
        Complexity = "O(N) where N is the number of active channels, and assuming constant time "
            + "pattern matching (relatively short channels and patterns)",
        Group = Group.PubSub, Flags = Common, Syntax = "[pattern]")]
    internal static void Channels(ref CommandContext c) => List(ref c, c.Engine.PubSub.Channels);

    /// <summary>Returns a count of unique pattern subscriptions.</summary>
    [Command("PUBSUB|NUMPAT", Arity = 2, Since = "2.8.0", Complexity = "O(1)",
        Group = Group.PubSub, Flags = Common)]
    internal static void PatternCount(ref CommandContext c) =>
        c.Reply.Integer(c.Engine.PubSub.Patterns.Count);

    /// <summary>Returns a count of subscribers to channels.</summary>
    [Command("PUBSUB|NUMSUB", Arity = -2, Since = "2.8.0",
        Complexity = "O(N) for the NUMSUB subcommand, where N is the number of requested channels",
        Group = Group.PubSub, Flags = Common, Syntax = "[channel...]")]
    internal static void SubscriberCounts(ref CommandContext c)
    {
        c.Reply.ArrayHeader((c.ArgCount - 2) * 2);
        for (int i = 2; i < c.ArgCount; i++)
        {
            c.Reply.Bulk(c[i]);
            c.Reply.Integer(c.Engine.PubSub.Subscribers(c[i])?.Count ?? 0);
        }
    }

    /// <summary>Returns the active shard channels.</summary>
    [Command("PUBSUB|SHARDCHANNELS", Arity = -2, Since = "7.0.0",
        Complexity = "O(N) where N is the number of active shard channels, and assuming constant "
            + "time pattern matching (relatively short shard channels).",
        Group = Group.PubSub, Flags = Common, Syntax = "[pattern]")]
    internal static void ShardChannels(ref CommandContext c) =>
        List(ref c, c.Engine.PubSub.ShardChannels);

    /// <summary>Returns the count of subscribers of shard channels.</summary>
    [Command("PUBSUB|SHARDNUMSUB", Arity = -2, Since = "7.0.0",
        Complexity = "O(N) for the SHARDNUMSUB subcommand, where N is the number of requested "
            + "shard channels",
        Group = Group.PubSub, Flags = Common, Syntax = "[shardchannel...]")]
    internal static void ShardSubscriberCounts(ref CommandContext c)
    {
        c.Reply.ArrayHeader((c.ArgCount - 2) * 2);
        for (int i = 2; i < c.ArgCount; i++)
        {
            c.Reply.Bulk(c[i]);
            c.Reply.Integer(c.Engine.PubSub.ShardSubscribers(c[i])?.Count ?? 0);
        }
    }

    /// <summary>Returns helpful text about the different subcommands.</summary>
    [Command("PUBSUB|HELP", Arity = 2, Since = "6.2.0", Complexity = "O(1)",
        Group = Group.PubSub, Flags = CommandFlags.Loading | CommandFlags.Stale,
        Acl = Acl.None)]
    internal static void Help(ref CommandContext c) => c.HelpText();

    private static void List(
        ref CommandContext c, IReadOnlyDictionary<Sds, List<Client>> channels)
    {
        if (c.ArgCount > 3)
        {
            Errors.UnknownSubcommandOrArity(c.Engine.DraftError(), "PUBSUB"u8, c[1]);
            c.Error(c.Engine.DraftedError);
            return;
        }

        int deferred = c.Reply.BeginDeferred();
        int count = 0;
        foreach (Sds channel in channels.Keys)
        {
            if (c.ArgCount == 3 && !Glob.Matches(c[2], channel.Span)) continue;
            c.Reply.Bulk(channel.Span);
            count++;
        }

        c.Reply.EndDeferred(deferred, '*', count);
    }
}
