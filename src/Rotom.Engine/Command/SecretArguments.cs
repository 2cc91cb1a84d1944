using System;
using Rotom.Engine.Config;

namespace Rotom.Engine;

// Which words of a command are nobody's business: MONITOR and the slow log show (redacted) in their
// place. Found from the words when something is shown, so that a command costs nothing for it.

/// <summary>Passwords among the words of commands.</summary>
internal static class SecretArguments
{
    /// <summary>What is shown instead.</summary>
    internal static ReadOnlySpan<byte> Shown => "(redacted)"u8;

    /// <summary>True when a word of a command must not be shown.</summary>
    internal static bool Hides(Command command, in ArgView words, int at) => command.FullName switch
    {
        "auth" => at > 0,
        "acl|setuser" => at > 1,
        "config|set" => at > 2 && at % 2 == 1 && IsSensitive(words[at - 1]),
        "hello" => at > 2 && IsBehindAuth(in words, at, 2),
        "migrate" => at > 6 && IsBehindAuth(in words, at, 6),
        _ => false,
    };

    private static bool IsSensitive(ReadOnlySpan<byte> setting) =>
        ConfigTable.Find(ByteText.FromBytes(setting)) is { } row
        && row.Flags.HasFlag(ConfigFlags.Sensitive);

    // AUTH takes one word in MIGRATE and two in HELLO, AUTH2 two; a word that another option has
    // taken is none of them, but hiding too much is no fault.
    private static bool IsBehindAuth(in ArgView words, int at, int first)
    {
        bool two = first == 2;
        if (at - 1 >= first && (words.Is(at - 1, "AUTH"u8) || words.Is(at - 1, "AUTH2"u8)))
        {
            return true;
        }

        return at - 2 >= first
            && (words.Is(at - 2, "AUTH2"u8) || (two && words.Is(at - 2, "AUTH"u8)));
    }
}
