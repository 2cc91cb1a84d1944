using System;
using System.Buffers;
using Rotom.Engine.Memory;
using Rotom.Resp;

namespace Rotom.Engine.Commands;

/// <summary>GEOADD GEODIST GEOHASH GEOPOS.</summary>
internal static class GeoCommands
{
    // Standard geohashes of eleven letters of five bits each; the last three bits are not known.
    private const int HashLetters = 11;
    private const double StandardLatitudeMax = 90;

    private static ReadOnlySpan<byte> Alphabet => "0123456789bcdefghjkmnpqrstuvwxyz"u8;

    /// <summary>Adds one or more members to a geospatial index. The key is created if it doesn't
    /// exist.</summary>
    [Command("GEOADD", Arity = -5, Since = "3.2.0",
        Complexity = "O(log(N)) for each item added, where N is the number of elements in the "
            + "sorted set.",
        Group = Group.Geo, Flags = CommandFlags.Write | CommandFlags.DenyOom, Acl = Acl.Geo,
        Syntax = "key condition:[NX@6.2.0 | XX@6.2.0] change:[CH@6.2.0] "
            + "data:<longitude:double latitude:double member>...")]
    [Key(1, Access.RW | Access.Update)]
    internal static void GeoAdd(ref CommandContext c)
    {
        ZaddOptions options = ReadOptions(in c, out int first);
        const ZaddOptions both = ZaddOptions.New | ZaddOptions.Existing;
        int words = c.ArgCount - first;
        if (words % 3 != 0 || (options & both) == both || words == 0)
        {
            c.SyntaxError();
            return;
        }

        double[] scores = ArrayPool<double>.Shared.Rent(words / 3);
        if (ReadScores(in c, first, scores.AsSpan(0, words / 3)))
            Add(ref c, options, first, scores.AsSpan(0, words / 3));
        ArrayPool<double>.Shared.Return(scores);
    }

    /// <summary>Returns the distance between two members of a geospatial index.</summary>
    [Command("GEODIST", Arity = -4, Since = "3.2.0", Complexity = "O(1)", Group = Group.Geo,
        Flags = CommandFlags.ReadOnly, Acl = Acl.Geo,
        Syntax = "key member1 member2 unit:[M | KM | FT | MI]")]
    [Key(1, Access.Read)]
    internal static void GeoDist(ref CommandContext c)
    {
        double unit = 1;
        if (c.ArgCount > 5)
        {
            c.SyntaxError();
            return;
        }

        if (c.ArgCount == 5 && !GeoValue.TryUnit(in c, 4, out unit)) return;
        if (!c.TryRead(c.Key(0), ObjectType.SortedSet, out Entry entry)) return;
        if (GeoValue.TryPlace(in c, entry, c[2], out GeoPoint from)
            && GeoValue.TryPlace(in c, entry, c[3], out GeoPoint to))
        {
            GeoValue.ReplyDistance(c.Reply, from.DistanceTo(to) / unit);
            return;
        }

        c.Reply.Null();
    }

    /// <summary>Returns members from a geospatial index as geohash strings.</summary>
    [Command("GEOHASH", Arity = -2, Since = "3.2.0",
        Complexity = "O(1) for each member requested.", Group = Group.Geo,
        Flags = CommandFlags.ReadOnly, Acl = Acl.Geo, Syntax = "key [member...]")]
    [Key(1, Access.Read)]
    internal static void GeoHashes(ref CommandContext c)
    {
        if (!c.TryRead(c.Key(0), ObjectType.SortedSet, out Entry entry)) return;
        c.Reply.ArrayHeader(c.ArgCount - 2);
        Span<byte> text = stackalloc byte[HashLetters];
        for (int i = 2; i < c.ArgCount; i++)
        {
            if (!GeoValue.TryPlace(in c, entry, c[i], out GeoPoint point))
            {
                c.Reply.Null();
                continue;
            }

            GeoHash hash = GeoHash.Encode(point, GeoHash.StepMax, StandardLatitudeMax);
            for (int j = 0; j < HashLetters - 1; j++)
                text[j] = Alphabet[(int)(hash.Bits >> (52 - ((j + 1) * 5))) & 31];
            text[HashLetters - 1] = Alphabet[0];
            c.Reply.Bulk(text);
        }
    }

    /// <summary>Returns the longitude and latitude of members from a geospatial index.</summary>
    [Command("GEOPOS", Arity = -2, Since = "3.2.0",
        Complexity = "O(1) for each member requested.", Group = Group.Geo,
        Flags = CommandFlags.ReadOnly, Acl = Acl.Geo, Syntax = "key [member...]")]
    [Key(1, Access.Read)]
    internal static void GeoPos(ref CommandContext c)
    {
        if (!c.TryRead(c.Key(0), ObjectType.SortedSet, out Entry entry)) return;
        c.Reply.ArrayHeader(c.ArgCount - 2);
        for (int i = 2; i < c.ArgCount; i++)
        {
            if (GeoValue.TryPlace(in c, entry, c[i], out GeoPoint point))
                GeoValue.ReplyPoint(c.Reply, point);
            else c.Reply.NullArray();
        }
    }

    // What is propagated is ZADD, as in Redis: scores, not coordinates.
    private static void Add(
        ref CommandContext c, ZaddOptions options, int first, ReadOnlySpan<double> scores)
    {
        if (!ZsetAddCommands.Add(ref c, options, scores, first + 2, 3)) return;
        EffectWriter effect = c.PropagateInstead(first + (scores.Length * 2))
            .Word("ZADD"u8).Word(c[1]);
        for (int i = 2; i < first; i++) effect.Word(c[i]);
        for (int i = 0; i < scores.Length; i++)
            effect.Word((long)scores[i]).Word(c[first + 2 + (i * 3)]);
    }

    private static ZaddOptions ReadOptions(in CommandContext c, out int first)
    {
        ZaddOptions options = ZaddOptions.None;
        for (first = 2; first < c.ArgCount; first++)
        {
            if (c.Is(first, "NX"u8)) options |= ZaddOptions.New;
            else if (c.Is(first, "XX"u8)) options |= ZaddOptions.Existing;
            else if (c.Is(first, "CH"u8)) options |= ZaddOptions.Changed;
            else break;
        }

        return options;
    }

    private static bool ReadScores(in CommandContext c, int first, Span<double> scores)
    {
        for (int i = 0; i < scores.Length; i++)
        {
            if (!GeoValue.TryPoint(in c, first + (i * 3), out GeoPoint point)) return false;
            scores[i] = GeoHash.Encode(point, GeoHash.StepMax).FirstScore;
        }

        return true;
    }
}
