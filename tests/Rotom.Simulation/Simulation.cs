using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
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
// A step is one draw: a client acts, a loop takes a turn, or time goes by. A server with a journal
// has three lives: when all it owes is said and flushed the machine crashes, and another server,
// with the disk as it is found then, must hold exactly what was acknowledged. After the steps come
//   liveness   no more faults; every client gets all its replies within a bounded time, and nobody
//              waits for a key that has what is waited for
//   audit      a client reads the whole keyspace: the oracle checks every value and time
//   end        everybody leaves; nothing may be left: buffers, batches, memory, errors in the log
//
// The oracle goes with the server's own order: it hears of each batch just before the keyspace
// executes it. What the batch says is compared with what the clients sent.

/// <summary>What a run came to.</summary>
/// <param name="Trace">Hash of all that happened; the same for the same seed and steps.</param>
/// <param name="Replies">Pieces of replies that were checked.</param>
/// <param name="Commands">Commands executed.</param>
/// <param name="Restarts">Restarts of the keyspace actor.</param>
/// <param name="Served">Clients that were served while they waited for a key.</param>
/// <param name="Recoveries">Servers that took over the disk of one that crashed.</param>
internal sealed record SimulationResult(
    ulong Trace, long Replies, long Commands, int Restarts, long Served,
    int Recoveries);

/// <summary>A run of the whole server from one seed.</summary>
internal sealed class Simulation
{
    private const int ClientsMax = 16;

    /// <summary>
    /// ROTOM_SIM_JOURNAL=1: some seeds have a journal and crashes of the machine. Not by default: a
    /// part of Akka.Persistence runs on the pool, so such a run takes real time, is not the same
    /// twice, and may give up waiting on a busy machine.
    /// </summary>
    private static bool SimulatesJournal =>
        Environment.GetEnvironmentVariable("ROTOM_SIM_JOURNAL") == "1";

    private const int LivenessRounds = 20_000;
    private const long Millisecond = 1_000_000;

    private readonly SimWorld _world;
    private readonly AppendFsync? _journal;
    private SimServer _server;
    private SimFileSystem _files;
    private bool _isDown;
    private readonly Model _model = new();
    private readonly List<SimClient> _clients = [];
    private readonly Dictionary<int, SimClient> _bySocket = [];
    private readonly Dictionary<ClientLink, ModelClient> _modelOf = [];
    private readonly Workload _workload;
    private FaultCommand _fault;
    private readonly long _emptyBytes;
    private SimulationFailure? _failure;
    private TextWriter? _diary;
    private long _commands;
    private int _restarts;

    /// <summary>The batch in which the keyspace failed, and where it goes on.</summary>
    private (CommandBatch? Batch, int Run, int Command) _failed;

    private Simulation(ulong seed)
    {
        _world = new SimWorld(seed);
        SimRandom random = _world.Random;
        _files = new SimFileSystem(random.Next());
        _files.CreateDirectory("/data");
        bool journaled = random.PerMille(SimulatesJournal ? 400 : 0);
        _journal = !journaled ? null
            : random.PerMille(500) ? AppendFsync.Always : AppendFsync.EverySecond;
        _server = new SimServer(
            _world, random.Pick([0, 0, 2, 3]), _files, _journal, OnExecuting);
        _emptyBytes = _server.Engine.UsedMemory;
        _fault = FaultCommand.AddTo(_server.Engine);
        _server.Engine.BeforeTimers = OnTimers;
        _workload = new Workload(new Draws(random), random.PerMille(600), journaled);
        AwaitData();
        int clients = random.Between(1, ClientsMax);
        for (int i = 0; i < clients; i++)
        {
            _clients.Add(new SimClient(i, _world, _server.Network, _workload));
        }

        _server.Network.Attached = OnAttached;
    }

    /// <summary>Runs a seed.</summary>
    /// <param name="seed">Where all draws come from.</param>
    /// <param name="steps">How long it goes on before faults stop.</param>
    /// <param name="diary">Where every command is noted as the server executes it.</param>
    /// <exception cref="SimulationFailure">Something was not as it must be.</exception>
    internal static SimulationResult Run(ulong seed, int steps, TextWriter? diary = null)
    {
        Simulation simulation = new(seed) { _diary = diary };
        try
        {
            return simulation.Run(steps);
        }
        catch (Exception failure)
        {
            throw new SimulationFailure(
                $"./rotom sim {seed} --steps {steps}\n{failure.Message}\n{simulation.LogText}",
                failure);
        }
    }

    private string LogText =>
        string.Join('\n', _server.Log.TakeLast(8).Select(line => line.ToString().Split('\n')[0]));

