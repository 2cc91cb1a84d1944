using System.Collections.Generic;
using System.Linq;

namespace Rotom.Compat.Differential;

/// <summary>The commands on bits and HyperLogLogs.</summary>
/// <remarks>
/// They have keys of their own, mostly: other commands make strings of half a gigabyte, whose bits
/// would be counted all day.
/// </remarks>
internal static class BitCommands
{
    public static IEnumerable<CommandKind> Table { get; } =
    [
        new("set", d => [d.Of("b1", "b2", "b3"), d.Value()], Weight: 10),
        new("setbit", d => [Bits(d), Offset(d), d.Of<object>(0, 1, 0, 1, 1, 2, "abc")], Weight: 20),
        new("getbit", d => [Bits(d), Offset(d)]),
        new("bitcount", d => [Bits(d), .. Range(d)], Weight: 15),
        new("bitpos", d => [Bits(d), d.Of<object>(0, 1, 0, 1, 0, 1, 2, "abc"), .. PosRange(d)],
            Weight: 15),
        new("bitop", d => [d.Of("AND", "or", "XOR", "AND", "OR", "NOSUCH"), Own(d),
            .. d.Many(1 + d.Next(4), () => Own(d))], Weight: 15),
        new("bitop", d => ["NOT", Own(d), Own(d)], Weight: 5),
        new("bitfield", d => [Bits(d), .. Fields(d)], Weight: 25),
        new("bitfield_ro", d => [Bits(d), .. d.Many(d.Next(3), () => Get(d))
            .SelectMany(words => (object[])words)], Weight: 5),
        new("pfadd", d => [Log(d), .. d.Many(d.Next(6), () => Element(d))], Weight: 20),
        new("pfadd", d => [Log(d), .. d.Many(d.Next(900), () => Element(d))], Weight: 3),
        new("pfcount", d => [.. d.Many(1 + d.Next(3), () => Log(d))], Weight: 15),
        new("pfmerge", d => [.. d.Many(1 + d.Next(4), () => Log(d))]),
        new("get", d => [Log(d)], Weight: 5),
        new("del", d => [d.Of("h1", "h2", "h3", "b1", "b2", "b3")], Weight: 4),
        new("pfdebug", d => [d.Of("ENCODING", "decode", "TODENSE", "NOSUCH"), Log(d)], Weight: 4),
        new("pfdebug", d => ["GETREG", Log(d)], Weight: 1),
    ];

    private static object Own(Draw d) => d.Of("b1", "b2", "b3", "b4");

    private static object Bits(Draw d) => d.Next(12) == 0 ? d.Of("l1", "k1", "a") : Own(d);

    private static object Log(Draw d) => d.Next(15) == 0 ? d.Of("l1", "k1", "b1")
        : d.Of("h1", "h2", "h3");

    private static object Element(Draw d) => d.Next(8) == 0 ? d.Value() : $"e{d.Next(5_000)}";

    private static object Offset(Draw d) => d.Next(12) switch
    {
        0 => d.Of("007", "+5", "-0", " 1", "1.0", "1e3", "0x10", ""),
        1 => d.Of<object>(4294967296, 9223372036854775807, -1, "#1", "abc"),
        2 => 5_000,
        _ => d.Next(100),
    };

    private static object[] Range(Draw d) => d.Next(4) == 0
        ? d.Maybe(d.Index())
        : [End(d), End(d), .. d.Maybe(d.Of("BIT", "bit", "BYTE", "BIT", "NOSUCH"))];

    private static object[] PosRange(Draw d) => d.Next(4) switch
    {
        0 => [],
        1 => [End(d)],
        _ => Range(d),
    };

    private static object End(Draw d) => d.Next(3) == 0 ? d.Index() : d.Next(1_200) - 600;

    private static object[] Fields(Draw d) =>
        [.. d.Many(d.Next(4), () => Field(d)).SelectMany(words => (object[])words)];

    private static object Field(Draw d) => d.Next(8) switch
    {
        0 => (object[])["OVERFLOW", d.Of("WRAP", "sat", "FAIL", "SAT", "FAIL", "NOSUCH")],
        1 or 2 => Get(d),
        3 or 4 => (object[])["SET", Type(d), At(d), Number(d)],
        _ => (object[])["INCRBY", Type(d), At(d), Number(d)],
    };

    private static object Get(Draw d) => (object[])["GET", Type(d), At(d)];

    private static object Type(Draw d) => d.Next(30) == 0
        ? d.Of("u64", "i65", "i0", "x8", "u", "I8")
        : d.Next(2) == 0 ? $"i{1 + d.Next(64)}" : $"u{1 + d.Next(63)}";

    private static object At(Draw d) => d.Next(20) == 0
        ? d.Of("#abc", "-1", "4294967296", "#4294967296")
        : d.Next(3) == 0 ? $"#{d.Next(12)}" : $"{d.Next(300)}";

    private static object Number(Draw d) => d.Next(3) == 0 ? d.Integer() : $"{d.Next(600) - 300}";
}
