using System;
using System.Collections.Generic;
using System.Text;
using Rotom.Engine.Config;
using Rotom.Resp;
using Rotom.Resp.Batch;

namespace Rotom.Engine.Commands;

/// <summary>ACL and its sub-commands, but for the log.</summary>
internal static class AclCommands
{
    internal const CommandFlags Common =
        CommandFlags.NoScript | CommandFlags.Loading | CommandFlags.Stale;

    private const CommandFlags ForAdmin = Common | CommandFlags.Admin;

    /// <summary>Lists the ACL categories, or the commands inside a category.</summary>
    [Command("ACL|CAT", Arity = -2, Since = "6.0.0",
        Complexity = "O(1) since the categories and commands are a fixed set.",
        Group = Group.Server, Flags = Common, Acl = Acl.None, Syntax = "[category]")]
    internal static void Cat(ref CommandContext c)
    {
        if (c.ArgCount > 3)
        {
            Errors.UnknownSubcommandOrArity(c.Engine.DraftError(), "ACL"u8, c[1]);
            c.Error(c.Engine.DraftedError);
            return;
        }

        if (c.ArgCount == 2)
        {
            c.Reply.ArrayHeader(CommandNames.Categories.Length);
            foreach (FlagName<Acl> name in CommandNames.Categories) c.Reply.Bulk(name.Bytes);
            return;
        }

        Acl category = CommandNames.Category(c[2]);
        if (category == Acl.None)
        {
            c.Error("ERR Unknown category '" + Errors.Show(c[2]) + "'");
            return;
        }

        List<Command> found = [];
        AclCommandNames all = c.Engine.Acl.Commands;
        for (int i = 0; i < all.Count; i++)
        {
            if ((all[i].Spec.Acl & category) != 0) found.Add(all[i]);
        }

        c.Reply.ArrayHeader(found.Count);
        foreach (Command command in found) c.Reply.Bulk(command.FullNameBytes);
    }

    /// <summary>Deletes ACL users, and terminates their connections.</summary>
    [Command("ACL|DELUSER", Arity = -3, Since = "6.0.0",
        Complexity = "O(1) amortized time considering the typical user.",
        Group = Group.Server, Flags = ForAdmin, Syntax = "username...")]
    internal static void DelUser(ref CommandContext c)
    {
        long deleted = 0;
        for (int i = 2; i < c.ArgCount; i++)
        {
            string name = ByteText.FromBytes(c[i]);
            if (name == AclUsers.DefaultName)
            {
                c.Error("ERR The 'default' user cannot be removed"u8);
                return;
            }

            if (c.Engine.Acl.Remove(name) is not null) deleted++;
        }

        c.Reply.Integer(deleted);
        if (deleted > 0) c.Engine.OnUsersChanged();
    }

    /// <summary>Simulates the execution of a command by a user, without executing the command.
    /// </summary>
    [Command("ACL|DRYRUN", Arity = -4, Since = "7.0.0", Complexity = "O(1).",
        Group = Group.Server, Flags = ForAdmin, Syntax = "username command [arg...]")]
    internal static void DryRun(ref CommandContext c)
    {
        if (c.Engine.Acl.Find(ByteText.FromBytes(c[2])) is not { } user)
        {
            c.Error("ERR User '" + Errors.Show(c[2]) + "' not found");
            return;
        }

        ArgView words = new ArgView(c.Batch, c.Args).From(3);
        Command? command = c.Engine.Commands.Find(words[0]);
        if (command?.Subcommands is { } subs && words.Count > 1) command = subs.Find(words[1]);
        if (command is null)
        {
            c.Error("ERR Command '" + Errors.Show(words[0]) + "' not found");
            return;
        }

        if (!command.ArityFits(words.Count))
        {
            Errors.WrongArity(c.Engine.DraftError(), command.FullNameBytes);
            c.Error(c.Engine.DraftedError);
            return;
        }

        AclVerdict verdict = c.Engine.CheckRights(user, command, words, out int at);
        if (verdict == AclVerdict.Allowed)
        {
            c.Reply.Ok();
            return;
        }

        string what = verdict switch
        {
            AclVerdict.Command => $"run the '{command.FullName}' command",
            AclVerdict.Key => $"access the '{Errors.Show(words[at])}' key",
            _ => $"access the '{Errors.Show(words[at])}' channel",
        };
        c.Reply.Bulk(ByteText.ToBytes("This user has no permissions to " + what));
    }

