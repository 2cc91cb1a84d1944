using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using Akka.Actor;
using Akka.Configuration;

namespace Rotom.Actors.Hosting;

/// <summary>
/// Rotom in an actor system: loads <c>reference.conf</c> as the fallback of the system's settings,
/// the way Akka's own extensions load theirs.
/// </summary>
public sealed class RotomExtension : IExtension
{
    private readonly ConcurrentDictionary<string, RotomServer> _servers = new();

    private RotomExtension(ExtendedActorSystem system)
    {
        Written = system.Settings.Config;
        system.Settings.InjectTopLevelFallback(DefaultConfig());
    }

    /// <summary>What the host has written, without the defaults.</summary>
    internal Config Written { get; }

    /// <summary>The extension of a system, made at the first call.</summary>
    public static RotomExtension For(ActorSystem system) =>
        system.WithExtension<RotomExtension, Provider>();

    /// <summary>A server of the system by its name.</summary>
    /// <exception cref="InvalidOperationException">There is none, or it has not started.
    /// </exception>
    public RotomServer Server(string name = "rotom") => Find(name)
        ?? throw new InvalidOperationException(
            $"There is no server '{name}' in this actor system, or it has not started yet.");

    /// <summary>A server of the system by its name, or null.</summary>
    public RotomServer? Find(string name) => _servers.GetValueOrDefault(name);

    internal void Add(string name, RotomServer server) => _servers[name] = server;

    internal void Remove(string name) => _servers.TryRemove(name, out _);

    /// <summary>Every setting with its default and its reason.</summary>
    public static Config DefaultConfig()
    {
        using Stream text = typeof(RotomExtension).Assembly
            .GetManifestResourceStream("Rotom.reference.conf")!;
        using StreamReader reader = new(text);
        return ConfigurationFactory.ParseString(reader.ReadToEnd());
    }

    /// <summary>Makes the extension.</summary>
    public sealed class Provider : ExtensionIdProvider<RotomExtension>
    {
        /// <inheritdoc/>
        public override RotomExtension CreateExtension(ExtendedActorSystem system) => new(system);
    }
}
