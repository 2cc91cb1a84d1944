using System;
using Rotom.Engine.Memory;
using Rotom.Resp;

namespace Rotom.Engine.Commands;

/// <summary>ZPOPMIN ZPOPMAX ZMPOP.</summary>
internal static class ZsetPopCommands
{
    private const string PopComplexity =
        "O(log(N)*M) with N being the number of elements in the sorted set, and M being the "
        + "number of elements popped.";

    /// <summary>How popped members are answered.</summary>
    internal enum Shape
    {
        /// <summary>Members and scores in turn.</summary>
        Flat,

        /// <summary>A pair for each member.</summary>
        Pairs,

        /// <summary>The key, the member and the score.</summary>
        KeyFirst,

        /// <summary>The key, and a pair for each member.</summary>
        KeyAndPairs,
    }

    /// <summary>Returns the lowest-scoring members from a sorted set after removing them. Deletes
    /// the sorted set if the last member was popped.</summary>
    [Command("ZPOPMIN", Arity = -2, Since = "5.0.0", Complexity = PopComplexity,
        Group = Group.SortedSet, Flags = CommandFlags.Write | CommandFlags.Fast,
        Acl = Acl.SortedSet, Syntax = "key [count:integer]")]
    [Key(1, Access.RW | Access.Get | Access.Delete)]
    internal static void ZPopMin(ref CommandContext c) => Pop(ref c, min: true);

    /// <summary>Returns the highest-scoring members from a sorted set after removing them. Deletes
    /// the sorted set if the last member was popped.</summary>
    [Command("ZPOPMAX", Arity = -2, Since = "5.0.0", Complexity = PopComplexity,
        Group = Group.SortedSet, Flags = CommandFlags.Write | CommandFlags.Fast,
        Acl = Acl.SortedSet, Syntax = "key [count:integer]")]
    [Key(1, Access.RW | Access.Get | Access.Delete)]
    internal static void ZPopMax(ref CommandContext c) => Pop(ref c, min: false);

    /// <summary>Returns the highest- or lowest-scoring members from one or more sorted sets after
    /// removing them. Deletes the sorted set if the last member was popped.</summary>
    [Command("ZMPOP", Arity = -4, Since = "7.0.0",
        Complexity = "O(K) + O(M*log(N)) where K is the number of provided keys, N being the "
            + "number of elements in the sorted set, and M being the number of elements popped.",
        Group = Group.SortedSet, Flags = CommandFlags.Write, Acl = Acl.SortedSet,
        Syntax = "numkeys:integer key... where:<MIN | MAX> [COUNT count:integer]")]
    [KeysAfterCount(1, Access.RW | Access.Get | Access.Delete)]
    internal static void ZMPop(ref CommandContext c)
    {
        if (!TryMultiPop(ref c, 1, out bool min, out long most)) return;
        if (PopFirst(ref c, min, most, Shape.KeyAndPairs) == Popped.Nothing) c.Reply.NullArray();
    }

    /// <summary>What came of it; nothing means that nothing was answered yet.</summary>
    internal enum Popped
    {
        /// <summary>There was no member.</summary>
        Nothing,

        /// <summary>Members went and were answered.</summary>
        Members,

        /// <summary>An error was answered.</summary>
        Error,
    }

    /// <summary>
    /// Reads what ZMPOP and BZMPOP have in common, the number of keys being at an index.
    /// </summary>
    internal static bool TryMultiPop(
        ref CommandContext c, int countAt, out bool min, out long most)
    {
        min = false;
        most = -1;
        ReadOnlySpan<byte> error = "ERR numkeys should be greater than 0"u8;
        if (!TryAtLeastOne(ref c, countAt, error, out long keys)) return false;
        if (keys >= c.ArgCount - countAt - 1)
        {
            c.SyntaxError();
            return false;
        }

        int at = countAt + 1 + (int)keys;
        min = c.Is(at, "MIN"u8);
        if (!min && !c.Is(at, "MAX"u8))
        {
            c.SyntaxError();
            return false;
        }

        error = "ERR count should be greater than 0"u8;
        for (at++; at < c.ArgCount; at += 2)
        {
            if (most != -1 || at + 1 >= c.ArgCount || !c.Is(at, "COUNT"u8))
            {
                c.SyntaxError();
                return false;
            }

            if (!TryAtLeastOne(ref c, at + 1, error, out most)) return false;
        }

        if (most == -1) most = 1;
        return true;
    }

