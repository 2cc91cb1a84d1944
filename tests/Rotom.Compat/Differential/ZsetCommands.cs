using System;
using System.Collections.Generic;
using System.Linq;

namespace Rotom.Compat.Differential;

/// <summary>The commands on sorted sets, geo included.</summary>
/// <remarks>
/// Scores are multiples of a power of two: Redis 7.0 spells others with 17 digits where 7.2 has the
/// fewest that say the same. Ranges by member are asked of sets whose scores are all the same, as
/// nobody promises anything of others.
/// </remarks>
internal static class ZsetCommands
{
    public static IEnumerable<CommandKind> Table { get; } =
    [
        new("zadd", d => [Zset(d), .. Options(d), .. Pairs(d, 1 + d.Next(5))], Weight: 60),
        new("zadd", d => [Zset(d), .. Pairs(d, d.Next(300))], Weight: 3),
        new("zadd", d => [Zset(d), .. Options(d), "INCR", Score(d), Member(d)]),
        new("zadd", d => [Lex(d), "0", Member(d), "0", Member(d)], Weight: 20),
        new("zincrby", d => [Zset(d), Score(d), Member(d)], Weight: 20),
        new("zrem", d => [d.Next(3) == 0 ? Lex(d) : Zset(d), Member(d), .. d.Maybe(Member(d))],
            Weight: 20),
        new("zscore", d => [Zset(d), Member(d)]),
        new("zmscore", d => [Zset(d), Member(d), Member(d)]),
        new("zcard", d => [Zset(d)]),
        new("zcount", d => [Zset(d), Bound(d), Bound(d)]),
        new("zlexcount", d => [Lex(d), LexBound(d), LexBound(d)]),
        new("zrank", d => [Zset(d), Member(d)]),
        new("zrevrank", d => [Zset(d), Member(d)]),
        new("zrange", d => [Zset(d), Index(d), Index(d), .. d.Maybe("REV"),
            .. d.Maybe("WITHSCORES")], Weight: 20),
        new("zrange", d => [Zset(d), Bound(d), Bound(d), "BYSCORE", .. d.Maybe("REV"),
            .. Limit(d), .. d.Maybe("WITHSCORES")], Weight: 20),
        new("zrange", d => [Lex(d), LexBound(d), LexBound(d), "BYLEX", .. d.Maybe("REV"),
            .. Limit(d)], Weight: 20),
        new("zrevrange", d => [Zset(d), Index(d), Index(d), .. d.Maybe("WITHSCORES")]),
        new("zrangebyscore", d => [Zset(d), Bound(d), Bound(d), .. d.Maybe("WITHSCORES"),
            .. Limit(d)], Weight: 20),
        new("zrevrangebyscore", d => [Zset(d), Bound(d), Bound(d), .. Limit(d)]),
        new("zrangebylex", d => [Lex(d), LexBound(d), LexBound(d), .. Limit(d)]),
        new("zrevrangebylex", d => [Lex(d), LexBound(d), LexBound(d), .. Limit(d)]),
        new("zrangestore", d => [Zset(d), Zset(d), Bound(d), Bound(d), "BYSCORE", .. Limit(d)]),
        new("zrangestore", d => [Zset(d), Zset(d), Index(d), Index(d), .. d.Maybe("REV")]),
        new("zremrangebyrank", d => [Zset(d), d.Next(6), d.Next(9)]),
        new("zremrangebyscore", d => [Zset(d), Bound(d), Bound(d)], Weight: 3),
        new("zremrangebylex", d => [Lex(d), LexBound(d), LexBound(d)], Weight: 5),
        new("zpopmin", d => [Zset(d), .. d.Maybe(Count(d))], Weight: 20),
        new("zpopmax", d => [Zset(d), .. d.Maybe(Count(d))], Weight: 20),
        new("zmpop", d => [d.Of<object>(1, 1, 1, 2, 0, "abc"), Zset(d), .. d.Maybe(Zset(d)),
            d.Of("MIN", "max", "NOSUCH"), .. d.Maybe("COUNT", Count(d))]),
        new("zrandmember", d => [Zset(d), .. d.Maybe(Count(d))], Compare.Presence, Whole: true),
        new("zunion", d => [.. Inputs(d), .. Weights(d), .. d.Maybe("WITHSCORES")]),
        new("zinter", d => [.. Inputs(d), .. Weights(d), .. d.Maybe("WITHSCORES")]),
        new("zdiff", d => [.. Inputs(d), .. d.Maybe("WITHSCORES")]),
        new("zunionstore", d => [Zset(d), .. Inputs(d), .. Weights(d)], Weight: 5),
        new("zinterstore", d => [Zset(d), .. Inputs(d), .. Weights(d)], Weight: 5),
        new("zdiffstore", d => [Zset(d), .. Inputs(d)], Weight: 5),
        new("zintercard", d => [.. Inputs(d), .. d.Maybe("LIMIT", Count(d))]),
        new("geoadd", d => [Geo(d), .. d.Maybe(d.Of("NX", "XX", "CH")), .. Places(d)],
            Weight: 30),
        new("geopos", d => [Geo(d), Member(d), Member(d)]),
        new("geohash", d => [Geo(d), Member(d), Member(d)]),
        new("geodist", d => [Geo(d), Member(d), Member(d), .. d.Maybe(Unit(d))]),
        new("geosearch", d => [Geo(d), .. From(d), .. Shape(d), "ASC", .. With(d)], Weight: 30),
        new("geosearch", d => [Geo(d), .. From(d), .. Shape(d), .. With(d)]),
        new("geosearchstore", d => [Geo(d), Geo(d), .. From(d), .. Shape(d),
            .. d.Maybe("STOREDIST")], Weight: 3),
        new("georadius", d => [Geo(d), Longitude(d), Latitude(d), Distance(d), Unit(d),
            .. With(d), "DESC"]),
        new("georadiusbymember_ro", d => [Geo(d), Member(d), Distance(d), Unit(d), .. With(d)]),
    ];

