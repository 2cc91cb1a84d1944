using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using Akka.Event;
using Rotom.Engine;
using Rotom.Engine.Config;
using Rotom.Net.Transport;
using Rotom.Resp.Batch;
using Rotom.Simulation.Clients;
using Rotom.Simulation.Oracle;
using Rotom.Simulation.World;

namespace Rotom.Simulation;

// Simulation: one server, its clients and the oracle, from one seed.
//
//   Simulation.cs         the run: steps, what comes after them, the end
//   Simulation.Turns.cs   each turn of the keyspace, told to the oracle
//   Simulation.Disk.cs    the disk's troubles, crashes, what is found after them
//
// A step is one draw: a client acts, a loop takes a turn, a disk fails, or time goes by. A server
// with a journal has several lives: at the end of one the machine crashes, in the middle of
// everything or when all that is owed is said, and another server, with the disk as it is found
// then, must hold what was promised. After the steps come
//   liveness   no more faults; every client gets all its replies within a bounded time, the disk is
//              written again, and nobody waits for a key that has what is waited for
//   audit      a client reads the whole keyspace: the oracle checks every value and time
//   end        everybody leaves; nothing may be left: buffers, batches, memory, errors in the log
//
// The oracle goes with the server's own order: it hears of each batch just before the keyspace
// executes it. What the batch says is compared with what the clients sent. A server with a memory
// limit chooses what to evict: then the oracle hears of a batch at the end of its turn, with a log
// of what was done.

/// <summary>What a run came to.</summary>
/// <param name="Plan">What kind of run it was.</param>
/// <param name="Trace">Hash of all that happened; the same for the same seed and steps.</param>
/// <param name="Replies">Pieces of replies that were checked.</param>
/// <param name="Commands">Commands executed.</param>
/// <param name="Restarts">Restarts of the keyspace actor.</param>
/// <param name="Served">Clients that were served while they waited for a key.</param>
/// <param name="Recoveries">Servers that took over the disk of one that crashed.</param>
/// <param name="Cut">Of these, disks whose journal had to be cut by hand first.</param>
/// <param name="Crashes">Disks as a crash would have left them that were looked at.</param>
/// <param name="DiskFaults">Operations of the disk that failed.</param>
/// <param name="Misconfs">Commands that were refused because of the disk.</param>
/// <param name="Evicted">Keys that were evicted.</param>
/// <param name="OutOfMemory">Commands that were refused for lack of memory.</param>
/// <param name="NotPermitted">Commands that were refused for want of a right.</param>
internal sealed record SimulationResult(
    string Plan, ulong Trace, long Replies, long Commands, int Restarts, long Served,
    int Recoveries, int Cut, long Crashes, long DiskFaults, long Misconfs, long Evicted,
    long OutOfMemory, long NotPermitted);

/// <summary>A run of the whole server from one seed.</summary>
internal sealed partial class Simulation
{
    private const int ClientsMax = 16;

    private const long TrackingTableBytes = 2048;

    private const int LivenessRounds = 20_000;
    private const int SaveSteps = 40;
    private const long Millisecond = 1_000_000;
    private const long AttendedNanos = 10 * Millisecond;

    /// <summary>Deep enough for whatever continues whatever.</summary>
    private const int StackBytes = 16 << 20;

    private readonly SimWorld _world;
    private readonly SimulationPlan _plan;
    private readonly Model _model;
    private readonly List<SimClient> _clients = [];
    private readonly Dictionary<int, SimClient> _bySocket = [];
    private readonly Dictionary<ClientLink, ModelClient> _modelOf = [];
    private readonly Workload _workload;
    private SimServer _server = null!;
    private SimFileSystem _files;
    private FaultCommand _fault = null!;
    private long _emptyBytes;
    private SimulationFailure? _failure;
    private TextWriter? _diary;
    private long _commands;
    private int _restarts;