    private SimulationResult Run(int steps)
    {
        int lives = _journal is null ? 1 : 3;
        for (int life = 1; life <= lives; life++)
        {
            for (int i = 0; i < steps / lives; i++)
            {
                Step();
                Check();
            }

            Live();
            if (life < lives) CrashAndRecover();
        }

        Require(!_model.SomebodyWaitsInVain, "somebody waits for what is there");
        Require(
            _server.Engine.BlockedClientCount == _model.WaitingClients,
            $"{_server.Engine.BlockedClientCount} clients wait, and not {_model.WaitingClients}");
        Audit();
        End();
        return new SimulationResult(
            _world.Trace.Value, _clients.Sum(client => client.CheckedBefore), _commands, _restarts,
            _model.Served, Recoveries);
    }

    private void Step()
    {
        int kind = _world.Random.Below(100);
        _world.Trace.Add(kind);
        if (kind < 40) _world.Random.Pick(_clients).Act(AnyAddress, faults: true);
        else if (kind < 90) _world.TurnSome();
        else _world.Advance(Pause());
    }

    private long Pause()
    {
        int kind = _world.Random.Below(1000);
        if (kind < 900) return _world.Random.Below((int)(3 * Millisecond));
        if (kind < 990) return _world.Random.Below(200) * Millisecond;
        return _world.Random.Below(30_000) * Millisecond;
    }

    private string AnyAddress()
    {
        SimClient client = _world.Random.Pick(_clients);
        return client.Socket?.RemoteAddress ?? "10.0.0.1:1";
    }

    /// <summary>
    /// The machine goes down when all that was promised is kept, and another one takes its disk.
    /// </summary>
    private void CrashAndRecover()
    {
        // Whoever wanted no replies has nothing to go by: a flush is never longer away than this.
        Rest();
        _files = _files.Crash(_world.Random.Next());
        // Taking a system down takes real time, and so an unknown number of draws.
        ulong next = _world.Random.Next();
        _isDown = true;
        _server.Stop();
        _isDown = false;
        _world.Random.GoOnFrom(next);
        _model.Crash();
        _modelOf.Clear();
        _bySocket.Clear();
        _world.ForgetServer();
        _server = new SimServer(
            _world, _world.Random.Pick([0, 0, 2, 3]), _files, _journal, OnExecuting);
        _fault = FaultCommand.AddTo(_server.Engine);
        _server.Engine.BeforeTimers = OnTimers;
        _server.Network.Attached = OnAttached;
        foreach (SimClient client in _clients)
        {
            client.Vanish();
            client.Network = _server.Network;
        }

        AwaitData();
        Recoveries++;
        OutputLimit limit = _server.Settings.NormalOutput;
        Audit();
        _server.Settings.NormalOutput = limit;
        _clients[^1].Leave();
        _clients.RemoveAt(_clients.Count - 1);
    }

    /// <summary>Times that a server took over what another one had kept.</summary>
    private int Recoveries { get; set; }

    private void AwaitData()
    {
        for (int round = 0; _server.Engine.IsLoading || !_server.IsUp; round++)
        {
            if (round > LivenessRounds) throw new SimulationFailure("The data is never loaded.");
            _world.TurnAll();
            _world.Advance(Millisecond);
            Check();
        }
    }

