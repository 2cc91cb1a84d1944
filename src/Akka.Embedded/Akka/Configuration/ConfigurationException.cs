namespace Akka.Configuration;

/// <summary>A setting is missing or does not make sense.</summary>
public class ConfigurationException : AkkaException
{
    public ConfigurationException(string message) : base(message) { }

    public ConfigurationException(string message, Exception exception)
        : base(message, exception) { }
}
