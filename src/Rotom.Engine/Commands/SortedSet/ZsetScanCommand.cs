using System;
using Rotom.Engine.Memory;
using Rotom.Resp;
using Rotom.Resp.Batch;

namespace Rotom.Engine.Commands;

/// <summary>ZSCAN.</summary>
internal static class ZsetScanCommand
{
    private const long CountDefault = 10;

    // A bucket holds five members on average; so many empty ones in a row are not met.
    private const long BucketsPerMember = 10;

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
            c.Reply.ArrayHeader(2);
            c.Reply.BulkInteger(0);
            c.Reply.ArrayHeader(0);
            return;
        }

        if (!ReadOptions(in c, out int match, out long count)) return;
        ReadOnlySpan<byte> pattern = match == 0 ? "*"u8 : c[match];
        Zset set = ZsetValue.Open(in c, entry);
        if (set.Encoding == ObjectEncoding.Listpack) ReplyAll(in c, in set, pattern);
        else ReplySome(in c, in set, pattern, cursor, count);
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
        in CommandContext c, in Zset set, ReadOnlySpan<byte> pattern, ulong cursor, long count)
    {
        c.Reply.ArrayHeader(2);
        // The cursor is known at the end only, and comes first.
        Visitor probe = new(null, c.Engine.Heap, pattern);
        ulong next = cursor;
        long buckets = Buckets(count);
        do
        {
            next = set.Scan(next, ref probe);
        }
        while (next != 0 && --buckets > 0 && probe.Seen < count);

        c.Reply.BulkInteger((long)next);
        c.Reply.ArrayHeader(probe.Matched * 2);
        Visitor writer = new(c.Reply, c.Engine.Heap, pattern);
        buckets = Buckets(count);
        do
        {
            cursor = set.Scan(cursor, ref writer);
        }
        while (cursor != 0 && --buckets > 0 && writer.Seen < count);
    }

    private static long Buckets(long count) =>
        count > long.MaxValue / BucketsPerMember ? long.MaxValue : count * BucketsPerMember;

    private static bool ReadOptions(in CommandContext c, out int match, out long count)
    {
        match = 0;
        count = CountDefault;
        for (int i = 3; i < c.ArgCount; i += 2)
        {
            bool more = i + 1 < c.ArgCount;
            if (more && c.Is(i, "COUNT"u8))
            {
                if (!c.TryInt64(i + 1, out count)) return false;
                if (count >= 1) continue;
            }
            else if (more && c.Is(i, "MATCH"u8))
            {
                match = i + 1;
                continue;
            }

            c.SyntaxError();
            return false;
        }

        return true;
    }

    /// <summary>Counts the members that match, or answers them.</summary>
    private ref struct Visitor(ReplyBatch? reply, NativeHeap heap, ReadOnlySpan<byte> pattern)
        : IHandleVisitor
    {
        private readonly ReadOnlySpan<byte> _pattern = pattern;
        private readonly bool _all = pattern is [(byte)'*'];

        public long Seen;

        public long Matched;

        public void Visit(Handle element)
        {
            Seen++;
            ReadOnlySpan<byte> member = ZsetElement.Member(heap, element);
            if (!_all && !Glob.Matches(_pattern, member)) return;
            Matched++;
            if (reply is null) return;
            reply.Bulk(member);
            // Redis spells all digits here, and nowhere else.
            Span<byte> score = stackalloc byte[RespNumbers.DoubleBytesMax];
            int length = RespNumbers.FormatAllDigits(ZsetElement.Score(heap, element), score);
            reply.Bulk(score[..length]);
        }
    }
}
