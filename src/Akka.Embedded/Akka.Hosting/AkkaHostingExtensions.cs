using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Configuration.Hocon;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Akka.Hosting;

/// <summary>Puts an actor system into a host.</summary>
public static class AkkaHostingExtensions
{
    /// <summary>Registers an actor system, its registry and the service that starts and ends it.
    /// </summary>
    public static IServiceCollection AddAkka(
        this IServiceCollection services, string actorSystemName,
        Action<AkkaConfigurationBuilder> builder) =>
        services.AddAkka(actorSystemName, (configuration, _) => builder(configuration));

    public static IServiceCollection AddAkka(
        this IServiceCollection services, string actorSystemName,
        Action<AkkaConfigurationBuilder, IServiceProvider> builder)
    {
        services.AddSingleton(provider =>
        {
            AkkaConfigurationBuilder configuration = new(services, actorSystemName);
            builder(configuration, provider);
            return configuration;
        });
        services.AddSingleton(
            provider => provider.GetRequiredService<AkkaConfigurationBuilder>().Build(provider));
        services.AddSingleton(
            provider => ActorRegistry.For(provider.GetRequiredService<ActorSystem>()));
        services.AddSingleton<IActorRegistry>(
            provider => provider.GetRequiredService<ActorRegistry>());
        services.AddSingleton<IReadOnlyActorRegistry>(
            provider => provider.GetRequiredService<ActorRegistry>());
        services.AddSingleton(typeof(IRequiredActor<>), typeof(RequiredActor<>));
        services.AddSingleton<IHostedService, AkkaHostedService>();
        return services;
    }

    public static AkkaConfigurationBuilder AddHocon(
        this AkkaConfigurationBuilder builder, Config hocon, HoconAddMode addMode)
    {
        builder.AddConfig(hocon, addMode);
        return builder;
    }

    /// <summary>Adds a section of the host's configuration; its names may be normalised to
    /// HOCON's, lower case with hyphens.</summary>
    public static AkkaConfigurationBuilder AddHocon(
        this AkkaConfigurationBuilder builder, IConfiguration configuration, HoconAddMode addMode,
        bool normalizeKeys = true) =>
        builder.AddHocon(Read(configuration, normalizeKeys).ToConfig(), addMode);

    public static AkkaConfigurationBuilder WithActors(
        this AkkaConfigurationBuilder builder, Action<ActorSystem, IActorRegistry> actorStarter) =>
        builder.StartActors(actorStarter);

    public static AkkaConfigurationBuilder WithActors(
        this AkkaConfigurationBuilder builder, ActorStarter actorStarter) =>
        builder.StartActors(actorStarter);

    private static HoconValue Read(IConfiguration section, bool normalize)
    {
        List<IConfigurationSection> children = [.. section.GetChildren()];
        if (children.Count == 0)
        {
            string text = (section as IConfigurationSection)?.Value;
            return new HoconValue([text is null ? new HoconObject()
                : new HoconLiteral { Value = text }]);
        }

        HoconObject keyed = new();
        foreach (IConfigurationSection child in children)
        {
            string[] path = [.. child.Key.Split('.').Select(key => normalize ? Name(key) : key)];
            HoconObject holder = keyed;
            foreach (string key in path.SkipLast(1))
            {
                HoconValue next = holder.GetOrCreateKey(key);
                if (next.GetObject() is null) next.NewValue(new HoconObject());
                holder = next.GetObject();
            }

            HoconObject one = new();
            one.Items[path[^1]] = Read(child, normalize);
            holder.Merge(one);
        }

        return new HoconValue([keyed]);
    }

    private static string Name(string key) => key.ToLowerInvariant().Replace('_', '-');
}
