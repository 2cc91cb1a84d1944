using System;
using System.Collections.Generic;
using System.Linq;

namespace Rotom.Simulation.Oracle;

/// <summary>A user: who may do all but some commands, with keys that begin so.</summary>
internal sealed record ModelUser(
    string Name, bool IsOn, IReadOnlyList<string> Prefixes, IReadOnlySet<string> Denied);

// ACL: users come, change and go while clients act as them. What a client may do is asked when it
// asks, at EXEC once more for each command, and when it is served after it had to wait. Who acts as
// a user that goes is closed.
internal sealed partial class Model
{
    private const string NoKeyError =
        "NOPERM this user has no permissions to access one of the keys used as arguments";

    private const string RulesChanged = "NOPERM ACLs rules changed between the moment the "
        + "transaction was accumulated and the EXEC call. This command is no longer allowed for "
        + "the following reason: ";

    private static readonly HashSet<string> s_keyless =
    [
        "ping", "echo", "select", "quit", "reset", "hello", "auth", "multi", "exec", "discard",
        "unwatch", "publish", "subscribe", "unsubscribe", "psubscribe", "punsubscribe", "time",
        "info", "keys", "scan", "randomkey", "dbsize", "swapdb", "flushdb", "flushall", "bgsave",
        "bgrewriteaof", "lastsave", "sim.fail",
    ];

    private static readonly HashSet<string> s_twoKeys =
        ["rename", "renamenx", "copy", "lmove", "rpoplpush", "smove", "blmove"];

    private static readonly HashSet<string> s_allKeys =
        ["mget", "del", "unlink", "exists", "touch", "watch", "sunion", "sunionstore"];

    private readonly Dictionary<string, ModelUser> _users = [];

    /// <summary>Commands that a user had no right to.</summary>
    internal long NotPermitted { get; private set; }

    private void AddAcl()
    {
        Add("auth", -2, Authenticate);
        Add("acl|whoami", 2, c => c.Reply.Bulk(c.Client.User ?? "default"));
        Add("acl|setuser", -3, SetUser);
        Add("acl|deluser", -3, DeleteUser);
    }

    private void Authenticate(ModelCall c)
    {
        if (!_users.TryGetValue(c[1], out ModelUser? user) || !user.IsOn)
        {
            c.Reply.Error("WRONGPASS invalid username-password pair or user is disabled.");
            return;
        }

        c.Client.User = user.Name;
        c.Reply.Ok();
    }

    // As the workload asks: "off" alone, or all of it from the beginning.
    private void SetUser(ModelCall c)
    {
        if (Is(c, 3, "off"))
        {
            ModelUser old = _users.GetValueOrDefault(c[2])
                ?? new ModelUser(c[2], false, [], _commands.Keys.ToHashSet());
            _users[c[2]] = old with { IsOn = false };
        }
        else
        {
            _users[c[2]] = new ModelUser(
                c[2],
                true,
                [.. c.Args.Where(rule => rule[0] == '~').Select(rule => rule[1..^1])],
                c.Args.Where(rule => rule[0] == '-').Select(rule => rule[1..]).ToHashSet());
        }

        c.Reply.Ok();
    }

    private void DeleteUser(ModelCall c)
    {
        bool was = _users.Remove(c[2]);
        c.Reply.Integer(was ? 1 : 0);
        if (!was) return;
        foreach (ModelClient client in _clients.Values.Where(one =>
            one.User == c[2] && !one.IsGone && !one.IsClosing).ToList())
        {
            CloseClient(client, c.Client);
        }
    }

    /// <summary>What a client hears that has no right to a command; null when it has.</summary>
    private string? WhyForbidden(ModelClient client, ModelCommand command, string[] args)
    {
        if (client.User is not { } name) return null;
        ModelUser user = _users[name];
        string? why = null;
        if (user.Denied.Contains(command.Name))
        {
            why = "NOPERM this user has no permissions to run the '" + command.Name
                + "' command";
        }
        else if (!KeysOf(command.Name, args).All(key => user.Prefixes.Any(prefix =>
            key.StartsWith(prefix, StringComparison.Ordinal))))
        {
            why = NoKeyError;
        }

        if (why is not null) NotPermitted++;
        return why;
    }

    /// <summary>The same at EXEC, of a command that was queued.</summary>
    private string? WhyNoLonger(ModelClient client, ModelCommand command, string[] args) =>
        WhyForbidden(client, command, args) switch
        {
            null => null,
            NoKeyError => RulesChanged + "no permission to touch the specified keys",
            _ => RulesChanged + "no permission to execute the command or subcommand",
        };

    private static IEnumerable<string> KeysOf(string name, string[] args)
    {
        if (name == "object|encoding") return args[2..];
        bool isKeyless = s_keyless.Contains(name) || name.Contains('|', StringComparison.Ordinal);
        if (isKeyless) return [];
        if (s_twoKeys.Contains(name)) return args[1..3];
        if (s_allKeys.Contains(name)) return args[1..];
        if (name is "blpop" or "brpop" or "bzpopmin" or "bzpopmax") return args[1..^1];
        return name is "mset" or "msetnx" ? args[1..].Where((_, i) => i % 2 == 0) : [args[1]];
    }
}
