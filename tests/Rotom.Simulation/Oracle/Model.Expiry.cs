using System;

namespace Rotom.Simulation.Oracle;

// The times of keys.
internal sealed partial class Model
{
    private void AddExpiry()
    {
        Add("expire", -3, c => Expire(c, 1000, relative: true));
        Add("pexpire", -3, c => Expire(c, 1, relative: true));
        Add("expireat", -3, c => Expire(c, 1000, relative: false));
        Add("pexpireat", -3, c => Expire(c, 1, relative: false));
        Add("ttl", 2, c => TimeOf(c, at => (Math.Max(0, at - NowMs) + 500) / 1000));
        Add("pttl", 2, c => TimeOf(c, at => Math.Max(0, at - NowMs)));
        Add("expiretime", 2, c => TimeOf(c, at => (at + 500) / 1000));
        Add("pexpiretime", 2, c => TimeOf(c, at => at));
        Add("persist", 2, Persist);
    }

    private void TimeOf(ModelCall c, Func<long, long> show)
    {
        ModelValue? value = Find(c, 1);
        if (value is null) c.Reply.Integer(-2);
        else if (value.ExpireAtMs < 0) c.Reply.Integer(-1);
        else c.Reply.Integer(show(value.ExpireAtMs));
    }

    private void Persist(ModelCall c)
    {
        bool had = Find(c, 1) is { ExpireAtMs: >= 0 };
        if (had) Put(c.Client.Database, c[1], Find(c, 1)! with { ExpireAtMs = -1 });
        c.Reply.Integer(had ? 1 : 0);
    }

    private void Expire(ModelCall c, int unitMs, bool relative)
    {
        if (!TryConditions(c, out bool nx, out bool xx, out bool gt, out bool lt)) return;
        if (!TryInteger(c, 2, out long value)) return;
        Int128 wide = ((Int128)value * unitMs) + (relative ? NowMs : 0);
        if (wide > long.MaxValue || wide < long.MinValue)
        {
            c.Reply.Error($"ERR invalid expire time in '{c[0].ToLowerInvariant()}' command");
            return;
        }

        long at = (long)wide;
        ModelValue? old = Find(c, 1);
        long had = old?.ExpireAtMs ?? -1;
        // No time counts as an infinite one.
        bool refused = old is null || (nx && had >= 0) || (xx && had < 0)
            || (gt && (had < 0 || at <= had)) || (lt && had >= 0 && at >= had);
        c.Reply.Integer(refused ? 0 : 1);
        if (refused) return;
        if (at <= NowMs) Delete(c.Client.Database, c[1]);
        else Put(c.Client.Database, c[1], old! with { ExpireAtMs = at });
    }

    private static bool TryConditions(
        ModelCall c, out bool nx, out bool xx, out bool gt, out bool lt)
    {
        nx = xx = gt = lt = false;
        for (int i = 3; i < c.Args.Length; i++)
        {
            if (Is(c, i, "NX")) nx = true;
            else if (Is(c, i, "XX")) xx = true;
            else if (Is(c, i, "GT")) gt = true;
            else if (Is(c, i, "LT")) lt = true;
            else
            {
                c.Reply.Error($"ERR Unsupported option {c[i]}");
                return false;
            }
        }

        if (nx && (xx || gt || lt))
        {
            c.Reply.Error("ERR NX and XX, GT or LT options at the same time are not compatible");
            return false;
        }

        if (!gt || !lt) return true;
        c.Reply.Error("ERR GT and LT options at the same time are not compatible");
        return false;
    }
}
