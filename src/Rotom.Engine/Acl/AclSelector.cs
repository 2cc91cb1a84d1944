using System;
using System.Collections.Generic;
using System.Text;

namespace Rotom.Engine;

/// <summary>What a key pattern lets its user do.</summary>
[Flags]
internal enum AclKeyRights
{
    None = 0,
    Read = 1,
    Write = 2,
    All = Read | Write,
}

/// <summary>Why a command is refused; the order is Redis': later reasons win.</summary>
internal enum AclVerdict
{
    Allowed,
    Command,
    Key,
    Auth,
    Channel,
}

// A selector is one complete set of rights: commands, keys, channels. A user has a root selector
// and any number of others; a command is allowed if one of them allows all of it.
//
// Which words are keys is KeyExtractor's answer, the same that the handler gets.

/// <summary>One set of rights.</summary>
internal sealed class AclSelector
{
    private readonly List<KeyPattern> _keys = [];
    private readonly List<byte[]> _channels = [];

    private readonly record struct KeyPattern(byte[] Pattern, AclKeyRights Rights);

    /// <summary>The right to nothing, or to all channels if the setting says so.</summary>
    internal AclSelector(AclCommandNames names, bool allChannels)
    {
        Commands = new AclCommandRights(names);
        AllChannels = allChannels;
    }

    /// <summary>A copy that changes on its own.</summary>
    internal AclSelector(AclSelector from)
    {
        Commands = new AclCommandRights(from.Commands);
        _keys.AddRange(from._keys);
        _channels.AddRange(from._channels);
        AllKeys = from.AllKeys;
        AllChannels = from.AllChannels;
    }

    internal AclCommandRights Commands { get; }

    internal bool AllKeys { get; private set; }

    internal bool AllChannels { get; private set; }

    /// <summary>True when it allows everything there is and will be.</summary>
    internal bool IsUnlimited => AllKeys && AllChannels && Commands.IsUnlimited;

    /// <summary>Applies one rule; why it is refused, or null.</summary>
    internal string? Apply(string rule)
    {
        switch (rule.ToLowerInvariant())
        {
            case "allkeys" or "~*":
                SetKeys(all: true);
                return null;
            case "resetkeys":
                SetKeys(all: false);
                return null;
            case "allchannels" or "&*":
                SetChannels(all: true);
                return null;
            case "resetchannels":
                SetChannels(all: false);
                return null;
            case "allcommands" or "+@all":
                Commands.SetAll(true);
                return null;
            case "nocommands" or "-@all":
                Commands.SetAll(false);
                return null;
        }

        return rule.Length == 0 ? AclTexts.Syntax : rule[0] switch
        {
            '~' => AddKeys(rule.AsSpan(1), AclKeyRights.All),
            '%' => AddKeysWithRights(rule),
            '&' => AddChannel(rule.AsSpan(1)),
            '+' or '-' => SetCommand(rule),
            _ => AclTexts.Syntax,
        };
    }

    /// <summary>May a command with these words be run? If not, which word is in the way.</summary>
    internal AclVerdict Check(
        Command command, in ArgView words, KeyPositions keys, out int at)
    {
        at = 0;
        if (!command.Is(CommandFlags.NoAuth) && !Commands.Allows(command, words))
        {
            return AclVerdict.Command;
        }

        if (!AllKeys)
        {
            foreach (KeyPosition key in keys.Items)
            {
                at = key.At;
                if (!AllowsKey(words[key.At], RightsFor(key.Access))) return AclVerdict.Key;
            }
        }

        return AllChannels ? AclVerdict.Allowed : CheckChannels(command, words, out at);
    }

