using System;

namespace Rotom.Engine;

// A command is a static method with these attributes: see CONTRIBUTING, "How to add a command".
// The source generator in eng/Rotom.CommandTable turns them into the command table, which dispatch,
// COMMAND, ACL, MULTI, propagation, the documentation and the table-wide tests read.

/// <summary>
/// Declares a command on its handler: <c>static void M(ref CommandContext c)</c>.
/// </summary>
/// <remarks>The method's doc summary is the summary that COMMAND DOCS answers.</remarks>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class CommandAttribute : Attribute
{
    /// <summary>Names the command: <c>GET</c>, or <c>CONFIG|GET</c> for a sub-command.</summary>
    public CommandAttribute(string name) => Name = name;

    /// <summary>Upper-case name.</summary>
    public string Name { get; }

    /// <summary>
    /// Number of words, name included (both words of a sub-command); negative = at least.
    /// </summary>
    public int Arity { get; set; }

    /// <summary>The Redis version that brought it.</summary>
    public string Since { get; set; } = "";

    /// <summary>Its cost, as the Redis documentation states it.</summary>
    public string Complexity { get; set; } = "";

    /// <summary>COMMAND DOCS' group.</summary>
    public Group Group { get; set; }

    /// <summary>What it does and where it may run.</summary>
    public CommandFlags Flags { get; set; }

    /// <summary>ACL categories beyond those that follow from the flags.</summary>
    public Acl Acl { get; set; }

    /// <summary>
    /// The arguments after the name, in the notation of the Redis manual:
    /// <c>key value [NX | XX] [GET] [EX seconds:integer | KEEPTTL]</c>. Upper case = literal token,
    /// lower case = a value, <c>name:type</c> where the type is not a string, <c>[...]</c>
    /// optional, <c>|</c> one of, <c>&lt;...&gt;</c> group, trailing <c>...</c> repeated;
    /// <c>name:[...]</c> names a group, <c>GET@6.2.0</c> says since when. The whole grammar is in
    /// CommandSyntax.cs.
    /// </summary>
    public string Syntax { get; set; } = "";

    /// <summary>Hints for clients (COMMAND INFO's tips), separated by blanks.</summary>
    public string Tips { get; set; } = "";

    /// <summary>Set when Redis calls it deprecated: the version since when.</summary>
    public string? DeprecatedSince { get; set; }

    /// <summary>What to use instead of a deprecated command.</summary>
    public string? ReplacedBy { get; set; }

    /// <summary>
    /// A command that writes must declare its keys or, by this, that it has none (FLUSHALL,
    /// SWAPDB).
    /// </summary>
    public bool KeysNone { get; set; }
}

/// <summary>One key at a fixed place.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class KeyAttribute : Attribute
{
    /// <summary>The key is argument <paramref name="index"/>; the command's name is 0.</summary>
    public KeyAttribute(int index, Access access)
    {
        Index = index;
        Access = access;
    }

    /// <summary>Argument number.</summary>
    public int Index { get; }

    /// <summary>What is done with it.</summary>
    public Access Access { get; }

    /// <summary>COMMAND INFO's remark on the specification.</summary>
    public string Notes { get; set; } = "";
}

/// <summary>A range of keys.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class KeysAttribute : Attribute
{
    /// <summary>
    /// Keys from <paramref name="first"/> to <paramref name="last"/> (negative: counted from the
    /// end, -1 the last argument), every <paramref name="step"/>-th argument.
    /// </summary>
    public KeysAttribute(int first, int last, int step, Access access)
    {
        First = first;
        Last = last;
        Step = step;
        Access = access;
    }

    /// <summary>First key.</summary>
    public int First { get; }

    /// <summary>Last key; negative counts from the end.</summary>
    public int Last { get; }

    /// <summary>Distance between keys.</summary>
    public int Step { get; }

    /// <summary>What is done with them.</summary>
    public Access Access { get; }

    /// <summary>COMMAND INFO's remark on the specification.</summary>
    public string Notes { get; set; } = "";
}

/// <summary>As many keys as an argument says, behind that argument.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class KeysAfterCountAttribute : Attribute
{
    /// <summary>
    /// Argument <paramref name="countAt"/> holds the number of keys that follow it.
    /// </summary>
    public KeysAfterCountAttribute(int countAt, Access access)
    {
        CountAt = countAt;
        Access = access;
    }

    /// <summary>Argument number of the count.</summary>
    public int CountAt { get; }

    /// <summary>Arguments from one key to the next: 2 where each has a value.</summary>
    public int Step { get; set; } = 1;

    /// <summary>What is done with them.</summary>
    public Access Access { get; }

    /// <summary>COMMAND INFO's remark on the specification.</summary>
    public string Notes { get; set; } = "";
}

/// <summary>The argument behind a literal token is a key.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class KeyAfterTokenAttribute : Attribute
{
    /// <summary>
    /// Looks for <paramref name="token"/> from argument <paramref name="startAt"/> on.
    /// </summary>
    public KeyAfterTokenAttribute(string token, int startAt, Access access)
    {
        Token = token;
        StartAt = startAt;
        Access = access;
    }

    /// <summary>The token, upper case.</summary>
    public string Token { get; }

    /// <summary>First argument looked at.</summary>
    public int StartAt { get; }

    /// <summary>What is done with the key.</summary>
    public Access Access { get; }

    /// <summary>
    /// 1 (default): one key; -1: all arguments to the end; -2: the first half of what is left
    /// (XREAD's STREAMS).
    /// </summary>
    public int Count { get; set; } = 1;

    /// <summary>COMMAND INFO's remark on the specification.</summary>
    public string Notes { get; set; } = "";
}

/// <summary>
/// Keys that no rule can say where to find (SORT's patterns); shown as "unknown".
/// </summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class KeysUnknownAttribute : Attribute
{
    /// <summary>States what is done with them.</summary>
    public KeysUnknownAttribute(Access access) => Access = access;

    /// <summary>What is done with them.</summary>
    public Access Access { get; }

    /// <summary>COMMAND INFO's remark on the specification.</summary>
    public string Notes { get; set; } = "";
}
