using System;
using System.Collections.Generic;
using System.Linq;

namespace Rotom.Simulation.Oracle;

// The connection and CLIENT commands.
internal sealed partial class Model
{
    private const string ServerVersion = "7.2.4";

    private void AddConnection()
    {
        Add("ping", -1, Ping, subscriberMay: true);
        Add("echo", 2, c => c.Reply.Bulk(c[1]));
        Add("select", 2, c =>
        {
            if (!TryDatabase(c, 1, out int database)) return;
            c.Client.Database = database;
            c.Reply.Ok();
        });
        Add("quit", -1, c =>
        {
            c.Reply.Ok();
            c.Client.IsClosing = true;
        }, runsInMulti: true, subscriberMay: true);
        Add("reset", 1, Reset, runsInMulti: true, subscriberMay: true);
        Add("hello", -1, Hello);
    }

    private static void Ping(ModelCall c)
    {
        if (c.Args.Length > 2)
        {
            c.Reply.Error("ERR wrong number of arguments for 'ping' command");
        }
        else if (c.Client.IsSubscriber && !c.Client.Resp3)
        {
            c.Reply.Array(2);
            c.Reply.Bulk("pong");
            c.Reply.Bulk(c.Args.Length == 2 ? c[1] : "");
        }
        else if (c.Args.Length == 2)
        {
            c.Reply.Bulk(c[1]);
        }
        else
        {
            c.Reply.Simple("PONG");
        }
    }

    private void Reset(ModelCall c)
    {
        ModelClient client = c.Client;
        client.LeaveMulti();
        client.Unwatch();
        client.Channels.Clear();
        client.Patterns.Clear();
        StopTracking(client);
        client.Database = 0;
        client.User = null;
        client.Name = "";
        client.Resp3 = client.ReplyOff = client.SkipNext = false;
        c.Reply.Simple("RESET");
    }

    private void Hello(ModelCall c)
    {
        int version = c.Client.Resp3 ? 3 : 2;
        if (c.Args.Length > 1)
        {
            if (c[1] is not ("2" or "3"))
            {
                c.Reply.Error(TryInteger(c[1], out _)
                    ? "NOPROTO unsupported protocol version"
                    : "ERR Protocol version is not an integer or out of range");
                return;
            }

            version = c[1][0] - '0';
        }

        if (c.Args.Length == 4 && Is(c, 2, "SETNAME")) c.Client.Name = c[3];
        AllowPast(c.Client);
        c.Reply.Resp3 = c.Client.Resp3 = version == 3;
        c.Reply.Map(7);
        c.Reply.Bulk("server");
        c.Reply.Bulk("redis");
        c.Reply.Bulk("version");
        c.Reply.Bulk(ServerVersion);
        c.Reply.Bulk("proto");
        c.Reply.Integer(version);
        c.Reply.Bulk("id");
        c.Reply.Integer(c.Client.Id);
        c.Reply.Bulk("mode");
        c.Reply.Bulk("standalone");
        c.Reply.Bulk("role");
        c.Reply.Bulk("master");
        c.Reply.Bulk("modules");
        c.Reply.Array(0);
    }

    private void AddClients()
    {
        Add("client|id", 2, c => c.Reply.Integer(c.Client.Id));
        Add("client|getname", 2, c =>
            c.Reply.BulkOrNull(c.Client.Name.Length == 0 ? null : c.Client.Name));
        Add("client|setname", 3, c =>
        {
            if (c[2].Any(letter => letter is < '!' or > '~'))
            {
                c.Reply.Error(
                    "ERR Client names cannot contain spaces, newlines or special characters.");
                return;
            }

            c.Client.Name = c[2];
            c.Reply.Ok();
        });
        Add("client|reply", 3, ReplyMode);
        Add("client|no-evict", 3, OnOrOff);
        Add("client|no-touch", 3, OnOrOff);
        Add("client|info", 2, c =>
        {
            string wanted = LineOf(c.Client);
            c.Reply.Check(node => LineFits(node.Bulk.TrimEnd('\n'), wanted));
        });
        Add("client|list", 2, List);
        Add("client|kill", -3, Kill);
    }

