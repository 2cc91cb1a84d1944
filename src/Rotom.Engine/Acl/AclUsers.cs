using System;
using System.Collections.Generic;
using System.Text;
using Rotom.Engine.Config;

namespace Rotom.Engine;

/// <summary>
/// The file of the users (<c>aclfile</c>); implemented by the server's owner, since the engine has
/// no files. Texts are byte text.
/// </summary>
public interface IAclFile
{
    /// <summary>Reads the whole file; false with the system's reason.</summary>
    bool TryRead(out string text, out string error);

    /// <summary>Replaces the file as a whole or not at all; false with the system's reason.
    /// </summary>
    bool TryReplace(string text, out string error);
}

// All users of one engine. "default" is always there: connections begin as it, and so do all that
// never say AUTH with a name.
//
// A set of rules is applied as a whole or not at all: SETUSER to a copy of one user, a file to a
// new set of users.

/// <summary>The users by name.</summary>
internal sealed class AclUsers
{
    internal const string DefaultName = "default";

    private readonly AclCommandNames _names;
    private readonly ServerConfig _config;
    private readonly SortedDictionary<string, AclUser> _users = new(StringComparer.Ordinal);

    internal AclUsers(CommandTable commands, ServerConfig config)
    {
        _names = new AclCommandNames(commands);
        _config = config;
        Default = Standard();
        _users.Add(DefaultName, Default);
    }

    /// <summary>The user that connections begin as.</summary>
    internal AclUser Default { get; }

    /// <summary>What the host's own clients are: no rule of a user binds them.</summary>
    internal AclUser Host => field ??= Standard();

    /// <summary>What may do nothing.</summary>
    internal AclUser Nobody => field ??= new AclUser("nobody", _names, allChannels: false);

    /// <summary>All users, in the order of their names' bytes.</summary>
    internal IReadOnlyCollection<AclUser> All => _users.Values;

    /// <summary>Must a connection authenticate before it may do anything?</summary>
    internal bool NeedsAuth => !Default.NoPassword || !Default.IsEnabled;

    /// <summary>The commands, numbered for the rights' bits.</summary>
    internal AclCommandNames Commands => _names;

    /// <summary>The user of a name, or null.</summary>
    internal AclUser? Find(string name) => _users.GetValueOrDefault(name);

    /// <summary>requirepass: the default user's only password; empty = none is needed.</summary>
    internal void SetDefaultPassword(string password)
    {
        Invariant.Require(Default.Apply("resetpass", false) is null);
        string rule = password.Length == 0 ? "nopass" : ">" + password;
        Invariant.Require(Default.Apply(rule, false) is null);
    }

    /// <summary>The user whose password this is, or null.</summary>
    internal AclUser? Authenticate(ReadOnlySpan<byte> name, ReadOnlySpan<byte> password)
    {
        AclUser? user = Find(ByteText.FromBytes(name));
        // An unknown name costs what a known one does: the names must not show in the time.
        bool accepted = (user ?? Default).Accepts(password);
        return user is { IsEnabled: true } && accepted ? user : null;
    }

    /// <summary>Makes or changes a user by rules; nothing changes when one is refused.</summary>
    /// <param name="name">The user.</param>
    /// <param name="rules">The rules, as the client or the file wrote them.</param>
    /// <param name="user">The user as it is now.</param>
    /// <returns>The error, or null.</returns>
    internal string? TrySetUser(string name, IReadOnlyList<string> rules, out AclUser user)
    {
        bool allChannels = _config.AclPubSubAllChannels;
        user = Find(name) ?? new AclUser(name, _names, allChannels);
        AclUser changed = user.Copy();
        if (Merge(rules, out List<string> merged) is { } unmatched) return unmatched;
        foreach (string rule in merged)
        {
            if (changed.Apply(rule, allChannels) is { } why)
            {
                return $"Error in ACL SETUSER modifier '{rule}': {why}";
            }
        }

        user.TakeOver(changed);
        _users[name] = user;
        return null;
    }

    /// <summary>Removes a user other than the default one; the user, or null if there is none.
    /// </summary>
    internal AclUser? Remove(string name)
    {
        if (!_users.Remove(name, out AclUser? user)) return null;
        user.IsGone = true;
        return user;
    }

    /// <summary>
    /// A <c>user</c> directive of redis.conf: name and rules. A name may be given once.
    /// </summary>
    internal string? Declare(IReadOnlyList<string> words, HashSet<string> declared)
    {
        string name = words[0];
        if (!IsValidName(name)) return AclTexts.BadName;
        if (!declared.Add(name)) return AclTexts.DuplicateUser;
        return Replace(name, [.. words], out AclUser user) is { } why
            ? $"Error in user declaration '{name}': {why}"
            : Keep(user);
    }

