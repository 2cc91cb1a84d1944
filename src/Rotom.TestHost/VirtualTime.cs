using System;
using System.Threading;
using Rotom.Engine.Abstractions;

namespace Rotom.TestHost;

/// <summary>
/// Time that moves when it is told to: the engine's clock, the loop's and the actors'. It begins
/// at the same moment for every host, so what depends on it is the same in every run.
/// </summary>
internal sealed class VirtualTime : TimeProvider, IClock
{
    private const long StartUnixMs = 1_800_000_000_000;

    private long _nanos = 1_000_000_000;

    /// <inheritdoc/>
    public long UnixTimeMs => StartUnixMs + (MonotonicNanos / 1_000_000);

    /// <inheritdoc/>
    public long UnixTimeMicros => (StartUnixMs * 1000) + (MonotonicNanos / 1000);

    /// <inheritdoc/>
    public long MonotonicNanos => Volatile.Read(ref _nanos);

    /// <inheritdoc/>
    public override long TimestampFrequency => 1_000_000_000;

    /// <inheritdoc/>
    public override long GetTimestamp() => MonotonicNanos;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() =>
        DateTimeOffset.UnixEpoch.AddTicks(UnixTimeMicros * TimeSpan.TicksPerMicrosecond);

    /// <inheritdoc/>
    public void Pause(long micros) => Advance(micros * 1000);

    internal void Advance(long nanos) => Interlocked.Add(ref _nanos, nanos);
}
