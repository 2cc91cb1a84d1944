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
    private RotomExtension(ExtendedActorSystem system) =>
        system.Settings.InjectTopLevelFallback(DefaultConfig());

    /// <summary>The extension of a system, made at the first call.</summary>
    public static RotomExtension For(ActorSystem system) =>
        system.WithExtension<RotomExtension, Provider>();

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
