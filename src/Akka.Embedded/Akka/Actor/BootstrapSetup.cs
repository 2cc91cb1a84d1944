namespace Akka.Actor;

/// <summary>Configuration of a system that is started from code.</summary>
public sealed class BootstrapSetup : Setup.Setup
{
    internal BootstrapSetup(Config config, Config configFallback) =>
        (Config, ConfigFallback) = (new(config), configFallback);

    public Option<Config> Config { get; }

    internal Config ConfigFallback { get; }

    public static BootstrapSetup Create() => new(null, null);

    /// <summary>The whole configuration, but for the runtime's defaults.</summary>
    public BootstrapSetup WithConfig(Config config) => new(config, ConfigFallback);

    /// <summary>Put below what the system would have read by itself.</summary>
    public BootstrapSetup WithConfigFallback(Config config) => new(Config.Value, config);
}
