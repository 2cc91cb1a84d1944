using System;
using Rotom.Engine.Config;
using Rotom.Engine.Memory;
using Rotom.Resp;
using Rotom.Resp.Batch;

namespace Rotom.Engine.Commands;

// What is chosen at random cannot be chosen again by a replay: SPOP propagates the removal of what
// it chose.

/// <summary>SPOP SRANDMEMBER.</summary>
internal static class SetRandomCommands
{
    /// <summary>Members in one propagated SREM, as in Redis.</summary>
    private const int BatchMax = 1024;

    /// <summary>Members answered between two looks at the client's output limit.</summary>
    private const long LimitEvery = 4096;

    /// <summary>Returns one or more random members from a set after removing them. Deletes the set
    /// if the last member was popped.</summary>
    [Command("SPOP", Arity = -2, Since = "1.0.0",
        Complexity = "Without the count argument O(1), otherwise O(N) where N is the value of the "
            + "passed count.",
        Group = Group.Set, Flags = CommandFlags.Write | CommandFlags.Fast, Acl = Acl.Set,
        Syntax = "key [count:integer@3.2.0]", Tips = "nondeterministic_output")]
    [Key(1, Access.RW | Access.Get | Access.Delete)]
    internal static void SPop(ref CommandContext c)
    {
        if (c.ArgCount == 3)
        {
            PopMany(ref c);
            return;
        }

        if (c.ArgCount > 3)
        {
            c.SyntaxError();
            return;
        }

        Key key = c.Key(0);
        if (!c.TryWrite(key, ObjectType.Set, out Entry entry)) return;
        if (entry.IsNull)
        {
            c.Reply.Null();
            return;
        }

        SetType set = SetValue.OpenToWrite(in c, key, entry);
        SetPlace place = set.Random(c.Engine.Random);
        PopSink sink = new(in c, c.Reply, key.Bytes, 1);
        sink.Take(set.Get(place));
        set.RemoveAt(place);
        SetValue.StoreShrunk(in c, key, entry, in set, "spop"u8);
        c.SignalModified(key);
        c.Engine.Dirty++;
    }

    /// <summary>Returns one or multiple random members from a set.</summary>
    [Command("SRANDMEMBER", Arity = -2, Since = "1.0.0",
        Complexity = "Without the count argument O(1), otherwise O(N) where N is the absolute "
            + "value of the passed count.",
        Group = Group.Set, Flags = CommandFlags.ReadOnly, Acl = Acl.Set,
        Syntax = "key [count:integer@2.6.0]", Tips = "nondeterministic_output")]
    [Key(1, Access.Read)]
    internal static void SRandMember(ref CommandContext c)
    {
        if (c.ArgCount > 3)
        {
            c.SyntaxError();
            return;
        }

        long count = 0;
        bool many = c.ArgCount == 3;
        if (many && !c.TryRange(2, -long.MaxValue, long.MaxValue, out count)) return;
        if (!c.TryRead(c.Key(0), ObjectType.Set, out Entry entry)) return;
        if (entry.IsNull)
        {
            if (many) c.Reply.ArrayHeader(0);
            else c.Reply.Null();
            return;
        }

        SetType set = SetValue.Open(in c, entry);
        if (!many) set.Get(set.Random(c.Engine.Random)).Reply(c.Reply);
        else if (count < 0) ReplyRepeating(in c, in set, -count);
        else ReplyDifferent(in c, in set, count);
    }

    private static void PopMany(ref CommandContext c)
    {
        ReadOnlySpan<byte> error = Errors.MustBePositive;
        if (!c.TryInt64(2, error, out long count)) return;
        if (count < 0)
        {
            c.Error(error);
            return;
        }

        Key key = c.Key(0);
        if (!c.TryWrite(key, ObjectType.Set, out Entry entry)) return;
        if (entry.IsNull || count == 0)
        {
            c.Reply.SetHeader(0);
            return;
        }

        SetType set = SetValue.OpenToWrite(in c, key, entry);
        long before = set.Count;
        if (count >= before)
        {
            PopAll(ref c, key, entry, in set);
            return;
        }

        c.Reply.SetHeader(count);
        PopSink sink = new(in c, c.Reply, key.Bytes, count);
        set.Pop(c.Engine.Random, count, ref sink);
        SetValue.StoreShrunk(in c, key, entry, in set, "spop"u8);
        c.SignalModified(key);
        c.Engine.Dirty += count;
    }

    private static void PopAll(ref CommandContext c, Key key, Entry entry, in SetType set)
    {
        long count = set.Count;
        SetCommands.Reply(in c, in set);
        bool lazy = c.Engine.Config.LazyfreeLazyServerDel;
        c.PropagateInstead(2).Word(lazy ? "UNLINK"u8 : "DEL"u8).Word(key.Bytes);
        c.Database.Drop(entry, key, lazy);
        c.Notify(NotifyClass.Set, "spop"u8, key);
        c.Notify(NotifyClass.Generic, "del"u8, key);
        c.SignalModified(key);
        c.Engine.Dirty += count;
    }

    private static void ReplyDifferent(in CommandContext c, in SetType set, long count)
    {
        if (count == 0)
        {
            c.Reply.ArrayHeader(0);
            return;
        }

        long all = set.Count;
        c.Reply.ArrayHeader(Math.Min(count, all));
        if (count < all)
        {
            ReplySink sink = new(c.Reply);
            set.Sample(c.Engine.Random, count, ref sink);
            return;
        }

        SetWalk walk = default;
        while (set.Next(ref walk, out ListpackValue member)) member.Reply(c.Reply);
    }

    // The count may be huge and the set small.
    private static void ReplyRepeating(in CommandContext c, in SetType set, long count)
    {
        ReplyGuard guard = new(in c);
        ReplyBatch reply = c.Reply;
        reply.ArrayHeader(count);
        for (long i = 1; i <= count; i++)
        {
            set.Get(set.Random(c.Engine.Random)).Reply(reply);
            if (i % LimitEvery == 0 && guard.Exceeded(in c)) return;
        }
    }

    private readonly ref struct ReplySink(RespWriter reply) : ISetSink
    {
        public void Take(scoped ListpackValue member) => member.Reply(reply);
    }

    /// <summary>Answers what is popped, and propagates its removal.</summary>
    private ref struct PopSink(
        in CommandContext c, RespWriter reply, ReadOnlySpan<byte> key, long left) : ISetSink
    {
        private readonly CommandContext _context = c;
        private readonly RespWriter _reply = reply;
        private readonly ReadOnlySpan<byte> _key = key;
        private long _left = left;
        private int _room;
        private EffectWriter _effect;

        public void Take(scoped ListpackValue member)
        {
            if (_room == 0)
            {
                _room = (int)Math.Min(_left, BatchMax);
                _effect = _context.PropagateInstead(_room + 2).Word("SREM"u8).Word(_key);
            }

            member.Reply(_reply);
            if (member.IsInt) _effect.Word(member.Int);
            else _effect.Word(member.Bytes);
            _room--;
            _left--;
        }
    }
}
