namespace Akka.Dispatch;

/// <summary>The stock dispatcher: runs mailboxes on an executor.</summary>
public class Dispatcher : MessageDispatcher
{
    private readonly ExecutorServiceFactory _factory;
    private readonly Lock _lock = new();
    private ExecutorService _executor;

    public Dispatcher(MessageDispatcherConfigurator configurator, string id, int throughput,
        long? throughputDeadlineTime, ExecutorServiceFactory executorServiceFactory,
        TimeSpan shutdownTimeout) : base(configurator) =>
        (_factory, Id, Throughput, ThroughputDeadlineTime, ShutdownTimeout) =
            (executorServiceFactory, id, throughput, throughputDeadlineTime, shutdownTimeout);

    protected override void ExecuteTask(IRunnable run) =>
        (Volatile.Read(ref _executor) ?? Start()).Execute(run);

    protected override void Shutdown() => Interlocked.Exchange(ref _executor, null)?.Shutdown();

    private ExecutorService Start()
    {
        lock (_lock) return _executor ??= _factory.Produce(Id);
    }
}

/// <summary>The dispatcher of a section: one for all its actors, or a new one, thus a new thread,
/// for each.</summary>
internal sealed class StockDispatcherConfigurator(
    Config config, IDispatcherPrerequisites all, ExecutorServiceFactory executor, bool pinned)
    : MessageDispatcherConfigurator(config, all)
{
    private MessageDispatcher _shared;

    public override MessageDispatcher Dispatcher() => pinned ? Make() : _shared ??= Make();

    private Dispatcher Make()
    {
        // Akka's pinned dispatchers have 0 where others have null for no deadline, which makes
        // the mailbox leave after each message.
        long deadline = Config.GetTimeSpan("throughput-deadline-time", TimeSpan.Zero).Ticks;
        return new Dispatcher(this, Config.GetString("id"), Config.GetInt("throughput", 30),
            deadline > 0 || pinned ? deadline : null, executor ?? ConfigureExecutor(),
            Config.GetTimeSpan("shutdown-timeout", TimeSpan.FromSeconds(1)));
    }
}

/// <summary>The dispatchers of a system, by the path of their HOCON section.</summary>
public sealed class Dispatchers
{
    public const string DefaultDispatcherId = "akka.actor.default-dispatcher";

    internal const string InternalDispatcherId = "akka.actor.internal-dispatcher";

    private readonly ActorSystem _system;
    private readonly ConcurrentDictionary<string, MessageDispatcherConfigurator> _known = new();
    private readonly Lock _lock = new();

    internal Dispatchers(ActorSystem system) => _system = system;

    public MessageDispatcher DefaultGlobalDispatcher => Lookup(DefaultDispatcherId);

    public IDispatcherPrerequisites Prerequisites => _system;

    /// <summary>The section of a dispatcher, through aliases, with its id added.</summary>
    public static Config GetConfig(Config config, string id, int depth = 0)
    {
        if (depth > 20)
            throw new ConfigurationException($"Could not resolve dispatcher [{id}]: alias loop");
        if (!config.HasPath(id))
            throw new ConfigurationException($"Dispatcher [{id}] not configured");
        if (!config.GetValue(id).IsObject())
            return GetConfig(config, config.GetString(id), depth + 1);
        Config named = ConfigurationFactory.ParseString($"id = \"{id}\"");
        return named.WithFallback(config.GetConfig(id));
    }

    public MessageDispatcher Lookup(string dispatcherName) =>
        Find(string.IsNullOrEmpty(dispatcherName) ? DefaultDispatcherId : dispatcherName)
            .Dispatcher();

    /// <summary>Adds a dispatcher that HOCON does not know; false if the id is taken.</summary>
    public bool RegisterConfigurator(string id, MessageDispatcherConfigurator configurator) =>
        _known.TryAdd(id, configurator);

    private MessageDispatcherConfigurator Find(string id)
    {
        if (_known.TryGetValue(id, out MessageDispatcherConfigurator known)) return known;
        lock (_lock)
        {
            // An alias leads to the very dispatcher it names, not to another like it.
            Config all = _system.Settings.Config;
            Config config = GetConfig(all, id).WithFallback(GetConfig(all, DefaultDispatcherId));
            string actual = config.GetString("id");
            return _known.GetOrAdd(id, _known.GetOrAdd(actual, _ => Make(config, id)));
        }
    }

    private MessageDispatcherConfigurator Make(Config config, string id)
    {
        string type = config.GetString("type");
        bool pinned = type == "PinnedDispatcher";
        if (type is not ("Dispatcher" or "ForkJoinDispatcher" or "PinnedDispatcher"))
            return Reflect.Make<MessageDispatcherConfigurator>(
                type, $"dispatcher type for path [{id}]", config, Prerequisites);
        ExecutorServiceFactory threads = type == "Dispatcher" ? null
            : new ForkJoinExecutorConfigurator(pinned ? Config.Empty : config, Prerequisites);
        return new StockDispatcherConfigurator(config, Prerequisites, threads, pinned);
    }
}
