using System;
using System.IO;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using Rotom.Actors.Persistence;
using Rotom.Engine;
using Rotom.Engine.Config;
using Rotom.Engine.Persist;
using Rotom.Net.Native;
using Serilog.Core;
using Serilog.Extensions.Logging;

namespace Rotom.App;

// The composition root: settings, log, host, signals, in the order of a life.
//
// Exit codes are Redis': 0 after an ordered shutdown, 1 when the settings are bad, the port is
// taken or the data cannot be read. Standard output carries the log, standard error what is wrong
// with the configuration before there is a log.

/// <summary>One run of the server.</summary>
internal sealed class RotomServer
{
    private static readonly TimeSpan s_afterStart = TimeSpan.FromSeconds(5);

    private readonly Startup _startup;
    private readonly ServerLog _log;

    // The signal to come; replaced when a shutdown was called off, so that the next one counts.
    private volatile TaskCompletionSource<ShutdownOnSignal> _signalled = NextSignal();

    private RotomServer(Startup startup, ServerLog log)
    {
        _startup = startup;
        _log = log;
    }

    /// <summary>Runs until a signal or SHUTDOWN; the exit code.</summary>
    internal static async Task<int> Run(
        CommandLine line, TextReader input, TextWriter errors, Func<ServerSetup, IServerHost> hosts)
    {
        try
        {
            Startup startup = Startup.Load(line, input);
            if (!Startup.TryEnterDirectory(startup.Config, out string error))
            {
                throw new ConfException(
                    $"Can't chdir to '{startup.Config.Directory}': {error}");
            }

            using ServerLog log = ServerLog.Open(startup.Config);
            return await new RotomServer(startup, log).Run(hosts).ConfigureAwait(false);
        }
        catch (ConfException error)
        {
            await errors.WriteAsync(error.Report("Rotom " + ServerVersion.Rotom))
                .ConfigureAwait(false);
            return 1;
        }
    }

    private async Task<int> Run(Func<ServerSetup, IServerHost> hosts)
    {
        ServerConfig config = _startup.Config;
        Logger log = _log.Logger;
        SayStart(log, config);
        using SerilogLoggerFactory logs = new(log);
        ProcessApplier applier = new(_log);
        if (!applier.TryApply(ConfigApply.OomScore, config, out string score)) log.Warning(score);
        if (!ClientRoom.Make(config, log) || !Restore(config, log)) return 1;
        _log.Role = config.ReplicaOf is null ? 'M' : 'S';

        using PosixSignalRegistration term = PosixSignalRegistration.Create(
            PosixSignal.SIGTERM, c => OnSignal(c, "SIGTERM", config.ShutdownOnSigterm));
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(
            PosixSignal.SIGINT, c => OnSignal(c, "SIGINT", config.ShutdownOnSigint));

        ServerSetup setup = new(
            config, _startup.Hocon, _startup.ConfigFile, applier, logs, _startup.FilePath ?? "")
        {
            // Tools that wait for this line connect when they see it.
            Listening = () => ShowBanner(log, config),
        };
        if (await Start(hosts, setup, log).ConfigureAwait(false) is not { } host) return 1;
        await using ConfiguredAsyncDisposable disposal = host.ConfigureAwait(false);
        using ProcessIdentity identity = new(config, log);
        applier.Identity = identity;
        log.Information("Ready to accept connections");
        identity.Notify("STATUS=Ready to accept connections\nREADY=1");
        using CancellationTokenSource end = new();
        Task trim = GiveBackProgramPages(log, end.Token);
        int code = await UntilEnd(host, log).ConfigureAwait(false);
        identity.Notify("STOPPING=1");
        await end.CancelAsync().ConfigureAwait(false);
        await trim.ConfigureAwait(false);
        log.Warning("Rotom is now ready to exit, bye bye...");
        return code;
    }

