using System;
using System.Globalization;
using System.Text;
using Rotom.Engine.Config;
using Rotom.Engine.Memory;
using Rotom.Resp;

namespace Rotom.Engine.Commands;

// DEBUG: what tests of clients and of the server need to see or to bring about. It is refused
// unless enable-debug-command allows it, also at the moment when a transaction would queue it. A
// sub-command with a wrong number of words is as unknown as any other, as in Redis.

/// <summary>DEBUG.</summary>
internal static class DebugCommand
{
    private const string NotAllowed =
        "ERR DEBUG command not allowed. If the enable-debug-command option is set to \"local\", "
        + "you can run it from a local connection, otherwise you need to set this option in the "
        + "configuration file, and then restart the server.";

    /// <summary>The longest DEBUG SLEEP: a day.</summary>
    private const double SleepSecondsMax = 86_400;

    private static readonly string[] s_help =
    [
        "DEBUG <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
        "CONFIG-REWRITE-FORCE-ALL",
        "    As CONFIG REWRITE, with the settings at their default too.",
        "DIGEST", "    A hash of all databases; equal contents have equal hashes.",
        "DIGEST-VALUE <key> [<key> ...]", "    A hash of the value of each key.",
        "ERROR <string>", "    Answer the string as an error.",
        "LOADAOF", "    Empty the databases and load the append-only files.",
        "LOG <message>", "    Write the message to the server's log.",
        "OBJECT <key>", "    Show how the value of the key is kept.",
        "POPULATE <count> [<prefix>] [<size>]",
        "    Create string keys named <prefix>:<number>, prefix 'key' by default. They are not",
        "    propagated.",
        "PROTOCOL <type>",
        "    Answer a test value: string, integer, double, bignum, null, array, set, map, attrib,",
        "    push, verbatim, true or false.",
        "RELOAD [option ...]",
        "    Save the databases, empty them and load them again. Options: MERGE lets keys that are",
        "    there be replaced, NOFLUSH does not empty them, NOSAVE loads the file as it is.",
        "SET-ACTIVE-EXPIRE <0|1>",
        "    Stop or restart the search for expired keys that nobody asks for.",
        "SET-SKIP-CHECKSUM-VALIDATION <0|1>",
        "    Believe whatever checksum the payload of a RESTORE has.",
        "SLEEP <seconds>", "    Stop the server for so long. Decimals are allowed.",
        "HELP", "    Print this help.",
    ];

    /// <summary>A container for debugging commands.</summary>
    [Command("DEBUG", Arity = -2, Since = "1.0.0", Complexity = "Depends on subcommand.",
        Group = Group.Server,
        Flags = CommandFlags.Admin | CommandFlags.NoScript | CommandFlags.Loading
            | CommandFlags.Stale | CommandFlags.Protected,
        Acl = Acl.None, Syntax = "subcommand [arg...]")]
    internal static void Debug(ref CommandContext c)
    {
        if (!MayRun(c.Engine.Config, c.Client))
        {
            c.Error(NotAllowed);
            return;
        }

        if (c.Engine.IsLoading && TouchesData(in c))
        {
            c.Error(Errors.Loading);
            return;
        }

        int words = c.ArgCount;
        if (c.Is(1, "SLEEP"u8) && words == 3) Sleep(ref c);
        else if (c.Is(1, "OBJECT"u8) && words == 3) Object(ref c);
        else if (c.Is(1, "SET-ACTIVE-EXPIRE"u8) && words == 3) SetActiveExpire(ref c);
        else if (c.Is(1, "QUICKLIST-PACKED-THRESHOLD"u8) && words == 3) PackedThreshold(ref c);
        else if (c.Is(1, "SET-SKIP-CHECKSUM-VALIDATION"u8) && words == 3) SkipChecksums(ref c);
        else if (c.Is(1, "RELOAD"u8)) DebugReload.Run(ref c);
        else if (c.Is(1, "CONFIG-REWRITE-FORCE-ALL"u8) && words == 2)
            ConfigCommands.RewriteFile(ref c, all: true);
        else if (c.Is(1, "LOG"u8) && words == 3) Log(ref c);
        else if (c.Is(1, "ERROR"u8) && words == 3) c.Error(c[2]);
        else if (c.Is(1, "PROTOCOL"u8) && words == 3) DebugProtocol.Reply(ref c);
        else if (c.Is(1, "POPULATE"u8) && words is >= 3 and <= 5) Populate(ref c);
        else if (c.Is(1, "DIGEST"u8) && words == 2) c.Reply.Simple(DatasetDigest.OfAll(c.Engine));
        else if (c.Is(1, "DIGEST-VALUE"u8) && words >= 2) DigestValues(ref c);
        else if (c.Is(1, "LOADAOF"u8) && words == 2) LoadAof(ref c);
        else if (c.Is(1, "HELP"u8) && words == 2) Help(ref c);
        else if (!DebugTools.TryRun(ref c) && !DebugFault.TryRun(ref c))
        {
            Errors.UnknownSubcommandOrArity(c.Engine.DraftError(), "DEBUG"u8, c[1]);
            c.Error(c.Engine.DraftedError);
        }
    }

