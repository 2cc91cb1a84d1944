using System;
using Rotom.Engine.Memory;
using Rotom.Resp;

namespace Rotom.Engine.Commands;

/// <summary>HINCRBY HINCRBYFLOAT.</summary>
internal static class HashCounterCommands
{
    private const CommandFlags Common =
        CommandFlags.Write | CommandFlags.DenyOom | CommandFlags.Fast;

    /// <summary>Increments the integer value of a field in a hash by a number. Uses 0 as initial
    /// value if the field doesn't exist.</summary>
    [Command("HINCRBY", Arity = 4, Since = "2.0.0", Complexity = "O(1)", Group = Group.Hash,
        Flags = Common, Acl = Acl.Hash, Syntax = "key field increment:integer")]
    [Key(1, Access.RW | Access.Get | Access.Update)]
    internal static void HIncrBy(ref CommandContext c)
    {
        if (!c.TryInt64(3, out long by)) return;
        Key key = c.Key(0);
        if (!HashValue.TryWrite(ref c, key, out Entry entry, firstName: 2, step: 2)) return;
        long value = 0;
        if (TryFind(in c, entry, out ListpackValue old) && !TryInteger(old, out value))
        {
            c.Error("ERR hash value is not an integer"u8);
            return;
        }

        long sum = unchecked(value + by);
        if (((value ^ sum) & (by ^ sum)) < 0)
        {
            c.Error(Errors.Overflow);
            return;
        }

        Span<byte> digits = stackalloc byte[ListpackValue.DigitsMax];
        Set(in c, key, entry, new ListpackValue(sum).Text(digits));
        c.Changed(key, NotifyClass.Hash, "hincrby"u8);
        c.Reply.Integer(sum);
    }

    /// <summary>Increments the floating point value of a field by a number. Uses 0 as initial value
    /// if the field doesn't exist.</summary>
    [Command("HINCRBYFLOAT", Arity = 4, Since = "2.6.0", Complexity = "O(1)", Group = Group.Hash,
        Flags = Common, Acl = Acl.Hash, Syntax = "key field increment:double")]
    [Key(1, Access.RW | Access.Get | Access.Update)]
    internal static void HIncrByFloat(ref CommandContext c)
    {
        if (!LongDouble.TryParse(c[3], out LongDouble by))
        {
            c.Error(Errors.NotFloat);
            return;
        }

        if (!by.IsFinite)
        {
            c.Error("ERR value is NaN or Infinity"u8);
            return;
        }

        Key key = c.Key(0);
        if (!HashValue.TryWrite(ref c, key, out Entry entry, firstName: 2, step: 2)) return;
        LongDouble value = LongDouble.Zero;
        Span<byte> digits = stackalloc byte[ListpackValue.DigitsMax];
        if (TryFind(in c, entry, out ListpackValue old)
            && !LongDouble.TryParse(old.Text(digits), out value))
        {
            c.Error("ERR hash value is not a float"u8);
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
        bool hasTime = Set(in c, key, entry, result);
        c.Changed(key, NotifyClass.Hash, "hincrbyfloat"u8);
        if (hasTime)
        {
            // HSET would take the time to live away.
            c.PropagateInstead(7).Word("HSETEX"u8).Word(key.Bytes).Word("KEEPTTL"u8)
                .Word("FIELDS"u8).Word(1).Word(c[2]).Word(result);
        }
        else
        {
            c.PropagateInstead(4).Word("HSET"u8).Word(key.Bytes).Word(c[2]).Word(result);
        }

        c.Reply.Bulk(result);
    }

    private static bool TryFind(in CommandContext c, Entry entry, out ListpackValue value)
    {
        value = default;
        if (entry.IsNull) return false;
        FieldMap map = c.Database.OpenHash(entry);
        FieldAt at = map.Find(c[2]);
        if (at.IsNull) return false;
        value = map.Value(at);
        return true;
    }

    private static bool TryInteger(ListpackValue value, out long number)
    {
        if (!value.IsInt) return Numbers.TryParse(value.Bytes, out number);
        number = value.Int;
        return true;
    }

    // Counting leaves a time to live as it is; true when there is one.
    private static bool Set(
        in CommandContext c, Key key, Entry entry, ReadOnlySpan<byte> value)
    {
        FieldMap map = HashValue.OpenToWrite(in c, key, entry);
        map.Set(c[2], value, keepTime: true);
        HashValue.Store(in c, key, entry, in map);
        return map.ExpireAt(map.Find(c[2])) >= 0;
    }
}
