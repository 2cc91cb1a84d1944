using System;
using Akka.Actor;

namespace Akka.Configuration;

/// <summary>A setting is missing or does not make sense.</summary>
public class ConfigurationException : AkkaException
{
    public ConfigurationException(string message) : base(message) { }

    public ConfigurationException(string message, Exception exception)
        : base(message, exception) { }

    /// <summary>For a section that <typeparamref name="T"/> needs and did not get.</summary>
    public static ConfigurationException NullOrEmptyConfig<T>(string path = null)
    {
        string where = path is null ? "" : $" (expected at '{path}')";
        return new ConfigurationException(
            $"{typeof(T).Name} needs configuration, but its section is missing or empty{where}.");
    }
}
