using System.Collections.Generic;

namespace Rotom.Compat.Differential;

/// <summary>
/// SORT and SORT_RO, where what they answer does not depend on a set's own order.
/// </summary>
internal static class SortCommands
{
    public static IEnumerable<CommandKind> Table { get; } =
    [
        new("sort", d => [Key(d), .. Options(d)], Weight: 20),
        new("sort", d => [Key(d), "ALPHA", .. Tail(d), "STORE", d.Of<object>("l3", "s3", d.Key())]),
        new("sort_ro", d => [Key(d), .. Options(d), .. d.Maybe("STORE", "x")], Weight: 4),
        new("sort", d => [d.Of("l1", "l2"), "BY", "nosort", .. Tail(d)]),
        new("sort", d => [d.Of("l1", "l2"), "BY", d.Of("w*", "nosuch*"), "ALPHA",
            .. d.Maybe("DESC")]),
        new("mset", d => [$"w{Number(d)}", d.Float(), $"w{Number(d)}", Number(d)]),
    ];

    private static object Key(Draw d) =>
        d.Next(10) == 0 ? d.Key() : d.Of("l1", "l2", "s1", "n1", "n2");

    private static object Number(Draw d) => d.Of<object>(1, 2, 3, 300, "a", "b");

    private static object[] Options(Draw d)
    {
        // Weights that are equal texts leave the order open.
        if (d.Next(2) == 0) return ["ALPHA", .. Tail(d)];
        return d.Next(2) == 0 ? ["BY", d.Of("w*", "nosuch*", "*"), .. Tail(d)] : Tail(d);
    }

    private static object[] Tail(Draw d)
    {
        object[] limit = d.Next(3) == 0
            ? ["LIMIT", d.Of<object>(0, 1, -1, 50, "abc"), d.Of<object>(0, 1, 5, -1, "abc")]
            : [];
        object[] get = d.Next(3) == 0 ? ["GET", d.Of("#", "w*", "nokey")] : [];
        return [.. limit, .. get, .. d.Maybe("GET", "#"), .. d.Maybe(d.Of("DESC", "asc", "NOT"))];
    }
}
