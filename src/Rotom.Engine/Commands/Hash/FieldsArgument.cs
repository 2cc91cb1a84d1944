using System;
using Rotom.Engine.Memory;
using Rotom.Resp;

namespace Rotom.Engine.Commands;

/// <summary>
/// The words FIELDS, a number, and so many fields, with which the commands on times to live of
/// fields end.
/// </summary>
internal readonly struct FieldsArgument
{
    private FieldsArgument(int first, int count, int step)
    {
        First = first;
        Count = count;
        Step = step;
    }

    /// <summary>The first field's word.</summary>
    internal int First { get; }

    /// <summary>Number of fields.</summary>
    internal int Count { get; }

    /// <summary>From one field to the next.</summary>
    internal int Step { get; }

    /// <summary>The word of a field.</summary>
    internal int At(int index) => First + (index * Step);

    /// <summary>
    /// Reads the words from FIELDS on, which must reach the command's end; false when an error was
    /// answered.
    /// </summary>
    internal static bool TryRead(
        ref CommandContext c, int at, out FieldsArgument fields, bool withValues = false)
    {
        fields = default;
        int step = withValues ? 2 : 1;
        if (at + 1 >= c.ArgCount || !c.Is(at, "FIELDS"u8))
        {
            c.Error("ERR Mandatory argument FIELDS is missing or not at the right position"u8);
            return false;
        }

        if (!Numbers.TryParse(c[at + 1], out long count) || count is < 1 or > int.MaxValue)
        {
            c.Error("ERR Parameter `numFields` should be greater than 0"u8);
            return false;
        }

        if (count * step != c.ArgCount - at - 2)
        {
            c.Error("ERR The `numfields` parameter must match the number of arguments"u8);
            return false;
        }

        fields = new FieldsArgument(at + 2, (int)count, step);
        return true;
    }
}
