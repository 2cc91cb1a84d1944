namespace Akka.Configuration.Hocon;

// The grammar of HOCON by recursive descent, one method a rule, into a tree of HoconValues that
// still holds substitutions; HoconResolver then finds their values. Nesting is limited, because a
// stack that overflows can't be caught.
//
// A key written twice: two objects are joined at once; otherwise the newer value replaces the
// older, and keeps it as Prior if it may need it: it holds a substitution, or is an object.
//
// An included text is parsed by the callback, which calls ParseString again. Its substitutions may
// mean keys of the including text, so they are left open and found by the outermost parse.

/// <summary>Parses HOCON.</summary>
public class Parser
{
    private const int DepthMax = 200;
    private const int IncludesMax = 50;

    [ThreadStatic] private static int t_includes;

    private readonly List<HoconSubstitution> _substitutions = [];
    private readonly List<string> _path = [];
    private int _depth;

    private readonly HoconReader _reader;
    private readonly Func<string, HoconRoot> _include;

    private Parser(string text, Func<string, HoconRoot> include) =>
        (_reader, _include) = (new HoconReader(text), include);

    /// <summary>Parses a text; the callback gives what an include names, or null.</summary>
    public static HoconRoot Parse(string text, Func<string, HoconRoot> includeCallback)
    {
        ArgumentNullException.ThrowIfNull(text);
        Parser parser = new(text, includeCallback);
        HoconValue root = HoconValue.Of(parser.ParseRoot());
        if (t_includes == 0) new HoconResolver(root).Resolve();

        return new HoconRoot(root, parser._substitutions);
    }

    private HoconObject ParseRoot()
    {
        _reader.SkipBlank();
        HoconPosition start = _reader.Position;
        if (_reader.Peek == '[') throw start.Error("a configuration is an object, not a list");
        HoconObject root = ParseFields(new HoconObject(), _reader.TryTake("{") ? start : null);
        _reader.SkipBlank();
        return _reader.AtEnd ? root
            : throw _reader.Position.Error($"'{_reader.Peek}' after the end of the configuration");
    }

    private HoconObject ParseFields(HoconObject target, HoconPosition? opened)
    {
        if (++_depth > DepthMax) throw _reader.Position.Error($"more than {DepthMax} levels");
        for (_reader.SkipBlank(); !_reader.AtEnd && _reader.Peek != '}'; SkipSeparator())
            if (!TryParseInclude(target)) ParseField(target);

        _depth--;
        if (opened is { } start && !_reader.TryTake("}"))
            throw start.Error("the '{' is never closed");
        return target;
    }

    private void SkipSeparator()
    {
        _reader.SkipBlank();
        if (_reader.TryTake(",")) _reader.SkipBlank();
    }

    private void ParseField(HoconObject target)
    {
        HoconPosition at = _reader.Position;
        string[] keys = _reader.TakePath("{=:");
        _path.AddRange(keys);
        _reader.SkipBlank();
        bool append = _reader.TryTake("+=");
        if (!append && _reader.Peek != '{' && !_reader.TryTake("=") && !_reader.TryTake(":"))
            throw _reader.Position.Error($"no '=', ':' or '{{' after '{HoconPath.Join(keys)}'");

        _reader.SkipBlank();
        HoconValue value = ParseValue();
        if (value is null) throw _reader.Position.Error($"'{HoconPath.Join(keys)}' has no value");

        Assign(Holder(target, keys, at), keys[^1], append ? AppendTo(value, at) : value);
        _path.RemoveRange(_path.Count - keys.Length, keys.Length);
    }

    private HoconValue AppendTo(HoconValue item, HoconPosition at)
    {
        HoconSubstitution earlier = new() { IsOptional = true, At = at, IsEarlierSelf = true };
        return new HoconValue([earlier, new HoconArray { item }]) { Pending = true, At = at };
    }

    private static HoconObject Holder(HoconObject target, string[] keys, HoconPosition at)
    {
        foreach (string key in keys.AsSpan(0, keys.Length - 1))
        {
            if (target.GetKey(key) is not { Pending: false, Values: [HoconObject] })
                Assign(target, key, new HoconValue([new HoconObject()]) { At = at });
            target = target.GetKey(key).GetObject();
        }

        return target;
    }

