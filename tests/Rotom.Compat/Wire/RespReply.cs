using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

namespace Rotom.Compat.Wire;

/// <summary>
/// One reply as it was on the wire: its type byte, and either its bytes or its parts. Nulls of
/// RESP2 (<c>$-1</c>, <c>*-1</c>) keep their type byte and have neither, so that a test can
/// tell them apart.
/// </summary>
internal sealed class RespReply
{
    private static readonly RespReply[] s_none = [];

    public RespReply(char type, byte[]? bytes, RespReply[]? items = null)
    {
        Type = type;
        Bytes = bytes;
        IsNull = type == '_' || (bytes is null && items is null);
        Items = items ?? s_none;
    }

    /// <summary>
    /// The first byte of the reply: one of <c>+ - : $ * _ # , ( ! = % ~ &gt;</c>.
    /// </summary>
    public char Type { get; }

    /// <summary>
    /// What a scalar says, without length and CRLF; null for an aggregate or a null.
    /// </summary>
    public byte[]? Bytes { get; }

    /// <summary>The parts of an aggregate; of a map, keys and values in turn.</summary>
    public RespReply[] Items { get; }

    public bool IsNull { get; }

    public bool IsError => Type is '-' or '!';

    /// <summary>The scalar as text, one char a byte.</summary>
    public string Text => Bytes is null ? "" : Encoding.Latin1.GetString(Bytes);

    /// <summary>The scalar as a number.</summary>
    public long Integer => long.Parse(Text, CultureInfo.InvariantCulture);

    /// <summary>
    /// The value beside <paramref name="key"/> in a map, or in a flat array of pairs.
    /// </summary>
    public RespReply? Field(string key)
    {
        for (int i = 0; i + 1 < Items.Length; i += 2)
        {
            if (Items[i].Text == key)
                return Items[i + 1];
        }
        return null;
    }

    /// <summary>The reply in one line: equal replies have equal lines.</summary>
    public override string ToString()
    {
        StringBuilder line = new();
        Append(line, this);
        return line.ToString();
    }

    private static void Append(StringBuilder line, RespReply reply)
    {
        // An explicit stack: a hostile reply may be nested as deep as it likes.
        Stack<object> pending = new();
        pending.Push(reply);
        while (pending.TryPop(out object? next))
        {
            if (next is not RespReply r)
            {
                line.Append((string)next);
                continue;
            }
            line.Append(r.Type);
            if (r.IsNull)
                line.Append("null");
            else if (r.Bytes is not null)
                AppendScalar(line, r);
            else
                PushItems(pending, r);
        }
    }

    private static void AppendScalar(StringBuilder line, RespReply r)
    {
        if (r.Type is '$' or '=' or '!')
            line.Append('"').Append(Quote(r.Bytes!)).Append('"');
        else
            line.Append(Quote(r.Bytes!));
    }

    private static void PushItems(Stack<object> pending, RespReply r)
    {
        pending.Push("]");
        foreach (RespReply item in r.Items.Reverse())
        {
            pending.Push(item);
            pending.Push(" ");
        }
        pending.Push("[" + r.Items.Length.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>
    /// Bytes as printable text; long ones are cut, with length and a hash of all.
    /// </summary>
    public static string Quote(ReadOnlySpan<byte> bytes)
    {
        const int Shown = 200;
        StringBuilder text = new();
        foreach (byte b in bytes.Length > Shown ? bytes[..Shown] : bytes)
        {
            if (b is >= 0x20 and < 0x7f and not (byte)'\\' and not (byte)'"')
                text.Append((char)b);
            else
                text.Append(CultureInfo.InvariantCulture, $"\\x{b:x2}");
        }
        if (bytes.Length > Shown)
        {
            string hash = Convert.ToHexStringLower(
                System.Security.Cryptography.SHA256.HashData(bytes).AsSpan(0, 8));
            text.Append(CultureInfo.InvariantCulture, $"...({bytes.Length} bytes, {hash})");
        }
        return text.ToString();
    }
}
