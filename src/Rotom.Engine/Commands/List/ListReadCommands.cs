using System;
using Rotom.Engine.Memory;
using Rotom.Resp;

namespace Rotom.Engine.Commands;

/// <summary>LLEN LINDEX LRANGE LPOS.</summary>
internal static class ListReadCommands
{
    private static ReadOnlySpan<byte> RankIsZero =>
        "ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... or "u8
        + "use negative to start from the end of the list"u8;

    /// <summary>Returns the length of a list.</summary>
    [Command("LLEN", Arity = 2, Since = "1.0.0", Complexity = "O(1)", Group = Group.List,
        Flags = CommandFlags.ReadOnly | CommandFlags.Fast, Acl = Acl.List, Syntax = "key")]
    [Key(1, Access.RO)]
    internal static void LLen(ref CommandContext c)
    {
        if (!c.TryRead(c.Key(0), ObjectType.List, out Entry entry)) return;
        long count = 0;
        if (!entry.IsNull)
        {
            ListValue.Open(in c, entry, out Quicklist list);
            count = list.Count;
        }

        c.Reply.Integer(count);
    }

    /// <summary>Returns an element from a list by its index.</summary>
    [Command("LINDEX", Arity = 3, Since = "1.0.0",
        Complexity = "O(N) where N is the number of elements to traverse to get to the element at "
            + "index. This makes asking for the first or the last element of the list O(1).",
        Group = Group.List, Flags = CommandFlags.ReadOnly, Acl = Acl.List,
        Syntax = "key index:integer")]
    [Key(1, Access.Read)]
    internal static void LIndex(ref CommandContext c)
    {
        if (!c.TryRead(c.Key(0), ObjectType.List, out Entry entry)) return;
        if (entry.IsNull)
        {
            c.Reply.Null();
            return;
        }

        if (!c.TryInt64(2, out long index)) return;
        ListValue.Open(in c, entry, out Quicklist list);
        ListPosition at = list.Seek(index);
        if (at.IsNull) c.Reply.Null();
        else list.Get(at).Reply(c.Reply);
    }

    /// <summary>Returns a range of elements from a list.</summary>
    [Command("LRANGE", Arity = 4, Since = "1.0.0",
        Complexity = "O(S+N) where S is the distance of start offset from HEAD for small lists, "
            + "from nearest end (HEAD or TAIL) for large lists; and N is the number of elements "
            + "in the specified range.",
        Group = Group.List, Flags = CommandFlags.ReadOnly, Acl = Acl.List,
        Syntax = "key start:integer stop:integer")]
    [Key(1, Access.Read)]
    internal static void LRange(ref CommandContext c)
    {
        if (!c.TryInt64(2, out long start) || !c.TryInt64(3, out long stop)) return;
        if (!c.TryRead(c.Key(0), ObjectType.List, out Entry entry)) return;
        if (entry.IsNull)
        {
            c.Reply.ArrayHeader(0);
            return;
        }

        ListValue.Open(in c, entry, out Quicklist list);
        long count = list.Count;
        if (start < 0) start = Math.Max(0, start + count);
        if (stop < 0) stop += count;
        stop = Math.Min(stop, count - 1);
        if (start > stop)
        {
            c.Reply.ArrayHeader(0);
            return;
        }

        ReplyTo(c.Reply, in list, start, stop - start + 1);
    }

    /// <summary>Returns the index of matching elements in a list.</summary>
    [Command("LPOS", Arity = -3, Since = "6.0.6",
        Complexity = "O(N) where N is the number of elements in the list, for the average case. "
            + "When searching for elements near the head or the tail of the list, or when the "
            + "MAXLEN option is provided, the command may run in constant time.",
        Group = Group.List, Flags = CommandFlags.ReadOnly, Acl = Acl.List,
        Syntax = "key element [RANK rank:integer] [COUNT num-matches:integer] "
            + "[MAXLEN len:integer]")]
    [Key(1, Access.Read)]
    internal static void LPos(ref CommandContext c)
    {
        Search search = new() { Rank = 1, Count = -1 };
        if (!search.Read(ref c)) return;
        if (!c.TryRead(c.Key(0), ObjectType.List, out Entry entry)) return;
        if (entry.IsNull)
        {
            if (search.Count >= 0) c.Reply.ArrayHeader(0);
            else c.Reply.Null();
            return;
        }

        ListValue.Open(in c, entry, out Quicklist list);
        if (search.Count >= 0) search.All(ref c, in list);
        else search.First(ref c, in list);
    }

