using System.Collections.Generic;

namespace Rotom.Compat.Differential;

/// <summary>
/// The commands on sets. What is chosen at random is all there is, or not compared.
/// </summary>
internal static class SetCommands
{
    // More members than these commands ever leave.
    private const int All = 100_000;

    public static IEnumerable<CommandKind> Table { get; } =
    [
        new("sadd", d => [Set(d), .. d.Many(1 + d.Next(5), () => Member(d))], Weight: 60),
        new("sadd", d => [Numbers(d), .. d.Many(1 + d.Next(5), () => Number(d))], Weight: 30),
        new("sadd", d => [Set(d), .. d.Many(d.Next(300), () => $"m{d.Next(900)}")], Weight: 2),
        new("sadd", d => [Numbers(d), .. d.Many(d.Next(400), () => $"{d.Next(900)}")], Weight: 2),
        new("srem", d => [Set(d), .. d.Many(1 + d.Next(5), () => Member(d))], Weight: 30),
        new("srem", d => [Numbers(d), .. d.Many(1 + d.Next(5), () => Number(d))]),
        new("smove", d => [Set(d), Any(d), Member(d)], Weight: 20),
        new("sismember", d => [Any(d), Member(d)]),
        new("smismember", d => [Any(d), .. d.Many(1 + d.Next(5), () => Member(d))]),
        new("scard", d => [Any(d)]),
        new("smembers", d => [Any(d)], Compare.Unordered, Weight: 20),
        new("sinter", d => Sets(d), Compare.Unordered, Weight: 20),
        new("sinterstore", d => [Any(d), .. Sets(d)]),
        new("sintercard", d => [d.Of<object>(1, 2, 2, 3, 0, -1, "abc"), Any(d), .. d.Maybe(Any(d)),
            .. d.Maybe("LIMIT", d.Of<object>(0, 1, 2, 10, -1, "abc"))]),
        new("sunion", d => Sets(d), Compare.Unordered, Weight: 20),
        new("sunionstore", d => [Any(d), .. Sets(d)]),
        new("sdiff", d => Sets(d), Compare.Unordered, Weight: 20),
        new("sdiffstore", d => [Any(d), .. Sets(d)]),
        new("spop", d => [Any(d), d.Of<object>(0, All, -1, "abc", "9223372036854775808")],
            Compare.Unordered, Weight: 2, Whole: true),
        new("srandmember", d => [Any(d)], Compare.Presence, Whole: true),
        new("srandmember", d => [Any(d), d.Of<object>(0, All, "abc", "-9223372036854775808")],
            Compare.Unordered, Whole: true),
        new("srandmember", d => [Any(d), d.Of<object>(-3, 2)], Compare.Presence, Whole: true),
        new("sscan", d => [Any(d), 0, .. d.Maybe("MATCH", d.Pattern()),
            .. d.Maybe("COUNT", d.Of(1, 2, 10, 1_000))], Compare.Walk),
        new("sscan", d => [Any(d), d.Of("abc", "0", "0"), d.Of("COUNT", "TYPE", "NOSUCH"),
            d.Of("0", "-1", "abc")], Compare.Presence, Weight: 2, Whole: true),
    ];

    private static object Any(Draw d) =>
        d.Next(12) == 0 ? d.Key() : d.Of("s1", "s2", "s3", "s4", "n1", "n2");

    private static object Set(Draw d) => d.Next(12) == 0 ? d.Key() : d.Of("s1", "s2", "s3", "s4");

    private static object Numbers(Draw d) => d.Next(30) == 0 ? d.Key() : d.Of("n1", "n2");

    private static object[] Sets(Draw d) => d.Many(1 + d.Next(4), () => Any(d));

    private static object Number(Draw d) => d.Next(4) == 0
        ? d.Of<object>(-1, 32767, 32768, -32769, 2147483647, 2147483648, long.MaxValue,
            long.MinValue, "9223372036854775808")
        : d.Next(40);

    // Few of them, so that sets have members in common.
    private static object Member(Draw d) => d.Next(8) switch
    {
        0 => d.Value(),
        1 or 2 => Number(d),
        3 => $"m{d.Next(900)}",
        _ => d.Of("a", "b", "c", "1", "2", "3", "-1", "300"),
    };
}
