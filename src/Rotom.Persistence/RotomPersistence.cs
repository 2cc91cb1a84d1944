using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using Akka.Actor;
using Akka.Configuration;
using Akka.Hosting;
using Rotom.Actors.Client;
using Rotom.Actors.Hosting;

namespace Rotom.Persistence;

// RotomPersistence: what both plugins of an actor system need: where the server is, and how
// payloads become bytes. The server is one of the same system unless it is said otherwise. It must
// be there before persistent actors are: in a host, WithRotom comes before WithRotomPersistence,
// and that before the actors.

/// <summary>Persistence in Rotom, of one actor system.</summary>
public sealed class RotomPersistence : IExtension
{
    private readonly ConcurrentDictionary<string, RotomServer> _servers = new();
    private readonly ActorSystem _system;

    private RotomPersistence(ExtendedActorSystem system)
    {
        _system = system;
        system.Settings.InjectTopLevelFallback(DefaultConfig());
    }

    /// <summary>How payloads become bytes; before the first actor persists anything.</summary>
    public IPayloadCodec Codec { get; set; } = new JsonPayloadCodec();

    /// <summary>The extension of a system, made at the first call.</summary>
    public static RotomPersistence For(ActorSystem system) =>
        system.WithExtension<RotomPersistence, Provider>();

    /// <summary>The plugins' settings.</summary>
    public static Config DefaultConfig()
    {
        using Stream text = typeof(RotomPersistence).Assembly
            .GetManifestResourceStream("Rotom.Persistence.reference.conf")!;
        using StreamReader reader = new(text);
        return ConfigurationFactory.ParseString(reader.ReadToEnd());
    }

    /// <summary>Names a server of another actor system in this process.</summary>
    public void UseServer(RotomServer server, string name = RotomHosting.DefaultName)
    {
        ArgumentNullException.ThrowIfNull(server);
        _servers[name] = server;
    }

    internal RotomServer Server(string name) => _servers.GetValueOrDefault(name)
        ?? RotomExtension.For(_system).Server(name);

    /// <summary>Makes the extension.</summary>
    public sealed class Provider : ExtensionIdProvider<RotomPersistence>
    {
        /// <inheritdoc/>
        public override RotomPersistence CreateExtension(ExtendedActorSystem system) => new(system);
    }
}

/// <summary>Persistence in Rotom, for hosts.</summary>
public static class RotomPersistenceHosting
{
    /// <summary>
    /// Makes Rotom the journal and the snapshot store of persistent actors that name no other.
    /// </summary>
    /// <param name="builder">The system; its server comes before, its actors behind.</param>
    /// <param name="codec">How payloads become bytes.</param>
    public static AkkaConfigurationBuilder WithRotomPersistence(
        this AkkaConfigurationBuilder builder, IPayloadCodec codec)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddHocon(RotomPersistence.DefaultConfig(), HoconAddMode.Append);
        builder.AddHocon(
            """
            akka.persistence.journal.plugin = "akka.persistence.journal.rotom"
            akka.persistence.snapshot-store.plugin = "akka.persistence.snapshot-store.rotom"
            """,
            HoconAddMode.Prepend);
        return builder.StartActors(
            (system, _) => RotomPersistence.For(system).Codec = codec);
    }
}

/// <summary>The client of a plugin, made when it is first needed.</summary>
internal sealed class PluginClient(ActorSystem system, Config config)
{
    private readonly Lock _gate = new();
    private IRotomClient? _client;
    private bool _closed;

    internal string KeyPrefix { get; } = config.GetString("key-prefix");

    internal IPayloadCodec Codec => RotomPersistence.For(system).Codec;

    /// <exception cref="InvalidOperationException">There is no server, or it has not started.
    /// </exception>
    internal IRotomClient Client
    {
        get
        {
            lock (_gate)
            {
                ObjectDisposedException.ThrowIf(_closed, this);
                return _client ??= RotomPersistence.For(system)
                    .Server(config.GetString("server"))
                    .CreateClient(config.GetInt("database"));
            }
        }
    }

    /// <summary>The plugin ends.</summary>
    internal void Close()
    {
        lock (_gate)
        {
            _closed = true;
            // Leaving sends nothing that could be waited for.
            _ = _client?.DisposeAsync().AsTask();
        }
    }
}
