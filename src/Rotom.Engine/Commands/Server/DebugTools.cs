using System;
using System.Text;
using Rotom.Engine.Memory;
using Rotom.Resp;

namespace Rotom.Engine.Commands;

/// <summary>The sub-commands of DEBUG that look into values or turn something on and off.</summary>
internal static class DebugTools
{
    /// <summary>Their part of DEBUG HELP.</summary>
    internal static readonly string[] HelpLines =
    [
        "AOF-FLUSH-SLEEP <microseconds>", "    Hold up each write of the append-only file.",
        "CHANGE-REPL-ID", "    Take a new replication ID.",
        "HTSTATS <dbid>", "    Show how full the hash tables of a database are.",
        "HTSTATS-KEY <key>", "    The same for the hash table that the key holds.",
        "LISTPACK <key>", "    Write to the log how the listpack that the key holds is built.",
        "PAUSE-CRON <0|1>", "    Stop or restart the periodic work.",
        "REPLYBUFFER PEAK-RESET-TIME <NEVER|RESET|time>", "REPLYBUFFER RESIZING <0|1>",
        "    Accepted for tests: replies share their buffers, so there is nothing to resize.",
        "SET-DISABLE-DENY-SCRIPTS <0|1>", "    Let scripts call commands that deny scripts.",
        "STRINGMATCH-LEN <length> <pattern>",
        "    Match the pattern against so many letters a; 1 if it matches.",
    ];

    /// <summary>The longest that a write of the journal is held up: ten seconds.</summary>
    private const long WriteDelayMicrosecondsMax = 10_000_000;

    /// <summary>The longest text that is made up to be matched.</summary>
    private const long MatchLengthMax = 1 << 20;

    /// <summary>False when it is no sub-command of these, or has another number of words.</summary>
    internal static bool TryRun(ref CommandContext c)
    {
        int words = c.ArgCount;
        if (c.Is(1, "HTSTATS"u8) && words == 3) TableStats(ref c);
        else if (c.Is(1, "HTSTATS-KEY"u8) && words == 3) ValueStats(ref c);
        else if (c.Is(1, "LISTPACK"u8) && words == 3) ListpackStats(ref c);
        else if (c.Is(1, "AOF-FLUSH-SLEEP"u8) && words == 3) AofFlushSleep(ref c);
        else if (c.Is(1, "CHANGE-REPL-ID"u8) && words == 2) ChangeReplicationId(ref c);
        else if (c.Is(1, "REPLYBUFFER"u8) && words == 4) ReplyBuffer(ref c);
        else if (c.Is(1, "STRINGMATCH-LEN"u8) && words == 4) StringMatch(ref c);
        else if (c.Is(1, "PAUSE-CRON"u8) && words == 3)
        {
            c.Engine.CronPaused = IsOn(in c);
            c.Reply.Ok();
        }
        else if (c.Is(1, "SET-DISABLE-DENY-SCRIPTS"u8) && words == 3)
        {
            c.Engine.ScriptsMayCallAll = IsOn(in c);
            c.Reply.Ok();
        }
        else
        {
            return false;
        }

        return true;
    }

    // As atoi: what is no number is 0.
    private static bool IsOn(in CommandContext c) => Numbers.TryParse(c[2], out long on) && on != 0;

    private static void TableStats(ref CommandContext c)
    {
        if (!c.TryInt64(2, out long index)) return;
        if (index < 0 || index >= c.Engine.Databases.Length)
        {
            c.Error("ERR Out of range database"u8);
            return;
        }

        (TableReport keys, TableReport expiring) = c.Engine.Databases[index].Table.Report();
        string text = "[Dictionary HT]\nHash table 0 stats (main hash table):\n" + keys.Text()
            + "[Expires HT]\nHash table 0 stats (main hash table):\n" + expiring.Text();
        c.Reply.Verbatim("txt"u8, Encoding.ASCII.GetBytes(text));
    }

    private static void ValueStats(ref CommandContext c)
    {
        if (!TryFind(ref c, out Entry entry)) return;
        TableReport? report = entry.Type == ObjectType.String
            ? null
            : c.Engine.Payloads.Report(entry.Type, entry.Encoding, entry.Payload);
        if (report is null)
        {
            c.Error("ERR The value stored at the specified key is not represented using an hash "u8
                + "table"u8);
            return;
        }

        string text = "Hash table 0 stats (main hash table):\n" + report.Text();
        c.Reply.Verbatim("txt"u8, Encoding.ASCII.GetBytes(text));
    }

    private static void ListpackStats(ref CommandContext c)
    {
        if (!TryFind(ref c, out Entry entry)) return;
        if (entry.Encoding != ObjectEncoding.Listpack)
        {
            c.Error("ERR Not a listpack encoded object."u8);
            return;
        }

        long bytes = c.Engine.Payloads.MemoryBytes(entry.Type, entry.Encoding, entry.Payload);
        c.Engine.Outbox.Add(new OutboxItem(
            OutboxKind.Debug,
            $"DEBUG LISTPACK: a {entry.Type} in a block of {bytes} bytes", c.Client));
        c.Reply.Simple("Listpack structure printed on stdout"u8);
    }

    private static void AofFlushSleep(ref CommandContext c)
    {
        if (!c.TryRange(2, 0, WriteDelayMicrosecondsMax, out long micros)) return;
        c.Engine.JournalWriteDelayMicroseconds = (int)micros;
        c.Reply.Ok();
    }

    private static void ChangeReplicationId(ref CommandContext c)
    {
        c.Engine.NewReplicationId();
        c.Reply.Ok();
    }

    private static void ReplyBuffer(ref CommandContext c)
    {
        long time = 0;
        bool isTime = c.Is(2, "PEAK-RESET-TIME"u8);
        if (!isTime && !c.Is(2, "RESIZING"u8))
        {
            c.SyntaxError();
            return;
        }

        bool isWord = isTime && (c.Is(3, "NEVER"u8) || c.Is(3, "RESET"u8));
        if (isWord || c.TryInt64(3, out time)) c.Reply.Ok();
    }

    private static void StringMatch(ref CommandContext c)
    {
        if (!c.TryRange(2, 0, MatchLengthMax, out long length)) return;
        byte[] text = new byte[length];
        text.AsSpan().Fill((byte)'a');
        c.Reply.Integer(Glob.Matches(c[3], text, false) ? 1 : 0);
    }

    private static bool TryFind(ref CommandContext c, out Entry entry)
    {
        ReadOnlySpan<byte> name = c[2];
        entry = c.Database.Peek(new Key(name, c.Engine.Hash(name)));
        if (!entry.IsNull) return true;
        c.Error(Errors.NoSuchKey);
        return false;
    }
}
