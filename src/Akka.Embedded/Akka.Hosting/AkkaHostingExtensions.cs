using System.Text.Json;
using Microsoft.Extensions.Configuration;

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
            AkkaConfigurationBuilder configuration = new(actorSystemName);
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
        builder.AddHocon(ToHocon(configuration, normalizeKeys), addMode);

    public static AkkaConfigurationBuilder WithActors(
        this AkkaConfigurationBuilder builder, Action<ActorSystem, IActorRegistry> actorStarter) =>
        builder.StartActors(actorStarter);

    public static AkkaConfigurationBuilder WithActors(
        this AkkaConfigurationBuilder builder, ActorStarter actorStarter) =>
        builder.StartActors(actorStarter);

    // A line for each value; strings of JSON are strings of HOCON.
    private static string ToHocon(IConfiguration configuration, bool normalize)
    {
        IEnumerable<string> lines =
            from pair in configuration.AsEnumerable(makePathsRelative: true)
            where pair.Value is not null
            let path = normalize ? pair.Key.ToLowerInvariant().Replace('_', '-') : pair.Key
            let keys = path.Split(':', '.').Select(key => JsonSerializer.Serialize(key))
            select $"{string.Join('.', keys)} = {JsonSerializer.Serialize(pair.Value)}";
        return string.Join('\n', lines);
    }
}
