using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Rotom.Simulation.Oracle;

/// <summary>The fields of a hash, in the order in which a small one keeps them.</summary>
internal sealed class ModelHash : List<KeyValuePair<string, string>>
{
    internal ModelHash(IEnumerable<KeyValuePair<string, string>> fields)
        : base(fields)
    {
    }

    internal string? Get(string field)
    {
        int at = FindIndex(pair => pair.Key == field);
        return at < 0 ? null : this[at].Value;
    }

    /// <summary>True when the field is new.</summary>
    internal bool Set(string field, string value)
    {
        int at = FindIndex(pair => pair.Key == field);
        if (at < 0) Add(new(field, value));
        else this[at] = new(field, value);
        return at < 0;
    }
}

// Hashes, sets and sorted sets, as far as the workload uses them.
internal sealed partial class Model
{
    private void AddCollections()
    {
        Add("hset", -4, HashSet);
        Add("hget", 3, c =>
        {
            if (TryData(c, 1, out ModelHash? hash)) c.Reply.BulkOrNull(hash?.Get(c[2]));
        });
        Add("hdel", -3, HashDelete);
        Add("hgetall", 2, HashAll);
        Add("hincrby", 4, HashIncrement);
        Add("hlen", 2, c =>
        {
            if (TryData(c, 1, out ModelHash? hash)) c.Reply.Integer(hash?.Count ?? 0);
        });
        Add("sadd", -3, c => SetChange(c, (set, member) => set.Add(member)));
        Add("srem", -3, c => SetChange(c, (set, member) => set.Remove(member)));
        Add("sismember", 3, c =>
        {
            if (TryData(c, 1, out SortedSet<string>? set))
                c.Reply.Integer(set?.Contains(c[2]) == true ? 1 : 0);
        });
        Add("smembers", 2, c => SetAll(c, 1));
        Add("sunion", -2, c => SetAll(c, c.Args.Length - 1));
        Add("zadd", -4, SortedAdd);
        Add("zincrby", 4, SortedIncrement);
        Add("zrem", -3, SortedRemove);
        Add("zscore", 3, c =>
        {
            if (!TryData(c, 1, out Dictionary<string, long>? set)) return;
            if (set is not null && set.TryGetValue(c[2], out long score)) c.Reply.Double(score);
            else c.Reply.Null();
        });
        Add("zrank", 3, c =>
        {
            if (!TryData(c, 1, out Dictionary<string, long>? set)) return;
            int rank = InOrder(set).FindIndex(element => element.Key == c[2]);
            if (rank < 0) c.Reply.Null();
            else c.Reply.Integer(rank);
        });
        Add("zrange", 5, SortedRange);
        Add("zpopmin", 2, c => SortedPop(c, least: true));
        Add("zpopmax", 2, c => SortedPop(c, least: false));
        Add("bzpopmin", -3, c => BlockingSortedPop(c, least: true));
        Add("bzpopmax", -3, c => BlockingSortedPop(c, least: false));
    }

    private void HashSet(ModelCall c)
    {
        if (c.Args.Length % 2 != 0)
        {
            c.Reply.Error("ERR wrong number of arguments for 'hset' command");
            return;
        }

        if (!TryData(c, 1, out ModelHash? old)) return;
        ModelHash hash = new(old ?? new([]));
        int added = 0;
        for (int i = 2; i < c.Args.Length; i += 2) added += hash.Set(c[i], c[i + 1]) ? 1 : 0;
        PutData(c.Client.Database, c[1], hash, hash.Count);
        c.Reply.Integer(added);
    }

    private void HashDelete(ModelCall c)
    {
        if (!TryData(c, 1, out ModelHash? old)) return;
        ModelHash hash = new(old ?? new([]));
        int removed = c.Args.Skip(2).Sum(field => hash.RemoveAll(pair => pair.Key == field));
        if (removed > 0) PutData(c.Client.Database, c[1], hash, hash.Count);
        c.Reply.Integer(removed);
    }

    private void HashAll(ModelCall c)
    {
        if (!TryData(c, 1, out ModelHash? hash)) return;
        // A table has an order of its own.
        HashSet<(string, string)> wanted = [];
        foreach ((string field, string value) in hash ?? new([])) wanted.Add((field, value));
        char type = c.Reply.Resp3 ? '%' : '*';
        c.Reply.Check(node => node.Type == type && node.Items.Count == wanted.Count * 2
            && wanted.SetEquals(
                node.Items.Chunk(2).Select(pair => (pair[0].Bulk, pair[1].Bulk)))
                ? null
                : "not the fields");
    }

    private void HashIncrement(ModelCall c)
    {
        if (!TryInteger(c, 3, out long by) || !TryData(c, 1, out ModelHash? old)) return;
        ModelHash hash = new(old ?? new([]));
        if (!TryInteger(hash.Get(c[2]) ?? "0", out long value))
        {
            c.Reply.Error("ERR hash value is not an integer");
            return;
        }

        hash.Set(c[2], (value + by).ToString(CultureInfo.InvariantCulture));
        PutData(c.Client.Database, c[1], hash, hash.Count);
        c.Reply.Integer(value + by);
    }

