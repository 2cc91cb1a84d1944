using System;
using System.Collections.Generic;
using System.Linq;
using Rotom.Engine.Config;

namespace Rotom.Simulation.Oracle;

// History: what a server with a journal has executed, event by event, and what of it a client has
// heard. After a crash it says which states of the data may be found, and which must not be lost:
//
//   always     every turn that changed something and of which a client has heard
//   everysec   those of which a client was told more than a second before, also while writes fail;
//              when a flush failed or was slow all but what clients were told within two seconds,
//              which need not be the last two: nothing is told while nothing can be written
//   no         nothing; but what is found is a state that there was
//
// An event is a turn. The end of a file may be torn in the middle of one: then the data is found as
// it was between two of its commands (a transaction is one).

/// <summary>A turn of the keyspace: clients hear of it by what it answered.</summary>
internal sealed class Turn
{
    /// <summary>Number of the newest event when it ended; -1 while it has not.</summary>
    internal long Seq { get; set; } = -1;

    /// <summary>It changed something.</summary>
    internal bool Wrote { get; set; }
}

/// <summary>The data at one moment.</summary>
internal sealed class ModelState
{
    internal ModelState(Dictionary<string, ModelValue>[] databases, long atMs = 0)
    {
        AtMs = atMs;
        for (int i = 0; i < databases.Length; i++)
        {
            if (databases[i].Count > 0) Databases[i] = new(databases[i]);
        }
    }

    /// <summary>When it was, if it matters.</summary>
    internal long AtMs { get; }

    /// <summary>The databases that hold something.</summary>
    internal Dictionary<int, Dictionary<string, ModelValue>> Databases { get; } = [];

    /// <summary>Every key that has not passed its time, with what it holds.</summary>
    internal Dictionary<(int Database, string Key), string> Describe(long nowMs)
    {
        Dictionary<(int, string), string> keys = [];
        foreach ((int database, Dictionary<string, ModelValue> held) in Databases)
        {
            foreach ((string key, ModelValue value) in held)
            {
                if (value.ExpireAtMs >= 0 && nowMs > value.ExpireAtMs) continue;
                keys[(database, key)] = $"{value.ExpireAtMs} {value.Describe()}";
            }
        }

        return keys;
    }
}

/// <summary>Events and acknowledgements of one server.</summary>
internal sealed class History(AppendFsync policy)
{
    private const long Second = 1_000_000_000;

    /// <summary>What lies between a flush that is due and its end on a machine that is well.
    /// </summary>
    private const long Slack = Second / 10;

    /// <summary>So many tenths of a second: what was told in them may be lost, no more.</summary>
    private const int TroubleMax = 21;

    private readonly Dictionary<long, List<ModelState>> _states = [];
    private readonly List<ModelState> _turn = [];
    private readonly List<(long AtNanos, long Seq)> _heard = [];
    private long _firstSeq;
    private long _noted;

    /// <summary>A server serves that holds the data: before that nothing is noted.</summary>
    internal bool HasBegun { get; private set; }

    /// <summary>Number of the newest event.</summary>
    internal long LastSeq { get; private set; }

    /// <summary>The disk failed or was slow since the server began.</summary>
    internal bool HadTrouble { get; set; }

    /// <summary>A flush may have failed, or taken long.</summary>
    internal bool HadFlushTrouble { get; set; }

    /// <summary>A server serves, and holds this.</summary>
    internal void Begin(long seq, Model model)
    {
        _states.Clear();
        _turn.Clear();
        _heard.Clear();
        _firstSeq = LastSeq = seq;
        _noted = model.Changes;
        _states[seq] = [new ModelState(model.Databases)];
        HasBegun = true;
        HadTrouble = HadFlushTrouble = false;
    }

    /// <summary>The machine went down.</summary>
    internal void End() => HasBegun = false;

    /// <summary>A command is done: if it changed something this is a state on its own.</summary>
    internal void Note(Model model)
    {
        if (!HasBegun || model.Changes == _noted) return;
        _noted = model.Changes;
        _turn.Add(new ModelState(model.Databases));
    }

    /// <summary>A turn ends.</summary>
    internal void EndTurn(Turn turn, long seq)
    {
        if (!HasBegun) return;
        if (seq < LastSeq || seq > LastSeq + 1)
        {
            throw new SimulationFailure($"a turn ends at event {seq}, after {LastSeq}");
        }

        turn.Seq = seq;
        turn.Wrote = seq > LastSeq;
        ModelState before = _states[LastSeq][^1];
        if (turn.Wrote) _states[seq] = [before];
        // What changed nothing that is kept may still be another state to the model.
        _states[seq].AddRange(_turn);
        _turn.Clear();
        LastSeq = seq;
    }

    /// <summary>A client has heard of a turn, of which it was told at a time.</summary>
    internal void Heard(Turn turn, long sentNanos)
    {
        // A read is told of what others wrote; while the disk is bad it is not kept yet.
        bool promises = turn.Wrote || (policy == AppendFsync.Always && !HadTrouble);
        if (!HasBegun || !promises || turn.Seq < 0) return;
        _heard.Add((sentNanos, turn.Seq));
    }

    /// <summary>
    /// States that a disk may hold whose newest event has this number, the whole event first.
    /// </summary>
    internal IEnumerable<ModelState> StatesAt(long seq) =>
        _states.TryGetValue(seq, out List<ModelState>? states)
            ? Enumerable.Reverse(states)
            : throw new SimulationFailure(
                $"found event {seq}, and there were {_firstSeq} to {LastSeq}");

    /// <summary>After a crash whole events are found up to a number: is that enough?</summary>
    internal void Judge(long found, long crashNanos)
    {
        if (found < _firstSeq)
        {
            throw new SimulationFailure(
                $"found events up to {found}: the server had begun with {_firstSeq}");
        }

        List<(long AtNanos, long Seq)> lost = _heard.FindAll(heard => heard.Seq > found);
        if (lost.Count == 0 || policy == AppendFsync.No) return;
        // Events are kept in order, so who is told of one may know that of all before it; a client
        // that reads slowly is told late.
        lost.Sort((left, right) => right.Seq.CompareTo(left.Seq));
        List<long> times = [];
        foreach ((long atNanos, long _) in lost)
        {
            times.Add(times.Count == 0 ? atNanos : Math.Min(atNanos, times[^1]));
        }

        long first = times[^1];
        long last = times[0];
        string what = $"found events up to {found} of {LastSeq}, heard of "
            + $"{lost[0].Seq}: lost what was told "
            + $"{(crashNanos - first) / 1_000_000} to {(crashNanos - last) / 1_000_000} ms "
            + "before the crash";
        bool isLost = policy == AppendFsync.Always
            || (HadFlushTrouble
                ? times.Select(time => time / Slack).Distinct().Count() > TroubleMax
                : crashNanos - first > Second + Slack);
        if (isLost) throw new SimulationFailure(what);
    }
}
