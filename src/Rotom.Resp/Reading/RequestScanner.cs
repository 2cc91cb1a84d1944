using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Rotom.Resp.Batch;

namespace Rotom.Resp;

// RequestScanner: the fast path of the request parser. It takes whole, well-formed multibulk
// commands off a pipeline and stops at the first thing that is anything else: an inline command, an
// incomplete or broken one, one beyond a limit. RequestParser looks at that one slowly and with
// state, then calls the scanner again. So the scanner needs no state, no errors and no rewinding.
//
// Bounds of the unchecked loads: `end` is at least CommandBatch.Slack (64) bytes before the end of
// the array. Every load is at most 16 bytes behind a position that is at most 16 bytes behind `end`
// (a header line has at most 14 bytes, and a position passes `end` by one line at most, because an
// argument is taken only when its last byte lies before `end`). What the slack holds is garbage
// and may look like a header: it can't be taken, for the same reason.
//
// A word-at-a-time scanner of the digits gained nothing over this; "*n\r\n" and "$n\r\n" with one
// digit as one 32-bit compare do, since nearly all headers look like that.

/// <summary>Takes complete commands off a buffer as fast as it goes.</summary>
internal static class RequestScanner
{
    // "*?\r\n" and "$?\r\n" as little-endian words with the digit masked out.
    private const uint ShortMask = 0xFFFF00FF;
    private const uint ShortCount = 0x0A0D002A;
    private const uint ShortBulk = 0x0A0D0024;

    // "$??\r" with both digits masked out.
    private const uint TwoDigitMask = 0xFF0000FF;
    private const uint TwoDigitBulk = 0x0D000024;
    private const ushort LineEnd = 0x0A0D;

    // The scanner makes room for a command's arguments before it sees them, so it takes only
    // commands whose table is small.
    private const int ArgCountMax = 1024;

    /// <summary>Scans from <paramref name="start"/> and adds what it takes to the batch.</summary>
    /// <returns>Where it stopped: <paramref name="end"/>, or the start of a command.</returns>
    public static int Scan(
        CommandBatch batch, int buffer, byte[] bytes, int start, int end, int argsMax, int bulkMax)
    {
        if (!BitConverter.IsLittleEndian || end > bytes.Length - CommandBatch.Slack) return start;
        ref byte origin = ref MemoryMarshal.GetArrayDataReference(bytes);
        ArgRef[] args = batch.ArgTable;
        CommandRef[] commands = batch.CommandTable;
        int argCount = batch.ArgCount;
        int commandCount = batch.CommandCount;
        argsMax = Math.Min(argsMax, ArgCountMax);
        int at = start;
        while (at < end)
        {
            int p = at;
            uint head = Load32(ref origin, p);
            int left;
            if ((head & ShortMask) == ShortCount)
            {
                left = (int)((head >> 8) & 0xFF) - '0';
                if ((uint)left > 9) break;
                p += 4;
            }
            else if ((byte)head != '*' || !LongNumber(ref origin, ref p, out left))
            {
                break;
            }

            if ((uint)(left - 1) >= (uint)argsMax) break;
            if (args.Length - argCount < left) args = batch.GrowArgs(argCount, left);
            int n = argCount;
            int stop = argCount + left;
            while (n < stop)
            {
                uint h = Load32(ref origin, p);
                int length;
                if ((h & ShortMask) == ShortBulk)
                {
                    length = (int)((h >> 8) & 0xFF) - '0';
                    if ((uint)length > 9) goto Done;
                    p += 4;
                }
                else if ((h & TwoDigitMask) == TwoDigitBulk)
                {
                    int tens = (int)((h >> 8) & 0xFF) - '0';
                    int ones = (int)((h >> 16) & 0xFF) - '0';
                    if ((uint)(tens - 1) > 8 || (uint)ones > 9) goto Done;
                    if (Unsafe.Add(ref origin, p + 4) != '\n') goto Done;
                    length = (tens * 10) + ones;
                    p += 5;
                }
                else if ((byte)h != '$' || !LongNumber(ref origin, ref p, out length))
                {
                    goto Done;
                }

                if (length > end - p - 2 || length > bulkMax) goto Done;
                if (Load16(ref origin, p + length) != LineEnd) goto Done;
                args[n++] = new ArgRef(buffer, p, length);
                p += length + 2;
            }

            if (commandCount == commands.Length) commands = batch.GrowCommands(commandCount);
            commands[commandCount++] = new CommandRef(argCount, n - argCount);
            argCount = n;
            at = p;
        }

    Done:
        batch.Publish(argCount, commandCount);
        return at;
    }

    /// <summary>A type byte, two to nine digits without leading zero, and a line end.</summary>
    private static bool LongNumber(ref byte origin, ref int position, out int value)
    {
        int p = position + 1;
        value = 0;
        int digits = 0;
        while (true)
        {
            int digit = Unsafe.Add(ref origin, p) - '0';
            if ((uint)digit > 9) break;
            if (++digits > 9) return false;
            value = (value * 10) + digit;
            p++;
        }

        if (digits < 2 || Unsafe.Add(ref origin, position + 1) == '0') return false;
        if (Load16(ref origin, p) != LineEnd) return false;
        position = p + 2;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Load32(ref byte origin, int offset) =>
        Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref origin, offset));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ushort Load16(ref byte origin, int offset) =>
        Unsafe.ReadUnaligned<ushort>(ref Unsafe.Add(ref origin, offset));
}