    // Clients are served meanwhile, and have made most of what they need be compiled.
    private static async Task GiveBackProgramPages(Logger log, CancellationToken end)
    {
        try
        {
            if (ProgramPages.Look() is not { } pages) return;
            await Task.Delay(s_afterStart, end).ConfigureAwait(false);
            log.Verbose(
                "{Bytes} KB of the program were only needed by its start and are given back",
                pages.GiveBack() >> 10);
        }
        catch (OperationCanceledException)
        {
            // It ends before that.
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            log.Verbose("Pages of the program's start stay in memory: {Reason}", error.Message);
        }
    }

    // --restore-to: before anything is loaded.
    private bool Restore(ServerConfig config, Logger log)
    {
        if (_startup.RestoreTo is not { } point) return true;
        string directory = Path.Join(config.Directory, config.AppendDirectoryName);
        using AofLog journal = new(new SystemFiles(), directory, config.AppendFileName);
        long now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        bool restored = journal.RestoreTo(point, now, out string said);
        log.Warning("{Line}", said);
        return restored;
    }

    // Null when it could not start; why is in the log.
    private static async Task<IServerHost?> Start(
        Func<ServerSetup, IServerHost> hosts, ServerSetup setup, Logger log)
    {
        IServerHost? host = null;
        try
        {
            host = hosts(setup);
            await host.StartAsync().ConfigureAwait(false);
            return host;
        }
        catch (ServerStartException error)
        {
            foreach (string line in error.Message.Split('\n')) log.Warning("{Line}", line);
            if (host is not null) await host.DisposeAsync().ConfigureAwait(false);
            return null;
        }
    }

    private async Task<int> UntilEnd(IServerHost host, Logger log)
    {
        Task<int> ended = host.Ended;
        while (true)
        {
            Task<ShutdownOnSignal> signal = _signalled.Task;
            if (await Task.WhenAny(ended, signal).ConfigureAwait(false) == ended)
            {
                return await ended.ConfigureAwait(false);
            }

            log.Warning("User requested shutdown...");
            if (await host.StopAsync(await signal.ConfigureAwait(false)).ConfigureAwait(false))
            {
                return 0;
            }

            // As Redis: a shutdown that could not save is called off, and the data stays reachable.
            _signalled = NextSignal();
            log.Warning(
                "Errors trying to shut down the server. Check the logs for more information.");
        }
    }

    private static TaskCompletionSource<ShutdownOnSignal> NextSignal() =>
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void OnSignal(PosixSignalContext context, string name, ShutdownOnSignal how)
    {
        context.Cancel = true;
        if (_signalled.TrySetResult(how))
        {
            _log.Logger.Warning("Received {Signal} scheduling shutdown...", name);
        }
        else if (name == "SIGINT")
        {
            _log.Logger.Warning("You insist... exiting now.");
            File.Delete(Actors.Hosting.RotomServer.TemporaryFileOf(_startup.Config));
            Environment.Exit(1);
        }
    }

    private void SayStart(Logger log, ServerConfig config)
    {
        log.Warning("oO0OoO0OoO0Oo Rotom is starting oO0OoO0OoO0Oo");
        log.Warning(
            "Rotom version={Version}, bits=64, pid={Pid}, just started", ServerVersion.Rotom,
            Environment.ProcessId);
        if (_startup.FilePath is null && _startup.Hocon.Length == 0)
        {
            log.Warning("Warning: no config file specified, using the default config. In order to "
                + "specify a config file use rotom-server /path/to/redis.conf");
        }
        else
        {
            log.Warning("Configuration loaded");
        }

        if (config.Daemonize)
        {
            log.Warning("Rotom stays in the foreground: daemonize is accepted but does nothing; "
                + "let a service manager start it in the background");
        }

        if (config.Supervised == Supervision.Upstart)
        {
            log.Warning("supervised upstart is accepted but does nothing");
        }
    }

    private static void ShowBanner(Logger log, ServerConfig config)
    {
        bool picture = config.AlwaysShowLogo
            || (config.LogFile.Length == 0 && !Console.IsOutputRedirected);
        if (picture) log.Warning("{Picture}", "\n" + Banner.Picture(config));
        else log.Warning("{Line}", Banner.Line(config));
    }
}
