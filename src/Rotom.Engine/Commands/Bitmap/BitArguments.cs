using System;
using Rotom.Engine.Memory;

namespace Rotom.Engine.Commands;

/// <summary>What the commands on bits share.</summary>
internal static class BitArguments
{
    /// <summary>
    /// Reads an offset in bits; with <paramref name="fieldBits"/> also <c>#n</c>, which counts in
    /// fields. False when an error was answered: no offset may lie beyond the longest string.
    /// </summary>
    internal static bool TryOffset(
        ref CommandContext c, int index, int fieldBits, out long offset)
    {
        ReadOnlySpan<byte> text = c[index];
        bool fields = fieldBits > 0 && text.Length > 0 && text[0] == '#';
        long max = c.Engine.Config.ProtoMaxBulkLen << 3;
        // The limit comes first, so that the product cannot leave 64 bits.
        bool valid = Numbers.TryParse(fields ? text[1..] : text, out offset)
            && offset >= 0 && offset < max;
        if (valid && fields) offset *= fieldBits;
        if (valid && offset < max) return true;
        c.Error("ERR bit offset is not an integer or out of range"u8);
        return false;
    }

    /// <summary>Reads the word behind a range: BYTE or BIT.</summary>
    internal static bool TryUnit(ref CommandContext c, int index, out bool bits)
    {
        bits = c.Is(index, "BIT"u8);
        if (bits || c.Is(index, "BYTE"u8)) return true;
        c.SyntaxError();
        return false;
    }

    /// <summary>
    /// A string to be changed up to a bit: raw, long enough, created where there was none.
    /// </summary>
    /// <returns>False when an error was answered.</returns>
    internal static bool TryMakeRoom(
        ref CommandContext c, Key key, long lastBit, out Entry entry, out bool grown)
    {
        grown = false;
        if (!c.TryWrite(key, ObjectType.String, out entry)) return false;
        Span<byte> digits = stackalloc byte[20];
        int before = entry.IsNull ? -1 : StringValue.Bytes(entry, digits).Length;
        if (entry.IsNull) entry = c.Database.SetRaw(key, default);
        entry = c.Database.Grow(entry, key, (int)((lastBit >> 3) + 1));
        grown = entry.StringLength != before;
        return true;
    }
}
