using System;

namespace Rotom.Engine;

/// <summary>Classes of keyspace events, by the letters of <c>notify-keyspace-events</c>.</summary>
[Flags]
public enum NotifyClass
{
    /// <summary>None.</summary>
    None = 0,
    /// <summary>K: publish on <c>__keyspace@db__:key</c>.</summary>
    Keyspace = 1 << 0,
    /// <summary>E: publish on <c>__keyevent@db__:event</c>.</summary>
    Keyevent = 1 << 1,
    /// <summary>g: generic commands.</summary>
    Generic = 1 << 2,
    /// <summary>$: strings.</summary>
    String = 1 << 3,
    /// <summary>l: lists.</summary>
    List = 1 << 4,
    /// <summary>s: sets.</summary>
    Set = 1 << 5,
    /// <summary>h: hashes.</summary>
    Hash = 1 << 6,
    /// <summary>z: sorted sets.</summary>
    SortedSet = 1 << 7,
    /// <summary>x: expired.</summary>
    Expired = 1 << 8,
    /// <summary>e: evicted.</summary>
    Evicted = 1 << 9,
    /// <summary>t: streams.</summary>
    Stream = 1 << 10,
    /// <summary>m: a key that was looked for is missing.</summary>
    KeyMiss = 1 << 11,
    /// <summary>d: module types.</summary>
    Module = 1 << 12,
    /// <summary>n: a new key.</summary>
    New = 1 << 13,
    /// <summary>A: all but m and n.</summary>
    All = Generic | String | List | Set | Hash | SortedSet | Expired | Evicted | Stream | Module,
}

/// <summary>Between the letters of the setting and the flags.</summary>
public static class NotifyClasses
{
    private const string Letters = "KEg$lshzxetmdn";

    /// <summary>Reads the letters; false when one is unknown.</summary>
    public static bool TryParse(string text, out NotifyClass classes)
    {
        classes = NotifyClass.None;
        foreach (char letter in text)
        {
            if (letter == 'A')
            {
                classes |= NotifyClass.All;
                continue;
            }

            int at = Letters.IndexOf(letter, StringComparison.Ordinal);
            if (at < 0) return false;
            classes |= (NotifyClass)(1 << at);
        }

        return true;
    }

    /// <summary>The letters of the flags in Redis' order, classes before K and E.</summary>
    public static string Format(NotifyClass classes)
    {
        Span<char> text = stackalloc char[16];
        int n = 0;
        bool all = (classes & NotifyClass.All) == NotifyClass.All;
        if (all) text[n++] = 'A';
        foreach (char letter in "g$lshzxetdnKEm")
        {
            int bit = Letters.IndexOf(letter, StringComparison.Ordinal);
            NotifyClass flag = (NotifyClass)(1 << bit);
            if ((classes & flag) == 0) continue;
            if (all && (flag & NotifyClass.All) != 0) continue;
            text[n++] = letter;
        }

        return new string(text[..n]);
    }
}
