using System.Text.RegularExpressions;

namespace Akka.Actor;

// The actor system. Start order: settings, event stream with the standard out logger, scheduler,
// dead letters, mailboxes, dispatchers, guardians, loggers, extensions. The end comes from the
// tree: once the root has ended, the termination callbacks run, dispatchers and scheduler are
// given back and WhenTerminated completes, in this order and on a pool thread, since no actor's
// thread is left to do it.

/// <summary>A tree of actors with its dispatchers, scheduler, event stream and
/// extensions.</summary>
public abstract partial class ActorSystem : IActorRefFactory, IDispatcherPrerequisites, IDisposable
{
    private readonly ConcurrentDictionary<Type, Lazy<object>> _extensions = new();
    private readonly Stack<Action> _onTermination = new();
    private readonly TaskCompletionSource _terminated =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private int _ending;

    private protected ActorSystem(string name, Config config, ActorSystemSetup setup)
    {
        if (!ValidName().IsMatch(name ?? ""))
            throw new ArgumentException(
                $"Invalid ActorSystem name [{name}], must contain only word characters (i.e. "
                + "[a-zA-Z0-9] plus non-leading '-' or '_')", nameof(name));

        Name = name;
        Settings = new Settings(this, config, setup);
        EventStream = new EventStream(false);
        EventStream.StartStdoutLogger(Settings);
        Log = new BusLogging(EventStream, $"ActorSystem({name})", GetType(), null);
        Scheduler = CreateScheduler();
        ProviderImpl = new LocalActorRefProvider(Impl);
        Mailboxes = new Mailboxes(this);
        Dispatchers = new Dispatchers(this);
    }

    public string Name { get; }

    public Settings Settings { get; }

    public EventStream EventStream { get; }

    public IScheduler Scheduler { get; }

    public ILoggingAdapter Log { get; }

    public Dispatchers Dispatchers { get; }

    public Mailboxes Mailboxes { get; }

    public IActorRef DeadLetters => ProviderImpl.DeadLettersRef;

    /// <summary>Completes once all actors have ended.</summary>
    public Task WhenTerminated => _terminated.Task;

    internal LocalActorRefProvider ProviderImpl { get; }

    private ActorSystemImpl Impl => (ActorSystemImpl)this;

    /// <summary>Dispatchers that nobody lives on any more and whose Shutdown is still
    /// due.</summary>
    internal ConcurrentDictionary<MessageDispatcher, bool> PendingShutdowns { get; } = new();

    public static ActorSystem Create(string name, Config config) =>
        Create(name, BootstrapSetup.Create().WithConfig(config));

    public static ActorSystem Create(string name, BootstrapSetup setup) =>
        Create(name, ActorSystemSetup.Create(setup));

    public static ActorSystem Create(string name, ActorSystemSetup setup)
    {
        BootstrapSetup bootstrap = setup.Get<BootstrapSetup>().Value ?? BootstrapSetup.Create();
        Config config = bootstrap.Config.GetOrElse(Config.Empty);
        if (bootstrap.ConfigFallback is { } below) config = config.SafeWithFallback(below);
        return new ActorSystemImpl(name, config, setup).Start();
    }

    public static ActorSystem Create(string name) => Create(name, BootstrapSetup.Create());

    public IActorRef ActorOf(Props props, string name = null) =>
        ProviderImpl.Guardian.Underlying.MakeChild(props, name, false);

    public ActorSelection ActorSelection(ActorPath actorPath) => ProviderImpl.Select(actorPath);

    public ActorSelection ActorSelection(string actorPath) =>
        ProviderImpl.Select(ProviderImpl.RootGuardian, actorPath);

    public void Stop(IActorRef actor)
    {
        var target = (IInternalActorRef)actor;
        if (target.Parent is LocalActorRef parent
            && (parent == ProviderImpl.Guardian || parent == ProviderImpl.SystemGuardian))
            parent.Underlying.Stop(target);
        else target.Stop();
    }

    public object RegisterExtension(IExtensionId extension)
    {
        ArgumentNullException.ThrowIfNull(extension);
        Lazy<object> created = _extensions.GetOrAdd(
            extension.ExtensionType, _ => new Lazy<object>(() => extension.CreateExtension(Impl)));
        return created.Value;
    }

    public T GetExtension<T>() where T : class, IExtension =>
        _extensions.TryGetValue(typeof(T), out Lazy<object> created) ? (T)created.Value : null;

    public bool HasExtension<T>() where T : class, IExtension => _extensions.ContainsKey(typeof(T));

