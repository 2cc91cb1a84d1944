using System;
using Rotom.Engine.Memory;

namespace Rotom.Engine.Commands;

/// <summary>What the commands on sorted sets share.</summary>
internal static class ZsetValue
{
    /// <summary>A set that no key has yet.</summary>
    internal static Zset New(in CommandContext c) =>
        new(c.Engine.Heap, c.Engine.HashSeed, ZsetLimits.Of(c.Engine.Config));

    /// <summary>The set behind a key, to be read.</summary>
    internal static Zset Open(in CommandContext c, Entry entry) => new(
        c.Engine.Heap, c.Engine.HashSeed, ZsetLimits.Of(c.Engine.Config), entry.Encoding,
        entry.Payload);

    /// <summary>The set behind a key, to be changed; an empty one when there is none.</summary>
    internal static Zset OpenToWrite(in CommandContext c, Key key, Entry entry)
    {
        if (entry.IsNull)
        {
            return new Zset(
                c.Engine.Heap, c.Engine.HashSeed, ZsetLimits.Of(c.Engine.Config),
                PackBlock.For(key.Bytes.Length));
        }

        c.Database.BeforeChange(key);
        return Open(in c, entry);
    }

    /// <summary>
    /// Puts a set that was changed under its key. The entry from before is dead; the one returned
    /// is good.
    /// </summary>
    internal static Entry Store(in CommandContext c, Key key, Entry entry, ref Zset set) =>
        entry.IsNull
            ? c.Database.SetPayload(key, ObjectType.SortedSet, set.Encoding, set.Payload)
            : c.Database.UpdatePayload(entry, key, set.Encoding, set.Payload);

    /// <summary>
    /// Puts a set that members were removed from under its key, or deletes the key when none are
    /// left; the events.
    /// </summary>
    internal static void StoreShrunk(
        in CommandContext c, Key key, Entry entry, ref Zset set, ReadOnlySpan<byte> eventName,
        long removed)
    {
        c.Engine.Dirty += removed;
        bool gone = set.Count == 0;
        if (set.Payload.IsEmbedded)
        {
            entry = Store(in c, key, entry, ref set);
            if (gone) c.Database.Table.Remove(entry, key.Hash);
        }
        else if (gone)
        {
            Invariant.Require(set.FreeSome());
            c.Database.Table.Detach(entry, key.Hash);
        }
        else
        {
            Store(in c, key, entry, ref set);
        }

        c.SignalModified(key);
        c.Notify(NotifyClass.SortedSet, eventName, key);
        if (gone) c.Notify(NotifyClass.Generic, "del"u8, key);
    }

    /// <summary>
    /// Puts a result under a key whatever it held, or deletes the key when the result is empty;
    /// answers how many members there are.
    /// </summary>
    internal static void StoreResult(
        in CommandContext c, Key key, ref Zset result, long changes, ReadOnlySpan<byte> eventName)
    {
        long count = result.Count;
        if (count > 0)
        {
            c.Database.SetPayload(key, ObjectType.SortedSet, result.Encoding, result.Payload);
            c.Changed(key, NotifyClass.SortedSet, eventName);
            c.Engine.Dirty += changes - 1;
        }
        else
        {
            Invariant.Require(result.FreeSome());
            DeleteResult(in c, key);
        }

        c.Reply.Integer(count);
    }

    /// <summary>Deletes the key of a result that is empty.</summary>
    internal static void DeleteResult(in CommandContext c, Key key)
    {
        if (c.Database.Delete(key, c.Engine.Config.LazyfreeLazyServerDel))
            c.Changed(key, NotifyClass.Generic, "del"u8);
    }

    /// <summary>Answers a member and its score, a pair of its own or not.</summary>
    internal static void ReplyPair(
        in CommandContext c, in Zset set, ZsetPosition at, bool nested)
    {
        if (nested) c.Reply.ArrayHeader(2);
        set.Member(at).Reply(c.Reply);
        c.Reply.Double(set.Score(at));
    }
}
