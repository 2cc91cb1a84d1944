using System;
using System.Buffers.Binary;

namespace Rotom.Engine.Persist;

// An intset as files have it: u32 bytes a number (2, 4, 8) | u32 numbers | the numbers, ascending,
// all low byte first.

/// <summary>Proves and reads intsets.</summary>
internal readonly ref struct IntsetBytes
{
    private const int HeaderBytes = 8;

    private readonly ReadOnlySpan<byte> _bytes;
    private readonly int _width;

    /// <summary>A reader of bytes that <see cref="IsSound"/> proved.</summary>
    public IntsetBytes(ReadOnlySpan<byte> bytes)
    {
        _bytes = bytes;
        _width = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        Count = (bytes.Length - HeaderBytes) / _width;
    }

    /// <summary>How many numbers.</summary>
    public int Count { get; }

    /// <summary>A number by its index.</summary>
    public long this[int index]
    {
        get
        {
            ReadOnlySpan<byte> at = _bytes[(HeaderBytes + (index * _width))..];
            return _width switch
            {
                2 => BinaryPrimitives.ReadInt16LittleEndian(at),
                4 => BinaryPrimitives.ReadInt32LittleEndian(at),
                _ => BinaryPrimitives.ReadInt64LittleEndian(at),
            };
        }
    }

    /// <summary>True when bytes from outside are an intset, each number once.</summary>
    public static bool IsSound(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderBytes) return false;
        uint width = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        ulong count = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
        if (width is not (2 or 4 or 8)) return false;
        if ((ulong)bytes.Length != HeaderBytes + (count * width)) return false;
        IntsetBytes set = new(bytes);
        for (int i = 1; i < set.Count; i++)
        {
            if (set[i - 1] >= set[i]) return false;
        }

        return true;
    }
}
