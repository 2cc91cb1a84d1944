using System.Buffers;

namespace Rotom.Engine;

/// <summary>Why a rule is refused, in Redis' words.</summary>
internal static class AclTexts
{
    /// <summary>What C takes for a blank, and NUL: never part of a name or a pattern.</summary>
    internal static readonly SearchValues<char> Blanks = SearchValues.Create(" \t\n\v\f\r\0");

    internal const string Syntax = "Syntax error";
    internal const string UnknownCommand = "Unknown command or category name in ACL";
    internal const string FirstArgumentOfSubcommand =
        "Allowing first-arg of a subcommand is not supported";

    internal const string AllKeysAlready =
        "Adding a pattern after the * pattern (or the 'allkeys' flag) is not valid and does not "
        + "have any effect. Try 'resetkeys' to start with an empty list of patterns";

    internal const string AllChannelsAlready =
        "Adding a pattern after the * pattern (or the 'allchannels' flag) is not valid and does "
        + "not have any effect. Try 'resetchannels' to start with an empty list of channels";

    internal const string NoSuchPassword =
        "The password you are trying to remove from the user does not exist";

    internal const string BadHash =
        "The password hash must be exactly 64 characters and contain only lowercase hexadecimal "
        + "characters";

    internal const string DuplicateUser =
        "Duplicate user found. A user can only be defined once in config files";

    internal const string BadName = "Usernames can't contain spaces or null characters";

    internal const string NoFile =
        "ERR This Redis instance is not configured to use an ACL file. You may want to specify "
        + "users via the ACL SETUSER command and then issue a CONFIG REWRITE (assuming you have a "
        + "Redis configuration file set) in order to store users in the Redis configuration.";
}
