namespace Akka.Hosting;

/// <summary>Starts the actor system with the host, ends it with the host, and the host with it.
/// </summary>
public class AkkaHostedService(
    AkkaConfigurationBuilder configurationBuilder, IServiceProvider serviceProvider,
    ILogger<AkkaHostedService> logger, IHostApplicationLifetime applicationLifetime)
    : IHostedService
{
    private ActorSystem _system;

    /// <summary>Creates the system, runs the actor starters, then the startup tasks, in order.
    /// </summary>
    public virtual async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            _system = serviceProvider.GetRequiredService<ActorSystem>();
            await configurationBuilder.StartActorsAsync(_system).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            logger.LogCritical(failure, "The actor system did not start: the host is stopped");
            applicationLifetime.StopApplication();
            throw;
        }

        _ = _system.WhenTerminated.ContinueWith(
            _ => applicationLifetime.StopApplication(), TaskScheduler.Default);
    }

    /// <summary>Runs the coordinated shutdown.</summary>
    public virtual async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_system is not null)
            await CoordinatedShutdown.Get(_system).Run(CoordinatedShutdown.ClrExitReason.Instance)
                .WaitAsync(cancellationToken).ConfigureAwait(false);
    }
}
