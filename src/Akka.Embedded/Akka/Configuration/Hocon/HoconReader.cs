namespace Akka.Configuration.Hocon;

/// <summary>The characters of a HOCON text: blanks, comments, strings, paths.</summary>
internal sealed class HoconReader(string text)
{
    private int _at;

    internal HoconPosition Position => new(text, _at);

    internal bool AtEnd => _at >= text.Length;

    internal char Peek => AtEnd ? '\0' : text[_at];

    private bool AtComment => Peek == '#' || StartsWith("//");

    /// <summary>True where a value can't go on.</summary>
    internal bool AtValueEnd => AtEnd || Peek is '\n' or ',' or '}' or ']' || AtComment;

    internal bool StartsWith(string token) =>
        string.CompareOrdinal(text, _at, token, 0, token.Length) == 0;

    internal bool TryTake(string token)
    {
        bool taken = StartsWith(token);
        _at += taken ? token.Length : 0;
        return taken;
    }

    /// <summary>Skips blanks, line ends and comments.</summary>
    internal void SkipBlank()
    {
        while (!AtEnd && (IsSpace(Peek) || AtComment))
            _at = !AtComment ? _at + 1
                : text.IndexOf('\n', _at) is >= 0 and var end ? end : text.Length;
    }

    /// <summary>Takes the blanks up to the next piece on this line.</summary>
    internal string TakeSpaces()
    {
        int start = _at;
        while (!AtEnd && Peek != '\n' && IsSpace(Peek)) _at++;

        return text[start.._at];
    }

    /// <summary>Takes text outside quotes, up to a blank or a character it can't have.</summary>
    internal string TakeUnquoted()
    {
        int start = _at;
        while (!AtEnd && !IsSpace(Peek) && !HoconPath.Reserved.Contains(Peek) && !AtComment) _at++;

        return _at > start ? text[start.._at]
            : throw Position.Error($"'{Peek}' can only stand in a quoted string");
    }

    /// <summary>Takes a string in one or three quotes.</summary>
    internal string TakeQuoted()
    {
        HoconPosition start = Position;
        return TryTake("\"\"\"") ? TakeTripleQuoted(start) : TakeEscaped(start);
    }

    /// <summary>Takes a path: elements between dots; their inner blanks count.</summary>
    internal string[] TakePath(string end)
    {
        List<string> keys = [];
        do keys.Add(TakeKey(end));
        while (TryTake("."));
        return [.. keys];
    }

    private string TakeKey(string end)
    {
        StringBuilder key = new();
        int trimmed = 0;
        bool quoted = false;
        TakeSpaces();
        while (!AtEnd && Peek is not ('.' or '\n') && !end.Contains(Peek) && !StartsWith("+="))
        {
            bool blank = IsSpace(Peek);
            bool quote = Peek == '"';
            if (!blank && !quote && (HoconPath.Reserved.Contains(Peek) || AtComment))
                throw Position.Error($"'{Peek}' can't be part of a key without quotes");
            key.Append(quote ? TakeQuoted() : text[_at++].ToString());
            if (!blank) trimmed = key.Length;
            quoted |= quote;
        }

        return trimmed > 0 || quoted ? key.ToString(0, trimmed)
            : throw Position.Error("a key is missing");
    }

    private string TakeTripleQuoted(HoconPosition start)
    {
        int from = _at;
        int end = text.IndexOf("\"\"\"", from, StringComparison.Ordinal);
        if (end < 0) throw start.Error("the string has no closing \"\"\"");

        while (end + 3 < text.Length && text[end + 3] == '"') end++;

        _at = end + 3;
        return text[from..end];
    }

    private string TakeEscaped(HoconPosition start)
    {
        StringBuilder taken = new();
        _at++;
        while (Peek != '"')
        {
            if (AtEnd || Peek == '\n') throw start.Error("the string has no closing quote");

            taken.Append(Peek == '\\' ? TakeEscape() : text[_at++]);
        }

        _at++;
        return taken.ToString();
    }

    private char TakeEscape()
    {
        HoconPosition start = Position;
        char kind = _at + 1 < text.Length ? text[_at + 1] : '\0';
        _at = Math.Min(_at + 2, text.Length);
        int known = "\"\\/bfnrt".IndexOf(kind);
        if (known >= 0) return "\"\\/\b\f\n\r\t"[known];
        if (kind != 'u' || _at + 4 > text.Length || !ushort.TryParse(
            text.AsSpan(_at, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture,
            out ushort code))
            throw start.Error($"'\\{kind}' is no escape sequence");
        _at += 4;
        return (char)code;
    }

    private static bool IsSpace(char c) => char.IsWhiteSpace(c) || c == '\uFEFF';
}
