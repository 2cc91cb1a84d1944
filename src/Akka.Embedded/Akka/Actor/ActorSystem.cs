namespace Akka.Actor;

// The actor system. Start order: settings, event stream with the standard out logger, scheduler,
// dead letters, mailboxes, dispatchers, guardians, loggers, extensions. The end comes from the
// tree: once the root has ended, the termination callbacks run, dispatchers and scheduler are
// given back and WhenTerminated completes, in this order and on a pool thread, since no actor's
// thread is left to do it.

/// <summary>A tree of actors with its dispatchers, scheduler, event stream and
/// extensions.</summary>
public abstract class ActorSystem : IActorRefFactory, IDispatcherPrerequisites, IDisposable
{
    private readonly ConcurrentDictionary<Type, Lazy<object>> _extensions = new();
    private readonly ConcurrentStack<Action> _onTermination = new();
    private readonly TaskCompletionSource _terminated =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private int _ending;

    private protected ActorSystem(string name, Config config, ActorSystemSetup setup)
    {
        if (string.IsNullOrEmpty(name) || name[0] is '-' or '_'
            || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            throw new ArgumentException(
                $"Invalid ActorSystem name [{name}], must contain only word characters (i.e. "
                + "[a-zA-Z0-9] plus non-leading '-' or '_')", nameof(name));

        Name = name;
        Settings = new Settings(this, config, setup);
        EventStream = new EventStream(false);
        EventStream.StartStdoutLogger(Settings);
        Log = new BusLogging(EventStream, $"ActorSystem({name})", GetType(), null);
        Scheduler = Reflect.Make<IScheduler>(
            Settings.Config.GetString("akka.scheduler.implementation"), "scheduler",
            Settings.Config, Log);
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

    public IActorRef ActorOf(Props props, string name = null) =>
        ProviderImpl.Guardian.Underlying.MakeChild(props, name, false);

    public ActorSelection ActorSelection(ActorPath actorPath) => ProviderImpl.Select(actorPath);

    public ActorSelection ActorSelection(string actorPath) =>
        ProviderImpl.Select(ProviderImpl.RootGuardian, actorPath);

    public void Stop(IActorRef actor)
    {
        IInternalActorRef parent = ((IInternalActorRef)actor).Parent;
        if (parent == ProviderImpl.Guardian || parent == ProviderImpl.SystemGuardian)
            ((LocalActorRef)parent).Underlying.Stop(actor);
        else ((IInternalActorRef)actor).Stop();
    }

    public object RegisterExtension(IExtensionId extension)
    {
        ArgumentNullException.ThrowIfNull(extension);
        return _extensions.GetOrAdd(extension.ExtensionType,
            _ => new Lazy<object>(() => extension.CreateExtension(Impl))).Value;
    }

    public T GetExtension<T>() where T : class, IExtension =>
        _extensions.TryGetValue(typeof(T), out Lazy<object> created) ? (T)created.Value : null;

    public bool HasExtension<T>() where T : class, IExtension => _extensions.ContainsKey(typeof(T));

    /// <summary>Runs code after all actors have ended; the last registered runs first.</summary>
    public void RegisterOnTermination(Action code) => _onTermination.Push(code);

    /// <summary>Runs the coordinated shutdown, which ends the system.</summary>
    public Task Terminate()
    {
        if (Settings.Config.GetBoolean(CoordinatedShutdown.RunByTerminate))
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
            if (Settings.DeadLettersMax > 0)
                Impl.SystemActorOf<DeadLetterListener>("deadLetterListener");
            CoordinatedShutdown.Get(this);
            LoadExtensions();
            if (Settings.Config.GetBoolean("akka.log-config-on-start"))
                Log.Info(Settings.Config.ToString());
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
        if (!Settings.Config.GetBoolean("akka.log-dead-letters-during-shutdown"))
            ProviderImpl.SystemGuardian?.Underlying.FindChild("deadLetterListener")?.Stop();
        if (ProviderImpl.Guardian is { } guardian) guardian.Stop();
        else OnTreeEnded();
    }

    internal void OnTreeEnded()
    {
        if (Interlocked.Exchange(ref _ending, 1) == 0)
            ThreadPool.UnsafeQueueUserWorkItem(static s => s.CleanUp(), this, preferLocal: false);
    }

    private void CleanUp()
    {
        foreach (Action callback in _onTermination) Try(callback);
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

    private void LoadExtensions()
    {
        foreach (string name in Settings.Config.GetStringList("akka.extensions"))
            if (Type.GetType(name) is { } type && type.IsAssignableTo(typeof(IExtensionId)))
                RegisterExtension((IExtensionId)Activator.CreateInstance(type));
            else Log.Error("[{0}] is not an 'ExtensionId', skipping...", name);
    }
}

/// <summary>The system as extensions and plugins see it.</summary>
public abstract class ExtendedActorSystem : ActorSystem
{
    private protected ExtendedActorSystem(string name, Config config, ActorSystemSetup setup)
        : base(name, config, setup) { }

    public IActorRefProvider Provider => ProviderImpl;

    public IInternalActorRef Guardian => ProviderImpl.Guardian;

    public IActorRef SystemActorOf(Props props, string name = null) =>
        ProviderImpl.SystemGuardian.Underlying.MakeChild(props, name, true);

    public IActorRef SystemActorOf<TActor>(string name = null) where TActor : ActorBase, new() =>
        SystemActorOf(Props.Create<TActor>(), name);
}

internal sealed class ActorSystemImpl(string name, Config config, ActorSystemSetup setup)
    : ExtendedActorSystem(name, config, setup);