    // The others may be run while data is being loaded, and two loads at once may not.
    private static bool TouchesData(in CommandContext c) =>
        c.Is(1, "LOADAOF"u8) || c.Is(1, "RELOAD"u8) || c.Is(1, "POPULATE"u8);

    /// <summary>True when the setting lets this client debug.</summary>
    internal static bool MayRun(ServerConfig config, Client client) =>
        config.EnableDebugCommand == DangerousAccess.Yes
        || (config.EnableDebugCommand == DangerousAccess.Local && client.Link.IsLoopback);

    /// <summary>What a client hears whom the setting does not let debug.</summary>
    internal static ReadOnlySpan<byte> NotAllowedText => Encoding.ASCII.GetBytes(NotAllowed);

    private static void Sleep(ref CommandContext c)
    {
        if (Numbers.TryParse(c[2], out double seconds) && seconds > 0)
        {
            c.Engine.Clock.Pause((long)(Math.Min(seconds, SleepSecondsMax) * 1e6));
            // Inside EXEC time stands still, whatever its commands take.
            if (!c.Client.Has(ClientGate.InExec)) c.Engine.BeginTurn();
        }

        c.Reply.Ok();
    }

    private static void SetActiveExpire(ref CommandContext c)
    {
        c.Engine.ExpireCycle.Enabled = Numbers.TryParse(c[2], out long on) && on != 0;
        c.Reply.Ok();
    }

    // From how many bytes on an element of a list has a node for itself; "0" for the usual.
    private static void PackedThreshold(ref CommandContext c)
    {
        ReadOnlySpan<byte> size = c[2];
        if (size.Length > 1 && (size[^1] | 0x20) == 'b') size = size[..^1];
        if (!Numbers.TryParse(size, out long bytes) || bytes < 0 || bytes > 1 << 30)
        {
            c.Error("ERR argument must be a memory value bigger than 1 and smaller than 4gb"u8);
            return;
        }

        c.Engine.Config.ListPackedThreshold = (int)bytes;
        c.Reply.Ok();
    }

    private static void SkipChecksums(ref CommandContext c)
    {
        c.Engine.DumpPayload.ChecksChecksums = !Numbers.TryParse(c[2], out long skip) || skip == 0;
        c.Reply.Ok();
    }

    private static void Log(ref CommandContext c)
    {
        string text = "DEBUG LOG: " + Encoding.Latin1.GetString(c[2]);
        c.Engine.Outbox.Add(new OutboxItem(OutboxKind.Debug, text, c.Client));
        c.Reply.Ok();
    }

