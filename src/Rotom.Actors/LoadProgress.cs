using System.Globalization;
using Rotom.Engine;
using Rotom.Engine.Abstractions;

namespace Rotom.Actors;

/// <summary>How far the loading of data is, for INFO and the log.</summary>
internal sealed class LoadProgress
{
    private long _beganNanos;

    /// <summary>When it began, unix seconds.</summary>
    internal long StartedSeconds { get; private set; }

    /// <summary>Bytes to be loaded, as far as is known.</summary>
    internal long TotalBytes { get; set; }

    /// <summary>Bytes loaded so far.</summary>
    internal long LoadedBytes { get; set; }

    /// <summary>Loading begins.</summary>
    internal void Begin(IClock clock)
    {
        _beganNanos = clock.MonotonicNanos;
        StartedSeconds = clock.UnixTimeMs / 1000;
        LoadedBytes = TotalBytes = 0;
    }

    /// <summary>Percent loaded.</summary>
    internal double Percent => TotalBytes <= 0 ? 0 : 100.0 * LoadedBytes / TotalBytes;

    /// <summary>Seconds it has taken.</summary>
    internal double Seconds(IClock clock) => (clock.MonotonicNanos - _beganNanos) / 1e9;

    /// <summary>Seconds it is going to take, if it goes on as it did.</summary>
    internal long SecondsLeft(IClock clock)
    {
        double seconds = Seconds(clock);
        if (LoadedBytes == 0 || seconds <= 0) return 1;
        return (long)((TotalBytes - LoadedBytes) * seconds / LoadedBytes);
    }

    /// <summary>The line of the log when it is done.</summary>
    internal string Finished(RotomEngine engine) => string.Create(
        CultureInfo.InvariantCulture,
        $"DB loaded from append only file: {Seconds(engine.Clock):F3} seconds");
}
