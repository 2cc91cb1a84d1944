using System;

namespace Rotom.Engine;

internal partial struct SetType
{
    /// <summary>A set of integers as it is, for snapshots; a view.</summary>
    public readonly ReadOnlySpan<byte> IntsetBytes => Ints;
}
