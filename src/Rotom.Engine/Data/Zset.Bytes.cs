using System;

namespace Rotom.Engine;

internal partial struct Zset
{
    /// <summary>A small set's listpack, for snapshots; a view.</summary>
    public readonly ReadOnlySpan<byte> Packed => Pack;
}
