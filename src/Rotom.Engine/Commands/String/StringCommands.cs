using System;
using Rotom.Engine.Memory;
using Rotom.Resp;

namespace Rotom.Engine.Commands;

/// <summary>SETNX SETEX PSETEX GETSET GETDEL GETEX APPEND STRLEN.</summary>
internal static class StringCommands
{
    /// <summary>Set the string value of a key only when the key doesn't exist.</summary>
    [Command("SETNX", Arity = 3, Since = "1.0.0", Complexity = "O(1)", Group = Group.String,
        Flags = CommandFlags.Write | CommandFlags.DenyOom | CommandFlags.Fast, Acl = Acl.String,
        Syntax = "key value", DeprecatedSince = "2.6.12",
        ReplacedBy = "`SET` with the `NX` argument")]
    [Key(1, Access.OW | Access.Insert)]
    internal static void SetNx(ref CommandContext c)
    {
        Key key = c.Key(0);
        if (!c.Database.LookupWrite(key).IsNull)
        {
            c.Reply.Integer(0);
            return;
        }

        c.Database.SetString(key, c[2]);
        c.Changed(key, NotifyClass.String, "set"u8);
        c.Reply.Integer(1);
    }

    /// <summary>Sets the string value and expiration time of a key. Creates the key if it doesn't
    /// exist.</summary>
    [Command("SETEX", Arity = 4, Since = "2.0.0", Complexity = "O(1)", Group = Group.String,
        Flags = CommandFlags.Write | CommandFlags.DenyOom, Acl = Acl.String,
        Syntax = "key seconds:integer value", DeprecatedSince = "2.6.12",
        ReplacedBy = "`SET` with the `EX` argument")]
    [Key(1, Access.OW | Access.Update)]
    internal static void SetEx(ref CommandContext c) => SetWithTtl(ref c, seconds: true);

    /// <summary>Sets both string value and expiration time in milliseconds of a key. The key is
    /// created if it doesn't exist.</summary>
    [Command("PSETEX", Arity = 4, Since = "2.6.0", Complexity = "O(1)", Group = Group.String,
        Flags = CommandFlags.Write | CommandFlags.DenyOom, Acl = Acl.String,
        Syntax = "key milliseconds:integer value", DeprecatedSince = "2.6.12",
        ReplacedBy = "`SET` with the `PX` argument")]
    [Key(1, Access.OW | Access.Update)]
    internal static void PSetEx(ref CommandContext c) => SetWithTtl(ref c, seconds: false);

    /// <summary>
    /// Returns the previous string value of a key after setting it to a new value.
    /// </summary>
    [Command("GETSET", Arity = 3, Since = "1.0.0", Complexity = "O(1)", Group = Group.String,
        Flags = CommandFlags.Write | CommandFlags.DenyOom | CommandFlags.Fast, Acl = Acl.String,
        Syntax = "key value", DeprecatedSince = "6.2.0",
        ReplacedBy = "`SET` with the `GET` argument")]
    [Key(1, Access.RW | Access.Get | Access.Update)]
    internal static void GetSet(ref CommandContext c)
    {
        Key key = c.Key(0);
        if (!c.TryRead(key, ObjectType.String, out Entry old)) return;
        c.ReplyString(old);
        c.Database.SetString(key, c[2]);
        c.Changed(key, NotifyClass.String, "set"u8);
        c.PropagateInstead(3).Word("SET"u8).Word(key.Bytes).Word(c[2]);
    }

    /// <summary>Returns the string value of a key after deleting the key.</summary>
    [Command("GETDEL", Arity = 2, Since = "6.2.0", Complexity = "O(1)", Group = Group.String,
        Flags = CommandFlags.Write | CommandFlags.Fast, Acl = Acl.String, Syntax = "key")]
    [Key(1, Access.RW | Access.Get | Access.Delete)]
    internal static void GetDel(ref CommandContext c)
    {
        Key key = c.Key(0);
        if (!c.TryRead(key, ObjectType.String, out Entry entry)) return;
        c.ReplyString(entry);
        if (entry.IsNull) return;
        c.Database.Drop(entry, key, lazy: false);
        c.Changed(key, NotifyClass.Generic, "del"u8);
        c.PropagateInstead(2).Word("DEL"u8).Word(key.Bytes);
    }

