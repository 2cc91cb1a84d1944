using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Rotom.Actors;
using Rotom.Actors.Hosting;
using Rotom.Actors.Messages;
using Rotom.Engine;
using Rotom.Engine.Abstractions;
using Rotom.Engine.Config;
using Rotom.Net.Transport;
using Rotom.Resp.Batch;

namespace Rotom.Simulation.World;

// SimServer: the production server - supervisor, keyspace actor, network actors, engine,
// dispatcher, loop, transport - in a simulated world. Only its doors are simulated (ServerDoors),
// and Akka's scheduler and default dispatchers, by their type names in HOCON.

/// <summary>A whole server in a simulated world.</summary>
internal sealed class SimServer : IRotomHost
{
    /// <summary>What is more is no listpack, if a plan has small values.</summary>
    private const int SmallElements = 4;

    private readonly SimWorld _world;
    private readonly ActorSystem _system;
    private readonly RotomServer _server;

    /// <param name="world">Where it runs.</param>
    /// <param name="ioThreads">0: fused. Else the keyspace has its loop, sockets so many.</param>
    /// <param name="files">Its disk.</param>
    /// <param name="journal">When its journal is flushed; null: there is none.</param>
    /// <param name="plan">What kind of values it keeps, and how it saves them.</param>
    /// <param name="executing">Hears of every batch before it is executed.</param>
    /// <param name="turnEnds">Hears the number of the newest event at the end of a turn.</param>
    internal SimServer(
        SimWorld world, int ioThreads, SimFileSystem files, AppendFsync? journal,
        SimulationPlan plan, Action<CommandBatch> executing, Action<long> turnEnds)
    {
        _world = world;
        Network = new SimNetwork(world);
        _system = ActorSystem.Create("sim", ConfigurationFactory.ParseString(Hocon));
        _system.EventStream.Subscribe(
            _system.ActorOf(Props.Create(() => new LogCollector(Log)), "log"), typeof(LogEvent));
        ServerConfig config = new()
        {
            IOThreads = ioThreads,
            ProtectedMode = false,
            Bind = ["10.0.0.250"],
            Directory = "/data",
            AppendOnly = journal is not null,
            AppendFsync = journal ?? AppendFsync.EverySecond,
            AuthFailureDelayMilliseconds = 0,
            AofUseRdbPreamble = !plan.BasesAreCommands,
        };
        if (plan.IsSmall) KeepSmall(config);
        ServerDoors doors = new()
        {
            Clock = world.Clock,
            Random = new XoshiroRandom(world.Random.Next()),
            Files = files,
            MakeLoop = (_, options) => world.MakeLoop(options),
            MakeDiskThread = (_, _) => world.MakeDiskThread(),
            MakeTransports = (loops, log) => new TransportGroup(
                loops,
                (group, loop, index) => new SimTransport(group, loop, index, Network),
                null,
                log)
            {
                DescriptorEnd = long.MaxValue,
            },
            Executing = executing,
            TurnEnds = turnEnds,
        };
        _server = RotomServer.Create(_system, config, this, doors, "rotom");
        // Commands that fail are a part of the traffic here; the keyspace fails when it is told to.
        _server.Parts.KeyspaceHealth.CommandFailuresMax = int.MaxValue;
        // No time goes by within a turn: a slice is a step, or all.
        if (plan.SlicesFinely) Engine.Config.SnapshotMaxPauseMilliseconds = 0;
        if (plan.IsSmall) SliceSmall(Engine);
        // Small enough to be met: some clients hardly ever read.
        Settings.NormalOutput = new OutputLimit(256 << 10, 0, 0);
        Settings.SubscriberOutput = new OutputLimit(128 << 10, 32 << 10, 5);
        Settings.ReadPauseOutputBytes = 16 << 10;
        // As a server does that starts: the data first, then who asks for it.
        IActorRef loaded = _system.ActorOf(Props.Create(() => new LoadObserver(this)), "loaded");
        _server.Supervisor.Tell(LoadData.Instance, loaded);
        ListenOptions address = new(ListenAddress.Tcp("10.0.0.250", 6379));
        Listen listen = new([new ListenSocket(address, IsOptional: false)]);
        _server.Supervisor.Tell(listen, ActorRefs.NoSender);
    }

    public IConfigFile? ConfigFile => null;

    public string ConfigFilePath => "";

    internal SimNetwork Network { get; }

    /// <summary>It listens.</summary>
    internal bool IsUp => Network.Listener is not null;

    internal RotomEngine Engine => _server.Parts.Engine;

    /// <summary>Number of the newest event of its journal; 0 when it keeps none.</summary>
    internal long LastSeq => _server.Parts.Journal.Journal?.LastSeq ?? 0;

    /// <summary>Its data is there.</summary>
    internal bool IsLoaded { get; private set; }

    /// <summary>Why the data could not be loaded; null when nothing is wrong.</summary>
    internal string? LoadProblem { get; private set; }

    internal NetSettings Settings => _server.Parts.Transports.Settings;

    internal IReadOnlyList<INetTransport> Transports => _server.Parts.Transports.Transports;

    /// <summary>Warnings and errors that the server logged.</summary>
    internal List<LogEvent> Log { get; } = [];

    private static string Hocon => """
        akka {
          loggers = []
          stdout-loglevel = OFF
          loglevel = WARNING
          log-dead-letters = off
          coordinated-shutdown {
            run-by-clr-shutdown-hook = off
            run-by-actor-system-terminate = off
          }
          scheduler.implementation = "Rotom.Simulation.World.SimScheduler, Rotom.Simulation"
          actor {
            default-dispatcher.type =
              "Rotom.Simulation.World.SimDispatcherConfigurator, Rotom.Simulation"
            internal-dispatcher.type =
              "Rotom.Simulation.World.SimDispatcherConfigurator, Rotom.Simulation"
          }
        }
        rotom.disk.type =
          "Rotom.Simulation.World.SimDispatcherConfigurator, Rotom.Simulation"
        """;

    public void RequestShutdown(string mode) =>
        throw new InvalidOperationException("Nobody asked for a shutdown.");

    public void RequestEnd(string problem) => LoadProblem = problem;

    public bool TryApply(ConfigApply what, ServerConfig config, out string error)
    {
        error = "";
        return true;
    }

    /// <summary>The machine went down: the server is forgotten as it stands.</summary>
    internal void Abandon() => _server.Abandon();

    /// <summary>Takes server and system down; the world's end is not part of the trace.</summary>
    internal void Stop()
    {
        _world.Complete(_server.StopAsync());
        _world.Complete(_system.Terminate());
    }

    private static void KeepSmall(ServerConfig config)
    {
        config.HashMaxListpackEntries = config.SetMaxListpackEntries = SmallElements;
        config.ZsetMaxListpackEntries = config.SetMaxIntsetEntries = SmallElements;
        config.ListMaxListpackSize = SmallElements;
    }

    private static void SliceSmall(RotomEngine engine)
    {
        engine.ValueWriter.BigElements = SmallElements * 2;
        engine.ValueWriter.BigNodes = 3;
        engine.ValueWriter.BigStringBytes = 0;
    }

    private sealed class LoadObserver(SimServer server) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (message is not DataLoaded loaded) return;
            if (loaded.Error.Length == 0) server.IsLoaded = true;
            else server.LoadProblem ??= loaded.Error;
        }
    }

    private sealed class LogCollector(List<LogEvent> into) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (message is LogEvent line) into.Add(line);
        }
    }
}