    private Simulation(ulong seed)
    {
        _world = new SimWorld(seed) { Heard = OnHeard };
        SimRandom random = _world.Random;
        _plan = new SimulationPlan(random);
        _files = new SimFileSystem(random.Next());
        _files.CreateDirectory("/data");
        _journal = _plan.Journal;
        if (_plan.Journal is { } policy) _history = new History(policy);
        _model = new Model { History = _history };
        _workload = new Workload(
            new Draws(random)
            {
                MemoryInUse = () => _server.Engine.AccountedMemory,
                Members = _plan.IsSmall ? 40 : 400,
            },
            _plan);
        Boot();
        Require(AwaitData(), _server.LoadProblem ?? "");
        _history?.Begin(_server.LastSeq, _model);
        int clients = random.Between(1, ClientsMax);
        for (int i = 0; i < clients; i++)
        {
            _clients.Add(new SimClient(i, _world, _server.Network, _workload));
        }
    }

    /// <summary>Runs a seed.</summary>
    /// <param name="seed">Where all draws come from.</param>
    /// <param name="steps">How long it goes on before faults stop.</param>
    /// <param name="diary">Where every command is noted as the server executes it.</param>
    /// <exception cref="SimulationFailure">Something was not as it must be.</exception>
    internal static SimulationResult Run(ulong seed, int steps, TextWriter? diary = null)
    {
        // On a thread of its own nothing stands between a task's end and what waits for it: no
        // context or scheduler of whoever runs the simulation, who would put it on another thread.
        object? outcome = null;
        Thread thread = new(() => outcome = RunHere(seed, steps, diary), StackBytes)
        {
            Name = $"simulation {seed}",
            IsBackground = true,
        };
        thread.Start();
        thread.Join();
        return outcome as SimulationResult ?? throw (SimulationFailure)outcome!;
    }

    private static object RunHere(ulong seed, int steps, TextWriter? diary)
    {
        Simulation? simulation = null;
        try
        {
            simulation = new Simulation(seed) { _diary = diary };
            simulation._model.Diary = diary;
            return simulation.Run(steps);
        }
        catch (Exception failure)
        {
            return new SimulationFailure(
                $"./rotom sim {seed} --steps {steps}\n{simulation?._plan}\n{failure.Message}\n"
                + simulation?.LogText,
                failure);
        }
    }

    private string LogText =>
        string.Join('\n', _server.Log.TakeLast(8).Select(line => line.ToString().Split('\n')[0]));

    private SimulationResult Run(int steps)
    {
        int lives = _plan.Journal is null ? 1 : 4;
        for (int life = 1; life <= lives; life++)
        {
            for (int i = 0; i < steps / lives; i++)
            {
                Step();
                Check();
            }

            if (life == lives) break;
            bool atRest = _world.Random.PerMille(300);
            if (atRest) Live();
            CrashAndRecover(atRest);
        }

        if (_plan.IsKept && _plan.Saves) SaveAmongEnds();
        Live();
        Require(!_model.SomebodyWaitsInVain, "somebody waits for what is there");
        Require(
            _server.Engine.BlockedClientCount == _model.WaitingClients,
            $"{_server.Engine.BlockedClientCount} clients wait, and not {_model.WaitingClients}");
        Audit();
        if (_plan.IsKept)
        {
            Rest();
            AwaitFlush();
        }

        KeptData? kept = _plan.IsKept ? Keep() : null;
        End();
        if (kept is not null) CheckKept(kept);
        return new SimulationResult(
            _plan.ToString(), _world.Trace.Value, _clients.Sum(client => client.CheckedBefore),
            _commands, _restarts, _model.Served, Recoveries, _cut, _crashes,
            _diskFaults + _files.AllFailures, _model.Misconfs,
            _model.Evicted, _model.OutOfMemory, _model.NotPermitted);
    }

    private void Step()
    {
        if (_plan.DiskFails) TroubleTheDisk();
        if (_history is not null && _world.Random.PerMille(30)) LookAtCrash();
        int kind = _world.Random.Below(100);
        _world.Trace.Add(kind);
        if (kind < 40) AnyClient.Act(AnyAddress, faults: true);
        else if (kind < 90) _world.TurnSome();
        else Pass(Pause());
    }

