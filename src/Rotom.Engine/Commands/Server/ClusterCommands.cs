using Rotom.Resp;

namespace Rotom.Engine.Commands;

// A server that is not part of a cluster answers so to every CLUSTER command, as Redis does with
// cluster-enabled no; clients probe for it in their handshakes. READONLY and READWRITE likewise.

/// <summary>CLUSTER, READONLY, READWRITE, ASKING on a server without a cluster.</summary>
internal static class ClusterCommands
{
    private const CommandFlags Common = CommandFlags.Stale;

    /// <summary>A container for Redis Cluster commands.</summary>
    [Command("CLUSTER", Arity = -2, Since = "3.0.0", Complexity = "Depends on subcommand.",
        Group = Group.Cluster, Flags = Common, Acl = Acl.None, Syntax = "subcommand [arg...]")]
    internal static void Cluster(ref CommandContext c) => c.Error(Errors.ClusterDisabled);

    /// <summary>
    /// Enables read-only queries for a connection to a Redis Cluster replica node.
    /// </summary>
    [Command("READONLY", Arity = 1, Since = "3.0.0", Complexity = "O(1)", Group = Group.Cluster,
        Flags = CommandFlags.Loading | CommandFlags.Stale | CommandFlags.Fast,
        Acl = Acl.Connection)]
    internal static void ReadOnly(ref CommandContext c) => c.Error(Errors.ClusterDisabled);

    /// <summary>
    /// Enables read-write queries for a connection to a Redis Cluster replica node.
    /// </summary>
    [Command("READWRITE", Arity = 1, Since = "3.0.0", Complexity = "O(1)", Group = Group.Cluster,
        Flags = CommandFlags.Loading | CommandFlags.Stale | CommandFlags.Fast,
        Acl = Acl.Connection)]
    internal static void ReadWrite(ref CommandContext c) => c.Error(Errors.ClusterDisabled);

    /// <summary>Signals that a cluster client is following an -ASK redirect.</summary>
    [Command("ASKING", Arity = 1, Since = "3.0.0", Complexity = "O(1)", Group = Group.Cluster,
        Flags = CommandFlags.Fast, Acl = Acl.Connection)]
    internal static void Asking(ref CommandContext c) => c.Error(Errors.ClusterDisabled);
}
