using System;
using System.Linq;
using System.Text;
using Rotom.Compat.Wire;

namespace Rotom.Compat.Differential;

/// <summary>How the replies of two servers to one command are held against each other.</summary>
internal enum Compare
{
    /// <summary>Byte for byte, errors included.</summary>
    Exact,

    /// <summary>Aggregates whose order means nothing.</summary>
    Unordered,

    /// <summary>Integers of seconds that may be 2 apart; others exactly.</summary>
    Seconds,

    /// <summary>Integers of milliseconds that may be 2,000 apart; others exactly.</summary>
    Milliseconds,

    /// <summary>Both null, both errors of the same text, or both something.</summary>
    Presence,

    /// <summary>
    /// A cursor command: walked to its end on both, and what it listed compared.
    /// </summary>
    Walk,
}

/// <summary>
/// One command of the differential run: how its arguments are drawn and its replies compared.
/// To add a command, add a row to one of the tables; nothing else needs to know of it.
/// </summary>
/// <param name="Name">The command, lower case.</param>
/// <param name="Arguments">Draws the arguments, without the name.</param>
/// <param name="Compare">How the replies are compared.</param>
/// <param name="Weight">How often, against the others.</param>
/// <param name="Required">False for a command the server may not have yet.</param>
/// <param name="Whole">True when it must not be cut short: it would choose at random.</param>
internal sealed record CommandKind(string Name, Func<Draw, object[]> Arguments,
    Compare Compare = Compare.Exact, int Weight = 10, bool Required = true, bool Whole = false)
{
    /// <summary>The command as bytes, with now and then a wrong number of arguments.</summary>
    public byte[][] Make(Draw draw)
    {
        object[] drawn = Arguments(draw);
        byte[][] words = [draw.AnyCase(Name), .. drawn.Select(Bytes)];
        if (Whole || Compare == Compare.Walk || draw.Next(40) != 0)
            return words;
        return draw.Next(2) == 0 && words.Length > 1 ? words[..^1] : [.. words, draw.Value()];
    }

    private static byte[] Bytes(object argument) => argument switch
    {
        byte[] bytes => bytes,
        _ => Encoding.Latin1.GetBytes(FormattableString.Invariant($"{argument}")),
    };
}

/// <summary>The comparisons of <see cref="Compare"/>.</summary>
internal static class Comparison
{
    public static bool Same(Compare compare, RespReply a, RespReply b) => compare switch
    {
        Compare.Unordered => Sorted(a) == Sorted(b),
        Compare.Seconds => Near(a, b, 2),
        Compare.Milliseconds => Near(a, b, 2_000),
        Compare.Presence => a.IsError || b.IsError ? Exact(a, b) : a.IsNull == b.IsNull,
        _ => Exact(a, b),
    };

    private static bool Exact(RespReply a, RespReply b) => a.ToString() == b.ToString();

    private static bool Near(RespReply a, RespReply b, long tolerance)
    {
        if (a.Type != ':' || b.Type != ':' || a.Integer < 0 || b.Integer < 0)
            return Exact(a, b);
        return Math.Abs(a.Integer - b.Integer) <= tolerance;
    }

    private static string Sorted(RespReply reply)
        => reply.Type + string.Join(' ', reply.Items.Select(i => i.ToString())
            .Order(StringComparer.Ordinal)) + reply.Text;
}
