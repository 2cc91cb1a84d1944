using System.Globalization;
using Rotom.Engine;
using Rotom.Engine.Abstractions;

namespace Rotom.Actors;

/// <summary>How far the loading of data is, for INFO and the log.</summary>
internal sealed class LoadProgress
{
    private const long ProgressNanos = 5_000_000_000;

    private long _beganNanos;
    private long _saidNanos;

    /// <summary>When it began, unix seconds.</summary>
    internal long StartedSeconds { get; private set; }

    /// <summary>Bytes to be loaded, as far as is known.</summary>
    internal long TotalBytes { get; set; }

    /// <summary>Bytes loaded so far.</summary>
    internal long LoadedBytes { get; set; }

    /// <summary>Loading begins.</summary>
    internal void Begin(IClock clock)
    {
        _beganNanos = _saidNanos = clock.MonotonicNanos;
        StartedSeconds = clock.UnixTimeMs / 1000;
        LoadedBytes = TotalBytes = 0;
    }

    /// <summary>Seconds it has taken.</summary>
    internal double Seconds(IClock clock) => (clock.MonotonicNanos - _beganNanos) / 1e9;

    /// <summary>A line for the log every few seconds of a long load; null in between.</summary>
    internal string? Line(RotomEngine engine)
    {
        long now = engine.Clock.MonotonicNanos;
        if (now - _saidNanos < ProgressNanos) return null;
        _saidNanos = now;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Loading: {LoadedBytes >> 20} of {TotalBytes >> 20} MB of the append only file");
    }

    /// <summary>The line of the log when it is done.</summary>
    internal string Finished(RotomEngine engine) => string.Create(
        CultureInfo.InvariantCulture,
        $"DB loaded from append only file: {Seconds(engine.Clock):F3} seconds");
}
