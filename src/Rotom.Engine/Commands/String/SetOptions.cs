using System;
using Rotom.Resp;

namespace Rotom.Engine.Commands;

/// <summary>The options that SET and GETEX share: conditions, GET, and the time to live.</summary>
internal struct SetOptions
{
    private int _expireArg;
    private bool _relative;
    private bool _seconds;

    /// <summary>Which options a command takes.</summary>
    [Flags]
    internal enum Allowed
    {
        /// <summary>NX XX GET KEEPTTL and the times.</summary>
        Set = 1,

        /// <summary>PERSIST and the times.</summary>
        GetEx = 2,

        /// <summary>NX XX KEEPTTL and the times.</summary>
        MSetEx = 3,
    }

    internal bool OnlyIfAbsent { get; private set; }

    internal bool OnlyIfPresent { get; private set; }

    internal ValueCondition Condition { get; private set; }

    internal bool Get { get; private set; }

    internal bool KeepTtl { get; private set; }

    internal bool Persist { get; private set; }

    internal readonly bool HasExpiry => _expireArg != 0;

    /// <summary>Reads the options from an argument on; false when an error was answered.</summary>
    internal bool Read(ref CommandContext c, int from, Allowed allowed)
    {
        bool set = allowed != Allowed.GetEx;
        bool one = allowed == Allowed.Set;
        for (int i = from; i < c.ArgCount; i++)
        {
            bool more = i + 1 < c.ArgCount;
            bool free = !OnlyIfAbsent && !OnlyIfPresent && !Condition.IsGiven;
            if (set && c.Is(i, "NX"u8) && (free || OnlyIfAbsent)) OnlyIfAbsent = true;
            else if (set && c.Is(i, "XX"u8) && (free || OnlyIfPresent)) OnlyIfPresent = true;
            else if (one && free && ValueCondition.TryRead(in c, i, out ValueCondition condition))
            {
                Condition = condition;
                i++;
            }
            else if (one && c.Is(i, "GET"u8)) Get = true;
            else if (set && c.Is(i, "KEEPTTL"u8) && !HasExpiry && !Persist) KeepTtl = true;
            else if (!set && c.Is(i, "PERSIST"u8) && !HasExpiry) Persist = true;
            else if (!KeepTtl && !Persist && more && ReadTime(ref c, i)) i++;
            else
            {
                c.SyntaxError();
                return false;
            }
        }

        return !Condition.IsGiven || Condition.IsWellFormed(in c);
    }

    /// <summary>The absolute time in unix milliseconds; false when an error was answered.</summary>
    internal readonly bool TryExpireAt(ref CommandContext c, out long atMs)
    {
        atMs = 0;
        return _expireArg == 0
            || ExpireTime.TryRead(ref c, _expireArg, _relative, _seconds, positive: true, out atMs);
    }

    // The same unit may be given again, and the last one counts; two units exclude each other.
    private bool ReadTime(ref CommandContext c, int i)
    {
        bool relative = c.Is(i, "EX"u8) || c.Is(i, "PX"u8);
        bool seconds = c.Is(i, "EX"u8) || c.Is(i, "EXAT"u8);
        if (!relative && !seconds && !c.Is(i, "PXAT"u8)) return false;
        if (HasExpiry && (relative != _relative || seconds != _seconds)) return false;
        _relative = relative;
        _seconds = seconds;
        _expireArg = i + 1;
        return true;
    }
}
