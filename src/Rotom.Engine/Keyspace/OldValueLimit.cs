using System;

namespace Rotom.Engine;

/// <summary>
/// How large a value may be that an event carries. Writing one down takes the keyspace's time:
/// within the default about a millisecond at the most.
/// </summary>
/// <param name="Bytes">Bytes of it as DUMP has it, uncompressed; 0: no old values.</param>
/// <param name="Elements">
/// Elements of a collection, each of which is a memory access or more.
/// </param>
public readonly record struct OldValueLimit(int Bytes, int Elements)
{
    /// <summary>1 MiB, 16,384 elements.</summary>
    public static OldValueLimit Default => new(1 << 20, 1 << 14);

    /// <summary>No old values.</summary>
    public static OldValueLimit None => default;

    /// <summary>True when no value is wanted.</summary>
    public bool IsNone => Bytes <= 0;

    /// <summary>What satisfies both.</summary>
    public OldValueLimit Or(OldValueLimit other) =>
        new(Math.Max(Bytes, other.Bytes), Math.Max(Elements, other.Elements));
}

/// <summary>Says which old values a host wants; asked in the keyspace's turn.</summary>
public interface IOldValueLimits
{
    /// <summary>How much of what a key holds is wanted.</summary>
    /// <param name="notifyClass">What happens to it: it expires, or is evicted.</param>
    /// <param name="database">The database.</param>
    /// <param name="key">The key.</param>
    OldValueLimit LimitOf(NotifyClass notifyClass, int database, ReadOnlySpan<byte> key);
}
