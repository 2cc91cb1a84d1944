using System;
using System.Collections.Generic;
using System.Linq;

namespace Rotom.Engine;

// From the notation of CommandAttribute.Syntax to the argument tree of COMMAND DOCS.
//
//   arguments    = { element }
//   element      = ( word | [ name ":" ] group ) [ "..." ]
//   group        = "[" alternatives "]"        optional
//                | "<" alternatives ">"        mandatory
//   alternatives = arguments { "|" arguments }
//   word         = TOKEN [ "@" version ]       has no lower-case letter: NX, =, *, ""
//                | name [ ":" type ] [ "@" version ]
//
// A value named like a type is of that type (key, pattern), any other is a string. A token belongs
// to the value or <group> behind it: EX seconds:integer is one argument. A group that holds a token
// and then plain values only is a block with that token: [LIMIT offset:integer count:integer].
// Groups are named after what they hold unless they carry a name: expiration:[EX ms | KEEPTTL].
//
// "x..." repeats x; where x is a group that begins with its token, the token is repeated too. The
// manual's way of saying one or more, "x [x ...]", is the same as "x...".
//
// Notations are written by us, not by clients, and a test parses all of them; an error is therefore
// an exception. Depth is limited all the same.

/// <summary>Parses <see cref="CommandAttribute.Syntax"/>.</summary>
public ref struct CommandSyntax
{
    private const int DepthMax = 12;

    private readonly ReadOnlySpan<char> _text;
    private int _at;

    private CommandSyntax(ReadOnlySpan<char> text) => _text = text;

    /// <summary>
    /// The arguments of a command; a key gets the number of the specification it has.
    /// </summary>
    /// <exception cref="FormatException">The notation is wrong.</exception>
    public static IReadOnlyList<CommandArgument> Parse(CommandSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        int keys = 0;
        return NumberKeys(Parse(spec.Syntax), ref keys, spec.Keys.Count);
    }

    /// <summary>The arguments that a notation describes.</summary>
    /// <exception cref="FormatException">The notation is wrong.</exception>
    public static IReadOnlyList<CommandArgument> Parse(string notation)
    {
        var parser = new CommandSyntax(notation);
        List<CommandArgument> arguments = AttachTokens(parser.Sequence(DepthMax));
        if (parser._at < notation.Length)
            throw parser.Error($"unexpected '{notation[parser._at]}'");
        return arguments;
    }

    // Elements up to '|', a closing bracket or the end; tokens still stand alone.
    private List<CommandArgument> Sequence(int depth)
    {
        var elements = new List<CommandArgument>();
        while (true)
        {
            SkipBlanks();
            if (_at == _text.Length || _text[_at] is '|' or ']' or '>')
                return elements;
            if (TryDots())
            {
                if (elements.Count == 0)
                    throw Error("nothing to repeat");
                elements[^1] = Repeat(elements[^1]);
            }
            else if (_text[_at] is '[' or '<')
            {
                AddGroup(elements, "", depth);
            }
            else
            {
                AddWord(elements, depth);
            }
        }
    }

    private void AddWord(List<CommandArgument> elements, int depth)
    {
        int start = _at;
        while (_at < _text.Length && !char.IsWhiteSpace(_text[_at])
            && _text[_at] is not ('[' or ']' or '<' or '>' or '|')
            && !_text[_at..].StartsWith("..."))
        {
            _at++;
        }

        ReadOnlySpan<char> word = _text[start.._at];
        if (word is [.., ':'] && _at < _text.Length && _text[_at] is '[' or '<')
            AddGroup(elements, word[..^1].ToString(), depth);
        else
            elements.Add(Word(word));
    }

    private readonly CommandArgument Word(ReadOnlySpan<char> word)
    {
        int version = word.IndexOf('@');
        string? since = version < 0 ? null : word[(version + 1)..].ToString();
        if (version >= 0)
            word = word[..version];
        int colon = word.IndexOf(':');
        ReadOnlySpan<char> name = colon < 0 ? word : word[..colon];
        if (name.IsEmpty || since == "")
            throw Error("a name is empty");
        if (colon < 0 && !word.ContainsAnyInRange('a', 'z'))
        {
            string token = word.ToString();
            return new CommandArgument(token.ToLowerInvariant(), ArgumentType.PureToken)
            {
                Token = token,
                Since = since,
            };
        }

        if (name.ContainsAnyInRange('A', 'Z'))
            throw Error($"'{name}' is neither a token nor a name");
        ArgumentType type = TypeOf(colon < 0 ? name : word[(colon + 1)..])
            ?? (colon < 0 ? ArgumentType.String : throw Error($"no type '{word[(colon + 1)..]}'"));
        return new CommandArgument(name.ToString(), type) { Since = since };
    }

    private static ArgumentType? TypeOf(ReadOnlySpan<char> name) => name switch
    {
        "string" => ArgumentType.String,
        "integer" => ArgumentType.Integer,
        "double" => ArgumentType.Double,
        "key" => ArgumentType.Key,
        "pattern" => ArgumentType.Pattern,
        "unix-time" => ArgumentType.UnixTime,
        _ => null,
    };

    private void AddGroup(List<CommandArgument> elements, string label, int depth)
    {
        if (depth == 0)
            throw Error("too deep");
        char close = _text[_at] == '[' ? ']' : '>';
        var alternatives = new List<List<CommandArgument>>();
        do
        {
            _at++;
            alternatives.Add(Sequence(depth - 1));
            if (alternatives[^1].Count == 0)
                throw Error("an alternative is empty");
        }
        while (_at < _text.Length && _text[_at] == '|');
        if (_at == _text.Length || _text[_at] != close)
            throw Error($"'{close}' expected");
        _at++;

        bool isSingle = alternatives.Count == 1;
        if (close == ']' && isSingle && TryMergeRepetition(elements, alternatives[0]))
            return;
        CommandArgument group = isSingle
            ? Join(alternatives[0])
            : OneOf([.. alternatives.Select(Join)]);
        if (label.Length > 0)
            group = group with { Name = label };
        if (close == ']')
            group = group with { Optional = true };
        elements.Add(group);
    }

    // "x [x ...]" and "a b [a b ...]", the manual's one-or-more.
    private static bool TryMergeRepetition(
        List<CommandArgument> before, List<CommandArgument> group)
    {
        int count = group.Count, start = before.Count - count;
        if (start < 0 || !group[^1].Multiple)
            return false;
        for (int i = 0; i < count; i++)
        {
            bool isLast = i == count - 1;
            if ((isLast ? group[i] with { Multiple = false } : group[i]) != before[start + i])
                return false;
        }

        CommandArgument once = Join(before.GetRange(start, count));
        before.RemoveRange(start, count);
        before.Add(Repeat(once));
        return true;
    }

    private static CommandArgument Repeat(CommandArgument argument) =>
        argument.Multiple
            ? Block([argument]) with { Multiple = true }
            : argument with { Multiple = true, MultipleToken = argument.Token is not null };

    // The elements of one alternative as one argument.
    private static CommandArgument Join(List<CommandArgument> elements)
    {
        bool isTokenAndValues = elements.Count > 2 && IsBareToken(elements[0])
            && elements.Skip(1).All(e => e is { Optional: false, Arguments.Count: 0, Token: null });
        if (isTokenAndValues)
        {
            CommandArgument values = Block(elements.GetRange(1, elements.Count - 1));
            return values with { Token = elements[0].Token, Since = elements[0].Since };
        }

        List<CommandArgument> arguments = AttachTokens(elements);
        return arguments.Count == 1 ? arguments[0] : Block(arguments);
    }

    private static List<CommandArgument> AttachTokens(List<CommandArgument> elements)
    {
        var arguments = new List<CommandArgument>(elements.Count);
        foreach (CommandArgument element in elements)
        {
            if (arguments.Count > 0 && IsBareToken(arguments[^1])
                && element is { Optional: false, Token: null })
            {
                CommandArgument token = arguments[^1];
                arguments[^1] = element with
                {
                    Token = token.Token,
                    Since = element.Since ?? token.Since,
                };
            }
            else
            {
                arguments.Add(element);
            }
        }

        return arguments;
    }

    private static bool IsBareToken(CommandArgument argument) =>
        argument is { Type: ArgumentType.PureToken, Optional: false, Multiple: false };

    private static CommandArgument Block(List<CommandArgument> children) =>
        new(string.Join('_', children.Select(child => child.Name)), ArgumentType.Block)
        {
            Arguments = children,
        };

    private static CommandArgument OneOf(List<CommandArgument> children) =>
        new(string.Join("_or_", children.Select(child => child.Name)), ArgumentType.OneOf)
        {
            Arguments = children,
        };

    // The n-th key belongs to the n-th specification, and to the last one if there are fewer.
    private static List<CommandArgument> NumberKeys(
        IReadOnlyList<CommandArgument> arguments, ref int keys, int specs)
    {
        var numbered = new List<CommandArgument>(arguments.Count);
        foreach (CommandArgument argument in arguments)
        {
            if (argument.Type == ArgumentType.Key)
            {
                numbered.Add(argument with { KeySpecIndex = int.Min(keys, specs - 1) });
                keys++;
            }
            else
            {
                numbered.Add(argument.Arguments.Count == 0 ? argument : argument with
                {
                    Arguments = NumberKeys(argument.Arguments, ref keys, specs),
                });
            }
        }

        return numbered;
    }

    private void SkipBlanks()
    {
        while (_at < _text.Length && char.IsWhiteSpace(_text[_at]))
            _at++;
    }

    private bool TryDots()
    {
        if (!_text[_at..].StartsWith("..."))
            return false;
        _at += 3;
        return true;
    }

    private readonly FormatException Error(string what) =>
        new($"Syntax notation, at {_at}: {what} in \"{_text}\".");
}
