using System;
using Rotom.Engine.Memory;
using Rotom.Resp;

namespace Rotom.Engine.Commands;

// BITFIELD reads its words twice: once to find every mistake and the farthest bit that is written,
// so that nothing is changed by a command that fails, and once to carry them out. Nothing is
// allocated, however many operations there are. With GET alone it is a command that reads; its
// rights on the key follow (SpecialKeys).

/// <summary>BITFIELD and BITFIELD_RO.</summary>
internal static class BitfieldCommands
{
    private enum Kind
    {
        Get,
        Set,
        IncrBy,
        Overflow,
    }

    /// <summary>One operation as it was read.</summary>
    private ref struct Step
    {
        public Kind Kind;
        public BitfieldType Type;
        public long Offset;
        public long Value;
        public BitOverflow Overflow;
        public int Words;
    }

    /// <summary>Performs arbitrary bitfield integer operations on strings.</summary>
    [Command("BITFIELD", Arity = -2, Since = "3.2.0",
        Complexity = "O(1) for each subcommand specified", Group = Group.Bitmap,
        Flags = CommandFlags.Write | CommandFlags.DenyOom, Acl = Acl.Bitmap,
        Syntax = "key operation:[GET get-block:<encoding offset:integer> | "
            + "write:<OVERFLOW overflow-block:[WRAP | SAT | FAIL] "
            + "write-operation:<SET set-block:<encoding offset:integer value:integer> | "
            + "INCRBY incrby-block:<encoding offset:integer increment:integer>>>...]")]
    [Key(1, Access.RW | Access.Get | Access.Update | Access.VariableFlags,
        Notes = "This command allows both access and modification of the key")]
    internal static void Bitfield(ref CommandContext c) => Run(ref c, readOnly: false);

    /// <summary>Performs arbitrary read-only bitfield integer operations on strings.</summary>
    [Command("BITFIELD_RO", Arity = -2, Since = "6.0.0",
        Complexity = "O(1) for each subcommand specified", Group = Group.Bitmap,
        Flags = CommandFlags.ReadOnly | CommandFlags.Fast, Acl = Acl.Bitmap,
        Syntax = "key [GET get-block:<encoding offset:integer>...]")]
    [Key(1, Access.Read)]
    internal static void BitfieldRo(ref CommandContext c) => Run(ref c, readOnly: true);

    private static void Run(ref CommandContext c, bool readOnly)
    {
        if (!TryCheck(ref c, out int steps, out long firstWritten, out long lastWritten)) return;
        Key key = c.Key(0);
        if (lastWritten < 0)
        {
            if (!c.TryRead(key, ObjectType.String, out Entry entry)) return;
            Span<byte> digits = stackalloc byte[20];
            Read(ref c, steps, entry.IsNull ? default : StringValue.Bytes(entry, digits));
            return;
        }

        if (readOnly)
        {
            c.Error("ERR BITFIELD_RO only supports the GET subcommand"u8);
            return;
        }

        if (!BitArguments.TryMakeRoom(ref c, key, lastWritten, out Entry written, out bool grown))
        {
            return;
        }

        int from = (int)(firstWritten >> 3);
        written.BeforeWrite(from, (int)(lastWritten >> 3) + 1 - from);
        if (Write(ref c, steps, written.WritableBytes, grown))
        {
            c.Changed(key, NotifyClass.String, "setbit"u8);
        }
        else if (grown)
        {
            // All operations failed: Redis publishes nothing, but a replay must make the zeros too.
            c.SignalModified(key);
            c.Engine.Dirty++;
        }
    }

    private static bool TryCheck(
        ref CommandContext c, out int steps, out long firstWritten, out long lastWritten)
    {
        steps = 0;
        firstWritten = long.MaxValue;
        lastWritten = -1;
        Step step = default;
        for (int i = 2; i < c.ArgCount; i += step.Words)
        {
            if (!TryStep(ref c, i, ref step)) return false;
            if (step.Kind == Kind.Overflow) continue;
            steps++;
            if (step.Kind != Kind.Get)
            {
                firstWritten = Math.Min(firstWritten, step.Offset);
                lastWritten = Math.Max(lastWritten, step.Offset + step.Type.Bits - 1);
            }
        }

        return true;
    }

    private static bool TryStep(ref CommandContext c, int i, ref Step step)
    {
        int behind = c.ArgCount - i - 1;
        if (c.Is(i, "GET"u8) && behind >= 2) (step.Kind, step.Words) = (Kind.Get, 3);
        else if (c.Is(i, "SET"u8) && behind >= 3) (step.Kind, step.Words) = (Kind.Set, 4);
        else if (c.Is(i, "INCRBY"u8) && behind >= 3) (step.Kind, step.Words) = (Kind.IncrBy, 4);
        else if (c.Is(i, "OVERFLOW"u8) && behind >= 1)
        {
            (step.Kind, step.Words) = (Kind.Overflow, 2);
            return TryOverflow(ref c, i + 1, ref step.Overflow);
        }
        else
        {
            c.SyntaxError();
            return false;
        }

        if (!BitfieldType.TryParse(c[i + 1], out step.Type))
        {
            c.Error("ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not "u8
                + "supported but i64 is."u8);
            return false;
        }

        return BitArguments.TryOffset(ref c, i + 2, step.Type.Bits, out step.Offset)
            && (step.Kind == Kind.Get || c.TryInt64(i + 3, out step.Value));
    }

    private static bool TryOverflow(ref CommandContext c, int i, ref BitOverflow overflow)
    {
        if (c.Is(i, "WRAP"u8)) overflow = BitOverflow.Wrap;
        else if (c.Is(i, "SAT"u8)) overflow = BitOverflow.Sat;
        else if (c.Is(i, "FAIL"u8)) overflow = BitOverflow.Fail;
        else
        {
            c.Error("ERR Invalid OVERFLOW type specified"u8);
            return false;
        }

        return true;
    }

    private static void Read(
        ref CommandContext c, int steps, scoped ReadOnlySpan<byte> bytes)
    {
        c.Reply.ArrayHeader(steps);
        Step step = default;
        for (int i = 2; i < c.ArgCount; i += step.Words)
        {
            Invariant.Require(TryStep(ref c, i, ref step));
            if (step.Kind == Kind.Get) c.Reply.Integer(step.Type.Read(bytes, step.Offset));
        }
    }

    /// <summary>
    /// Carries all operations out; true when a field was written and the string is another now.
    /// </summary>
    private static bool Write(
        ref CommandContext c, int steps, scoped Span<byte> bytes, bool grown)
    {
        bool changed = false;
        c.Reply.ArrayHeader(steps);
        Step step = default;
        for (int i = 2; i < c.ArgCount; i += step.Words)
        {
            Invariant.Require(TryStep(ref c, i, ref step));
            if (step.Kind == Kind.Overflow) continue;
            long old = step.Type.Read(bytes, step.Offset);
            if (step.Kind == Kind.Get)
            {
                c.Reply.Integer(old);
                continue;
            }

            bool fits = step.Kind == Kind.Set
                ? step.Type.TryFit(step.Value, step.Overflow, out long value)
                : step.Type.TryAdd(old, step.Value, step.Overflow, out value);
            if (!fits)
            {
                c.Reply.Null();
                continue;
            }

            step.Type.Write(bytes, step.Offset, value);
            changed |= grown || value != old;
            c.Reply.Integer(step.Kind == Kind.Set ? old : value);
        }

        return changed;
    }
}
