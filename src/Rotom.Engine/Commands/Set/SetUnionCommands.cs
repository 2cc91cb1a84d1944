using System;
using Rotom.Engine.Memory;
using Rotom.Resp.Batch;

namespace Rotom.Engine.Commands;

// Unions and differences. A difference is had in one of two ways, as in Redis, whichever is less
// work: looking each member of the first set up in all others, or copying the first set and
// removing the members of the others.

/// <summary>SUNION SUNIONSTORE SDIFF SDIFFSTORE.</summary>
internal static class SetUnionCommands
{
    private const string Complexity = "O(N) where N is the total number of elements in all given "
        + "sets.";

    /// <summary>Returns the union of multiple sets.</summary>
    [Command("SUNION", Arity = -2, Since = "1.0.0", Complexity = Complexity, Group = Group.Set,
        Flags = CommandFlags.ReadOnly, Acl = Acl.Set, Syntax = "key...",
        Tips = "nondeterministic_output_order")]
    [Keys(1, -1, 1, Access.Read)]
    internal static void SUnion(ref CommandContext c)
    {
        if (!TrySets(ref c, 0, out SetType[] sets, out _)) return;
        if (sets.Length <= 1)
        {
            if (sets.Length == 0) c.Reply.SetHeader(0);
            else SetCommands.Reply(in c, in sets[0]);
            return;
        }

        SetType result = Union(in c, sets);
        SetCommands.Reply(in c, in result);
        SetValue.Drop(in c, in result);
    }

    /// <summary>Stores the union of multiple sets in a key.</summary>
    [Command("SUNIONSTORE", Arity = -3, Since = "1.0.0", Complexity = Complexity,
        Group = Group.Set, Flags = CommandFlags.Write | CommandFlags.DenyOom, Acl = Acl.Set,
        Syntax = "destination:key key...")]
    [Key(1, Access.OW | Access.Update)]
    [Keys(2, -1, 1, Access.Read)]
    internal static void SUnionStore(ref CommandContext c)
    {
        if (!TrySets(ref c, 1, out SetType[] sets, out _)) return;
        SetType result = Union(in c, sets);
        SetValue.StoreResult(in c, c.Key(0), in result, "sunionstore"u8);
    }

    /// <summary>Returns the difference of multiple sets.</summary>
    [Command("SDIFF", Arity = -2, Since = "1.0.0", Complexity = Complexity, Group = Group.Set,
        Flags = CommandFlags.ReadOnly, Acl = Acl.Set, Syntax = "key...",
        Tips = "nondeterministic_output_order")]
    [Keys(1, -1, 1, Access.Read)]
    internal static void SDiff(ref CommandContext c)
    {
        if (!TryDifference(ref c, 0, out SetType[] sets)) return;
        if (sets.Length == 0)
        {
            c.Reply.SetHeader(0);
            return;
        }

        if (!LooksUp(sets))
        {
            SetType rest = Subtract(in c, sets);
            SetCommands.Reply(in c, in rest);
            SetValue.Drop(in c, in rest);
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

    /// <summary>Stores the difference of multiple sets in a key.</summary>
    [Command("SDIFFSTORE", Arity = -3, Since = "1.0.0", Complexity = Complexity,
        Group = Group.Set, Flags = CommandFlags.Write | CommandFlags.DenyOom, Acl = Acl.Set,
        Syntax = "destination:key key...")]
    [Key(1, Access.OW | Access.Update)]
    [Keys(2, -1, 1, Access.Read)]
    internal static void SDiffStore(ref CommandContext c)
    {
        if (!TryDifference(ref c, 1, out SetType[] sets)) return;
        SetType result;
        if (sets.Length == 0 || LooksUp(sets))
        {
            result = new SetType(c.Engine.Payloads.Sets);
            SetWalk walk = default;
            while (sets.Length > 0 && Next(sets, ref walk, out ListpackValue member))
                result.Add(member);
        }
        else
        {
            result = Subtract(in c, sets);
        }

        SetValue.StoreResult(in c, c.Key(0), in result, "sdiffstore"u8);
    }

    private static SetType Union(in CommandContext c, SetType[] sets)
    {
        SetType result = new(c.Engine.Payloads.Sets);
        foreach (ref SetType set in sets.AsSpan())
        {
            SetWalk walk = default;
            while (set.Next(ref walk, out ListpackValue member)) result.Add(member);
        }

        return result;
    }

    private static SetType Subtract(in CommandContext c, SetType[] sets)
    {
        SetType result = Union(in c, sets[..1]);
        foreach (ref SetType set in sets.AsSpan(1))
        {
            if (result.Count == 0) break;
            SetWalk walk = default;
            while (set.Next(ref walk, out ListpackValue member)) result.Remove(member);
        }

        return result;
    }

    // Looking up can end at the first set that has the member, hence half of its cost.
    private static bool LooksUp(SetType[] sets)
    {
        long first = sets[0].Count;
        long all = 0;
        foreach (ref SetType set in sets.AsSpan()) all += set.Count;
        return (Int128)first * sets.Length / 2 <= all;
    }

    private static bool Next(SetType[] sets, scoped ref SetWalk walk, out ListpackValue member)
    {
        while (sets[0].Next(ref walk, out member))
        {
            int i = 1;
            while (i < sets.Length && !sets[i].Contains(member)) i++;
            if (i == sets.Length) return true;
        }

        return false;
    }

    /// <summary>
    /// The sets of which a difference is to be made, the first and then the largest first; none
    /// when nothing can be left.
    /// </summary>
    private static bool TryDifference(ref CommandContext c, int first, out SetType[] sets)
    {
        if (!TrySets(ref c, first, out sets, out bool hasFirst)) return false;
        if (!hasFirst)
        {
            sets = [];
            return true;
        }

        long[] order = new long[sets.Length];
        for (int i = 1; i < sets.Length; i++)
        {
            if (sets[i].Payload == sets[0].Payload)
            {
                sets = [];
                return true;
            }

            order[i] = -sets[i].Count;
        }

        Array.Sort(order, sets, 1, sets.Length - 1);
        return true;
    }

    /// <summary>The sets that are there of the keys from one on.</summary>
    private static bool TrySets(
        ref CommandContext c, int first, out SetType[] sets, out bool hasFirst)
    {
        int keys = c.KeyCount;
        sets = new SetType[keys - first];
        hasFirst = false;
        int found = 0;
        for (int i = first; i < keys; i++)
        {
            if (!c.TryRead(c.Key(i), ObjectType.Set, out Entry entry)) return false;
            if (entry.IsNull) continue;
            sets[found++] = SetValue.Open(in c, entry);
            if (i == first) hasFirst = true;
        }

        Array.Resize(ref sets, found);
        return true;
    }
}
