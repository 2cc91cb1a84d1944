using System;
using Rotom.Resp;

namespace Rotom.Engine.Commands;

/// <summary>The cursor argument of SCAN and its kin.</summary>
internal static class ScanCursor
{
    /// <summary>
    /// Reads a cursor as Redis 7.0 does, that is as C's strtoul: an unsigned 64-bit number with an
    /// optional sign, where a minus counts down from 2^64 and nothing at all is 0; no blanks.
    /// </summary>
    internal static bool TryParse(ReadOnlySpan<byte> text, out ulong cursor)
    {
        cursor = 0;
        if (text.IsEmpty) return true;
        bool negative = text[0] == (byte)'-';
        ReadOnlySpan<byte> digits = text[0] is (byte)'-' or (byte)'+' ? text[1..] : text;
        if (digits.IsEmpty) return false;
        foreach (byte b in digits)
        {
            uint digit = (uint)(b - '0');
            if (digit > 9 || cursor > (ulong.MaxValue - digit) / 10) return false;
            cursor = (cursor * 10) + digit;
        }

        if (negative) cursor = unchecked(0UL - cursor);
        return true;
    }

    /// <summary>Answers that there is nothing, and nothing more.</summary>
    internal static void ReplyNothing(RespWriter reply)
    {
        reply.ArrayHeader(2);
        reply.BulkInteger(0);
        reply.ArrayHeader(0);
    }
}
