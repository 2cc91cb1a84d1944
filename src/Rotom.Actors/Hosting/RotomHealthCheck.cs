using System;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Rotom.Resp;

namespace Rotom.Actors.Hosting;

/// <summary>
/// Asks a server for PONG, through its turn: healthy when it answers, degraded when it answers that
/// it is loading or cannot write, else what the registration says of failures.
/// </summary>
internal sealed class RotomHealthCheck(ActorSystem system, string name) : IHealthCheck
{
    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (RotomExtension.For(system).Find(name) is not { } server)
        {
            return Failed(context, "There is no such server", null);
        }

        try
        {
            await server.Client.ExecuteAsync(["PING"], cancellationToken).ConfigureAwait(false);
            return HealthCheckResult.Healthy("PONG");
        }
        catch (RespErrorException error)
        {
            return HealthCheckResult.Degraded(error.Message);
        }
        catch (RespConnectionException gone)
        {
            return Failed(context, "The server has stopped", gone);
        }
    }

    private static HealthCheckResult Failed(
        HealthCheckContext context, string text, Exception? why) =>
        new(context.Registration.FailureStatus, text, why);
}
