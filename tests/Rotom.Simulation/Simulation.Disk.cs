using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Akka.Event;
using Rotom.Engine;
using Rotom.Engine.Abstractions;
using Rotom.Engine.Config;
using Rotom.Engine.Persist;
using Rotom.Net.Transport;
using Rotom.Simulation.Clients;
using Rotom.Simulation.Oracle;
using Rotom.Simulation.World;

namespace Rotom.Simulation;

// The disk's troubles, crashes of the machine, and what is found after them.
//
// A trouble is one of: the k-th operation of some kinds fails, once or from then on; no room beyond
// so many bytes; nothing is answered for some seconds. It ends by a draw, and before liveness.
//
// After a crash the files are read without the server first: they say how many events there are.
// Then a server loads them, and all it holds is compared with the states that the model went
// through at that event. A journal that is refused is cut behind its last whole event, as check-aof
// --fix would, and must load then.
internal sealed partial class Simulation
{
    private const string JournalDirectory = "/data/appendonlydir";

    /// <summary>How long the disk may answer nothing.</summary>
    private const int SlowMsMax = 4000;

    /// <summary>Loading takes less.</summary>
    private const int BackMs = 10_000;

    private static readonly SimOperation[] s_failing =
    [
        SimOperation.Append, SimOperation.Fsync, SimOperation.Append | SimOperation.Fsync,
        SimOperation.Rename, SimOperation.Open, SimOperation.FsyncDirectory,
        SimOperation.Truncate | SimOperation.Append, SimOperation.Unlink,
        SimOperation.Any & ~SimOperation.Read,
    ];

    private readonly History? _history;
    private AppendFsync? _journal;
    private bool _isTroubled;
    private bool _wasCrashed;
    private int _cut;
    private long _crashes;
    private long _limitCloses;
    private long _diskFaults;

    /// <summary>Times that a server took over what another one had kept.</summary>
    private int Recoveries { get; set; }

    /// <summary>The server may complain of its disk.</summary>
    private bool HadTrouble => _history is { HadTrouble: true } || _wasCrashed;

    private long LimitCloses =>
        _server.Transports.Sum(transport => transport.Statistics.OutputLimitCloses);

    private void TroubleTheDisk()
    {
        SimRandom random = _world.Random;
        if (_isTroubled)
        {
            if (random.PerMille(25)) HealDisk();
            return;
        }

        if (!random.PerMille(60)) return;
        _isTroubled = true;
        _history!.HadTrouble = true;
        switch (random.Below(8))
        {
            case 0:
                _files.CapacityBytes = _files.UsedBytes() + random.Below(random.Pick([1, 5_000]));
                break;
            case 1:
            case 2:
                _history.HadFlushTrouble = true;
                _world.DiskWaitsUntilNanos =
                    _world.Clock.Nanos + (random.Below(SlowMsMax) * Millisecond);
                break;
            default:
                SimOperation kinds = random.Pick(s_failing);
                _history.HadFlushTrouble |= (kinds & SimOperation.Fsync) != 0;
                _files.FailAt(
                    1 + random.Below(random.Pick([1, 1, 2, 8])), kinds,
                    random.PerMille(500) ? IoError.Other : IoError.NoSpace,
                    random.PerMille(600));
                break;
        }
    }

    private void HealDisk()
    {
        _isTroubled = false;
        _files.Heal();
        _world.DiskWaitsUntilNanos = 0;
    }

    private void Boot()
    {
        _server = new SimServer(
            _world, _world.Random.Pick([0, 0, 2, 3]), _files, _journal, _plan,
            OnExecuting, OnTurnEnds);
        _emptyBytes = _server.Engine.UsedMemory;
        _fault = FaultCommand.AddTo(_server.Engine);
        _server.Engine.BeforeTimers = OnTimers;
        _server.Network.Attached = OnAttached;
        _lost = new LostKeys(_server.Engine);
        _log = _plan.LimitsMemory ? new CallLog(_server.Engine, _lost) : null;
        _model.Log = _log;
    }

    // False when the data cannot be loaded.
    private bool AwaitData()
    {
        for (int round = 0; !_server.IsLoaded || !_server.IsUp; round++)
        {
            if (_server.LoadProblem is not null) return false;
            if (round > LivenessRounds) throw new SimulationFailure("The data is never loaded.");
            _world.TurnAll();
            _world.Advance(Millisecond);
            Check();
        }

        return true;
    }

