using System;
using Rotom.Engine.Memory;

namespace Rotom.Engine.Commands;

/// <summary>What the commands on HyperLogLogs share.</summary>
internal static class HyperLogLogValue
{
    /// <summary>The value does not hold what its head promises.</summary>
    internal static ReadOnlySpan<byte> Corrupt => "INVALIDOBJ Corrupted HLL object detected"u8;

    /// <summary>
    /// The value of a key: a null entry when there is none; false when it is no HyperLogLog, which
    /// was answered.
    /// </summary>
    internal static bool TryRead(ref CommandContext c, Key key, out Entry entry) =>
        c.TryRead(key, ObjectType.String, out entry) && Check(in c, entry);

    /// <summary>The same for a command that will change the value.</summary>
    internal static bool TryWrite(ref CommandContext c, Key key, out Entry entry) =>
        c.TryWrite(key, ObjectType.String, out entry) && Check(in c, entry);

    /// <summary>Begins to change a value, or a new one; false when an error was answered.</summary>
    internal static bool TryEdit(ref CommandContext c, Entry entry, out HyperLogLogEdit edit)
    {
        edit = c.Engine.HyperLogLogEdit;
        if (entry.IsNull)
        {
            edit.Begin();
            return true;
        }

        if (edit.TryBegin(entry.StringBytes)) return true;
        c.Error(Corrupt);
        return false;
    }

    /// <summary>Gives a key the value that was changed; its time to live stays.</summary>
    internal static void Store(ref CommandContext c, Key key, HyperLogLogEdit edit)
    {
        Entry stored = c.Database.SetRaw(key, edit.Value, keepTtl: true);
        c.Database.Grow(stored, key, 0);
    }

    private static bool Check(in CommandContext c, Entry entry)
    {
        if (entry.IsNull || (!entry.IsInt && HyperLogLog.IsValue(entry.StringBytes))) return true;
        c.Error("WRONGTYPE Key is not a valid HyperLogLog string value."u8);
        return false;
    }
}
