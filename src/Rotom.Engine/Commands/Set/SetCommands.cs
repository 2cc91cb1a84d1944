using Rotom.Engine.Memory;

namespace Rotom.Engine.Commands;

/// <summary>SADD SREM SMOVE SISMEMBER SMISMEMBER SCARD SMEMBERS.</summary>
internal static class SetCommands
{
    /// <summary>Adds one or more members to a set. Creates the key if it doesn't exist.</summary>
    [Command("SADD", Arity = -3, Since = "1.0.0",
        Complexity = "O(1) for each element added, so O(N) to add N elements when the command is "
            + "called with multiple arguments.",
        Group = Group.Set, Flags = CommandFlags.Write | CommandFlags.DenyOom | CommandFlags.Fast,
        Acl = Acl.Set, Syntax = "key member...")]
    [Key(1, Access.RW | Access.Insert)]
    internal static void SAdd(ref CommandContext c)
    {
        Key key = c.Key(0);
        if (!c.TryWrite(key, ObjectType.Set, out Entry entry)) return;
        SetType set;
        if (entry.IsNull)
        {
            set = new SetType(
                c.Engine.Payloads.Sets, c[2], c.ArgCount - 2, PackBlock.For(key.Bytes.Length));
        }
        else
        {
            set = SetValue.OpenToWrite(in c, key, entry);
            set.Expect(c.ArgCount - 2);
        }

        long added = 0;
        for (int i = 2; i < c.ArgCount; i++)
        {
            if (set.Add(c[i])) added++;
        }

        SetValue.Store(in c, key, entry, in set);
        if (added > 0)
        {
            c.Changed(key, NotifyClass.Set, "sadd"u8);
            c.Engine.Dirty += added - 1;
        }

        c.Reply.Integer(added);
    }

    /// <summary>Removes one or more members from a set. Deletes the set if the last member was
    /// removed.</summary>
    [Command("SREM", Arity = -3, Since = "1.0.0",
        Complexity = "O(N) where N is the number of members to be removed.", Group = Group.Set,
        Flags = CommandFlags.Write | CommandFlags.Fast, Acl = Acl.Set, Syntax = "key member...")]
    [Key(1, Access.RW | Access.Delete)]
    internal static void SRem(ref CommandContext c)
    {
        Key key = c.Key(0);
        if (!c.TryWrite(key, ObjectType.Set, out Entry entry)) return;
        long removed = 0;
        if (!entry.IsNull)
        {
            SetType set = SetValue.OpenToWrite(in c, key, entry);
            for (int i = 2; i < c.ArgCount; i++)
            {
                if (!set.Remove(c[i])) continue;
                removed++;
                if (set.Count == 0) break;
            }

            if (removed > 0)
            {
                SetValue.StoreShrunk(in c, key, entry, in set, "srem"u8);
                c.SignalModified(key);
                c.Engine.Dirty += removed;
            }
        }

        c.Reply.Integer(removed);
    }

    /// <summary>Moves a member from one set to another.</summary>
    [Command("SMOVE", Arity = 4, Since = "1.0.0", Complexity = "O(1)", Group = Group.Set,
        Flags = CommandFlags.Write | CommandFlags.Fast, Acl = Acl.Set,
        Syntax = "source:key destination:key member")]
    [Key(1, Access.RW | Access.Get | Access.Delete)]
    [Key(2, Access.RW | Access.Insert)]
    internal static void SMove(ref CommandContext c)
    {
        Key source = c.Key(0);
        Key target = c.Key(1);
        Entry from = c.Database.LookupWrite(source);
        Entry to = c.Database.LookupWrite(target);
        if (from.IsNull)
        {
            c.Reply.Integer(0);
            return;
        }

        if (!c.IsOfType(from, ObjectType.Set)) return;
        if (!to.IsNull && !c.IsOfType(to, ObjectType.Set)) return;
        SetType set = SetValue.Open(in c, from);
        if (!to.IsNull && to.Block == from.Block)
        {
            c.Reply.Integer(set.Contains(c[3]) ? 1 : 0);
            return;
        }

        c.Database.BeforeChange(source);
        if (!set.Remove(c[3]))
        {
            c.Reply.Integer(0);
            return;
        }

        SetValue.StoreShrunk(in c, source, from, in set, "srem"u8);
        SetType other = to.IsNull
            ? new SetType(
                c.Engine.Payloads.Sets, c[3], 1, PackBlock.For(target.Bytes.Length))
            : SetValue.OpenToWrite(in c, target, to);
        bool added = other.Add(c[3]);
        SetValue.Store(in c, target, to, in other);
        c.SignalModified(source);
        c.Engine.Dirty++;
        if (added) c.Changed(target, NotifyClass.Set, "sadd"u8);
        c.Reply.Integer(1);
    }

