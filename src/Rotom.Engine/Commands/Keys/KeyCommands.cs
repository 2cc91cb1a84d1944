using Rotom.Engine.Memory;

namespace Rotom.Engine.Commands;

/// <summary>DEL UNLINK EXISTS TOUCH TYPE RANDOMKEY.</summary>
internal static class KeyCommands
{
    private const string MultiShard = "request_policy:multi_shard response_policy:agg_sum";

    /// <summary>Deletes one or more keys.</summary>
    [Command("DEL", Arity = -2, Since = "1.0.0",
        Complexity = "O(N) where N is the number of keys that will be removed. When a key to "
            + "remove holds a value other than a string, the individual complexity for this key "
            + "is O(M) where M is the number of elements in the list, set, sorted set or hash. "
            + "Removing a single key that holds a string value is O(1).",
        Group = Group.Generic, Flags = CommandFlags.Write, Acl = Acl.Keyspace, Syntax = "key...",
        Tips = MultiShard)]
    [Keys(1, -1, 1, Access.RM | Access.Delete)]
    internal static void Del(ref CommandContext c) =>
        Delete(ref c, c.Engine.Config.LazyfreeLazyUserDel);

    /// <summary>Asynchronously deletes one or more keys.</summary>
    [Command("UNLINK", Arity = -2, Since = "4.0.0",
        Complexity = "O(1) for each key removed regardless of its size. Then the command does O(N) "
            + "work in a different thread in order to reclaim memory, where N is the number of "
            + "allocations the deleted objects where composed of.",
        Group = Group.Generic, Flags = CommandFlags.Write | CommandFlags.Fast, Acl = Acl.Keyspace,
        Syntax = "key...", Tips = MultiShard)]
    [Keys(1, -1, 1, Access.RM | Access.Delete)]
    internal static void Unlink(ref CommandContext c) => Delete(ref c, lazy: true);

    /// <summary>Determines whether one or more keys exist.</summary>
    [Command("EXISTS", Arity = -2, Since = "1.0.0",
        Complexity = "O(N) where N is the number of keys to check.", Group = Group.Generic,
        Flags = CommandFlags.ReadOnly | CommandFlags.Fast, Acl = Acl.Keyspace, Syntax = "key...",
        Tips = MultiShard)]
    [Keys(1, -1, 1, Access.RO)]
    internal static void Exists(ref CommandContext c)
    {
        long found = 0;
        for (int i = 0; i < c.KeyCount; i++)
        {
            if (!c.Database.LookupNoTouch(c.Key(i)).IsNull) found++;
        }

        c.Reply.Integer(found);
    }

    /// <summary>Returns the number of existing keys out of those specified after updating the time
    /// they were last accessed.</summary>
    [Command("TOUCH", Arity = -2, Since = "3.2.1",
        Complexity = "O(N) where N is the number of keys that will be touched.",
        Group = Group.Generic, Flags = CommandFlags.ReadOnly | CommandFlags.Fast,
        Acl = Acl.Keyspace, Syntax = "key...", Tips = MultiShard)]
    [Keys(1, -1, 1, Access.RO)]
    internal static void Touch(ref CommandContext c)
    {
        long found = 0;
        for (int i = 0; i < c.KeyCount; i++)
        {
            // Touches even for a client with NO-TOUCH: that is all this command is for.
            if (!c.Database.LookupTouch(c.Key(i)).IsNull) found++;
        }

        c.Reply.Integer(found);
    }

    /// <summary>Determines the type of value stored at a key.</summary>
    [Command("TYPE", Arity = 2, Since = "1.0.0", Complexity = "O(1)", Group = Group.Generic,
        Flags = CommandFlags.ReadOnly | CommandFlags.Fast, Acl = Acl.Keyspace, Syntax = "key")]
    [Key(1, Access.RO)]
    internal static void Type(ref CommandContext c)
    {
        Entry entry = c.Database.LookupNoTouch(c.Key(0));
        c.Reply.Simple(entry.IsNull ? "none"u8 : c.Engine.Payloads.TypeName(entry));
    }

    /// <summary>Returns a random key name from the database.</summary>
    [Command("RANDOMKEY", Arity = 1, Since = "1.0.0", Complexity = "O(1)", Group = Group.Generic,
        Flags = CommandFlags.ReadOnly, Acl = Acl.Keyspace,
        Tips = "request_policy:all_shards nondeterministic_output")]
    internal static void RandomKey(ref CommandContext c)
    {
        Entry entry = c.Database.RandomKey();
        if (entry.IsNull) c.Reply.Null();
        else c.Reply.Bulk(entry.Key);
    }

    private static void Delete(ref CommandContext c, bool lazy)
    {
        long deleted = 0;
        for (int i = 0; i < c.KeyCount; i++)
        {
            Key key = c.Key(i);
            if (!c.Database.Delete(key, lazy)) continue;
            c.Changed(key, NotifyClass.Generic, "del"u8);
            deleted++;
        }

        c.Reply.Integer(deleted);
    }
}
