using System;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Rotom.Engine.Persist;

// CRC-64 as Redis' files carry it: the Jones polynomial 0xAD93D23594C935A9, bits reflected, begun
// with 0 and not inverted at the end. A file of gigabytes is hashed as it is written and read, so
// there are two ways, which agree bit for bit:
//
//   tables   eight bytes at a time by eight tables ("slicing by 8")
//   folding  64 bytes at a time by multiplication without carry, where the processor has it
//
// Folding: what was hashed so far is a polynomial, and bytes that follow multiply it by a power of
// x. Half a register (64 bits) times x^n mod P fits into a register again, so a register is moved
// past the bytes that follow it by two products and joined with them. Four registers run side by
// side, as a product takes longer than a load; at the end they are folded into one, whose 16 bytes
// go through the tables. Bit 0 of a reflected word is its highest power, and a product of two such
// words comes out one power too high: hence x^(n-1).

/// <summary>The checksum of RDB files and of DUMP's payloads.</summary>
public static class Crc64
{
    // The polynomial with its bits in reverse, as the reflected form shifts to the right.
    private const ulong Reflected = 0x95AC9329AC4BC9B5;

    // Shorter texts gain nothing.
    private const int FoldedMin = 128;
    private const int FoldBytes = 64;

    private static readonly ulong[] s_tables = MakeTables();
    private static readonly Vector128<ulong> s_pastOne = Powers(128);
    private static readonly Vector128<ulong> s_pastFour = Powers(8 * FoldBytes);

    /// <summary>The checksum of what was hashed before, 0 for nothing, and these bytes.</summary>
    public static ulong Update(ulong crc, ReadOnlySpan<byte> bytes)
    {
        if (!Pclmulqdq.IsSupported || bytes.Length < FoldedMin) return ByTables(crc, bytes);
        int folded = bytes.Length & -FoldBytes;
        crc = Fold(crc, bytes[..folded]);
        return ByTables(crc, bytes[folded..]);
    }

    /// <summary>The same without the processor's help.</summary>
    internal static ulong ByTables(ulong crc, ReadOnlySpan<byte> bytes)
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

    // Optimized from its first call: a server that starts reads its file before the runtime would
    // get round to it.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static ulong Fold(ulong crc, ReadOnlySpan<byte> bytes)
    {
        Vector128<ulong> a = Load(bytes, 0) ^ Vector128.CreateScalar(crc);
        Vector128<ulong> b = Load(bytes, 1);
        Vector128<ulong> c = Load(bytes, 2);
        Vector128<ulong> d = Load(bytes, 3);
        Vector128<ulong> far = s_pastFour;
        for (bytes = bytes[FoldBytes..]; bytes.Length >= FoldBytes; bytes = bytes[FoldBytes..])
        {
            a = Past(a, far) ^ Load(bytes, 0);
            b = Past(b, far) ^ Load(bytes, 1);
            c = Past(c, far) ^ Load(bytes, 2);
            d = Past(d, far) ^ Load(bytes, 3);
        }

        Vector128<ulong> near = s_pastOne;
        b ^= Past(a, near);
        c ^= Past(b, near);
        d ^= Past(c, near);
        Span<byte> last = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(last, d.GetElement(0));
        BinaryPrimitives.WriteUInt64LittleEndian(last[8..], d.GetElement(1));
        return ByTables(0, last);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> Load(ReadOnlySpan<byte> bytes, int register) =>
        Vector128.Create(bytes.Slice(register * 16, 16)).AsUInt64();

    // A register, moved past the bytes that the powers are for.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> Past(Vector128<ulong> register, Vector128<ulong> powers) =>
        Pclmulqdq.CarrylessMultiply(register, powers, 0x00)
            ^ Pclmulqdq.CarrylessMultiply(register, powers, 0x11);

    // What both halves of a register, of which the first is the higher, are multiplied by to get
    // past so many bits.
    private static Vector128<ulong> Powers(int bits) =>
        Vector128.Create(Power(bits + 64 - 1), Power(bits - 1));

    // x^n mod P, reflected.
    private static ulong Power(int n)
    {
        ulong power = 1UL << 63;
        for (; n > 0; n--) power = (power >> 1) ^ ((power & 1) * Reflected);
        return power;
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
