namespace Akka.Configuration;

/// <summary>A setting is missing or does not make sense.</summary>
public class ConfigurationException(string message, Exception exception)
    : AkkaException(message, exception)
{
    public ConfigurationException(string message) : this(message, null) { }
}
