using System;
using Rotom.Engine.Memory;
using Rotom.Resp;

namespace Rotom.Engine.Commands;

// The commands of Redis 8.0 that read or set fields and say at once what becomes of them. They
// share the options of time, which may come in any order before FIELDS, each kind once.

/// <summary>HGETEX HSETEX HGETDEL.</summary>
internal static class HashFieldCommands
{
    private const string Cost = "O(N) where N is the number of specified fields";

    private const string Times = "EX seconds:integer | PX milliseconds:integer | "
        + "EXAT unix-time-seconds:unix-time | PXAT unix-time-milliseconds:unix-time";

    /// <summary>Returns the values of fields of a hash and sets or takes away their time to live.
    /// </summary>
    [Command("HGETEX", Arity = -5, Since = "8.0.0", Complexity = Cost, Group = Group.Hash,
        Flags = CommandFlags.Write | CommandFlags.Fast, Acl = Acl.Hash,
        Syntax = "key [" + Times + " | PERSIST] FIELDS numfields:integer field...")]
    [Key(1, Access.RW | Access.Get | Access.Update)]
    internal static void HGetEx(ref CommandContext c)
    {
        Options options = default;
        if (!options.Read(ref c, set: false)) return;
        if (!FieldsArgument.TryRead(ref c, options.Next, out FieldsArgument fields)) return;
        if (!options.TryTime(ref c, out long atMs)) return;
        Key key = c.Key(0);
        if (!HashValue.TryWrite(ref c, key, out Entry entry, fields.First)) return;
        ReplyValues(ref c, entry, fields);
        if (entry.IsNull) return;
        if (options.HasTime) GiveTime(ref c, key, entry, fields, atMs);
        else if (options.Persist) TakeTime(ref c, key, entry, fields);
    }

    /// <summary>Sets fields of a hash and, if wanted, their time to live.</summary>
    [Command("HSETEX", Arity = -6, Since = "8.0.0",
        Complexity = "O(N) where N is the number of fields being set.", Group = Group.Hash,
        Flags = CommandFlags.Write | CommandFlags.DenyOom | CommandFlags.Fast, Acl = Acl.Hash,
        Syntax = "key [FNX | FXX] [" + Times
            + " | KEEPTTL] FIELDS numfields:integer <field value>...")]
    [Key(1, Access.RW | Access.Update)]
    internal static void HSetEx(ref CommandContext c)
    {
        Options options = default;
        if (!options.Read(ref c, set: true)) return;
        if (!FieldsArgument.TryRead(ref c, options.Next, out FieldsArgument fields, true)) return;
        if (!options.TryTime(ref c, out long atMs)) return;
        Key key = c.Key(0);
        if (!HashValue.TryWrite(ref c, key, out Entry entry, fields.First, fields.Step)) return;
        if (!options.Allows(in c, entry, fields))
        {
            c.Reply.Integer(0);
            return;
        }

        bool isPast = options.HasTime && ExpireTime.IsPast(in c, atMs);
        FieldMap map = HashValue.OpenToWrite(in c, key, entry);
        for (int i = 0; i < fields.Count; i++)
        {
            ReadOnlySpan<byte> name = c[fields.At(i)];
            map.Set(name, c[fields.At(i) + 1], options.KeepTtl);
            if (options.HasTime && !isPast) map.SetExpire(name, atMs);
        }

        HashValue.Store(in c, key, entry, in map);
        c.SignalModified(key);
        c.Notify(NotifyClass.Hash, "hset"u8, key);
        if (options.HasTime && !isPast) c.Notify(NotifyClass.Hash, "hexpire"u8, key);
        c.Engine.Dirty += fields.Count;
        if (isPast) RemovePast(ref c, key, fields);
        else PropagateSet(in c, key, fields, options, atMs);
        c.Reply.Integer(1);
    }