    /// <summary>No more faults: everybody gets what is owed, in bounded time.</summary>
    private void Live()
    {
        for (int round = 0; !_clients.TrueForAll(client => client.IsDone); round++)
        {
            if (round > LivenessRounds)
            {
                SimClient waits = _clients.Find(client => !client.IsDone)!;
                throw new SimulationFailure("No progress: " + waits.State);
            }

            foreach (SimClient client in _clients) client.Settle();
            _world.TurnAll();
            _world.Advance(Millisecond);
            Check();
        }
    }

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
        Require(
            engine.UsedMemory == _emptyBytes,
            $"an empty keyspace uses {engine.UsedMemory} bytes and not {_emptyBytes}, "
            + $"{engine.AllDatabases.Sum(database => database.Count)} keys, "
            + $"{engine.LazyFreePending} to be freed");
        int closed = _clients.Sum(client => client.OverLimitCloses);
        long limited = _server.Transports.Sum(transport => transport.Statistics.OutputLimitCloses);
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
        for (int i = 0; i < 200; i++)
        {
            _world.TurnAll();
            _world.Advance(10 * Millisecond);
            Check();
        }
    }

    private void Check()
    {
        if (_failure is not null) throw _failure;
        if (_world.LoopErrors.Count > 0)
        {
            throw new SimulationFailure("The loop caught: " + _world.LoopErrors[0]);
        }

        LogEvent? odd = _server.Log.Find(line => !_fault.IsExpected(line));
        if (odd is not null) throw new SimulationFailure("The server logged: " + odd);
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds) throw new SimulationFailure("At the end " + otherwise);
    }

    private void OnAttached(SimConnection connection)
    {
        SimClient? client = _clients.Find(one => one.Socket == connection.Socket);
        if (client is not null) _bySocket[connection.Socket.Descriptor] = client;
    }

    // What goes wrong in here must not look to the server like a fault of its own.
    private void OnExecuting(CommandBatch batch)
    {
        if (_isDown) return;
        try
        {
            Execute(batch);
        }
        catch (SimulationFailure failure)
        {
            _failure ??= failure;
        }
    }

    private void Execute(CommandBatch batch)
    {
        ReadClock();
        _diary?.WriteLine(
            $"{_model.NowMs} loop {batch.Loop}: {batch.Opened.Count} came, "
            + $"{batch.Runs.Length} asked, {batch.Closed.Count} left");
        // After a failure the batch comes again, and goes on behind the command that failed.
        (int at, int command) = ReferenceEquals(batch, _failed.Batch)
            ? (_failed.Run, _failed.Command)
            : (0, 0);
        if (_failed.Batch is null)
        {
            foreach (ClientLink link in batch.Opened) Open(link);
            // Who waits and has left takes nothing any more.
            foreach (ClientLink link in batch.Closed)
            {
                if (_modelOf.TryGetValue(link, out ModelClient? left) && left.IsBlocked)
                    _model.Close(link.Id);
            }
        }

        _failed = default;
        ReadOnlySpan<CommandRun> runs = batch.Runs;
        for (int i = at; i < runs.Length; i++)
        {
            int done = Execute(batch, runs[i], i == at ? command : 0);
            if (done >= 0)
            {
                _failed = (batch, i, done);
                return;
            }
        }

        _model.RunFreed();
        foreach (ClientLink link in batch.Closed)
        {
            _model.Close(link.Id);
            _modelOf.Remove(link);
        }
    }

    private void OnTimers()
    {
        if (_isDown) return;
        ReadClock();
        try
        {
            _model.RunTimers();
        }
        catch (SimulationFailure failure)
        {
            _failure ??= failure;
        }
    }

    private void ReadClock()
    {
        _model.NowMs = _world.Clock.UnixTimeMs;
        _model.NowMicros = _world.Clock.UnixTimeMicros;
        _model.NowNanos = _world.Clock.MonotonicNanos;
    }

    private void Open(ClientLink link)
    {
        int descriptor = ((SimConnection)link.NetState!).Socket.Descriptor;
        // A client that has left again before it was taken in is nobody's any more.
        bool isThere = _bySocket.TryGetValue(descriptor, out SimClient? client)
            && client.Socket?.Descriptor == descriptor;
        ReplyChecker checker = isThere ? client!.Checker : new ReplyChecker("left");
        _modelOf[link] =
            _model.Open(link.Id, link.RemoteAddress, checker, () => link.IsClosing);
    }

    // -1, or how many commands of the run are done when the keyspace fails.
    private int Execute(CommandBatch batch, CommandRun run, int from)
    {
        Queue<Sent>? sent = SentBy(run.Link);
        ModelClient client = _modelOf[run.Link];
        for (int i = from; i < run.CommandCount; i++)
        {
            string[] args = Words(batch, batch.Commands[run.FirstCommand + i]);
            _diary?.WriteLine($"  {client.Id} {client.Address}: {string.Join(' ', args)}");
            if (sent is not null && Hears(client)) Compare(sent, args);
            _commands++;
            try
            {
                _model.Execute(client, args);
            }
            catch (ModelKeyspaceFault)
            {
                _restarts++;
                _model.Fail(client);
                return i + 1;
            }
        }

        if (run.ProtocolError is null) return -1;
        _diary?.WriteLine($"  {client.Id} {client.Address}: {run.ProtocolError}");
        string beginning = "ERR Protocol error";
        if (sent is not null && Hears(client))
        {
            if (!sent.TryDequeue(out Sent? broken) || broken.Error is null)
            {
                throw new SimulationFailure($"'{run.ProtocolError}', but the input was in order");
            }

            beginning = broken.Error;
            if (client.IsBlocked) ClientOf(run.Link)!.IsBroken = true;
        }

        _model.Refuse(client, beginning);
        return -1;
    }

    /// <summary>What the client said and the server has not executed; null: it has left.</summary>
    private Queue<Sent>? SentBy(ClientLink link) => ClientOf(link)?.Sent;

    private SimClient? ClientOf(ClientLink link)
    {
        int descriptor = ((SimConnection)link.NetState!).Socket.Descriptor;
        return _bySocket.TryGetValue(descriptor, out SimClient? client)
            && client.Socket?.Descriptor == descriptor
                ? client
                : null;
    }

    private static bool Hears(ModelClient client) =>
        !client.IsClosing && !client.IsGone && client.RestingError is null;

    private static void Compare(Queue<Sent> sent, string[] args)
    {
        if (sent.TryDequeue(out Sent? next) && next.Args.SequenceEqual(args)) return;
        throw new SimulationFailure(
            $"The server executes '{string.Join(' ', args)}', the client said "
            + $"'{string.Join(' ', next?.Args ?? ["nothing"])}'");
    }

    private static string[] Words(CommandBatch batch, CommandRef command)
    {
        string[] words = new string[command.ArgCount];
        for (int i = 0; i < words.Length; i++)
        {
            words[i] = Encoding.Latin1.GetString(batch.Bytes(batch.Args[command.FirstArg + i]));
        }

        return words;
    }
}
