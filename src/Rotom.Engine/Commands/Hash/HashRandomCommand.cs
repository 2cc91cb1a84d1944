using System;
using System.Collections.Generic;
using Rotom.Engine.Abstractions;
using Rotom.Engine.Memory;
using Rotom.Resp;
using Rotom.Resp.Batch;

namespace Rotom.Engine.Commands;

// HRANDFIELD. A negative count draws with repetition, each field by itself. A positive one draws
// different fields: all of them if there are not more; in one walk over the hash, which takes each
// field with the chance that the fields still wanted have among those still to come, if a third or
// more of them are wanted, or if it is a listpack anyway; else by drawing again what was drawn
// before.

/// <summary>HRANDFIELD.</summary>
internal static class HashRandomCommand
{
    /// <summary>From this part of the fields on, walking is cheaper than drawing.</summary>
    private const int WalkPart = 3;

    /// <summary>Replies drawn between two looks at the limit.</summary>
    private const int DrawsPerLook = 256;

    /// <summary>Returns one or more random fields from a hash.</summary>
    [Command("HRANDFIELD", Arity = -2, Since = "6.2.0",
        Complexity = "O(N) where N is the number of fields returned", Group = Group.Hash,
        Flags = CommandFlags.ReadOnly, Acl = Acl.Hash,
        Syntax = "key [count:integer [WITHVALUES]]", Tips = "nondeterministic_output")]
    [Key(1, Access.Read)]
    internal static void HRandField(ref CommandContext c)
    {
        if (c.ArgCount == 2)
        {
            One(ref c);
            return;
        }

        if (!c.TryRange(2, -long.MaxValue, long.MaxValue, out long count)) return;
        bool values = c.ArgCount == 4;
        if (c.ArgCount > 4 || (values && !c.Is(3, "WITHVALUES"u8)))
        {
            c.SyntaxError();
            return;
        }

        if (values && count is < -long.MaxValue / 2 or > long.MaxValue / 2)
        {
            c.Error(Errors.OutOfRange);
            return;
        }

        if (!HashValue.TryRead(ref c, out Entry entry)) return;
        if (entry.IsNull || count == 0)
        {
            c.Reply.ArrayHeader(0);
            return;
        }

        FieldMap map = c.Database.OpenHash(entry);
        if (count < 0) Repeated(ref c, in map, -count, values);
        else Different(ref c, in map, Math.Min(count, map.Count), values);
    }

    private static void One(ref CommandContext c)
    {
        if (!HashValue.TryRead(ref c, out Entry entry)) return;
        if (entry.IsNull)
        {
            c.Reply.Null();
            return;
        }

        FieldMap map = c.Database.OpenHash(entry);
        map.Name(map.RandomField(c.Engine.Random)).Reply(c.Reply);
    }

    private static void Repeated(
        ref CommandContext c, in FieldMap map, long count, bool values)
    {
        ReplyGuard guard = new(in c);
        ReplyBatch reply = c.Reply;
        Open(reply, count, values);
        for (long i = 0; i < count; i++)
        {
            if (i % DrawsPerLook == DrawsPerLook - 1 && guard.Exceeded(in c)) return;
            Answer(reply, in map, map.RandomField(c.Engine.Random), values);
        }
    }

    private static void Different(
        ref CommandContext c, in FieldMap map, long count, bool values)
    {
        RespWriter reply = c.Reply;
        Open(reply, count, values);
        if (map.IsPacked || count > map.Count / WalkPart)
        {
            Chooser chooser = new(reply, c.Engine.Random, count, map.Count, values);
            map.VisitAll(ref chooser);
            return;
        }

        HashSet<FieldAt> drawn = [];
        while (drawn.Count < count)
        {
            FieldAt at = map.RandomField(c.Engine.Random);
            if (drawn.Add(at)) Answer(reply, in map, at, values);
        }
    }

    private static void Open(RespWriter reply, long count, bool values)
    {
        if (values) reply.PairsHeader(count);
        else reply.ArrayHeader(count);
    }

    private static void Answer(RespWriter reply, in FieldMap map, FieldAt at, bool values)
    {
        if (values) reply.PairHeader();
        map.Name(at).Reply(reply);
        if (values) map.Value(at).Reply(reply);
    }

    /// <summary>Takes as many fields as are wanted in one walk, all choices alike.</summary>
    private struct Chooser(
        RespWriter reply, IRandom random, long wanted, long left, bool values) : IFieldVisitor
    {
        private long _wanted = wanted;
        private long _left = left;

        public void Visit(ListpackValue name, ListpackValue value, long expireAtMs)
        {
            bool taken = _wanted == _left || (_wanted > 0 && random.Next(_left) < _wanted);
            _left--;
            if (!taken) return;
            _wanted--;
            if (values) reply.PairHeader();
            name.Reply(reply);
            if (values) value.Reply(reply);
        }
    }
}
