using System;
using System.Collections.Generic;
using Rotom.Resp;

namespace Rotom.Engine.Commands;

/// <summary>CLIENT TRACKING CACHING GETREDIR TRACKINGINFO: client-side caching.</summary>
internal static class ClientTrackingCommands
{
    private const CommandFlags Common =
        CommandFlags.NoScript | CommandFlags.Loading | CommandFlags.Stale;

    private const string AnotherMode =
        " before disabling tracking for this client, and then re-enabling it with a different "
        + "mode.";

    /// <summary>
    /// Controls server-assisted client-side caching for the connection.
    /// </summary>
    [Command("CLIENT|TRACKING", Arity = -3, Since = "6.0.0",
        Complexity = "O(1). Some options may introduce additional complexity.",
        Group = Group.Connection, Flags = Common, Acl = Acl.Connection,
        Syntax = "<ON | OFF> [REDIRECT client-id:integer] [PREFIX prefix]... [BCAST] [OPTIN] "
            + "[OPTOUT] [NOLOOP]")]
    internal static void Tracking(ref CommandContext c)
    {
        TrackingOptions options = TrackingOptions.None;
        long redirect = 0;
        List<Sds> prefixes = [];
        for (int i = 3; i < c.ArgCount; i++)
        {
            bool more = i + 1 < c.ArgCount;
            if (c.Is(i, "REDIRECT"u8) && more)
            {
                if (!ReadRedirect(ref c, ++i, ref redirect)) return;
            }
            else if (c.Is(i, "BCAST"u8)) options |= TrackingOptions.Broadcast;
            else if (c.Is(i, "OPTIN"u8)) options |= TrackingOptions.OptIn;
            else if (c.Is(i, "OPTOUT"u8)) options |= TrackingOptions.OptOut;
            else if (c.Is(i, "NOLOOP"u8)) options |= TrackingOptions.NoLoop;
            else if (c.Is(i, "PREFIX"u8) && more) prefixes.Add(new Sds(c[++i]));
            else
            {
                c.SyntaxError();
                return;
            }
        }

        if (c.Is(2, "OFF"u8))
        {
            c.Engine.StopTracking(c.Client);
        }
        else if (!c.Is(2, "ON"u8))
        {
            c.SyntaxError();
            return;
        }
        else
        {
            if (!MayStart(ref c, options, prefixes)) return;
            c.Engine.StartTracking(c.Client, options, redirect, prefixes);
        }

        c.Reply.Ok();
    }

    /// <summary>Instructs the server whether to track the keys in the next request.</summary>
    [Command("CLIENT|CACHING", Arity = 3, Since = "6.0.0", Complexity = "O(1)",
        Group = Group.Connection, Flags = Common, Acl = Acl.Connection, Syntax = "<YES | NO>")]
    internal static void Caching(ref CommandContext c)
    {
        if (c.Client.Caching is not { } caching)
        {
            c.Error("ERR CLIENT CACHING can be called only when the client is in tracking mode "
                + "with OPTIN or OPTOUT mode enabled");
            return;
        }

        bool yes = c.Is(2, "YES"u8);
        if (!yes && !c.Is(2, "NO"u8))
        {
            c.SyntaxError();
        }
        else if (!caching.Has(yes ? TrackingOptions.OptIn : TrackingOptions.OptOut))
        {
            c.Error(
                $"ERR CLIENT CACHING {(yes ? "YES" : "NO")} is only valid when tracking is "
                + $"enabled in {(yes ? "OPTIN" : "OPTOUT")} mode.");
        }
        else
        {
            caching.IsNextNamed = true;
            c.Reply.Ok();
        }
    }

    /// <summary>
    /// Returns the client ID to which the connection's tracking notifications are redirected.
    /// </summary>
    [Command("CLIENT|GETREDIR", Arity = 2, Since = "6.0.0", Complexity = "O(1)",
        Group = Group.Connection, Flags = Common, Acl = Acl.Connection)]
    internal static void GetRedir(ref CommandContext c) =>
        c.Reply.Integer(c.Client.Caching?.Redirect ?? -1);

