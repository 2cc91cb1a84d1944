using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using Rotom.Resp;

namespace Rotom.Actors.Client;

/// <summary>What the command table says of a command.</summary>
/// <param name="Name">Its name; <c>config|get</c> for one of a container.</param>
/// <param name="Arity">How many words it has; at least so many when negative.</param>
/// <param name="Flags">Its flags.</param>
/// <param name="FirstKey">Which word is the first key; 0 for none.</param>
/// <param name="LastKey">Which is the last; negative ones count from the end.</param>
/// <param name="KeyStep">From one key to the next.</param>
/// <param name="Categories">Its ACL categories.</param>
/// <param name="Tips">Hints for proxies.</param>
/// <param name="KeySpecifications">Where its keys are, as the server says it.</param>
/// <param name="Subcommands">Those of a container.</param>
public sealed record CommandDescription(
    string Name, long Arity, string[] Flags, long FirstKey, long LastKey, long KeyStep,
    string[] Categories, string[] Tips, IReadOnlyList<RespValue> KeySpecifications,
    IReadOnlyList<CommandDescription> Subcommands);

/// <summary>What is documented of a command.</summary>
/// <param name="Summary">What it does.</param>
/// <param name="Since">The version of Redis that has it first.</param>
/// <param name="Group">Its group.</param>
/// <param name="Complexity">What it costs.</param>
/// <param name="DeprecatedSince">Since which version another is preferred; null if none is.</param>
/// <param name="ReplacedBy">Which one; null if none is.</param>
/// <param name="All">Everything, with the tree of its arguments, as the server says it.</param>
public sealed record CommandDocumentation(
    string Summary, string Since, string Group, string Complexity, string? DeprecatedSince,
    string? ReplacedBy, RespValue All);

/// <summary>A key of a command.</summary>
/// <param name="Key">The key.</param>
/// <param name="Flags">What the command does with it.</param>
public sealed record CommandKey(byte[] Key, string[] Flags);

/// <summary>What COMMAND LIST goes by.</summary>
public enum CommandFilter
{
    /// <summary>The name of a module.</summary>
    Module,

    /// <summary>An ACL category.</summary>
    Category,

    /// <summary>A glob of names.</summary>
    Pattern,
}

/// <summary>Commands about commands.</summary>
public static class RotomCommandCommands
{
    /// <summary>COMMAND: all commands.</summary>
    [Calls("COMMAND")]
    public static ValueTask<CommandDescription[]> CommandsAsync(this IRotomCommands client) =>
        client.Call(static reply => Reply.Array(reply, Describe), Word.Command);

    /// <summary>COMMAND INFO: null for those that there are not.</summary>
    [Calls("COMMAND|INFO")]
    public static ValueTask<CommandDescription?[]> CommandInfoAsync(
        this IRotomCommands client, params ReadOnlySpan<RespArgument> names) =>
        WordList.Of(Word.Command, Word.Info, names).Send(client, static reply =>
            Reply.Array(reply, static item => item.IsNull ? null : Describe(item)));

    /// <summary>COMMAND DOCS: of these commands, of all when none is named.</summary>
    [Calls("COMMAND|DOCS")]
    public static ValueTask<Dictionary<string, CommandDocumentation>> CommandDocsAsync(
        this IRotomCommands client, params ReadOnlySpan<RespArgument> names) =>
        WordList.Of(Word.Command, Word.Docs, names)
            .Send(client, static reply => Reply.ByText(reply, Document));

    /// <summary>COMMAND COUNT.</summary>
    [Calls("COMMAND|COUNT")]
    public static ValueTask<long> CommandCountAsync(this IRotomCommands client) =>
        client.Call(Reply.Integer, Word.Command, Word.Count);

    /// <summary>COMMAND LIST: the names of all commands.</summary>
    [Calls("COMMAND|LIST")]
    public static ValueTask<string[]> CommandNamesAsync(this IRotomCommands client) =>
        client.Call(Reply.TextArray, Word.Command, Word.List);

    /// <summary>COMMAND LIST FILTERBY: the names of some.</summary>
    [Calls("COMMAND|LIST")]
    public static ValueTask<string[]> CommandNamesAsync(
        this IRotomCommands client, CommandFilter filter, string value) =>
        client.Call(Reply.TextArray, Word.Command, Word.List, Word.Filterby, NameOf(filter), value);

    /// <summary>COMMAND GETKEYS: which words of a command are keys.</summary>
    [Calls("COMMAND|GETKEYS")]
    public static ValueTask<byte[][]> CommandKeysAsync(
        this IRotomCommands client, params ReadOnlySpan<RespArgument> command) =>
        WordList.Of(Word.Command, Word.Getkeys, command).Send(client, Reply.BytesArray);

    /// <summary>COMMAND GETKEYSANDFLAGS: the same, and what it does with them.</summary>
    [Calls("COMMAND|GETKEYSANDFLAGS")]
    public static ValueTask<CommandKey[]> CommandKeysWithFlagsAsync(
        this IRotomCommands client, params ReadOnlySpan<RespArgument> command) =>
        WordList.Of(Word.Command, Word.Getkeysandflags, command)
            .Send(client, static reply => Reply.Array(reply, Key));

    private static RespArgument NameOf(CommandFilter filter) => filter switch
    {
        CommandFilter.Module => Word.Module,
        CommandFilter.Category => Word.Aclcat,
        CommandFilter.Pattern => Word.Pattern,
        _ => throw new ArgumentOutOfRangeException(nameof(filter)),
    };

    // Containers hold commands, and commands none: two levels.
    private static CommandDescription Describe(RespValue reply)
    {
        IReadOnlyList<RespValue> items = Reply.Items(reply, 10);
        return new CommandDescription(
            Reply.Text(items[0]), items[1].AsInteger(), Reply.TextArray(items[2]),
            items[3].AsInteger(), items[4].AsInteger(), items[5].AsInteger(),
            Reply.TextArray(items[6]), Reply.TextArray(items[7]), Reply.Items(items[8]),
            Reply.Array(items[9], Describe));
    }

    private static CommandDocumentation Document(RespValue reply)
    {
        ReplyParts parts = Reply.Parts(reply);
        return new CommandDocumentation(
            Reply.Text(parts["summary"]), Reply.Text(parts["since"]), Reply.Text(parts["group"]),
            Reply.Text(parts["complexity"]), parts.Find("deprecated_since")?.AsString(),
            parts.Find("replaced_by")?.AsString(), reply);
    }

    private static CommandKey Key(RespValue reply)
    {
        IReadOnlyList<RespValue> items = Reply.Items(reply, 2);
        return new CommandKey(Reply.Bytes(items[0]), Reply.TextArray(items[1]));
    }
}