    /// <summary>Generates a pseudorandom, secure password that can be used to identify ACL users.
    /// </summary>
    [Command("ACL|GENPASS", Arity = -2, Since = "6.0.0", Complexity = "O(1)",
        Group = Group.Server, Flags = Common, Acl = Acl.None, Syntax = "[bits:integer]")]
    internal static void GenPass(ref CommandContext c)
    {
        const int BitsMax = 4096;
        long bits = 256;
        if (c.ArgCount > 3)
        {
            Errors.UnknownSubcommandOrArity(c.Engine.DraftError(), "ACL"u8, c[1]);
            c.Error(c.Engine.DraftedError);
            return;
        }

        if (c.ArgCount == 3 && !c.TryInt64(2, out bits)) return;
        if (bits is <= 0 or > BitsMax)
        {
            c.Error("ERR ACL GENPASS argument must be the number of bits for the output "u8
                + "password, a positive number up to 4096"u8);
            return;
        }

        int digits = (int)(bits + 3) / 4;
        Span<byte> secret = stackalloc byte[BitsMax / 8];
        c.Engine.Random.FillSecret(secret);
        c.Reply.Bulk(Convert.ToHexStringLower(secret)[..digits]);
    }

    /// <summary>Lists the ACL rules of a user.</summary>
    [Command("ACL|GETUSER", Arity = 3, Since = "6.0.0",
        Complexity = "O(N). Where N is the number of password, command and pattern rules that the "
            + "user has.",
        Group = Group.Server, Flags = ForAdmin, Syntax = "username")]
    internal static void GetUser(ref CommandContext c)
    {
        if (c.Engine.Acl.Find(ByteText.FromBytes(c[2])) is not { } user)
        {
            c.Reply.Null();
            return;
        }

        ReplyBatch reply = c.Reply;
        reply.MapHeader(6);
        reply.Bulk("flags"u8);
        int flags = 1 + (user.NoPassword ? 1 : 0) + (user.SkipsSanitizing ? 1 : 0);
        reply.SetHeader(flags);
        reply.Bulk(user.IsEnabled ? "on"u8 : "off"u8);
        if (user.NoPassword) reply.Bulk("nopass"u8);
        if (user.SkipsSanitizing) reply.Bulk("skip-sanitize-payload"u8);
        reply.Bulk("passwords"u8);
        reply.ArrayHeader(user.Passwords.Count);
        foreach (string hash in user.Passwords) reply.Bulk(hash);
        WriteSelector(reply, user.Selectors[0]);
        reply.Bulk("selectors"u8);
        reply.ArrayHeader(user.Selectors.Count - 1);
        for (int i = 1; i < user.Selectors.Count; i++)
        {
            reply.MapHeader(3);
            WriteSelector(reply, user.Selectors[i]);
        }
    }

    /// <summary>Returns helpful text about the different subcommands.</summary>
    [Command("ACL|HELP", Arity = 2, Since = "6.0.0", Complexity = "O(1)", Group = Group.Server,
        Flags = CommandFlags.Loading | CommandFlags.Stale, Acl = Acl.None)]
    internal static void Help(ref CommandContext c) => c.HelpText();

    /// <summary>Dumps the effective rules in ACL file format.</summary>
    [Command("ACL|LIST", Arity = 2, Since = "6.0.0",
        Complexity = "O(N). Where N is the number of configured users.", Group = Group.Server,
        Flags = ForAdmin)]
    internal static void List(ref CommandContext c)
    {
        c.Reply.ArrayHeader(c.Engine.Acl.All.Count);
        foreach (AclUser user in c.Engine.Acl.All)
        {
            string line = AclUsers.Describe(user, new StringBuilder()).ToString();
            c.Reply.Bulk(ByteText.ToBytes(line));
        }
    }

