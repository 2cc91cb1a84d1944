using System;
using System.Globalization;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Microsoft.Extensions.Logging;
using Rotom.Actors;
using Rotom.Engine.Config;
using Rotom.Net.Tls;
using Rotom.Net.Transport;

namespace Rotom.App;

// ActorServerHost: the server as the executable runs it, in an actor system of its own. Besides the
// server's own loop the system needs few threads: everything Akka does by itself runs on the pool.

/// <summary>Runs one server in an actor system of its own.</summary>
internal sealed class ActorServerHost : IServerHost, IRotomHost
{
    private const string Defaults = """
        akka {
          loggers = ["Rotom.App.AkkaLogger, rotom-server"]
          loglevel = INFO
          stdout-loglevel = OFF
          log-dead-letters = off
          log-dead-letters-during-shutdown = off
          # Signals are the executable's: it decides on the order of things.
          coordinated-shutdown.run-by-clr-shutdown-hook = off
        }
        """;

    private const int EndPatienceMs = 10_000;

    private readonly ServerSetup _setup;
    private readonly ActorSystem _system;
    private readonly TaskCompletionSource<int> _ended =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Actors.Hosting.RotomServer? _server;
    private Timer? _end;

    internal ActorServerHost(ServerSetup setup)
    {
        _setup = setup;
        Config config = ConfigurationFactory.ParseString(setup.Hocon)
            .WithFallback(ConfigurationFactory.ParseString(Defaults));
        _system = ActorSystem.Create(
            "rotom",
            ActorSystemSetup.Create(
                BootstrapSetup.Create().WithConfig(config), new AkkaLoggerSetup(setup.Logs)));
    }

    /// <inheritdoc/>
    public Task<int> Ended => _ended.Task;

    /// <inheritdoc/>
    public IConfigFile? ConfigFile => _setup.ConfigFile;

    /// <inheritdoc/>
    public string ConfigFilePath => _setup.ConfigFilePath;

    /// <inheritdoc/>
    public async Task StartAsync()
    {
        try
        {
            _server = Actors.Hosting.RotomServer.Create(_system, _setup.Config, this);
            await _server.StartAsync(_setup.Listening).ConfigureAwait(false);
            _server.WatchOver();
        }
        catch (ListenException refused)
        {
            throw new ServerStartException(
                $"Warning: Could not create server TCP listening socket {refused.Address}: "
                + $"{refused.Operation}: {refused.Reason}\n"
                + FailedListening(refused, _setup.Config), refused);
        }
        catch (TlsSetupException wrong)
        {
            throw new ServerStartException(
                $"{wrong.Message}\nFailed to configure TLS. Check logs for more info.", wrong);
        }
        catch (InvalidDataException data)
        {
            throw new ServerStartException(data.Message, data);
        }
        catch (ConfException users)
        {
            throw new ServerStartException(users.Message, users);
        }
        catch (FormatException address)
        {
            throw new ServerStartException("Bad setting bind: " + address.Message, address);
        }
    }

    private static string FailedListening(ListenException refused, ServerConfig config)
    {
        bool isTls = config.TlsPort != 0 && refused.Address.EndsWith(
            string.Create(CultureInfo.InvariantCulture, $":{config.TlsPort}"),
            StringComparison.Ordinal);
        return isTls
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"Failed listening on port {config.TlsPort} (TLS), aborting.")
            : string.Create(
                CultureInfo.InvariantCulture,
                $"Failed listening on port {config.Port} (TCP), aborting.");
    }

    /// <inheritdoc/>
    public async Task<bool> StopAsync(ShutdownOnSignal how)
    {
        if (_server is null) return true;
        bool saved = await _server.SaveAtEndAsync(
            how.HasFlag(ShutdownOnSignal.Save), how.HasFlag(ShutdownOnSignal.NoSave),
            how.HasFlag(ShutdownOnSignal.Force)).ConfigureAwait(false);
        if (saved) await _server.StopAsync().ConfigureAwait(false);
        return saved;
    }

    /// <inheritdoc/>
    public void RequestShutdown(string mode) => _ended.TrySetResult(0);

    /// <inheritdoc/>
    public void RequestEnd(string problem)
    {
        if (!_ended.TrySetResult(1)) return;
        try
        {
            _setup.Logs.CreateLogger("rotom").LogError("{Problem}: the server ends", problem);
        }
        catch (OutOfMemoryException)
        {
            // It ends all the same.
        }

        // The end in order asks actors, who may be what is missing: it may take so long, no longer.
        try
        {
            _end = new Timer(
                static _ => Environment.Exit(1), null, EndPatienceMs, Timeout.Infinite);
        }
        catch (OutOfMemoryException)
        {
            Environment.Exit(1);
        }
    }

    /// <inheritdoc/>
    public bool TryApply(ConfigApply what, ServerConfig config, out string error) =>
        _setup.Applier.TryApply(what, config, out error);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.StopAsync().ConfigureAwait(false);
        if (_end is not null) await _end.DisposeAsync().ConfigureAwait(false);
        await _system.Terminate().ConfigureAwait(false);
    }
}
