using System;
using Rotom.Engine.Memory;
using Rotom.Resp.Batch;

namespace Rotom.Engine.Commands;

// Sizes are checked before anything is computed (CVE-2021-29477, CVE-2021-32625): the product of
// the lengths is taken in 64 bits, and refused where Redis' table of 32-bit lengths would exceed
// proto-max-bulk-len. Ours is far smaller; the same limit bounds the time.

/// <summary>LCS.</summary>
internal static class LcsCommand
{
    private const long TableBytesPerPair = 4;

    /// <summary>Finds the longest common substring.</summary>
    [Command("LCS", Arity = -3, Since = "7.0.0",
        Complexity = "O(N*M) where N and M are the lengths of s1 and s2, respectively",
        Group = Group.String, Flags = CommandFlags.ReadOnly, Acl = Acl.String,
        Syntax = "key1:key key2:key [LEN] [IDX] [MINMATCHLEN min-match-len:integer] "
            + "[WITHMATCHLEN]")]
    [Keys(1, 2, 1, Access.Read)]
    internal static void Run(ref CommandContext c)
    {
        Entry first = c.Database.LookupRead(c.Key(0), c.Client);
        Entry second = c.Database.LookupRead(c.Key(1), c.Client);
        if (IsNoString(first) || IsNoString(second))
        {
            c.Error("ERR The specified keys must contain string values"u8);
            return;
        }

        Options options = default;
        if (!options.Read(ref c)) return;
        Span<byte> firstDigits = stackalloc byte[20];
        Span<byte> secondDigits = stackalloc byte[20];
        ReadOnlySpan<byte> a = first.IsNull ? default : StringValue.Bytes(first, firstDigits);
        ReadOnlySpan<byte> b = second.IsNull ? default : StringValue.Bytes(second, secondDigits);
        long tableBytes = (a.Length + 1L) * (b.Length + 1L) * TableBytesPerPair;
        if (tableBytes > c.Engine.Config.ProtoMaxBulkLen)
        {
            c.Error("ERR Insufficient memory, transient memory for LCS exceeds "
                + "proto-max-bulk-len");
            return;
        }

        Lcs lcs = new(a, b, wayBack: !options.LengthOnly);
        if (options.LengthOnly) c.Reply.Integer(lcs.Length);
        else if (options.Indexes) ReplyMatches(c.Reply, lcs, a.Length, b.Length, options);
        else lcs.CopyTo(c.Reply.BulkSpan(lcs.Length));
    }

    private static void ReplyMatches(
        ReplyBatch reply, Lcs lcs, int aLength, int bLength, Options options)
    {
        reply.MapHeader(2);
        reply.Bulk("matches"u8);
        int header = reply.BeginDeferred();
        long matches = 0;
        Lcs.Cursor cursor = Lcs.From(aLength, bLength);
        while (lcs.TryPrevious(ref cursor, out LcsMatch match))
        {
            if (match.Length < options.MinMatchLength) continue;
            matches++;
            reply.ArrayHeader(options.WithMatchLength ? 3 : 2);
            reply.ArrayHeader(2);
            reply.Integer(match.StartA);
            reply.Integer(match.EndA);
            reply.ArrayHeader(2);
            reply.Integer(match.StartB);
            reply.Integer(match.EndB);
            if (options.WithMatchLength) reply.Integer(match.Length);
        }

        reply.EndDeferred(header, '*', matches);
        reply.Bulk("len"u8);
        reply.Integer(lcs.Length);
    }

    private static bool IsNoString(Entry entry) =>
        !entry.IsNull && entry.Type != ObjectType.String;

    private struct Options
    {
        public bool LengthOnly;
        public bool Indexes;
        public bool WithMatchLength;
        public long MinMatchLength;

        public bool Read(ref CommandContext c)
        {
            for (int i = 3; i < c.ArgCount; i++)
            {
                if (c.Is(i, "IDX"u8)) Indexes = true;
                else if (c.Is(i, "LEN"u8)) LengthOnly = true;
                else if (c.Is(i, "WITHMATCHLEN"u8)) WithMatchLength = true;
                else if (i + 1 < c.ArgCount && c.Is(i, "MINMATCHLEN"u8))
                {
                    if (!c.TryInt64(++i, out MinMatchLength)) return false;
                }
                else
                {
                    c.SyntaxError();
                    return false;
                }
            }

            if (!Indexes || !LengthOnly) return true;
            c.Error("ERR If you want both the length and indexes, please just use IDX."u8);
            return false;
        }
    }
}
