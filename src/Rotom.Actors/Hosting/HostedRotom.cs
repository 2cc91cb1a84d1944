using System;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Event;
using Akka.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Rotom.Engine.Config;

namespace Rotom.Actors.Hosting;

// HostedRotom: a server that begins and ends with its actor system, and the system with its host.
//
//   start            after the system: load what is kept, open the sockets, register the actor
//   service-unbind   no new clients
//   service-stop     save what is to be saved, answer what is under way, stop
//
// What a server asks of its process is the host's to decide: here a request is logged, or stops the
// host if the options say so.

/// <summary>Runs one server for a host.</summary>
internal sealed class HostedRotom(
    string name, Action<RotomOptions> configure, IHostApplicationLifetime? lifetime) : IRotomHost
{
    private readonly RotomOptions _options = new();
    private ILoggingAdapter? _log;

    /// <inheritdoc/>
    public IConfigFile? ConfigFile => null;

    /// <inheritdoc/>
    public string ConfigFilePath => "";

    /// <inheritdoc/>
    public void RequestShutdown(string mode)
    {
        if (_options.StopHostOnShutdown && lifetime is not null) lifetime.StopApplication();
        else _log?.Warning("A client asked for a shutdown, which this host does not allow");
    }

    /// <inheritdoc/>
    public bool TryApply(ConfigApply what, ServerConfig config, out string error)
    {
        // Log files, process title and the like are the host's own.
        error = "";
        return true;
    }

    /// <summary>Starts the server in a system.</summary>
    /// <exception cref="OptionsValidationException">The options are wrong.</exception>
    internal async Task<RotomServer> StartAsync(ActorSystem system, IActorRegistry registry)
    {
        _options.Load(RotomExtension.For(system).Written, PathOf(name));
        configure(_options);
        if (!_options.TryBuild(out ServerConfig config, out var wrong))
        {
            throw new OptionsValidationException(name, typeof(RotomOptions), wrong);
        }

        _log = Logging.GetLogger(system, "rotom." + name);
        RotomServer server = RotomServer.Create(system, config, this, name, _options.Commands);
        server.ListensOnAnyPort = _options.Port == RotomOptions.AnyPort;
        RotomExtension.For(system).Add(name, server);
        AddShutdown(system, server);
        await server.StartAsync().ConfigureAwait(false);
        // The first server is the one that IRequiredActor<RotomServer> means.
        registry.TryRegister<RotomServer>(server.Keyspace);
        return server;
    }

    // The default server's settings are those of a process with one server: rotom.maxmemory.
    private static string PathOf(string name) =>
        name == RotomHosting.DefaultName ? "rotom" : $"rotom.servers.{name}";

    private void AddShutdown(ActorSystem system, RotomServer server)
    {
        CoordinatedShutdown shutdown = CoordinatedShutdown.Get(system);
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceUnbind, name + "-unbind", async () =>
        {
            if (server.IsStopped) return Akka.Done.Instance;
            await server.StopListeningAsync().ConfigureAwait(false);
            return Akka.Done.Instance;
        });
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, name + "-stop", async () =>
        {
            if (server.IsStopped) return Akka.Done.Instance;
            await server.SaveAtEndAsync(save: false, noSave: false, force: true)
                .ConfigureAwait(false);
            await server.StopAsync().ConfigureAwait(false);
            return Akka.Done.Instance;
        });
    }
}
