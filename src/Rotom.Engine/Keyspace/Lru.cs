using System;

namespace Rotom.Engine;

/// <summary>
/// The 24-bit clock of the LRU policies, in seconds, as Redis keeps it; it wraps every 194 days.
/// </summary>
internal static class Lru
{
    /// <summary>Bits of the clock.</summary>
    internal const int Bits = 24;

    private const long Mask = (1L << Bits) - 1;

    /// <summary>The clock's value at a time.</summary>
    internal static uint Clock(long unixMs) => (uint)((unixMs / 1000) & Mask);

    /// <summary>Milliseconds between a stamp and the clock.</summary>
    internal static long IdleMs(uint stamp, uint clock) => (((long)clock - stamp) & Mask) * 1000;

    /// <summary>
    /// The stamp of what was not used for so long; as in Redis, at most half of the clock's range.
    /// </summary>
    internal static uint Idle(uint clock, long seconds) =>
        (uint)((clock - Math.Min(seconds, Mask / 2)) & Mask);
}
