using System.Collections.Generic;

namespace Rotom.Compat.Differential;

/// <summary>The commands on lists.</summary>
internal static class ListCommands
{
    public static IEnumerable<CommandKind> Table { get; } =
    [
        new("lpush", d => [List(d), .. d.Many(1 + d.Next(5), () => Element(d))], Weight: 40),
        new("rpush", d => [List(d), .. d.Many(1 + d.Next(5), () => Element(d))], Weight: 40),
        new("rpush", d => [List(d), .. d.Many(d.Next(400), () => Element(d))], Weight: 2),
        new("lpushx", d => [List(d), Element(d)]),
        new("rpushx", d => [List(d), Element(d), Element(d)]),
        new("lpop", d => [List(d), .. d.Maybe(Count(d))], Weight: 20),
        new("rpop", d => [List(d), .. d.Maybe(Count(d))], Weight: 20),
        new("llen", d => [List(d)]),
        new("lindex", d => [List(d), Index(d)]),
        new("lset", d => [List(d), Index(d), Element(d)], Weight: 20),
        new("lrange", d => [List(d), Index(d), Index(d)], Weight: 20),
        new("linsert", d => [List(d), d.Of("BEFORE", "after", "NOSUCH"), Element(d), Element(d)],
            Weight: 20),
        new("lrem", d => [List(d), Index(d), Element(d)], Weight: 20),
        new("ltrim", d => [List(d), d.Next(4), d.Of(-1, -2, -3, 100, 10)]),
        new("ltrim", d => [List(d), Index(d), Index(d)], Weight: 2),
        new("lpos", d => [List(d), Element(d), .. PosOptions(d)], Weight: 20),
        new("lmove", d => [List(d), List(d), Side(d), Side(d)], Weight: 20),
        new("rpoplpush", d => [List(d), List(d)]),
        new("lmpop", d => [d.Of<object>(1, 1, 1, 2, 0, -1, "abc"), List(d), .. d.Maybe(List(d)),
            Side(d), .. d.Maybe("COUNT", Count(d))]),
        new("blpop", d => [List(d), .. d.Maybe(List(d)), Timeout(d)], Weight: 4, Whole: true),
        new("brpop", d => [List(d), .. d.Maybe(List(d)), Timeout(d)], Weight: 4, Whole: true),
        new("blmove", d => [List(d), List(d), Side(d), Side(d), Timeout(d)], Weight: 4,
            Whole: true),
        new("brpoplpush", d => [List(d), List(d), Timeout(d)], Weight: 4, Whole: true),
        new("blmpop", d => [Timeout(d), d.Of<object>(1, 1, 2, 0, "abc"), List(d),
            .. d.Maybe(List(d)), Side(d), .. d.Maybe("COUNT", Count(d))], Weight: 4, Whole: true),
    ];

    // Short, since nobody serves who waits; 0 would be for ever.
    private static object Timeout(Draw d) => d.Of<object>("0.001", "0.01", "-1", "abc", "nan");

    // Mostly keys that hold lists, now and then any other.
    private static object List(Draw d) => d.Next(12) == 0 ? d.Key() : d.Of("l1", "l2", "l3");

    // Few of them, so that searches find some, and some that are large.
    private static object Element(Draw d) => d.Next(6) switch
    {
        0 => d.Value(),
        1 => d.Integer(),
        2 => d.Next(60) == 0 ? new string('x', 4_000 + d.Next(6_000)) : "x",
        _ => d.Of("a", "b", "c", "1", "-1", "300"),
    };

    private static object Side(Draw d) =>
        d.Of("LEFT", "right", "LEFT", "RIGHT", d.Of("NOSUCH", "left"));

    private static object Count(Draw d) => d.Of<object>(0, 1, 2, 3, 100, -1, "abc");

    private static object Index(Draw d) => d.Next(10) == 0 ? d.Integer() : d.Next(60) - 30;

    private static object[] PosOptions(Draw d)
    {
        object[] rank = d.Maybe("RANK", d.Of<object>(1, 2, 3, -1, -2, 0, "abc"));
        object[] count = d.Maybe("COUNT", d.Of<object>(0, 1, 2, 10, -1, "abc"));
        object[] most = d.Next(4) == 0 ? ["MAXLEN", d.Of<object>(0, 1, 5, 20, -1, "abc")] : [];
        return d.Next(2) == 0 ? [.. rank, .. count, .. most] : [.. most, .. rank, .. count];
    }
}