    private void CrashAndRecover(bool atRest)
    {
        // Whoever wanted no replies has nothing to go by: a flush is never longer away than this.
        long owed = atRest && _plan.Journal != AppendFsync.No ? _history!.LastSeq : 0;
        if (atRest) Rest();
        long crashNanos = _world.Clock.Nanos;
        _world.Trace.Add(_history!.LastSeq);
        _diskFaults += _files.AllFailures;
        for (int i = 0; i < 4; i++) LookAtCrash();
        _history.End();
        TakeDown(_files.Crash(_world.Random.Next()));
        _wasCrashed = true;
        long found = Recover();
        Dictionary<(int, string), string> data = ReadAll();
        (ModelState state, bool isWhole) = StateOf(found, data);
        _history.Judge(isWhole ? found : found - 1, crashNanos);
        Require(
            (isWhole ? found : found - 1) >= owed,
            $"found events up to {found}, and {owed} had rested for two seconds");

        _model.Restore(state);
        foreach (SimClient client in _clients) client.Network = _server.Network;
        _history.Begin(_server.LastSeq, _model);
        _server.Engine.CheckInvariants();
        Recoveries++;
    }

    /// <summary>What a server leaves behind that is at rest.</summary>
    /// <param name="Files">Its disk.</param>
    /// <param name="IsJournaled">It has switched its journal on.</param>
    /// <param name="Last">All there was.</param>
    /// <param name="Saved">What its snapshot may hold; null: nobody can say.</param>
    private sealed record KeptData(
        SimFileSystem Files, bool IsJournaled, ModelState Last, List<ModelState>? Saved)
    {
        /// <summary>A snapshot is known to have been made.</summary>
        internal bool HasSnapshot { get; init; }
    }

    private KeptData Keep()
    {
        // One under way when the keyspace fails is given up.
        int least = _plan.KeyspaceFails ? -1 : _model.LastBegun;
        return new KeptData(
            _files.Crash(_world.Random.Next()),
            _server.Engine.Config.AppendOnly,
            new ModelState(_model.Databases),
            _model.HasOtherSnapshots ? null : [.. _model.Snapshots.Skip(Math.Max(0, least))])
        {
            HasSnapshot = least >= 0,
        };
    }

    // Another server takes over what this one kept on its own: the journal, if it was switched on,
    // and then all; else the newest snapshot.
    private void CheckKept(KeptData keeps)
    {
        (SimFileSystem kept, bool journaled, ModelState last, List<ModelState>? saved) = keeps;
        bool isSnapshot = kept.Size("/data/dump.rdb").IsDone;
        Require(journaled || !keeps.HasSnapshot || isSnapshot, "there is no snapshot");
        if (!journaled && (saved is null || !isSnapshot)) return;
        _journal = journaled ? AppendFsync.EverySecond : null;
        // A server of that time: what has ended since was to be saved.
        if (!journaled && saved!.Count > 0) _world.Clock.GoBackTo(saved[0].AtMs - BackMs);
        ForgetServer(kept);
        if (journaled)
        {
            // The crash was a second or less after times that ended: of their DELs the first may be
            // lost and the next kept, with zeros between. What was asked for is older.
            _wasCrashed = true;
            LoadJournal();
        }
        else
        {
            Boot();
            Require(AwaitData(), _server.LoadProblem ?? "");
        }

        Dictionary<(int, string), string> data = ReadAll();
        string difference = journaled
            ? Difference(last.Describe(_world.Clock.UnixTimeMs), data)
            : NewestOf(saved!, data);
        string what = journaled ? "the journal: " : "the snapshot: ";
        Require(difference.Length == 0, what + difference);
        Recoveries++;
        _server.Engine.CheckInvariants();
        _server.Stop();
    }

    private static string NewestOf(
        List<ModelState> states, Dictionary<(int, string), string> data)
    {
        string difference = "no snapshot was asked for";
        foreach (ModelState state in Enumerable.Reverse(states))
        {
            // What ended between may have been deleted by then, or not.
            Dictionary<(int, string), string> wanted = state.Describe(state.AtMs);
            difference = Difference(wanted, data.Where(pair =>
                wanted.ContainsKey(pair.Key) || !HasEnded(pair.Value, state.AtMs))
                .ToDictionary());
            if (difference.Length == 0) break;
        }

        return difference;
    }

    private static bool HasEnded(string described, long nowMs) =>
        long.Parse(described.Split(' ')[0]) is var at && at >= 0 && at < nowMs;

    // If the machine crashed now: enough would have to be there.
    private void LookAtCrash()
    {
        _crashes++;
        SimFileSystem found = _files.Crash(_world.Random.Next());
        _history!.Judge(CountEvents(found), _world.Clock.Nanos);
    }

    // The number of the newest event that the disk holds, when a server has loaded it.
    private long Recover()
    {
        long found = CountEvents(_files);
        LoadJournal();
        return found;
    }

