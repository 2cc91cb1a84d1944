using System;
using Rotom.Engine.Memory;
using Rotom.Resp;

namespace Rotom.Engine.Commands;

/// <summary>INCR DECR INCRBY DECRBY INCRBYFLOAT.</summary>
internal static class CounterCommands
{
    private const CommandFlags Common =
        CommandFlags.Write | CommandFlags.DenyOom | CommandFlags.Fast;

    /// <summary>Increments the integer value of a key by one. Uses 0 as initial value if the key
    /// doesn't exist.</summary>
    [Command("INCR", Arity = 2, Since = "1.0.0", Complexity = "O(1)", Group = Group.String,
        Flags = Common, Acl = Acl.String, Syntax = "key")]
    [Key(1, Access.RW | Access.Get | Access.Update)]
    internal static void Incr(ref CommandContext c) => Add(ref c, 1);

    /// <summary>Decrements the integer value of a key by one. Uses 0 as initial value if the key
    /// doesn't exist.</summary>
    [Command("DECR", Arity = 2, Since = "1.0.0", Complexity = "O(1)", Group = Group.String,
        Flags = Common, Acl = Acl.String, Syntax = "key")]
    [Key(1, Access.RW | Access.Get | Access.Update)]
    internal static void Decr(ref CommandContext c) => Add(ref c, -1);

    /// <summary>Increments the integer value of a key by a number. Uses 0 as initial value if the
    /// key doesn't exist.</summary>
    [Command("INCRBY", Arity = 3, Since = "1.0.0", Complexity = "O(1)", Group = Group.String,
        Flags = Common, Acl = Acl.String, Syntax = "key increment:integer")]
    [Key(1, Access.RW | Access.Get | Access.Update)]
    internal static void IncrBy(ref CommandContext c)
    {
        if (c.TryInt64(2, out long by)) Add(ref c, by);
    }

    /// <summary>Decrements a number from the integer value of a key. Uses 0 as initial value if the
    /// key doesn't exist.</summary>
    [Command("DECRBY", Arity = 3, Since = "1.0.0", Complexity = "O(1)", Group = Group.String,
        Flags = Common, Acl = Acl.String, Syntax = "key decrement:integer")]
    [Key(1, Access.RW | Access.Get | Access.Update)]
    internal static void DecrBy(ref CommandContext c)
    {
        if (!c.TryInt64(2, out long by)) return;
        if (by == long.MinValue)
        {
            c.Error(Errors.DecrementOverflow);
            return;
        }

        Add(ref c, -by);
    }

    /// <summary>Increment the floating point value of a key by a number. Uses 0 as initial value if
    /// the key doesn't exist.</summary>
    [Command("INCRBYFLOAT", Arity = 3, Since = "2.6.0", Complexity = "O(1)", Group = Group.String,
        Flags = Common, Acl = Acl.String, Syntax = "key increment:double")]
    [Key(1, Access.RW | Access.Get | Access.Update)]
    internal static void IncrByFloat(ref CommandContext c)
    {
        Key key = c.Key(0);
        if (!c.TryWrite(key, ObjectType.String, out Entry entry)) return;
        Span<byte> digits = stackalloc byte[20];
        LongDouble value = LongDouble.Zero;
        LongDouble by = LongDouble.Zero;
        if ((!entry.IsNull && !LongDouble.TryParse(StringValue.Bytes(entry, digits), out value))
            || !LongDouble.TryParse(c[2], out by))
        {
            c.Error(Errors.NotFloat);
            return;
        }

        value += by;
        if (!value.IsFinite)
        {
            c.Error(Errors.FloatOverflow);
            return;
        }

        Span<byte> text = stackalloc byte[LongDouble.TextBytesMax];
        ReadOnlySpan<byte> result = text[..value.Format(text)];
        c.Database.SetRaw(key, result, keepTtl: true);
        c.Changed(key, NotifyClass.String, "incrbyfloat"u8);
        c.PropagateInstead(4).Word("SET"u8).Word(key.Bytes).Word(result).Word("KEEPTTL"u8);
        c.Reply.Bulk(result);
    }

    private static void Add(ref CommandContext c, long by)
    {
        Key key = c.Key(0);
        if (!c.TryWrite(key, ObjectType.String, out Entry entry)) return;
        long value = 0;
        if (!entry.IsNull && !TryInteger(entry, out value))
        {
            c.Error(Errors.NotInteger);
            return;
        }

        long sum = unchecked(value + by);
        if (((value ^ sum) & (by ^ sum)) < 0)
        {
            c.Error(Errors.Overflow);
            return;
        }

        if (!entry.IsNull && entry.IsInt)
        {
            c.Database.BeforeChange(key);
            entry.Int = sum;
        }
        else
        {
            c.Database.SetInt(key, sum, keepTtl: true);
        }

        c.Changed(key, NotifyClass.String, "incrby"u8);
        c.Reply.Integer(sum);
    }

    private static bool TryInteger(Entry entry, out long value)
    {
        if (!entry.IsInt) return Numbers.TryParse(entry.StringBytes, out value);
        value = entry.Int;
        return true;
    }
}
