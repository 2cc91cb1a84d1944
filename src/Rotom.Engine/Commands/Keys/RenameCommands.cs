using System;
using Rotom.Engine.Memory;
using Rotom.Resp;

namespace Rotom.Engine.Commands;

// Values that go to another name or another database. An overwritten value is freed as
// lazyfree-lazy-server-del says; a target that exists but is past its time counts as absent.

/// <summary>RENAME RENAMENX COPY MOVE SWAPDB.</summary>
internal static class RenameCommands
{
    /// <summary>Renames a key and overwrites the destination.</summary>
    [Command("RENAME", Arity = 3, Since = "1.0.0", Complexity = "O(1)", Group = Group.Generic,
        Flags = CommandFlags.Write, Acl = Acl.Keyspace, Syntax = "key newkey:key")]
    [Key(1, Access.RW | Access.Get | Access.Delete)]
    [Key(2, Access.OW | Access.Update)]
    internal static void Rename(ref CommandContext c)
    {
        if (TryRename(ref c, overwrite: true, out _)) c.Reply.Ok();
    }

    /// <summary>Renames a key only when the target key name doesn't exist.</summary>
    [Command("RENAMENX", Arity = 3, Since = "1.0.0", Complexity = "O(1)", Group = Group.Generic,
        Flags = CommandFlags.Write | CommandFlags.Fast, Acl = Acl.Keyspace,
        Syntax = "key newkey:key")]
    [Key(1, Access.RW | Access.Get | Access.Delete)]
    [Key(2, Access.OW | Access.Insert)]
    internal static void RenameNx(ref CommandContext c)
    {
        if (TryRename(ref c, overwrite: false, out bool renamed)) c.Reply.Integer(renamed ? 1 : 0);
    }

    /// <summary>Copies the value of a key to a new key.</summary>
    [Command("COPY", Arity = -3, Since = "6.2.0",
        Complexity = "O(N) worst case for collections, where N is the number of nested items. O(1) "
            + "for string values.",
        Group = Group.Generic, Flags = CommandFlags.Write | CommandFlags.DenyOom,
        Acl = Acl.Keyspace,
        Syntax = "source:key destination:key [DB destination-db:integer] [REPLACE]")]
    [Key(1, Access.Read)]
    [Key(2, Access.OW | Access.Update)]
    internal static void Copy(ref CommandContext c)
    {
        Database target = c.Database;
        bool replace = false;
        for (int i = 3; i < c.ArgCount; i++)
        {
            if (c.Is(i, "REPLACE"u8))
            {
                replace = true;
            }
            else if (c.Is(i, "DB"u8) && i + 1 < c.ArgCount)
            {
                if (!TryDatabase(ref c, ++i, out target)) return;
            }
            else
            {
                c.SyntaxError();
                return;
            }
        }

        Key from = c.Key(0);
        Key to = c.Key(1);
        if (target == c.Database && from.Bytes.SequenceEqual(to.Bytes))
        {
            c.Error(Errors.SameObject);
            return;
        }

        Entry entry = c.Database.LookupRead(from, c.Client);
        if (entry.IsNull || !TryMakeRoom(in c, target, to, replace))
        {
            c.Reply.Integer(0);
            return;
        }

        c.Database.Copy(entry, target, to);
        c.Engine.SignalModifiedKey(target, to.Bytes, c.Client);
        c.Engine.Notify(NotifyClass.Generic, "copy_to"u8, to.Bytes, target);
        c.Engine.Dirty++;
        c.Reply.Integer(1);
    }

