using Akka.Dispatch;
using Akka.Event;
using AkkaLevel = Akka.Event.LogLevel;
using HostLevel = Microsoft.Extensions.Logging.LogLevel;

namespace Akka.Hosting;

/// <summary>Chooses the loggers of a system and the lowest level they get.</summary>
public sealed class LoggerConfigBuilder
{
    private readonly List<string> _loggers = [Name(typeof(DefaultLogger))];

    internal LoggerConfigBuilder() { }

    public AkkaLevel LogLevel { get; set; } = AkkaLevel.InfoLevel;

    public bool LogConfigOnStart { get; set; }

    public LoggerConfigBuilder ClearLoggers()
    {
        _loggers.Clear();
        return this;
    }

    internal LoggerConfigBuilder Add(Type type)
    {
        if (!_loggers.Contains(Name(type))) _loggers.Add(Name(type));
        return this;
    }

    internal Config ToConfig()
    {
        string level = Event.Logging.StringFor(LogLevel);
        string loggers = string.Join(", ", _loggers.Select(name => $"\"{name}\""));
        return $"akka {{\n loglevel = {level}\n loggers = [{loggers}]\n "
            + $"log-config-on-start = {(LogConfigOnStart ? "on" : "off")}\n }}";
    }

    private static string Name(Type type) => $"{type.FullName}, {type.Assembly.GetName().Name}";
}

/// <summary>Logging of a system in a host.</summary>
public static class LoggingExtensions
{
    public static AkkaConfigurationBuilder ConfigureLoggers(
        this AkkaConfigurationBuilder builder, Action<LoggerConfigBuilder> configurator)
    {
        LoggerConfigBuilder loggers = new();
        configurator(loggers);
        return builder.AddHocon(loggers.ToConfig(), HoconAddMode.Prepend);
    }

    /// <summary>Sends the log to the host's ILogger.</summary>
    public static LoggerConfigBuilder AddLoggerFactory(this LoggerConfigBuilder configBuilder) =>
        configBuilder.Add(typeof(LoggerFactoryLogger));
}

/// <summary>A logger actor in front of ILogger: the category is the class that logs.</summary>
internal sealed class LoggerFactoryLogger
    : ActorBase, IRequiresMessageQueue<ILoggerMessageQueueSemantics>
{
    private ILoggerFactory _factory;

    protected override bool Receive(object message)
    {
        switch (message)
        {
            case InitializeLogger:
                _factory = Context.System.Settings.Setup.Get<HostServices>().Value.Services
                    .GetService<ILoggerFactory>();
                Sender.Tell(new LoggerInitialized(), Self);
                return true;
            case LogEvent log:
                _factory?.CreateLogger(log.LogClass.FullName ?? log.LogClass.Name).Log(
                    Level(log), log.Cause, "[{Source}] {Text}", log.LogSource, log.Message);
                return true;
            default: return false;
        }
    }

    private static HostLevel Level(LogEvent log) => log.LogLevel() switch
    {
        AkkaLevel.DebugLevel => HostLevel.Debug,
        AkkaLevel.InfoLevel => HostLevel.Information,
        AkkaLevel.WarningLevel => HostLevel.Warning,
        _ => HostLevel.Error,
    };
}
