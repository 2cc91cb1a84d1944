using System;
using Rotom.Engine.Memory;
using Rotom.Resp.Batch;

namespace Rotom.Engine.Commands;

// The members that all sets have: those of the smallest are looked up in the others, the next
// smaller first, as it is the likeliest not to have them.

/// <summary>SINTER SINTERCARD SINTERSTORE.</summary>
internal static class SetInterCommands
{
    private const string Complexity =
        "O(N*M) worst case where N is the cardinality of the smallest set and M is the number of "
        + "sets.";

    /// <summary>Returns the intersect of multiple sets.</summary>
    [Command("SINTER", Arity = -2, Since = "1.0.0", Complexity = Complexity, Group = Group.Set,
        Flags = CommandFlags.ReadOnly, Acl = Acl.Set, Syntax = "key...",
        Tips = "nondeterministic_output_order")]
    [Keys(1, -1, 1, Access.Read)]
    internal static void SInter(ref CommandContext c)
    {
        if (!TrySets(ref c, 0, c.KeyCount, out SetType[] sets)) return;
        if (sets.Length == 0)
        {
            c.Reply.SetHeader(0);
            return;
        }

        ReplyBatch reply = c.Reply;
        int header = reply.BeginDeferred();
        long count = 0;
        SetWalk walk = default;
        while (Next(sets, ref walk, out ListpackValue member))
        {
            member.Reply(reply);
            count++;
        }

        reply.EndDeferred(header, '~', count);
    }

    /// <summary>Returns the number of members of the intersect of multiple sets.</summary>
    [Command("SINTERCARD", Arity = -3, Since = "7.0.0", Complexity = Complexity,
        Group = Group.Set, Flags = CommandFlags.ReadOnly, Acl = Acl.Set,
        Syntax = "numkeys:integer key... [LIMIT limit:integer]")]
    [KeysAfterCount(1, Access.Read)]
    internal static void SInterCard(ref CommandContext c)
    {
        if (!TryCardOptions(ref c, out int keys, out long limit)) return;
        if (!TrySets(ref c, 0, keys, out SetType[] sets)) return;
        long count = 0;
        SetWalk walk = default;
        while (sets.Length > 0 && Next(sets, ref walk, out _))
        {
            if (++count == limit) break;
        }

        c.Reply.Integer(count);
    }

    /// <summary>Stores the intersect of multiple sets in a key.</summary>
    [Command("SINTERSTORE", Arity = -3, Since = "1.0.0", Complexity = Complexity,
        Group = Group.Set, Flags = CommandFlags.Write | CommandFlags.DenyOom, Acl = Acl.Set,
        Syntax = "destination:key key...")]
    [Key(1, Access.RW | Access.Update)]
    [Keys(2, -1, 1, Access.Read)]
    internal static void SInterStore(ref CommandContext c)
    {
        if (!TrySets(ref c, 1, c.KeyCount - 1, out SetType[] sets)) return;
        Key target = c.Key(0);
        if (sets.Length == 0)
        {
            SetValue.DeleteTarget(in c, target);
            c.Reply.Integer(0);
            return;
        }

        SetType result = new(c.Engine.Payloads.Sets);
        SetWalk walk = default;
        while (Next(sets, ref walk, out ListpackValue member)) result.Add(member);
        SetValue.StoreResult(in c, target, in result, "sinterstore"u8);
    }

    private static bool TryCardOptions(ref CommandContext c, out int keys, out long limit)
    {
        limit = 0;
        keys = 0;
        ReadOnlySpan<byte> error = "ERR numkeys should be greater than 0"u8;
        if (!TryAtLeast(ref c, 1, 1, error, out long count)) return false;
        if (count > c.ArgCount - 2)
        {
            c.Error("ERR Number of keys can't be greater than number of args"u8);
            return false;
        }

        keys = (int)count;
        error = "ERR LIMIT can't be negative"u8;
        for (int i = 2 + keys; i < c.ArgCount; i += 2)
        {
            if (i + 1 == c.ArgCount || !c.Is(i, "LIMIT"u8))
            {
                c.SyntaxError();
                return false;
            }

            if (!TryAtLeast(ref c, i + 1, 0, error, out limit)) return false;
        }

        return true;
    }

    private static bool TryAtLeast(
        ref CommandContext c, int at, long least, ReadOnlySpan<byte> error, out long value)
    {
        if (!c.TryInt64(at, error, out value)) return false;
        if (value >= least) return true;
        c.Error(error);
        return false;
    }

    /// <summary>
    /// The sets of so many keys, the smallest first; none when one of them is not there. Keys that
    /// hold something else are an error even then.
    /// </summary>
    private static bool TrySets(ref CommandContext c, int first, int count, out SetType[] sets)
    {
        sets = new SetType[count];
        long[] sizes = new long[count];
        bool missing = false;
        for (int i = 0; i < count; i++)
        {
            if (!c.TryRead(c.Key(first + i), ObjectType.Set, out Entry entry)) return false;
            if (entry.IsNull)
            {
                missing = true;
                continue;
            }

            sets[i] = SetValue.Open(in c, entry);
            sizes[i] = sets[i].Count;
        }

        if (missing) sets = [];
        else Array.Sort(sizes, sets);
        return true;
    }

    private static bool Next(SetType[] sets, scoped ref SetWalk walk, out ListpackValue member)
    {
        while (sets[0].Next(ref walk, out member))
        {
            int i = 1;
            while (i < sets.Length && sets[i].Contains(member)) i++;
            if (i == sets.Length) return true;
        }

        return false;
    }
}
