using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace Akka.Actor;

// The actor system. Start order: settings, event stream with the standard out logger, scheduler,
// dead letters, mailboxes, dispatchers, guardians, loggers, extensions. The end comes from the
// tree: once the root has ended, the termination callbacks run, dispatchers and scheduler are
// given back and WhenTerminated completes, in this order and on a pool thread, since no actor's
// thread is left to do it.

internal sealed partial class ActorSystemImpl : ExtendedActorSystem
{
    private readonly ConcurrentDictionary<Type, Lazy<object>> _extensions = new();
    private readonly Stack<Action> _onTermination = new();
    private readonly TaskCompletionSource _terminated =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private int _ending;

    internal ActorSystemImpl(string name, Config config, ActorSystemSetup setup)
    {
        if (!ValidName().IsMatch(name ?? ""))
            throw new ArgumentException(
                $"Invalid ActorSystem name [{name}], must contain only word characters (i.e. "
                + "[a-zA-Z0-9] plus non-leading '-' or '_')", nameof(name));

        Name = name;
        Settings = new Settings(this, config, setup);
        EventStream = new EventStream(Settings.DebugEventStream);
        EventStream.StartStdoutLogger(Settings);
        Log = new BusLogging(EventStream, $"ActorSystem({name})", GetType(), null);
        Scheduler = CreateScheduler();
        ProviderImpl = new LocalActorRefProvider(this);
        Mailboxes = new Mailboxes(this);
        Dispatchers = new Dispatchers(this, new Prerequisites(this), Log);
    }

    public override string Name { get; }

    public override Settings Settings { get; }

    public override EventStream EventStream { get; }

    public override IScheduler Scheduler { get; }

    public override ILoggingAdapter Log { get; }

    public override Dispatchers Dispatchers { get; }

    public override Mailboxes Mailboxes { get; }

    public override IActorRef DeadLetters => ProviderImpl.DeadLettersRef;

    public override IActorRefProvider Provider => ProviderImpl;

    public override IInternalActorRef Guardian => ProviderImpl.Guardian;

    public override IInternalActorRef SystemGuardian => ProviderImpl.SystemGuardian;

    public override IInternalActorRef LookupRoot => ProviderImpl.RootGuardian;

    public override Task WhenTerminated => _terminated.Task;

    internal LocalActorRefProvider ProviderImpl { get; }

    /// <summary>Dispatchers that nobody lives on any more and whose Shutdown is still
    /// due.</summary>
    internal ConcurrentDictionary<MessageDispatcher, bool> PendingShutdowns { get; } = new();

    public override IActorRef ActorOf(Props props, string name = null) =>
        ProviderImpl.Guardian.Underlying.MakeChild(props, name, false);

    public override IActorRef SystemActorOf(Props props, string name = null) =>
        ProviderImpl.SystemGuardian.Underlying.MakeChild(props, name, true);

    public override IActorRef SystemActorOf<TActor>(string name = null) =>
        SystemActorOf(Props.Create<TActor>(), name);

    public override ActorSelection ActorSelection(ActorPath actorPath) =>
        ProviderImpl.Select(actorPath);

    public override ActorSelection ActorSelection(string actorPath) =>
        ProviderImpl.Select(LookupRoot, actorPath);

    public override void Stop(IActorRef actor)
    {
        var target = (IInternalActorRef)actor;
        if (target.Parent is LocalActorRef parent
            && (parent == Guardian || parent == SystemGuardian))
            parent.Underlying.Stop(target);
        else target.Stop();
    }

    public override object RegisterExtension(IExtensionId extension)
    {
        ArgumentNullException.ThrowIfNull(extension);
        Lazy<object> created = _extensions.GetOrAdd(
            extension.ExtensionType, _ => new Lazy<object>(() => extension.CreateExtension(this)));
        return created.Value;
    }

    public override T GetExtension<T>() => TryGetExtension(out T extension) ? extension : null;

    public override bool HasExtension<T>() => _extensions.ContainsKey(typeof(T));

    public override bool TryGetExtension<T>(out T extension)
    {
        bool known = _extensions.TryGetValue(typeof(T), out Lazy<object> created);
        extension = known ? (T)created.Value : null;
        return known;
    }

    public override void RegisterOnTermination(Action code)
    {
        lock (_onTermination) _onTermination.Push(code);
    }

    public override Task Terminate()
    {
        if (Settings.CoordinatedShutdownRunByActorSystemTerminate)
            CoordinatedShutdown.Get(this)
                .Run(CoordinatedShutdown.ActorSystemTerminateReason.Instance);
        else FinalTerminate();

        return WhenTerminated;
    }

    public override string ToString() => ProviderImpl.RootPath.Address.ToString();

    internal ActorSystem Start()
    {
        try
        {
            ProviderImpl.Start();
            EventStream.StartUnsubscriber(this);
            EventStream.StartDefaultLoggers(this);
            if (Settings.LogDeadLetters > 0)
                SystemActorOf<DeadLetterListener>("deadLetterListener");
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
            Stop(SystemGuardian.GetChild(["deadLetterListener"]));
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

    private sealed class Prerequisites(ActorSystemImpl system) : IDispatcherPrerequisites
    {
        public EventStream EventStream => system.EventStream;

        public IScheduler Scheduler => system.Scheduler;

        public Settings Settings => system.Settings;

        public Mailboxes Mailboxes => system.Mailboxes;
    }
}
