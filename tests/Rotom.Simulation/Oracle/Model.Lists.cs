using System;
using System.Collections.Generic;
using System.Linq;

namespace Rotom.Simulation.Oracle;

// Lists, with the commands that wait for them. A list that is kept is never changed: a change makes
// another one, so that a copy is one.
internal sealed partial class Model
{
    private const string WrongType =
        "WRONGTYPE Operation against a key holding the wrong kind of value";

    private void AddLists()
    {
        Add("lpush", -3, c => Push(c, head: true, always: true));
        Add("rpush", -3, c => Push(c, head: false, always: true));
        Add("lpushx", -3, c => Push(c, head: true, always: false));
        Add("rpushx", -3, c => Push(c, head: false, always: false));
        Add("lpop", -2, c => Pop(c, head: true));
        Add("rpop", -2, c => Pop(c, head: false));
        Add("llen", 2, c =>
        {
            if (TryData(c, 1, out List<string>? list)) c.Reply.Integer(list?.Count ?? 0);
        });
        Add("lrange", 4, ListRange);
        Add("lrem", 4, ListRemove);
        Add("ltrim", 4, ListTrim);
        Add("linsert", 5, ListInsert);
        Add("lmove", 5, c => MoveElement(c, Is(c, 3, "LEFT"), Is(c, 4, "LEFT"), null));
        Add("rpoplpush", 3, c => MoveElement(c, false, true, null));
        Add("blpop", -3, c => BlockingPop(c, head: true));
        Add("brpop", -3, c => BlockingPop(c, head: false));
        Add("blmove", 6, c =>
        {
            if (TryTimeout(c, 5, out long timeout))
                MoveElement(c, Is(c, 3, "LEFT"), Is(c, 4, "LEFT"), timeout);
        });
    }

    /// <summary>
    /// What a key holds, null when there is none; false after an error for another type.
    /// </summary>
    private bool TryData<T>(ModelCall c, int arg, out T? data) where T : class
    {
        ModelValue? value = Find(c, arg);
        data = value?.Data as T;
        if (value is null || data is not null) return true;
        c.Reply.Error(WrongType);
        return false;
    }

    /// <summary>Stores a collection; an empty one is no key.</summary>
    private void PutData(int database, string key, object data, int count)
    {
        if (count == 0)
        {
            Delete(database, key);
            return;
        }

        long expireAtMs = Find(database, key)?.ExpireAtMs ?? -1;
        Put(database, key, new ModelValue("", "", expireAtMs) { Data = data });
    }

    private void PutList(ModelCall c, string key, List<string> list) =>
        PutData(c.Client.Database, key, list, list.Count);

    private void Push(ModelCall c, bool head, bool always)
    {
        if (!TryData(c, 1, out List<string>? old)) return;
        if (old is null && !always)
        {
            c.Reply.Integer(0);
            return;
        }

        List<string> list = [.. old ?? []];
        foreach (string element in c.Args.Skip(2))
        {
            if (head) list.Insert(0, element);
            else list.Add(element);
        }

        PutList(c, c[1], list);
        c.Reply.Integer(list.Count);
    }

    private void Pop(ModelCall c, bool head)
    {
        long count = 1;
        if (c.Args.Length == 3 && !TryInteger(c, 2, out count)) return;
        if (!TryData(c, 1, out List<string>? old)) return;
        if (old is null)
        {
            if (c.Args.Length == 3) c.Reply.NullArray();
            else c.Reply.Null();
            return;
        }

        int taken = (int)Math.Min(count, old.Count);
        List<string> popped = head ? old[..taken] : [.. old[^taken..].AsEnumerable().Reverse()];
        if (taken > 0) PutList(c, c[1], head ? old[taken..] : old[..^taken]);
        if (c.Args.Length == 3) c.Reply.Array(taken);
        foreach (string element in popped) c.Reply.Bulk(element);
    }

