using System;

namespace Rotom.Engine;

// KeyExtractor: which words of a command are keys.
//
// The one answer to that question. Handlers reach keys only through it (CommandContext.Key), and so
// do ACL, WATCH, COMMAND GETKEYS and the cluster's slots: what is checked is what is used. Each key
// specification gives one range of words; a few commands whose keys no specification can state have
// code in SpecialKeys, which gives ranges too. The n-th key is the n-th word of these ranges.
//
// A specification that does not fit the words (a count that is no number, or larger than what
// follows) makes the whole command keyless: its handler will answer an error, and must be left to
// do so. A token that does not occur is no error, only no keys.
//
// Nothing is ever read past the words that are there, and nothing is allocated.

/// <summary>Words <c>First</c>, <c>First + Step</c>... <c>Count</c> of them.</summary>
internal readonly record struct KeyRange(int First, int Count, int Step, Access Access)
{
    /// <summary>No keys.</summary>
    internal static KeyRange None => default;

    internal static KeyRange One(int at, Access access) => new(at, 1, 1, access);

    internal int At(int n) => First + (n * Step);
}

/// <summary>Finds the keys among the words of a command.</summary>
internal static class KeyExtractor
{
    /// <summary>The position of the <paramref name="n"/>-th key; -1 if there is none.</summary>
    internal static int Position(CommandSpec spec, in ArgView words, int n)
    {
        int ranges = RangeCount(spec);
        int found = -1;
        for (int i = 0; i < ranges; i++)
        {
            if (!TryRange(spec, i, words, out KeyRange range)) return -1;
            if (found >= 0) continue;
            if (n < range.Count) found = range.At(n);
            else n -= range.Count;
        }

        return found;
    }

    /// <summary>How many keys there are; 0 also if the words do not fit the command.</summary>
    internal static int Count(CommandSpec spec, in ArgView words)
    {
        int count = 0;
        int ranges = RangeCount(spec);
        for (int i = 0; i < ranges; i++)
        {
            if (!TryRange(spec, i, words, out KeyRange range)) return 0;
            count += range.Count;
        }

        return count;
    }

    /// <summary>Finds all keys and what is done with them.</summary>
    /// <returns>False if the words do not fit the command; there are no keys then.</returns>
    internal static bool TryExtract(CommandSpec spec, in ArgView words, KeyPositions keys)
    {
        keys.Clear();
        int ranges = RangeCount(spec);
        for (int i = 0; i < ranges; i++)
        {
            if (!TryRange(spec, i, words, out KeyRange range))
            {
                keys.Clear();
                return false;
            }

            keys.Add(range);
        }

        return true;
    }

    /// <summary>True if the command can have keys; sharded channels are none.</summary>
    internal static bool MayHaveKeys(CommandSpec spec)
    {
        foreach (KeySpec key in spec.Keys)
        {
            if ((key.Access & Access.NotKey) == 0) return true;
        }

        return false;
    }

    private static int RangeCount(CommandSpec spec) =>
        spec.KeyRule == KeyRule.Declared ? spec.Keys.Count : SpecialKeys.RangeCount;

    private static bool TryRange(
        CommandSpec spec, int index, in ArgView words, out KeyRange range)
    {
        if (spec.KeyRule != KeyRule.Declared)
        {
            range = SpecialKeys.Range(spec.KeyRule, index, words);
            return true;
        }

        KeySpec key = spec.Keys[index];
        range = KeyRange.None;
        if ((key.Access & Access.NotKey) != 0 || key.Search == KeySearch.Unknown) return true;
        int first = key.Search == KeySearch.Index ? key.Begin : BehindKeyword(key, words);
        if (first == 0) return true;
        return key.Find == KeyFind.KeyNum
            ? TryCounted(key, first, words, out range)
            : TryRange(key, first, words, out range)
                || (index > 0 && IsEmptyRest(key, first, words));
    }

    // PFMERGE with a destination only: the sources are none, but the destination is a key.
    private static bool IsEmptyRest(KeySpec key, int first, in ArgView words) =>
        key.LastKey < 0 && first == words.Count;

    // Forwards from a positive Begin, else backwards from the end. The last word cannot be the
    // token: nothing is behind it.
    private static int BehindKeyword(KeySpec key, in ArgView words)
    {
        int step = key.Begin > 0 ? 1 : -1;
        int start = key.Begin > 0 ? key.Begin : words.Count + key.Begin;
        for (int i = start; i > 0 && i < words.Count - 1; i += step)
        {
            if (words.Is(i, key.Keyword)) return i + 1;
        }

        return 0;
    }

    private static bool TryRange(KeySpec key, int first, in ArgView words, out KeyRange range)
    {
        range = KeyRange.None;
        int last = first + key.LastKey;
        if (key.LastKey < 0)
        {
            last = key.Limit > 1
                ? first + ((words.Count - first) / key.Limit) + key.LastKey
                : words.Count + key.LastKey;
        }

        if (first >= words.Count || last < first || last >= words.Count) return false;
        range = new KeyRange(first, ((last - first) / key.Step) + 1, key.Step, key.Access);
        return true;
    }

    private static bool TryCounted(KeySpec key, int countAt, in ArgView words, out KeyRange range)
    {
        range = KeyRange.None;
        int behind = words.Count - countAt - 1;
        if (behind < 0 || !Numbers.TryParse(words[countAt], out long count)) return false;
        if (count < 1 || behind == 0 || count - 1 > (behind - 1) / key.Step) return false;
        range = new KeyRange(countAt + 1, (int)count, key.Step, key.Access);
        return true;
    }
}
