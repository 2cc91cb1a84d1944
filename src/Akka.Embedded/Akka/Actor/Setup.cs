using System;
using System.Collections.Generic;
using System.Linq;
using Akka.Configuration;
using Akka.Util;

namespace Akka.Actor;

/// <summary>A part of what an actor system is started with.</summary>
public abstract class Setup
{
    public ActorSystemSetup And(Setup other) => ActorSystemSetup.Create(this, other);
}

/// <summary>Setups by their type.</summary>
public sealed class ActorSystemSetup
{
    public static readonly ActorSystemSetup Empty = new([]);

    private readonly Dictionary<Type, Setup> _setups;

    private ActorSystemSetup(Dictionary<Type, Setup> setups) => _setups = setups;

    public static ActorSystemSetup Create(params Setup[] setup)
    {
        Dictionary<Type, Setup> all = [];
        foreach (Setup one in setup)
            all[one.GetType()] = one;
        return new ActorSystemSetup(all);
    }

    public Option<T> Get<T>()
        where T : Setup => _setups.TryGetValue(typeof(T), out Setup found) ? (T)found : null;

    public ActorSystemSetup WithSetup<T>(T setup)
        where T : Setup => new(new Dictionary<Type, Setup>(_setups) { [typeof(T)] = setup });

    public ActorSystemSetup And<T>(T setup)
        where T : Setup => WithSetup(setup);

    public override string ToString() =>
        $"ActorSystemSetup({string.Join(",", _setups.Keys.Select(k => k.FullName))})";
}

/// <summary>Which kind of provider a system has; this runtime has the local one.</summary>
public abstract class ProviderSelection
{
    internal ProviderSelection()
    {
    }

    /// <summary>Actors of one process.</summary>
    public sealed class Local : ProviderSelection
    {
        public static readonly Local Instance = new();

        private Local()
        {
        }
    }
}

/// <summary>Configuration of a system that is started from code.</summary>
public sealed class BootstrapSetup : Setup
{
    internal BootstrapSetup()
        : this(Option<Config>.None, Option<Config>.None, Option<ProviderSelection>.None)
    {
    }

    internal BootstrapSetup(
        Option<Config> config, Option<Config> configFallback, Option<ProviderSelection> provider)
    {
        Config = config;
        ConfigFallback = configFallback;
        ActorRefProvider = provider;
    }

    public Option<Config> Config { get; }

    public Option<ProviderSelection> ActorRefProvider { get; }

    internal Option<Config> ConfigFallback { get; }

    public static BootstrapSetup Create() => new();

    public BootstrapSetup WithActorRefProvider(ProviderSelection name) =>
        new(Config, ConfigFallback, name);

    /// <summary>The whole configuration, but for the runtime's defaults.</summary>
    public BootstrapSetup WithConfig(Config config) =>
        new(config, ConfigFallback, ActorRefProvider);

    /// <summary>Put below what the system would have read by itself.</summary>
    public BootstrapSetup WithConfigFallback(Config config) =>
        new(Config, config, ActorRefProvider);
}