    /// <summary>
    /// Returns information about server-assisted client-side caching for the connection.
    /// </summary>
    [Command("CLIENT|TRACKINGINFO", Arity = 2, Since = "6.2.0", Complexity = "O(1)",
        Group = Group.Connection, Flags = Common, Acl = Acl.Connection)]
    internal static void TrackingInfo(ref CommandContext c)
    {
        ClientCaching? caching = c.Client.Caching;
        List<string> flags = [caching is null ? "off" : "on"];
        if (caching is not null) AddFlags(caching, flags);
        c.Reply.MapHeader(3);
        c.Reply.Bulk("flags"u8);
        c.Reply.SetHeader(flags.Count);
        foreach (string flag in flags) c.Reply.Bulk(flag);
        c.Reply.Bulk("redirect"u8);
        c.Reply.Integer(caching?.Redirect ?? -1);
        c.Reply.Bulk("prefixes"u8);
        List<Sds> prefixes = caching is null ? [] : [.. caching.Prefixes];
        prefixes.Sort(static (a, b) => a.Span.SequenceCompareTo(b.Span));
        c.Reply.ArrayHeader(prefixes.Count);
        foreach (Sds prefix in prefixes) c.Reply.Bulk(prefix.Span);
    }

    private static void AddFlags(ClientCaching caching, List<string> flags)
    {
        if (caching.Has(TrackingOptions.Broadcast)) flags.Add("bcast");
        if (caching.Has(TrackingOptions.OptIn)) flags.Add("optin");
        if (caching.Has(TrackingOptions.OptIn) && caching.IsNextNamed) flags.Add("caching-yes");
        if (caching.Has(TrackingOptions.OptOut)) flags.Add("optout");
        if (caching.Has(TrackingOptions.OptOut) && caching.IsNextNamed) flags.Add("caching-no");
        if (caching.Has(TrackingOptions.NoLoop)) flags.Add("noloop");
        if (caching.IsRedirectBroken) flags.Add("broken_redirect");
    }

    private static bool ReadRedirect(ref CommandContext c, int at, ref long redirect)
    {
        if (redirect != 0)
        {
            c.Error("ERR A client can only redirect to a single other client"u8);
            return false;
        }

        if (!c.TryInt64(at, out redirect)) return false;
        if (c.Engine.Clients.TryGetValue(redirect, out Client? target)
            && !target.Has(ClientGate.Closing))
        {
            return true;
        }

        c.Error("ERR The client ID you want redirect to does not exist"u8);
        return false;
    }

    private static bool MayStart(
        ref CommandContext c, TrackingOptions options, List<Sds> prefixes)
    {
        const TrackingOptions opt = TrackingOptions.OptIn | TrackingOptions.OptOut;
        bool broadcast = (options & TrackingOptions.Broadcast) != 0;
        ClientCaching? before = c.Client.Caching;
        TrackingOptions other = (options & TrackingOptions.OptIn) != 0
            ? TrackingOptions.OptOut
            : (options & TrackingOptions.OptOut) != 0 ? TrackingOptions.OptIn : default;
        if (!broadcast && prefixes.Count > 0)
        {
            c.Error("ERR PREFIX option requires BCAST mode to be enabled"u8);
        }
        else if (before is not null && before.Has(TrackingOptions.Broadcast) != broadcast)
        {
            c.Error("ERR You can't switch BCAST mode on/off" + AnotherMode);
        }
        else if (broadcast && (options & opt) != 0)
        {
            c.Error("ERR OPTIN and OPTOUT are not compatible with BCAST"u8);
        }
        else if ((options & opt) == opt)
        {
            c.Error("ERR You can't specify both OPTIN mode and OPTOUT mode"u8);
        }
        else if (before is not null && before.Has(other))
        {
            c.Error("ERR You can't switch OPTIN/OPTOUT mode" + AnotherMode);
        }
        else
        {
            return !broadcast || PrefixesAreApart(ref c, before, prefixes);
        }

        return false;
    }

    // One key must not be told of twice.
    private static bool PrefixesAreApart(
        ref CommandContext c, ClientCaching? before, List<Sds> prefixes)
    {
        for (int i = 0; i < prefixes.Count; i++)
        {
            foreach (Sds old in before?.Prefixes ?? [])
            {
                if (!Overlap(prefixes[i], old)) continue;
                c.Error($"ERR Prefix '{prefixes[i]}' overlaps with an existing prefix '{old}'. "
                    + "Prefixes for a single client must not overlap.");
                return false;
            }

            for (int j = i + 1; j < prefixes.Count; j++)
            {
                if (!Overlap(prefixes[i], prefixes[j])) continue;
                c.Error($"ERR Prefix '{prefixes[i]}' overlaps with another provided prefix "
                    + $"'{prefixes[j]}'. Prefixes for a single client must not overlap.");
                return false;
            }
        }

        return true;
    }

    private static bool Overlap(Sds a, Sds b)
    {
        int shorter = Math.Min(a.Length, b.Length);
        return a.Span[..shorter].SequenceEqual(b.Span[..shorter]);
    }
}
