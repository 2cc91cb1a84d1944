using System;
using Rotom.Engine.Abstractions;

namespace Rotom.Simulation.World;

// SimClock: the only time there is. It moves when the simulation says so and never by itself, so
// the engine's clock, the loops' timers and the actors' scheduler agree at every moment, and a day
// of virtual time costs nothing.

/// <summary>Virtual time, as the engine, the loops and the scheduler want to see it.</summary>
internal sealed class SimClock : TimeProvider, IClock
{
    /// <summary>How far it may go back: monotonic time is never negative.</summary>
    private const long EarlierMs = 60_000;

    private const long StartUnixMs = 1_800_000_000_000 - EarlierMs;

    private long _nanos = EarlierMs * 1_000_000;

    /// <summary>Nanoseconds since the start of the simulation.</summary>
    internal long Nanos => _nanos;

    public long UnixTimeMs => StartUnixMs + (_nanos / 1_000_000);

    public long UnixTimeMicros => (StartUnixMs * 1000) + (_nanos / 1000);

    public long MonotonicNanos => _nanos;

    public override long TimestampFrequency => 1_000_000_000;

    public override long GetTimestamp() => _nanos;

    public override DateTimeOffset GetUtcNow() =>
        DateTimeOffset.UnixEpoch.AddTicks(UnixTimeMicros * TimeSpan.TicksPerMicrosecond);

    /// <summary>The server itself waits: the time goes by for all.</summary>
    public void Pause(long milliseconds) => Advance(milliseconds * 1_000_000);

    /// <summary>Another machine, whose clock is behind.</summary>
    internal void GoBackTo(long unixTimeMs) => _nanos = (unixTimeMs - StartUnixMs) * 1_000_000;

    internal void Advance(long nanos) => _nanos += nanos;
}
