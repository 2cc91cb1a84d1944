using Rotom.Engine.Abstractions;

namespace Rotom.Engine.Tests.Support;

/// <summary>
/// A clock that moves when told to; every reading of the monotonic one takes 1 us.
/// </summary>
internal sealed class ManualClock : IClock
{
    private long _nanos;

    public long UnixTimeMs { get; private set; } = 1_800_000_000_000;

    public long UnixTimeMicros => UnixTimeMs * 1000;

    public long MonotonicNanos => _nanos += LookNanos;

    /// <summary>What passes between two looks at the clock.</summary>
    internal long LookNanos { get; set; } = 1_000;

    public void Pause(long micros) => Advance(micros / 1000);

    internal void Advance(long ms)
    {
        UnixTimeMs += ms;
        _nanos += ms * 1_000_000;
    }

    /// <summary>Less than a millisecond: the clock of the day does not show it.</summary>
    internal void AdvanceNanos(long nanos) => _nanos += nanos;
}
