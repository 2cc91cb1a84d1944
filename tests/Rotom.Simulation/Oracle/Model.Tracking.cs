using System;
using System.Collections.Generic;
using System.Linq;

namespace Rotom.Simulation.Oracle;

/// <summary>CLIENT TRACKING as a client wants it.</summary>
internal sealed record ModelTracking(bool IsBroadcast, bool NoLoop)
{
    internal List<string> Prefixes { get; init; } = [];

    /// <summary>When it was last asked for.</summary>
    internal required Turn Since { get; init; }
}

// Client-side caching, as Redis' documentation has it: who read a key hears once that it changed;
// who asked for a prefix hears at the end of the turn, once a key and prefix, whatever the number
// of changes; NOLOOP hears nothing of its own changes. Keys are names only, whatever the database.
//
// When a server notices that a time has ended is its own affair: it says so (LostKeys) at the end
// of the turn. Then all who read the key must hear it, and who asked for a prefix; unless the name
// was read or changed in the same turn, of which nobody knows whether it was before: then they may.
// NOLOOP hears nothing of an end that a command of its own met, as in Redis, and nothing of what
// others do behind it until it reads the key again: of a change behind such an end it may hear.
// Who asks for a prefix may hear of what changed in the same turn before, if others had asked for
// it.
internal sealed partial class Model
{
    private static readonly HashSet<string> s_reads =
    [
        "get", "strlen", "getrange", "substr", "type", "llen", "lrange", "hget", "hgetall", "hlen",
        "sismember", "smembers", "zscore", "zrank", "zrange", "ttl", "pttl", "expiretime",
        "pexpiretime", "object|encoding", "mget", "exists", "touch", "sunion",
    ];

    private static readonly HashSet<string> s_readsMany = ["mget", "exists", "touch", "sunion"];

    // By key and client; true: remembered before it turned tracking off.
    private readonly Dictionary<string, Dictionary<long, bool>> _readers = [];
    private readonly Dictionary<string, ModelClient?> _changed = [];
    private readonly HashSet<string> _met = [];
    private readonly HashSet<string> _flushed = [];
    // Who was to hear of a key in this turn.
    private readonly List<(ModelClient Client, string Key)> _told = [];
    private ModelClient? _executing;
    private bool _isInTurn;
    private bool _isLoss;

    /// <summary>The commands of a batch are done, or the timers.</summary>
    internal void EndBatch()
    {
        foreach (ModelClient client in Hearing(true))
        {
            foreach (string prefix in client.Tracking!.Prefixes)
            {
                foreach ((string key, ModelClient? by) in _changed)
                {
                    if (!key.StartsWith(prefix, StringComparison.Ordinal)) continue;
                    if (client.Tracking.NoLoop && by == client) continue;
                    // What went at the end of the turn may have been told with its change.
                    Invalidations told = client.Checker.Invalidations;
                    if (client.Tracking.Since == Turn || _flushed.Contains(key)) told.Allow(key);
                    else told.Require(key);
                }
            }
        }

        _flushed.UnionWith(_changed.Keys);
        _changed.Clear();
    }

    /// <summary>The server begins to execute what it was asked for.</summary>
    internal void BeginTurn()
    {
        Turn = new Turn();
        _isInTurn = true;
    }

    /// <summary>
    /// The turn is over, or work that nobody asked for is done: these keys ended meanwhile.
    /// </summary>
    internal void EndTurn(List<(int Database, string Key)> ended, long nowMs)
    {
        foreach ((int database, string key) in ended)
        {
            // What a turn did to the key before or after, nobody can say.
            bool wasThere = Databases[database].TryGetValue(key, out ModelValue? value)
                && value.ExpireAtMs >= 0 && nowMs > value.ExpireAtMs;
            if (!wasThere && !_isInTurn)
                throw new SimulationFailure($"'{key}' ended, which has time left or is not there");
            Diary?.WriteLine($"  {nowMs} ended: {database} {key} ({value?.ExpireAtMs})");
            // What was changed since has told who watches it.
            if (wasThere || value is null) NoteWatchedEnd(database, key);
            NoteEnd(key);
        }

        _met.Clear();
        _flushed.Clear();
        _told.Clear();
        _isInTurn = false;
        Turn = new Turn();
    }

    private void AddTracking() => Add("client|tracking", -3, Track);

    private void Track(ModelCall c)
    {
        ModelClient client = c.Client;
        if (Is(c, 2, "OFF"))
        {
            StopTracking(client);
            c.Reply.Ok();
            return;
        }

        bool broadcast = c.Args.Contains("BCAST");
        int at = Array.IndexOf(c.Args, "PREFIX");
        string[] prefixes = at < 0 ? [] : [c[at + 1]];
        if (!broadcast && prefixes.Length > 0)
        {
            c.Reply.Error("ERR PREFIX option requires BCAST mode to be enabled");
            return;
        }

        if (client.Tracking is { } before && before.IsBroadcast != broadcast)
        {
            c.Reply.Error("ERR You can't switch BCAST mode on/off before disabling tracking for "
                + "this client, and then re-enabling it with a different mode.");
            return;
        }

        string? old = client.Tracking?.Prefixes.FirstOrDefault(one => prefixes.Any(prefix =>
            prefix.StartsWith(one, StringComparison.Ordinal)
            || one.StartsWith(prefix, StringComparison.Ordinal)));
        if (old is not null)
        {
            c.Reply.Error($"ERR Prefix '{prefixes[0]}' overlaps with an existing prefix '{old}'. "
                + "Prefixes for a single client must not overlap.");
            return;
        }

        client.Tracking = new ModelTracking(broadcast, c.Args.Contains("NOLOOP"))
        {
            Prefixes = client.Tracking?.Prefixes ?? [],
            Since = Turn,
        };
        client.Checker.Invalidations.IsLoose |= broadcast;
        string wanted = at < 0 ? "" : prefixes[0];
        if (broadcast && !client.Tracking.Prefixes.Contains(wanted))
            client.Tracking.Prefixes.Add(wanted);
        AllowPast(client);
        c.Reply.Ok();
    }

