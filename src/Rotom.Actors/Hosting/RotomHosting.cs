using System;
using System.Collections.Generic;
using System.Linq;
using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Rotom.Actors.Client;

namespace Rotom.Actors.Hosting;

// For hosts. Two ways, by whether the host has actors of its own: WithRotom, within AddAkka, puts a
// server into the host's actor system; AddRotom brings a system along. Either
// may be said several times with different names. IRotomClient is a service after AddRotom or
// AddRotomClient.

/// <summary>Puts servers into a .NET host.</summary>
public static class RotomHosting
{
    /// <summary>The section of the configuration.</summary>
    public const string SectionName = "Rotom";

    /// <summary>The name of a server that has no other.</summary>
    public const string DefaultName = "rotom";

    // Saving takes as long as it takes; the phase's own 5 seconds would cut it off.
    private const string ShutdownHocon =
        "akka.coordinated-shutdown.phases.service-stop.timeout = 120s";

    /// <summary>
    /// Starts a server with the actor system. Options come from the system's HOCON (<c>rotom</c>,
    /// or <c>rotom.servers.NAME</c> for a named one), then from code. Its keyspace actor is in the
    /// registry under <see cref="RotomServer"/>; the server itself is at
    /// <see cref="RotomExtension"/>.
    /// </summary>
    /// <param name="builder">The system.</param>
    /// <param name="configure">Sets the options.</param>
    /// <param name="name">Of the server, and of its root actor.</param>
    public static AkkaConfigurationBuilder WithRotom(
        this AkkaConfigurationBuilder builder, Action<RotomOptions>? configure = null,
        string name = DefaultName)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddHocon(ShutdownHocon, HoconAddMode.Append);
        return builder.StartActors((system, registry) =>
            new HostedRotom(name, options => configure?.Invoke(options), null)
                .StartAsync(system, registry));
    }

    /// <summary>
    /// The same with options of HOCON, then of a section of the configuration, then of code.
    /// </summary>
    public static AkkaConfigurationBuilder WithRotom(
        this AkkaConfigurationBuilder builder, IConfiguration section,
        Action<RotomOptions>? configure = null, string name = DefaultName) =>
        builder.WithRotom(
            options =>
            {
                options.Load(section);
                configure?.Invoke(options);
            },
            name);

    /// <summary>
    /// Adds a server, in an actor system that starts and stops with the host. Options come from the
    /// configuration's section <c>Rotom</c> (<c>Rotom:NAME</c> for a named one), then from code.
    /// </summary>
    public static IServiceCollection AddRotom(
        this IServiceCollection services, Action<RotomOptions>? configure = null,
        string name = DefaultName)
    {
        ArgumentNullException.ThrowIfNull(services);
        Registrations registrations = Registrations.Of(services, out bool isFirst);
        registrations.Servers.Add((name, configure));
        if (!isFirst) return services;
        services.AddAkka("rotom-host", (akka, provider) =>
        {
            akka.ConfigureLoggers(loggers =>
            {
                loggers.ClearLoggers();
                loggers.AddLoggerFactory();
            });
            akka.AddHocon(
                ShutdownHocon + "\nakka.log-dead-letters = off", HoconAddMode.Append);
            akka.StartActors(async (system, registry) =>
            {
                foreach ((string server, Action<RotomOptions>? setUp) in registrations.Servers)
                {
                    IHostApplicationLifetime? lifetime =
                        provider.GetService<IHostApplicationLifetime>();
                    await new HostedRotom(
                        server, options => Configure(options, provider, server, setUp), lifetime)
                        .StartAsync(system, registry).ConfigureAwait(false);
                }
            });
        });
        return services.AddRotomClient(name);
    }

    /// <summary>
    /// Makes a server's client a service: <see cref="IRotomClient"/>. It can be resolved once the
    /// host has started.
    /// </summary>
    public static IServiceCollection AddRotomClient(
        this IServiceCollection services, string name = DefaultName)
    {
        services.AddSingleton(provider =>
            RotomExtension.For(provider.GetRequiredService<ActorSystem>()).Server(name));
        return services.AddSingleton(provider =>
            provider.GetRequiredService<RotomServer>().Client);
    }

    /// <summary>Adds a check that asks a server for PONG.</summary>
    public static IHealthChecksBuilder AddRotom(
        this IHealthChecksBuilder builder, string name = DefaultName,
        IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Add(new HealthCheckRegistration(
            name,
            provider => new RotomHealthCheck(provider.GetRequiredService<ActorSystem>(), name),
            failureStatus: null,
            tags ?? ["ready"]));
    }

    private static void Configure(
        RotomOptions options, IServiceProvider provider, string name,
        Action<RotomOptions>? configure)
    {
        if (provider.GetService<IConfiguration>() is { } configuration)
        {
            IConfigurationSection section = configuration.GetSection(
                name == DefaultName ? SectionName : $"{SectionName}:{name}");
            options.Load(section);
        }

        configure?.Invoke(options);
    }

    /// <summary>The servers that a collection of services has been told of.</summary>
    private sealed class Registrations
    {
        internal List<(string Name, Action<RotomOptions>? Configure)> Servers { get; } = [];

        internal static Registrations Of(IServiceCollection services, out bool isFirst)
        {
            object? known = services
                .FirstOrDefault(service => service.ServiceType == typeof(Registrations))
                ?.ImplementationInstance;
            isFirst = known is null;
            if (known is Registrations there) return there;
            Registrations made = new();
            services.AddSingleton(made);
            return made;
        }
    }
}
