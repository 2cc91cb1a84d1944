using System.Collections.Generic;

namespace Rotom.Engine;

/// <summary>
/// Carries out one command. Replies through the context; never throws for bad input.
/// </summary>
public delegate void CommandHandler(ref CommandContext context);

/// <summary>How a key specification finds where keys begin.</summary>
public enum KeySearch
{
    /// <summary>At a fixed argument (COMMAND INFO's begin_search "index").</summary>
    Index,

    /// <summary>Behind a token (begin_search "keyword").</summary>
    Keyword,

    /// <summary>No rule can say (begin_search "unknown"): the extractor has code for it.</summary>
    Unknown,
}

/// <summary>How a key specification finds which arguments from there on are keys.</summary>
public enum KeyFind
{
    /// <summary>A range with a step (find_keys "range").</summary>
    Range,

    /// <summary>A number of keys, then the keys (find_keys "keynum").</summary>
    KeyNum,

    /// <summary>No rule can say (find_keys "unknown").</summary>
    Unknown,
}

/// <summary>One rule that says which arguments are keys.</summary>
/// <param name="Search">How the beginning is found.</param>
/// <param name="Begin">
/// Index: the argument. Keyword: where the search starts (negative: from the end, backwards).
/// </param>
/// <param name="Keyword">The token, when searched by keyword.</param>
/// <param name="Find">How keys are found from there.</param>
/// <param name="LastKey">
/// Range: last key relative to the first (negative: from the end, -1 = last argument).
/// </param>
/// <param name="Step">Distance between keys.</param>
/// <param name="Limit">
/// Range to the end: 2 takes the first half of what is left, 0 or 1 all.
/// </param>
/// <param name="Access">What is done with the keys.</param>
public sealed record KeySpec(
    KeySearch Search,
    int Begin,
    string Keyword,
    KeyFind Find,
    int LastKey,
    int Step,
    int Limit,
    Access Access)
{
    /// <summary>COMMAND INFO's remark on this specification; empty for most.</summary>
    public string Notes { get; init; } = "";
}

/// <summary>All that is declared about a command: immutable, shared by all engines.</summary>
/// <remarks>
/// Made by the source generator from <see cref="CommandAttribute"/> and its like.
/// </remarks>
public sealed class CommandSpec
{
    /// <summary>Upper-case name; <c>CONTAINER|SUB</c> for a sub-command.</summary>
    public required string Name
    {
        get;
        init
        {
            field = value;
            KeyRule = SpecialKeys.RuleOf(value);
        }
    }

    /// <summary>The handler; for a container without its own: null.</summary>
    public required CommandHandler? Handler { get; init; }

    /// <summary>Number of words; negative = at least.</summary>
    public required int Arity { get; init; }

    /// <summary>Flags.</summary>
    public CommandFlags Flags { get; init; }

    /// <summary>ACL categories, those that follow from the flags included.</summary>
    public Acl Acl { get; init; }

    /// <summary>COMMAND DOCS' group.</summary>
    public Group Group { get; init; }

    /// <summary>COMMAND DOCS' summary.</summary>
    public string Summary { get; init; } = "";

    /// <summary>Version that brought it.</summary>
    public string Since { get; init; } = "";

    /// <summary>Complexity.</summary>
    public string Complexity { get; init; } = "";

    /// <summary>Argument notation, see <see cref="CommandAttribute.Syntax"/>.</summary>
    public string Syntax { get; init; } = "";

    /// <summary>Tips for clients.</summary>
    public IReadOnlyList<string> Tips { get; init; } = [];

    /// <summary>Version since when it is deprecated, or null.</summary>
    public string? DeprecatedSince { get; init; }

    /// <summary>What replaces it, or null.</summary>
    public string? ReplacedBy { get; init; }

    /// <summary>True when a host's command is propagated as it came.</summary>
    public bool PropagatesItself { get; init; }

    /// <summary>Which arguments are keys.</summary>
    public IReadOnlyList<KeySpec> Keys { get; init; } = [];

    /// <summary>Where the extractor looks for its keys.</summary>
    internal KeyRule KeyRule { get; private init; }
}