    /// <summary>Pops from the first of the command's keys that has a sorted set.</summary>
    internal static Popped PopFirst(ref CommandContext c, bool min, long most, Shape shape)
    {
        int keys = c.KeyCount;
        for (int i = 0; i < keys; i++)
        {
            Key key = c.Key(i);
            if (!c.IsAwaited(key)) continue;
            if (!c.TryWrite(key, ObjectType.SortedSet, out Entry entry)) return Popped.Error;
            if (entry.IsNull) continue;
            long count = PopFrom(ref c, key, entry, min, most, shape);
            ReadOnlySpan<byte> name = min ? "ZPOPMIN"u8 : "ZPOPMAX"u8;
            if (shape == Shape.KeyFirst) c.PropagateInstead(2).Word(name).Word(key.Bytes);
            else c.PropagateInstead(3).Word(name).Word(key.Bytes).Word(count);
            return Popped.Members;
        }

        return Popped.Nothing;
    }

    private static long PopFrom(
        ref CommandContext c, Key key, Entry entry, bool min, long most, Shape shape)
    {
        Zset set = ZsetValue.OpenToWrite(in c, key, entry);
        long length = set.Count;
        long count = Math.Min(most, length);
        ReplyHeader(in c, key, count, shape);
        bool nested = shape is Shape.Pairs or Shape.KeyAndPairs;
        ZsetPosition at = set.At(min ? 0 : length - 1);
        for (long i = 0; i < count; i++, at = set.Next(at, min))
            ZsetValue.ReplyPair(in c, in set, at, nested);
        set.RemoveRange(min ? 0 : length - count, count);
        ReadOnlySpan<byte> eventName = min ? "zpopmin"u8 : "zpopmax"u8;
        ZsetValue.StoreShrunk(in c, key, entry, ref set, eventName, count);
        return count;
    }

    private static void ReplyHeader(in CommandContext c, Key key, long count, Shape shape)
    {
        switch (shape)
        {
            case Shape.Flat:
                c.Reply.ArrayHeader(count * 2);
                break;
            case Shape.Pairs:
                c.Reply.ArrayHeader(count);
                break;
            case Shape.KeyFirst:
                c.Reply.ArrayHeader((count * 2) + 1);
                c.Reply.Bulk(key.Bytes);
                break;
            default:
                c.Reply.ArrayHeader(2);
                c.Reply.Bulk(key.Bytes);
                c.Reply.ArrayHeader(count);
                break;
        }
    }

    private static void Pop(ref CommandContext c, bool min)
    {
        if (c.ArgCount > 3)
        {
            c.SyntaxError();
            return;
        }

        bool many = c.ArgCount == 3;
        long most = 1;
        if (many && !TryCount(ref c, 2, out most)) return;
        Key key = c.Key(0);
        if (!c.TryWrite(key, ObjectType.SortedSet, out Entry entry)) return;
        if (entry.IsNull || most == 0)
        {
            c.Reply.ArrayHeader(0);
            return;
        }

        bool pairs = many && c.Reply.Resp3;
        PopFrom(ref c, key, entry, min, most, pairs ? Shape.Pairs : Shape.Flat);
    }

    private static bool TryCount(ref CommandContext c, int at, out long count)
    {
        if (!c.TryInt64(at, Errors.MustBePositive, out count)) return false;
        if (count >= 0) return true;
        c.Error(Errors.MustBePositive);
        return false;
    }

    private static bool TryAtLeastOne(
        ref CommandContext c, int at, ReadOnlySpan<byte> error, out long value)
    {
        if (!c.TryInt64(at, error, out value)) return false;
        if (value >= 1) return true;
        c.Error(error);
        return false;
    }
}