    private void StopTracking(ModelClient client)
    {
        AllowPast(client);
        client.Tracking = null;
        foreach (Dictionary<long, bool> ids in _readers.Values)
        {
            if (ids.ContainsKey(client.Id)) ids[client.Id] = true;
        }
    }

    // Whether the server has noticed yet that a time has ended, and told it, is not known: asked
    // before what is listened to becomes another.
    private void AllowPast(ModelClient client)
    {
        client.SwitchedIn = Turn;
        if (client.Tracking is null) return;
        foreach (Dictionary<string, ModelValue> database in Databases)
        {
            foreach ((string key, ModelValue value) in database)
            {
                if (!IsPast(value)) continue;
                client.Checker.Invalidations.Allow(key);
                if (client.Tracking.Prefixes.Count > 1) client.Checker.Invalidations.Allow(key);
            }
        }
    }

    private void RememberKeys(ModelCall c, string name)
    {
        if (c.Client.Tracking is not { IsBroadcast: false } || !s_reads.Contains(name)) return;
        int first = name.Contains('|', StringComparison.Ordinal) ? 2 : 1;
        int end = s_readsMany.Contains(name) ? c.Args.Length : first + 1;
        for (int i = first; i < end; i++)
        {
            if (!_readers.TryGetValue(c[i], out Dictionary<long, bool>? ids))
                _readers[c[i]] = ids = [];
            ids[c.Client.Id] = false;
            _met.Add(c[i]);
        }
    }

    private IEnumerable<ModelClient> Hearing(bool broadcast) => _clients.Values.Where(client =>
        client.Tracking is { } tracking && tracking.IsBroadcast == broadcast && client.Resp3
        && !client.IsClosing && !client.IsGone);

    /// <summary>A key changed, or is gone.</summary>
    private void Invalidate(string key)
    {
        _changed[key] = _isLoss ? null : _executing;
        _met.Add(key);
        if (!_readers.Remove(key, out Dictionary<long, bool>? ids)) return;
        foreach (ModelClient client in Hearing(false))
        {
            if (!ids.TryGetValue(client.Id, out bool isOld)) continue;
            bool own = client.Tracking!.NoLoop
                && (client == _executing || (_isLoss && Ran(client)));
            if (own && !_isLoss) continue;
            Invalidations told = client.Checker.Invalidations;
            // While whose command a key was lost is not known.
            if (isOld || own)
            {
                told.Allow(key);
                continue;
            }

            told.Require(key);
            _told.Add((client, key));
        }
    }

    private bool Ran(ModelClient client) => _isInTurn && client.RanIn == Turn;

    private void InvalidateAll()
    {
        _readers.Clear();
        _met.Add(Invalidations.Everything);
        foreach (ModelClient client in Hearing(false).Concat(Hearing(true)))
            client.Checker.Invalidations.Require(Invalidations.Everything);
    }

    private void NoteEnd(string key)
    {
        bool isSure = !_met.Contains(key) && !_met.Contains(Invalidations.Everything);
        _readers.TryGetValue(key, out Dictionary<long, bool>? ids);
        foreach (ModelClient client in _clients.Values)
        {
            Invalidations told = client.Checker.Invalidations;
            bool hears = isSure && client.Resp3 && client.SwitchedIn != Turn
                && !client.IsClosing && !client.IsGone;
            // Its own command may have met the end, before whatever changed the key.
            bool own = Ran(client)
                && (client.SwitchedIn == Turn || client.Tracking is { NoLoop: true });
            if (own && _told.Remove((client, key))) told.Doubt(key);
            if (client.Tracking is { IsBroadcast: true } tracking)
            {
                foreach (string prefix in tracking.Prefixes)
                {
                    if (hears && key.StartsWith(prefix, StringComparison.Ordinal))
                        told.Require(key);
                }

                continue;
            }

            bool isOld = true;
            bool reads = ids is not null && ids.TryGetValue(client.Id, out isOld);
            if (reads && !isOld && hears && !own && client.Tracking is not null) told.Require(key);
            else if (reads || !isSure || client.SwitchedIn == Turn) told.Allow(key);
        }

        // Of the same name in another database the order is not known either.
        _met.Add(key);
        if (isSure) _readers.Remove(key);
        else if (ids is not null) _readers[key] = ids.ToDictionary(pair => pair.Key, _ => true);
    }
}
