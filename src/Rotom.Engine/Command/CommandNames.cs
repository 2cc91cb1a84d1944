using System;

namespace Rotom.Engine;

// The words by which Redis' protocol knows flags, categories and groups. Order is that of Redis'
// replies; what is not listed (MayReplicate, Container, RunsInMulti, Protected) is never shown.

/// <summary>Redis' names of what is declared about commands.</summary>
internal static class CommandNames
{
    /// <summary>COMMAND INFO's flags.</summary>
    internal static ReadOnlySpan<FlagName<CommandFlags>> Flags => s_flags;

    /// <summary>ACL categories, without their <c>@</c>.</summary>
    internal static ReadOnlySpan<FlagName<Acl>> Categories => s_categories;

    /// <summary>Flags of a key specification.</summary>
    internal static ReadOnlySpan<FlagName<Access>> Accesses => s_accesses;

    private static readonly FlagName<CommandFlags>[] s_flags =
    [
        new(CommandFlags.Write, "write"),
        new(CommandFlags.ReadOnly, "readonly"),
        new(CommandFlags.DenyOom, "denyoom"),
        new(CommandFlags.Admin, "admin"),
        new(CommandFlags.PubSub, "pubsub"),
        new(CommandFlags.NoScript, "noscript"),
        new(CommandFlags.Blocking, "blocking"),
        new(CommandFlags.Loading, "loading"),
        new(CommandFlags.Stale, "stale"),
        new(CommandFlags.SkipMonitor, "skip_monitor"),
        new(CommandFlags.SkipSlowlog, "skip_slowlog"),
        new(CommandFlags.Asking, "asking"),
        new(CommandFlags.Fast, "fast"),
        new(CommandFlags.NoAuth, "no_auth"),
        new(CommandFlags.NoMandatoryKeys, "no_mandatory_keys"),
        new(CommandFlags.NoAsyncLoading, "no_async_loading"),
        new(CommandFlags.NoMulti, "no_multi"),
        new(CommandFlags.MovableKeys, "movablekeys"),
        new(CommandFlags.AllowBusy, "allow_busy"),
    ];

    private static readonly FlagName<Acl>[] s_categories =
    [
        new(Acl.Keyspace, "keyspace"),
        new(Acl.Read, "read"),
        new(Acl.Write, "write"),
        new(Acl.Set, "set"),
        new(Acl.SortedSet, "sortedset"),
        new(Acl.List, "list"),
        new(Acl.Hash, "hash"),
        new(Acl.String, "string"),
        new(Acl.Bitmap, "bitmap"),
        new(Acl.HyperLogLog, "hyperloglog"),
        new(Acl.Geo, "geo"),
        new(Acl.Stream, "stream"),
        new(Acl.PubSub, "pubsub"),
        new(Acl.Admin, "admin"),
        new(Acl.Fast, "fast"),
        new(Acl.Slow, "slow"),
        new(Acl.Blocking, "blocking"),
        new(Acl.Dangerous, "dangerous"),
        new(Acl.Connection, "connection"),
        new(Acl.Transaction, "transaction"),
        new(Acl.Scripting, "scripting"),
    ];

    private static readonly FlagName<Access>[] s_accesses =
    [
        new(Access.RO, "RO"),
        new(Access.RW, "RW"),
        new(Access.OW, "OW"),
        new(Access.RM, "RM"),
        new(Access.Get, "access"),
        new(Access.Update, "update"),
        new(Access.Insert, "insert"),
        new(Access.Delete, "delete"),
        new(Access.NotKey, "not_key"),
        new(Access.Incomplete, "incomplete"),
        new(Access.VariableFlags, "variable_flags"),
    ];

    /// <summary>The category of a name without <c>@</c>, case ignored; else None.</summary>
    internal static Acl Category(ReadOnlySpan<byte> name)
    {
        foreach (FlagName<Acl> category in s_categories)
        {
            if (Ascii.EqualsIgnoreCase(name, category.Bytes)) return category.Flag;
        }

        return Acl.None;
    }

    internal static string Of(Group group) => group switch
    {
        Group.SortedSet => "sorted-set",
        Group.HyperLogLog => "hyperloglog",
        Group.PubSub => "pubsub",
        _ => group.ToString().ToLowerInvariant(),
    };

    internal static string Of(ArgumentType type) => type switch
    {
        ArgumentType.UnixTime => "unix-time",
        ArgumentType.PureToken => "pure-token",
        ArgumentType.OneOf => "oneof",
        _ => type.ToString().ToLowerInvariant(),
    };

    /// <summary>How many of the flags a set of them has a name for.</summary>
    internal static int CountNamed<T>(ReadOnlySpan<FlagName<T>> names, T flags)
        where T : struct, Enum
    {
        int count = 0;
        foreach (FlagName<T> name in names)
        {
            if (flags.HasFlag(name.Flag)) count++;
        }

        return count;
    }
}

/// <summary>A flag and its word in the protocol.</summary>
internal readonly struct FlagName<T>(T flag, string name)
    where T : struct, Enum
{
    internal T Flag { get; } = flag;

    internal byte[] Bytes { get; } = System.Text.Encoding.ASCII.GetBytes(name);

    /// <summary>The word as ACL categories are shown: with <c>@</c>.</summary>
    internal byte[] AtBytes { get; } = System.Text.Encoding.ASCII.GetBytes("@" + name);
}