    // A promise in seconds is one of a machine that is there all the time.
    private void Pass(long nanos)
    {
        bool isPromised = _plan.Journal == AppendFsync.EverySecond;
        for (; isPromised && nanos > AttendedNanos; nanos -= AttendedNanos)
        {
            _world.Advance(AttendedNanos);
            if (_world.Random.PerMille(_isTroubled ? 300 : 10)) AnyClient.Act(AnyAddress, true);
            _world.TurnAll();
            if (_world.Random.PerMille(_isTroubled ? 30 : 3)) LookAtCrash();
            Check();
        }

        _world.Advance(nanos);
    }

    private long Pause()
    {
        int kind = _world.Random.Below(1000);
        if (kind < 900) return _world.Random.Below((int)(3 * Millisecond));
        if (kind < 990) return _world.Random.Below(200) * Millisecond;
        return _world.Random.Below(30_000) * Millisecond;
    }

    private SimClient AnyClient => _world.Random.Pick(_clients);

    private string AnyAddress() => AnyClient.Socket?.RemoteAddress ?? "10.0.0.1:1";

    /// <summary>No more faults: everybody gets what is owed, in bounded time.</summary>
    private void Live()
    {
        HealDisk();
        int round = 0;
        while (!_clients.TrueForAll(client => client.IsDone) || IsRefusing || _model.IsPaused)
        {
            // What clients have sent may hold many pauses, one behind the other.
            if (!_model.IsPauseOwed(_world.Clock.MonotonicNanos)) round++;
            if (round > LivenessRounds)
            {
                throw new SimulationFailure("No progress: " + WhatLacks);
            }

            foreach (SimClient client in _clients) client.Settle();
            _world.TurnAll();
            _world.Advance(Millisecond);
            Check();
        }
    }

    /// <summary>
    /// The last snapshot is the one that is looked at: it meets changes, and times that end.
    /// </summary>
    private void SaveAmongEnds()
    {
        SimRandom random = _world.Random;
        SimClient saver = new(ClientsMax + 1, _world, _server.Network, _workload);
        saver.Connect();
        _clients.Add(saver);
        saver.Say(["SETRANGE", "b0", Draws.Number(random.Between(20_000, 80_000)), "x"]);
        string[] keys = ["b0", .. _model.Databases[0].Keys];
        foreach (string key in keys)
        {
            if (random.PerMille(400))
                saver.Say(["PEXPIRE", key, Draws.Number(random.Between(1, SaveSteps / 2))]);
        }

        saver.Say(["BGSAVE"]);
        saver.Say(["SETRANGE", "b0", Draws.Number(random.Below(20_000)), "y"]);
        for (int i = 0; i < SaveSteps; i++)
        {
            SimClient client = AnyClient;
            // An end is noticed by who looks.
            if (client != saver) client.Act(AnyAddress, faults: false);
            else if (saver.IsConnected) saver.Say(["EXISTS", .. keys]);
            saver.Settle();
            _world.TurnAll();
            _world.Advance(random.Below((int)Millisecond));
            Check();
        }
    }

    private string WhatLacks => _clients.Find(client => !client.IsDone)?.State
        ?? _server.Engine.DiskError ?? "a pause does not end, or not for all";

    private bool IsRefusing => _server.Engine.DiskError is not null;

    private void Audit()
    {
        // The whole keyspace at once is more than a client of the simulation may leave unread.
        _server.Settings.NormalOutput = new OutputLimit(0, 0, 0);
        SimClient auditor = new(ClientsMax, _world, _server.Network, _workload);
        auditor.Connect();
        _clients.Add(auditor);
        for (int i = 0; i < Model.DatabaseCount; i++)
        {
            auditor.Say(["SELECT", Draws.Number(i)]);
            auditor.Say(["KEYS", "*"]);
            auditor.Say(["SCAN", "0", "COUNT", "1000"]);
            foreach (string key in _model.Databases[i].Keys)
            {
                auditor.Say(Reading(_model.Databases[i][key].Type, key));
                auditor.Say(["PEXPIRETIME", key]);
                auditor.Say(["OBJECT", "ENCODING", key]);
            }
        }

        Live();
        _server.Engine.CheckInvariants();
    }

