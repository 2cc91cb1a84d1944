using System;
using System.Buffers;
using Rotom.Engine.Memory;
using Rotom.Resp;

namespace Rotom.Engine.Commands;

/// <summary>How ZADD goes about it.</summary>
[Flags]
internal enum ZaddOptions
{
    /// <summary>Adds or updates.</summary>
    None = 0,

    /// <summary>NX: only adds.</summary>
    New = 1,

    /// <summary>XX: only updates.</summary>
    Existing = 2,

    /// <summary>GT: updates to greater scores only.</summary>
    Greater = 4,

    /// <summary>LT: updates to lesser scores only.</summary>
    Less = 8,

    /// <summary>CH: answers how many were changed.</summary>
    Changed = 16,

    /// <summary>INCR: the score is added to the old one.</summary>
    Increment = 32,
}

/// <summary>ZADD ZINCRBY.</summary>
internal static class ZsetAddCommands
{
    private const int ScoresOnStack = 64;

    private static ReadOnlySpan<byte> ScoreIsNaN => "ERR resulting score is not a number (NaN)"u8;

    /// <summary>Adds one or more members to a sorted set, or updates their scores. Creates the key
    /// if it doesn't exist.</summary>
    [Command("ZADD", Arity = -4, Since = "1.2.0",
        Complexity = "O(log(N)) for each item added, where N is the number of elements in the "
            + "sorted set.",
        Group = Group.SortedSet,
        Flags = CommandFlags.Write | CommandFlags.DenyOom | CommandFlags.Fast, Acl = Acl.SortedSet,
        Syntax = "key condition:[NX@3.0.2 | XX@3.0.2] comparison:[GT@6.2.0 | LT@6.2.0] "
            + "change:[CH@3.0.2] increment:[INCR@3.0.2] data:<score:double member>...")]
    [Key(1, Access.RW | Access.Update)]
    internal static void ZAdd(ref CommandContext c)
    {
        ZaddOptions options = ReadOptions(in c, out int first);
        int words = c.ArgCount - first;
        if (words == 0 || words % 2 != 0)
        {
            c.SyntaxError();
            return;
        }

        int pairs = words / 2;
        if (!CheckOptions(in c, options, pairs)) return;
        double[]? rented = pairs > ScoresOnStack ? ArrayPool<double>.Shared.Rent(pairs) : null;
        Span<double> scores = rented is null ? stackalloc double[pairs] : rented.AsSpan(0, pairs);
        if (ReadScores(in c, first, scores)) Add(ref c, options, scores, first + 1, 2);
        if (rented is not null) ArrayPool<double>.Shared.Return(rented);
    }

    /// <summary>Increments the score of a member in a sorted set.</summary>
    [Command("ZINCRBY", Arity = 4, Since = "1.2.0",
        Complexity = "O(log(N)) where N is the number of elements in the sorted set.",
        Group = Group.SortedSet,
        Flags = CommandFlags.Write | CommandFlags.DenyOom | CommandFlags.Fast, Acl = Acl.SortedSet,
        Syntax = "key increment:integer member")]
    [Key(1, Access.RW | Access.Get | Access.Update)]
    internal static void ZIncrBy(ref CommandContext c)
    {
        if (!c.TryDouble(2, out double increment)) return;
        Span<double> scores = [increment];
        Add(ref c, ZaddOptions.Increment, scores, 3, 2);
    }

