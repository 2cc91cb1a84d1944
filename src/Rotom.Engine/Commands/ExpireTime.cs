using Rotom.Engine.Memory;
using Rotom.Resp;

namespace Rotom.Engine.Commands;

/// <summary>Reads times to live in all their forms, with Redis' bounds and errors.</summary>
internal static class ExpireTime
{
    /// <summary>Reads an argument as an absolute unix time in milliseconds.</summary>
    /// <param name="c">The command.</param>
    /// <param name="arg">The argument.</param>
    /// <param name="relative">From now on, else since 1970.</param>
    /// <param name="seconds">In seconds, else in milliseconds.</param>
    /// <param name="positive">Zero and less is an error (SET EX), else allowed (EXPIRE).</param>
    /// <param name="atMs">The time.</param>
    /// <returns>False when an error was answered.</returns>
    internal static bool TryRead(
        ref CommandContext c, int arg, bool relative, bool seconds, bool positive, out long atMs)
    {
        if (!c.TryInt64(arg, out atMs)) return false;
        if (positive && atMs <= 0) return Refuse(ref c);
        if (seconds)
        {
            if (atMs is > long.MaxValue / 1000 or < long.MinValue / 1000) return Refuse(ref c);
            atMs *= 1000;
        }

        if (!relative) return true;
        if (atMs > long.MaxValue - c.NowMs) return Refuse(ref c);
        atMs += c.NowMs;
        return true;
    }

    /// <summary>
    /// True when a time to be set has come already, so that the key is deleted instead; never while
    /// the data set is loaded, where times only pass once all is there.
    /// </summary>
    internal static bool IsPast(in CommandContext c, long atMs) =>
        atMs <= c.NowMs && !c.Engine.IsLoading;

    /// <summary>
    /// Deletes a key that was given a time that has passed, and propagates just that.
    /// </summary>
    internal static void DeleteNow(ref CommandContext c, Entry entry, Key key)
    {
        bool lazy = c.Engine.Config.LazyfreeLazyExpire;
        c.Database.Drop(entry, key, lazy);
        c.Changed(key, NotifyClass.Generic, "del"u8);
        c.PropagateInstead(2).Word(lazy ? "UNLINK"u8 : "DEL"u8).Word(key.Bytes);
    }

    private static bool Refuse(ref CommandContext c)
    {
        Errors.InvalidExpire(c.Engine.DraftError(), c.Command.FullNameBytes);
        c.Error(c.Engine.DraftedError);
        return false;
    }
}