    /// <summary>Returns the string value of a key after setting its expiration time.</summary>
    [Command("GETEX", Arity = -2, Since = "6.2.0", Complexity = "O(1)", Group = Group.String,
        Flags = CommandFlags.Write | CommandFlags.Fast, Acl = Acl.String,
        Syntax = "key [EX seconds:integer | PX milliseconds:integer | "
            + "EXAT unix-time-seconds:unix-time | PXAT unix-time-milliseconds:unix-time | "
            + "PERSIST]")]
    [Key(1, Access.RW | Access.Get | Access.Update)]
    internal static void GetEx(ref CommandContext c)
    {
        SetOptions options = default;
        if (!options.Read(ref c, 2, SetOptions.Allowed.GetEx)) return;
        Key key = c.Key(0);
        if (!c.TryRead(key, ObjectType.String, out Entry entry)) return;
        if (entry.IsNull)
        {
            c.Reply.Null();
            return;
        }

        if (!options.TryExpireAt(ref c, out long atMs)) return;
        c.ReplyString(entry);
        if (options.HasExpiry && ExpireTime.IsPast(in c, atMs))
        {
            ExpireTime.DeleteNow(ref c, entry, key);
        }
        else if (options.HasExpiry)
        {
            c.Database.SetExpire(entry, key, atMs);
            c.Changed(key, NotifyClass.Generic, "expire"u8);
            c.PropagateInstead(3).Word("PEXPIREAT"u8).Word(key.Bytes).Word(atMs);
        }
        else if (options.Persist && entry.HasExpiry)
        {
            c.Database.ClearExpire(entry, key);
            c.Changed(key, NotifyClass.Generic, "persist"u8);
            c.PropagateInstead(2).Word("PERSIST"u8).Word(key.Bytes);
        }
    }

    /// <summary>Returns the length of a string value.</summary>
    [Command("STRLEN", Arity = 2, Since = "2.2.0", Complexity = "O(1)", Group = Group.String,
        Flags = CommandFlags.ReadOnly | CommandFlags.Fast, Acl = Acl.String, Syntax = "key")]
    [Key(1, Access.RO)]
    internal static void StrLen(ref CommandContext c)
    {
        if (!c.TryRead(c.Key(0), ObjectType.String, out Entry entry)) return;
        Span<byte> digits = stackalloc byte[20];
        c.Reply.Integer(entry.IsNull ? 0 : StringValue.Bytes(entry, digits).Length);
    }

    /// <summary>
    /// Appends a string to the value of a key. Creates the key if it doesn't exist.
    /// </summary>
    [Command("APPEND", Arity = 3, Since = "2.0.0",
        Complexity = "O(1). The amortized time complexity is O(1) assuming the appended value is "
            + "small and the already present value is of any size, since the dynamic string "
            + "library used by Redis will double the free space available on every reallocation.",
        Group = Group.String,
        Flags = CommandFlags.Write | CommandFlags.DenyOom | CommandFlags.Fast, Acl = Acl.String,
        Syntax = "key value")]
    [Key(1, Access.RW | Access.Insert)]
    internal static void Append(ref CommandContext c)
    {
        Key key = c.Key(0);
        if (!c.TryWrite(key, ObjectType.String, out Entry entry)) return;
        if (entry.IsNull)
        {
            c.Database.SetString(key, c[2]);
            c.Changed(key, NotifyClass.String, "append"u8);
            c.Reply.Integer(c[2].Length);
            return;
        }

        Span<byte> digits = stackalloc byte[20];
        long length = (long)StringValue.Bytes(entry, digits).Length + c[2].Length;
        if (!StringValue.FitsLimit(ref c, length)) return;
        c.Database.Append(entry, key, c[2]);
        c.Changed(key, NotifyClass.String, "append"u8);
        c.Reply.Integer(length);
    }

    private static void SetWithTtl(ref CommandContext c, bool seconds)
    {
        if (!ExpireTime.TryRead(ref c, 2, relative: true, seconds, positive: true, out long atMs))
        {
            return;
        }

        Key key = c.Key(0);
        Entry entry = c.Database.SetString(key, c[3]);
        c.Changed(key, NotifyClass.String, "set"u8);
        c.Database.SetExpire(entry, key, atMs);
        c.Notify(NotifyClass.Generic, "expire"u8, key);
        c.PropagateInstead(5).Word("SET"u8).Word(key.Bytes).Word(c[3]).Word("PXAT"u8).Word(atMs);
        c.Reply.Ok();
    }
}
