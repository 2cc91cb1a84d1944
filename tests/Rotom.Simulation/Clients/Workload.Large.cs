using System;
using System.Collections.Generic;

namespace Rotom.Simulation.Clients;

// Collections large enough to be tables, trees and lists of nodes: many elements at once, changes
// of single ones, and whole values that appear under another name.
internal sealed partial class Workload
{
    private void LargeRows()
    {
        Row(_plain, 3, d => ["RPUSH", d.ListKey(), .. d.Many(one => [one.Member()])]);
        Row(_plain, 2, d => ["LPUSH", d.ListKey(), .. d.Many(one => [one.Member()])]);
        Row(_plain, 4, d =>
            ["HSET", d.HashKey(), .. d.Many(one => [one.Member(), one.Element()])]);
        Row(_plain, 4, d => ["SADD", d.SetKey(), .. d.Many(one => [one.Member()])]);
        Row(_plain, 4, d =>
            ["ZADD", d.SortedKey(), .. d.Many(one => [one.Small(), one.Member()])]);
        Row(_plain, 4, d => ["HSET", d.HashKey(), d.Member(), d.Small()]);
        Row(_plain, 4, d => ["HINCRBY", d.HashKey(), d.Member(), "1"]);
        Row(_plain, 4, d => ["HDEL", d.HashKey(), d.Member(), d.Member(), d.Member()]);
        Row(_plain, 5, d => ["SREM", d.SetKey(), d.Member(), d.Member(), d.Member()]);
        Row(_plain, 3, d => ["SMOVE", d.SetKey(), d.SetKey(), d.Member()]);
        Row(_plain, 1, d => ["SUNIONSTORE", d.SetKey(), d.SetKey(), d.SetKey()]);
        Row(_plain, 5, d => ["ZADD", d.SortedKey(), d.Small(), d.Member()]);
        Row(_plain, 3, d => ["ZREM", d.SortedKey(), d.Member(), d.Member()]);
        Row(_plain, 1, d => ["ZREMRANGEBYRANK", d.SortedKey(), d.Small(), d.Small()]);
        Row(_plain, 3, d => ["LSET", d.ListKey(), d.Small(), d.Member()]);
        Row(_plain, 2, d => ["LREM", d.ListKey(), d.Random.Pick(["0", "1", "-2"]), d.Member()]);
        Row(_plain, 2, d => ["LINSERT", d.ListKey(), "AFTER", d.Member(), d.Member()]);
        Row(_plain, 3, d => ["SETRANGE", d.Key(), d.Offset(), d.Element()]);
        Row(_plain, 3, d => ["SETRANGE", d.LongKey(), d.Offset(far: true), d.Element()]);
        Row(_plain, 1, d => ["APPEND", d.LongKey(), d.Element()]);
        Row(_plain, 1, d => ["GETRANGE", d.LongKey(), d.Offset(far: true), "-1"]);
        Row(_plain, 1, d => d.Random.PerMille(300)
            ? ["DEL", d.LongKey()]
            : ["PEXPIRE", d.LongKey(), d.Milliseconds()]);
        Row(_plain, 2, d => ["RENAME", d.Collection(), d.Collection()]);
        Row(_plain, 1, d => ["RENAMENX", d.Collection(), d.Collection()]);
        Row(_plain, 2, d => ["COPY", d.Collection(), d.Collection(), "REPLACE"]);
        Row(_plain, 1, d =>
            ["COPY", d.Collection(), d.Collection(), "DB", d.Database(), "REPLACE"]);
        Row(_plain, 2, d => ["UNLINK", d.Collection(), d.Collection()]);
        Row(_plain, 4, d => Restore(d));
    }

    private static string[] Restore(Draws d)
    {
        (string key, string payload) = d.Random.Below(4) switch
        {
            0 => (d.ListKey(), Payload.OfList(d.Many(one => [one.Member()]))),
            1 => (d.SetKey(), Payload.OfSet(new HashSet<string>(d.Many(one => [one.Member()])))),
            2 => (d.SortedKey(), Payload.OfSortedSet(
                new HashSet<string>(d.Many(one => [one.Member()])))),
            _ => (d.Key(), Payload.OfString(d.Value())),
        };
        string time = d.Random.PerMille(700) ? "0" : d.Milliseconds();
        return d.Random.PerMille(600)
            ? ["RESTORE", key, time, payload, "REPLACE"]
            : ["RESTORE", key, time, payload];
    }
}
