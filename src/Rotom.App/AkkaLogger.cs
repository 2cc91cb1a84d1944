using System;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Dispatch;
using Akka.Event;
using Microsoft.Extensions.Logging;

namespace Rotom.App;

/// <summary>Where an actor system's log goes.</summary>
/// <param name="logs">The host's loggers.</param>
internal sealed class AkkaLoggerSetup(ILoggerFactory logs) : Setup
{
    /// <summary>The host's loggers.</summary>
    internal ILoggerFactory Logs { get; } = logs;
}

/// <summary>Hands the actor system's log events to the host's log (<c>akka.loggers</c>).</summary>
internal sealed class AkkaLogger : UntypedActor, IRequiresMessageQueue<ILoggerMessageQueueSemantics>
{
    private readonly Microsoft.Extensions.Logging.ILogger _log;

    /// <summary>Made by Akka.</summary>
    public AkkaLogger() => _log =
        Context.System.Settings.Setup.Get<AkkaLoggerSetup>().Value.Logs.CreateLogger("rotom");

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case InitializeLogger:
                Sender.Tell(new LoggerInitialized(), Self);
                break;
            case LogEvent entry:
                Write(entry);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Write(LogEvent entry)
    {
        Microsoft.Extensions.Logging.LogLevel level = entry.LogLevel() switch
        {
            Akka.Event.LogLevel.DebugLevel => Microsoft.Extensions.Logging.LogLevel.Debug,
            Akka.Event.LogLevel.InfoLevel => Microsoft.Extensions.Logging.LogLevel.Information,
            Akka.Event.LogLevel.WarningLevel => Microsoft.Extensions.Logging.LogLevel.Warning,
            _ => Microsoft.Extensions.Logging.LogLevel.Error,
        };
        string text = entry.Message?.ToString() ?? "";
        // Where memory was refused says nothing, and to find it out takes much of it.
        Exception? cause = entry.Cause is OutOfMemoryException ? null : entry.Cause;
        _log.Log(level, default, text, cause, static (message, _) => message);
    }
}
