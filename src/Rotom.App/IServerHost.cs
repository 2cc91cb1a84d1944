using System;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using Rotom.Engine.Config;

namespace Rotom.App;

/// <summary>What a host is made from.</summary>
/// <param name="Config">The settings in force.</param>
/// <param name="Hocon">The HOCON text of the operator; empty for none.</param>
/// <param name="ConfigFile">The file that CONFIG REWRITE rewrites; null for none.</param>
/// <param name="Applier">What the process itself does when a setting changes.</param>
/// <param name="Logs">Where the host logs to.</param>
/// <param name="ConfigFilePath">Full path of that file; empty for none.</param>
internal sealed record ServerSetup(
    ServerConfig Config,
    string Hocon,
    IConfigFile? ConfigFile,
    IConfigApplier Applier,
    ILoggerFactory Logs,
    string ConfigFilePath)
{
    /// <summary>Called when the sockets are open, before the data are loaded.</summary>
    internal Action? Listening { get; init; }
}

/// <summary>A server that runs: the seam between the executable and the actors.</summary>
internal interface IServerHost : IAsyncDisposable
{
    /// <summary>Recovers the data and listens; returns when clients are served.</summary>
    /// <exception cref="ServerStartException">It cannot.</exception>
    Task StartAsync();

    /// <summary>
    /// Shuts down in order: no new clients, data saved as asked, journal flushed, connections
    /// closed. False when saving failed and <see cref="ShutdownOnSignal.Force"/> is not asked for:
    /// the server then runs on.
    /// </summary>
    Task<bool> StopAsync(ShutdownOnSignal how);

    /// <summary>Completes with the exit code when the server ended by itself: SHUTDOWN.</summary>
    Task<int> Ended { get; }
}

/// <summary>The server cannot start; the message says why, in one or more lines.</summary>
internal sealed class ServerStartException : Exception
{
    /// <summary>Makes it.</summary>
    internal ServerStartException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }

    /// <summary>A port that cannot be listened on, in Redis' words.</summary>
    internal static ServerStartException Port(string address, int port, string reason) => new(
        $"Warning: Could not create server TCP listening socket {address}:{port}: bind: {reason}\n"
        + $"Failed listening on port {port} (TCP), aborting.");
}
