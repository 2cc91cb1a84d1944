using System;
using System.Collections.Concurrent;
using System.Threading;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;

namespace Akka.Dispatch;

/// <summary>The stock dispatcher: runs mailboxes on an executor.</summary>
public class Dispatcher : MessageDispatcher
{
    private readonly ExecutorServiceFactory _factory;
    private readonly Lock _lock = new();
    private ExecutorService _executor;

    public Dispatcher(MessageDispatcherConfigurator configurator, string id, int throughput,
        long? throughputDeadlineTime, ExecutorServiceFactory executorServiceFactory,
        TimeSpan shutdownTimeout) : base(configurator)
    {
        _factory = executorServiceFactory;
        Id = id;
        Throughput = throughput;
        ThroughputDeadlineTime = throughputDeadlineTime;
        ShutdownTimeout = shutdownTimeout;
    }

    protected override void ExecuteTask(IRunnable run)
    {
        ExecutorService executor = Volatile.Read(ref _executor) ?? Start();
        try { executor.Execute(run); }
        catch (RejectedExecutionException)
        {
            // It was shut down between the read and the call: a new one takes the work.
            Start().Execute(run);
        }
    }

    protected override void Shutdown()
    {
        ExecutorService old = Interlocked.Exchange(ref _executor, null);
        old?.Shutdown();
    }

    private ExecutorService Start()
    {
        lock (_lock)
        {
            if (_executor is null) Volatile.Write(ref _executor, _factory.Produce(Id));
            return _executor;
        }
    }
}

/// <summary>A dispatcher with one thread for one actor.</summary>
public sealed class PinnedDispatcher : Dispatcher
{
    public PinnedDispatcher(MessageDispatcherConfigurator configurator, string id, int throughput,
        long? throughputDeadlineTime, ExecutorServiceFactory executorServiceFactory,
        TimeSpan shutdownTimeout)
        : base(configurator, id, throughput, throughputDeadlineTime, executorServiceFactory,
            shutdownTimeout) { }
}

/// <summary>One shared dispatcher from a section, on the executor the section or the type names.
/// </summary>
internal sealed class StockDispatcherConfigurator : MessageDispatcherConfigurator
{
    private readonly Dispatcher _dispatcher;

    internal StockDispatcherConfigurator(
        Config config, IDispatcherPrerequisites all, Func<ExecutorServiceFactory> executor = null)
        : base(config, all)
    {
        TimeSpan deadline = config.GetTimeSpan("throughput-deadline-time", TimeSpan.Zero);
        _dispatcher = new Dispatcher(this, config.GetString("id"), config.GetInt("throughput", 30),
            deadline > TimeSpan.Zero ? deadline.Ticks : null,
            executor is null ? ConfigureExecutor() : executor(),
            config.GetTimeSpan("shutdown-timeout", TimeSpan.FromSeconds(1)));
    }

    public override MessageDispatcher Dispatcher() => _dispatcher;
}

/// <summary>A new dispatcher, thus a new thread, for each actor.</summary>
internal sealed class PinnedDispatcherConfigurator(Config config, IDispatcherPrerequisites all)
    : MessageDispatcherConfigurator(config, all)
{
    private readonly ExecutorServiceFactory _threads =
        new ForkJoinExecutorConfigurator(Config.Empty, all);

    // Akka passes 0 rather than null here, which makes the mailbox leave after each message.
    public override MessageDispatcher Dispatcher() => new PinnedDispatcher(this,
        Config.GetString("id"), Config.GetInt("throughput", 30),
        Config.GetTimeSpan("throughput-deadline-time", TimeSpan.Zero).Ticks, _threads,
        Config.GetTimeSpan("shutdown-timeout", TimeSpan.FromSeconds(1)));
}

/// <summary>The dispatchers of a system, by the path of their HOCON section.</summary>
public sealed class Dispatchers
{
    public const string DefaultDispatcherId = "akka.actor.default-dispatcher";

    internal const string InternalDispatcherId = "akka.actor.internal-dispatcher";
    private const int AliasDepthMax = 20;

    private readonly ActorSystem _system;
    private readonly ConcurrentDictionary<string, MessageDispatcherConfigurator> _known = new();
    private readonly Lock _lock = new();

    public Dispatchers(
        ActorSystem system, IDispatcherPrerequisites prerequisites, ILoggingAdapter logger)
    {
        _system = system;
        Prerequisites = prerequisites;
        Log = logger;
    }

    public MessageDispatcher DefaultGlobalDispatcher => Lookup(DefaultDispatcherId);

    public Config DefaultDispatcherConfig =>
        GetConfig(_system.Settings.Config, DefaultDispatcherId);

    public IDispatcherPrerequisites Prerequisites { get; }

    private ILoggingAdapter Log { get; }

    /// <summary>The section of a dispatcher, through aliases, with its id added.</summary>
    public static Config GetConfig(Config config, string id, int depth = 0)
    {
        if (depth > AliasDepthMax)
            throw new ConfigurationException($"Could not resolve dispatcher [{id}]: alias loop");
        if (!config.HasPath(id))
            throw new ConfigurationException($"Dispatcher [{id}] not configured");
        if (!config.GetValue(id).IsObject())
            return GetConfig(config, config.GetString(id), depth + 1);
        string name = id[(id.LastIndexOf('.') + 1)..];
        Config identity = ConfigurationFactory.ParseString($"id = \"{id}\"\nname = \"{name}\"");
        return identity.WithFallback(config.GetConfig(id));
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
            Config config = WithDefaults(id);
            string actual = config.GetString("id");
            return _known.GetOrAdd(id, _known.GetOrAdd(actual, i => Make(config, i)));
        }
    }

    private Config WithDefaults(string id)
    {
        Config own = GetConfig(_system.Settings.Config, id);
        return own.WithFallback(DefaultDispatcherConfig);
    }

    private MessageDispatcherConfigurator Make(Config config, string id)
    {
        string type = config.GetString("type");
        switch (type)
        {
            case "Dispatcher": return new StockDispatcherConfigurator(config, Prerequisites);
            case "TaskDispatcher":
                return new StockDispatcherConfigurator(config, Prerequisites,
                    () => new ThreadPoolExecutorConfigurator(config, Prerequisites));
            case "ForkJoinDispatcher":
                return new StockDispatcherConfigurator(config, Prerequisites,
                    () => new ForkJoinExecutorConfigurator(config, Prerequisites));
            case "PinnedDispatcher": return new PinnedDispatcherConfigurator(config, Prerequisites);
            case null or "":
                throw new ConfigurationException(
                    $"Could not resolve dispatcher for path [{id}]. type is null");
        }

        Type configurator = Type.GetType(type) ?? throw new ConfigurationException(
            $"Could not resolve dispatcher type [{type}] for path [{id}]");
        object made = Activator.CreateInstance(configurator, config, Prerequisites);
        return (MessageDispatcherConfigurator)made;
    }
}
