using System;
using Rotom.Resp.Batch;

namespace Rotom.Resp;

// InlineCommand: a request typed as a line, "SET greeting \"hello there\"", split into arguments.
//
// Rules, as Redis has them for inline requests and for its configuration file:
//   - arguments are separated by white space; an empty line is no command
//   - "..." knows \n \r \t \b \a \xHH and \c for any other c; '...' knows only \'
//   - a quote may begin inside a word (a"b c" is one argument) but a closing quote must be
//     followed by white space or the end of the line
//
// Arguments are unescaped in place: they only get shorter, and the line is not read again.

/// <summary>Splits an inline request.</summary>
internal static class InlineCommand
{
    /// <summary>
    /// Splits the line of <paramref name="length"/> bytes at <paramref name="start"/> and adds the
    /// arguments to the batch, without ending the command. Rewrites the line's bytes.
    /// </summary>
    /// <returns>False when quotes are not balanced; the arguments are then unspecified.</returns>
    public static bool Split(CommandBatch batch, int buffer, byte[] bytes, int start, int length)
    {
        int p = start;
        int end = start + length;
        while (true)
        {
            while (p < end && IsSpace(bytes[p])) p++;
            if (p >= end) return true;
            int to = p;
            int argument = p;
            if (!Word(bytes, ref p, end, ref to)) return false;
            batch.AddArg(buffer, argument, to - argument);
        }
    }

    private static bool Word(byte[] bytes, ref int p, int end, ref int to)
    {
        while (p < end)
        {
            byte b = bytes[p];
            switch (b)
            {
                case (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n':
                    return true;
                case (byte)'"':
                    return DoubleQuoted(bytes, ref p, end, ref to);
                case (byte)'\'':
                    return SingleQuoted(bytes, ref p, end, ref to);
                default:
                    bytes[to++] = b;
                    p++;
                    break;
            }
        }

        return true;
    }

    private static bool DoubleQuoted(byte[] bytes, ref int p, int end, ref int to)
    {
        p++;
        while (p < end)
        {
            byte b = bytes[p];
            if (b == '"') return Closed(bytes, ref p, end);
            if (b == '\\' && p + 1 < end)
            {
                if (bytes[p + 1] == 'x' && p + 3 < end
                    && IsHex(bytes[p + 2]) && IsHex(bytes[p + 3]))
                {
                    b = (byte)((Hex(bytes[p + 2]) << 4) | Hex(bytes[p + 3]));
                    p += 3;
                }
                else
                {
                    b = Escaped(bytes[++p]);
                }
            }

            bytes[to++] = b;
            p++;
        }

        return false;
    }

    private static bool SingleQuoted(byte[] bytes, ref int p, int end, ref int to)
    {
        p++;
        while (p < end)
        {
            byte b = bytes[p];
            if (b == '\'') return Closed(bytes, ref p, end);
            if (b == '\\' && p + 1 < end && bytes[p + 1] == '\'') b = bytes[++p];
            bytes[to++] = b;
            p++;
        }

        return false;
    }

    private static bool Closed(byte[] bytes, ref int p, int end)
    {
        p++;
        return p >= end || IsSpace(bytes[p]);
    }

    private static byte Escaped(byte b) => b switch
    {
        (byte)'n' => (byte)'\n',
        (byte)'r' => (byte)'\r',
        (byte)'t' => (byte)'\t',
        (byte)'b' => (byte)'\b',
        (byte)'a' => 7,
        _ => b,
    };

    private static bool IsSpace(byte b) => b == ' ' || (uint)(b - '\t') <= '\r' - '\t';

    private static bool IsHex(byte b) => char.IsAsciiHexDigit((char)b);

    private static int Hex(byte b) => b <= '9' ? b - '0' : (b | 0x20) - 'a' + 10;
}
