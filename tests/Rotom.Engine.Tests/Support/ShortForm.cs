using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace Rotom.Engine.Tests.Support;

/// <summary>
/// RESP in a form that fits a test's line: types by their first byte, no lengths.
/// </summary>
internal static class ShortForm
{
    /// <summary>All elements, separated by blanks. Bytes over 126 and under 32 as \xHH.</summary>
    internal static string Of(ReadOnlySpan<byte> resp)
    {
        List<string> parts = [];
        int at = 0;
        while (at < resp.Length) parts.Add(Element(resp, ref at));
        return string.Join(' ', parts);
    }

    /// <summary>A stream of commands and annotations, one string each.</summary>
    internal static List<string> Commands(ReadOnlySpan<byte> resp)
    {
        List<string> commands = [];
        int at = 0;
        while (at < resp.Length)
        {
            if (resp[at] == '#')
            {
                commands.Add(Line(resp, ref at));
                continue;
            }

            int words = int.Parse(Line(resp, ref at)[1..], CultureInfo.InvariantCulture);
            List<string> parts = [];
            for (int i = 0; i < words; i++) parts.Add(Element(resp, ref at)[1..]);
            commands.Add(string.Join(' ', parts));
        }

        return commands;
    }

    /// <summary>A stream of replies, one string each.</summary>
    internal static List<string> Replies(ReadOnlySpan<byte> resp)
    {
        List<string> replies = [];
        int at = 0;
        while (at < resp.Length)
        {
            List<string> parts = [];
            for (int left = 1; left > 0; left--)
            {
                string part = Element(resp, ref at);
                parts.Add(part);
                if (part[0] is not ('*' or '~' or '>' or '%') || part == "*-1") continue;
                int items = int.Parse(part[1..], CultureInfo.InvariantCulture);
                left += part[0] == '%' ? 2 * items : items;
            }

            replies.Add(string.Join(' ', parts));
        }

        return replies;
    }

    private static string Element(ReadOnlySpan<byte> resp, ref int at)
    {
        string line = Line(resp, ref at);
        if (line[0] is not ('$' or '=' or '!') || line == "$-1") return line;
        int length = int.Parse(line[1..], CultureInfo.InvariantCulture);
        string text = line[0] + Show(resp.Slice(at, length));
        at += length + 2;
        return text;
    }

    private static string Line(ReadOnlySpan<byte> resp, ref int at)
    {
        int end = resp[at..].IndexOf("\r\n"u8);
        string line = Show(resp.Slice(at, end));
        at += end + 2;
        return line;
    }

    private static string Show(ReadOnlySpan<byte> bytes)
    {
        StringBuilder text = new();
        foreach (byte b in bytes)
        {
            if (b is >= 32 and < 127) text.Append((char)b);
            else text.Append(CultureInfo.InvariantCulture, $"\\x{b:x2}");
        }

        return text.ToString();
    }
}