    private static (int From, int To) Range(ModelCall c, int count)
    {
        long from = long.Parse(c[2], System.Globalization.CultureInfo.InvariantCulture);
        long to = long.Parse(c[3], System.Globalization.CultureInfo.InvariantCulture);
        if (from < 0) from = Math.Max(0, from + count);
        if (to < 0) to += count;
        to = Math.Min(to, count - 1);
        return from > to ? (0, 0) : ((int)from, (int)to + 1);
    }

    private void ListRange(ModelCall c)
    {
        if (!TryData(c, 1, out List<string>? list)) return;
        (int from, int to) = Range(c, list?.Count ?? 0);
        c.Reply.Array(to - from);
        for (int i = from; i < to; i++) c.Reply.Bulk(list![i]);
    }

    private void ListTrim(ModelCall c)
    {
        if (!TryData(c, 1, out List<string>? list)) return;
        c.Reply.Ok();
        if (list is null) return;
        (int from, int to) = Range(c, list.Count);
        PutList(c, c[1], list[from..to]);
    }

    private void ListRemove(ModelCall c)
    {
        if (!TryInteger(c, 2, out long count) || !TryData(c, 1, out List<string>? old)) return;
        List<string> list = [.. old ?? []];
        long left = count == 0 ? long.MaxValue : Math.Abs(count);
        int removed = 0;
        for (int i = count < 0 ? list.Count - 1 : 0; left > 0 && i >= 0 && i < list.Count;)
        {
            if (list[i] == c[3])
            {
                list.RemoveAt(i);
                removed++;
                left--;
                if (count < 0) i--;
            }
            else
            {
                i += count < 0 ? -1 : 1;
            }
        }

        if (removed > 0) PutList(c, c[1], list);
        c.Reply.Integer(removed);
    }

    private void ListInsert(ModelCall c)
    {
        if (!TryData(c, 1, out List<string>? old)) return;
        int at = old?.IndexOf(c[3]) ?? -1;
        if (at < 0)
        {
            c.Reply.Integer(old is null ? 0 : -1);
            return;
        }

        List<string> list = [.. old!];
        list.Insert(Is(c, 2, "BEFORE") ? at : at + 1, c[4]);
        PutList(c, c[1], list);
        c.Reply.Integer(list.Count);
    }

    private void MoveElement(ModelCall c, bool fromHead, bool toHead, long? timeoutMs)
    {
        if (!TryData(c, 1, out List<string>? source)) return;
        if (source is null)
        {
            // Whose time is over hears the null array, as Redis has it.
            if (timeoutMs is null || c.Client.InExec) c.Reply.Null();
            else Block(c, [c[1]], "list", timeoutMs.Value, reply => reply.NullArray());
            return;
        }

        if (!TryData(c, 2, out List<string>? _)) return;
        string element = fromHead ? source[0] : source[^1];
        List<string> left = fromHead ? source[1..] : source[..^1];
        if (c[1] == c[2])
        {
            left.Insert(toHead ? 0 : left.Count, element);
            PutList(c, c[1], left);
        }
        else
        {
            TryData(c, 2, out List<string>? old);
            List<string> target = [.. old ?? []];
            target.Insert(toHead ? 0 : target.Count, element);
            PutList(c, c[2], target);
            PutList(c, c[1], left);
        }

        c.Reply.Bulk(element);
    }

    private void BlockingPop(ModelCall c, bool head)
    {
        if (!TryTimeout(c, c.Args.Length - 1, out long timeout)) return;
        string[] keys = c.Args[1..^1];
        for (int i = 0; i < keys.Length; i++)
        {
            if (!IsAwaited(c, keys[i])) continue;
            if (!TryData(c, i + 1, out List<string>? list)) return;
            if (list is null) continue;
            c.Reply.Array(2);
            c.Reply.Bulk(keys[i]);
            c.Reply.Bulk(head ? list[0] : list[^1]);
            PutList(c, keys[i], head ? list[1..] : list[..^1]);
            return;
        }

        Block(c, keys, "list", timeout, reply => reply.NullArray());
    }
}