    /// <summary>Moves a key to another database.</summary>
    [Command("MOVE", Arity = 3, Since = "1.0.0", Complexity = "O(1)", Group = Group.Generic,
        Flags = CommandFlags.Write | CommandFlags.Fast, Acl = Acl.Keyspace,
        Syntax = "key db:integer")]
    [Key(1, Access.RW | Access.Get | Access.Update)]
    internal static void Move(ref CommandContext c)
    {
        if (!TryDatabase(ref c, 2, out Database target)) return;
        if (target == c.Database)
        {
            c.Error(Errors.SameObject);
            return;
        }

        Key key = c.Key(0);
        Entry entry = c.Database.LookupWrite(key);
        if (entry.IsNull || !TryMakeRoom(in c, target, key, replace: false))
        {
            c.Reply.Integer(0);
            return;
        }

        c.Database.Move(entry, key, target, key);
        c.Engine.SignalModifiedKey(target, key.Bytes, c.Client);
        c.Changed(key, NotifyClass.Generic, "move_from"u8);
        c.Engine.Notify(NotifyClass.Generic, "move_to"u8, key.Bytes, target);
        c.Reply.Integer(1);
    }

    /// <summary>Swaps two Redis databases.</summary>
    [Command("SWAPDB", Arity = 3, Since = "4.0.0",
        Complexity = "O(N) where N is the count of clients watching or blocking on keys from both "
            + "databases.",
        Group = Group.Server, Flags = CommandFlags.Write | CommandFlags.Fast, KeysNone = true,
        Acl = Acl.Keyspace | Acl.Dangerous, Syntax = "index1:integer index2:integer")]
    internal static void SwapDb(ref CommandContext c)
    {
        if (!TryIndex(ref c, 1, "ERR invalid first DB index"u8, out long first)
            || !TryIndex(ref c, 2, "ERR invalid second DB index"u8, out long second))
        {
            return;
        }

        if (!TryFind(ref c, first, out Database one) || !TryFind(ref c, second, out Database other))
        {
            return;
        }

        if (one != other)
        {
            c.Engine.TouchSwappedWatchers(one, other);
            one.Swap(other);
            c.Engine.SignalAllReady(one);
            c.Engine.SignalAllReady(other);
        }

        c.Engine.Dirty++;
        c.Reply.Ok();
    }

    private static bool TryRename(ref CommandContext c, bool overwrite, out bool renamed)
    {
        renamed = false;
        Key from = c.Key(0);
        Key to = c.Key(1);
        Entry entry = c.Database.LookupWrite(from);
        if (entry.IsNull)
        {
            c.Error(Errors.NoSuchKey);
            return false;
        }

        if (from.Bytes.SequenceEqual(to.Bytes)) return true;
        if (!TryMakeRoom(in c, c.Database, to, overwrite)) return true;
        c.Database.Move(entry, from, c.Database, to);
        c.SignalModified(to);
        c.Changed(from, NotifyClass.Generic, "rename_from"u8);
        c.Notify(NotifyClass.Generic, "rename_to"u8, to);
        return renamed = true;
    }

    /// <summary>Removes what is at the target; false when it is to stay.</summary>
    private static bool TryMakeRoom(in CommandContext c, Database target, Key to, bool replace)
    {
        Entry there = target.LookupWrite(to);
        if (there.IsNull) return true;
        if (replace) target.Drop(there, to, c.Engine.Config.LazyfreeLazyServerDel);
        return replace;
    }

    private static bool TryDatabase(ref CommandContext c, int arg, out Database database)
    {
        database = c.Database;
        return c.TryRange(arg, int.MinValue, int.MaxValue, out long index)
            && TryFind(ref c, index, out database);
    }

    private static bool TryIndex(
        ref CommandContext c, int arg, ReadOnlySpan<byte> error, out long index)
    {
        if (!c.TryInt64(arg, error, out index)) return false;
        if (index is >= int.MinValue and <= int.MaxValue) return true;
        c.Error(error);
        return false;
    }

    private static bool TryFind(ref CommandContext c, long index, out Database database)
    {
        database = c.Database;
        if (index < 0 || index >= c.Engine.Databases.Length)
        {
            c.Error(Errors.DatabaseOutOfRange);
            return false;
        }

        database = c.Engine.Databases[index];
        return true;
    }
}
