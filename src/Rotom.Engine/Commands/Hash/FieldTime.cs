using System;
using System.Collections.Generic;
using Rotom.Engine.Memory;
using Rotom.Resp;

namespace Rotom.Engine.Commands;

/// <summary>Reads times to live of fields, with Redis' bounds and errors.</summary>
internal static class FieldTime
{
    /// <summary>Reads an argument as an absolute unix time in milliseconds.</summary>
    internal static bool TryRead(
        ref CommandContext c, int arg, bool relative, bool seconds, out long atMs)
    {
        if (!c.TryInt64(arg, out atMs)) return false;
        if (atMs < 0)
        {
            c.Error("ERR invalid expire time, must be >= 0"u8);
            return false;
        }

        long unit = seconds ? 1000 : 1;
        long from = relative ? c.NowMs : 0;
        if (atMs > (FieldMap.TimeMax - from) / unit)
        {
            Errors.InvalidExpire(c.Engine.DraftError(), c.Command.FullNameBytes);
            c.Error(c.Engine.DraftedError);
            return false;
        }

        atMs = (atMs * unit) + from;
        return true;
    }
}

// A time given to some fields of one hash: they are told of in one event and one effect.

/// <summary>Gives fields a time to live, or removes them if it is past.</summary>
internal ref struct FieldTimes
{
    private readonly Entry _entry;
    private readonly long _atMs;
    private readonly List<int> _given;

    internal FieldTimes(in CommandContext c, Key key, Entry entry, long atMs)
    {
        _entry = entry;
        _atMs = Math.Max(1, atMs);
        _given = c.Engine.ScratchArgs();
        IsPast = ExpireTime.IsPast(in c, atMs);
        Map = HashValue.OpenToWrite(in c, key, entry);
    }

    /// <summary>The hash.</summary>
    internal FieldMap Map;

    /// <summary>True when fields are removed instead.</summary>
    internal readonly bool IsPast { get; }

    /// <summary>Gives a field that is there the time.</summary>
    /// <param name="c">The command.</param>
    /// <param name="arg">The argument that names the field.</param>
    internal void Give(in CommandContext c, int arg)
    {
        _given.Add(arg);
        if (IsPast) Map.Remove(c[arg]);
        else Map.SetExpire(c[arg], _atMs);
    }

    /// <summary>Stores the hash and tells of it.</summary>
    internal readonly void End(in CommandContext c, Key key)
    {
        if (_given.Count == 0) return;
        Entry entry = HashValue.Store(in c, key, _entry, in Map);
        Propagate(in c, key);
        c.Engine.Dirty += _given.Count;
        c.SignalModified(key);
        c.Notify(NotifyClass.Hash, IsPast ? "hdel"u8 : "hexpire"u8, key);
        if (IsPast) HashValue.DropIfEmpty(in c, key, entry, in Map);
    }

    private readonly void Propagate(in CommandContext c, Key key)
    {
        EffectWriter effect = IsPast
            ? c.PropagateInstead(2 + _given.Count).Word("HDEL"u8).Word(key.Bytes)
            : c.PropagateInstead(5 + _given.Count).Word("HPEXPIREAT"u8).Word(key.Bytes)
                .Word(_atMs).Word("FIELDS"u8).Word(_given.Count);
        foreach (int arg in _given) effect.Word(c[arg]);
    }
}
