using System;
using Rotom.Engine.Memory;
using Rotom.Resp;
using Rotom.Resp.Batch;

namespace Rotom.Engine.Commands;

/// <summary>HSCAN.</summary>
internal static class HashScanCommand
{
    private const long CountDefault = 10;

    /// <summary>Buckets a call may look at for each field it is to look at, as in Redis.</summary>
    private const long BucketsPerField = 10;

    /// <summary>Iterates over fields and values of a hash.</summary>
    [Command("HSCAN", Arity = -3, Since = "2.8.0",
        Complexity = "O(1) for every call. O(N) for a complete iteration, including enough command "
            + "calls for the cursor to return back to 0. N is the number of elements inside the "
            + "collection.",
        Group = Group.Hash, Flags = CommandFlags.ReadOnly, Acl = Acl.Hash,
        Syntax = "key cursor:integer [MATCH pattern] [COUNT count:integer] [NOVALUES@7.4.0]",
        Tips = "nondeterministic_output")]
    [Key(1, Access.Read)]
    internal static void HScan(ref CommandContext c)
    {
        if (!ScanCursor.TryParse(c[2], out ulong cursor))
        {
            c.Error(Errors.InvalidCursor);
            return;
        }

        if (!c.TryRead(c.Key(0), ObjectType.Hash, out Entry entry)) return;
        ReplyBatch reply = c.Reply;
        if (entry.IsNull)
        {
            reply.ArrayHeader(2);
            reply.BulkInteger(0);
            reply.ArrayHeader(0);
            return;
        }

        Options options = new() { Count = CountDefault };
        if (!options.Read(ref c)) return;
        FieldMap map = c.Database.OpenHash(entry);
        ReadOnlySpan<byte> pattern = options.MatchArg == 0 ? "*"u8 : c[options.MatchArg];
        reply.ArrayHeader(2);
        // The cursor comes before the fields, and is known behind them.
        int header = reply.BeginDeferred();
        int fields = reply.BeginDeferred();
        FieldWriter writer = new(reply, c.Database, pattern, !options.NoValues);
        long buckets = options.Count > long.MaxValue / BucketsPerField
            ? long.MaxValue
            : options.Count * BucketsPerField;
        do
        {
            cursor = map.Scan(cursor, ref writer);
        }
        while (cursor != 0 && --buckets > 0 && writer.Seen < options.Count);

        reply.EndDeferred(fields, '*', writer.Written);
        reply.EndDeferred(header, cursor);
    }

    private struct Options
    {
        public long Count;
        public int MatchArg;
        public bool NoValues;

        public bool Read(ref CommandContext c)
        {
            for (int i = 3; i < c.ArgCount; i++)
            {
                bool more = i + 1 < c.ArgCount;
                if (more && c.Is(i, "COUNT"u8))
                {
                    if (!c.TryInt64(++i, out Count)) return false;
                    if (Count >= 1) continue;
                }
                else if (more && c.Is(i, "MATCH"u8))
                {
                    MatchArg = ++i;
                    continue;
                }
                else if (c.Is(i, "NOVALUES"u8))
                {
                    NoValues = true;
                    continue;
                }

                c.SyntaxError();
                return false;
            }

            return true;
        }
    }

    /// <summary>Answers the fields that match and are not past their time.</summary>
    private ref struct FieldWriter(
        RespWriter reply, Database database, ReadOnlySpan<byte> pattern, bool values)
        : IFieldVisitor
    {
        private readonly RespWriter _reply = reply;
        private readonly Database _database = database;
        private readonly ReadOnlySpan<byte> _pattern = pattern;
        private readonly bool _values = values;
        private readonly bool _all = pattern is [(byte)'*'];

        /// <summary>Fields met.</summary>
        public long Seen;

        /// <summary>Elements answered.</summary>
        public long Written;

        public void Visit(ListpackValue name, ListpackValue value, long expireAtMs)
        {
            Seen++;
            if (!_all)
            {
                Span<byte> digits = stackalloc byte[ListpackValue.DigitsMax];
                if (!Glob.Matches(_pattern, name.Text(digits))) return;
            }

            if (_database.IsFieldDue(expireAtMs)) return;
            name.Reply(_reply);
            if (_values) value.Reply(_reply);
            Written += _values ? 2 : 1;
        }
    }
}
