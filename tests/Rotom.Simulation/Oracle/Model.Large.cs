using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Rotom.Simulation.Clients;

namespace Rotom.Simulation.Oracle;

// Commands that change a part of a large collection, or make a whole one appear.
internal sealed partial class Model
{
    private void AddLarge()
    {
        Add("restore", -4, Restore);
        Add("lset", 4, ListSet);
        Add("smove", 4, SetMove);
        Add("sunionstore", -3, SetUnionStore);
        Add("zremrangebyrank", 4, SortedRemoveRange);
    }

    private void Restore(ModelCall c)
    {
        bool replace = c.Args.Length == 5;
        ModelValue? old = Find(c, 1);
        if (old is not null && !replace)
        {
            c.Reply.Error("BUSYKEY Target key name already exists.");
            return;
        }

        (string type, List<string> elements) = Payload.Read(c[3]);
        object? data = type switch
        {
            "list" => elements,
            "set" => new SortedSet<string>(elements, StringComparer.Ordinal),
            "zset" => elements.ToDictionary(member => member, member => (long)member.Length),
            _ => null,
        };
        long time = long.Parse(c[2], CultureInfo.InvariantCulture);
        string encoding = data is null ? AnyEncoding : "";
        ModelValue value = new(
            data is null ? elements[0] : "", encoding, time == 0 ? -1 : NowMs + time)
        {
            Data = data,
        };
        if (old is not null) Delete(c.Client.Database, c[1]);
        Put(c.Client.Database, c[1], value);
        c.Reply.Ok();
    }

    private void ListSet(ModelCall c)
    {
        if (!TryData(c, 1, out List<string>? old)) return;
        if (old is null)
        {
            c.Reply.Error("ERR no such key");
            return;
        }

        int at = int.Parse(c[2], CultureInfo.InvariantCulture);
        if (at < 0) at += old.Count;
        if (at < 0 || at >= old.Count)
        {
            c.Reply.Error("ERR index out of range");
            return;
        }

        List<string> list = [.. old];
        list[at] = c[3];
        PutList(c, c[1], list);
        c.Reply.Ok();
    }

    private void SetMove(ModelCall c)
    {
        if (Find(c, 1) is null)
        {
            c.Reply.Integer(0);
            return;
        }

        if (!TryData(c, 1, out SortedSet<string>? from)) return;
        if (!TryData(c, 2, out SortedSet<string>? to)) return;
        bool moves = from!.Contains(c[3]);
        c.Reply.Integer(moves ? 1 : 0);
        if (!moves || c[1] == c[2]) return;
        SortedSet<string> left = new(from, StringComparer.Ordinal);
        left.Remove(c[3]);
        PutData(c.Client.Database, c[1], left, left.Count);
        SortedSet<string> target = new(to ?? [], StringComparer.Ordinal);
        if (target.Add(c[3])) PutData(c.Client.Database, c[2], target, target.Count);
    }

    private void SetUnionStore(ModelCall c)
    {
        SortedSet<string> all = new(StringComparer.Ordinal);
        for (int i = 2; i < c.Args.Length; i++)
        {
            if (!TryData(c, i, out SortedSet<string>? set)) return;
            all.UnionWith(set ?? []);
        }

        c.Reply.Integer(all.Count);
        if (all.Count == 0) Delete(c.Client.Database, c[1]);
        else Put(c.Client.Database, c[1], new ModelValue("", "") { Data = all });
    }

    private void SortedRemoveRange(ModelCall c)
    {
        if (!TryData(c, 1, out Dictionary<string, long>? old)) return;
        (int from, int to) = Range(c, old?.Count ?? 0);
        c.Reply.Integer(to - from);
        if (from == to) return;
        Dictionary<string, long> set = new(old!);
        foreach ((string member, long _) in InOrder(old)[from..to]) set.Remove(member);
        PutData(c.Client.Database, c[1], set, set.Count);
    }
}
