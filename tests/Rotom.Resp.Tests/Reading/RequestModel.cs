using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace Rotom.Resp.Tests.Reading;

// A second parser of requests, written from the protocol's description and not from the first one:
// slow, over a whole input, with strings and big decimals. What both make of the same bytes must
// agree: commands, error text, and how many bytes are left over.

/// <summary>The slow parser that the fast one is compared with.</summary>
internal sealed class RequestModel(byte[] input)
{
    private const int LineMax = 65536;
    private const long BulkMax = 512L << 20;
    private readonly string _text = Encoding.Latin1.GetString(input);

    public List<string[]> Commands { get; } = [];

    public string? Error { get; private set; }

    /// <summary>Bytes behind the last complete command.</summary>
    public int Left { get; private set; }

    public RequestModel Run()
    {
        int at = 0;
        while (at < _text.Length)
        {
            int next = _text[at] == '*' ? Multibulk(at) : Inline(at);
            if (next < 0) break;
            at = next;
        }

        Left = Error is null ? _text.Length - at : 0;
        return this;
    }

    private int Inline(int at)
    {
        int end = _text.IndexOf('\n', at);
        if ((end < 0 && _text.Length - at > LineMax) || end - at > LineMax)
        {
            return Fail("too big inline request");
        }

        if (end < 0) return -1;
        string line = _text[at..end];
        if (line.EndsWith('\r')) line = line[..^1];
        List<string>? words = Split(line);
        if (words is null) return Fail("unbalanced quotes in request");
        if (words.Count > 0) Commands.Add([.. words]);
        return end + 1;
    }

    private int Multibulk(int at)
    {
        int next = Line(at, "too big mbulk count string", out string line);
        if (next < 0) return next;
        if (!Number(line[1..], out decimal count) || count > int.MaxValue)
        {
            return Fail("invalid multibulk length");
        }

        if (count <= 0) return next;
        List<string> args = [];
        while (args.Count < count)
        {
            next = Line(next, "too big bulk count string", out line);
            if (next < 0) return next;
            if (line == "" || line[0] != '$')
            {
                return Fail($"expected '$', got '{(line == "" ? '\r' : line[0])}'");
            }

            if (!Number(line[1..], out decimal length) || length < 0 || length > BulkMax)
            {
                return Fail("invalid bulk length");
            }

            int end = next + (int)length;
            if (_text.Length - 2 < end) return -1;
            if (_text.Substring(end, 2) != "\r\n") return Fail("expected CRLF after bulk string");
            args.Add(_text[next..end]);
            next = end + 2;
        }

        Commands.Add([.. args]);
        return next;
    }

    /// <summary>A line up to CR and one byte more; a byte that is no LF spoils the line.</summary>
    private int Line(int at, string tooBig, out string line)
    {
        line = "";
        int end = at < _text.Length ? _text.IndexOf('\r', at) : -1;
        if ((end < 0 && _text.Length - at > LineMax) || end - at > LineMax) return Fail(tooBig);
        if (end < 0 || end + 1 >= _text.Length) return -1;
        line = _text[at..end];
        if (_text[end + 1] != '\n') line += " without LF";
        if (end == at) line = "";
        return end + 2;
    }

    private static bool Number(string text, out decimal value)
    {
        value = 0;
        if (text.Length > 20) return false;
        if (!decimal.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture,
            out value))
        {
            return false;
        }

        return value is >= long.MinValue and <= long.MaxValue
            && text == ((long)value).ToString(CultureInfo.InvariantCulture);
    }

    private static List<string>? Split(string line)
    {
        List<string> words = [];
        StringBuilder word = new();
        bool inWord = false;
        char quote = '\0';
        for (int i = 0; i <= line.Length; i++)
        {
            bool end = i == line.Length;
            char c = end ? ' ' : line[i];
            if (quote != '\0')
            {
                if (end) return null;
                if (c == quote)
                {
                    bool free = i + 1 == line.Length || " \t\n\v\f\r".Contains(line[i + 1]);
                    if (!free) return null;
                    quote = '\0';
                    words.Add(word.ToString());
                    word.Clear();
                    inWord = false;
                }
                else if (c == '\\' && i + 1 < line.Length)
                {
                    i += Escape(line, i, quote, word);
                }
                else
                {
                    word.Append(c);
                }
            }
            else if (" \t\n\r".Contains(c) || (!inWord && c is '\v' or '\f'))
            {
                if (inWord) words.Add(word.ToString());
                word.Clear();
                inWord = false;
            }
            else
            {
                inWord = true;
                if (c is '"' or '\'') quote = c;
                else word.Append(c);
            }
        }

        return words;
    }

    /// <summary>Handles a backslash inside quotes.</summary>
    /// <returns>How many characters were taken beyond the backslash.</returns>
    private static int Escape(string line, int i, char quote, StringBuilder word)
    {
        char next = line[i + 1];
        if (quote == '\'')
        {
            word.Append(next == '\'' ? '\'' : '\\');
            return next == '\'' ? 1 : 0;
        }

        if (next == 'x' && i + 3 < line.Length
            && Uri.IsHexDigit(line[i + 2]) && Uri.IsHexDigit(line[i + 3]))
        {
            word.Append((char)Convert.ToInt32(line.Substring(i + 2, 2), 16));
            return 3;
        }

        int known = "nrtba".IndexOf(next);
        word.Append(known < 0 ? next : "\n\r\t\b\a"[known]);
        return 1;
    }

    private int Fail(string error)
    {
        Error = "ERR Protocol error: " + error;
        return -1;
    }
}
