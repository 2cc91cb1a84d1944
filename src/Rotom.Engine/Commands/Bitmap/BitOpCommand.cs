using System;
using Rotom.Engine.Memory;

namespace Rotom.Engine.Commands;

// BITOP works on pieces of 4 KB, which stay in the first cache: a piece of each source is combined
// on the stack and then written. Nothing as large as the values is allocated besides the result,
// and the destination may be one of the sources, since what a piece is made of is read before it is
// written.

/// <summary>BITOP.</summary>
internal static class BitOpCommand
{
    private const int PieceBytes = 4096;

    private enum Operation
    {
        None,
        And,
        Or,
        Xor,
        Not,
    }

    /// <summary>Performs bitwise operations on multiple strings, and stores the result.</summary>
    [Command("BITOP", Arity = -4, Since = "2.6.0", Complexity = "O(N)", Group = Group.Bitmap,
        Flags = CommandFlags.Write | CommandFlags.DenyOom, Acl = Acl.Bitmap,
        Syntax = "operation:<AND | OR | XOR | NOT> destkey:key key...")]
    [Key(2, Access.OW | Access.Update)]
    [Keys(3, -1, 1, Access.Read)]
    internal static void BitOp(ref CommandContext c)
    {
        Operation operation = Parse(ref c);
        if (operation == Operation.None)
        {
            c.SyntaxError();
            return;
        }

        if (operation == Operation.Not && c.KeyCount != 2)
        {
            c.Error("ERR BITOP NOT must be called with a single source key."u8);
            return;
        }

        int length = 0;
        Span<byte> digits = stackalloc byte[20];
        for (int i = 1; i < c.KeyCount; i++)
        {
            if (!c.TryRead(c.Key(i), ObjectType.String, out Entry source)) return;
            if (!source.IsNull) length = Math.Max(length, StringValue.Bytes(source, digits).Length);
        }

        if (length > 0) Store(ref c, operation, length);
        else Clear(ref c);
        c.Reply.Integer(length);
    }

    private static Operation Parse(ref CommandContext c)
    {
        if (c.Is(1, "AND"u8)) return Operation.And;
        if (c.Is(1, "OR"u8)) return Operation.Or;
        if (c.Is(1, "XOR"u8)) return Operation.Xor;
        return c.Is(1, "NOT"u8) ? Operation.Not : Operation.None;
    }

    private static void Clear(ref CommandContext c)
    {
        Key key = c.Key(0);
        if (!c.Database.Delete(key, c.Engine.Config.LazyfreeLazyServerDel)) return;
        c.Changed(key, NotifyClass.Generic, "del"u8);
    }

    private static void Store(ref CommandContext c, Operation operation, int length)
    {
        Key key = c.Key(0);
        Entry result = MakeRoom(ref c, key, length);
        Span<byte> piece = stackalloc byte[PieceBytes];
        for (int at = 0; at < length; at += PieceBytes)
        {
            Span<byte> part = piece[..Math.Min(PieceBytes, length - at)];
            Combine(ref c, operation, at, part);
            part.CopyTo(result.Writable(at, part.Length));
        }

        c.Changed(key, NotifyClass.String, "set"u8);
    }

    // A destination that is a source keeps its bytes until they are overwritten piece by piece.
    private static Entry MakeRoom(ref CommandContext c, Key key, int length)
    {
        Entry result = default;
        for (int i = 1; i < c.KeyCount && result.IsNull; i++)
        {
            if (c.Key(i).Bytes.SequenceEqual(key.Bytes)) result = c.Database.LookupWrite(key);
        }

        if (result.IsNull) result = c.Database.SetRaw(key, default);
        else if (result.HasExpiry) result = c.Database.ClearExpire(result, key);
        return c.Database.Grow(result, key, length);
    }

    private static void Combine(
        ref CommandContext c, Operation operation, int at, scoped Span<byte> part)
    {
        Span<byte> digits = stackalloc byte[20];
        for (int i = 1; i < c.KeyCount; i++)
        {
            Entry source = c.Database.Peek(c.Key(i));
            ReadOnlySpan<byte> bytes =
                source.IsNull ? default : StringValue.Bytes(source, digits);
            bytes = at < bytes.Length ? bytes[at..] : default;
            if (bytes.Length > part.Length) bytes = bytes[..part.Length];
            Span<byte> both = part[..bytes.Length];
            if (i == 1)
            {
                bytes.CopyTo(part);
                part[bytes.Length..].Clear();
                continue;
            }

            if (operation == Operation.Or) BitKernels.Or(both, bytes);
            else if (operation == Operation.Xor) BitKernels.Xor(both, bytes);
            else
            {
                BitKernels.And(both, bytes);
                part[bytes.Length..].Clear();
            }
        }

        if (operation == Operation.Not) BitKernels.Not(part);
    }
}
