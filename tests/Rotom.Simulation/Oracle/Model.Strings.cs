using System;
using System.Globalization;

namespace Rotom.Simulation.Oracle;

// The string commands but the counters.
internal sealed partial class Model
{
    private void AddStrings()
    {
        Add("get", 2, c => c.Reply.BulkOrNull(Find(c, 1)?.Text));
        Add("set", -3, Set);
        Add("setnx", 3, SetNx);
        Add("setex", 4, c => SetWithTime(c, 1000));
        Add("psetex", 4, c => SetWithTime(c, 1));
        Add("getset", 3, GetSet);
        Add("getdel", 2, GetDel);
        Add("getex", -2, GetEx);
        Add("strlen", 2, c => c.Reply.Integer(Find(c, 1)?.Text.Length ?? 0));
        Add("append", 3, Append);
        Add("mget", -2, MGet);
        Add("mset", -3, c => MSet(c, onlyNew: false));
        Add("msetnx", -3, c => MSet(c, onlyNew: true));
        Add("getrange", 4, GetRange);
        Add("substr", 4, GetRange);
        Add("setrange", 4, SetRange);
    }

    private void Set(ModelCall c)
    {
        bool nx = false, xx = false, get = false, keep = false;
        int timeArg = 0;
        string unit = "";
        for (int i = 3; i < c.Args.Length; i++)
        {
            string word = c[i].ToUpperInvariant();
            bool isTime = word is "EX" or "PX" or "EXAT" or "PXAT";
            if (word == "NX" && !xx) nx = true;
            else if (word == "XX" && !nx) xx = true;
            else if (word == "GET") get = true;
            else if (word == "KEEPTTL" && timeArg == 0) keep = true;
            else if (isTime && timeArg == 0 && !keep && i + 1 < c.Args.Length)
            {
                unit = word;
                timeArg = ++i;
            }
            else
            {
                c.Reply.Error(SyntaxError);
                return;
            }
        }

        long at = -1;
        if (timeArg != 0 && !TryExpireAt(c, timeArg, unit, out at)) return;
        ModelValue? old = Find(c, 1);
        bool refused = (nx && old is not null) || (xx && old is null);
        if (get) c.Reply.BulkOrNull(old?.Text);
        else if (refused) c.Reply.Null();
        else c.Reply.Ok();
        if (!refused) Put(c, 1, c[2], keep ? old?.ExpireAtMs ?? -1 : at);
    }

    /// <summary>The absolute time of an argument, relative or not; it must be positive.</summary>
    private bool TryExpireAt(ModelCall c, int arg, string unit, out long at)
    {
        at = -1;
        if (!TryInteger(c, arg, out long value)) return false;
        bool seconds = unit is "EX" or "EXAT";
        bool relative = unit is "EX" or "PX";
        Int128 ms = (Int128)value * (seconds ? 1000 : 1);
        if (relative) ms += NowMs;
        if (value <= 0 || ms > long.MaxValue)
        {
            c.Reply.Error($"ERR invalid expire time in '{c[0].ToLowerInvariant()}' command");
            return false;
        }

        at = (long)ms;
        return true;
    }

    private void SetNx(ModelCall c)
    {
        bool sets = Find(c, 1) is null;
        if (sets) Put(c, 1, c[2]);
        c.Reply.Integer(sets ? 1 : 0);
    }

    private void SetWithTime(ModelCall c, int unitMs)
    {
        if (!TryExpireAt(c, 2, unitMs == 1 ? "PX" : "EX", out long at)) return;
        Put(c, 1, c[3], at);
        c.Reply.Ok();
    }

    private void GetSet(ModelCall c)
    {
        c.Reply.BulkOrNull(Find(c, 1)?.Text);
        Put(c, 1, c[2]);
    }

    private void GetDel(ModelCall c)
    {
        c.Reply.BulkOrNull(Find(c, 1)?.Text);
        Delete(c.Client.Database, c[1]);
    }

    private void GetEx(ModelCall c)
    {
        bool persist = false;
        int timeArg = 0;
        string unit = "";
        for (int i = 2; i < c.Args.Length; i++)
        {
            string word = c[i].ToUpperInvariant();
            bool isTime = word is "EX" or "PX" or "EXAT" or "PXAT";
            if (word == "PERSIST" && timeArg == 0) persist = true;
            else if (isTime && timeArg == 0 && !persist && i + 1 < c.Args.Length)
            {
                unit = word;
                timeArg = ++i;
            }
            else
            {
                c.Reply.Error(SyntaxError);
                return;
            }
        }

        if (Find(c, 1) is not { } value)
        {
            c.Reply.Null();
            return;
        }

        long at = -1;
        if (timeArg != 0 && !TryExpireAt(c, timeArg, unit, out at)) return;
        c.Reply.Bulk(value.Text);
        int database = c.Client.Database;
        if (timeArg != 0 && at <= NowMs) Delete(database, c[1]);
        else if (timeArg != 0) Put(database, c[1], value with { ExpireAtMs = at });
        else if (persist && value.ExpireAtMs >= 0)
        {
            Put(database, c[1], value with { ExpireAtMs = -1 });
        }
    }

