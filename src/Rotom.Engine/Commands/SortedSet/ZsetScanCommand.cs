using System;
using Rotom.Engine.Memory;
using Rotom.Resp;
using Rotom.Resp.Batch;

namespace Rotom.Engine.Commands;

/// <summary>ZSCAN.</summary>
internal static class ZsetScanCommand
{
    /// <summary>Iterates over members and scores of a sorted set.</summary>
    [Command("ZSCAN", Arity = -3, Since = "2.8.0",
        Complexity = "O(1) for every call. O(N) for a complete iteration, including enough "
            + "command calls for the cursor to return back to 0. N is the number of elements "
            + "inside the collection.",
        Group = Group.SortedSet, Flags = CommandFlags.ReadOnly, Acl = Acl.SortedSet,
        Syntax = "key cursor:integer [MATCH pattern] [COUNT count:integer]",
        Tips = "nondeterministic_output")]
    [Key(1, Access.Read)]
    internal static void ZScan(ref CommandContext c)
    {
        if (!ScanCursor.TryParse(c[2], out ulong cursor))
        {
            c.Error(Errors.InvalidCursor);
            return;
        }

        if (!c.TryRead(c.Key(0), ObjectType.SortedSet, out Entry entry)) return;
        if (entry.IsNull)
        {
            ScanCursor.ReplyNothing(c.Reply);
            return;
        }

        ScanOptions options = default;
        if (!options.Read(ref c, 3)) return;
        Zset set = ZsetValue.Open(in c, entry);
        if (set.Encoding == ObjectEncoding.Listpack) ReplyAll(in c, in set, options.Pattern(in c));
        else ReplySome(in c, in set, cursor, in options);
    }

    // A small set comes at once, whatever the cursor.
    private static void ReplyAll(
        in CommandContext c, in Zset set, ReadOnlySpan<byte> pattern)
    {
        c.Reply.ArrayHeader(2);
        c.Reply.BulkInteger(0);
        int header = c.Reply.BeginDeferred();
        long written = 0;
        Span<byte> digits = stackalloc byte[ListpackValue.DigitsMax];
        for (ZsetPosition at = set.At(0); !at.IsNull; at = set.Next(at))
        {
            ReadOnlySpan<byte> member = set.Member(at).Text(digits);
            if (!Glob.Matches(pattern, member)) continue;
            c.Reply.Bulk(member);
            c.Reply.BulkDouble(set.Score(at));
            written += 2;
        }

        c.Reply.EndDeferred(header, '*', written);
    }

    private static void ReplySome(
        in CommandContext c, in Zset set, ulong cursor, in ScanOptions options)
    {
        ReplyBatch reply = c.Reply;
        reply.ArrayHeader(2);
        // The cursor comes before the members, and is known behind them.
        int header = reply.BeginDeferred();
        int members = reply.BeginDeferred();
        Visitor writer = new(reply, c.Engine.Heap, options.Pattern(in c));
        long buckets = options.Buckets;
        do
        {
            cursor = set.Scan(cursor, ref writer);
        }
        while (cursor != 0 && --buckets > 0 && writer.Seen < options.Count);

        reply.EndDeferred(members, '*', writer.Written);
        reply.EndDeferred(header, cursor);
    }

    /// <summary>Answers the members that match.</summary>
    private ref struct Visitor(ReplyBatch reply, NativeHeap heap, ReadOnlySpan<byte> pattern)
        : IHandleVisitor
    {
        private readonly ReadOnlySpan<byte> _pattern = pattern;
        private readonly bool _all = pattern is [(byte)'*'];

        /// <summary>Members met.</summary>
        public long Seen;

        /// <summary>Elements answered.</summary>
        public long Written;

        public void Visit(Handle element)
        {
            Seen++;
            ReadOnlySpan<byte> member = ZsetElement.Member(heap, element);
            if (!_all && !Glob.Matches(_pattern, member)) return;
            Written += 2;
            reply.Bulk(member);
            // Redis spells all digits here, and nowhere else.
            Span<byte> score = stackalloc byte[RespNumbers.DoubleBytesMax];
            int length = RespNumbers.FormatAllDigits(ZsetElement.Score(heap, element), score);
            reply.Bulk(score[..length]);
        }
    }
}