    /// <summary>May a key be used in this way?</summary>
    internal bool AllowsKey(ReadOnlySpan<byte> key, AclKeyRights needed)
    {
        if (AllKeys) return true;
        foreach (KeyPattern pattern in _keys)
        {
            if ((pattern.Rights & needed) == needed && Glob.Matches(pattern.Pattern, key))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>True when every key may be used in this way.</summary>
    internal bool AllowsEveryKey(AclKeyRights needed)
    {
        if (AllKeys) return true;
        foreach (KeyPattern pattern in _keys)
        {
            if (pattern.Pattern is [(byte)'*'] && (pattern.Rights & needed) == needed) return true;
        }

        return false;
    }

    /// <summary>
    /// May a channel be used? A pattern to subscribe to must be among the rights word for word.
    /// </summary>
    internal bool AllowsChannel(ReadOnlySpan<byte> channel, bool isPattern)
    {
        if (AllChannels) return true;
        foreach (byte[] pattern in _channels)
        {
            if (isPattern ? channel.SequenceEqual(pattern) : Glob.Matches(pattern, channel))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The key patterns as ACL LIST shows them.</summary>
    internal void DescribeKeys(StringBuilder to)
    {
        if (AllKeys)
        {
            to.Append("~*");
            return;
        }

        for (int i = 0; i < _keys.Count; i++)
        {
            if (i > 0) to.Append(' ');
            to.Append(_keys[i].Rights switch
            {
                AclKeyRights.Read => "%R~",
                AclKeyRights.Write => "%W~",
                _ => "~",
            });
            to.Append(Encoding.Latin1.GetString(_keys[i].Pattern));
        }
    }

    /// <summary>The channel patterns as ACL GETUSER shows them.</summary>
    internal void DescribeChannels(StringBuilder to)
    {
        if (AllChannels)
        {
            to.Append("&*");
            return;
        }

        for (int i = 0; i < _channels.Count; i++)
        {
            if (i > 0) to.Append(' ');
            to.Append('&').Append(Encoding.Latin1.GetString(_channels[i]));
        }
    }

    /// <summary>The whole selector as rules.</summary>
    internal void Describe(StringBuilder to)
    {
        int start = to.Length;
        DescribeKeys(to);
        if (to.Length > start) to.Append(' ');
        if (!AllChannels) to.Append("resetchannels ");
        int before = to.Length;
        DescribeChannels(to);
        if (to.Length > before) to.Append(' ');
        Commands.Describe(to);
    }

    // SUBSCRIBE and SSUBSCRIBE name channels, PSUBSCRIBE patterns, PUBLISH and SPUBLISH one
    // channel; to unsubscribe is always allowed.
    private AclVerdict CheckChannels(Command command, in ArgView words, out int at)
    {
        at = 0;
        AclChannelUse use = command.ChannelUse;
        if (use == AclChannelUse.None) return AclVerdict.Allowed;
        int last = use == AclChannelUse.Publish ? 1 : words.Count - 1;
        for (int i = 1; i <= last && i < words.Count; i++)
        {
            at = i;
            if (!AllowsChannel(words[i], use == AclChannelUse.Patterns)) return AclVerdict.Channel;
        }

        return AclVerdict.Allowed;
    }

    private static AclKeyRights RightsFor(Access access)
    {
        AclKeyRights needed = AclKeyRights.None;
        if ((access & Access.Get) != 0) needed |= AclKeyRights.Read;
        if ((access & (Access.Insert | Access.Update | Access.Delete)) != 0)
        {
            needed |= AclKeyRights.Write;
        }

        return needed;
    }

    private void SetKeys(bool all)
    {
        AllKeys = all;
        _keys.Clear();
    }

    private void SetChannels(bool all)
    {
        AllChannels = all;
        _channels.Clear();
    }

    private string? SetCommand(string rule)
    {
        bool allowed = rule[0] == '+';
        if (rule.Length == 1) return AclTexts.UnknownCommand;
        if (rule[1] != '@') return Commands.Set(rule[1..], allowed);
        return Commands.TrySetCategory(rule[2..], allowed) ? null : AclTexts.UnknownCommand;
    }

    private string? AddKeysWithRights(string rule)
    {
        AclKeyRights rights = AclKeyRights.None;
        for (int i = 1; i < rule.Length; i++)
        {
            AclKeyRights next = rule[i] switch
            {
                'R' or 'r' => AclKeyRights.Read,
                'W' or 'w' => AclKeyRights.Write,
                _ => AclKeyRights.None,
            };
            if (rule[i] == '~' && rights != AclKeyRights.None)
            {
                return AddKeys(rule.AsSpan(i + 1), rights);
            }

            if (next == AclKeyRights.None || (rights & next) != 0) return AclTexts.Syntax;
            rights |= next;
        }

        return AclTexts.Syntax;
    }

    private string? AddKeys(ReadOnlySpan<char> pattern, AclKeyRights rights)
    {
        if (AllKeys) return AclTexts.AllKeysAlready;
        if (HasBlank(pattern)) return AclTexts.Syntax;
        byte[] bytes = Bytes(pattern);
        int known = _keys.FindIndex(k => k.Pattern.AsSpan().SequenceEqual(bytes));
        if (known < 0) _keys.Add(new KeyPattern(bytes, rights));
        else _keys[known] = new KeyPattern(bytes, rights | _keys[known].Rights);
        return null;
    }

    private string? AddChannel(ReadOnlySpan<char> pattern)
    {
        if (AllChannels) return AclTexts.AllChannelsAlready;
        if (HasBlank(pattern)) return AclTexts.Syntax;
        byte[] bytes = Bytes(pattern);
        if (!_channels.Exists(c => c.AsSpan().SequenceEqual(bytes))) _channels.Add(bytes);
        return null;
    }

    private static bool HasBlank(ReadOnlySpan<char> text) => text.ContainsAny(AclTexts.Blanks);

    private static byte[] Bytes(ReadOnlySpan<char> text)
    {
        byte[] bytes = new byte[text.Length];
        Encoding.Latin1.GetBytes(text, bytes);
        return bytes;
    }
}

/// <summary>How a command uses channels.</summary>
internal enum AclChannelUse
{
    None,
    Publish,
    Channels,
    Patterns,
}
