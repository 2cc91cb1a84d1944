using System;
using System.Text;
using Rotom.Engine.Memory;
using Rotom.Engine.Persist;
using Rotom.Resp;

namespace Rotom.Engine.Commands;

// DUMP and RESTORE: a value as bytes and back, under any name. RESTORE believes nothing: the value
// is built and proven aside, and only then does the key change.

/// <summary>DUMP RESTORE.</summary>
internal static class DumpCommands
{
    private const string PerSize =
        "O(1) to access the key and additional O(N*M) to serialize it, where N is the number of "
        + "Redis objects composing the value and M their average size. For small string values the "
        + "time complexity is thus O(1)+O(1*M) where M is small, so simply O(1).";

    private const string PerSizeBack =
        "O(1) to create the new key and additional O(N*M) to reconstruct the serialized value, "
        + "where N is the number of Redis objects composing the value and M their average size. "
        + "For small string values the time complexity is thus O(1)+O(1*M) where M is small, so "
        + "simply O(1). However for sorted set values the complexity is O(N*M*log(N)) because "
        + "inserting values into sorted sets is O(log(N)).";

    /// <summary>
    /// Returns a serialized version of the value stored at the specified key.
    /// </summary>
    [Command("DUMP", Arity = 2, Since = "2.6.0", Complexity = PerSize, Group = Group.Generic,
        Flags = CommandFlags.ReadOnly, Acl = Acl.Keyspace, Syntax = "key",
        Tips = "nondeterministic_output")]
    [Key(1, Access.Read)]
    internal static void Dump(ref CommandContext c)
    {
        Entry entry = c.Database.LookupRead(c.Key(0), c.Client);
        if (entry.IsNull) c.Reply.Null();
        else c.Reply.Bulk(c.Engine.DumpPayload.Make(entry));
    }

    /// <summary>
    /// Create a key using the provided serialized value, previously obtained using DUMP.
    /// </summary>
    [Command("RESTORE", Arity = -4, Since = "2.6.0", Complexity = PerSizeBack,
        Group = Group.Generic, Flags = CommandFlags.Write | CommandFlags.DenyOom,
        Acl = Acl.Keyspace | Acl.Dangerous,
        Syntax = "key ttl:integer serialized-value:string [REPLACE@3.0.0] [ABSTTL@5.0.0] "
            + "[IDLETIME@5.0.0 seconds:integer] [FREQ@5.0.0 frequency:integer]")]
    [Key(1, Access.OW | Access.Update)]
    internal static void Restore(ref CommandContext c)
    {
        if (!TryOptions(ref c, out Options options)) return;
        Key key = c.Key(0);
        Entry old = c.Database.LookupWrite(key);
        if (!old.IsNull && !options.Replace)
        {
            c.Error(Errors.BusyKey);
            return;
        }

        if (!c.TryInt64(2, out long ttl)) return;
        if (ttl < 0)
        {
            c.Error("ERR Invalid TTL value, must be >= 0"u8);
            return;
        }

        if (!c.Engine.DumpPayload.TryOpen(c[3], out ReadOnlySpan<byte> body))
        {
            c.Error("ERR DUMP payload version or checksum are wrong"u8);
            return;
        }

        RdbReader reader = c.Engine.PayloadReader;
        reader.Open(body);
        RdbType type = (RdbType)reader.Byte();
        if (c.Engine.ValueReader.Read(reader, type, out RdbValue value) != RdbLoad.Loaded)
        {
            c.Error("ERR Bad data format"u8);
            c.Engine.NoteUnreadable(
                Encoding.Latin1.GetString(key.Bytes), reader.Failure ?? "it is empty");
            return;
        }

        if (ttl > 0 && !options.Absolute) ttl = unchecked(ttl + c.NowMs);
        Put(ref c, key, old, in value, ttl, in options);
    }

    private static void Put(
        ref CommandContext c, Key key, Entry old, in RdbValue value, long atMs,
        in Options options)
    {
        if (!old.IsNull)
        {
            c.Database.Drop(old, key, c.Engine.Config.LazyfreeLazyServerDel);
        }

        if (atMs != 0 && ExpireTime.IsPast(in c, atMs))
        {
            // A value whose time is over is not there; what it would have replaced is gone too.
            c.Engine.ValueReader.Free(in value);
            if (!old.IsNull)
            {
                bool lazy = c.Engine.Config.LazyfreeLazyServerDel;
                c.PropagateInstead(2).Word(lazy ? "UNLINK"u8 : "DEL"u8).Word(key.Bytes);
                c.Changed(key, NotifyClass.Generic, "del"u8);
            }

            c.Reply.Ok();
            return;
        }

        Entry entry = RdbValueReader.Store(c.Database, key, in value);
        if (atMs != 0)
        {
            entry = c.Database.SetExpire(entry, key, atMs);
            if (!options.Absolute) PropagateAbsolute(in c, atMs);
        }

        SetUse(in c, entry, in options);
        c.Changed(key, NotifyClass.Generic, "restore"u8);
        c.Reply.Ok();
    }

    private static void SetUse(in CommandContext c, Entry entry, in Options options)
    {
        RotomEngine engine = c.Engine;
        if (engine.UsesLfu && options.Frequency >= 0)
        {
            entry.Lru = Lfu.WithCounter(engine.NowMs, (uint)options.Frequency);
        }
        else if (!engine.UsesLfu && options.IdleSeconds >= 0)
        {
            entry.Lru = Lru.Idle(engine.LruClock, options.IdleSeconds);
        }
    }

    // A replay must not begin the time to live anew.
    private static void PropagateAbsolute(in CommandContext c, long atMs)
    {
        EffectWriter effect = c.PropagateInstead(c.ArgCount + 1);
        effect.Word("RESTORE"u8).Word(c[1]).Word(atMs).Word(c[3]);
        for (int i = 4; i < c.ArgCount; i++) effect.Word(c[i]);
        effect.Word("ABSTTL"u8);
    }

    private struct Options()
    {
        public bool Replace;
        public bool Absolute;
        public long IdleSeconds = -1;
        public long Frequency = -1;
    }

    private static bool TryOptions(ref CommandContext c, out Options options)
    {
        options = new Options();
        for (int i = 4; i < c.ArgCount; i++)
        {
            bool more = i + 1 < c.ArgCount;
            if (c.Is(i, "REPLACE"u8))
            {
                options.Replace = true;
            }
            else if (c.Is(i, "ABSTTL"u8))
            {
                options.Absolute = true;
            }
            else if (c.Is(i, "IDLETIME"u8) && more && options.Frequency < 0)
            {
                if (!c.TryInt64(++i, out options.IdleSeconds)) return false;
                if (options.IdleSeconds < 0)
                {
                    c.Error("ERR Invalid IDLETIME value, must be >= 0"u8);
                    return false;
                }
            }
            else if (c.Is(i, "FREQ"u8) && more && options.IdleSeconds < 0)
            {
                if (!c.TryInt64(++i, out options.Frequency)) return false;
                if (options.Frequency is < 0 or > 255)
                {
                    c.Error("ERR Invalid FREQ value, must be >= 0 and <= 255"u8);
                    return false;
                }
            }
            else
            {
                c.SyntaxError();
                return false;
            }
        }

        return true;
    }
}
