using System;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Rotom.Engine.Persist;

// Pairs of strings, many at a time: keys and their strings, fields and their values.
//
// What a table takes longest for is to wait for the memory of its buckets. Whoever has many pairs
// at once asks for all their buckets first and finds them there when it adds the pairs. So the
// pairs that stand whole in the buffer are handed out together, as places in it. Only strings that
// are written as they are qualify; at anything else, and at the end of the buffer, the row ends and
// the caller reads on one by one. Nothing is read by looking: a pair is read once it is taken.

/// <summary>Two strings in the reader's buffer.</summary>
internal struct RdbPair
{
    /// <summary>Pairs that are worth looking for at a time.</summary>
    public const int Many = 32;

    /// <summary>Where the first begins.</summary>
    public int NameAt;

    /// <summary>Its length.</summary>
    public int NameLength;

    /// <summary>Where the second begins.</summary>
    public int ValueAt;

    /// <summary>Its length.</summary>
    public int ValueLength;

    /// <summary>The time that stands before it, unix ms; -1: none.</summary>
    public long ExpireAtMs;

    /// <summary>Room for the hash of the first.</summary>
    public ulong Hash;
}

internal sealed partial class RdbReader
{
    /// <summary>What pairs have their places in; dead at the next read.</summary>
    public ReadOnlySpan<byte> Buffer => _buffer;

    /// <summary>
    /// The most elements that may still come when each takes so many bytes at least; 0 when the
    /// length of the stream is not known.
    /// </summary>
    public long MostElements(int bytes)
    {
        long left = _stream is null ? _end - _at : Math.Max(0, StreamBytes - Offset);
        return left / bytes;
    }

    /// <summary>Finds pairs that come next and stand whole in the buffer.</summary>
    /// <param name="pairs">Where to put them.</param>
    /// <param name="lead">
    /// The byte before each pair, before which a time may stand; -1 when there is neither.
    /// </param>
    /// <returns>How many there are.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int LookForPairs(Span<RdbPair> pairs, int lead)
    {
        if (Failed) return 0;
        ReadOnlySpan<byte> bytes = _buffer.AsSpan(0, _end);
        int at = _at;
        for (int i = 0; i < pairs.Length; i++)
        {
            ref RdbPair pair = ref pairs[i];
            pair.ExpireAtMs = -1;
            if (lead >= 0 && !TryLead(bytes, ref at, lead, out pair.ExpireAtMs)) return i;
            if (!TryPlain(bytes, ref at, out pair.NameAt, out pair.NameLength)) return i;
            if (!TryPlain(bytes, ref at, out pair.ValueAt, out pair.ValueLength)) return i;
        }

        return pairs.Length;
    }

    /// <summary>What was found up to the end of a pair is read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Take(in RdbPair pair) => _at = pair.ValueAt + pair.ValueLength;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryLead(
        ReadOnlySpan<byte> bytes, ref int at, int lead, out long expireAtMs)
    {
        expireAtMs = -1;
        if (at >= bytes.Length) return false;
        if (bytes[at] == (byte)RdbOpcode.ExpireMs)
        {
            // The opcode, the time, and what it stands before.
            const int length = 1 + sizeof(long);
            if (bytes.Length - at <= length) return false;
            long time = BinaryPrimitives.ReadInt64LittleEndian(bytes[(at + 1)..]);
            expireAtMs = Math.Max(0, time);
            at += length;
        }

        return bytes[at++] == lead;
    }

    // A string that is written as it is, all of it in the buffer.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryPlain(
        ReadOnlySpan<byte> bytes, ref int at, out int start, out int length)
    {
        start = length = 0;
        if (at >= bytes.Length) return false;
        int first = bytes[at];
        if (first < 0x40)
        {
            length = first;
            start = at + 1;
        }
        else if (first < 0x80)
        {
            if (bytes.Length - at < 2) return false;
            length = ((first & 63) << 8) | bytes[at + 1];
            start = at + 2;
        }
        else
        {
            if (first != 0x80 || bytes.Length - at < 5) return false;
            uint wide = BinaryPrimitives.ReadUInt32BigEndian(bytes[(at + 1)..]);
            if (wide > int.MaxValue) return false;
            length = (int)wide;
            start = at + 5;
        }

        if (bytes.Length - start < length) return false;
        at = start + length;
        return true;
    }
}
