using System;
using Rotom.Engine.Memory;
using Rotom.Resp;

namespace Rotom.Engine.Commands;

/// <summary>GETRANGE SUBSTR SETRANGE.</summary>
internal static class RangeCommands
{
    private const string GetRangeComplexity =
        "O(N) where N is the length of the returned string. The complexity is ultimately "
        + "determined by the returned length, but because creating a substring from an existing "
        + "string is very cheap, it can be considered O(1) for small strings.";

    /// <summary>Returns a substring of the string stored at a key.</summary>
    [Command("GETRANGE", Arity = 4, Since = "2.4.0", Complexity = GetRangeComplexity,
        Group = Group.String, Flags = CommandFlags.ReadOnly, Acl = Acl.String,
        Syntax = "key start:integer end:integer")]
    [Key(1, Access.Read)]
    internal static void GetRange(ref CommandContext c)
    {
        if (!c.TryInt64(2, out long start) || !c.TryInt64(3, out long end)) return;
        if (!c.TryRead(c.Key(0), ObjectType.String, out Entry entry)) return;
        Span<byte> digits = stackalloc byte[20];
        ReadOnlySpan<byte> value = entry.IsNull ? default : StringValue.Bytes(entry, digits);
        if (start < 0 && end < 0 && start > end)
        {
            c.Reply.Bulk(""u8);
            return;
        }

        if (start < 0) start = Math.Max(0, value.Length + start);
        if (end < 0) end = Math.Max(0, value.Length + end);
        if (end >= value.Length) end = value.Length - 1;
        if (start > end || value.IsEmpty) c.Reply.Bulk(""u8);
        else c.Reply.Bulk(value[(int)start..(int)(end + 1)]);
    }

    /// <summary>Returns a substring from a string value.</summary>
    [Command("SUBSTR", Arity = 4, Since = "1.0.0", Complexity = GetRangeComplexity,
        Group = Group.String, Flags = CommandFlags.ReadOnly, Acl = Acl.String,
        Syntax = "key start:integer end:integer", DeprecatedSince = "2.0.0",
        ReplacedBy = "`GETRANGE`")]
    [Key(1, Access.Read)]
    internal static void SubStr(ref CommandContext c) => GetRange(ref c);

    /// <summary>Overwrites a part of a string value with another by an offset. Creates the key if
    /// it doesn't exist.</summary>
    [Command("SETRANGE", Arity = 4, Since = "2.2.0",
        Complexity = "O(1), not counting the time taken to copy the new string in place. Usually, "
            + "this string is very small so the amortized complexity is O(1). Otherwise, "
            + "complexity is O(M) with M being the length of the value argument.",
        Group = Group.String, Flags = CommandFlags.Write | CommandFlags.DenyOom, Acl = Acl.String,
        Syntax = "key offset:integer value")]
    [Key(1, Access.RW | Access.Update)]
    internal static void SetRange(ref CommandContext c)
    {
        if (!c.TryInt64(2, out long offset)) return;
        if (offset < 0)
        {
            c.Error(Errors.OffsetOutOfRange);
            return;
        }

        Key key = c.Key(0);
        if (!c.TryWrite(key, ObjectType.String, out Entry entry)) return;
        ReadOnlySpan<byte> value = c[3];
        Span<byte> digits = stackalloc byte[20];
        int length = entry.IsNull ? 0 : StringValue.Bytes(entry, digits).Length;
        if (value.IsEmpty)
        {
            c.Reply.Integer(length);
            return;
        }

        if (offset > long.MaxValue - value.Length
            || !StringValue.FitsLimit(ref c, offset + value.Length))
        {
            if (offset > long.MaxValue - value.Length) c.Error(Errors.StringTooLong);
            return;
        }

        if (entry.IsNull) entry = c.Database.SetRaw(key, default);
        entry = c.Database.Grow(entry, key, (int)(offset + value.Length));
        value.CopyTo(entry.Writable((int)offset, value.Length));
        c.Changed(key, NotifyClass.String, "setrange"u8);
        c.Reply.Integer(entry.StringLength);
    }
}
