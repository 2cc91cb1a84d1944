using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using Rotom.Resp;

namespace Rotom.Actors.Client;

/// <summary>What a user may do: commands, keys and channels, in the form of ACL rules.</summary>
/// <param name="Commands">Rules of commands.</param>
/// <param name="Keys">Patterns of keys.</param>
/// <param name="Channels">Patterns of channels.</param>
public sealed record AclRights(string Commands, string Keys, string Channels);

/// <summary>A user.</summary>
/// <param name="Flags"><c>on</c> or <c>off</c>, <c>nopass</c> and others.</param>
/// <param name="Passwords">Digests of the passwords, in hexadecimal.</param>
/// <param name="Rights">What the user may do.</param>
/// <param name="Selectors">What the user may do besides, each for itself.</param>
public sealed record AclUserDescription(
    string[] Flags, string[] Passwords, AclRights Rights, IReadOnlyList<AclRights> Selectors);

/// <summary>Something that was refused.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Count">How often, lately.</param>
/// <param name="Reason"><c>command</c>, <c>key</c>, <c>channel</c> or <c>auth</c>.</param>
/// <param name="Context"><c>toplevel</c> or <c>multi</c>.</param>
/// <param name="Object">What was asked for.</param>
/// <param name="User">Who asked.</param>
/// <param name="Age">How long ago the last time was.</param>
/// <param name="Client">The client, as CLIENT LIST says it.</param>
public sealed record AclLogItem(
    long Id, long Count, string Reason, string Context, string Object, string User, TimeSpan Age,
    string Client);

/// <summary>Commands on users and their rights.</summary>
public static class RotomAclCommands
{
    /// <summary>ACL CAT: the categories.</summary>
    [Calls("ACL|CAT")]
    public static ValueTask<string[]> AclCategoriesAsync(this IRotomCommands client) =>
        client.Call(Reply.TextArray, Word.Acl, Word.Cat);

    /// <summary>ACL CAT: the commands of a category.</summary>
    [Calls("ACL|CAT")]
    public static ValueTask<string[]> AclCategoryAsync(
        this IRotomCommands client, string category) =>
        client.Call(Reply.TextArray, Word.Acl, Word.Cat, category);

    /// <summary>ACL WHOAMI: the user that the client acts as.</summary>
    [Calls("ACL|WHOAMI")]
    public static ValueTask<string> AclWhoAmIAsync(this IRotomCommands client) =>
        client.Call(Reply.Text, Word.Acl, Word.Whoami);

    /// <summary>ACL USERS: their names.</summary>
    [Calls("ACL|USERS")]
    public static ValueTask<string[]> AclUsersAsync(this IRotomCommands client) =>
        client.Call(Reply.TextArray, Word.Acl, Word.Users);

    /// <summary>ACL LIST: users and rules, in the form of the ACL file.</summary>
    [Calls("ACL|LIST")]
    public static ValueTask<string[]> AclListAsync(this IRotomCommands client) =>
        client.Call(Reply.TextArray, Word.Acl, Word.List);

    /// <summary>ACL GETUSER: null when there is no such user.</summary>
    [Calls("ACL|GETUSER")]
    public static ValueTask<AclUserDescription?> AclGetUserAsync(
        this IRotomCommands client, string user) =>
        client.Call(User, Word.Acl, Word.Getuser, user);

    /// <summary>ACL SETUSER: makes or changes a user, by rules; all of them or none and an error.
    /// </summary>
    [Calls("ACL|SETUSER")]
    public static ValueTask AclSetUserAsync(
        this IRotomCommands client, string user, params ReadOnlySpan<RespArgument> rules)
    {
        WordList words = new(Word.Acl, rules.Length + 2);
        words.Add(Word.Setuser, user);
        words.Add(rules);
        return words.SendForOk(client);
    }

    /// <summary>ACL DELUSER: how many there were; their clients are closed.</summary>
    [Calls("ACL|DELUSER")]
    public static ValueTask<long> AclDeleteUserAsync(
        this IRotomCommands client, params ReadOnlySpan<RespArgument> users) =>
        WordList.Of(Word.Acl, Word.Deluser, users).Send(client, Reply.Integer);

    /// <summary>ACL DRYRUN: null when the user may execute the command, else why not; nothing is
    /// executed.</summary>
    [Calls("ACL|DRYRUN")]
    public static ValueTask<string?> AclDryRunAsync(
        this IRotomCommands client, string user, params ReadOnlySpan<RespArgument> command)
    {
        WordList words = new(Word.Acl, command.Length + 2);
        words.Add(Word.Dryrun, user);
        words.Add(command);
        return words.Send(client, static reply =>
            reply.Kind == RespKind.SimpleString ? null : Reply.Text(reply));
    }

    /// <summary>ACL GENPASS: a password of so many bits, 256 unless said otherwise, in
    /// hexadecimal.</summary>
    [Calls("ACL|GENPASS")]
    public static ValueTask<string> AclGeneratePasswordAsync(
        this IRotomCommands client, int bits = 256) =>
        client.Call(Reply.Text, Word.Acl, Word.Genpass, bits);

    /// <summary>ACL LOG: what was refused, the latest first; 10 unless said otherwise.</summary>
    [Calls("ACL|LOG")]
    public static ValueTask<AclLogItem[]> AclLogAsync(
        this IRotomCommands client, long count = 10) =>
        client.Call(static reply => Reply.Array(reply, LogItem), Word.Acl, Word.Log, count);

    /// <summary>ACL LOG RESET.</summary>
    [Calls("ACL|LOG")]
    public static ValueTask AclLogResetAsync(this IRotomCommands client) =>
        client.CallForOk(Word.Acl, Word.Log, Word.Reset);

    /// <summary>ACL LOAD: reads the file of the users; an error when there is none.</summary>
    [Calls("ACL|LOAD")]
    public static ValueTask AclLoadAsync(this IRotomCommands client) =>
        client.CallForOk(Word.Acl, Word.Load);

    /// <summary>ACL SAVE: writes the file of the users; an error when there is none.</summary>
    [Calls("ACL|SAVE")]
    public static ValueTask AclSaveAsync(this IRotomCommands client) =>
        client.CallForOk(Word.Acl, Word.Save);

    private static AclUserDescription? User(RespValue reply)
    {
        if (reply.IsNull) return null;
        ReplyParts parts = Reply.Parts(reply);
        return new AclUserDescription(
            Reply.TextArray(parts["flags"]), Reply.TextArray(parts["passwords"]), Rights(reply),
            Reply.Array(parts["selectors"], Rights));
    }

    private static AclRights Rights(RespValue reply)
    {
        ReplyParts parts = Reply.Parts(reply);
        return new AclRights(
            Reply.Text(parts["commands"]), Reply.Text(parts["keys"]),
            Reply.Text(parts["channels"]));
    }

    private static AclLogItem LogItem(RespValue reply)
    {
        ReplyParts parts = Reply.Parts(reply);
        return new AclLogItem(
            parts["entry-id"].AsInteger(), parts["count"].AsInteger(),
            Reply.Text(parts["reason"]), Reply.Text(parts["context"]),
            Reply.Text(parts["object"]), Reply.Text(parts["username"]),
            TimeSpan.FromSeconds(parts["age-seconds"].AsDouble()),
            Reply.Text(parts["client-info"]));
    }
}
