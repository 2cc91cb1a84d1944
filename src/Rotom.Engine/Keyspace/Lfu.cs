using System;
using Rotom.Engine.Abstractions;

namespace Rotom.Engine;

/// <summary>
/// The 24 bits of an entry under the LFU policies: 16 bits of minutes when the counter was last
/// decayed, 8 bits of a logarithmic counter of uses, as Redis keeps them.
/// </summary>
internal static class Lfu
{
    private const uint StartCounter = 5;

    /// <summary>State of a new key.</summary>
    internal static uint Initial(long nowMs) => (Minutes(nowMs) << 8) | StartCounter;

    /// <summary>State with a counter that came from elsewhere, as of now.</summary>
    internal static uint WithCounter(long nowMs, uint counter) => (Minutes(nowMs) << 8) | counter;

    /// <summary>State after one more use.</summary>
    internal static uint Touched(
        uint state, long nowMs, int logFactor, int decayMinutes, IRandom random)
    {
        uint counter = Decayed(state, nowMs, decayMinutes);
        if (counter < 255)
        {
            double above = counter > StartCounter ? counter - StartCounter : 0;
            double chance = 1.0 / ((above * logFactor) + 1);
            double draw = (random.NextUInt64() >> 11) * (1.0 / (1UL << 53));
            if (draw < chance) counter++;
        }

        return (Minutes(nowMs) << 8) | counter;
    }

    /// <summary>The counter, less one for each decay period since it was last looked at.</summary>
    internal static uint Decayed(uint state, long nowMs, int decayMinutes)
    {
        uint counter = state & 0xFF;
        if (decayMinutes <= 0) return counter;
        uint elapsed = (Minutes(nowMs) - (state >> 8)) & 0xFFFF;
        uint periods = elapsed / (uint)decayMinutes;
        return periods > counter ? 0 : counter - periods;
    }

    private static uint Minutes(long nowMs) => (uint)((nowMs / 60_000) & 0xFFFF);
}
