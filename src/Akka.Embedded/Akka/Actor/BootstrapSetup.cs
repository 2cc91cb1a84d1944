using Akka.Configuration;
using Akka.Util;

namespace Akka.Actor;

/// <summary>Which kind of provider a system has; this runtime has the local one.</summary>
public abstract class ProviderSelection { internal ProviderSelection() { } }

/// <summary>Configuration of a system that is started from code.</summary>
public sealed class BootstrapSetup : Setup.Setup
{
    internal BootstrapSetup()
        : this(Option<Config>.None, Option<Config>.None, Option<ProviderSelection>.None) { }

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
        new(Config, ConfigFallback, new(name));

    /// <summary>The whole configuration, but for the runtime's defaults.</summary>
    public BootstrapSetup WithConfig(Config config) =>
        new(new(config), ConfigFallback, ActorRefProvider);

    /// <summary>Put below what the system would have read by itself.</summary>
    public BootstrapSetup WithConfigFallback(Config config) =>
        new(Config, new(config), ActorRefProvider);
}
