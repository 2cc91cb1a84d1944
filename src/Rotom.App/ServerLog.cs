using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using Rotom.Engine.Config;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Parsing;

namespace Rotom.App;

// The log, in Redis' form, because tools and Redis' own tests read it:
//
//   pid:M 21 Nov 2026 03:19:27.916 * Ready to accept connections
//
// M is a master, S a replica, C a process that is starting. The mark is the level: . debug,
// - verbose, * notice, # warning. Redis' four levels are Serilog's Verbose, Debug, Information and
// Warning; "nothing" is above all of them.

/// <summary>The log of the executable.</summary>
internal sealed class ServerLog : IDisposable
{
    private readonly LoggingLevelSwitch _level;
    private readonly RedisLogFormatter _formatter;

    private ServerLog(LoggingLevelSwitch level, RedisLogFormatter formatter, Logger logger)
    {
        _level = level;
        _formatter = formatter;
        Logger = logger;
    }

    /// <summary>Where lines go.</summary>
    internal Logger Logger { get; }

    /// <summary>C while starting, M as a master, S as a replica.</summary>
    internal char Role
    {
        set => _formatter.Role = value;
    }

    /// <summary>Opens the log that the settings ask for.</summary>
    /// <exception cref="ConfException">The file cannot be written.</exception>
    internal static ServerLog Open(ServerConfig config)
    {
        LoggingLevelSwitch level = new(LevelOf(config.LogLevel));
        RedisLogFormatter formatter = new();
        LoggerConfiguration logger = new LoggerConfiguration().MinimumLevel.ControlledBy(level);
        if (config.LogFile.Length == 0)
        {
            logger.WriteTo.Console(formatter);
        }
        else
        {
            Probe(config.LogFile);
            logger.WriteTo.File(
                formatter, config.LogFile, shared: true, fileSizeLimitBytes: null,
                encoding: new System.Text.UTF8Encoding(false));
        }

        return new ServerLog(level, formatter, logger.CreateLogger());
    }

    /// <summary>Takes over a changed <c>loglevel</c>.</summary>
    internal void SetLevel(LogVerbosity verbosity) => _level.MinimumLevel = LevelOf(verbosity);

    /// <inheritdoc/>
    public void Dispose() => Logger.Dispose();

    private static LogEventLevel LevelOf(LogVerbosity verbosity) => verbosity switch
    {
        LogVerbosity.Debug => LogEventLevel.Verbose,
        LogVerbosity.Verbose => LogEventLevel.Debug,
        LogVerbosity.Notice => LogEventLevel.Information,
        LogVerbosity.Warning => LogEventLevel.Warning,
        _ => LogEventLevel.Fatal + 1,
    };

    // Serilog keeps quiet about a file it cannot write; an operator wants to know at the start.
    private static void Probe(string path)
    {
        try
        {
            using FileStream stream = new(
                path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ConfException($"Can't open the log file: {ConfFiles.Reason(error)}");
        }
    }
}

/// <summary>Writes one event as a line of Redis' log.</summary>
internal sealed class RedisLogFormatter : ITextFormatter
{
    private readonly int _pid = Environment.ProcessId;

    /// <summary>The letter behind the process id.</summary>
    internal char Role { get; set; } = 'C';

    /// <inheritdoc/>
    public void Format(LogEvent logEvent, TextWriter output)
    {
        output.Write(_pid);
        output.Write(':');
        output.Write(Role);
        output.Write(' ');
        output.Write(logEvent.Timestamp.ToString(
            "dd MMM yyyy HH:mm:ss.fff", CultureInfo.InvariantCulture));
        output.Write(' ');
        output.Write(logEvent.Level switch
        {
            LogEventLevel.Verbose => '.',
            LogEventLevel.Debug => '-',
            LogEventLevel.Information => '*',
            _ => '#',
        });
        output.Write(' ');
        foreach (MessageTemplateToken token in logEvent.MessageTemplate.Tokens)
        {
            // Text without Serilog's quotes around string values.
            if (token is PropertyToken property
                && logEvent.Properties.GetValueOrDefault(property.PropertyName)
                    is ScalarValue { Value: string text })
            {
                output.Write(text);
            }
            else
            {
                token.Render(logEvent.Properties, output, CultureInfo.InvariantCulture);
            }
        }

        output.Write('\n');
        if (logEvent.Exception is not null) output.WriteLine(logEvent.Exception);
    }
}
