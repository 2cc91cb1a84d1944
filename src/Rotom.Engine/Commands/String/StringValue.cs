using System;
using System.Buffers.Text;
using Rotom.Engine.Memory;
using Rotom.Resp;

namespace Rotom.Engine.Commands;

/// <summary>What the string commands share.</summary>
internal static class StringValue
{
    /// <summary>
    /// The bytes of a string value; those of an integer are written into <paramref name="digits"/>,
    /// which has room for 20.
    /// </summary>
    internal static ReadOnlySpan<byte> Bytes(Entry entry, Span<byte> digits)
    {
        if (!entry.IsInt) return entry.StringBytes;
        Invariant.Require(Utf8Formatter.TryFormat(entry.Int, digits, out int length));
        return digits[..length];
    }

    /// <summary>False, with the error answered, when a string would grow over the limit.</summary>
    internal static bool FitsLimit(ref CommandContext c, long length)
    {
        if (length <= c.Engine.Config.ProtoMaxBulkLen) return true;
        c.Error(Errors.StringTooLong);
        return false;
    }
}
