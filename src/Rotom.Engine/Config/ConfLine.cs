using System;
using System.Collections.Generic;
using System.Text;

namespace Rotom.Engine.Config;

/// <summary>The words of one line of a redis.conf, in byte text, quoted as Redis quotes.</summary>
public static class ConfLine
{
    /// <summary>
    /// Splits a line at blanks. Within double quotes \n \r \t \a \b \xHH and \c are escapes, within
    /// single quotes only \'. A quote must be closed, and a blank or the end must follow it.
    /// </summary>
    /// <returns>False when the quotes are not balanced.</returns>
    public static bool TrySplit(string line, out List<string> words)
    {
        words = [];
        int at = 0;
        while (true)
        {
            while (at < line.Length && IsBlank(line[at])) at++;
            if (at == line.Length) return true;
            StringBuilder word = new();
            while (at < line.Length && !IsBlank(line[at]))
            {
                char c = line[at++];
                if (c is not ('"' or '\''))
                {
                    word.Append(c);
                    continue;
                }

                if (!ReadQuoted(line, c, ref at, word)) return false;
                if (at < line.Length && !IsBlank(line[at])) return false;
            }

            words.Add(word.ToString());
        }
    }

    /// <summary>The word in double quotes, so that it is read back as it was.</summary>
    public static string Quote(string word)
    {
        StringBuilder text = new(word.Length + 2);
        text.Append('"');
        foreach (char c in word)
        {
            _ = c switch
            {
                '\\' or '"' => text.Append('\\').Append(c),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                '\a' => text.Append("\\a"),
                '\b' => text.Append("\\b"),
                >= ' ' and < '\x7f' => text.Append(c),
                _ => text.Append("\\x").Append(((int)c).ToString("x2")),
            };
        }

        return text.Append('"').ToString();
    }

    private static bool ReadQuoted(string line, char quote, ref int at, StringBuilder word)
    {
        while (at < line.Length)
        {
            char c = line[at++];
            if (c == quote) return true;
            if (c == '\\' && at < line.Length && (quote == '"' || line[at] == '\''))
            {
                c = quote == '"' ? ReadEscape(line, ref at) : line[at++];
            }

            word.Append(c);
        }

        return false;
    }

    private static char ReadEscape(string line, ref int at)
    {
        char c = line[at++];
        if (c == 'x' && at + 1 < line.Length
            && char.IsAsciiHexDigit(line[at]) && char.IsAsciiHexDigit(line[at + 1]))
        {
            at += 2;
            return (char)Convert.ToByte(line[(at - 2)..at], 16);
        }

        return c switch
        {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'b' => '\b',
            'a' => '\a',
            _ => c,
        };
    }

    private static bool IsBlank(char c) => c is ' ' or (>= '\t' and <= '\r');
}
