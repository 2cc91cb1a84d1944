namespace Akka.Actor;

/// <summary>The settings of a system, read from its configuration once.</summary>
public class Settings
{

    public Settings(ActorSystem system, Config config, ActorSystemSetup setup)
    {
        System = system;
        Setup = setup;
        Config = config.SafeWithFallback(ConfigurationFactory.Default());
        Config akka = Config.GetConfig("akka");
        SupervisorStrategyClass = akka.GetString("actor.guardian-supervisor-strategy");
        AskTimeout = akka.GetTimeSpan("actor.ask-timeout", Timeout.InfiniteTimeSpan);
        LogLevel = akka.GetString("loglevel");
        StdoutLogLevel = akka.GetString("stdout-loglevel");
        Loggers = akka.GetStringList("loggers");
        LoggersDispatcher = akka.GetString("loggers-dispatcher");
        LoggerStartTimeout = akka.GetTimeSpan("logger-startup-timeout");
        LoggerAsyncStart = akka.GetBoolean("logger-async-start");
        LogConfigOnStart = akka.GetBoolean("log-config-on-start");
        LogDeadLetters = akka.GetString("log-dead-letters") switch
        {
            "on" or "true" or "yes" => int.MaxValue,
            "off" or "false" or "no" => 0,
            _ => akka.GetInt("log-dead-letters"),
        };
        LogDeadLettersDuringShutdown = akka.GetBoolean("log-dead-letters-during-shutdown");
        string suspend = akka.GetString("log-dead-letters-suspend-duration");
        LogDeadLettersSuspendDuration = suspend == "infinite" ? TimeSpan.MaxValue
            : akka.GetTimeSpan("log-dead-letters-suspend-duration");
        SchedulerClass = akka.GetString("scheduler.implementation");
        CoordinatedShutdownTerminateActorSystem =
            akka.GetBoolean("coordinated-shutdown.terminate-actor-system");
        CoordinatedShutdownRunByActorSystemTerminate =
            akka.GetBoolean("coordinated-shutdown.run-by-actor-system-terminate");
        if (CoordinatedShutdownRunByActorSystemTerminate
            && !CoordinatedShutdownTerminateActorSystem)
            throw new ConfigurationException(
                "akka.coordinated-shutdown.run-by-actor-system-terminate=on and "
                + "akka.coordinated-shutdown.terminate-actor-system=off is not a supported "
                + "configuration combination.");
    }

    public ActorSystem System { get; }

    public Config Config { get; private set; }

    public ActorSystemSetup Setup { get; }

    public string SupervisorStrategyClass { get; }

    public TimeSpan AskTimeout { get; }

    public string LogLevel { get; }

    public string StdoutLogLevel { get; }

    internal StandardOutLogger StdoutLogger { get; } = new StandardOutLogger();

    public IList<string> Loggers { get; }

    public string LoggersDispatcher { get; }

    public TimeSpan LoggerStartTimeout { get; }

    public bool LoggerAsyncStart { get; }

    public bool LogConfigOnStart { get; }

    /// <summary>How many dead letters are logged: 0 none, int.MaxValue all.</summary>
    public int LogDeadLetters { get; }

    public bool LogDeadLettersDuringShutdown { get; }

    public TimeSpan LogDeadLettersSuspendDuration { get; }

    public string SchedulerClass { get; }

    public bool CoordinatedShutdownTerminateActorSystem { get; }

    public bool CoordinatedShutdownRunByActorSystemTerminate { get; }

    /// <summary>Adds an extension's defaults below all that is there.</summary>
    public void InjectTopLevelFallback(Config config) => Config = Config.SafeWithFallback(config);

    public override string ToString() => Config.ToString();
}
