using Akka.Event;
using AkkaLevel = Akka.Event.LogLevel;
using HostLevel = Microsoft.Extensions.Logging.LogLevel;

namespace Akka.Hosting;

/// <summary>Chooses the loggers of a system and the lowest level they get.</summary>
public sealed class LoggerConfigBuilder
{
    internal LoggerConfigBuilder() { }

    public AkkaLevel LogLevel { get; set; } = AkkaLevel.InfoLevel;

    public bool LogConfigOnStart { get; set; }

    internal HashSet<Type> Loggers { get; } = [typeof(DefaultLogger)];

    public LoggerConfigBuilder ClearLoggers()
    {
        Loggers.Clear();
        return this;
    }

    internal Config ToConfig()
    {
        string loggers = string.Join(
            ", ", Loggers.Select(type => $"\"{type.FullName}, {type.Assembly.GetName().Name}\""));
        return $"akka {{\n loglevel = {Event.Logging.StringFor(LogLevel)}\n loggers = [{loggers}]\n"
            + $"log-config-on-start = {(LogConfigOnStart ? "on" : "off")}\n }}";
    }
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
    public static LoggerConfigBuilder AddLoggerFactory(this LoggerConfigBuilder configBuilder)
    {
        configBuilder.Loggers.Add(typeof(LoggerFactoryLogger));
        return configBuilder;
    }
}

/// <summary>A logger actor in front of ILogger: the category is the class that logs.</summary>
internal sealed class LoggerFactoryLogger : DefaultLogger
{
    private readonly ILoggerFactory _factory = Context.System.Settings.Setup.Get<HostServices>()
        .Value.Services.GetService<ILoggerFactory>();

    protected override void Print(LogEvent logEvent)
    {
        HostLevel level = logEvent.LogLevel() switch
        {
            AkkaLevel.DebugLevel => HostLevel.Debug,
            AkkaLevel.InfoLevel => HostLevel.Information,
            AkkaLevel.WarningLevel => HostLevel.Warning,
            _ => HostLevel.Error,
        };
        _factory?.CreateLogger(logEvent.LogClass.FullName ?? logEvent.LogClass.Name).Log(
            level, logEvent.Cause, "[{Source}] {Text}", logEvent.LogSource, logEvent.Message);
    }
}
