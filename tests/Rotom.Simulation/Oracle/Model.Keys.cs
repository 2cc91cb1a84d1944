using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.RegularExpressions;

namespace Rotom.Simulation.Oracle;

// The commands on keys of any type, but for their times.
internal sealed partial class Model
{
    private void AddKeys()
    {
        Add("del", -2, c => CountKeys(c, key => Delete(c.Client.Database, key)));
        Add("unlink", -2, c => CountKeys(c, key => Delete(c.Client.Database, key)));
        Add("exists", -2, c => CountKeys(c, key => Find(c.Client.Database, key) is not null));
        Add("touch", -2, c => CountKeys(c, key => Find(c.Client.Database, key) is not null));
        Add("type", 2, c => c.Reply.Simple(Find(c, 1)?.Type ?? "none"));
        Add("randomkey", 1, RandomKey);
        Add("keys", 2, Keys);
        Add("scan", -2, Scan);
        Add("rename", 3, c => Rename(c, onlyNew: false));
        Add("renamenx", 3, c => Rename(c, onlyNew: true));
        Add("copy", -3, Copy);
        Add("move", 3, Move);
        Add("swapdb", 3, SwapDb);
        Add("dbsize", 1, DbSize);
        Add("flushdb", -1, c => Flush(c, [c.Client.Database]));
        Add("flushall", -1, c =>
        {
            _keptFlush = false;
            Flush(c, Enumerable.Range(0, DatabaseCount));
            if (_keptFlush) NoteFlushed();
        });
        Add("object|encoding", 3, c =>
        {
            if (Find(c, 2) is { Data: not null } or { Encoding: AnyEncoding })
                c.Reply.Check(node => node.Type == '$' ? null : "not an encoding");
            else c.Reply.BulkOrNull(Find(c, 2)?.Encoding);
        });
    }

    private static void CountKeys(ModelCall c, Func<string, bool> counts) =>
        c.Reply.Integer(c.Args.Skip(1).Count(counts));

    private void RandomKey(ModelCall c)
    {
        HashSet<string> live = [.. LiveKeys(c.Client.Database)];
        if (live.Count == 0) c.Reply.Null();
        else c.Reply.Check(node => live.Contains(node.Bulk) ? null : "not a key that exists");
    }

    private void Keys(ModelCall c)
    {
        HashSet<string> wanted = [.. Matching(c.Client.Database, c[1])];
        c.Reply.Check(node => node.Type == '*' && node.Items.Count == wanted.Count
            && wanted.SetEquals(node.Items.Select(item => item.Bulk))
                ? null
                : $"not the {wanted.Count} keys that match");
    }

    private void Scan(ModelCall c)
    {
        if (!ulong.TryParse(c[1], CultureInfo.InvariantCulture, out ulong cursor))
        {
            c.Reply.Error("ERR invalid cursor");
            return;
        }

        string pattern = "*";
        long count = 10;
        string? type = null;
        for (int i = 2; i < c.Args.Length; i += 2)
        {
            bool more = i + 1 < c.Args.Length;
            if (more && Is(c, i, "COUNT"))
            {
                if (!TryInteger(c, i + 1, out count)) return;
            }
            else if (more && Is(c, i, "MATCH")) pattern = c[i + 1];
            else if (more && Is(c, i, "TYPE")) type = c[i + 1].ToLowerInvariant();
            else count = 0;
            if (count >= 1) continue;
            c.Reply.Error(SyntaxError);
            return;
        }

        int database = c.Client.Database;
        HashSet<string> may = [.. Matching(database, pattern)
            .Where(key => type is null || Find(database, key)!.Type == type)];
        bool whole = cursor == 0 && count >= 1000;
        c.Reply.Check(node => CheckScan(node, may, whole));
    }

    private static string? CheckScan(RespNode node, HashSet<string> may, bool whole)
    {
        if (node.Type != '*' || node.Items.Count != 2) return "not a cursor and an array";
        if (!ulong.TryParse(node.Items[0].Bulk, out ulong next)) return "not a cursor";
        List<string> keys = [.. node.Items[1].Items.Select(item => item.Bulk)];
        if (keys.Find(key => !may.Contains(key)) is { } odd) return $"'{odd}' does not belong here";
        if (!whole) return null;
        if (next != 0) return "one call was to be enough";
        return may.IsSubsetOf(keys) ? null : "keys are missing";
    }