    private void Append(ModelCall c)
    {
        ModelValue? old = Find(c, 1);
        if (old is null) Put(c, 1, c[2]);
        else
        {
            ModelValue longer = old with { Text = old.Text + c[2], Encoding = "raw" };
            Put(c.Client.Database, c[1], longer);
        }

        c.Reply.Integer((old?.Text.Length ?? 0) + c[2].Length);
    }

    private void MGet(ModelCall c)
    {
        c.Reply.Array(c.Args.Length - 1);
        for (int i = 1; i < c.Args.Length; i++) c.Reply.BulkOrNull(Find(c, i)?.Text);
    }

    private void MSet(ModelCall c, bool onlyNew)
    {
        if (c.Args.Length % 2 == 0)
        {
            c.Reply.Error(
                $"ERR wrong number of arguments for '{c[0].ToLowerInvariant()}' command");
            return;
        }

        bool refused = false;
        for (int i = 1; onlyNew && i < c.Args.Length; i += 2) refused |= Find(c, i) is not null;
        for (int i = 1; !refused && i < c.Args.Length; i += 2) Put(c, i, c[i + 1]);
        if (onlyNew) c.Reply.Integer(refused ? 0 : 1);
        else c.Reply.Ok();
    }

    private void GetRange(ModelCall c)
    {
        if (!TryInteger(c, 2, out long start) || !TryInteger(c, 3, out long end)) return;
        string text = Find(c, 1)?.Text ?? "";
        long length = text.Length;
        bool backwards = start < 0 && end < 0 && start > end;
        if (start < 0) start = Math.Max(0, length + start);
        if (end < 0) end = Math.Max(0, length + end);
        end = Math.Min(end, length - 1);
        bool empty = backwards || length == 0 || start > end;
        c.Reply.Bulk(empty ? "" : text[(int)start..((int)end + 1)]);
    }

    private void SetRange(ModelCall c)
    {
        if (!TryInteger(c, 2, out long offset)) return;
        if (offset < 0)
        {
            c.Reply.Error("ERR offset is out of range");
            return;
        }

        ModelValue? old = Find(c, 1);
        string text = old?.Text ?? "";
        if (c[3].Length == 0)
        {
            c.Reply.Integer(text.Length);
            return;
        }

        if (offset > (512L << 20) - c[3].Length)
        {
            c.Reply.Error("ERR string exceeds maximum allowed size (proto-max-bulk-len)");
            return;
        }

        int at = (int)offset;
        string head = text.Length >= at ? text[..at] : text.PadRight(at, '\0');
        string tail = text.Length > at + c[3].Length ? text[(at + c[3].Length)..] : "";
        string result = head + c[3] + tail;
        Put(c.Client.Database, c[1], new ModelValue(result, "raw", old?.ExpireAtMs ?? -1));
        c.Reply.Integer(result.Length);
    }

    private void AddCounters()
    {
        Add("incr", 2, c => Increment(c, 1));
        Add("decr", 2, c => Increment(c, -1));
        Add("incrby", 3, c =>
        {
            if (TryInteger(c, 2, out long by)) Increment(c, by);
        });
        Add("decrby", 3, c =>
        {
            if (!TryInteger(c, 2, out long by)) return;
            if (by == long.MinValue) c.Reply.Error("ERR decrement would overflow");
            else Increment(c, -by);
        });
        Add("incrbyfloat", 3, IncrementFloat);
    }

    private void Increment(ModelCall c, long by)
    {
        ModelValue? old = Find(c, 1);
        long value = 0;
        if (old is not null && !TryInteger(old.Text, out value))
        {
            c.Reply.Error(NotInteger);
            return;
        }

        Int128 sum = (Int128)value + by;
        if (sum > long.MaxValue || sum < long.MinValue)
        {
            c.Reply.Error("ERR increment or decrement would overflow");
            return;
        }

        Put(c, 1, ((long)sum).ToString(CultureInfo.InvariantCulture), old?.ExpireAtMs ?? -1);
        c.Reply.Integer((long)sum);
    }

    // Exact in decimal for what the workload uses: quarters of moderate size.
    private void IncrementFloat(ModelCall c)
    {
        const NumberStyles style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        ModelValue? old = Find(c, 1);
        CultureInfo plain = CultureInfo.InvariantCulture;
        if (!decimal.TryParse(old?.Text ?? "0", style, plain, out decimal value)
            || !decimal.TryParse(c[2], style, plain, out decimal by))
        {
            c.Reply.Error("ERR value is not a valid float");
            return;
        }

        string text = (value + by).ToString("0.#################", plain);
        string encoding = text.Length <= 44 ? "embstr" : "raw";
        Put(c.Client.Database, c[1], new ModelValue(text, encoding, old?.ExpireAtMs ?? -1));
        c.Reply.Bulk(text);
    }
}
