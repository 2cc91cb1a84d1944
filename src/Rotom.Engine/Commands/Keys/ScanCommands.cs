using System;
using System.Collections.Generic;
using Rotom.Engine.Memory;
using Rotom.Resp;
using Rotom.Resp.Batch;

namespace Rotom.Engine.Commands;

// Walks over all keys. KEYS shows every bucket once, in one go; SCAN shows a few buckets a call, by
// a cursor that keeps its promise while the table grows and shrinks (see HandleTable.Walk): a key
// that is there from the first call to the last is answered at least once.
//
// Keys past their time are not answered. KEYS leaves them where they are, SCAN deletes those it
// would have answered, as in Redis.

/// <summary>KEYS SCAN.</summary>
internal static class ScanCommands
{
    /// <summary>Buckets a call may look at for each key it is to look at, as in Redis.</summary>
    private const long BucketsPerKey = 10;

    /// <summary>Returns all key names that match a pattern.</summary>
    [Command("KEYS", Arity = 2, Since = "1.0.0",
        Complexity = "O(N) with N being the number of keys in the database, under the assumption "
            + "that the key names in the database and the given pattern have limited length.",
        Group = Group.Generic, Flags = CommandFlags.ReadOnly, Acl = Acl.Keyspace | Acl.Dangerous,
        Syntax = "pattern", Tips = "request_policy:all_shards nondeterministic_output_order")]
    internal static void Keys(ref CommandContext c)
    {
        ReplyBatch reply = c.Reply;
        int header = reply.BeginDeferred();
        KeyTable table = c.Database.Table;
        KeyWriter writer = new(reply, c.Database, c[1]);
        for (uint bucket = 0; bucket < table.BucketCount; bucket++)
        {
            table.VisitBucket(bucket, ref writer);
        }

        reply.EndDeferred(header, '*', writer.Written);
    }

    /// <summary>Iterates over the key names in the database.</summary>
    [Command("SCAN", Arity = -2, Since = "2.8.0",
        Complexity = "O(1) for every call. O(N) for a complete iteration, including enough command "
            + "calls for the cursor to return back to 0. N is the number of elements inside the "
            + "collection.",
        Group = Group.Generic, Flags = CommandFlags.ReadOnly, Acl = Acl.Keyspace,
        Syntax = "cursor:integer [MATCH pattern] [COUNT count:integer] [TYPE@6.0.0 type]",
        Tips = "nondeterministic_output request_policy:special")]
    internal static void Scan(ref CommandContext c)
    {
        if (!ScanCursor.TryParse(c[1], out ulong cursor))
        {
            c.Error(Errors.InvalidCursor);
            return;
        }

        ScanOptions options = default;
        if (!options.Read(ref c, 2, ScanExtra.Type)) return;
        ReadOnlySpan<byte> pattern = options.Pattern(in c);
        ReadOnlySpan<byte> type = options.TypeArg == 0 ? default : c[options.TypeArg];
        List<Entry> found = [];
        KeyCollector collector = new(
            found, pattern, options.TypeArg == 0 ? null : c.Engine.Payloads, type);
        long buckets = options.Count > long.MaxValue / BucketsPerKey
            ? long.MaxValue
            : options.Count * BucketsPerKey;
        do
        {
            cursor = c.Database.Table.Scan(cursor, ref collector);
        }
        while (cursor != 0 && --buckets > 0 && collector.Seen < options.Count);

        c.Database.ExpireDue(found);
        c.Reply.ArrayHeader(2);
        c.Reply.BulkInteger((long)cursor);
        c.Reply.ArrayHeader(found.Count);
        foreach (Entry entry in found) c.Reply.Bulk(entry.Key);
    }

    /// <summary>Answers the live keys that match.</summary>
    private ref struct KeyWriter(ReplyBatch reply, Database database, ReadOnlySpan<byte> pattern)
        : IEntryVisitor
    {
        private readonly ReplyBatch _reply = reply;
        private readonly Database _database = database;
        private readonly ReadOnlySpan<byte> _pattern = pattern;
        private readonly bool _all = pattern is [(byte)'*'];

        public long Written;

        public void Visit(Entry entry)
        {
            if (!_all && !Glob.Matches(_pattern, entry.Key)) return;
            if (_database.IsDue(entry)) return;
            _reply.Bulk(entry.Key);
            Written++;
        }
    }

    /// <summary>Notes the entries that match, those past their time included.</summary>
    private ref struct KeyCollector(
        List<Entry> found, ReadOnlySpan<byte> pattern, Payloads? types, ReadOnlySpan<byte> type)
        : IEntryVisitor
    {
        private readonly List<Entry> _found = found;
        private readonly ReadOnlySpan<byte> _pattern = pattern;
        private readonly ReadOnlySpan<byte> _type = type;
        private readonly Payloads? _types = types;
        private readonly bool _all = pattern is [(byte)'*'];

        public long Seen;

        public void Visit(Entry entry)
        {
            Seen++;
            if (!_all && !Glob.Matches(_pattern, entry.Key)) return;
            if (_types is not null && !Ascii.EqualsIgnoreCase(_types.TypeName(entry), _type))
            {
                return;
            }

            _found.Add(entry);
        }
    }
}
