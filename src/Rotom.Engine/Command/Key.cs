using System;

namespace Rotom.Engine;

/// <summary>
/// A key that may be looked up. Handlers get one from <see cref="CommandContext.Key"/> only, so the
/// keys that rights were checked for are the keys that are used.
/// </summary>
public readonly ref struct Key
{
    internal Key(ReadOnlySpan<byte> bytes, ulong hash)
    {
        Bytes = bytes;
        Hash = hash;
    }

    /// <summary>The key's bytes; valid during the command.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>Its keyed hash.</summary>
    internal ulong Hash { get; }
}
