using System;
using Rotom.Engine.Memory;

namespace Rotom.Engine.Commands;

/// <summary>ZUNION ZINTER ZDIFF, with STORE or without, and ZINTERCARD.</summary>
internal static class ZsetCombineCommands
{
    private const string UnionComplexity =
        "O(N)+O(M*log(M)) with N being the sum of the sizes of the input sorted sets, and M being "
        + "the number of elements in the resulting sorted set.";

    private const string InterComplexity =
        "O(N*K)+O(M*log(M)) worst case with N being the smallest input sorted set, K being the "
        + "number of input sorted sets and M being the number of elements in the resulting sorted "
        + "set.";

    private const string DiffComplexity =
        "O(L + (N-K)log(N)) worst case where L is the total number of elements in all the sets, N "
        + "is the size of the first set, and K is the size of the result set.";

    private const string Weighted =
        "numkeys:integer key... [WEIGHTS weight:integer...] "
        + "[AGGREGATE aggregate:<SUM | MIN | MAX>]";

    /// <summary>Returns the union of multiple sorted sets.</summary>
    [Command("ZUNION", Arity = -3, Since = "6.2.0", Complexity = UnionComplexity,
        Group = Group.SortedSet, Flags = CommandFlags.ReadOnly, Acl = Acl.SortedSet,
        Syntax = Weighted + " [WITHSCORES]")]
    [KeysAfterCount(1, Access.Read)]
    internal static void ZUnion(ref CommandContext c) =>
        Combine(ref c, ZsetOperation.Union, stored: false);

    /// <summary>Stores the union of multiple sorted sets in a key.</summary>
    [Command("ZUNIONSTORE", Arity = -4, Since = "2.0.0", Complexity = UnionComplexity,
        Group = Group.SortedSet, Flags = CommandFlags.Write | CommandFlags.DenyOom,
        Acl = Acl.SortedSet, Syntax = "destination:key " + Weighted)]
    [Key(1, Access.OW | Access.Update)]
    [KeysAfterCount(2, Access.Read)]
    internal static void ZUnionStore(ref CommandContext c) =>
        Combine(ref c, ZsetOperation.Union, stored: true);

    /// <summary>Returns the intersect of multiple sorted sets.</summary>
    [Command("ZINTER", Arity = -3, Since = "6.2.0", Complexity = InterComplexity,
        Group = Group.SortedSet, Flags = CommandFlags.ReadOnly, Acl = Acl.SortedSet,
        Syntax = Weighted + " [WITHSCORES]")]
    [KeysAfterCount(1, Access.Read)]
    internal static void ZInter(ref CommandContext c) =>
        Combine(ref c, ZsetOperation.Intersection, stored: false);

    /// <summary>Stores the intersect of multiple sorted sets in a key.</summary>
    [Command("ZINTERSTORE", Arity = -4, Since = "2.0.0", Complexity = InterComplexity,
        Group = Group.SortedSet, Flags = CommandFlags.Write | CommandFlags.DenyOom,
        Acl = Acl.SortedSet, Syntax = "destination:key " + Weighted)]
    [Key(1, Access.OW | Access.Update)]
    [KeysAfterCount(2, Access.Read)]
    internal static void ZInterStore(ref CommandContext c) =>
        Combine(ref c, ZsetOperation.Intersection, stored: true);

    /// <summary>Returns the difference between multiple sorted sets.</summary>
    [Command("ZDIFF", Arity = -3, Since = "6.2.0", Complexity = DiffComplexity,
        Group = Group.SortedSet, Flags = CommandFlags.ReadOnly, Acl = Acl.SortedSet,
        Syntax = "numkeys:integer key... [WITHSCORES]")]
    [KeysAfterCount(1, Access.Read)]
    internal static void ZDiff(ref CommandContext c) =>
        Combine(ref c, ZsetOperation.Difference, stored: false);

    /// <summary>Stores the difference of multiple sorted sets in a key.</summary>
    [Command("ZDIFFSTORE", Arity = -4, Since = "6.2.0", Complexity = DiffComplexity,
        Group = Group.SortedSet, Flags = CommandFlags.Write | CommandFlags.DenyOom,
        Acl = Acl.SortedSet, Syntax = "destination:key numkeys:integer key...")]
    [Key(1, Access.OW | Access.Update)]
    [KeysAfterCount(2, Access.Read)]
    internal static void ZDiffStore(ref CommandContext c) =>
        Combine(ref c, ZsetOperation.Difference, stored: true);

    /// <summary>Returns the number of members of the intersect of multiple sorted sets.</summary>
    [Command("ZINTERCARD", Arity = -3, Since = "7.0.0",
        Complexity = "O(N*K) worst case with N being the smallest input sorted set, K being the "
            + "number of input sorted sets.",
        Group = Group.SortedSet, Flags = CommandFlags.ReadOnly, Acl = Acl.SortedSet,
        Syntax = "numkeys:integer key... [LIMIT limit:integer]")]
    [KeysAfterCount(1, Access.Read)]
    internal static void ZInterCard(ref CommandContext c)
    {
        ZsetCombination inputs = new(ZsetOperation.Intersection, stored: false, cardinality: true);
        if (inputs.Read(ref c)) c.Reply.Integer(inputs.Count());
    }

    private static void Combine(ref CommandContext c, ZsetOperation operation, bool stored)
    {
        ZsetCombination inputs = new(operation, stored, cardinality: false);
        if (!inputs.Read(ref c)) return;
        Zset result = ZsetValue.New(in c);
        result.Grow();
        long longest = inputs.Run(ref result);
        if (stored)
        {
            result.ShrinkIfSmall(longest);
            ReadOnlySpan<byte> eventName = operation switch
            {
                ZsetOperation.Union => "zunionstore"u8,
                ZsetOperation.Intersection => "zinterstore"u8,
                _ => "zdiffstore"u8,
            };
            ZsetValue.StoreResult(in c, c.Key(0), ref result, 1, eventName);
            return;
        }

        long count = result.Count;
        if (inputs.WithScores) c.Reply.PairsHeader(count);
        else c.Reply.ArrayHeader(count);
        result.Reply(c.Reply, result.At(0), count, true, inputs.WithScores);
        while (!result.FreeSome())
        {
        }
    }
}
