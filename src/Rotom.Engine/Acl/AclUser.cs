using System;
using System.Buffers;
using System.Collections.Generic;
using System.Security.Cryptography;
using System.Text;

namespace Rotom.Engine;

// A user: may it log in, with which passwords, and what may it do. Clients hold on to the object,
// so a change of the user is at once a change for them; rules are applied to a copy first, and the
// user only takes over what a whole command's rules came to.
//
// Passwords are kept as SHA-256 in hexadecimal, as Redis' files have them.

/// <summary>A user of the access control list.</summary>
internal sealed class AclUser
{
    private static readonly SearchValues<char> s_hexDigits =
        SearchValues.Create("0123456789abcdef");

    private readonly AclCommandNames _names;
    private readonly List<string> _passwords = [];
    private readonly List<AclSelector> _selectors = [];

    /// <summary>A new user: off, with no rights.</summary>
    internal AclUser(string name, AclCommandNames names, bool allChannels)
    {
        _names = names;
        Name = name;
        _selectors.Add(new AclSelector(names, allChannels));
    }

    /// <summary>Name in byte text.</summary>
    internal string Name { get; }

    /// <summary>May clients log in as this user?</summary>
    internal bool IsEnabled { get; private set; }

    /// <summary>Any password will do.</summary>
    internal bool NoPassword { get; private set; }

    /// <summary>skip-sanitize-payload was said; payloads are checked all the same.</summary>
    internal bool SkipsSanitizing { get; private set; }

    /// <summary>True when it was deleted or replaced by a file's user of that name.</summary>
    internal bool IsGone { get; set; }

    /// <summary>The root selector, then the others.</summary>
    internal IReadOnlyList<AclSelector> Selectors => _selectors;

    /// <summary>Hashes of the passwords.</summary>
    internal IReadOnlyList<string> Passwords => _passwords;

    /// <summary>True when nothing is forbidden: no command needs to be checked.</summary>
    internal bool IsUnlimited => _selectors[0].IsUnlimited;

    /// <summary>A copy to try rules on.</summary>
    internal AclUser Copy()
    {
        AclUser copy = new(Name, _names, allChannels: false);
        copy.TakeOver(this);
        return copy;
    }

    /// <summary>Becomes what another user is, but for the name.</summary>
    internal void TakeOver(AclUser from)
    {
        IsEnabled = from.IsEnabled;
        NoPassword = from.NoPassword;
        SkipsSanitizing = from.SkipsSanitizing;
        List<string> passwords = [.. from._passwords];
        _passwords.Clear();
        _passwords.AddRange(passwords);
        List<AclSelector> selectors = from._selectors.ConvertAll(s => new AclSelector(s));
        _selectors.Clear();
        _selectors.AddRange(selectors);
    }

    /// <summary>Applies one rule; why it is refused, or null.</summary>
    /// <param name="rule">The rule, a whole selector in parentheses included.</param>
    /// <param name="allChannels">acl-pubsub-default: what <c>reset</c> resets to.</param>
    internal string? Apply(string rule, bool allChannels)
    {
        switch (rule.ToLowerInvariant())
        {
            case "on" or "off":
                IsEnabled = rule.Length == 2;
                return null;
            case "nopass":
                NoPassword = true;
                _passwords.Clear();
                return null;
            case "resetpass":
                NoPassword = false;
                _passwords.Clear();
                return null;
            case "sanitize-payload":
                SkipsSanitizing = false;
                return null;
            case "skip-sanitize-payload":
                SkipsSanitizing = true;
                return null;
            case "clearselectors":
                _selectors.RemoveRange(1, _selectors.Count - 1);
                return null;
            case "reset":
                IsEnabled = NoPassword = SkipsSanitizing = false;
                _passwords.Clear();
                _selectors.Clear();
                _selectors.Add(new AclSelector(_names, allChannels));
                return null;
        }

        return rule.Length == 0 ? AclTexts.Syntax : rule[0] switch
        {
            '>' or '#' => AddPassword(rule),
            '<' or '!' => RemovePassword(rule),
            '(' when rule[^1] == ')' => AddSelector(rule[1..^1], allChannels),
            _ => _selectors[0].Apply(rule),
        };
    }

    /// <summary>Is this one of its passwords? The time does not tell how much of it is.</summary>
    internal bool Accepts(ReadOnlySpan<byte> password)
    {
        if (NoPassword) return true;
        Span<byte> given = stackalloc byte[64];
        HashOf(password, given);
        Span<byte> known = stackalloc byte[64];
        bool accepted = false;
        foreach (string hash in _passwords)
        {
            Encoding.ASCII.GetBytes(hash, known);
            accepted |= CryptographicOperations.FixedTimeEquals(given, known);
        }

        return accepted;
    }

    /// <summary>The best any selector says; the reason is that of the selector that came furthest.
    /// </summary>
    internal AclVerdict Check(Command command, in ArgView words, KeyPositions keys, out int at)
    {
        AclVerdict worst = AclVerdict.Allowed;
        at = 0;
        foreach (AclSelector selector in _selectors)
        {
            AclVerdict verdict = selector.Check(command, words, keys, out int where);
            if (verdict == AclVerdict.Allowed) return verdict;
            if (verdict > worst || (verdict == worst && where > at)) (worst, at) = (verdict, where);
        }

        return worst;
    }

    /// <summary>May a channel (or, word for word, a pattern) be listened to?</summary>
    internal bool AllowsChannel(ReadOnlySpan<byte> channel, bool isPattern)
    {
        foreach (AclSelector selector in _selectors)
        {
            if (selector.AllowsChannel(channel, isPattern)) return true;
        }

        return false;
    }

    /// <summary>The user as a line of an ACL file, without <c>user</c> and name.</summary>
    internal void Describe(StringBuilder to)
    {
        to.Append(IsEnabled ? "on" : "off");
        if (NoPassword) to.Append(" nopass");
        if (SkipsSanitizing) to.Append(" skip-sanitize-payload");
        foreach (string hash in _passwords) to.Append(" #").Append(hash);
        to.Append(' ');
        _selectors[0].Describe(to);
        for (int i = 1; i < _selectors.Count; i++)
        {
            to.Append(" (");
            _selectors[i].Describe(to);
            to.Append(')');
        }
    }

    private static void HashOf(ReadOnlySpan<byte> password, Span<byte> hex)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(password, hash);
        Convert.TryToHexStringLower(hash, hex, out _);
    }

    private static string? Hash(string rule)
    {
        if (rule[0] is '>' or '<')
        {
            Span<byte> hex = stackalloc byte[64];
            HashOf(Encoding.Latin1.GetBytes(rule[1..]), hex);
            return Encoding.ASCII.GetString(hex);
        }

        ReadOnlySpan<char> given = rule.AsSpan(1);
        bool good = given.Length == 64 && !given.ContainsAnyExcept(s_hexDigits);
        return good ? given.ToString() : null;
    }

    private string? AddPassword(string rule)
    {
        if (Hash(rule) is not { } hash) return AclTexts.BadHash;
        if (!_passwords.Contains(hash)) _passwords.Add(hash);
        NoPassword = false;
        return null;
    }

    private string? RemovePassword(string rule)
    {
        if (Hash(rule) is not { } hash) return AclTexts.BadHash;
        return _passwords.Remove(hash) ? null : AclTexts.NoSuchPassword;
    }

    private string? AddSelector(string rules, bool allChannels)
    {
        AclSelector selector = new(_names, allChannels);
        foreach (string rule in rules.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (selector.Apply(rule) is { } error) return error;
        }

        _selectors.Add(selector);
        return null;
    }
}