    /// <summary>Runs code after all actors have ended; the last registered runs first.</summary>
    public void RegisterOnTermination(Action code)
    {
        lock (_onTermination) _onTermination.Push(code);
    }

    /// <summary>Runs the coordinated shutdown, which ends the system.</summary>
    public Task Terminate()
    {
        if (Settings.CoordinatedShutdownRunByActorSystemTerminate)
            CoordinatedShutdown.Get(this)
                .Run(CoordinatedShutdown.ActorSystemTerminateReason.Instance);
        else FinalTerminate();

        return WhenTerminated;
    }

    /// <summary>Starts termination and does not wait for it.</summary>
    public void Dispose()
    {
        Terminate();
        GC.SuppressFinalize(this);
    }

    public override string ToString() => ProviderImpl.RootPath.Address.ToString();

    internal ActorSystem Start()
    {
        try
        {
            ProviderImpl.Start();
            EventStream.StartUnsubscriber(Impl);
            EventStream.StartDefaultLoggers(Impl);
            if (Settings.LogDeadLetters > 0)
                Impl.SystemActorOf<DeadLetterListener>("deadLetterListener");
            CoordinatedShutdown.Get(this);
            LoadExtensions();
            if (Settings.LogConfigOnStart) Log.Info(Settings.ToString());
            return this;
        }
        catch
        {
            FinalTerminate();
            throw;
        }
    }

    internal void FinalTerminate()
    {
        if (ProviderImpl.Guardian is null)
        {
            OnTreeEnded();
            return;
        }

        if (!Settings.LogDeadLettersDuringShutdown)
            Stop(ProviderImpl.SystemGuardian.GetChild(["deadLetterListener"]));
        ProviderImpl.Guardian.Stop();
    }

    internal void OnTreeEnded()
    {
        if (Interlocked.Exchange(ref _ending, 1) == 0)
            ThreadPool.UnsafeQueueUserWorkItem(static s => s.CleanUp(), this, preferLocal: false);
    }

    private void CleanUp()
    {
        Action[] callbacks;
        lock (_onTermination) callbacks = _onTermination.ToArray();
        foreach (Action callback in callbacks) Try(callback);
        foreach (MessageDispatcher dispatcher in PendingShutdowns.Keys)
            if (PendingShutdowns.TryRemove(dispatcher, out _)) Try(dispatcher.ShutdownNow);

        Try(() => (Scheduler as IDisposable)?.Dispose());
        _terminated.TrySetResult();
    }

    private void Try(Action step)
    {
        try { step(); }
        catch (Exception failure) { Log.Error(failure, "Failed while the system was ending"); }
    }

    private IScheduler CreateScheduler()
    {
        Type type = Type.GetType(Settings.SchedulerClass) ?? throw new ConfigurationException(
            $"Scheduler implementation [{Settings.SchedulerClass}] could not be found");
        return (IScheduler)Activator.CreateInstance(type, Settings.Config, Log);
    }

    private void LoadExtensions()
    {
        foreach (string name in Settings.Config.GetStringList("akka.extensions"))
        {
            Type type = Type.GetType(name);
            if (type is null || !typeof(IExtensionId).IsAssignableFrom(type))
            {
                Log.Error("[{0}] is not an 'ExtensionId', skipping...", name);
                continue;
            }

            RegisterExtension((IExtensionId)Activator.CreateInstance(type));
        }
    }

    [GeneratedRegex("^[a-zA-Z0-9][a-zA-Z0-9-_]*$")]
    private static partial Regex ValidName();
}

/// <summary>The system as extensions and plugins see it.</summary>
public abstract class ExtendedActorSystem : ActorSystem
{
    private protected ExtendedActorSystem(string name, Config config, ActorSystemSetup setup)
        : base(name, config, setup) { }

    public IActorRefProvider Provider => ProviderImpl;

    public IInternalActorRef Guardian => ProviderImpl.Guardian;

    public IInternalActorRef SystemGuardian => ProviderImpl.SystemGuardian;

    public IActorRef SystemActorOf(Props props, string name = null) =>
        ProviderImpl.SystemGuardian.Underlying.MakeChild(props, name, true);

    public IActorRef SystemActorOf<TActor>(string name = null) where TActor : ActorBase, new() =>
        SystemActorOf(Props.Create<TActor>(), name);
}

internal sealed class ActorSystemImpl(string name, Config config, ActorSystemSetup setup)
    : ExtendedActorSystem(name, config, setup);
