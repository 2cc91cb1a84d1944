using System;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Akka.Hosting;

/// <summary>Starts the actor system with the host, ends it with the host, and the host with it.
/// </summary>
public class AkkaHostedService : IHostedService
{
    protected ActorSystem ActorSystem;
    protected CoordinatedShutdown CoordinatedShutdown;
    protected readonly IServiceProvider ServiceProvider;
    protected readonly AkkaConfigurationBuilder ConfigurationBuilder;
    protected readonly IHostApplicationLifetime HostApplicationLifetime;
    protected readonly ILogger<AkkaHostedService> Logger;

    public AkkaHostedService(
        AkkaConfigurationBuilder configurationBuilder, IServiceProvider serviceProvider,
        ILogger<AkkaHostedService> logger, IHostApplicationLifetime applicationLifetime)
    {
        ConfigurationBuilder = configurationBuilder;
        ServiceProvider = serviceProvider;
        Logger = logger;
        HostApplicationLifetime = applicationLifetime;
    }

    /// <summary>Creates the system, runs the actor starters, then the startup tasks, in order.
    /// </summary>
    public virtual async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            ActorSystem = ServiceProvider.GetRequiredService<ActorSystem>();
            CoordinatedShutdown = CoordinatedShutdown.Get(ActorSystem);
            await ConfigurationBuilder.StartActorsAsync(ActorSystem).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            Logger.LogCritical(failure, "The actor system did not start: the host is stopped");
            HostApplicationLifetime.StopApplication();
            throw;
        }

        _ = ActorSystem.WhenTerminated.ContinueWith(
            _ => HostApplicationLifetime.StopApplication(), TaskScheduler.Default);
    }

    /// <summary>Runs the coordinated shutdown.</summary>
    public virtual async Task StopAsync(CancellationToken cancellationToken)
    {
        if (CoordinatedShutdown is not null)
            await CoordinatedShutdown.Run(CoordinatedShutdown.ClrExitReason.Instance)
                .WaitAsync(cancellationToken).ConfigureAwait(false);
    }
}