    private static string[] Reading(string type, string key) => type switch
    {
        "list" => ["LRANGE", key, "0", "-1"],
        "hash" => ["HGETALL", key],
        "set" => ["SMEMBERS", key],
        "zset" => ["ZRANGE", key, "0", "-1", "WITHSCORES"],
        _ => ["GET", key],
    };

    private void End()
    {
        SimClient last = _clients[^1];
        foreach (SimClient client in _clients)
        {
            if (client != last) client.Leave();
        }

        // What those who left had sent is still executed.
        Rest();
        last.Say(["FLUSHALL"]);
        Live();
        last.Leave();
        Rest();
        RotomEngine engine = _server.Engine;
        engine.CheckInvariants();
        Require(engine.Clients.Count == 0, "clients stay in the engine: "
            + string.Join(", ", engine.Clients.Values.Select(client => client.Link.RemoteAddress
                + " " + client.Gate)));
        Require(engine.PubSub.IsEmpty, "subscriptions stay");
        // Who caches leaves an empty table behind.
        Require(
            engine.UsedMemory >= _emptyBytes
                && engine.UsedMemory <= _emptyBytes + (_plan.Caches ? TrackingTableBytes : 0),
            $"an empty keyspace uses {engine.UsedMemory} bytes and not {_emptyBytes}, "
            + $"{engine.AllDatabases.Sum(database => database.Count)} keys, "
            + $"{engine.LazyFreePending} to be freed");
        int closed = _clients.Sum(client => client.OverLimitCloses);
        long limited = _limitCloses + LimitCloses;
        Require(closed <= limited, $"{closed} closed as over a limit, the server says {limited}");
        foreach (INetTransport transport in _server.Transports)
        {
            Require(transport.ClientCount == 0, "connections stay");
            // One batch of replies lies ready for the next turn.
            long batches = transport.Batches.Outstanding;
            Require(batches == 1, $"{batches - 1} batches are not back");
            long blocks = ((NetTransport)transport).OutputBlocks;
            Require(blocks == 0, $"{blocks} output blocks are not back");
        }

        _server.Stop();
    }

    private void Rest()
    {
        // What is saved takes as many turns as it has steps.
        for (int i = 0; IsSaving && i < LivenessRounds; i++)
        {
            _world.TurnAll();
            _world.Advance(Millisecond);
            Check();
        }

        for (int i = 0; i < 200; i++)
        {
            _world.TurnAll();
            _world.Advance(10 * Millisecond);
            Check();
        }
    }

    // Who stops waiting while everything rests goes on with what it had asked for: under everysec
    // the last second of that may be lost, and it is not known of which it is the last.
    private void AwaitFlush()
    {
        for (int i = 0; !IsFlushed; i++)
        {
            Require(i < LivenessRounds, "the journal is not flushed");
            _world.TurnAll();
            _world.Advance(Millisecond);
            Check();
        }
    }

    private bool IsFlushed =>
        _server.Engine.Journal is not { IsEnabled: true } journal
        || journal.DurableSeq >= journal.TurnSeq - 1;

    private bool IsSaving
    {
        get
        {
            RotomEngine engine = _server.Engine;
            return engine.Snapshot is not null || engine.SnapshotScheduled
                || engine.Snapshots is { IsSaving: true }
                || engine.Journal is { IsRewriting: true } or { IsScheduled: true };
        }
    }

    private void Check()
    {
        if (_failure is not null) throw _failure;
        if (_world.LoopErrors.Count > 0)
        {
            throw new SimulationFailure("The loop caught: " + _world.LoopErrors[0]);
        }

        LogEvent? odd = _server.Log.Find(line =>
            !_fault.IsExpected(line) && !(HadTrouble && DiskLog.IsExpected(line)));
        if (odd is not null) throw new SimulationFailure("The server logged: " + odd);
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds) throw new SimulationFailure("At the end " + otherwise);
    }
}
