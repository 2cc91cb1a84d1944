using System.IO;

namespace Akka.Configuration;

/// <summary>Makes <see cref="Config"/>s from HOCON text, resources and objects.</summary>
public class ConfigurationFactory
{
    /// <summary>A configuration without any key.</summary>
    public static Config Empty => ParseString("");

    /// <summary>Parses HOCON; each include asks the callback for what it names.</summary>
    /// <exception cref="FormatException">The text is no HOCON, or a substitution has no value;
    /// the message names line and column.</exception>
    public static Config ParseString(string hocon, Func<string, HoconRoot> includeCallback) =>
        new(Parser.Parse(hocon, includeCallback));

    /// <summary>Parses HOCON that includes nothing.</summary>
    public static Config ParseString(string hocon) => ParseString(hocon, null);

    /// <summary>The runtime's own defaults, which every system falls back to.</summary>
    public static Config Default() =>
        FromResource("Akka.reference.conf", typeof(ConfigurationFactory).Assembly);

    /// <summary>Parses a resource of the assembly of <typeparamref name="TAssembly"/>.</summary>
    public static Config FromResource<TAssembly>(string resourceName) =>
        FromResource(resourceName, typeof(TAssembly).Assembly);

    /// <summary>Parses an embedded resource by its full name.</summary>
    public static Config FromResource(string resourceName, Assembly assembly)
    {
        using Stream stream = assembly.GetManifestResourceStream(resourceName)
            ?? throw new ConfigurationException(
                $"{assembly.GetName().Name} has no resource named '{resourceName}'.");
        using StreamReader reader = new(stream);
        return ParseString(reader.ReadToEnd());
    }
}


/// <summary>A setting is missing or does not make sense.</summary>
public class ConfigurationException(string message, Exception exception)
    : AkkaException(message, exception)
{
    public ConfigurationException(string message) : this(message, null) { }
}
