namespace Akka.Actor;

/// <summary>The configuration of a system. What is read once is read where it is used.</summary>
public class Settings(ActorSystem system, Config config, ActorSystemSetup setup)
{
    private TimeSpan? _askTimeout;

    public ActorSystem System => system;

    public ActorSystemSetup Setup => setup;

    public Config Config { get; private set; } =
        config.SafeWithFallback(ConfigurationFactory.Default());

    public TimeSpan AskTimeout =>
        _askTimeout ??= Config.GetTimeSpan("akka.actor.ask-timeout", Timeout.InfiniteTimeSpan);

    internal StandardOutLogger StdoutLogger { get; } = new();

    internal LogLevel StdoutLevel =>
        Logging.LogLevelFor(Config.GetString("akka.stdout-loglevel"));

    /// <summary>How many dead letters are logged: 0 none, int.MaxValue all.</summary>
    internal int DeadLettersMax => Config.GetString("akka.log-dead-letters") switch
    {
        "on" or "true" or "yes" => int.MaxValue,
        "off" or "false" or "no" => 0,
        _ => Config.GetInt("akka.log-dead-letters"),
    };

    /// <summary>Adds an extension's defaults below all that is there.</summary>
    public void InjectTopLevelFallback(Config config) => Config = Config.SafeWithFallback(config);
}