    /// <summary>Reloads the rules from the configured ACL file.</summary>
    [Command("ACL|LOAD", Arity = 2, Since = "6.0.0",
        Complexity = "O(N). Where N is the number of configured users.", Group = Group.Server,
        Flags = ForAdmin)]
    internal static void Load(ref CommandContext c)
    {
        if (c.Engine.AclFile is null) c.Error(AclTexts.NoFile);
        else if (c.Engine.LoadAclFile() is { } wrong) c.Error(ByteText.ToBytes("ERR " + wrong));
        else c.Reply.Ok();
    }

    /// <summary>Saves the effective ACL rules in the configured ACL file.</summary>
    [Command("ACL|SAVE", Arity = 2, Since = "6.0.0",
        Complexity = "O(N). Where N is the number of configured users.", Group = Group.Server,
        Flags = ForAdmin)]
    internal static void Save(ref CommandContext c)
    {
        if (c.Engine.AclFile is not { } file)
        {
            c.Error(AclTexts.NoFile);
        }
        else if (file.TryReplace(c.Engine.Acl.Save(), out _))
        {
            c.Reply.Ok();
        }
        else
        {
            c.Error("ERR There was an error trying to save the ACLs. Please check the server "u8
                + "logs for more information"u8);
        }
    }

    /// <summary>Creates and modifies an ACL user and its rules.</summary>
    [Command("ACL|SETUSER", Arity = -3, Since = "6.0.0",
        Complexity = "O(N). Where N is the number of rules provided.", Group = Group.Server,
        Flags = ForAdmin, Syntax = "username [rule...]")]
    internal static void SetUser(ref CommandContext c)
    {
        string name = ByteText.FromBytes(c[2]);
        if (!AclUsers.IsValidName(name))
        {
            c.Error("ERR " + AclTexts.BadName);
            return;
        }

        List<string> rules = [];
        for (int i = 3; i < c.ArgCount; i++) rules.Add(ByteText.FromBytes(c[i]));
        if (c.Engine.Acl.TrySetUser(name, rules, out AclUser user) is { } wrong)
        {
            c.Error(ByteText.ToBytes("ERR " + wrong));
            return;
        }

        c.Reply.Ok();
        c.Engine.OnUsersChanged();
        c.Engine.CloseListenersWithoutRights(user);
    }

    /// <summary>Lists all ACL users.</summary>
    [Command("ACL|USERS", Arity = 2, Since = "6.0.0",
        Complexity = "O(N). Where N is the number of configured users.", Group = Group.Server,
        Flags = ForAdmin)]
    internal static void Users(ref CommandContext c)
    {
        c.Reply.ArrayHeader(c.Engine.Acl.All.Count);
        foreach (AclUser user in c.Engine.Acl.All) c.Reply.Bulk(ByteText.ToBytes(user.Name));
    }

    /// <summary>Returns the authenticated username of the current connection.</summary>
    [Command("ACL|WHOAMI", Arity = 2, Since = "6.0.0", Complexity = "O(1)",
        Group = Group.Server, Flags = Common, Acl = Acl.None)]
    internal static void WhoAmI(ref CommandContext c) =>
        c.Reply.Bulk(ByteText.ToBytes(c.Client.User));

    private static void WriteSelector(ReplyBatch reply, AclSelector selector)
    {
        StringBuilder text = new();
        selector.Commands.Describe(text);
        reply.Bulk("commands"u8);
        reply.Bulk(ByteText.ToBytes(text.ToString()));
        selector.DescribeKeys(text.Clear());
        reply.Bulk("keys"u8);
        reply.Bulk(ByteText.ToBytes(text.ToString()));
        selector.DescribeChannels(text.Clear());
        reply.Bulk("channels"u8);
        reply.Bulk(ByteText.ToBytes(text.ToString()));
    }
}
