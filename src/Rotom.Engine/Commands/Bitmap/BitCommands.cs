using System;
using Rotom.Engine.Memory;
using Rotom.Resp;

namespace Rotom.Engine.Commands;

// Single bits, and counting and finding them. Illegal arguments are an error whether or not the key
// is there, as from Redis 7.2 on; 7.0 answered 0 for a key that is not.

/// <summary>SETBIT GETBIT BITCOUNT BITPOS.</summary>
internal static class BitCommands
{
    /// <summary>Sets or clears the bit at offset of the string value. Creates the key if it doesn't
    /// exist.</summary>
    [Command("SETBIT", Arity = 4, Since = "2.2.0", Complexity = "O(1)", Group = Group.Bitmap,
        Flags = CommandFlags.Write | CommandFlags.DenyOom, Acl = Acl.Bitmap,
        Syntax = "key offset:integer value:integer")]
    [Key(1, Access.RW | Access.Get | Access.Update)]
    internal static void SetBit(ref CommandContext c)
    {
        if (!BitArguments.TryOffset(ref c, 2, 0, out long offset)) return;
        if (!Numbers.TryParse(c[3], out long value) || (value & ~1) != 0)
        {
            c.Error("ERR bit is not an integer or out of range"u8);
            return;
        }

        Key key = c.Key(0);
        if (!BitArguments.TryMakeRoom(ref c, key, offset, out Entry entry, out bool grown)) return;
        ref byte b = ref entry.Writable((int)(offset >> 3), 1)[0];
        int mask = 0x80 >> (int)(offset & 7);
        bool before = (b & mask) != 0;
        if (grown || before != (value != 0))
        {
            b = (byte)(value != 0 ? b | mask : b & ~mask);
            c.Changed(key, NotifyClass.String, "setbit"u8);
        }

        c.Reply.Integer(before ? 1 : 0);
    }

    /// <summary>Returns a bit value by offset.</summary>
    [Command("GETBIT", Arity = 3, Since = "2.2.0", Complexity = "O(1)", Group = Group.Bitmap,
        Flags = CommandFlags.ReadOnly | CommandFlags.Fast, Acl = Acl.Bitmap,
        Syntax = "key offset:integer")]
    [Key(1, Access.Read)]
    internal static void GetBit(ref CommandContext c)
    {
        if (!BitArguments.TryOffset(ref c, 2, 0, out long offset)) return;
        if (!c.TryRead(c.Key(0), ObjectType.String, out Entry entry)) return;
        Span<byte> digits = stackalloc byte[20];
        ReadOnlySpan<byte> bytes = entry.IsNull ? default : StringValue.Bytes(entry, digits);
        bool set = offset >> 3 < bytes.Length && BitRange.Get(bytes, offset);
        c.Reply.Integer(set ? 1 : 0);
    }

    /// <summary>Counts the number of set bits (population counting) in a string.</summary>
    [Command("BITCOUNT", Arity = -2, Since = "2.6.0", Complexity = "O(N)", Group = Group.Bitmap,
        Flags = CommandFlags.ReadOnly, Acl = Acl.Bitmap,
        Syntax = "key range:[start:integer end:integer unit:[BYTE@7.0.0 | BIT@7.0.0]]")]
    [Key(1, Access.Read)]
    internal static void BitCount(ref CommandContext c)
    {
        long start = 0, end = -1;
        bool bits = false;
        if (c.ArgCount is 3 or > 5)
        {
            c.SyntaxError();
            return;
        }

        if (c.ArgCount > 3 && (!c.TryInt64(2, out start) || !c.TryInt64(3, out end))) return;
        if (c.ArgCount == 5 && !BitArguments.TryUnit(ref c, 4, out bits)) return;
        if (!c.TryRead(c.Key(0), ObjectType.String, out Entry entry)) return;
        Span<byte> digits = stackalloc byte[20];
        ReadOnlySpan<byte> bytes = entry.IsNull ? default : StringValue.Bytes(entry, digits);
        // BITPOS has no such rule: there both ends before the string's begin mean its first byte.
        bool any = (start >= 0 || end >= 0 || start <= end)
            && TryRange(bytes.Length, bits, ref start, ref end);
        c.Reply.Integer(any ? BitRange.Count(bytes, start, end) : 0);
    }

    /// <summary>Finds the first set (1) or clear (0) bit in a string.</summary>
    [Command("BITPOS", Arity = -3, Since = "2.8.7", Complexity = "O(N)", Group = Group.Bitmap,
        Flags = CommandFlags.ReadOnly, Acl = Acl.Bitmap,
        Syntax = "key bit:integer "
            + "range:[start:integer end-unit-block:[end:integer unit:[BYTE@7.0.0 | BIT@7.0.0]]]")]
    [Key(1, Access.Read)]
    internal static void BitPos(ref CommandContext c)
    {
        long start = 0, end = -1;
        bool bits = false;
        if (!c.TryInt64(2, out long bit)) return;
        if (bit is not (0 or 1))
        {
            c.Error("ERR The bit argument must be 1 or 0."u8);
            return;
        }

        if (c.ArgCount > 6)
        {
            c.SyntaxError();
            return;
        }

        if (c.ArgCount > 3 && !c.TryInt64(3, out start)) return;
        if (c.ArgCount == 6 && !BitArguments.TryUnit(ref c, 5, out bits)) return;
        if (c.ArgCount > 4 && !c.TryInt64(4, out end)) return;
        if (!c.TryRead(c.Key(0), ObjectType.String, out Entry entry)) return;
        if (entry.IsNull)
        {
            // An endless row of zeros.
            c.Reply.Integer(bit == 0 ? 0 : -1);
            return;
        }

        Span<byte> digits = stackalloc byte[20];
        ReadOnlySpan<byte> bytes = StringValue.Bytes(entry, digits);
        if (!TryRange(bytes.Length, bits, ref start, ref end))
        {
            c.Reply.Integer(-1);
            return;
        }

        long found = BitRange.Find(bytes, start, end, bit == 1);
        // Zeros follow a string's end, unless the caller said where to stop.
        if (found < 0 && bit == 0 && c.ArgCount < 5) found = end + 1;
        c.Reply.Integer(found);
    }

    /// <summary>
    /// Makes of a range in bytes or bits, ends counted from the end where negative, one in bits
    /// that lies in the string; false when it is empty.
    /// </summary>
    private static bool TryRange(int length, bool bits, ref long start, ref long end)
    {
        long total = bits ? (long)length << 3 : length;
        if (start < 0) start = Math.Max(0, total + start);
        if (end < 0) end = Math.Max(0, total + end);
        if (end >= total) end = total - 1;
        if (start > end) return false;
        if (bits) return true;
        start <<= 3;
        end = (end << 3) + 7;
        return true;
    }
}
