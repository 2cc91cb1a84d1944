using System;
using System.Buffers.Binary;

namespace Rotom.Engine.Persist;

// Zipmap: small hashes of Redis before 2.6, met in old files only.
//
//   u8 fields, 254 and more: unknown | (length, field, length, u8 free, value, free bytes)* | 0xFF
//
// A length is a byte below 254, or 254 and four bytes, low byte first.

/// <summary>Proves and reads zipmaps.</summary>
internal ref struct Zipmap
{
    private const byte End = 0xFF;
    private const byte Long = 254;

    private readonly ReadOnlySpan<byte> _bytes;
    private int _at;

    /// <summary>A reader of bytes that <see cref="IsSound"/> proved.</summary>
    public Zipmap(ReadOnlySpan<byte> bytes)
    {
        _bytes = bytes;
        _at = 1;
    }

    /// <summary>True when bytes from outside are a whole zipmap.</summary>
    public static bool IsSound(ReadOnlySpan<byte> bytes, out int count)
    {
        count = 0;
        if (bytes.Length < 2 || bytes[^1] != End) return false;
        int at = 1;
        while (bytes[at] != End)
        {
            if (!TryText(bytes, ref at, isValue: false, out _)
                || !TryText(bytes, ref at, isValue: true, out _))
            {
                return false;
            }

            count++;
        }

        return at == bytes.Length - 1 && (bytes[0] >= Long || bytes[0] == count);
    }

    /// <summary>The next field and its value; false behind the last.</summary>
    public bool TryNext(out ReadOnlySpan<byte> field, out ReadOnlySpan<byte> value)
    {
        field = value = default;
        if (_bytes[_at] == End) return false;
        Invariant.Require(TryText(_bytes, ref _at, isValue: false, out field)
            && TryText(_bytes, ref _at, isValue: true, out value));
        return true;
    }

    // There is always one more byte behind: the end mark.
    private static bool TryText(
        ReadOnlySpan<byte> bytes, scoped ref int at, bool isValue, out ReadOnlySpan<byte> text)
    {
        text = default;
        int first = bytes[at];
        int head = (first == Long ? 5 : 1) + (isValue ? 1 : 0);
        if (first == End || head >= bytes.Length - at) return false;
        long length = first == Long
            ? BinaryPrimitives.ReadUInt32LittleEndian(bytes[(at + 1)..])
            : first;
        // The long form is for what the short one cannot say, and Redis refuses it elsewhere.
        if (first == Long && length < Long) return false;
        int free = isValue ? bytes[at + head - 1] : 0;
        if (length + free >= bytes.Length - at - head) return false;
        text = bytes.Slice(at + head, (int)length);
        at += head + (int)length + free;
        return true;
    }
}
