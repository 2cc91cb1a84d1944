using System;
using Rotom.Engine.Config;
using Rotom.Engine.Memory;

namespace Rotom.Engine.Commands;

/// <summary>OBJECT: ENCODING FREQ IDLETIME REFCOUNT HELP.</summary>
internal static class ObjectCommands
{
    /// <summary>Same as Redis' OBJ_SHARED_INTEGERS.</summary>
    private const long SharedIntegers = 10_000;

    private const string Tip = "nondeterministic_output";

    private const string Adjust =
        "Please note that when switching between policies at runtime LRU and LFU data will take "
        + "some time to adjust.";

    /// <summary>Returns the internal encoding of a Redis object.</summary>
    [Command("OBJECT|ENCODING", Arity = 3, Since = "2.2.3", Complexity = "O(1)",
        Group = Group.Generic, Flags = CommandFlags.ReadOnly, Acl = Acl.Keyspace, Syntax = "key",
        Tips = Tip)]
    [Key(2, Access.RO)]
    internal static void Encoding(ref CommandContext c)
    {
        if (TryFind(ref c, out Entry entry)) c.Reply.Bulk(ObjectNames.EncodingName(entry.Encoding));
    }

    /// <summary>Returns the logarithmic access frequency counter of a Redis object.</summary>
    [Command("OBJECT|FREQ", Arity = 3, Since = "4.0.0", Complexity = "O(1)", Group = Group.Generic,
        Flags = CommandFlags.ReadOnly, Acl = Acl.Keyspace, Syntax = "key", Tips = Tip)]
    [Key(2, Access.RO)]
    internal static void Freq(ref CommandContext c)
    {
        if (!TryFind(ref c, out Entry entry)) return;
        if (c.Engine.UsesLfu)
        {
            c.Reply.Integer(Lfu.Decayed(entry.Lru, c.NowMs, c.Engine.Config.LfuDecayTime));
            return;
        }

        c.Error(
            "ERR An LFU maxmemory policy is not selected, access frequency not tracked. " + Adjust);
    }

    /// <summary>Returns the time since the last access to a Redis object.</summary>
    [Command("OBJECT|IDLETIME", Arity = 3, Since = "2.2.3", Complexity = "O(1)",
        Group = Group.Generic, Flags = CommandFlags.ReadOnly, Acl = Acl.Keyspace, Syntax = "key",
        Tips = Tip)]
    [Key(2, Access.RO)]
    internal static void IdleTime(ref CommandContext c)
    {
        if (!TryFind(ref c, out Entry entry)) return;
        if (!c.Engine.UsesLfu)
        {
            c.Reply.Integer(Lru.IdleMs(entry.Lru, c.Engine.LruClock) / 1000);
            return;
        }

        c.Error("ERR An LFU maxmemory policy is selected, idle time not tracked. " + Adjust);
    }

    /// <summary>Returns the reference count of a value of a key.</summary>
    [Command("OBJECT|REFCOUNT", Arity = 3, Since = "2.2.3", Complexity = "O(1)",
        Group = Group.Generic, Flags = CommandFlags.ReadOnly, Acl = Acl.Keyspace, Syntax = "key",
        Tips = Tip)]
    [Key(2, Access.RO)]
    internal static void RefCount(ref CommandContext c)
    {
        if (!TryFind(ref c, out Entry entry)) return;
        bool shared = entry.IsInt && entry.Int is >= 0 and < SharedIntegers && MayShare(c.Engine);
        c.Reply.Integer(shared ? int.MaxValue : 1);
    }

    /// <summary>Returns helpful text about the different subcommands.</summary>
    [Command("OBJECT|HELP", Arity = 2, Since = "6.2.0", Complexity = "O(1)", Group = Group.Generic,
        Flags = CommandFlags.Loading | CommandFlags.Stale, Acl = Acl.Keyspace)]
    internal static void Help(ref CommandContext c) => c.HelpText();

    // Nothing is shared here, but tools that compare with Redis expect its answer: it shares small
    // integers unless an eviction policy needs each value's own time or count of use.
    private static bool MayShare(RotomEngine engine) =>
        engine.Config.MaxMemory == 0 || engine.Config.MaxMemoryPolicy
            is MaxMemoryPolicy.NoEviction or MaxMemoryPolicy.AllKeysRandom
            or MaxMemoryPolicy.VolatileRandom or MaxMemoryPolicy.VolatileTtl;

    private static bool TryFind(ref CommandContext c, out Entry entry)
    {
        entry = c.Database.LookupForObject(c.Key(0));
        if (entry.IsNull) c.Reply.Null();
        return !entry.IsNull;
    }
}