    private static void Object(ref CommandContext c)
    {
        ReadOnlySpan<byte> name = c[2];
        Entry entry = c.Database.Peek(new Key(name, c.Engine.Hash(name)));
        if (entry.IsNull)
        {
            c.Error(Errors.NoSuchKey);
            return;
        }

        long idle = c.Engine.UsesLfu ? 0 : Lru.IdleMs(entry.Lru, c.Engine.LruClock) / 1000;
        string encoding = Encoding.ASCII.GetString(ObjectNames.EncodingName(entry.Encoding));
        string text = string.Create(
            CultureInfo.InvariantCulture,
            $"Value at:{entry.Block} refcount:1 encoding:{encoding} "
            + $"serializedlength:{SerializedLength(c.Engine, entry)} "
            + $"lru:{entry.Lru} lru_seconds_idle:{idle}");
        c.Reply.Simple(Encoding.ASCII.GetBytes(text));
    }

    // As a snapshot holds a string, compression left aside; of a collection its blocks.
    private static long SerializedLength(RotomEngine engine, Entry entry)
    {
        if (entry.Type != ObjectType.String)
        {
            return engine.Payloads.MemoryBytes(entry.Type, entry.Encoding, entry.Payload, 5);
        }

        if (!entry.IsInt)
        {
            int length = entry.StringLength;
            return length + (length < 64 ? 1 : length < 16_384 ? 2 : 5);
        }

        return entry.Int switch
        {
            >= sbyte.MinValue and <= sbyte.MaxValue => 2,
            >= short.MinValue and <= short.MaxValue => 3,
            >= int.MinValue and <= int.MaxValue => 5,
            long value => value.ToString(CultureInfo.InvariantCulture).Length + 1,
        };
    }

    private static void Populate(ref CommandContext c)
    {
        long size = 0;
        if (!c.TryRange(2, 0, long.MaxValue, out long count)
            || (c.ArgCount == 5 && !c.TryRange(4, 0, long.MaxValue, out size))
            || !StringValue.FitsLimit(ref c, size))
        {
            return;
        }

        ReadOnlySpan<byte> prefix = c.ArgCount > 3 ? c[3] : "key"u8;
        byte[] padded = new byte[size];
        for (long i = 0; i < count; i++)
        {
            byte[] number = Encoding.ASCII.GetBytes(i.ToString(CultureInfo.InvariantCulture));
            byte[] name = [.. prefix, (byte)':', .. number];
            Key key = new(name, c.Engine.Hash(name));
            if (!c.Database.LookupWrite(key).IsNull) continue;
            byte[] value = [.. "value:"u8, .. number];
            if (size != 0)
            {
                value.AsSpan(0, Math.Min(value.Length, padded.Length)).CopyTo(padded);
                value = padded;
            }

            c.Database.SetRaw(key, value);
            c.SignalModified(key);
        }

        c.Reply.Ok();
    }

    private static void DigestValues(ref CommandContext c)
    {
        c.Reply.ArrayHeader(c.ArgCount - 2);
        for (int i = 2; i < c.ArgCount; i++)
        {
            ReadOnlySpan<byte> name = c[i];
            Entry entry = c.Database.Peek(new Key(name, c.Engine.Hash(name)));
            c.Reply.Simple(DatasetDigest.OfValue(c.Engine, entry));
        }
    }

    private static void LoadAof(ref CommandContext c)
    {
        if (c.Engine.Journal?.Reload() == true) c.Reply.Ok();
        else c.Error("ERR Error trying to load the AOF files, check server logs"u8);
    }

    private static void Help(ref CommandContext c)
    {
        string[] lines =
        [
            .. s_help[..^2], .. DebugTools.HelpLines, .. DebugFault.HelpLines, .. s_help[^2..],
        ];
        c.Reply.ArrayHeader(lines.Length);
        foreach (string line in lines) c.Reply.Simple(Encoding.ASCII.GetBytes(line));
    }
}