    private void LoadJournal()
    {
        Boot();
        if (AwaitData()) return;
        string problem = _server.LoadProblem!;
        _diary?.WriteLine(problem);
        _world.Trace.Add(-1);
        _cut++;
        CutLast();
        TakeDown(_files);
        Boot();
        if (AwaitData()) return;
        throw new SimulationFailure(
            $"refused again when it was cut: {problem}\n{_server.LoadProblem}");
    }

    private void TakeDown(SimFileSystem disk)
    {
        _isDown = true;
        _limitCloses += LimitCloses;
        _server.Abandon();
        _isDown = false;
        ForgetServer(disk);
    }

    private void ForgetServer(SimFileSystem disk)
    {
        _files = disk;
        _isTroubled = false;
        _input = null;
        _failed = default;
        _model.Crash();
        _modelOf.Clear();
        _bySocket.Clear();
        _world.ForgetServer();
        foreach (SimClient client in _clients) client.Vanish();
    }

    private static long CountEvents(SimFileSystem files)
    {
        AofLog log = new(files, JournalDirectory, "appendonly.aof");
        if (log.Find(out _) != AofLog.Found.Journal) return 0;
        long seq = 0;
        foreach (AofFile file in log.Manifest.Incr)
        {
            using IFile opened = files.Open(log.PathOf(file.Name), FileUse.Read).Value;
            AofEvents events = new(opened, seq);
            while (events.Next())
            {
            }

            seq = events.LastSeq;
        }

        return seq;
    }

    private void CutLast()
    {
        AofLog log = new(_files, JournalDirectory, "appendonly.aof");
        Require(log.Find(out string problem) == AofLog.Found.Journal, problem);
        using IFile file =
            _files.Open(log.PathOf(log.Manifest.Incr[^1].Name), FileUse.Append).Value;
        AofEvents events = new(file, 0);
        while (events.Next())
        {
        }

        file.Truncate(events.KeptUpTo);
    }

    private (ModelState State, bool IsWhole) StateOf(
        long found, Dictionary<(int, string), string> data)
    {
        bool isWhole = true;
        string difference = "";
        foreach (ModelState state in _history!.StatesAt(found))
        {
            string other = Difference(state.Describe(_world.Clock.UnixTimeMs), data);
            if (other.Length == 0 && HoldsAllOf(state)) return (state, isWhole);
            if (isWhole) difference = other;
            isWhole = false;
        }

        if (difference.Length == 0) difference = "keys past their time that were not there";
        throw new SimulationFailure(
            $"what is found at event {found} of {_history.LastSeq} is no state that there was: "
            + difference);
    }

    // Nobody who asks hears of keys that are past their time, and yet their end is to come: states
    // that differ in them look the same.
    private bool HoldsAllOf(ModelState state)
    {
        foreach (Database database in _server.Engine.AllDatabases)
        {
            int known = state.Databases.TryGetValue(
                database.Index, out Dictionary<string, ModelValue>? held)
                    ? held.Keys.Count(key => database.Exists(Encoding.Latin1.GetBytes(key)))
                    : 0;
            if (known != database.Count) return false;
        }

        return true;
    }

    private static string Difference(
        Dictionary<(int Database, string Key), string> wanted,
        Dictionary<(int Database, string Key), string> found)
    {
        foreach ((int Database, string Key) place in wanted.Keys.Union(found.Keys))
        {
            string want = wanted.GetValueOrDefault(place, "nothing");
            string got = found.GetValueOrDefault(place, "nothing");
            if (want != got)
                return $"'{place.Key}' in {place.Database} was '{want}' and is '{got}'";
        }

        return "";
    }

    // All that the server holds, at one moment: no time goes by.
    private Dictionary<(int, string), string> ReadAll()
    {
        SimReader reader = new(_world, _server.Network, Check);
        Dictionary<(int, string), string> data = [];
        List<string> keys = [];
        for (int i = 0; i < Model.DatabaseCount; i++)
        {
            reader.Ask("SELECT", $"{i}");
            keys.Clear();
            keys.AddRange(reader.Ask("KEYS", "*").Items.Select(item => item.Bulk));
            foreach (string key in keys)
            {
                string type = reader.Ask("TYPE", key).Text!;
                string time = reader.Ask("PEXPIRETIME", key).Text!;
                data[(i, key)] = $"{time} {type} {Flat(type, reader.Ask(Reading(type, key)))}";
            }
        }

        reader.Leave();
        return data;
    }

    private static string Flat(string type, RespNode node)
    {
        if (type == "string") return node.Bulk;
        List<string> items = [.. node.Items.Select(item => item.Bulk)];
        if (type == "set") items.Sort(StringComparer.Ordinal);
        if (type is "hash" or "zset")
        {
            items = [.. items.Chunk(2).OrderBy(pair => pair[0], StringComparer.Ordinal)
                .Select(pair => $"{pair[0]}\0{pair[1]}")];
        }

        return string.Join('\0', items);
    }
}
