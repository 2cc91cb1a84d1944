using System.Collections.Generic;

namespace Rotom.Compat.Differential;

/// <summary>The commands on keys of any type: life, name, time to live.</summary>
internal static class KeyCommands
{
    public static IEnumerable<CommandKind> Table { get; } =
    [
        new("del", d => d.Keys(2), Weight: 6),
        new("unlink", d => d.Keys(2), Weight: 6),
        new("exists", d => d.Keys(4)),
        new("type", d => [d.Key()]),
        new("touch", d => d.Keys(3)),
        new("rename", d => [d.Key(), d.Key()]),
        new("renamenx", d => [d.Key(), d.Key()]),
        new("randomkey", _ => [], Compare.Presence, Weight: 3),
        new("dbsize", _ => []),
        new("dump", d => [d.Key()], Compare.Presence, Required: false),
        new("keys", d => [d.Pattern()], Compare.Unordered),
        new("scan", d => [0, .. ScanOptions(d)], Compare.Walk),
        new("scan", d => [d.Of("abc", "-1", "18446744073709551616", "")], Compare.Presence, 2),
        new("scan", d => [0, "COUNT", d.Of("0", "-1", "abc")], Compare.Presence, Weight: 2),
        new("scan", d => [0, d.Of("MATCH", "NOSUCH")], Compare.Presence, Weight: 2),
        new("object", d => ["encoding", d.Key()], Weight: 15),
        new("object", d => ["freq", d.Key()], Weight: 2),
        // Redis' small integers are one object each, whose idle time is not a key's.
        new("object", d => ["idletime", d.Key()], Compare.Presence, Weight: 2),
        new("flushdb", d => d.Maybe(d.Of("ASYNC", "SYNC", "NOSUCH")), Weight: 1),
        new("flushall", d => d.Maybe(d.Of("ASYNC", "SYNC", "NOSUCH")), Weight: 1),
        new("select", d => [d.Of<object>(0, 1, 2, 3)], Weight: 6),
        new("select", d => [d.Of<object>(16, -1, "abc", "", "1 ", 99999999999)], Weight: 2),
        new("expire", d => [d.Key(), d.Seconds(), .. Condition(d)], Weight: 20),
        new("pexpire", d => [d.Key(), d.Milliseconds(), .. Condition(d)]),
        new("expireat", d => [d.Key(), d.Moment(), .. Condition(d)]),
        new("pexpireat", d => [d.Key(), d.MomentMs(), .. Condition(d)]),
        new("persist", d => [d.Key()]),
        new("ttl", d => [d.Key()], Compare.Seconds),
        new("pttl", d => [d.Key()], Compare.Milliseconds),
        new("expiretime", d => [d.Key()], Compare.Seconds),
        new("pexpiretime", d => [d.Key()], Compare.Milliseconds),
        new("copy", d => [d.Key(), d.Key(), .. CopyOptions(d)], Required: false),
        new("move", d => [d.Key(), d.Of<object>(0, 1, 2, 99)], Weight: 4, Required: false),
        new("swapdb", d => [d.Next(3), d.Next(3)], Weight: 1, Required: false),
    ];

    private static object[] ScanOptions(Draw d)
    {
        object[] match = d.Maybe("MATCH", d.Pattern());
        object[] count = d.Maybe("COUNT", d.Of(1, 2, 10, 1_000));
        object[] type = d.Maybe("TYPE", d.Of("string", "list", "set", "hash", "nosuch"));
        return [.. match, .. count, .. type];
    }

    private static object[] Condition(Draw d) => d.Next(10) switch
    {
        0 => ["NX"],
        1 => ["xx"],
        2 => ["GT"],
        3 => ["LT"],
        4 => [d.Of("NX", "XX", "GT"), d.Of("GT", "LT", "NX")],
        5 => ["NOSUCH"],
        _ => [],
    };

    private static object[] CopyOptions(Draw d) => d.Next(4) switch
    {
        0 => ["REPLACE"],
        1 => ["DB", d.Of<object>(1, 2, 99, "abc")],
        2 => ["DB", d.Next(3), "REPLACE"],
        _ => [],
    };
}
