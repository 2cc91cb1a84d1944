using System;
using Rotom.Engine.Memory;
using Rotom.Resp;
using Rotom.Resp.Batch;

namespace Rotom.Engine.Commands;

/// <summary>HSCAN.</summary>
internal static class HashScanCommand
{
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
            ScanCursor.ReplyNothing(reply);
            return;
        }

        ScanOptions options = default;
        if (!options.Read(ref c, 3, ScanExtra.NoValues)) return;
        FieldMap map = c.Database.OpenHash(entry);
        reply.ArrayHeader(2);
        // The cursor comes before the fields, and is known behind them.
        int header = reply.BeginDeferred();
        int fields = reply.BeginDeferred();
        FieldWriter writer = new(reply, c.Database, options.Pattern(in c), !options.NoValues);
        long buckets = options.Buckets;
        do
        {
            cursor = map.Scan(cursor, ref writer);
        }
        while (cursor != 0 && --buckets > 0 && writer.Seen < options.Count);

        reply.EndDeferred(fields, '*', writer.Written);
        reply.EndDeferred(header, cursor);
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