    private void SetChange(ModelCall c, Func<SortedSet<string>, string, bool> change)
    {
        if (!TryData(c, 1, out SortedSet<string>? old)) return;
        SortedSet<string> set = new(old ?? [], StringComparer.Ordinal);
        int changed = c.Args.Skip(2).Count(member => change(set, member));
        if (changed > 0) PutData(c.Client.Database, c[1], set, set.Count);
        c.Reply.Integer(changed);
    }

    private void SetAll(ModelCall c, int keys)
    {
        HashSet<string> wanted = [];
        for (int i = 1; i <= keys; i++)
        {
            if (!TryData(c, i, out SortedSet<string>? set)) return;
            wanted.UnionWith(set ?? []);
        }

        char type = c.Reply.Resp3 ? '~' : '*';
        c.Reply.Check(node => node.Type == type && node.Items.Count == wanted.Count
            && wanted.SetEquals(node.Items.Select(item => item.Bulk))
                ? null
                : "not the members");
    }

    private static List<KeyValuePair<string, long>> InOrder(Dictionary<string, long>? set) =>
    [
        .. (set ?? []).OrderBy(element => element.Value)
            .ThenBy(element => element.Key, StringComparer.Ordinal),
    ];

    private void SortedAdd(ModelCall c)
    {
        if (!TryData(c, 1, out Dictionary<string, long>? old)) return;
        Dictionary<string, long> set = new(old ?? new([]));
        int added = 0;
        bool changed = false;
        for (int i = 2; i < c.Args.Length; i += 2)
        {
            long score = long.Parse(c[i], CultureInfo.InvariantCulture);
            bool had = set.TryGetValue(c[i + 1], out long before);
            set[c[i + 1]] = score;
            if (!had) added++;
            changed |= !had || before != score;
        }

        if (changed) PutData(c.Client.Database, c[1], set, set.Count);
        c.Reply.Integer(added);
    }

    private void SortedIncrement(ModelCall c)
    {
        if (!TryData(c, 1, out Dictionary<string, long>? old)) return;
        Dictionary<string, long> set = new(old ?? new([]));
        long score = set.GetValueOrDefault(c[3])
            + long.Parse(c[2], CultureInfo.InvariantCulture);
        set[c[3]] = score;
        PutData(c.Client.Database, c[1], set, set.Count);
        c.Reply.Double(score);
    }

    private void SortedRemove(ModelCall c)
    {
        if (!TryData(c, 1, out Dictionary<string, long>? old)) return;
        Dictionary<string, long> set = new(old ?? new([]));
        int removed = c.Args.Skip(2).Count(set.Remove);
        if (removed > 0) PutData(c.Client.Database, c[1], set, set.Count);
        c.Reply.Integer(removed);
    }

    // All of it, with the scores.
    private void SortedRange(ModelCall c)
    {
        if (!TryData(c, 1, out Dictionary<string, long>? set)) return;
        List<KeyValuePair<string, long>> elements = InOrder(set);
        c.Reply.Array(c.Reply.Resp3 ? elements.Count : elements.Count * 2);
        foreach ((string member, long score) in elements)
        {
            if (c.Reply.Resp3) c.Reply.Array(2);
            c.Reply.Bulk(member);
            c.Reply.Double(score);
        }
    }

    private void SortedPop(ModelCall c, bool least)
    {
        if (!TryData(c, 1, out Dictionary<string, long>? set)) return;
        c.Reply.Array(set is null ? 0 : 2);
        if (set is not null) TakeOne(c, c[1], set, least);
    }

    private void TakeOne(ModelCall c, string key, Dictionary<string, long> old, bool least)
    {
        List<KeyValuePair<string, long>> elements = InOrder(old);
        (string member, long score) = least ? elements[0] : elements[^1];
        Dictionary<string, long> set = new(old);
        set.Remove(member);
        PutData(c.Client.Database, key, set, set.Count);
        c.Reply.Bulk(member);
        c.Reply.Double(score);
    }

    private void BlockingSortedPop(ModelCall c, bool least)
    {
        if (!TryTimeout(c, c.Args.Length - 1, out long timeout)) return;
        string[] keys = c.Args[1..^1];
        for (int i = 0; i < keys.Length; i++)
        {
            if (!IsAwaited(c, keys[i])) continue;
            if (!TryData(c, i + 1, out Dictionary<string, long>? set)) return;
            if (set is null) continue;
            c.Reply.Array(3);
            c.Reply.Bulk(keys[i]);
            TakeOne(c, keys[i], set, least);
            return;
        }

        Block(c, keys, "zset", timeout, reply => reply.NullArray());
    }
}
