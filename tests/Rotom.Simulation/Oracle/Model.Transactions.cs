using System.Collections.Generic;
using System.Linq;

namespace Rotom.Simulation.Oracle;

// MULTI and WATCH. A watched key counts as changed when somebody changed it, and when it existed at
// WATCH and its time has ended since; nothing more is queued once the server has met that.
internal sealed partial class Model
{
    private const string ExecAbort =
        "EXECABORT Transaction discarded because of previous errors.";

    private void AddTransactions()
    {
        Add("multi", 1, Multi, runsInMulti: true);
        Add("discard", 1, Discard, runsInMulti: true);
        Add("exec", 1, Exec, runsInMulti: true);
        Add("watch", -2, Watch, runsInMulti: true);
        Add("unwatch", 1, c =>
        {
            c.Client.Unwatch();
            c.Reply.Ok();
        });
    }

    private static void Multi(ModelCall c)
    {
        if (c.Client.InMulti)
        {
            c.Reply.Error("ERR MULTI calls can not be nested");
            return;
        }

        c.Client.InMulti = true;
        c.Reply.Ok();
    }

    private static void Discard(ModelCall c)
    {
        if (!c.Client.InMulti)
        {
            c.Reply.Error("ERR DISCARD without MULTI");
            return;
        }

        c.Client.LeaveMulti();
        c.Client.Unwatch();
        c.Reply.Ok();
    }

    private void Watch(ModelCall c)
    {
        if (c.Client.InMulti)
        {
            c.Reply.Error("ERR WATCH inside MULTI is not allowed");
            return;
        }

        foreach (string key in c.Args.Skip(1))
        {
            (int, string) place = (c.Client.Database, key);
            c.Client.Watched.TryAdd(place, Find(c.Client.Database, key) is not null);
        }

        c.Reply.Ok();
    }

    private bool WatchesEnded(ModelClient client) => client.Watched.Any(
        watched => watched.Value && Find(watched.Key.Database, watched.Key.Key) is null);

    /// <summary>The server met a key that had ended.</summary>
    private void NoteWatchedEnd(int database, string key)
    {
        foreach (ModelClient client in _clients.Values)
        {
            if (client.Watched.TryGetValue((database, key), out bool was) && was)
                client.IsDirty = true;
        }
    }

    private void Exec(ModelCall c)
    {
        ModelClient client = c.Client;
        if (!client.InMulti)
        {
            c.Reply.Error("ERR EXEC without MULTI");
            return;
        }

        bool refused = client.IsRefused;
        bool mayBeRefused = client.MayBeRefused;
        bool changed = client.IsDirty || WatchesEnded(client);
        List<string[]> queue = [.. client.Queue];
        client.LeaveMulti();
        client.Unwatch();
        if (refused || IsAborted(c, mayBeRefused, changed, queue))
        {
            c.Reply.Error(ExecAbort);
            return;
        }

        if (changed && mayBeRefused)
        {
            c.Reply.Check(node => node.Type == '_' || node.Text is null or ExecAbort
                ? null
                : "neither aborted nor void");
            return;
        }

        if (changed)
        {
            c.Reply.NullArray();
            return;
        }

        c.Reply.Array(queue.Count);
        client.InExec = true;
        foreach (string[] args in queue)
        {
            string name = args[0].ToLowerInvariant();
            if (_containers.Contains(name)) name = $"{name}|{args[1].ToLowerInvariant()}";
            if (WhyNoLonger(client, _commands[name], args) is { } denial)
            {
                c.Reply.Error(denial);
                continue;
            }

            TakeCall(client, name, inExec: true);
            ModelCall call = c with { Args = args };
            _commands[name].Run(call);
            RememberKeys(call, name);
        }

        client.InExec = false;
    }
}
