using System;
using System.Diagnostics;
using System.Threading;
using Rotom.Engine.Abstractions;

namespace Rotom.Actors.Hosting;

/// <summary>The machine's clocks.</summary>
public sealed class SystemClock : IClock
{
    private static readonly double _nanosPerTick = 1e9 / Stopwatch.Frequency;
    private static readonly bool _ticksAreNanos = Stopwatch.Frequency == 1_000_000_000;

    /// <inheritdoc/>
    public long UnixTimeMs =>
        (DateTime.UtcNow.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond;

    /// <inheritdoc/>
    public long UnixTimeMicros =>
        (DateTime.UtcNow.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    /// <inheritdoc/>
    public long MonotonicNanos
    {
        get
        {
            long ticks = Stopwatch.GetTimestamp();
            return _ticksAreNanos ? ticks : (long)(ticks * _nanosPerTick);
        }
    }

    /// <inheritdoc/>
    public void Pause(long micros) => Thread.Sleep(TimeSpan.FromMicroseconds(micros));
}
