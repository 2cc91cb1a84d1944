using System;
using System.Buffers.Binary;

namespace Rotom.Simulation.World;

/// <summary>A running hash of all that happened: equal for runs that took the same way.</summary>
internal sealed class TraceHash
{
    private ulong _value = 0xCBF29CE484222325UL;

    internal ulong Value => _value;

    internal void Add(long number) =>
        _value = unchecked((_value ^ (ulong)number) * 0x9E3779B97F4A7C15UL)
            ^ (_value >> 29);

    internal void Add(ReadOnlySpan<byte> bytes)
    {
        Add(bytes.Length);
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            Add(BinaryPrimitives.ReadInt64LittleEndian(bytes));
        }

        foreach (byte b in bytes) Add(b);
    }
}
