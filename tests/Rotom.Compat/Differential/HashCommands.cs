using System.Collections.Generic;

namespace Rotom.Compat.Differential;

/// <summary>The commands on hashes.</summary>
internal static class HashCommands
{
    public static IEnumerable<CommandKind> Table { get; } =
    [
        new("hset", d => [Hash(d), .. Pairs(d, 4)],
            Weight: 60),
        // Names that differ: which of two conversions comes first does not show.
        new("hset", d => [Hash(d), .. Numbered(d, d.Next(600))], Weight: 3),
        new("hmset", d => [Hash(d), .. Pairs(d, 3)]),
        new("hsetnx", d => [Hash(d), Field(d), Value(d)]),
        new("hget", d => [Hash(d), Field(d)], Weight: 20),
        new("hmget", d => [Hash(d), .. d.Many(1 + d.Next(4), () => Field(d))]),
        new("hgetall", d => [Hash(d)], Compare.Unordered),
        new("hkeys", d => [Hash(d)], Compare.Unordered),
        new("hvals", d => [Hash(d)], Compare.Unordered),
        new("hlen", d => [Hash(d)]),
        new("hexists", d => [Hash(d), Field(d)]),
        new("hstrlen", d => [Hash(d), Field(d)]),
        new("hdel", d => [Hash(d), .. d.Many(1 + d.Next(4), () => Field(d))], Weight: 30),
        new("hincrby", d => [Hash(d), Field(d), d.Integer()], Weight: 20),
        new("hincrbyfloat", d => [Hash(d), Field(d), d.Float()], Weight: 20),
        new("hscan", d => [Hash(d), d.Of<object>("abc", "-1x", "18446744073709551616")]),
        new("hscan", d => [d.Of("h1", "no"), 0, .. ScanOptions(d)], Compare.Presence),
        new("hrandfield", d => [Hash(d), .. d.Maybe(d.Of<object>("abc", "1.5", ""))],
            Compare.Presence, Whole: true),
        new("hrandfield", d => [Hash(d), 1_000, "WITHVALUES"], Compare.Unordered),
        new("hrandfield", d => [Hash(d), d.Of<object>(0, "-9223372036854775808"), "WITHVALUES"],
            Whole: true),
    ];

    // Mostly keys that hold hashes, now and then any other.
    private static object Hash(Draw d) => d.Next(12) == 0 ? d.Key() : d.Of("h1", "h2", "h3");

    private static object Field(Draw d) => d.Next(6) switch
    {
        0 => d.Integer(),
        1 => d.Next(30) == 0 ? new string('x', 60 + d.Next(10)) : "x",
        _ => d.Of("a", "b", "c", "1", "-1", "300"),
    };

    private static object Value(Draw d) => d.Next(6) switch
    {
        0 when d.Next(20) == 0 => d.Value(),
        1 => d.Float(),
        2 or 3 => d.Integer(),
        _ => d.Of("a", "", "10", new string('v', 64)),
    };

    private static object[] Pairs(Draw d, int max)
    {
        List<object> words = [];
        for (int i = d.Next(max); i >= 0; i--) words.AddRange([Field(d), Value(d)]);
        return [.. words];
    }

    private static object[] Numbered(Draw d, int count)
    {
        List<object> words = [];
        for (int i = 0; i <= count; i++) words.AddRange([$"f{i}", d.Next(1_000)]);
        return [.. words];
    }

    private static object[] ScanOptions(Draw d) => d.Next(6) switch
    {
        0 => ["COUNT", d.Of<object>(0, -1, "abc", 10)],
        1 => ["MATCH", d.Pattern()],
        2 => ["NOSUCH"],
        3 => ["COUNT"],
        _ => [],
    };
}