    private static void ReplyTo(RespWriter reply, in Quicklist list, long start, long count)
    {
        reply.ArrayHeader(count);
        list.Reply(reply, list.Seek(start), count);
    }

    /// <summary>The options of LPOS, and how it goes about it.</summary>
    private struct Search
    {
        /// <summary>Which match is the first to be told, negative from the end.</summary>
        public long Rank;

        /// <summary>How many matches are told, 0 all, -1 one that is no array.</summary>
        public long Count;

        /// <summary>How many elements are compared, 0 all.</summary>
        public long MaxLength;

        internal bool Read(ref CommandContext c)
        {
            for (int i = 3; i < c.ArgCount; i += 2)
            {
                bool hasValue = i + 1 < c.ArgCount;
                if (hasValue && c.Is(i, "RANK"u8))
                {
                    if (!TryRank(ref c, i + 1)) return false;
                }
                else if (hasValue && c.Is(i, "COUNT"u8))
                {
                    if (!TryPositive(ref c, i + 1, "ERR COUNT can't be negative"u8, out Count))
                        return false;
                }
                else if (hasValue && c.Is(i, "MAXLEN"u8))
                {
                    ReadOnlySpan<byte> error = "ERR MAXLEN can't be negative"u8;
                    if (!TryPositive(ref c, i + 1, error, out MaxLength)) return false;
                }
                else
                {
                    c.SyntaxError();
                    return false;
                }
            }

            return true;
        }

        internal readonly void First(ref CommandContext c, in Quicklist list)
        {
            Walk walk = new(in this, in list, c[2]);
            if (walk.Next(in list, out long index)) c.Reply.Integer(index);
            else c.Reply.Null();
        }

        internal readonly void All(ref CommandContext c, in Quicklist list)
        {
            Walk walk = new(in this, in list, c[2]);
            int header = c.Reply.BeginDeferred();
            long told = 0;
            while ((Count == 0 || told < Count) && walk.Next(in list, out long index))
            {
                c.Reply.Integer(index);
                told++;
            }

            c.Reply.EndDeferred(header, '*', told);
        }

        private bool TryRank(ref CommandContext c, int at)
        {
            if (!c.TryRange(at, -long.MaxValue, long.MaxValue, out Rank)) return false;
            if (Rank != 0) return true;
            c.Error(RankIsZero);
            return false;
        }

        private static bool TryPositive(
            ref CommandContext c, int at, ReadOnlySpan<byte> error, out long value)
        {
            if (!c.TryInt64(at, error, out value)) return false;
            if (value >= 0) return true;
            c.Error(error);
            return false;
        }

        /// <summary>Finds one match after the other.</summary>
        private ref struct Walk
        {
            private readonly ListpackValue _wanted;
            private readonly bool _forward;
            private readonly long _last;
            private ListPosition _at;
            private long _index;
            private long _toSkip;
            private long _left;

            public Walk(in Search search, in Quicklist list, ReadOnlySpan<byte> wanted)
            {
                _wanted = wanted;
                _forward = search.Rank > 0;
                _at = list.End(_forward);
                _last = list.Count - 1;
                _toSkip = Math.Abs(search.Rank) - 1;
                _left = search.MaxLength == 0 ? long.MaxValue : search.MaxLength;
            }

            public bool Next(in Quicklist list, out long index)
            {
                for (; !_at.IsNull && _left > 0; _at = list.Next(_at, _forward), _left--)
                {
                    index = _forward ? _index : _last - _index;
                    _index++;
                    if (!list.Is(_at, _wanted) || _toSkip-- > 0) continue;
                    _at = list.Next(_at, _forward);
                    _left--;
                    return true;
                }

                index = -1;
                return false;
            }
        }
    }
}
