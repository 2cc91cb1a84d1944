using System;
using System.Collections.Generic;
using System.Text;

namespace Rotom.Engine;

// Which commands a selector may run: a bit for each command and sub-command, one more for those
// that are registered later, and, for commands without sub-commands, first arguments that alone
// are allowed (+select|0).
//
// What ACL LIST shows is not worked out from the bits but kept as it was said: the base (+@all or
// -@all) and the rules since, without those that a later rule made void. So a rule means the same
// after a restart with other commands.

/// <summary>The command rules of one selector, applied and as text.</summary>
internal sealed class AclCommandRights
{
    private readonly AclCommandNames _names;
    private readonly List<string> _rules = [];
    private readonly Dictionary<int, List<string>> _firstArguments = [];
    private ulong[] _bits;
    private bool _future;

    /// <summary>The right to nothing.</summary>
    internal AclCommandRights(AclCommandNames names)
    {
        _names = names;
        _bits = new ulong[(names.Count + 63) / 64];
    }

    /// <summary>A copy that changes on its own.</summary>
    internal AclCommandRights(AclCommandRights from)
    {
        _names = from._names;
        _rules.AddRange(from._rules);
        foreach ((int id, List<string> words) in from._firstArguments)
        {
            _firstArguments[id] = [.. words];
        }

        _bits = (ulong[])from._bits.Clone();
        _future = from._future;
    }

    /// <summary>True when there is nothing it may not run, now or later.</summary>
    internal bool IsUnlimited
    {
        get
        {
            if (!_future) return false;
            for (int id = 0; id < _names.Count; id++)
            {
                if (!Has(id)) return false;
            }

            return true;
        }
    }

    /// <summary>+@all or -@all.</summary>
    internal void SetAll(bool allowed)
    {
        Array.Fill(_bits, allowed ? ulong.MaxValue : 0);
        _future = allowed;
        _firstArguments.Clear();
        _rules.Clear();
    }

    /// <summary>+@category or -@category; false when there is no such category.</summary>
    internal bool TrySetCategory(string name, bool allowed)
    {
        Acl category = CommandNames.Category(Encoding.Latin1.GetBytes(name));
        if (category == Acl.None) return false;
        bool changed = false;
        bool empty = true;
        for (int id = 0; id < _names.Count; id++)
        {
            Command command = _names[id];
            if ((command.Spec.Acl & category) == 0) continue;
            empty = false;
            changed |= SetWithSubcommands(command, allowed);
        }

        if (changed || empty) Note("@" + name.ToLowerInvariant(), allowed);
        return true;
    }

    /// <summary>
    /// +command, -command, and the same of <c>command|sub</c>; a container brings its sub-commands
    /// with it. +command|word of a command without sub-commands allows that first argument.
    /// </summary>
    /// <returns>Why it is refused, or null.</returns>
    internal string? Set(string rule, bool allowed)
    {
        if (_names.Find(rule) is { } command)
        {
            if (SetWithSubcommands(command, allowed)) Note(command.FullName, allowed);
            return null;
        }

        int bar = rule.LastIndexOf('|');
        if (!allowed || bar <= 0) return AclTexts.UnknownCommand;
        if (_names.Find(rule[..bar]) is not { } first) return AclTexts.UnknownCommand;
        if (first.Container is not null) return AclTexts.FirstArgumentOfSubcommand;
        if (first.Subcommands is not null) return AclTexts.UnknownCommand;
        string word = rule[(bar + 1)..].ToLowerInvariant();
        if (word.Length == 0) return AclTexts.Syntax;
        int id = first.AclId;
        if (!_firstArguments.TryGetValue(id, out List<string>? words))
        {
            _firstArguments[id] = words = [];
        }

        if (Has(id) || words.Contains(word)) return null;
        words.Add(word);
        Note(first.FullName + "|" + word, allowed: true);
        return null;
    }

    /// <summary>May the command with these words be run?</summary>
    internal bool Allows(Command command, in ArgView words)
    {
        if (Has(command.AclId)) return true;
        if (words.Count < 2 || !_firstArguments.TryGetValue(command.AclId, out var allowed))
        {
            return false;
        }

        foreach (string word in allowed)
        {
            if (words.Is(1, word)) return true;
        }

        return false;
    }

    /// <summary>The rules as ACL LIST shows them.</summary>
    internal void Describe(StringBuilder to)
    {
        to.Append(_future ? "+@all" : "-@all");
        foreach (string rule in _rules) to.Append(' ').Append(rule);
    }

    private bool Has(int id) =>
        id >> 6 < _bits.Length ? (_bits[id >> 6] & (1UL << (id & 63))) != 0 : _future;

    // True when a right changed: a rule that says nothing new is not kept.
    private bool SetWithSubcommands(Command command, bool allowed)
    {
        bool changed = Set(command.AclId, allowed);
        foreach (Command sub in command.Subcommands?.All ?? [])
        {
            changed |= Set(sub.AclId, allowed);
        }

        return changed;
    }

    private bool Set(int id, bool allowed)
    {
        bool changed = Has(id) != allowed | _firstArguments.Remove(id);
        int word = id >> 6;
        if (word >= _bits.Length)
        {
            int old = _bits.Length;
            Array.Resize(ref _bits, word + 1);
            if (_future) Array.Fill(_bits, ulong.MaxValue, old, _bits.Length - old);
        }

        if (allowed) _bits[word] |= 1UL << (id & 63);
        else _bits[word] &= ~(1UL << (id & 63));
        return changed;
    }

    // A new rule makes void what was said of the same thing, or of parts of it, before.
    private void Note(string what, bool allowed)
    {
        string parts = what + "|";
        _rules.RemoveAll(rule => rule.AsSpan(1).SequenceEqual(what)
            || (what[0] != '@' && rule.AsSpan(1).StartsWith(parts, StringComparison.Ordinal)));
        _rules.Add((allowed ? "+" : "-") + what);
    }
}
