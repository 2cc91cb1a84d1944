using System;
using System.Text;

namespace Rotom.Engine;

/// <summary>
/// An immutable byte string on the managed heap, for what is few and long-lived: channel names,
/// user names, configuration. Keys and elements of values never are one of these.
/// </summary>
public readonly struct Sds : IEquatable<Sds>
{
    private readonly byte[]? _bytes;
    private readonly int _hash;

    /// <summary>Copies the bytes.</summary>
    public Sds(ReadOnlySpan<byte> bytes)
    {
        _bytes = bytes.ToArray();
        _hash = HashOf(bytes);
    }

    internal static int HashOf(ReadOnlySpan<byte> bytes)
    {
        HashCode hash = default;
        hash.AddBytes(bytes);
        return hash.ToHashCode();
    }

    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> Span => _bytes;

    /// <summary>Length in bytes.</summary>
    public int Length => _bytes?.Length ?? 0;

    /// <summary>Same bytes.</summary>
    public static bool operator ==(Sds left, Sds right) => left.Equals(right);

    /// <summary>Other bytes.</summary>
    public static bool operator !=(Sds left, Sds right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(Sds other) => _hash == other._hash && Span.SequenceEqual(other.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Sds other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;

    /// <summary>The bytes as Latin-1 text, for messages.</summary>
    public override string ToString() => Encoding.Latin1.GetString(Span);
}
