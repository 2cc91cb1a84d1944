using System;
using System.Text;
using Rotom.Engine.Memory;
using Rotom.Resp;

namespace Rotom.Engine.Commands;

/// <summary>PFDEBUG and PFSELFTEST: for those who test HyperLogLogs.</summary>
internal static class HyperLogLogDebug
{
    /// <summary>Elements of the self-test: enough to turn dense; a few milliseconds.</summary>
    private const int SelfTestElements = 20_000;

    /// <summary>Elements added between two looks at the estimate.</summary>
    private const int SelfTestStep = 1_000;

    /// <summary>Internal commands for debugging HyperLogLog values.</summary>
    [Command("PFDEBUG", Arity = 3, Since = "2.8.9", Complexity = "N/A", Group = Group.HyperLogLog,
        Flags = CommandFlags.Write | CommandFlags.DenyOom | CommandFlags.Admin,
        Acl = Acl.HyperLogLog, Syntax = "subcommand key")]
    [Key(2, Access.RW | Access.Get)]
    internal static void PfDebug(ref CommandContext c)
    {
        Key key = c.Key(0);
        if (!HyperLogLogValue.TryWrite(ref c, key, out Entry entry)) return;
        if (entry.IsNull)
        {
            c.Error("ERR The specified key does not exist"u8);
            return;
        }

        bool sparse = HyperLogLog.IsSparse(entry.StringBytes);
        if (c.Is(1, "ENCODING"u8)) c.Reply.Simple(sparse ? "sparse"u8 : "dense"u8);
        else if (c.Is(1, "DECODE"u8)) Decode(ref c, entry, sparse);
        else if (c.Is(1, "TODENSE"u8))
        {
            if (!sparse || TryMakeDense(ref c, key, entry)) c.Reply.Integer(sparse ? 1 : 0);
        }
        else if (c.Is(1, "GETREG"u8))
        {
            if (!sparse || TryMakeDense(ref c, key, entry)) GetRegisters(ref c, key);
        }
        else
        {
            ReadOnlySpan<byte> name = c[1];
            int end = name.IndexOf((byte)0);
            c.Engine.DraftError().Error(
                "ERR Unknown PFDEBUG subcommand '"u8, end < 0 ? name : name[..end], "'"u8);
            c.Error(c.Engine.DraftedError);
        }
    }

    /// <summary>An internal command for testing HyperLogLog values.</summary>
    [Command("PFSELFTEST", Arity = 1, Since = "2.8.9", Complexity = "N/A",
        Group = Group.HyperLogLog, Flags = CommandFlags.Admin, Acl = Acl.HyperLogLog)]
    internal static void PfSelfTest(ref CommandContext c)
    {
        string? failure = SelfTest(c.Engine.HyperLogLogEdit);
        if (failure is null) c.Reply.Ok();
        else c.Error("TESTFAILED " + failure);
    }

    private static void Decode(ref CommandContext c, Entry entry, bool sparse)
    {
        StringBuilder text = new();
        if (!sparse) c.Error("ERR HLL encoding is not sparse"u8);
        else if (HyperLogLog.TryDescribe(entry.StringBytes, text))
            c.Reply.Bulk(Encoding.ASCII.GetBytes(text.ToString()));
        else c.Error(HyperLogLogValue.Corrupt);
    }

    private static bool TryMakeDense(ref CommandContext c, Key key, Entry entry)
    {
        if (!HyperLogLogValue.TryEdit(ref c, entry, out HyperLogLogEdit edit)) return false;
        if (!edit.TryMakeDense())
        {
            c.Error(HyperLogLogValue.Corrupt);
            return false;
        }

        HyperLogLogValue.Store(ref c, key, edit);
        c.SignalModified(key);
        c.Engine.Dirty++;
        return true;
    }

    private static void GetRegisters(ref CommandContext c, Key key)
    {
        ReadOnlySpan<byte> value = c.Database.Peek(key).StringBytes;
        c.Reply.ArrayHeader(HyperLogLog.Registers);
        for (int i = 0; i < HyperLogLog.Registers; i++)
        {
            c.Reply.Integer(HyperLogLog.GetDense(value, i));
        }
    }

    /// <summary>
    /// Adds the same elements to a sparse value, to a dense one and to plain registers: all three
    /// must agree on every register and every estimate, and the estimate must be near the truth.
    /// </summary>
    private static string? SelfTest(HyperLogLogEdit edit)
    {
        byte[] dense = new byte[HyperLogLog.DenseBytes];
        edit.Begin();
        if (!HyperLogLog.TryMakeDense(edit.Value, dense)) return "an empty value is not valid";
        Span<byte> registers = edit.Registers;
        registers.Clear();
        Span<byte> element = stackalloc byte[sizeof(long)];
        for (int n = 1; n <= SelfTestElements; n++)
        {
            BitConverter.TryWriteBytes(element, unchecked((ulong)n * 0x9E3779B97F4A7C15));
            (int register, int rank) = HyperLogLog.Place(element);
            HyperLogLog.Raised raised = edit.Raise(register, rank, sparseBytesMax: 3000);
            bool set = HyperLogLog.SetDense(dense, register, rank);
            if (set != (raised == HyperLogLog.Raised.Yes)) return "encodings disagree on a change";
            if (set) registers[register] = (byte)rank;
            if (n % SelfTestStep != 0) continue;
            long estimate = HyperLogLog.Estimate(registers);
            if (!HyperLogLog.TryEstimate(edit.Value, out long ofValue) || ofValue != estimate
                || !HyperLogLog.TryEstimate(dense, out long ofDense) || ofDense != estimate)
            {
                return "encodings disagree on the cardinality";
            }

            // Four times the standard error.
            if (Math.Abs(estimate - n) > n * 0.0325) return "the error is too large";
        }

        for (int i = 0; i < registers.Length; i++)
        {
            if (HyperLogLog.GetDense(dense, i) != registers[i]) return "a register is wrong";
        }

        return null;
    }
}