    private static void Assign(HoconObject target, string key, HoconValue value)
    {
        if (target.Items.TryGetValue(key, out HoconValue old))
        {
            HoconObject above = value.GetObject();
            if (above is not null && !value.Pending
                && old is { Pending: false, Values: [HoconObject below] })
            {
                foreach ((string name, HoconValue child) in above.Items) Assign(below, name, child);
                return;
            }

            if (value.Pending || (above is not null && old.Pending))
            {
                HoconValue oldest = value;
                while (oldest.Prior is not null) oldest = oldest.Prior;
                if (oldest.Pending || oldest.Values is [HoconObject])
                    (oldest.Prior, oldest.Pending) = (old, true);
            }
        }

        target.Items[key] = value;
    }

    private HoconValue ParseValue()
    {
        HoconPosition at = _reader.Position;
        List<IHoconElement> pieces = [];
        while (!_reader.AtValueEnd)
        {
            string blanks = _reader.TakeSpaces();
            if (_reader.AtValueEnd) break;
            if (blanks.Length > 0 && pieces.Count > 0)
                pieces.Add(new HoconLiteral(blanks, Blank: true));

            pieces.Add(ParsePiece());
        }

        if (pieces.Count == 0) return null;

        bool open = pieces.Exists(piece => piece is HoconSubstitution);
        if (!open) HoconConcatenation.Parts(pieces, at);
        return new HoconValue(pieces) { At = at, Pending = open || pieces.Count > 1 };
    }

    private IHoconElement ParsePiece()
    {
        HoconPosition at = _reader.Position;
        return _reader.Peek switch
        {
            '"' => new HoconLiteral(_reader.TakeQuoted(), Quoted: true),
            '[' => ParseArray(at),
            '{' => ParseFields(new HoconObject(), _reader.TryTake("{") ? at : null),
            '$' when _reader.StartsWith("${") => ParseSubstitution(at),
            _ => new HoconLiteral(_reader.TakeUnquoted()),
        };
    }

    private HoconArray ParseArray(HoconPosition start)
    {
        if (++_depth > DepthMax) throw start.Error($"more than {DepthMax} levels");
        HoconArray items = [];
        _reader.TryTake("[");
        for (_reader.SkipBlank(); !_reader.TryTake("]"); SkipSeparator())
            items.Add(_reader.AtEnd ? throw start.Error("the '[' is never closed")
                : ParseValue()
                ?? throw _reader.Position.Error($"'{_reader.Peek}' where an item should be"));
        _depth--;
        return items;
    }

    private HoconSubstitution ParseSubstitution(HoconPosition at)
    {
        _reader.TryTake("${");
        bool optional = _reader.TryTake("?");
        string path = HoconPath.Join(_reader.TakePath("}"));
        if (!_reader.TryTake("}")) throw at.Error("the '${' is never closed");

        HoconSubstitution substitution = new() { Path = path, IsOptional = optional, At = at };
        _substitutions.Add(substitution);
        return substitution;
    }

    private bool TryParseInclude(HoconObject target)
    {
        if (!_reader.StartsWith("include")) return false;

        HoconPosition at = _reader.Position;
        HoconReader ahead = new(at.Text[at.Index..]);
        if (!ahead.TryTake("include") || ahead.TakeSpaces().Length == 0) return false;

        bool required = ahead.TryTake("required(");
        bool wrapped = ahead.TryTake("file(") || ahead.TryTake("url(")
            || ahead.TryTake("classpath(");
        ahead.TakeSpaces();
        if (ahead.Peek != '"')
            return required || wrapped ? throw at.Error("an include names a quoted string") : false;
        string name = ahead.TakeQuoted();
        foreach (bool opened in (bool[])[required, wrapped])
        {
            ahead.TakeSpaces();
            if (opened && !ahead.TryTake(")"))
                throw at.Error("the '(' of the include is never closed");
        }

        _reader.TryTake(at.Text.Substring(at.Index, ahead.Position.Index));
        Include(target, name, required, at);
        return true;
    }

    private void Include(HoconObject target, string name, bool required, HoconPosition at)
    {
        if (_include is null)
            throw at.Error($"'{name}' can't be included: no include callback was given");

        if (t_includes == IncludesMax)
            throw at.Error($"'{name}' is more than {IncludesMax} includes deep");

        t_includes++;
        HoconRoot included;
        try { included = _include(name); }
        finally { t_includes--; }

        if (included?.Value?.GetObject() is not { } fields)
        {
            if (required) throw at.Error($"'{name}' is required but was not found");

            return;
        }

        foreach (HoconSubstitution substitution in included.Substitutions)
        {
            substitution.Prefix = [.. _path, .. substitution.Prefix];
            _substitutions.Add(substitution);
        }

        foreach ((string key, HoconValue value) in fields.Items) Assign(target, key, value);
    }
}
