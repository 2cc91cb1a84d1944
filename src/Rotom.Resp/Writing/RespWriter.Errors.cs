using System;
using System.Text;

namespace Rotom.Resp;

// Error replies. A text begins with its code ("ERR ", "WRONGTYPE ", ...); the texts are in Errors.
// Whatever a client had echoed into a text, the reply stays one line: CR, LF and NUL become blanks.

/// <summary>Writes RESP2 and RESP3 elements into memory it owns.</summary>
public partial class RespWriter
{
    /// <summary>Error replies written since the writer was made, for INFO's errorstats.</summary>
    public long ErrorCount { get; private set; }

    /// <summary>Writes an error; the text begins with its code and has no leading dash.</summary>
    public void Error(ReadOnlySpan<byte> text) => Error(text, default, default);

    /// <summary>Writes an error whose text has one char a byte (Latin-1).</summary>
    public void Error(string text) => Error(Encoding.Latin1.GetBytes(text));

    /// <summary>Writes an error made of three pieces, the middle one usually an argument.</summary>
    public void Error(
        ReadOnlySpan<byte> before, ReadOnlySpan<byte> echoed, ReadOnlySpan<byte> after)
    {
        int length = checked(before.Length + echoed.Length + after.Length);
        Span<byte> to = Reserve(length + 3);
        to[0] = (byte)'-';
        PutLine(before, to[1..]);
        PutLine(echoed, to[(1 + before.Length)..]);
        PutLine(after, to[(1 + before.Length + echoed.Length)..]);
        PutLineEnd(to, length + 1);
        _position += length + 3;
        ErrorCount++;
    }
}
