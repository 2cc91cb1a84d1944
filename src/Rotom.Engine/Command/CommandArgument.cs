using System.Collections.Generic;

namespace Rotom.Engine;

/// <summary>The kinds of arguments that COMMAND DOCS knows.</summary>
public enum ArgumentType
{
    /// <summary>Any bytes.</summary>
    String,
    /// <summary>A 64-bit integer.</summary>
    Integer,
    /// <summary>A floating point number.</summary>
    Double,
    /// <summary>A key.</summary>
    Key,
    /// <summary>A glob pattern.</summary>
    Pattern,
    /// <summary>A point in time, in seconds or milliseconds since 1970.</summary>
    UnixTime,
    /// <summary>A literal token without a value.</summary>
    PureToken,
    /// <summary>Exactly one of its children.</summary>
    OneOf,
    /// <summary>All of its children, one after the other.</summary>
    Block,
}

/// <summary>One argument of a command, as COMMAND DOCS shows it. Immutable.</summary>
/// <remarks>Made by <see cref="CommandSyntax"/>.</remarks>
public sealed record CommandArgument(string Name, ArgumentType Type)
{
    /// <summary>The literal in front of the value, or the whole argument of a pure token.</summary>
    public string? Token { get; init; }

    /// <summary>May be left out.</summary>
    public bool Optional { get; init; }

    /// <summary>May be repeated.</summary>
    public bool Multiple { get; init; }

    /// <summary>When repeated, the token is repeated too.</summary>
    public bool MultipleToken { get; init; }

    /// <summary>Version that brought the argument, if later than the command.</summary>
    public string? Since { get; init; }

    /// <summary>Which key specification of the command finds this key; -1 for none.</summary>
    public int KeySpecIndex { get; init; } = -1;

    /// <summary>Children of a block or one-of.</summary>
    public IReadOnlyList<CommandArgument> Arguments { get; init; } = [];

    /// <summary>Number of words that a valid call has for this argument at least.</summary>
    public int MinWords
    {
        get
        {
            if (Optional)
                return 0;
            int words = Token is null ? 0 : 1;
            switch (Type)
            {
                case ArgumentType.PureToken:
                    return words;
                case ArgumentType.Block:
                    foreach (CommandArgument child in Arguments)
                        words += child.MinWords;
                    return words;
                case ArgumentType.OneOf:
                    int least = int.MaxValue;
                    foreach (CommandArgument child in Arguments)
                        least = int.Min(least, child.MinWords);
                    return words + least;
                default:
                    return words + 1;
            }
        }
    }

    /// <summary>
    /// Every valid call has <see cref="MinWords"/> words for this argument, no more.
    /// </summary>
    public bool IsFixed
    {
        get
        {
            if (Optional || Multiple)
                return false;
            foreach (CommandArgument child in Arguments)
            {
                if (!child.IsFixed)
                    return false;
                if (Type == ArgumentType.OneOf && child.MinWords != Arguments[0].MinWords)
                    return false;
            }

            return true;
        }
    }
}
