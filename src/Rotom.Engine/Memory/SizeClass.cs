using System.Numerics;
using System.Runtime.CompilerServices;

namespace Rotom.Engine.Memory;

// Size classes: 8-byte steps up to 512 bytes (keys with small values and collections: 4 bytes
// lost each on average), then 32 steps up to 1 KiB, then eight a doubling up to 2 MiB (12.5 %: a
// node of a list that grows moves half as often). Steps this fine cost nothing but a longer table,
// as the slabs of a class are filled from the front and untouched pages are not resident. Beyond
// 2 MiB a block is a mapping of its own.

/// <summary>Maps a number of bytes to the class of blocks that holds it.</summary>
internal static class SizeClass
{
    /// <summary>Number of classes.</summary>
    public const int Count = 184;

    /// <summary>Largest block taken from 64 KiB slabs.</summary>
    public const int SmallMax = 4 << 10;

    /// <summary>Largest block taken from 512 KiB slabs.</summary>
    public const int MediumMax = 32 << 10;

    /// <summary>Largest block that has a class at all.</summary>
    public const int LargeMax = 2 << 20;

    private const int Finest = 64;
    private const int Fine = Finest + 32;

    /// <summary>The class for 1 to <see cref="LargeMax"/> bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Of(int bytes)
    {
        uint last = (uint)bytes - 1;
        if (last < 512) return (int)(last >> 3);
        if (last < 1024) return Finest + (int)((last - 512) >> 4);
        int log = BitOperations.Log2(last);
        return Fine + ((log - 10) << 3) + (int)((last >> (log - 3)) & 7);
    }

    /// <summary>Size of the blocks of a class.</summary>
    public static int Bytes(int sizeClass)
    {
        if (sizeClass < Finest) return (sizeClass + 1) << 3;
        if (sizeClass < Fine) return 512 + ((sizeClass - Finest + 1) << 4);
        return (9 + (sizeClass & 7)) << (7 + ((sizeClass - Fine) >> 3));
    }
}