    // Mostly keys that hold sorted sets, now and then any other.
    private static object Zset(Draw d) => d.Next(12) == 0 ? d.Key() : d.Of("z1", "z2", "z3");

    private static object Lex(Draw d) => d.Of("zl1", "zl2");

    private static object Geo(Draw d) => d.Of("g1", "g2");

    private static object Member(Draw d) => d.Next(8) switch
    {
        0 => d.Value(),
        1 => d.Integer(),
        2 => d.Word(),
        _ => $"m{d.Next(200)}",
    };

    private static object Score(Draw d) => d.Next(20) switch
    {
        0 => d.Of("inf", "-inf", "nan", "abc", "", "1e400", "0x10"),
        1 => "-0.5",
        2 => $"{d.Next(4_000) / 4.0}",
        _ => $"{d.Next(100) - 20}",
    };

    private static object[] Pairs(Draw d, int count) =>
        [.. Enumerable.Range(0, count).SelectMany(_ => new[] { Score(d), Member(d) })];

    private static object[] Options(Draw d) => d.Next(3) != 0
        ? []
        : [.. d.Maybe(d.Of("NX", "xx")), .. d.Maybe(d.Of("GT", "lt")), .. d.Maybe("CH")];

    private static object Bound(Draw d) => d.Next(12) switch
    {
        0 => d.Of("-inf", "+inf", "(inf", "abc", "", "(", "nan"),
        1 or 2 => $"({d.Next(100) - 20}",
        _ => $"{d.Next(100) - 20}",
    };

    private static object LexBound(Draw d) => d.Next(8) switch
    {
        0 => "-",
        1 => "+",
        2 => d.Of("", "[", "(", "a", "-a"),
        _ => $"{d.Of("[", "(")}m{d.Next(200)}",
    };

    private static object[] Limit(Draw d) => d.Next(3) != 0
        ? []
        : ["LIMIT", d.Of<object>(0, 1, 5, -1, "abc"), d.Of<object>(0, 1, 10, -1)];

    private static object Index(Draw d) => d.Next(10) == 0 ? d.Integer() : d.Next(60) - 30;

    private static object Count(Draw d) => d.Of<object>(0, 1, 2, 3, 20, -1, "abc");

    private static object[] Inputs(Draw d)
    {
        int keys = 1 + d.Next(3);
        object told = d.Next(20) == 0 ? d.Of<object>(0, -1, 9, "abc") : keys;
        return [told, .. d.Many(keys, () => Zset(d))];
    }

    private static object[] Weights(Draw d) => d.Next(3) switch
    {
        0 => ["AGGREGATE", d.Of("SUM", "min", "MAX", "AVG")],
        1 => ["WEIGHTS", d.Of("0.5", "2", "-1", "0", "abc")],
        _ => [],
    };

    private static object Longitude(Draw d) => d.Next(30) == 0
        ? d.Of("180", "-180", "181", "abc")
        : $"{(d.Next(3_600_000) - 1_800_000) / 1e4}";

    private static object Latitude(Draw d) => d.Next(30) == 0
        ? d.Of("85.05112878", "-85.05112878", "86", "abc")
        : $"{(d.Next(1_700_000) - 850_000) / 1e4}";

    private static object[] Places(Draw d) => [.. Enumerable.Range(0, 1 + d.Next(4))
        .SelectMany(_ => new[] { Longitude(d), Latitude(d), Member(d) })];

    private static object Unit(Draw d) => d.Of("m", "km", "KM", "ft", "mi", "km", "yd");

    private static object Distance(Draw d) => d.Of<object>(
        0, 1, 1_000, 5_000, $"{d.Next(20_000) / 2.0}", $"{d.Next(20_000)}", -1, "abc");

    private static object[] From(Draw d) => d.Next(2) == 0
        ? ["FROMMEMBER", Member(d)]
        : ["FROMLONLAT", Longitude(d), Latitude(d)];

    private static object[] Shape(Draw d) => d.Next(2) == 0
        ? ["BYRADIUS", Distance(d), Unit(d)]
        : ["BYBOX", Distance(d), Distance(d), Unit(d)];

    private static object[] With(Draw d) =>
        [.. d.Maybe("WITHDIST"), .. d.Maybe("WITHCOORD"), .. d.Maybe("WITHHASH")];
}
