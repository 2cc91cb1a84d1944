using System;

namespace Rotom.Engine.Memory;

/// <summary>
/// Names one block of a <see cref="NativeHeap"/>: its 48-bit address. Valid from Allocate until
/// Free, or until a Resize that returned another handle. Reaching the bytes goes through the
/// heap, which checks the handle in the poison build.
/// </summary>
internal readonly struct Handle : IEquatable<Handle>
{
    private readonly nint _address;

    internal Handle(nint address) => _address = address;

    /// <summary>The handle of no block.</summary>
    public static Handle Null => default;

    /// <summary>True for the handle of no block.</summary>
    public bool IsNull => _address == 0;

    /// <summary>The number to store in a block or a slot; fits 48 bits.</summary>
    public ulong Bits => (ulong)_address;

    internal nint Address => _address;

    /// <summary>The handle stored as <see cref="Bits"/>.</summary>
    public static Handle FromBits(ulong bits) => new((nint)bits);

    /// <inheritdoc/>
    public bool Equals(Handle other) => _address == other._address;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Handle other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _address.GetHashCode();

    /// <summary>Same block.</summary>
    public static bool operator ==(Handle left, Handle right) => left._address == right._address;

    /// <summary>Different blocks.</summary>
    public static bool operator !=(Handle left, Handle right) => left._address != right._address;

    /// <inheritdoc/>
    public override string ToString() => "0x" + Bits.ToString("x");
}
