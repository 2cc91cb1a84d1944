using System;
using Rotom.Engine.Memory;

namespace Rotom.Engine.Commands;

/// <summary>Reads what is to be sorted.</summary>
internal static class SortSource
{
    /// <summary>True for the types that SORT takes.</summary>
    internal static bool CanBeSorted(ObjectType type) =>
        type is ObjectType.List or ObjectType.Set or ObjectType.SortedSet;

    /// <summary>
    /// Copies the elements: all of them if they are to be sorted, else those that LIMIT wants, in
    /// the value's own order.
    /// </summary>
    internal static void Copy(
        in CommandContext c, Entry entry, in SortOptions options, SortTable to)
    {
        switch (entry.Type)
        {
            case ObjectType.List:
                ListValue.Open(in c, entry, out Quicklist list);
                CopyList(list, in options, to);
                break;
            case ObjectType.Set:
                CopySet(SetValue.Open(in c, entry), in options, to);
                break;
            case ObjectType.SortedSet:
                CopySortedSet(ZsetValue.Open(in c, entry), in options, to);
                break;
            default:
                throw new InvariantException("a type that cannot be sorted");
        }
    }

    private static void CopyList(Quicklist list, in SortOptions options, SortTable to)
    {
        (int first, int end) = Range(in options, list.Count);
        // Unsorted and descending is from the tail.
        bool forward = options.Sorts || !options.Descending;
        ListPosition at = list.Seek(forward ? first : -1 - first);
        for (int i = first; i < end; i++, at = list.Next(at, forward)) to.Add(list.Get(at));
    }

    private static void CopySet(SetType set, in SortOptions options, SortTable to)
    {
        (int first, int end) = Range(in options, set.Count);
        SetWalk walk = default;
        for (int i = 0; i < end && set.Next(ref walk, out ListpackValue member); i++)
        {
            if (i >= first) to.Add(member);
        }
    }

    private static void CopySortedSet(Zset set, in SortOptions options, SortTable to)
    {
        (int first, int end) = Range(in options, set.Count);
        if (first == end) return;
        bool forward = options.Sorts || !options.Descending;
        ZsetPosition at = set.At(forward ? first : set.Count - 1 - first);
        for (int i = first; i < end; i++, at = set.Next(at, forward)) to.Add(set.Member(at));
    }

    private static (int First, int End) Range(in SortOptions options, long count)
    {
        Invariant.Require(count <= int.MaxValue);
        return options.Sorts ? (0, (int)count) : options.Range(count);
    }
}
