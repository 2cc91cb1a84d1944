using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Rotom.Simulation.Oracle;

// Channels and patterns. The order of messages to one client is the order of their publishing; a
// message that reaches a client by several patterns comes once for each, in an order that nobody
// promises.
internal sealed partial class Model
{
    private void AddPubSub()
    {
        Add("subscribe", -2, c => Subscribe(c, "subscribe"), subscriberMay: true);
        Add("psubscribe", -2, c => Subscribe(c, "psubscribe"), subscriberMay: true);
        Add("unsubscribe", -1, c => Unsubscribe(c, "unsubscribe"), subscriberMay: true);
        Add("punsubscribe", -1, c => Unsubscribe(c, "punsubscribe"), subscriberMay: true);
        Add("publish", 3, Publish);
    }

    private static SortedSet<string> SetOf(ModelCall c, string kind) =>
        kind[0] == 'p' ? c.Client.Patterns : c.Client.Channels;

    private static void Subscribe(ModelCall c, string kind)
    {
        c.Client.IsPushReply = true;
        foreach (string name in c.Args.Skip(1))
        {
            SetOf(c, kind).Add(name);
            Confirm(c, kind, name);
        }
    }

    private static void Unsubscribe(ModelCall c, string kind)
    {
        c.Client.IsPushReply = true;
        SortedSet<string> set = SetOf(c, kind);
        if (c.Args.Length > 1)
        {
            foreach (string name in c.Args.Skip(1))
            {
                set.Remove(name);
                Confirm(c, kind, name);
            }
        }
        else if (set.Count == 0)
        {
            Confirm(c, kind, null);
        }
        else
        {
            HashSet<string> left = [.. set];
            int others = c.Client.Subscriptions - set.Count;
            set.Clear();
            c.Reply.Check(left.Count, nodes => CheckAll(nodes, kind, left, others));
        }
    }

    private static void Confirm(ModelCall c, string kind, string? name)
    {
        c.Reply.Push(3);
        c.Reply.Bulk(kind);
        c.Reply.BulkOrNull(name);
        c.Reply.Integer(c.Client.Subscriptions);
    }

    private static string? CheckAll(
        List<RespNode> nodes, string kind, HashSet<string> left, int others)
    {
        foreach (RespNode node in nodes)
        {
            if (node.Items.Count != 3 || node.Items[0].Bulk != kind) return $"not an {kind}";
            if (!left.Remove(node.Items[1].Bulk)) return "a name that it was not subscribed to";
            int count = left.Count + others;
            if (node.Items[2].Text != count.ToString(CultureInfo.InvariantCulture))
            {
                return $"a count that is not {count}";
            }
        }

        return null;
    }

    private void Publish(ModelCall c)
    {
        long receivers = 0;
        long leaving = 0;
        foreach (ModelClient client in _clients.Values)
        {
            if (client.IsGone) continue;
            List<ReplyModel> messages = [];
            if (client.Channels.Contains(c[1]))
            {
                messages.Add(Message(client, "message", c[1], c[2]));
            }

            List<string> patterns = [.. client.Patterns.Where(p => MatchesChannel(p, c[1]))];
            int count = messages.Count + patterns.Count;
            // Redis counts a client that is about to be closed while it is there, without sending.
            if (client.IsClosing)
            {
                leaving += count;
                continue;
            }

            receivers += count;
            if (patterns.Count == 1)
            {
                messages.Add(Message(client, "pmessage", patterns[0], c[1], c[2]));
            }
            else if (patterns.Count > 1)
            {
                messages.Add(AnyOrder(client, patterns, c[1], c[2]));
            }

            foreach (ReplyModel message in messages)
            {
                if (client == c.Client) client.OwnPushes.Add(message);
                else client.Checker.Expect(message.Parts, Turn);
            }
        }

        c.Reply.Between(receivers, receivers + leaving);
    }

    private static ReplyModel AnyOrder(
        ModelClient client, List<string> patterns, string channel, string text)
    {
        ReplyModel any = new(client.Resp3, $"messages of {channel}");
        HashSet<string> left = [];
        char type = client.Resp3 ? '>' : '*';
        foreach (string pattern in patterns) left.Add($"pmessage {pattern} {channel} {text}");
        any.Check(patterns.Count, nodes =>
        {
            foreach (RespNode node in nodes)
            {
                string words = string.Join(' ', node.Items.Select(item => item.Bulk));
                if (node.Type != type || !left.Remove(words)) return "not a message it waits for";
            }

            return null;
        }, patterns.Count * text.Length);
        return any;
    }

    private static ReplyModel Message(ModelClient client, params string[] words)
    {
        ReplyModel message = new(client.Resp3, string.Join(' ', words[..^1]));
        message.Push(words.Length);
        foreach (string word in words) message.Bulk(word);
        return message;
    }

    // The workload's patterns are a name, or a beginning and a star.
    private static bool MatchesChannel(string pattern, string channel) =>
        pattern.EndsWith('*')
            ? channel.StartsWith(pattern[..^1], StringComparison.Ordinal)
            : pattern == channel;
}
