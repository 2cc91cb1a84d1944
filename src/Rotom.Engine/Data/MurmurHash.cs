using System;
using System.Buffers.Binary;

namespace Rotom.Engine;

/// <summary>
/// MurmurHash2 in its 64-bit form (MurmurHash64A, Austin Appleby, public domain), which Redis'
/// HyperLogLog counts with: another hash would make values that Redis misreads.
/// </summary>
internal static class MurmurHash
{
    private const ulong Multiplier = 0xc6a4a7935bd1e995;
    private const int Shift = 47;

    /// <summary>The hash of some bytes.</summary>
    internal static ulong Hash(ReadOnlySpan<byte> bytes, ulong seed)
    {
        unchecked
        {
            ulong hash = seed ^ ((ulong)bytes.Length * Multiplier);
            for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
            {
                ulong word = BinaryPrimitives.ReadUInt64LittleEndian(bytes) * Multiplier;
                word ^= word >> Shift;
                hash = (hash ^ (word * Multiplier)) * Multiplier;
            }

            if (!bytes.IsEmpty)
            {
                ulong tail = 0;
                for (int i = 0; i < bytes.Length; i++) tail |= (ulong)bytes[i] << (8 * i);
                hash = (hash ^ tail) * Multiplier;
            }

            hash ^= hash >> Shift;
            hash *= Multiplier;
            return hash ^ (hash >> Shift);
        }
    }
}