    /// <summary>
    /// Adds members to the set of the first key and answers; the members are every
    /// <paramref name="step"/>-th word.
    /// </summary>
    /// <returns>True when anything changed.</returns>
    internal static bool Add(
        ref CommandContext c, ZaddOptions options, scoped ReadOnlySpan<double> scores,
        int firstMember, int step)
    {
        Key key = c.Key(0);
        bool incr = (options & ZaddOptions.Increment) != 0;
        if (!c.TryWrite(key, ObjectType.SortedSet, out Entry entry)) return false;
        if (entry.IsNull && (options & ZaddOptions.Existing) != 0)
        {
            if (incr) c.Reply.Null();
            else c.Reply.Integer(0);
            return false;
        }

        Zset set = ZsetValue.OpenToWrite(in c, key, entry);
        long added = 0;
        long updated = 0;
        Outcome outcome = Outcome.Nothing;
        double score = 0;
        for (int i = 0; i < scores.Length; i++)
        {
            score = scores[i];
            outcome = AddOne(ref set, c[firstMember + (i * step)], options, ref score);
            if (outcome == Outcome.NaN)
            {
                c.Error(ScoreIsNaN);
                return false;
            }

            if (outcome == Outcome.Added) added++;
            else if (outcome == Outcome.Updated) updated++;
        }

        if (added + updated > 0)
        {
            ZsetValue.Store(in c, key, entry, ref set);
            c.Changed(key, NotifyClass.SortedSet, incr ? "zincr"u8 : "zadd"u8);
            c.Engine.Dirty += added + updated - 1;
        }

        if (!incr) c.Reply.Integer((options & ZaddOptions.Changed) != 0 ? added + updated : added);
        else if (outcome == Outcome.Nothing) c.Reply.Null();
        else c.Reply.Double(score);
        return added + updated > 0;
    }

    private enum Outcome
    {
        /// <summary>An option kept it from being changed.</summary>
        Nothing,
        Added,
        Updated,

        /// <summary>It has that score.</summary>
        Same,
        NaN,
    }

    private static Outcome AddOne(
        ref Zset set, ReadOnlySpan<byte> member, ZaddOptions options, ref double score)
    {
        ZsetMember found = set.Find(member);
        if (!found.Exists)
        {
            if ((options & ZaddOptions.Existing) != 0) return Outcome.Nothing;
            set.Add(member, score, in found);
            return Outcome.Added;
        }

        if ((options & ZaddOptions.New) != 0) return Outcome.Nothing;
        if ((options & ZaddOptions.Increment) != 0)
        {
            score += found.Score;
            // Infinity and its opposite.
            if (double.IsNaN(score)) return Outcome.NaN;
        }

        if ((options & ZaddOptions.Less) != 0 && score >= found.Score) return Outcome.Nothing;
        if ((options & ZaddOptions.Greater) != 0 && score <= found.Score) return Outcome.Nothing;
        if (score == found.Score) return Outcome.Same;
        set.SetScore(member, score, in found);
        return Outcome.Updated;
    }

    private static ZaddOptions ReadOptions(in CommandContext c, out int first)
    {
        ZaddOptions options = ZaddOptions.None;
        for (first = 2; first < c.ArgCount; first++)
        {
            // Nearly always a number: no word is compared then.
            if (c[first] is not [>= (byte)'A', ..]) break;
            if (c.Is(first, "NX"u8)) options |= ZaddOptions.New;
            else if (c.Is(first, "XX"u8)) options |= ZaddOptions.Existing;
            else if (c.Is(first, "CH"u8)) options |= ZaddOptions.Changed;
            else if (c.Is(first, "INCR"u8)) options |= ZaddOptions.Increment;
            else if (c.Is(first, "GT"u8)) options |= ZaddOptions.Greater;
            else if (c.Is(first, "LT"u8)) options |= ZaddOptions.Less;
            else break;
        }

        return options;
    }

    private static bool CheckOptions(in CommandContext c, ZaddOptions options, int pairs)
    {
        const ZaddOptions newOrExisting = ZaddOptions.New | ZaddOptions.Existing;
        if ((options & newOrExisting) == newOrExisting)
        {
            c.Error("ERR XX and NX options at the same time are not compatible"u8);
            return false;
        }

        int excluding = (options & ZaddOptions.New) != 0 ? 1 : 0;
        if ((options & ZaddOptions.Greater) != 0) excluding++;
        if ((options & ZaddOptions.Less) != 0) excluding++;
        if (excluding > 1)
        {
            c.Error(
                "ERR GT, LT, and/or NX options at the same time are not compatible"u8);
            return false;
        }

        if ((options & ZaddOptions.Increment) == 0 || pairs == 1) return true;
        c.Error("ERR INCR option supports a single increment-element pair"u8);
        return false;
    }

    private static bool ReadScores(in CommandContext c, int first, Span<double> scores)
    {
        for (int i = 0; i < scores.Length; i++)
        {
            if (!c.TryDouble(first + (i * 2), out scores[i])) return false;
        }

        return true;
    }
}
