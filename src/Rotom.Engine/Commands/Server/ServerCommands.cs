using System;
using System.Text;
using Rotom.Resp;

namespace Rotom.Engine.Commands;

/// <summary>TIME DBSIZE FLUSHDB FLUSHALL SHUTDOWN INFO LOLWUT ROLE.</summary>
internal static class ServerCommands
{
    /// <summary>Returns the server time.</summary>
    [Command("TIME", Arity = 1, Since = "2.6.0", Complexity = "O(1)", Group = Group.Server,
        Flags = CommandFlags.Loading | CommandFlags.Stale | CommandFlags.Fast,
        Acl = Acl.None, Tips = "nondeterministic_output")]
    internal static void Time(ref CommandContext c)
    {
        long micros = c.Engine.Clock.UnixTimeMicros;
        c.Reply.ArrayHeader(2);
        c.Reply.BulkInteger(micros / 1_000_000);
        c.Reply.BulkInteger(micros % 1_000_000);
    }

    /// <summary>Returns the number of keys in the database.</summary>
    [Command("DBSIZE", Arity = 1, Since = "1.0.0", Complexity = "O(1)", Group = Group.Server,
        Flags = CommandFlags.ReadOnly | CommandFlags.Fast, Acl = Acl.Keyspace,
        Tips = "request_policy:all_shards response_policy:agg_sum")]
    internal static void DbSize(ref CommandContext c) => c.Reply.Integer(c.Database.Count);

    /// <summary>Removes all keys from the current database.</summary>
    [Command("FLUSHDB", Arity = -1, Since = "1.0.0",
        Complexity = "O(N) where N is the number of keys in the selected database",
        Group = Group.Server, Flags = CommandFlags.Write, KeysNone = true,
        Acl = Acl.Keyspace | Acl.Dangerous, Syntax = "[ASYNC | SYNC]",
        Tips = "request_policy:all_shards response_policy:all_succeeded")]
    internal static void FlushDb(ref CommandContext c)
    {
        if (!TryFlushMode(ref c, out bool lazy)) return;
        c.Engine.Dirty += c.Engine.Flush(c.Database, lazy);
        c.Engine.SignalFlushed();
        // Propagated even when there was nothing: a replica may hold what we do not.
        if (c.Database.Count == 0) c.Engine.Dirty++;
        c.Reply.Ok();
    }

    /// <summary>Removes all keys from all databases.</summary>
    [Command("FLUSHALL", Arity = -1, Since = "1.0.0",
        Complexity = "O(N) where N is the total number of keys in all databases",
        Group = Group.Server, Flags = CommandFlags.Write, KeysNone = true,
        Acl = Acl.Keyspace | Acl.Dangerous, Syntax = "[ASYNC | SYNC]",
        Tips = "request_policy:all_shards response_policy:all_succeeded")]
    internal static void FlushAll(ref CommandContext c)
    {
        if (!TryFlushMode(ref c, out bool lazy)) return;
        foreach (Database database in c.Engine.Databases) c.Engine.Flush(database, lazy);
        c.Engine.SignalFlushed();
        SaveNothing(c.Engine);
        c.Engine.Dirty++;
        c.Reply.Ok();
    }

    // As Redis: a snapshot of what is gone is given up, and the file on the disk is emptied where
    // snapshots are kept by themselves, so that a restart does not bring everything back.
    private static void SaveNothing(RotomEngine engine)
    {
        if (engine.Snapshots is null) return;
        engine.Snapshots.StopSaving();
        if (engine.Config.Save.Length == 0) return;
        long dirty = engine.Dirty;
        _ = engine.TrySave();
        engine.Dirty = dirty;
    }

    /// <summary>Synchronously saves the database(s) to disk and shuts down the server.</summary>
    [Command("SHUTDOWN", Arity = -1, Since = "1.0.0",
        Complexity = "O(N) when saving, where N is the total number of keys in all databases when "
            + "saving data, otherwise O(1)",
        Group = Group.Server,
        Flags = CommandFlags.Admin | CommandFlags.NoScript | CommandFlags.Loading
            | CommandFlags.Stale | CommandFlags.NoMulti | CommandFlags.AllowBusy,
        Acl = Acl.None, Syntax = "[NOSAVE | SAVE] [NOW] [FORCE] [ABORT]")]
    internal static void Shutdown(ref CommandContext c)
    {
        bool save = false, noSave = false, abort = false, now = false, force = false;
        for (int i = 1; i < c.ArgCount; i++)
        {
            if (c.Is(i, "SAVE"u8)) save = true;
            else if (c.Is(i, "NOSAVE"u8)) noSave = true;
            else if (c.Is(i, "NOW"u8)) now = true;
            else if (c.Is(i, "FORCE"u8)) force = true;
            else if (c.Is(i, "ABORT"u8)) abort = true;
            else
            {
                c.SyntaxError();
                return;
            }
        }

        if ((save && noSave) || (abort && (save || noSave || now || force)))
        {
            c.SyntaxError();
            return;
        }

        if (abort)
        {
            c.Error("ERR No shutdown in progress."u8);
            return;
        }

        if (!c.Engine.EndServing(save, noSave, force))
        {
            c.Error("ERR Errors trying to SHUTDOWN. Check logs."u8);
            return;
        }

        // No reply: the connection ends with the server, as in Redis.
        string mode = save ? "save" : noSave ? "nosave" : "";
        c.Engine.Outbox.Add(new OutboxItem(OutboxKind.Shutdown, mode, c.Client));
    }

    /// <summary>Returns information and statistics about the server.</summary>
    [Command("INFO", Arity = -1, Since = "1.0.0", Complexity = "O(1)", Group = Group.Server,
        Flags = CommandFlags.Loading | CommandFlags.Stale, Acl = Acl.Dangerous,
        Syntax = "[section...]",
        Tips = "nondeterministic_output request_policy:all_shards response_policy:special")]
    internal static void Info(ref CommandContext c)
    {
        string[] sections = new string[c.ArgCount - 1];
        for (int i = 1; i < c.ArgCount; i++) sections[i - 1] = Encoding.Latin1.GetString(c[i]);
        c.Reply.Verbatim("txt"u8, Encoding.UTF8.GetBytes(c.Engine.Info.Render(sections)));
    }

    /// <summary>Returns the replication role.</summary>
    [Command("ROLE", Arity = 1, Since = "2.8.12", Complexity = "O(1)", Group = Group.Server,
        Flags = CommandFlags.NoScript | CommandFlags.Loading | CommandFlags.Stale
            | CommandFlags.Fast,
        Acl = Acl.Admin | Acl.Dangerous)]
    internal static void Role(ref CommandContext c)
    {
        c.Reply.ArrayHeader(3);
        c.Reply.Bulk("master"u8);
        c.Reply.Integer(0);
        c.Reply.ArrayHeader(0);
    }

    private static bool TryFlushMode(ref CommandContext c, out bool lazy)
    {
        lazy = c.Engine.Config.LazyfreeLazyUserFlush;
        if (c.ArgCount == 1) return true;
        if (c.ArgCount == 2 && c.Is(1, "ASYNC"u8)) lazy = true;
        else if (c.ArgCount == 2 && c.Is(1, "SYNC"u8)) lazy = false;
        else
        {
            c.SyntaxError();
            return false;
        }

        return true;
    }
}
