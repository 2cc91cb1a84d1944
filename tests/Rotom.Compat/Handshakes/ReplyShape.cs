using System;
using System.Collections.Generic;
using System.Linq;
using Rotom.Compat.Wire;

namespace Rotom.Compat.Handshakes;

/// <summary>
/// What a reply must look like where its exact bytes may differ from server to server.
/// </summary>
/// <remarks>
/// <c>+OK</c>, <c>-ERR text</c>, <c>:5</c>, <c>$text</c> match a reply of that type whose text
/// begins so; <c>$=text</c> one that is exactly so; <c>_</c> any null; <c>*N</c>, <c>%N</c> an
/// aggregate of N entries, without N of any number; <c>*{a, b=c}</c> and <c>%{…}</c> one that
/// has these fields, <c>b</c> with the text <c>c</c>; <c>*[a b c]</c> these parts. <c>A | B</c>
/// is either. A map may come as a flat array only where the shape says so.
/// </remarks>
internal sealed class ReplyShape
{
    private readonly string[] _alternatives;

    private ReplyShape(string text) => _alternatives = text.Split(" | ");

    public static ReplyShape Parse(string text) => new(text.Trim());

    public override string ToString() => string.Join(" | ", _alternatives);

    public bool Matches(RespReply reply) => _alternatives.Any(a => MatchesOne(a, reply));

    private static bool MatchesOne(string shape, RespReply reply)
    {
        char type = shape[0];
        string rest = shape[1..];
        if (type == '_')
            return reply.IsNull;
        if (reply.IsNull || reply.Type != type)
            return false;
        if (type is not ('*' or '%' or '~' or '>'))
        {
            return rest.StartsWith('=')
                ? reply.Text == rest[1..]
                : reply.Text.StartsWith(rest, StringComparison.Ordinal);
        }
        if (rest.StartsWith('{'))
            return Parts(rest, ", ").All(field => HasField(reply, field));
        if (rest.StartsWith('['))
            return reply.Items.Select(i => i.Text).SequenceEqual(Parts(rest, " "));
        int entries = reply.Items.Length / (type == '%' ? 2 : 1);
        return rest.Length == 0 || entries == int.Parse(rest);
    }

    private static IEnumerable<string> Parts(string bracketed, string separator)
        => bracketed[1..^1].Split(separator, StringSplitOptions.RemoveEmptyEntries);

    private static bool HasField(RespReply reply, string field)
    {
        string[] pair = field.Split('=', 2);
        RespReply? value = reply.Field(pair[0]);
        return value is not null && (pair.Length == 1 || value.Text == pair[1]);
    }
}