    /// <summary>Determines whether a member belongs to a set.</summary>
    [Command("SISMEMBER", Arity = 3, Since = "1.0.0", Complexity = "O(1)", Group = Group.Set,
        Flags = CommandFlags.ReadOnly | CommandFlags.Fast, Acl = Acl.Set,
        Syntax = "key member")]
    [Key(1, Access.RO)]
    internal static void SIsMember(ref CommandContext c)
    {
        if (!c.TryRead(c.Key(0), ObjectType.Set, out Entry entry)) return;
        bool isMember = !entry.IsNull && SetValue.Open(in c, entry).Contains(c[2]);
        c.Reply.Integer(isMember ? 1 : 0);
    }

    /// <summary>Determines whether multiple members belong to a set.</summary>
    [Command("SMISMEMBER", Arity = -3, Since = "6.2.0",
        Complexity = "O(N) where N is the number of elements being checked for membership",
        Group = Group.Set, Flags = CommandFlags.ReadOnly | CommandFlags.Fast, Acl = Acl.Set,
        Syntax = "key member...")]
    [Key(1, Access.Read)]
    internal static void SMIsMember(ref CommandContext c)
    {
        if (!c.TryRead(c.Key(0), ObjectType.Set, out Entry entry)) return;
        c.Reply.ArrayHeader(c.ArgCount - 2);
        SetType set = entry.IsNull ? default : SetValue.Open(in c, entry);
        for (int i = 2; i < c.ArgCount; i++)
            c.Reply.Integer(!entry.IsNull && set.Contains(c[i]) ? 1 : 0);
    }

    /// <summary>Returns the number of members in a set.</summary>
    [Command("SCARD", Arity = 2, Since = "1.0.0", Complexity = "O(1)", Group = Group.Set,
        Flags = CommandFlags.ReadOnly | CommandFlags.Fast, Acl = Acl.Set, Syntax = "key")]
    [Key(1, Access.RO)]
    internal static void SCard(ref CommandContext c)
    {
        if (!c.TryRead(c.Key(0), ObjectType.Set, out Entry entry)) return;
        c.Reply.Integer(entry.IsNull ? 0 : SetValue.Open(in c, entry).Count);
    }

    /// <summary>Returns all members of a set.</summary>
    [Command("SMEMBERS", Arity = 2, Since = "1.0.0",
        Complexity = "O(N) where N is the set cardinality.", Group = Group.Set,
        Flags = CommandFlags.ReadOnly, Acl = Acl.Set, Syntax = "key",
        Tips = "nondeterministic_output_order")]
    [Key(1, Access.Read)]
    internal static void SMembers(ref CommandContext c)
    {
        if (!c.TryRead(c.Key(0), ObjectType.Set, out Entry entry)) return;
        if (entry.IsNull) c.Reply.SetHeader(0);
        else Reply(in c, SetValue.Open(in c, entry));
    }

    /// <summary>Answers all members of a set.</summary>
    internal static void Reply(in CommandContext c, in SetType set)
    {
        c.Reply.SetHeader(set.Count);
        SetWalk walk = default;
        while (set.Next(ref walk, out ListpackValue member)) member.Reply(c.Reply);
    }
}
