using System;

namespace Rotom.Engine;

// Glob patterns as KEYS, SCAN, PSUBSCRIBE, CONFIG GET and ACL rules write them.
//
//   *      any bytes, none included          ?      any one byte
//   [abc]  one of these  [a-z] a range        [^a]   none of these        \x     x itself
//
// An unterminated class ends with the pattern; "[]" matches nothing and "[^]" any byte; the ends of
// a range may be swapped; a backslash at the very end stands for itself. One thing surprises: an
// empty text matches only the empty pattern, not "*" (callers that mean "all" test for "*" first).
//
// Patterns come from clients, so the matcher neither recurses nor tries every split: when a later
// part fails only the last star moves on, which is enough because an earlier star that took more
// could never help. That bounds the work by pattern times text; a vectorised search for the literal
// run behind a star takes the bound's sting (CVE-2022-36021, CVE-2024-31228).

/// <summary>Matches byte strings against glob patterns.</summary>
public static class Glob
{
    /// <summary>
    /// How many stars with something behind them are followed. Redis recurses at each and stops
    /// there (CVE-2024-31228): what needs more does not match, and so it is here.
    /// </summary>
    private const int StarsMax = 1000;

    /// <summary>True when the whole of <paramref name="text"/> fits the pattern.</summary>
    public static bool Matches(
        ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> text, bool ignoreCase = false)
    {
        if (text.IsEmpty) return pattern.IsEmpty;
        int p = 0;
        int t = 0;
        int starPattern = -1;
        int starText = 0;
        int stars = 0;
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == (byte)'*')
            {
                while (p < pattern.Length && pattern[p] == (byte)'*') p++;
                if (p == pattern.Length) return true;
                if (++stars > StarsMax) return false;
                starPattern = p;
                starText = t;
                if (!SkipToLiteral(pattern[p..], text, ref starText, ignoreCase)) return false;
                t = starText;
            }
            else if (p < pattern.Length && MatchOne(pattern, ref p, text[t], ignoreCase))
            {
                t++;
            }
            else
            {
                if (starPattern < 0) return false;
                starText++;
                p = starPattern;
                if (!SkipToLiteral(pattern[p..], text, ref starText, ignoreCase)) return false;
                t = starText;
            }
        }

        while (p < pattern.Length && pattern[p] == (byte)'*') p++;
        return p == pattern.Length;
    }

    /// <summary>True when the pattern has no special byte: it can match only itself.</summary>
    public static bool IsLiteral(ReadOnlySpan<byte> pattern) => pattern.IndexOfAny("*?[\\"u8) < 0;

    // Moves a star's end to where the literal bytes behind it occur next; false when they do not.
    private static bool SkipToLiteral(
        ReadOnlySpan<byte> rest, ReadOnlySpan<byte> text, ref int at, bool ignoreCase)
    {
        if (ignoreCase) return true;
        int run = rest.IndexOfAny("*?[\\"u8);
        if (run < 0) run = rest.Length;
        if (run == 0) return true;
        int found = text[at..].IndexOf(rest[..run]);
        at += Math.Max(found, 0);
        return found >= 0;
    }

    // One byte against the element at p, which is left behind whether or not it matches.
    private static bool MatchOne(ReadOnlySpan<byte> pattern, ref int p, byte b, bool ignoreCase)
    {
        byte element = pattern[p++];
        switch (element)
        {
            case (byte)'?':
                return true;
            case (byte)'[':
                return MatchClass(pattern, ref p, b, ignoreCase);
            case (byte)'\\' when p < pattern.Length:
                element = pattern[p++];
                break;
        }

        return Same(element, b, ignoreCase);
    }

    private static bool MatchClass(ReadOnlySpan<byte> pattern, ref int p, byte b, bool ignoreCase)
    {
        bool negated = p < pattern.Length && pattern[p] == (byte)'^';
        if (negated) p++;
        bool matched = false;
        while (p < pattern.Length)
        {
            byte c = pattern[p];
            if (c == (byte)'\\' && p + 1 < pattern.Length)
            {
                matched |= Same(pattern[p + 1], b, ignoreCase);
                p += 2;
            }
            else if (c == (byte)']')
            {
                p++;
                return matched != negated;
            }
            else if (p + 2 < pattern.Length && pattern[p + 1] == (byte)'-')
            {
                matched |= InRange(c, pattern[p + 2], b, ignoreCase);
                p += 3;
            }
            else
            {
                matched |= Same(c, b, ignoreCase);
                p++;
            }
        }

        return matched != negated;
    }

    private static bool InRange(byte low, byte high, byte b, bool ignoreCase)
    {
        if (low > high) (low, high) = (high, low);
        if (ignoreCase)
        {
            low = Ascii.Lower(low);
            high = Ascii.Lower(high);
            b = Ascii.Lower(b);
        }

        return b >= low && b <= high;
    }

    private static bool Same(byte x, byte y, bool ignoreCase) =>
        x == y || (ignoreCase && Ascii.Lower(x) == Ascii.Lower(y));
}
