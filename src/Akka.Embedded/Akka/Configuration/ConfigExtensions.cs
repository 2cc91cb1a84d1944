namespace Akka.Configuration;

/// <summary>What callers may ask of a <see cref="Config"/> that can be null.</summary>
public static class ConfigExtensions
{
    /// <summary>As WithFallback; a null receiver gives the fallback itself.</summary>
    public static Config SafeWithFallback(this Config config, Config fallback) =>
        config is null ? fallback
            : ReferenceEquals(config, fallback) ? config : config.WithFallback(fallback);

    /// <summary>True for null and for a configuration without any key.</summary>
    public static bool IsNullOrEmpty(this Config config) => config is null || config.IsEmpty;
}
