using System.Collections.Generic;

namespace Rotom.Compat.Differential;

/// <summary>The commands on strings.</summary>
internal static class StringCommands
{
    public static IEnumerable<CommandKind> Table { get; } =
    [
        new("set", d => [d.Key(), d.Value()], Weight: 30),
        new("set", d => [d.Key(), d.Value(), .. SetOptions(d)], Weight: 40),
        new("get", d => [d.Key()], Weight: 20),
        new("setnx", d => [d.Key(), d.Value()]),
        new("setex", d => [d.Key(), d.Seconds(), d.Value()]),
        new("psetex", d => [d.Key(), d.Milliseconds(), d.Value()]),
        new("getset", d => [d.Key(), d.Value()]),
        new("getdel", d => [d.Key()], Weight: 5),
        new("getex", d => [d.Key(), .. GetexOptions(d)]),
        new("mset", d => d.Pairs(4)),
        new("msetnx", d => d.Pairs(3)),
        new("mget", d => d.Keys(5)),
        new("append", d => [d.Key(), d.Value()]),
        new("strlen", d => [d.Key()]),
        new("setrange", d => [d.Key(), d.Offset(), d.Of(d.Value(), [])]),
        new("getrange", d => [d.Key(), d.Index(), d.Index()]),
        new("substr", d => [d.Key(), d.Index(), d.Index()], Weight: 3),
        new("incr", d => [d.Key()]),
        new("decr", d => [d.Key()]),
        new("incrby", d => [d.Key(), d.Integer()]),
        new("decrby", d => [d.Key(), d.Integer()]),
        new("incrbyfloat", d => [d.Key(), d.Float()]),
        // Values that count, so that the counters above do not only answer errors.
        new("set", d => [d.Key(), d.Integer()], Weight: 20),
        new("set", d => [d.Of("k1", "k2"), d.Word()], Weight: 5),
        new("lcs", d => [d.Of("k1", "k2"), d.Of("k1", "k2", "x"), .. LcsOptions(d)], Weight: 5),
    ];

    private static object[] SetOptions(Draw d)
    {
        object[] expiry = d.Next(8) switch
        {
            0 => ["EX", d.Seconds()],
            1 => ["px", d.Milliseconds()],
            2 => ["EXAT", d.FarMoment()],
            3 => ["PXAT", d.FarMoment() + "000"],
            4 => ["KEEPTTL"],
            5 => ["EX", d.FarSeconds(), "KEEPTTL"],
            _ => [],
        };
        object[] condition = d.Next(6) switch
        {
            0 => ["NX"],
            1 or 2 => ["xx"],
            3 => ["NX", "XX"],
            _ => [],
        };
        object[] get = d.Maybe("GET");
        object[] wrong = d.Next(30) == 0 ? [d.Of<object>("EX", "NOSUCH", "PX", "")] : [];
        return d.Next(2) == 0
            ? [.. expiry, .. condition, .. get, .. wrong]
            : [.. get, .. condition, .. expiry, .. wrong];
    }

    private static object[] GetexOptions(Draw d) => d.Next(8) switch
    {
        0 => ["EX", d.Seconds()],
        1 => ["PX", d.Milliseconds()],
        2 => ["EXAT", d.Moment()],
        3 => ["PXAT", d.MomentMs()],
        4 => ["PERSIST"],
        5 => ["EX", d.FarSeconds(), "PERSIST"],
        6 => ["NOSUCH"],
        _ => [],
    };

    private static object[] LcsOptions(Draw d) => d.Next(6) switch
    {
        0 => ["LEN"],
        1 => ["IDX"],
        2 => ["IDX", "MINMATCHLEN", d.Of<object>(0, 1, 2, 4, -1, "abc")],
        3 => ["IDX", "WITHMATCHLEN"],
        4 => ["LEN", "IDX"],
        _ => [],
    };
}
