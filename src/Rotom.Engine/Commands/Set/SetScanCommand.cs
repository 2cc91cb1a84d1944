using System;
using System.Collections.Generic;
using Rotom.Engine.Memory;
using Rotom.Resp;

namespace Rotom.Engine.Commands;

/// <summary>SSCAN.</summary>
internal static class SetScanCommand
{
    /// <summary>Iterates over members of a set.</summary>
    [Command("SSCAN", Arity = -3, Since = "2.8.0",
        Complexity = "O(1) for every call. O(N) for a complete iteration, including enough command "
            + "calls for the cursor to return back to 0. N is the number of elements inside the "
            + "collection.",
        Group = Group.Set, Flags = CommandFlags.ReadOnly, Acl = Acl.Set,
        Syntax = "key cursor:integer [MATCH pattern] [COUNT count:integer]",
        Tips = "nondeterministic_output")]
    [Key(1, Access.Read)]
    internal static void SScan(ref CommandContext c)
    {
        if (!ScanCursor.TryParse(c[2], out ulong cursor))
        {
            c.Error(Errors.InvalidCursor);
            return;
        }

        if (!c.TryRead(c.Key(0), ObjectType.Set, out Entry entry)) return;
        if (entry.IsNull)
        {
            ScanCursor.ReplyNothing(c.Reply);
            return;
        }

        ScanOptions options = default;
        if (!options.Read(ref c, 3)) return;
        ReadOnlySpan<byte> pattern = options.Pattern(in c);
        SetType set = SetValue.Open(in c, entry);
        if (set.Encoding == ObjectEncoding.Hashtable)
            ReplySome(in c, in set, cursor, options.Count, pattern);
        else
            ReplyAll(in c, in set, pattern);
    }

    private static void ReplySome(
        in CommandContext c,
        in SetType set,
        ulong cursor,
        long count,
        ReadOnlySpan<byte> pattern)
    {
        List<SetPlace> found = [];
        cursor = set.Scan(cursor, count, found);
        Matcher matcher = new(pattern);
        c.Reply.ArrayHeader(2);
        c.Reply.BulkInteger((long)cursor);
        int header = c.Reply.BeginDeferred();
        long told = 0;
        foreach (SetPlace place in found)
        {
            if (matcher.Tell(in c, set.Get(place))) told++;
        }

        c.Reply.EndDeferred(header, '*', told);
    }

    // A small set is told in one go, as in Redis: nothing could keep a place in it.
    private static void ReplyAll(
        in CommandContext c, in SetType set, ReadOnlySpan<byte> pattern)
    {
        Matcher matcher = new(pattern);
        c.Reply.ArrayHeader(2);
        c.Reply.BulkInteger(0);
        int header = c.Reply.BeginDeferred();
        long told = 0;
        SetWalk walk = default;
        while (set.Next(ref walk, out ListpackValue member))
        {
            if (matcher.Tell(in c, member)) told++;
        }

        c.Reply.EndDeferred(header, '*', told);
    }

    private readonly ref struct Matcher(ReadOnlySpan<byte> pattern)
    {
        private readonly ReadOnlySpan<byte> _pattern = pattern;
        private readonly bool _all = pattern is [(byte)'*'];

        public bool Tell(in CommandContext c, ListpackValue member)
        {
            Span<byte> digits = stackalloc byte[ListpackValue.DigitsMax];
            if (!_all && !Glob.Matches(_pattern, member.Text(digits))) return false;
            member.Reply(c.Reply);
            return true;
        }
    }
}