    /// <summary>Returns the values of fields of a hash and deletes them. Deletes the hash if no
    /// fields remain.</summary>
    [Command("HGETDEL", Arity = -5, Since = "8.0.0", Complexity = Cost, Group = Group.Hash,
        Flags = CommandFlags.Write | CommandFlags.Fast, Acl = Acl.Hash,
        Syntax = "key FIELDS numfields:integer field...")]
    [Key(1, Access.RW | Access.Get | Access.Delete)]
    internal static void HGetDel(ref CommandContext c)
    {
        if (!FieldsArgument.TryRead(ref c, 2, out FieldsArgument fields)) return;
        Key key = c.Key(0);
        if (!HashValue.TryWrite(ref c, key, out Entry entry, fields.First)) return;
        c.Reply.ArrayHeader(fields.Count);
        FieldMap map = entry.IsNull ? default : HashValue.OpenToWrite(in c, key, entry);
        long removed = 0;
        for (int i = 0; i < fields.Count; i++)
        {
            // A field named twice is gone the second time.
            FieldAt at = entry.IsNull ? default : map.Find(c[fields.At(i)]);
            HashValue.ReplyValue(c.Reply, in map, at);
            if (at.IsNull) continue;
            map.Remove(at);
            removed++;
            c.PropagateInstead(3).Word("HDEL"u8).Word(key.Bytes).Word(c[fields.At(i)]);
        }

        if (removed == 0) return;
        entry = HashValue.Store(in c, key, entry, in map);
        c.Engine.Dirty += removed;
        c.SignalModified(key);
        c.Notify(NotifyClass.Hash, "hdel"u8, key);
        HashValue.DropIfEmpty(in c, key, entry, in map);
    }

    private static void ReplyValues(ref CommandContext c, Entry entry, FieldsArgument fields)
    {
        c.Reply.ArrayHeader(fields.Count);
        FieldMap map = entry.IsNull ? default : c.Database.OpenHash(entry);
        for (int i = 0; i < fields.Count; i++)
        {
            FieldAt at = entry.IsNull ? default : map.Find(c[fields.At(i)]);
            HashValue.ReplyValue(c.Reply, in map, at);
        }
    }

    private static void GiveTime(
        ref CommandContext c, Key key, Entry entry, FieldsArgument fields, long atMs)
    {
        FieldTimes times = new(in c, key, entry, atMs);
        for (int i = 0; i < fields.Count; i++)
        {
            if (!times.Map.Find(c[fields.At(i)]).IsNull) times.Give(in c, fields.At(i));
        }

        times.End(in c, key);
    }

    private static void TakeTime(
        ref CommandContext c, Key key, Entry entry, FieldsArgument fields)
    {
        FieldMap map = HashValue.OpenToWrite(in c, key, entry);
        long persisted = 0;
        for (int i = 0; i < fields.Count; i++)
        {
            ReadOnlySpan<byte> name = c[fields.At(i)];
            FieldAt at = map.Find(name);
            if (at.IsNull || map.ExpireAt(at) < 0) continue;
            map.ClearExpire(name);
            persisted++;
            c.PropagateInstead(5).Word("HPERSIST"u8).Word(key.Bytes).Word("FIELDS"u8).Word(1)
                .Word(name);
        }

        if (persisted == 0) return;
        c.Engine.Dirty += persisted;
        c.SignalModified(key);
        c.Notify(NotifyClass.Hash, "hpersist"u8, key);
    }

    private static void RemovePast(ref CommandContext c, Key key, FieldsArgument fields)
    {
        Entry entry = c.Database.LookupWrite(key);
        FieldMap map = HashValue.OpenToWrite(in c, key, entry);
        for (int i = 0; i < fields.Count; i++)
        {
            map.Remove(c[fields.At(i)]);
            c.PropagateInstead(3).Word("HDEL"u8).Word(key.Bytes).Word(c[fields.At(i)]);
        }

        entry = HashValue.Store(in c, key, entry, in map);
        c.Notify(NotifyClass.Hash, "hdel"u8, key);
        HashValue.DropIfEmpty(in c, key, entry, in map);
    }

