using System;
using System.Buffers.Binary;
using Rotom.Engine.Memory;

namespace Rotom.Engine.Persist;

// What DUMP answers and RESTORE takes: the type of a value, the value, two bytes of version, eight
// of CRC-64 over all before them.

/// <summary>Makes and takes apart the payloads of DUMP.</summary>
internal sealed class DumpPayload(RdbValueWriter values)
{
    private const int FooterBytes = 10;
    private const int KeptBytes = 1 << 20;

    private RdbWriter _writer = new();

    /// <summary>False makes RESTORE believe any checksum (DEBUG, for tests).</summary>
    public bool ChecksChecksums { get; set; } = true;

    /// <summary>The payload of a value, valid until the next one is made.</summary>
    public ReadOnlySpan<byte> Make(Entry entry)
    {
        if (_writer.Length > KeptBytes) _writer = new RdbWriter();
        _writer.Clear();
        _writer.Compress = values.Compresses;
        RdbType type = values.TypeOf(entry);
        _writer.Type(type);
        values.Write(_writer, entry);
        _writer.UInt16((ushort)RdbValueWriter.VersionOf(type));
        _writer.UInt64(Crc64.Update(0, _writer.Written));
        return _writer.Written;
    }

    /// <summary>The payload of a value that was written by itself, its type first.</summary>
    public static byte[] OfBody(ReadOnlySpan<byte> body)
    {
        byte[] payload = new byte[body.Length + FooterBytes];
        body.CopyTo(payload);
        Span<byte> footer = payload.AsSpan(body.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(
            footer, (ushort)RdbValueWriter.VersionOf((RdbType)body[0]));
        BinaryPrimitives.WriteUInt64LittleEndian(
            footer[2..], Crc64.Update(0, payload.AsSpan(0, payload.Length - 8)));
        return payload;
    }

    /// <summary>
    /// True when the footer is right and of a version that is known; the body without it.
    /// </summary>
    public bool TryOpen(ReadOnlySpan<byte> payload, out ReadOnlySpan<byte> body)
    {
        body = default;
        if (payload.Length <= FooterBytes) return false;
        ReadOnlySpan<byte> footer = payload[^FooterBytes..];
        if (BinaryPrimitives.ReadUInt16LittleEndian(footer) > RdbVersion.Newest) return false;
        body = payload[..^FooterBytes];
        return !ChecksChecksums || BinaryPrimitives.ReadUInt64LittleEndian(footer[2..])
            == Crc64.Update(0, payload[..^8]);
    }
}
