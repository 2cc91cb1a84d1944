using System;

namespace Rotom.Engine;

// Keys that no key specification can state. COMMAND INFO marks them: "unknown" and "incomplete"
// specifications, or flags that vary. Each rule gives at most two ranges and agrees with its
// handler, also where a token is repeated: SORT and GEORADIUS use the last STORE, so that is the
// one found here.

/// <summary>Where the keys of a command are stated.</summary>
internal enum KeyRule
{
    /// <summary>In its key specifications.</summary>
    Declared,
    Set,
    BitField,
    Sort,
    GeoRadius,
    Migrate,
}

internal static class SpecialKeys
{
    internal const int RangeCount = 2;

    private const Access Overwrite = Access.OW | Access.Update;
    private const Access Change = Access.RW | Access.Get | Access.Update;

    internal static KeyRule RuleOf(string name) => name switch
    {
        "SET" => KeyRule.Set,
        "BITFIELD" => KeyRule.BitField,
        "SORT" => KeyRule.Sort,
        "GEORADIUS" or "GEORADIUSBYMEMBER" => KeyRule.GeoRadius,
        "MIGRATE" => KeyRule.Migrate,
        _ => KeyRule.Declared,
    };

    internal static KeyRange Range(KeyRule rule, int index, in ArgView words)
    {
        if (words.Count < 2 || (index == 1 && rule is not (KeyRule.Sort or KeyRule.GeoRadius)))
        {
            return KeyRange.None;
        }

        switch (rule)
        {
            case KeyRule.Set:
                return KeyRange.One(1, SetReads(words) ? Change : Overwrite);
            case KeyRule.BitField:
                return KeyRange.One(1, BitFieldWrites(words) ? Change : Access.Read);
            case KeyRule.Migrate:
                return Migrate(words);
            default:
                if (index == 0) return KeyRange.One(1, Access.Read);
                int stored = rule == KeyRule.Sort ? SortStore(words) : GeoRadiusStore(words);
                return stored == 0 ? KeyRange.None : KeyRange.One(stored, Overwrite);
        }
    }

    private static bool SetReads(in ArgView words)
    {
        for (int i = 3; i < words.Count; i++)
        {
            if (words.Is(i, "GET"u8) || words.Is(i, "IFEQ"u8) || words.Is(i, "IFNE"u8)
                || words.Is(i, "IFDEQ"u8) || words.Is(i, "IFDNE"u8))
            {
                return true;
            }
        }

        return false;
    }

    // Sub-commands that are cut short count as writes: the safe side for a command that will fail.
    private static bool BitFieldWrites(in ArgView words)
    {
        int i = 2;
        while (i < words.Count)
        {
            int left = words.Count - i - 1;
            if (words.Is(i, "GET"u8) && left >= 2) i += 3;
            else if (words.Is(i, "OVERFLOW"u8) && left >= 1) i += 2;
            else return true;
        }

        return false;
    }

    private static int SortStore(in ArgView words)
    {
        int stored = 0;
        for (int i = 2; i < words.Count; i++)
        {
            if (words.Is(i, "LIMIT"u8)) i += 2;
            else if (words.Is(i, "GET"u8) || words.Is(i, "BY"u8)) i++;
            else if (words.Is(i, "STORE"u8) && i + 1 < words.Count) stored = ++i;
        }

        return stored;
    }

    private static int GeoRadiusStore(in ArgView words)
    {
        int stored = 0;
        for (int i = 5; i < words.Count - 1; i++)
        {
            if (words.Is(i, "STORE"u8) || words.Is(i, "STOREDIST"u8)) stored = ++i;
        }

        return stored;
    }

    // MIGRATE host port key|"" db timeout [COPY] [REPLACE] [AUTH p] [AUTH2 u p] [KEYS key...]
    private static KeyRange Migrate(in ArgView words)
    {
        const Access Moved = Access.RW | Access.Get | Access.Delete;
        for (int i = 6; i < words.Count; i++)
        {
            if (words.Is(i, "AUTH"u8)) i++;
            else if (words.Is(i, "AUTH2"u8)) i += 2;
            else if (words.Is(i, "KEYS"u8))
            {
                // Both forms at once are a syntax error.
                int count = words.Count - i - 1;
                return words[3].IsEmpty && count > 0 ? new(i + 1, count, 1, Moved) : KeyRange.None;
            }
        }

        return words.Count > 3 ? KeyRange.One(3, Moved) : KeyRange.None;
    }
}
