namespace Rotom.Engine.Abstractions;

/// <summary>The only door to time. The simulation's version moves when it is told to.</summary>
public interface IClock
{
    /// <summary>Milliseconds since 1970-01-01 UTC.</summary>
    long UnixTimeMs { get; }

    /// <summary>Microseconds since 1970-01-01 UTC, for TIME.</summary>
    long UnixTimeMicros { get; }

    /// <summary>Nanoseconds on a clock that never goes back; its zero has no meaning.</summary>
    long MonotonicNanos { get; }

    /// <summary>
    /// Returns when so much time has passed (DEBUG SLEEP): the real clock stops the caller, the
    /// simulation's moves.
    /// </summary>
    void Pause(long micros);
}
