using Akka.Util;

namespace Akka.Hosting;

/// <summary>Starts actors once the system is up.</summary>
public delegate Task ActorStarter(ActorSystem system, IActorRegistry registry);

/// <summary>Runs once all actors have been started.</summary>
public delegate Task StartupTask(ActorSystem system, IActorRegistry registry);

/// <summary>How added configuration stands to what is there already: below it as a fallback,
/// above it so that it wins, or in its place.</summary>
public enum HoconAddMode { Append = 0, Prepend = 1, Replace = 2 }

/// <summary>Collects what an actor system in a host is made from.</summary>
public sealed class AkkaConfigurationBuilder
{
    private readonly string _actorSystemName;
    private readonly List<ActorStarter> _starters = [];
    private readonly List<StartupTask> _tasks = [];
    private readonly List<Type> _extensions = [];

    internal AkkaConfigurationBuilder(string actorSystemName) =>
        _actorSystemName = actorSystemName;

    public Option<Config> Configuration { get; private set; }

    public AkkaConfigurationBuilder StartActors(Action<ActorSystem, IActorRegistry> starter) =>
        StartActors((system, registry) => Done(() => starter(system, registry)));

    public AkkaConfigurationBuilder StartActors(ActorStarter starter)
    {
        _starters.Add(starter);
        return this;
    }

    public AkkaConfigurationBuilder AddStartup(Action<ActorSystem, IActorRegistry> startupTask) =>
        AddStartup((system, registry) => Done(() => startupTask(system, registry)));

    public AkkaConfigurationBuilder AddStartup(StartupTask startupTask)
    {
        _tasks.Add(startupTask);
        return this;
    }

    /// <summary>Has the extension created when the system starts.</summary>
    public AkkaConfigurationBuilder WithExtension<T>() where T : IExtensionId
    {
        if (!_extensions.Contains(typeof(T))) _extensions.Add(typeof(T));
        return this;
    }

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
        IEnumerable<string> extensions = config.GetStringList("akka.extensions")
            .Concat(_extensions.Select(type => type.AssemblyQualifiedName))
            .Select(name => $"\"{name}\"");
        Config whole = $"akka.extensions = [{string.Join(", ", extensions)}]";
        BootstrapSetup boot = BootstrapSetup.Create().WithConfig(whole.WithFallback(config));
        return ActorSystem.Create(
            _actorSystemName, ActorSystemSetup.Create(boot, new HostServices(services)));
    }

    internal async Task StartActorsAsync(ActorSystem system)
    {
        ActorRegistry registry = ActorRegistry.For(system);
        foreach (ActorStarter starter in _starters)
            await starter(system, registry).ConfigureAwait(false);
        foreach (StartupTask task in _tasks) await task(system, registry).ConfigureAwait(false);
    }

    private static Task Done(Action action)
    {
        action();
        return Task.CompletedTask;
    }
}

/// <summary>The services of the host, for the parts of a system that need them.</summary>
internal sealed class HostServices(IServiceProvider services)
    : Setup { internal IServiceProvider Services => services; }
