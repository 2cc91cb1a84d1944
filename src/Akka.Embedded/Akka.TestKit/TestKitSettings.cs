namespace Akka.TestKit;

/// <summary>The section akka.test.</summary>
public class TestKitSettings(Config config) : IExtension
{
    public TimeSpan DefaultTimeout { get; } = Time(config, "default-timeout");

    public TimeSpan SingleExpectDefault { get; } = Time(config, "single-expect-default");

    public TimeSpan TestEventFilterLeeway { get; } = Time(config, "filter-leeway");

    public double TestTimeFactor { get; } = config.GetDouble("akka.test.timefactor", 1);

    private static TimeSpan Time(Config config, string name) =>
        config.GetTimeSpan($"akka.test.{name}", null, false);
}
