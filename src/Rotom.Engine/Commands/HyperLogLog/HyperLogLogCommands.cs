using System;
using Rotom.Engine.Memory;
using Rotom.Resp;

namespace Rotom.Engine.Commands;

/// <summary>PFADD PFCOUNT PFMERGE.</summary>
internal static class HyperLogLogCommands
{
    /// <summary>Adds elements to a HyperLogLog key. Creates the key if it doesn't exist.</summary>
    [Command("PFADD", Arity = -2, Since = "2.8.9", Complexity = "O(1) to add every element.",
        Group = Group.HyperLogLog,
        Flags = CommandFlags.Write | CommandFlags.DenyOom | CommandFlags.Fast,
        Acl = Acl.HyperLogLog, Syntax = "key [element...]")]
    [Key(1, Access.RW | Access.Insert)]
    internal static void PfAdd(ref CommandContext c)
    {
        Key key = c.Key(0);
        if (!HyperLogLogValue.TryWrite(ref c, key, out Entry entry)) return;
        bool changed;
        if (!entry.IsNull && !HyperLogLog.IsSparse(entry.StringBytes))
        {
            changed = AddToDense(ref c, key, entry);
        }
        else if (!TryAddToSparse(ref c, key, entry, out changed))
        {
            return;
        }

        if (changed) c.Changed(key, NotifyClass.String, "pfadd"u8);
        c.Reply.Integer(changed ? 1 : 0);
    }

    /// <summary>Returns the approximated cardinality of the set(s) observed by the HyperLogLog
    /// key(s).</summary>
    [Command("PFCOUNT", Arity = -2, Since = "2.8.9",
        Complexity = "O(1) with a very small average constant time when called with a single key. "
            + "O(N) with N being the number of keys, and much bigger constant times, when called "
            + "with multiple keys.",
        Group = Group.HyperLogLog, Flags = CommandFlags.ReadOnly | CommandFlags.MayReplicate,
        Acl = Acl.HyperLogLog, Syntax = "key...")]
    [Keys(1, -1, 1, Access.RW | Access.Get,
        Notes = "RW because it may change the internal representation of the key, and propagate "
            + "to replicas")]
    internal static void PfCount(ref CommandContext c)
    {
        if (c.KeyCount == 1)
        {
            CountOne(ref c);
            return;
        }

        Span<byte> registers = c.Engine.HyperLogLogEdit.Registers;
        registers.Clear();
        for (int i = 0; i < c.KeyCount; i++)
        {
            if (!TryMerge(ref c, c.Key(i), registers, out _)) return;
        }

        c.Reply.Integer(HyperLogLog.Estimate(registers));
    }

    /// <summary>Merges one or more HyperLogLog values into a single key.</summary>
    [Command("PFMERGE", Arity = -2, Since = "2.8.9",
        Complexity = "O(N) to merge N HyperLogLogs, but with high constant times.",
        Group = Group.HyperLogLog, Flags = CommandFlags.Write | CommandFlags.DenyOom,
        Acl = Acl.HyperLogLog, Syntax = "destkey:key [sourcekey:key...]")]
    [Key(1, Access.RW | Access.Get | Access.Insert)]
    [Keys(2, -1, 1, Access.Read)]
    internal static void PfMerge(ref CommandContext c)
    {
        Span<byte> registers = c.Engine.HyperLogLogEdit.Registers;
        registers.Clear();
        bool dense = false;
        for (int i = 0; i < c.KeyCount; i++)
        {
            if (!TryMerge(ref c, c.Key(i), registers, out bool isDense)) return;
            dense |= isDense;
        }

        Key key = c.Key(0);
        if (!HyperLogLogValue.TryWrite(ref c, key, out Entry entry)) return;
        if (!HyperLogLogValue.TryEdit(ref c, entry, out HyperLogLogEdit edit)) return;
        bool valid = !dense || edit.TryMakeDense();
        for (int i = 0; i < registers.Length && valid; i++)
        {
            if (registers[i] == 0) continue;
            valid = edit.Raise(i, registers[i], c.Engine.Config.HllSparseMaxBytes)
                != HyperLogLog.Raised.Corrupt;
        }

        if (!valid)
        {
            c.Error(HyperLogLogValue.Corrupt);
            return;
        }

        HyperLogLog.Invalidate(edit.Value);
        HyperLogLogValue.Store(ref c, key, edit);
        c.Changed(key, NotifyClass.String, "pfadd"u8);
        c.Reply.Ok();
    }

    private static bool AddToDense(ref CommandContext c, Key key, Entry entry)
    {
        Span<byte> value = c.Database.Grow(entry, key, 0).WritableBytes;
        bool changed = false;
        for (int i = 2; i < c.ArgCount; i++)
        {
            (int register, int rank) = HyperLogLog.Place(c[i]);
            changed |= HyperLogLog.SetDense(value, register, rank);
        }

        if (changed) HyperLogLog.Invalidate(value);
        return changed;
    }

    private static bool TryAddToSparse(
        ref CommandContext c, Key key, Entry entry, out bool changed)
    {
        changed = entry.IsNull;
        if (!HyperLogLogValue.TryEdit(ref c, entry, out HyperLogLogEdit edit)) return false;
        for (int i = 2; i < c.ArgCount; i++)
        {
            (int register, int rank) = HyperLogLog.Place(c[i]);
            HyperLogLog.Raised raised =
                edit.Raise(register, rank, c.Engine.Config.HllSparseMaxBytes);
            if (raised == HyperLogLog.Raised.Corrupt)
            {
                c.Error(HyperLogLogValue.Corrupt);
                return false;
            }

            changed |= raised == HyperLogLog.Raised.Yes;
        }

        if (!changed) return true;
        HyperLogLog.Invalidate(edit.Value);
        HyperLogLogValue.Store(ref c, key, edit);
        return true;
    }

    private static void CountOne(ref CommandContext c)
    {
        Key key = c.Key(0);
        if (!HyperLogLogValue.TryRead(ref c, key, out Entry entry)) return;
        if (entry.IsNull)
        {
            c.Reply.Integer(0);
            return;
        }

        if (!HyperLogLog.TryCached(entry.StringBytes, out long cardinality))
        {
            if (!HyperLogLog.TryEstimate(entry.StringBytes, out cardinality))
            {
                c.Error(HyperLogLogValue.Corrupt);
                return;
            }

            // The answer is kept in the value: other bytes than before, so a copy must do the same.
            HyperLogLog.Cache(c.Database.Grow(entry, key, 0).WritableBytes, cardinality);
            c.SignalModified(key);
            c.Engine.Dirty++;
        }

        c.Reply.Integer(cardinality);
    }

    private static bool TryMerge(
        ref CommandContext c, Key key, Span<byte> registers, out bool dense)
    {
        dense = false;
        if (!HyperLogLogValue.TryRead(ref c, key, out Entry entry)) return false;
        if (entry.IsNull) return true;
        dense = !HyperLogLog.IsSparse(entry.StringBytes);
        if (HyperLogLog.TryMerge(entry.StringBytes, registers)) return true;
        c.Error(HyperLogLogValue.Corrupt);
        return false;
    }
}
