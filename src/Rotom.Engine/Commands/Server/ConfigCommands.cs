using System.Collections.Generic;
using Rotom.Engine.Config;

namespace Rotom.Engine.Commands;

/// <summary>CONFIG: GET SET RESETSTAT REWRITE HELP.</summary>
internal static class ConfigCommands
{
    private const CommandFlags Common = CommandFlags.Admin | CommandFlags.NoScript
        | CommandFlags.Loading | CommandFlags.Stale;

    /// <summary>Returns the effective values of configuration parameters.</summary>
    [Command("CONFIG|GET", Arity = -3, Since = "2.0.0",
        Complexity = "O(N) when N is the number of configuration parameters provided",
        Group = Group.Server, Flags = Common, Acl = Acl.None, Syntax = "parameter...")]
    internal static void Get(ref CommandContext c)
    {
        string[] patterns = new string[c.ArgCount - 2];
        for (int i = 0; i < patterns.Length; i++) patterns[i] = ByteText.FromBytes(c[i + 2]);
        List<(string Name, ConfigRow Row)> found = ConfigTable.Match(patterns);
        c.Reply.MapHeader(found.Count);
        foreach ((string name, ConfigRow row) in found)
        {
            c.Reply.Bulk(ByteText.ToBytes(name));
            c.Reply.Bulk(ByteText.ToBytes(row.Get(c.Engine.Config)));
        }
    }

    /// <summary>Sets configuration parameters in-flight.</summary>
    [Command("CONFIG|SET", Arity = -4, Since = "2.0.0",
        Complexity = "O(N) when N is the number of configuration parameters provided",
        Group = Group.Server, Flags = Common, Acl = Acl.None, Syntax = "<parameter value>...",
        Tips = "request_policy:all_nodes response_policy:all_succeeded")]
    internal static void Set(ref CommandContext c)
    {
        if (c.ArgCount % 2 != 0)
        {
            c.SyntaxError();
            return;
        }

        List<(string Name, string Value)> pairs = [];
        for (int i = 2; i < c.ArgCount; i += 2)
        {
            pairs.Add((ByteText.FromBytes(c[i]), ByteText.FromBytes(c[i + 1])));
        }

        RotomEngine engine = c.Engine;
        bool local = c.Client.Link.IsLoopback || c.Client.Link.IsUnixSocket;
        ConfigSetting setting = new(
            ConfigSetting.ProtectedAllowed(engine.Config, local), engine.IsLoading);
        string? error =
            ConfigSetter.Set(engine.Config, setting, pairs, engine.ApplierOfSettings);
        if (error is not null)
        {
            c.Error(error);
            return;
        }

        foreach ((string name, _) in pairs)
        {
            string official = ConfigTable.Find(name)!.Name;
            engine.Outbox.Add(new OutboxItem(OutboxKind.SettingChanged, official, c.Client));
        }

        c.Reply.Ok();
    }

    /// <summary>Resets the server's statistics.</summary>
    [Command("CONFIG|RESETSTAT", Arity = 2, Since = "2.0.0", Complexity = "O(1)",
        Group = Group.Server, Flags = Common, Acl = Acl.None,
        Tips = "request_policy:all_nodes response_policy:all_succeeded")]
    internal static void ResetStat(ref CommandContext c)
    {
        c.Engine.Stats.Reset();
        foreach (Command command in c.Engine.Commands.All)
        {
            command.ResetStats();
            if (command.Subcommands is not { } subcommands) continue;
            foreach (Command subcommand in subcommands.All) subcommand.ResetStats();
        }

        c.Engine.AclDenials.Reset();
        c.Engine.Evictor.ResetStatistics();
        c.Engine.Defragmenter.ResetStatistics();
        c.Engine.Outbox.Add(new OutboxItem(OutboxKind.ResetStatistics, "", c.Client));
        c.Reply.Ok();
    }

    /// <summary>Persists the effective configuration to file.</summary>
    [Command("CONFIG|REWRITE", Arity = 2, Since = "2.8.0", Complexity = "O(1)",
        Group = Group.Server, Flags = Common, Acl = Acl.None,
        Tips = "request_policy:all_nodes response_policy:all_succeeded")]
    internal static void Rewrite(ref CommandContext c) => RewriteFile(ref c, all: false);

    /// <summary>Rewrites the file, settings at their default too if wanted.</summary>
    internal static void RewriteFile(ref CommandContext c, bool all)
    {
        RotomEngine engine = c.Engine;
        if (c.Engine.ConfigFile is not { } file)
        {
            c.Error("ERR The server is running without a config file"u8);
        }
        else if (!file.TryReplace(
            text => ConfRewriter.Rewrite(text, engine.Config, engine.Acl.Directives(), all),
            out string error))
        {
            c.Error("ERR Rewriting config file: " + error);
        }
        else
        {
            c.Reply.Ok();
        }
    }

    /// <summary>Returns helpful text about the different subcommands.</summary>
    [Command("CONFIG|HELP", Arity = 2, Since = "5.0.0", Complexity = "O(1)",
        Group = Group.Server, Flags = CommandFlags.Loading | CommandFlags.Stale, Acl = Acl.None)]
    internal static void Help(ref CommandContext c) => c.HelpText();
}