    private static void PropagateSet(
        in CommandContext c, Key key, FieldsArgument fields, in Options options, long atMs)
    {
        int options1 = options.HasTime ? 2 : options.KeepTtl ? 1 : 0;
        EffectWriter effect = c.PropagateInstead(4 + options1 + (2 * fields.Count))
            .Word("HSETEX"u8).Word(key.Bytes);
        if (options.HasTime) effect.Word("PXAT"u8).Word(atMs);
        else if (options.KeepTtl) effect.Word("KEEPTTL"u8);
        effect.Word("FIELDS"u8).Word(fields.Count);
        for (int i = fields.First; i < c.ArgCount; i++) effect.Word(c[i]);
    }

    /// <summary>The options before FIELDS.</summary>
    private struct Options
    {
        private int _timeArg;
        private bool _relative;
        private bool _seconds;
        private bool _ifNone;
        private bool _ifAll;

        internal bool Persist;
        internal bool KeepTtl;

        /// <summary>The word behind the options.</summary>
        internal int Next;

        internal readonly bool HasTime => _timeArg != 0;

        internal bool Read(ref CommandContext c, bool set)
        {
            for (Next = 2; Next < c.ArgCount && !c.Is(Next, "FIELDS"u8); Next++)
            {
                if (set && (c.Is(Next, "FNX"u8) || c.Is(Next, "FXX"u8)))
                {
                    if (_ifNone || _ifAll)
                    {
                        c.Error("ERR Only one of FXX or FNX arguments can be specified"u8);
                        return false;
                    }

                    _ifNone = c.Is(Next, "FNX"u8);
                    _ifAll = !_ifNone;
                    continue;
                }

                if (!TryTimeOption(ref c, set)) return false;
            }

            return true;
        }

        internal readonly bool TryTime(ref CommandContext c, out long atMs)
        {
            atMs = 0;
            return _timeArg == 0
                || FieldTime.TryRead(ref c, _timeArg, _relative, _seconds, out atMs);
        }

        /// <summary>True when the fields may be set.</summary>
        internal readonly bool Allows(in CommandContext c, Entry entry, FieldsArgument fields)
        {
            if (!_ifNone && !_ifAll) return true;
            if (entry.IsNull) return _ifNone;
            FieldMap map = c.Database.OpenHash(entry);
            for (int i = 0; i < fields.Count; i++)
            {
                if (map.Find(c[fields.At(i)]).IsNull != _ifNone) return false;
            }

            return true;
        }

        private bool TryTimeOption(ref CommandContext c, bool set)
        {
            bool relative = c.Is(Next, "EX"u8) || c.Is(Next, "PX"u8);
            bool seconds = c.Is(Next, "EX"u8) || c.Is(Next, "EXAT"u8);
            bool isTime = relative || seconds || c.Is(Next, "PXAT"u8);
            bool keep = set && c.Is(Next, "KEEPTTL"u8);
            bool persist = !set && c.Is(Next, "PERSIST"u8);
            if (!isTime && !keep && !persist)
            {
                c.ErrorEchoing("ERR unknown argument: "u8, c[Next]);
                return false;
            }

            if (HasTime || KeepTtl || Persist)
            {
                c.Error(set
                    ? "ERR Only one of EX, PX, EXAT, PXAT or KEEPTTL arguments can be specified"u8
                    : "ERR Only one of EX, PX, EXAT, PXAT or PERSIST arguments can be specified"u8);
                return false;
            }

            KeepTtl = keep;
            Persist = persist;
            if (!isTime) return true;
            if (Next + 1 >= c.ArgCount)
            {
                c.SyntaxError();
                return false;
            }

            _relative = relative;
            _seconds = seconds;
            _timeArg = ++Next;
            return true;
        }
    }
}
