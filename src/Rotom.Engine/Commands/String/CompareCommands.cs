using System;
using System.Globalization;
using Rotom.Engine.Memory;

namespace Rotom.Engine.Commands;

/// <summary>DELEX DIGEST.</summary>
internal static class CompareCommands
{
    /// <summary>Removes a key if its value or its digest is, or is not, the one given.</summary>
    [Command("DELEX", Arity = -2, Since = "8.4.0",
        Complexity = "O(1) for IFEQ/IFNE, O(N) for IFDEQ/IFDNE where N is the length of the "
            + "string value.",
        Group = Group.String, Flags = CommandFlags.Write | CommandFlags.Fast, Acl = Acl.String,
        Syntax = "key [IFEQ ifeq-value | IFNE ifne-value | IFDEQ ifdeq-digest | "
            + "IFDNE ifdne-digest]")]
    [Key(1, Access.RW | Access.Delete)]
    internal static void DelEx(ref CommandContext c)
    {
        ValueCondition condition = default;
        if (c.ArgCount > 2
            && (c.ArgCount != 4 || !ValueCondition.TryRead(in c, 2, out condition)))
        {
            c.SyntaxError();
            return;
        }

        if (condition.IsGiven && !condition.IsWellFormed(in c)) return;
        Key key = c.Key(0);
        Entry entry = c.Database.LookupWrite(key);
        if (condition.IsGiven)
        {
            if (!c.TryWrite(key, ObjectType.String, out entry)) return;
            if (!entry.IsNull && !condition.IsMet(in c, entry)) entry = default;
        }

        if (entry.IsNull)
        {
            c.Reply.Integer(0);
            return;
        }

        bool lazy = c.Engine.Config.LazyfreeLazyUserDel;
        c.Database.Drop(entry, key, lazy);
        c.Changed(key, NotifyClass.Generic, "del"u8);
        c.PropagateInstead(2).Word(lazy ? "UNLINK"u8 : "DEL"u8).Word(key.Bytes);
        c.Reply.Integer(1);
    }

    /// <summary>Returns the XXH3 digest of a string value as hexadecimal digits.</summary>
    [Command("DIGEST", Arity = 2, Since = "8.4.0",
        Complexity = "O(N) where N is the length of the string value.", Group = Group.String,
        Flags = CommandFlags.ReadOnly | CommandFlags.Fast, Acl = Acl.String, Syntax = "key")]
    [Key(1, Access.Read)]
    internal static void Digest(ref CommandContext c)
    {
        if (!c.TryRead(c.Key(0), ObjectType.String, out Entry entry)) return;
        if (entry.IsNull)
        {
            c.Reply.Null();
            return;
        }

        Span<byte> digits = stackalloc byte[20];
        ulong digest = Xxh3.Hash(StringValue.Bytes(entry, digits));
        Span<byte> text = stackalloc byte[ValueCondition.DigestChars];
        Invariant.Require(
            digest.TryFormat(text, out _, "x16", CultureInfo.InvariantCulture));
        c.Reply.Bulk(text);
    }
}