    /// <summary>Takes all users from the text of an ACL file; null, or all that is wrong.</summary>
    internal string? TryLoad(string text)
    {
        StringBuilder errors = new();
        Dictionary<string, AclUser> loaded = new(StringComparer.Ordinal);
        string[] lines = text.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i].Trim(' ', '\t', '\r');
            if (line.Length == 0 || line[0] == '#') continue;
            if (LoadLine(line, loaded) is { } why)
            {
                errors.Append($"{_config.AclFile}:{i + 1}: {why}. ");
            }
        }

        if (errors.Length > 0)
        {
            errors.Append("WARNING: ACL errors detected, no change to the previously active ACL "
                + "rules was performed");
            return errors.ToString();
        }

        TakeOver(loaded);
        return null;
    }

    /// <summary>The users as an ACL file.</summary>
    internal string Save()
    {
        StringBuilder text = new();
        foreach (AclUser user in All) Describe(user, text).Append('\n');
        return text.ToString();
    }

    /// <summary>
    /// The users as <c>user</c> directives of redis.conf; none while a file has them.
    /// </summary>
    internal IReadOnlyDictionary<string, IReadOnlyList<string>> Directives()
    {
        List<string> lines = [];
        if (_config.AclFile.Length == 0)
        {
            foreach (AclUser user in All) lines.Add(Describe(user, new StringBuilder()).ToString());
        }

        return new Dictionary<string, IReadOnlyList<string>> { ["user"] = lines };
    }

    /// <summary>A user as a line of ACL LIST.</summary>
    internal static StringBuilder Describe(AclUser user, StringBuilder to)
    {
        to.Append("user ").Append(user.Name).Append(' ');
        user.Describe(to);
        return to;
    }

    /// <summary>False for names that a file's line could not hold.</summary>
    internal static bool IsValidName(string name) =>
        name.Length > 0 && !name.AsSpan().ContainsAny(AclTexts.Blanks);

    private string? Keep(AclUser user)
    {
        if (user.Name == DefaultName) Default.TakeOver(user);
        else _users[user.Name] = user;
        return null;
    }

    private string? LoadLine(string line, Dictionary<string, AclUser> loaded)
    {
        string[] words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (words[0] != "user" || words.Length < 2)
        {
            return "line should start with user keyword";
        }

        string name = words[1];
        if (!IsValidName(name)) return "username '" + name + "' contains invalid characters";
        if (loaded.ContainsKey(name)) return $"Duplicate user '{name}' found";
        if (Replace(name, words[1..], out AclUser user) is { } why) return why;
        loaded.Add(name, user);
        return null;
    }

    private string? Replace(string name, string[] words, out AclUser user)
    {
        bool allChannels = _config.AclPubSubAllChannels;
        user = new AclUser(name, _names, allChannels);
        if (Merge(words[1..], out List<string> rules) is { } unmatched) return unmatched;
        foreach (string rule in rules)
        {
            if (user.Apply(rule, allChannels) is { } why) return why;
        }

        return null;
    }

    // The default user stays the object it is; a file without one leaves Redis' own default.
    private void TakeOver(Dictionary<string, AclUser> loaded)
    {
        foreach (AclUser user in _users.Values)
        {
            if (user != Default) user.IsGone = true;
        }

        Default.TakeOver(loaded.GetValueOrDefault(DefaultName) ?? Standard());
        loaded.Remove(DefaultName);
        _users.Clear();
        _users.Add(DefaultName, Default);
        foreach ((string name, AclUser user) in loaded) _users.Add(name, user);
    }

    // What the default user is when nobody says otherwise: it may do everything.
    private AclUser Standard()
    {
        AclUser user = new(DefaultName, _names, allChannels: true);
        foreach (string rule in (string[])["on", "nopass", "~*", "+@all"])
        {
            Invariant.Require(user.Apply(rule, true) is null);
        }

        return user;
    }

    // A selector may be one word or come as several, from "(..." to "...)".
    private static string? Merge(IReadOnlyList<string> words, out List<string> rules)
    {
        rules = [];
        StringBuilder? open = null;
        string begin = "";
        foreach (string word in words)
        {
            if (open is null && (word.Length == 0 || word[0] != '(' || word[^1] == ')'))
            {
                rules.Add(word);
                continue;
            }

            if (open is null)
            {
                open = new StringBuilder(word);
                begin = word;
            }
            else
            {
                open.Append(' ').Append(word);
            }

            if (word.Length == 0 || word[^1] != ')') continue;
            rules.Add(open.ToString());
            open = null;
        }

        return open is null
            ? null
            : $"Unmatched parenthesis in acl selector starting at '{begin}'.";
    }
}
