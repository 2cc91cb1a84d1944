using System;
using System.Collections.Generic;
using Rotom.Engine.Abstractions;

namespace Rotom.Simulation.World;

/// <summary>The draws of a simulation: what is not decided by code is decided here.</summary>
internal sealed class SimRandom(ulong seed)
{
    private XoshiroRandom _random = new(seed);

    /// <summary>Goes on from another seed, whatever was drawn meanwhile.</summary>
    internal void GoOnFrom(ulong seed) => _random = new XoshiroRandom(seed);

    /// <summary>An even choice from 0 to <paramref name="bound"/> - 1.</summary>
    internal int Below(int bound) => (int)_random.Next(bound);

    /// <summary>An even choice, both ends included.</summary>
    internal int Between(int low, int high) => low + Below(high - low + 1);

    /// <summary>True so many times of a thousand.</summary>
    internal bool PerMille(int times) => Below(1000) < times;

    internal T Pick<T>(IReadOnlyList<T> from) => from[Below(from.Count)];

    internal void Fill(Span<byte> bytes) => _random.Fill(bytes);

    internal ulong Next() => _random.NextUInt64();
}
