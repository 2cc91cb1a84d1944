using System;
using System.Collections.Generic;

namespace Rotom.Engine;

// CustomCommand: a command that the host of an engine brings. It is declared as completely as a
// built-in one, because the same readers read it: dispatch, COMMAND, INFO, rights, MULTI.
//
// Its handler runs in the keyspace's turn, between two other commands: what it does is atomic, and
// what it takes the others wait for. It reaches keys by CommandContext.Store and by Call only, so
// that watchers, caches, events, the journal and blocked clients hear of every change.

/// <summary>A command of the host's own.</summary>
public sealed record CustomCommand
{
    private const int NameBytesMax = 64;

    /// <summary>Its name; case does not matter. Letters, digits and <c>. - _ :</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Number of words, the name included; negative = at least.</summary>
    public required int Arity { get; init; }

    /// <summary>What carries it out.</summary>
    public required CommandHandler Handler { get; init; }

    /// <summary>
    /// Flags. A handler that changes keys needs <see cref="CommandFlags.Write"/>.
    /// </summary>
    public CommandFlags Flags { get; init; }

    /// <summary>ACL categories beyond those that follow from the flags.</summary>
    public Acl Acl { get; init; }

    /// <summary>Which words are keys; rights are checked for these. See <see cref="KeysOf"/>.
    /// </summary>
    public IReadOnlyList<KeySpec> Keys { get; init; } = [];

    /// <summary>
    /// True propagates the command as it came, instead of what it did: less to write when it
    /// changes a little of a large value. It is carried out anew when a journal is replayed, so it
    /// must do the same then: nothing that depends on the time, on chance, or on the client, and no
    /// call of a command that changes keys.
    /// </summary>
    public bool PropagatesItself { get; init; }

    /// <summary>What COMMAND DOCS says.</summary>
    public string Summary { get; init; } = "";

    /// <summary>Version of the host that brought it.</summary>
    public string Since { get; init; } = "1.0.0";

    /// <summary>Complexity.</summary>
    public string Complexity { get; init; } = "";

    /// <summary>Its arguments, see <see cref="CommandAttribute.Syntax"/>.</summary>
    public string Syntax { get; init; } = "";

    /// <summary>Keys at a fixed place: from <paramref name="first"/> on.</summary>
    /// <param name="first">The word that is the first key; 0 is the name.</param>
    /// <param name="access">What is done with them.</param>
    /// <param name="last">The last; negative counts from the end, -1 is the last word.</param>
    /// <param name="step">Distance between two keys.</param>
    public static KeySpec KeysOf(int first, Access access, int last = 0, int step = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(first, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(step, 1);
        int relative = last > 0 ? last - first : last;
        return new KeySpec(
            KeySearch.Index, first, "", KeyFind.Range, relative, step, 0, access);
    }

    /// <summary>Keys behind their number: <c>numkeys key [key ...]</c>.</summary>
    /// <param name="countAt">The word that is the number.</param>
    /// <param name="access">What is done with them.</param>
    public static KeySpec KeysAfterCount(int countAt, Access access) =>
        new(KeySearch.Index, countAt, "", KeyFind.KeyNum, -1, 1, 0, access);

    /// <summary>A key behind a token: <c>STORE key</c>.</summary>
    /// <param name="token">The token, in upper case.</param>
    /// <param name="searchFrom">The first word that may be the token.</param>
    /// <param name="access">What is done with it.</param>
    public static KeySpec KeyAfterToken(string token, int searchFrom, Access access) =>
        new(KeySearch.Keyword, searchFrom, token, KeyFind.Range, 0, 1, 0, access);

    /// <summary>The declaration as the table holds it.</summary>
    /// <exception cref="ArgumentException">It is not complete, or says what cannot be.</exception>
    internal CommandSpec ToSpec()
    {
        Validate();
        bool movable = false;
        foreach (KeySpec key in Keys)
        {
            movable |= key.Search != KeySearch.Index || key.Find != KeyFind.Range;
        }

        CommandSpec spec = new()
        {
            Name = Name.ToUpperInvariant(),
            Handler = Guarded(Handler),
            Arity = Arity,
            Flags = movable ? Flags | CommandFlags.MovableKeys : Flags,
            Acl = Categories(),
            Group = Group.Module,
            Summary = Summary,
            Since = Since,
            Complexity = Complexity,
            Syntax = Syntax,
            Keys = Keys,
            PropagatesItself = PropagatesItself,
        };
        _ = CommandSyntax.Parse(spec);
        return spec;
    }

    private void Validate()
    {
        if (Name.Length is 0 or > NameBytesMax) throw Wrong("has no name of 1 to 64 letters");
        foreach (char c in Name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '-' or '_' or ':'))
            {
                throw Wrong($"has '{c}' in its name");
            }
        }

        if (Arity == 0) throw Wrong("has no arity");
        if (Handler is null) throw Wrong("has no handler");
        const CommandFlags both = CommandFlags.Write | CommandFlags.ReadOnly;
        if ((Flags & both) == both) throw Wrong("both writes and only reads");
        if (PropagatesItself && !Has(CommandFlags.Write)) throw Wrong("propagates and writes not");
        if ((Flags & CommandFlags.Container) != 0) throw Wrong("cannot be a container");
        foreach (KeySpec key in Keys)
        {
            bool isThere = key.Search != KeySearch.Index
                || Arity < 0 || key.Begin + Math.Max(0, key.LastKey) < Arity;
            if (!isThere) throw Wrong($"has a key at {key.Begin} and {Arity} words");
        }
    }

    private Acl Categories()
    {
        Acl categories = Acl;
        if (Has(CommandFlags.Write)) categories |= Acl.Write;
        if (Has(CommandFlags.ReadOnly)) categories |= Acl.Read;
        if (Has(CommandFlags.Admin)) categories |= Acl.Admin | Acl.Dangerous;
        if (Has(CommandFlags.PubSub)) categories |= Acl.PubSub;
        if (Has(CommandFlags.Blocking)) categories |= Acl.Blocking;
        return categories | (Has(CommandFlags.Fast) ? Acl.Fast : Acl.Slow);
    }

    private bool Has(CommandFlags flag) => (Flags & flag) != 0;

    private ArgumentException Wrong(string what) => new($"The command '{Name}' {what}.");

    // A key of another type than the handler took it for is the client's mistake, not the host's.
    private static CommandHandler Guarded(CommandHandler handler) => (ref CommandContext c) =>
    {
        ReplyMark mark = c.MarkReply();
        try
        {
            handler(ref c);
        }
        catch (WrongTypeException)
        {
            c.TakeBackReply(mark);
            c.Error(Rotom.Resp.Errors.WrongType);
        }
    };
}

/// <summary>A key holds a value of another type: a custom command answers WRONGTYPE.</summary>
public sealed class WrongTypeException()
    : InvalidOperationException("The key holds a value of another type.");
