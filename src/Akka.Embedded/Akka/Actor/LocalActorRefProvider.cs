namespace Akka.Actor;

/// <summary>Makes and finds the references of a system.</summary>
public interface IActorRefProvider;

// The tree of a system:  /        root guardian
//                        /user    what the application makes
//                        /system  loggers, plugins and the like; ends after /user
//                        /temp    reply addresses of asks that have been given a name
//                        /deadLetters

/// <summary>The provider of a system in one process.</summary>
internal sealed class LocalActorRefProvider : IActorRefProvider
{
    private readonly Deployer _deployer;
    private readonly TempContainer _temp;
    private long _nextTemp;

    internal LocalActorRefProvider(ActorSystemImpl system)
    {
        System = system;
        RootPath = new RootActorPath(new Address("akka", system.Name));
        DeadLettersRef = new EmptyLocalActorRef(this, RootPath / "deadLetters");
        _temp = new TempContainer(this, RootPath / "temp");
        _deployer = new Deployer(system.Settings.Config.GetConfig("akka.actor.deployment"));
    }

    internal ActorSystemImpl System { get; }

    internal ActorPath RootPath { get; }

    internal IInternalActorRef DeadLettersRef { get; }

    internal LocalActorRef RootGuardian { get; private set; }

    internal LocalActorRef Guardian { get; private set; }

    internal LocalActorRef SystemGuardian { get; private set; }

    internal void Start()
    {
        var top = new TopOfTheTree(this, RootPath / "_top");
        Props root = Internal(Props.Create<RootGuardianActor>(SupervisorStrategy.StoppingStrategy));
        RootGuardian = new RootGuardianRef(System, root, top, RootPath, _temp, DeadLettersRef);
        RootGuardian.Underlying.Start();
        Config actor = System.Settings.Config.GetConfig("akka.actor");
        Props user = Props.Create<GuardianActor>(SupervisorStrategyConfigurator
            .CreateConfigurator(actor.GetString("guardian-supervisor-strategy")).Create());
        Guardian = RootGuardian.Underlying.MakeChild(Internal(user), "user", true);
        IActorRef watched = Guardian;
        Props own = Props.Create(() => new SystemGuardianActor(watched));
        SystemGuardian = RootGuardian.Underlying.MakeChild(Internal(own), "system", true);
        RootGuardian.SendSystemMessage(new Watch(SystemGuardian, RootGuardian));
    }

    /// <summary>The reference and cell of a new actor, not started.</summary>
    internal LocalActorRef Create(ActorCell parent, Props props, string name, bool systemService)
    {
        long uid = Random.Shared.Next(1, int.MaxValue);
        ActorPath path = (parent.Self.Path / name).WithUid(uid);
        if (!systemService && _deployer.Lookup(path) is { } deploy)
            props = props.WithDeploy(deploy);
        MessageDispatcher dispatcher;
        MailboxType mailbox;
        try
        {
            dispatcher = System.Dispatchers.Lookup(props.Dispatcher);
            mailbox = System.Mailboxes.GetMailboxType(props, dispatcher.Configurator.Config);
        }
        catch (Exception cause) when (cause is not ArgumentException)
        {
            throw new ConfigurationException(
                $"Configuration problem while creating [{path}] with dispatcher "
                + $"[{props.Dispatcher}] and mailbox [{props.Mailbox}]", cause);
        }

        return new LocalActorRef(System, props, dispatcher, mailbox, parent.Self, path);
    }

    /// <summary>A selection by a path relative to the anchor, absolute, or with an
    /// address.</summary>
    internal ActorSelection Select(IActorRef anchor, string path)
    {
        if (ActorPath.TryParse(path, out ActorPath parsed)) return Select(parsed);
        return path.Contains("://") ? new ActorSelection(DeadLettersRef, "")
            : new ActorSelection(path.StartsWith('/') ? RootGuardian : anchor, path);
    }

    internal ActorSelection Select(ActorPath path) =>
        path.Address.Equals(RootPath.Address) ? new ActorSelection(RootGuardian, path.Elements)
            : new ActorSelection(DeadLettersRef, "");

    /// <summary>The replies to come that somebody has asked the name of.</summary>
    internal ConcurrentDictionary<string, IInternalActorRef> Temp => _temp.Children;

    internal ActorPath TempPath() => _temp.Path / $"${Interlocked.Increment(ref _nextTemp)}";

    private static Props Internal(Props props) =>
        props.WithDispatcher(Dispatchers.InternalDispatcherId);

    /// <summary>References below /temp.</summary>
    private sealed class TempContainer(LocalActorRefProvider provider, ActorPath path)
        : MinimalActorRef
    {
        public override ActorPath Path => path;

        public override IActorRefProvider Provider => provider;

        internal ConcurrentDictionary<string, IInternalActorRef> Children { get; } = new();

        public override IActorRef GetChild(IReadOnlyList<string> name)
        {
            if (name.Count == 0) return this;
            return Children.TryGetValue(name[0], out IInternalActorRef child)
                ? child.GetChild([.. name.Skip(1)]) : Nobody.Instance;
        }
    }

    private sealed class RootGuardianRef(
        ActorSystemImpl system, Props props, IInternalActorRef top, ActorPath path,
        IInternalActorRef temp, IInternalActorRef deadLetters) : LocalActorRef(system, props,
            system.Dispatchers.Lookup(props.Dispatcher), new UnboundedMailbox(), top, path)
    {
        public override IInternalActorRef Parent => this;

        internal override IInternalActorRef GetSingleChild(string name) => name switch
        {
            "temp" => temp,
            "deadLetters" => deadLetters,
            _ => base.GetSingleChild(name),
        };
    }

    /// <summary>The parent of the root guardian: learns that the whole tree has ended.</summary>
    private sealed class TopOfTheTree(LocalActorRefProvider provider, ActorPath path)
        : MinimalActorRef
    {
        public override ActorPath Path => path;

        public override IActorRefProvider Provider => provider;

        public override void SendSystemMessage(ISystemMessage message)
        {
            if (message is Failed failed) ((IInternalActorRef)failed.Child).Stop();
            else if (message is DeathWatchNotification) provider.System.OnTreeEnded();
        }
    }

    /// <summary>Ends when /system has ended; a guardian that fails ends the system.</summary>
    private sealed class RootGuardianActor : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (message is Terminated) Context.Stop(Self);
        }
    }

    /// <summary>Does nothing. Its children are the application's and are kept.</summary>
    private sealed class GuardianActor : UntypedActor
    {
        protected override void OnReceive(object message) => Unhandled(message);

        protected override void PreRestart(Exception reason, object message) { }
    }

    private sealed class SystemGuardianActor(IActorRef user) : UntypedActor
    {
        protected override void PreStart() => Context.Watch(user);

        protected override void OnReceive(object message)
        {
            if (message is not Terminated) return;
            Context.System.EventStream.StopDefaultLoggers(Context.System);
            Context.Stop(Self);
        }
    }
}