    private static void OnOrOff(ModelCall c)
    {
        if (Is(c, 2, "ON") || Is(c, 2, "OFF")) c.Reply.Ok();
        else c.Reply.Error(SyntaxError);
    }

    private static void ReplyMode(ModelCall c)
    {
        ModelClient client = c.Client;
        if (Is(c, 2, "ON"))
        {
            client.ReplyOff = client.Skip = client.SkipNext = false;
            c.Reply.Ok();
        }
        else if (Is(c, 2, "OFF")) client.ReplyOff = true;
        else if (!Is(c, 2, "SKIP")) c.Reply.Error(SyntaxError);
        else if (!client.ReplyOff) client.SkipNext = true;
    }

    // The fields that are the client's own; others depend on buffers and sockets.
    private string LineOf(ModelClient client) =>
        $"id={client.Id} addr={client.Address} name={client.Name} db={client.Database} "
        + $"sub={client.Channels.Count} psub={client.Patterns.Count} "
        + $"resp={(client.Resp3 ? 3 : 2)}"
        // What may have been refused, or came behind an eviction or an end, may not be queued.
        + ((Log is not null && client.InMulti) || client.IsQueueUnsure ? ""
            : $" multi={(client.InMulti ? client.Queue.Count : -1)}");

    private static string? LineFits(string line, string wanted)
    {
        HashSet<string> fields = [.. line.Split(' ')];
        string? missing = Array.Find(wanted.Split(' '), field => !fields.Contains(field));
        return missing is null ? null : $"without {missing}";
    }

    private void List(ModelCall c)
    {
        List<(bool Leaving, string Line)> wanted = [.. _clients.Values
            .Where(client => !client.IsGone)
            .OrderBy(client => client.Id)
            .Select(client => (client.IsClosing, LineOf(client)))];
        c.Reply.Check(node =>
        {
            string[] lines = node.Bulk.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Dictionary<string, string> byId =
                lines.ToDictionary(line => line.Split(' ')[0], line => line);
            foreach ((bool leaving, string line) in wanted)
            {
                bool listed = byId.Remove(line.Split(' ')[0], out string? found);
                if (!listed && leaving) continue;
                if (!listed) return $"without {line.Split(' ')[0]}";
                if (!leaving && LineFits(found!, line) is { } wrong) return wrong;
            }

            return byId.Count == 0 ? null : $"a client too many: {byId.Keys.First()}";
        });
    }

    private void Kill(ModelCall c)
    {
        bool old = c.Args.Length == 3;
        bool skipMe = !old;
        Func<ModelClient, bool> meant = client => client.Address == c[2];
        if (!old)
        {
            List<Func<ModelClient, bool>> filters = [];
            for (int i = 2; i + 1 < c.Args.Length; i += 2)
            {
                string value = c[i + 1];
                if (Is(c, i, "ID")) filters.Add(client => $"{client.Id}" == value);
                else if (Is(c, i, "ADDR")) filters.Add(client => client.Address == value);
                else if (Is(c, i, "SKIPME")) skipMe = Is(c, i + 1, "YES");
                else if (Is(c, i, "TYPE"))
                {
                    bool pubSub = Is(c, i + 1, "PUBSUB");
                    filters.Add(client => client.IsSubscriber == pubSub);
                }
            }

            meant = client => filters.TrueForAll(filter => filter(client));
        }

        List<ModelClient> victims = [.. _clients.Values.Where(client =>
            !client.IsGone && !client.IsClosing && (!skipMe || client != c.Client)
            && meant(client))];
        if (old && victims.Count == 0) c.Reply.Error("ERR No such client");
        else if (old) c.Reply.Ok();
        else c.Reply.Integer(victims.Count);
        foreach (ModelClient victim in victims) CloseClient(victim, c.Client);
    }

    private void CloseClient(ModelClient victim, ModelClient by)
    {
        if (victim == by)
        {
            victim.IsClosing = true;
            return;
        }

        victim.IsGone = true;
        victim.Checker.Kill();
        ForgetWaiter(victim);
    }
}
