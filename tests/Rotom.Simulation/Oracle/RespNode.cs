using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace Rotom.Simulation.Oracle;

// RespNode: a reply as a tree, read by a parser of the oracle's own, so that an error that the
// server's reader and writer share does not go unseen.

/// <summary>One element of a reply, with the bytes it was read from.</summary>
internal sealed class RespNode
{
    private const int DepthMax = 16;

    /// <summary>Its first byte.</summary>
    internal char Type { get; private init; }

    /// <summary>A line's text or a bulk's content, Latin-1; null for null.</summary>
    internal string? Text { get; private init; }

    internal List<RespNode> Items { get; } = [];

    /// <summary>The bytes of the element, Latin-1.</summary>
    internal string Raw { get; private set; } = "";

    /// <summary>The text of a bulk, a verbatim string without its format.</summary>
    internal string Bulk => Type == '=' ? Text![4..] : Text ?? "";

    /// <summary>Reads an element; null while bytes are missing. Moves on behind it.</summary>
    internal static RespNode? Read(ReadOnlySpan<byte> bytes, ref int at, int depth = 0)
    {
        if (depth > DepthMax) throw new FormatException("nested too deeply");
        int from = at;
        int end = bytes[at..].IndexOf("\r\n"u8);
        if (end < 0) return null;
        char type = (char)bytes[at];
        string line = Encoding.Latin1.GetString(bytes.Slice(at + 1, end - 1));
        at += end + 2;
        RespNode? node = type switch
        {
            '+' or '-' or ':' or ',' or '(' or '#' or '_' =>
                new RespNode { Type = type, Text = line },
            '$' or '=' => ReadBulk(bytes, ref at, type, line),
            '*' or '~' or '>' or '%' => ReadItems(bytes, ref at, type, line, depth),
            _ => throw new FormatException($"'{type}' begins no reply"),
        };
        if (node is null) at = from;
        else node.Raw = Encoding.Latin1.GetString(bytes[from..at]);
        return node;
    }

    private static RespNode? ReadBulk(ReadOnlySpan<byte> bytes, ref int at, char type, string line)
    {
        int length = int.Parse(line, CultureInfo.InvariantCulture);
        if (length < 0) return new RespNode { Type = type };
        if (bytes.Length - at < length + 2) return null;
        string text = Encoding.Latin1.GetString(bytes.Slice(at, length));
        if (bytes[at + length] != '\r' || bytes[at + length + 1] != '\n')
        {
            throw new FormatException("a bulk without its line end");
        }

        at += length + 2;
        return new RespNode { Type = type, Text = text };
    }

    private static RespNode? ReadItems(
        ReadOnlySpan<byte> bytes, ref int at, char type, string line, int depth)
    {
        int count = int.Parse(line, CultureInfo.InvariantCulture);
        RespNode node = new() { Type = type, Text = count < 0 ? null : "" };
        if (type == '%') count *= 2;
        for (int i = 0; i < count; i++)
        {
            RespNode? item = at < bytes.Length ? Read(bytes, ref at, depth + 1) : null;
            if (item is null) return null;
            node.Items.Add(item);
        }

        return node;
    }
}
