using Akka.Util;

namespace Akka.Hosting;

/// <summary>Starts actors once the system is up.</summary>
public delegate Task ActorStarter(ActorSystem system, IActorRegistry registry);

/// <summary>Runs once all actors have been started.</summary>
public delegate Task StartupTask(ActorSystem system, IActorRegistry registry);

/// <summary>How added configuration stands to what is there already.</summary>
public enum HoconAddMode
{
    /// <summary>Below it, as a fallback.</summary>
    Append = 0,

    /// <summary>Above it: it wins.</summary>
    Prepend = 1,

    /// <summary>In its place.</summary>
    Replace = 2,
}

/// <summary>Collects what an actor system in a host is made from.</summary>
public sealed class AkkaConfigurationBuilder
{
    private readonly List<ActorStarter> _starters = [];
    private readonly List<StartupTask> _tasks = [];
    private readonly List<Type> _extensions = [];

    public AkkaConfigurationBuilder(IServiceCollection serviceCollection, string actorSystemName) =>
        (ServiceCollection, ActorSystemName) = (serviceCollection, actorSystemName);

    public Option<Config> Configuration { get; private set; }

    internal IServiceCollection ServiceCollection { get; }

    internal string ActorSystemName { get; }

    public AkkaConfigurationBuilder StartActors(Action<ActorSystem, IActorRegistry> starter) =>
        StartActors((system, registry) =>
        {
            starter(system, registry);
            return Task.CompletedTask;
        });

    public AkkaConfigurationBuilder StartActors(ActorStarter starter)
    {
        _starters.Add(starter);
        return this;
    }

    public AkkaConfigurationBuilder AddStartup(Action<ActorSystem, IActorRegistry> startupTask) =>
        AddStartup((system, registry) =>
        {
            startupTask(system, registry);
            return Task.CompletedTask;
        });

    public AkkaConfigurationBuilder AddStartup(StartupTask startupTask)
    {
        _tasks.Add(startupTask);
        return this;
    }

    /// <summary>Has the extensions created when the system starts.</summary>
    public AkkaConfigurationBuilder WithExtensions(params Type[] extensions)
    {
        _extensions.AddRange(extensions.Except(_extensions));
        return this;
    }

    public AkkaConfigurationBuilder WithExtension<T>()
        where T : IExtensionId => WithExtensions(typeof(T));

    internal void AddConfig(Config hocon, HoconAddMode mode)
    {
        Config present = Configuration.GetOrElse(null);
        Configuration = new((mode, present) switch
        {
            (_, null) or (HoconAddMode.Replace, _) => hocon,
            (HoconAddMode.Append, _) => present.SafeWithFallback(hocon),
            (HoconAddMode.Prepend, _) => hocon.SafeWithFallback(present),
            _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, null),
        });
    }

    internal ActorSystem Build(IServiceProvider services)
    {
        // The host ends the process, so the runtime does not hook its exit.
        Config config = Configuration.GetOrElse(Config.Empty).SafeWithFallback(
            "akka.coordinated-shutdown { exit-clr = off, run-by-clr-shutdown-hook = off }");
        if (_extensions.Count > 0)
        {
            IEnumerable<string> names = config.GetStringList("akka.extensions")
                .Concat(_extensions.Select(type => type.AssemblyQualifiedName));
            string list = string.Join(", ", names.Select(name => $"\"{name}\""));
            config = ConfigurationFactory.ParseString($"akka.extensions = [{list}]")
                .WithFallback(config);
        }

        BootstrapSetup boot = BootstrapSetup.Create().WithConfig(config);
        return ActorSystem.Create(
            ActorSystemName, ActorSystemSetup.Create(boot, new HostServices(services)));
    }

    internal async Task StartActorsAsync(ActorSystem system)
    {
        ActorRegistry registry = ActorRegistry.For(system);
        foreach (ActorStarter starter in _starters)
            await starter(system, registry).ConfigureAwait(false);
        foreach (StartupTask task in _tasks) await task(system, registry).ConfigureAwait(false);
    }
}

/// <summary>The services of the host, for the parts of a system that need them.</summary>
internal sealed class HostServices(IServiceProvider services) : Setup
{
    internal IServiceProvider Services => services;
}
