using System;

namespace Rotom.Engine.Abstractions;

/// <summary>The only door to randomness; seeded in tests and in the simulation.</summary>
public interface IRandom
{
    /// <summary>64 random bits.</summary>
    ulong NextUInt64();

    /// <summary>
    /// An even choice from 0 to <paramref name="bound"/> - 1; the bound is positive.
    /// </summary>
    long Next(long bound);

    /// <summary>Fills the span with random bytes.</summary>
    void Fill(Span<byte> bytes);

    /// <summary>
    /// Fills the span with bytes that nobody can foresee who has seen all the others: passwords.
    /// </summary>
    void FillSecret(Span<byte> bytes);
}
