using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;

using Microsoft.CodeAnalysis;

namespace Rotom.CommandTable;

// What every row must have. All are errors: a command without them would build and then lie in
// COMMAND DOCS, slip through an ACL rule, or write keys that nobody checks, propagates or watches.
internal static class CommandRules
{
    private static readonly DiagnosticDescriptor s_since = Rule("RTM001",
        "A command says since when it exists", "'{0}' needs Since, a version such as \"1.0.0\"");

    private static readonly DiagnosticDescriptor s_complexity = Rule("RTM002",
        "A command says what it costs", "'{0}' needs Complexity");

    private static readonly DiagnosticDescriptor s_group = Rule("RTM003",
        "A command belongs to a group", "'{0}' needs Group");

    private static readonly DiagnosticDescriptor s_summary = Rule("RTM004",
        "A command has a summary",
        "'{0}' needs a well-formed <summary> in its handler's doc comment");

    private static readonly DiagnosticDescriptor s_acl = Rule("RTM005",
        "A command has an ACL category",
        "'{0}' needs Acl (Acl.None only if no category but those of its flags fits)");

    private static readonly DiagnosticDescriptor s_keys = Rule("RTM006",
        "A command that writes says which keys",
        "'{0}' writes but names no key: add [Key] or its like, or KeysNone = true if it has none");

    private static readonly DiagnosticDescriptor s_duplicate = Rule("RTM007",
        "A command is declared once", "'{0}' is declared twice");

    private static readonly DiagnosticDescriptor s_shape = Rule("RTM008",
        "A handler is 'internal static void M(ref CommandContext c)'",
        "The handler of '{0}' cannot be used: {1}");

    private static readonly DiagnosticDescriptor s_both = Rule("RTM009",
        "A command writes or only reads", "'{0}' has both Write and ReadOnly");

    private static readonly DiagnosticDescriptor s_arity = Rule("RTM010",
        "A command has an arity",
        "'{0}' needs Arity, its name's words included: at least {1}, or at most -{1}");

    private static readonly DiagnosticDescriptor s_name = Rule("RTM011",
        "A command's name is upper case",
        "'{0}' is no command name: upper case letters, digits, '.', '_', '-', at most one '|'");

    private static readonly DiagnosticDescriptor s_keySpec = Rule("RTM012",
        "A key specification is sound", "A key of '{0}' is declared wrongly: {1}");

    private static readonly DiagnosticDescriptor s_keysNone = Rule("RTM013",
        "KeysNone is for commands without keys", "'{0}' has KeysNone and keys");

    private static readonly Regex s_versionForm = new(@"^\d+\.\d+\.\d+$");
    private static readonly Regex s_nameForm = new(@"^[A-Z][A-Z0-9._-]*(\|[A-Z][A-Z0-9._-]*)?$");

    /// <summary>What is wrong with a row taken alone.</summary>
    public static IEnumerable<Diagnostic> Check(CommandModel row)
    {
        int words = row.Name.Contains('|') ? 2 : 1;
        bool writes = row.Flags.Contains("Write");
        if (!s_nameForm.IsMatch(row.Name))
            yield return Make(s_name, row, row.Name);
        if (!s_versionForm.IsMatch(row.Since))
            yield return Make(s_since, row, row.Name);
        if (string.IsNullOrWhiteSpace(row.Complexity))
            yield return Make(s_complexity, row, row.Name);
        if (row.Group is null)
            yield return Make(s_group, row, row.Name);
        if (row.Summary.Length == 0)
            yield return Make(s_summary, row, row.Name);
        if (row.Acl is null && !row.Flags.Contains("Admin") && !row.Flags.Contains("PubSub"))
            yield return Make(s_acl, row, row.Name);
        if (writes && row.Keys.Count == 0 && !row.KeysNone)
            yield return Make(s_keys, row, row.Name);
        if (row.KeysNone && row.Keys.Count != 0)
            yield return Make(s_keysNone, row, row.Name);
        if (row.ShapeError is not null)
            yield return Make(s_shape, row, row.Name, row.ShapeError);
        if (writes && row.Flags.Contains("ReadOnly"))
            yield return Make(s_both, row, row.Name);
        if (Math.Abs(row.Arity) < words)
            yield return Make(s_arity, row, row.Name, words);
        foreach (KeyModel key in row.Keys.Where(key => key.Error is not null))
            yield return Make(s_keySpec, row, row.Name, key.Error!);
    }

    /// <summary>The error for a row whose name another row has.</summary>
    public static Diagnostic Duplicate(CommandModel row) => Make(s_duplicate, row, row.Name);

    private static Diagnostic Make(
        DiagnosticDescriptor rule, CommandModel row, params object[] arguments) =>
        Diagnostic.Create(rule, row.Place.ToLocation(), arguments);

    private static DiagnosticDescriptor Rule(string id, string title, string message) =>
        new(id, title, message, "CommandTable", DiagnosticSeverity.Error, isEnabledByDefault: true);
}