    private IEnumerable<string> Matching(int database, string pattern)
    {
        // The workload's patterns have no more than *, ? and [...].
        string regex = Regex.Escape(pattern).Replace("\\*", ".*").Replace("\\?", ".")
            .Replace("\\[", "[");
        Regex matcher = new($"^{regex}$", RegexOptions.Singleline | RegexOptions.CultureInvariant);
        return LiveKeys(database).Where(key => matcher.IsMatch(key));
    }

    private void Rename(ModelCall c, bool onlyNew)
    {
        int database = c.Client.Database;
        if (Find(c, 1) is not { } value)
        {
            c.Reply.Error("ERR no such key");
            return;
        }

        bool stays = c[1] == c[2] || (onlyNew && Find(c, 2) is not null);
        if (!stays)
        {
            Delete(database, c[1]);
            Put(database, c[2], value);
        }

        if (onlyNew) c.Reply.Integer(stays ? 0 : 1);
        else c.Reply.Ok();
    }

    private void Copy(ModelCall c)
    {
        int to = c.Client.Database;
        bool replace = false;
        for (int i = 3; i < c.Args.Length; i++)
        {
            if (Is(c, i, "REPLACE")) replace = true;
            else if (Is(c, i, "DB") && i + 1 < c.Args.Length)
            {
                if (!TryDatabase(c, ++i, out to)) return;
            }
            else
            {
                c.Reply.Error(SyntaxError);
                return;
            }
        }

        if (to == c.Client.Database && c[1] == c[2])
        {
            c.Reply.Error("ERR source and destination objects are the same");
            return;
        }

        ModelValue? value = Find(c, 1);
        bool copies = value is not null && (replace || Find(to, c[2]) is null);
        if (copies) Put(to, c[2], value!);
        c.Reply.Integer(copies ? 1 : 0);
    }

    private static bool TryDatabase(ModelCall c, int arg, out int database)
    {
        database = -1;
        if (!TryInteger(c, arg, out long number)) return false;
        if (number is < 0 or >= DatabaseCount)
        {
            c.Reply.Error("ERR DB index is out of range");
            return false;
        }

        database = (int)number;
        return true;
    }

    private void Move(ModelCall c)
    {
        if (!TryDatabase(c, 2, out int to)) return;
        if (to == c.Client.Database)
        {
            c.Reply.Error("ERR source and destination objects are the same");
            return;
        }

        ModelValue? value = Find(c, 1);
        bool moves = value is not null && Find(to, c[1]) is null;
        if (moves)
        {
            Put(to, c[1], value!);
            Delete(c.Client.Database, c[1]);
        }

        c.Reply.Integer(moves ? 1 : 0);
    }

    private void SwapDb(ModelCall c)
    {
        if (!TryDatabase(c, 1, out int left) || !TryDatabase(c, 2, out int right)) return;
        c.Reply.Ok();
        if (left == right) return;
        TouchExisting(left, right);
        Changes++;
        (Databases[left], Databases[right]) = (Databases[right], Databases[left]);
        TouchExisting(left, right);
    }

    private void DbSize(ModelCall c)
    {
        Dictionary<string, ModelValue> database = Databases[c.Client.Database];
        c.Reply.Between(LiveKeys(c.Client.Database).Count(), database.Count);
    }

    private bool _keptFlush;

    private void Flush(ModelCall c, IEnumerable<int> databases)
    {
        if (c.Args.Length > 2 || (c.Args.Length == 2 && !Is(c, 1, "ASYNC") && !Is(c, 1, "SYNC")))
        {
            c.Reply.Error(SyntaxError);
            return;
        }

        _keptFlush = true;
        foreach (int database in databases)
        {
            TouchExisting(database);
            Changes++;
            Databases[database].Clear();
        }

        InvalidateAll();
        c.Reply.Ok();
    }

    private void TouchExisting(params int[] databases)
    {
        foreach (int database in databases)
        {
            foreach (string key in LiveKeys(database)) TouchWatchers(database, key);
        }
    }
}
