using System;
using System.Buffers.Binary;

namespace Rotom.Engine.Persist;

// CRC-64 as Redis' files carry it: the Jones polynomial 0xAD93D23594C935A9, bits reflected, begun
// with 0 and not inverted at the end. Eight bytes at a time by eight tables ("slicing by 8"),
// because a file of gigabytes is hashed as it is written and read.

/// <summary>The checksum of RDB files and of DUMP's payloads.</summary>
public static class Crc64
{
    // The polynomial with its bits in reverse, as the reflected form shifts to the right.
    private const ulong Reflected = 0x95AC9329AC4BC9B5;

    private static readonly ulong[] s_tables = MakeTables();

    /// <summary>The checksum of what was hashed before, 0 for nothing, and these bytes.</summary>
    public static ulong Update(ulong crc, ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<ulong> t = s_tables;
        while (bytes.Length >= 8)
        {
            ulong x = crc ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            crc = t[(7 * 256) + (int)(x & 0xFF)]
                ^ t[(6 * 256) + (int)((x >> 8) & 0xFF)]
                ^ t[(5 * 256) + (int)((x >> 16) & 0xFF)]
                ^ t[(4 * 256) + (int)((x >> 24) & 0xFF)]
                ^ t[(3 * 256) + (int)((x >> 32) & 0xFF)]
                ^ t[(2 * 256) + (int)((x >> 40) & 0xFF)]
                ^ t[256 + (int)((x >> 48) & 0xFF)]
                ^ t[(int)(x >> 56)];
            bytes = bytes[8..];
        }

        foreach (byte one in bytes) crc = t[(int)((crc ^ one) & 0xFF)] ^ (crc >> 8);
        return crc;
    }

    // Table n holds what a byte does to the checksum when n more bytes of zero follow it.
    private static ulong[] MakeTables()
    {
        ulong[] tables = new ulong[8 * 256];
        for (int i = 0; i < 256; i++)
        {
            ulong crc = (ulong)i;
            for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ ((crc & 1) * Reflected);
            tables[i] = crc;
        }

        for (int i = 256; i < tables.Length; i++)
        {
            ulong before = tables[i - 256];
            tables[i] = tables[(int)(before & 0xFF)] ^ (before >> 8);
        }

        return tables;
    }
}
