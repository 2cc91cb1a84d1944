using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;
using Rotom.Actors.Client;
using Rotom.Actors.Dispatch;
using Rotom.Actors.Messages;
using Rotom.Actors.Persistence;
using Rotom.Actors.Supervision;
using Rotom.Engine;
using Rotom.Engine.Abstractions;
using Rotom.Engine.Config;
using Rotom.Net.Loop;
using Rotom.Net.Tls;
using Rotom.Net.Transport;

namespace Rotom.Actors.Hosting;

// RotomServer: one server inside an actor system. It puts the parts together (loops, transports,
// engine, actors) and takes them down in order; whoever hosts it decides when, and what becomes of
// the process. There may be several in one system, each under its own name.

/// <summary>One server in an actor system.</summary>
public sealed class RotomServer : IAsyncDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    private readonly ActorSystem _system;
    private readonly ServerApplier _applier;
    private readonly IActorRef _supervisor;
    private ServerJournal? _journals;
    private KeyspaceWatch? _watch;
    private readonly RotomMeter _meter;
    private Lazy<IRotomClient> _client = null!;

    private RotomServer(ActorSystem system, RotomParts parts, ServerApplier applier, string name)
    {
        _system = system;
        Parts = parts;
        _applier = applier;
        _supervisor = system.ActorOf(RotomSupervisor.Props(parts), name);
        applier.Supervisor = _supervisor;
        _meter = new RotomMeter(name, parts.Figures, parts.Incidents);
    }

    /// <summary>The places at which DEBUG FAULT can make a server fail.</summary>
    public static IReadOnlyList<string> FaultPointNames => FaultPoints.All;

    /// <summary>The root of the server's actors.</summary>
    public IActorRef Supervisor => _supervisor;

    /// <summary>Where it listens; empty before <see cref="StartAsync"/>.</summary>
    public IReadOnlyList<EndPoint> EndPoints { get; private set; } = [];

    /// <summary>
    /// The keyspace actor: Tell it a <see cref="RedisCommand"/>. Nobody before
    /// <see cref="StartAsync"/>; the supervisor takes commands too.
    /// </summary>
    public IActorRef Keyspace => Parts.Local.Keyspace;

    /// <summary>A client that the whole host shares, for database 0 and without limits.</summary>
    public IRotomClient Client => _client.Value;

    /// <summary>True once it was told to stop.</summary>
    internal bool IsStopped { get; private set; }

    /// <summary>Besides the addresses of its settings, one on loopback that the system chooses.
    /// </summary>
    internal bool ListensOnAnyPort { get; set; }

    internal RotomParts Parts { get; }

    /// <summary>
    /// The file that a save writes before it takes the place of the last one: a process that ends
    /// in the middle of it deletes it.
    /// </summary>
    public static string TemporaryFileOf(ServerConfig config) =>
        SnapshotPlace.Of(config).TemporaryPath;

    /// <summary>Makes a client of its own, for transactions, other databases, waiting.</summary>
    /// <param name="database">Its database.</param>
    /// <param name="user">The user it acts as; null for one without limits.</param>
    public IRotomClient CreateClient(int database = 0, string? user = null)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(
            (uint)database, (uint)Parts.Engine.Config.Databases, nameof(database));
        return new RotomClient(Parts.Local, database, user);
    }

    /// <summary>
    /// Bridges Redis' channels to Akka's event stream: what is published on a channel that matches
    /// is a <see cref="ChannelMessage"/> there, and a <see cref="PublishToChannel"/> there is
    /// published here.
    /// </summary>
    /// <param name="patterns">Globs of the channels that are wanted inwards.</param>
    /// <returns>The bridge, which is there when the task is done; stop it to end it.</returns>
    public async Task<IActorRef> BridgeToEventStreamAsync(params string[] patterns)
    {
        ArgumentNullException.ThrowIfNull(patterns);
        IActorRef bridge = _system.ActorOf(ChannelBridge.Props(Client, patterns));
        await bridge.Ask<BridgeReady>(BridgeReady.Instance, _patience).ConfigureAwait(false);
        return bridge;
    }

    /// <summary>
    /// Connects a client of any make, without a socket: what is written is RESP, and so is what is
    /// read. The client logs in as on a socket.
    /// </summary>
    public Stream ConnectStream()
    {
        (DuplexStream client, DuplexStream server) = DuplexStream.Create();
        _ = ServeAsync(server);
        return client;
    }

    /// <summary>
    /// Serves a connection that the host accepted itself, until it, the server or the token ends;
    /// the stream is disposed then.
    /// </summary>
    public Task ServeAsync(Stream stream, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return new StreamConnection(Parts.Local, stream).RunAsync(cancellation);
    }

    /// <summary>Makes a server; it does not listen yet.</summary>
    /// <exception cref="ConfException">The file of the users cannot be used.</exception>
    /// <param name="system">The system whose dispatchers it runs on.</param>
    /// <param name="config">Its settings; the server owns them from now on.</param>
    /// <param name="host">Whom it asks for what only the process can do.</param>
    /// <param name="name">Name of its root actor.</param>
    /// <param name="commands">Commands and middleware of the host; null for none.</param>
    public static RotomServer Create(
        ActorSystem system, ServerConfig config, IRotomHost host, string name = "rotom",
        RotomCommands? commands = null) =>
        Create(system, config, host, ServerDoors.Real(), name, commands);

    /// <summary>The same with other doors to the world than the real ones.</summary>
    internal static RotomServer Create(
        ActorSystem system, ServerConfig config, IRotomHost host, ServerDoors doors, string name,
        RotomCommands? commands = null)
    {
        RotomExtension.For(system);
        List<string> dispatchers = LoopDispatchers.Prepare(system, config, doors);
        List<IEventLoop> loops = [];
        foreach (string id in dispatchers)
        {
            loops.Add(((AeLoopDispatcher)system.Dispatchers.Lookup(id)).Loop);
        }

        ILoggingAdapter log = Logging.GetLogger(system, "rotom.net");
        TransportGroup transports = MakeTransports(doors, loops, config, host, log);
        RotomEngine engine = new(doors.Clock, doors.Random, config)
        {
            ConfigFile = host.ConfigFile,
        };
        Incidents incidents = new();
        FaultPoints faults = new();
        engine.Faults = faults;
        LoadUsers(engine, doors.Files);
        RotomActivities activities = new(name);
        DumpFile dump = new(PersistenceIdOf(name), doors.Files, SnapshotPlace.Of(config));
        RdbStores.For(system).Register(dump.PersistenceId, dump);
        SnapshotKeeper snapshots = new(
            engine, dump, Logging.GetLogger(system, "rotom.snapshots"))
        {
            Store = () => RdbStores.PluginOf(system),
            Activities = activities,
            Incidents = incidents,
        };
        ServerJournal journals = new(
            system, engine, doors, PersistenceIdOf(name), incidents, faults);
        JournalKeeper keeper = new(engine, journals.Make) { Activities = activities };
        if (config.AppendOnly) keeper.Journal = journals.Make();
        RotomParts parts = new(
            engine,
            transports,
            LoopDispatchers.Keyspace,
            ((AeLoopDispatcher)system.Dispatchers.Lookup(LoopDispatchers.Keyspace)).Loop,
            dispatchers,
            host,
            snapshots,
            keeper,
            new LocalPort(transports) { Activities = activities },
            doors.Executing)
        {
            Incidents = incidents,
            Faults = faults,
            TurnEnds = doors.TurnEnds,
            MakeHistoryEngine = () => HistoryEngine(doors.Clock, config, commands),
        };
        bool fused = dispatchers.Count == 1 && dispatchers[0] == LoopDispatchers.Keyspace;
        ServerApplier applier = new(transports, host, fused, log);
        ServerApplier.SayWhatDoesNothing(config, log);
        engine.ConfigApplier = applier;
        applier.Journal = keeper;
        ServerInfo.Register(engine, transports, snapshots, keeper, new ServerFacts(
            loops[0] is AeLoop ? "epoll" : "sockets",
            typeof(ActorSystem).Assembly.GetName().Name + " "
                + typeof(ActorSystem).Assembly.GetName().Version?.ToString(3),
            host.ConfigFilePath),
            w => incidents.Write(
                w, loops.Sum(loop => loop.Statistics.Errors), transports.Transports));
        commands?.Apply(engine, parts.Local);
        return new RotomServer(system, parts, applier, name)
        {
            _journals = journals,
            _client = new(() => new RotomClient(parts.Local)),
        };
    }

    private static TransportGroup MakeTransports(
        ServerDoors doors, List<IEventLoop> loops, ServerConfig config, IRotomHost host,
        ILoggingAdapter log)
    {
        TransportGroup made = doors.MakeTransports(
            loops, (level, message) => log.Log(LevelOf(level), message));
        made.Unattended = () => host.RequestEnd("The server's actors do not answer");
        NetSettingsMapping.Apply(config, made);
        return made;
    }

    private static RotomEngine HistoryEngine(
        IClock clock, ServerConfig config, RotomCommands? commands)
    {
        RotomEngine made = new(clock, new XoshiroRandom(1), config);
        commands?.ApplyTypes(made);
        return made;
    }

    private static void LoadUsers(RotomEngine engine, IFileSystem files)
    {
        ServerConfig config = engine.Config;
        if (config.AclFile.Length == 0) return;
        if (config.Users.Count > 0) throw new ConfException(AclFile.TwoSources);
        engine.AclFile = new AclFile(files, config.AclFile);
        if (engine.LoadAclFile() is { } wrong) throw new ConfException(wrong);
    }

    /// <summary>
    /// Opens the listening sockets and loads what is kept, in this order: who comes meanwhile hears
    /// -LOADING. Clients are served when it returns.
    /// </summary>
    /// <exception cref="ListenException">A socket cannot be opened.</exception>
    /// <exception cref="TlsSetupException">TLS cannot be set up.</exception>
    /// <exception cref="InvalidDataException">What is kept cannot be loaded.</exception>
    /// <param name="listening">Called when the sockets are open.</param>
    public async Task StartAsync(Action? listening = null)
    {
        TlsLoading.Load(Parts.Engine.Config, Parts.Transports);
        List<ListenSocket> sockets = NetSettingsMapping.Sockets(Parts.Engine.Config);
        if (ListensOnAnyPort)
        {
            EndPoint any = ListenAddress.Tcp("127.0.0.1", 0);
            sockets.Add(new ListenSocket(new ListenOptions(any), IsOptional: false));
        }

        using Activity? activity = Parts.Local.Activities.BeginWork("rotom.load");
        // Asked first: the keyspace hears of it before it hears of any client.
        Task<DataLoaded> loading =
            _supervisor.Ask<DataLoaded>(LoadData.Instance, Timeout.InfiniteTimeSpan);
        if (sockets.Count > 0)
        {
            Listening open = await _supervisor.Ask<Listening>(new Listen(sockets), _patience)
                .ConfigureAwait(false);
            EndPoints = open.EndPoints;
        }

        listening?.Invoke();

        DataLoaded loaded = await loading.ConfigureAwait(false);
        RotomActivities.End(activity, loaded.Error);
        if (loaded.Error.Length > 0) throw new InvalidDataException(loaded.Error);
    }

    /// <summary>
    /// From now on the host is asked to end the server should nobody be there any more who answers:
    /// for hosts whose clock is the real one.
    /// </summary>
    public void WatchOver()
    {
        _watch = new KeyspaceWatch(Parts.KeyspaceHealth, Parts.Host.RequestEnd);
        _watch.Start();
    }

    /// <summary>Accepts nobody any more; those who are connected stay.</summary>
    public Task StopListeningAsync() =>
        _supervisor.Ask<Akka.Done>(StopListening.Instance, _patience);

    /// <summary>
    /// Saves what a server that ends has to, after which it serves nobody; false when that failed
    /// and it goes on.
    /// </summary>
    public async Task<bool> SaveAtEndAsync(bool save, bool noSave, bool force)
    {
        SavedAtEnd saved = await _supervisor
            .Ask<SavedAtEnd>(new SaveAtEnd(save, noSave, force), Timeout.InfiniteTimeSpan)
            .ConfigureAwait(false);
        return saved.Succeeded;
    }

    /// <summary>
    /// Takes the server down in order: no new clients, the keyspace's turn ends, actors stop,
    /// connections close.
    /// </summary>
    public async Task StopAsync()
    {
        if (IsStopped) return;
        IsStopped = true;
        _watch?.Stop();
        _meter.Dispose();
        RotomExtension.For(_system).Remove(_supervisor.Path.Name);
        await StopListeningAsync().ConfigureAwait(false);
        await FlushAsync().ConfigureAwait(false);
        await _supervisor.GracefulStop(_patience).ConfigureAwait(false);
        Parts.Local.Close();
        foreach (INetTransport transport in Parts.Transports.Transports)
        {
            await LoopWork.Run(transport.Loop, transport.Dispose).ConfigureAwait(false);
        }

        Parts.Snapshots.Dispose();
        Parts.Engine.Dispose();
        _journals?.Dispose();
        RdbStores.For(_system).Remove(PersistenceIdOf(_supervisor.Path.Name));
    }

    /// <summary>
    /// The machine of a simulated server went down: nothing ends in order, and only what would
    /// outlive the server is given back.
    /// </summary>
    internal void Abandon()
    {
        IsStopped = true;
        _meter.Dispose();
        Parts.Snapshots.Dispose();
        Parts.Engine.Dispose();
    }

    // Of its journal, its base and its snapshot, each in a plugin of its own.
    private static string PersistenceIdOf(string name) => "rotom/" + name;

    // What was executed is on the disk when the server is gone, if the disk takes it.
    private async Task FlushAsync()
    {
        try
        {
            await _supervisor.Ask<Akka.Done>(FlushJournal.Instance, _patience)
                .ConfigureAwait(false);
        }
        catch (AskTimeoutException)
        {
            Logging.GetLogger(_system, "rotom.server").Warning(
                "The journal could not be flushed in time: what it still holds is lost");
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await StopAsync().ConfigureAwait(false);

    private static LogLevel LevelOf(NetLogLevel level) => level switch
    {
        NetLogLevel.Debug => LogLevel.DebugLevel,
        NetLogLevel.Notice => LogLevel.InfoLevel,
        _ => LogLevel.WarningLevel,
    };
}
