using System;
using Rotom.Engine.Memory;
using Rotom.Resp;

namespace Rotom.Engine.Commands;

// What the hash commands share. A command sees no field that is past its time: before it begins,
// those it names are removed (TryRead and TryWrite with its names), or all of them if it goes over
// all fields anyway. Both cost one comparison for a hash where nothing is due.

/// <summary>What the hash commands share.</summary>
internal static class HashValue
{
    /// <summary>No names are given: all fields matter.</summary>
    internal const int AllFields = 0;

    // HLEN is O(1): where more fields than this are due, the rest still counts, as in Redis.
    private const long ExpiredByLengthMax = 256;

    /// <summary>Looks a hash up to be read; false when an error was answered.</summary>
    /// <param name="c">The command.</param>
    /// <param name="entry">The entry; null when there is no hash.</param>
    /// <param name="firstName">The word that is the first name of a field, or none.</param>
    /// <param name="step">From one name to the next.</param>
    internal static bool TryRead(
        ref CommandContext c, out Entry entry, int firstName = AllFields, int step = 1)
    {
        Key key = c.Key(0);
        if (!c.TryRead(key, ObjectType.Hash, out entry)) return false;
        if (!entry.IsNull && HasDue(in c, entry)) Expire(ref c, key, ref entry, firstName, step);
        return true;
    }

    /// <summary>As <see cref="TryRead"/>, for a command that will change the hash.</summary>
    internal static bool TryWrite(
        ref CommandContext c, Key key, out Entry entry, int firstName = AllFields, int step = 1)
    {
        if (!c.TryWrite(key, ObjectType.Hash, out entry)) return false;
        if (!entry.IsNull && HasDue(in c, entry)) Expire(ref c, key, ref entry, firstName, step);
        return true;
    }

    /// <summary>Looks a hash up for HLEN: a bounded number of fields expires.</summary>
    internal static bool TryCount(ref CommandContext c, out long count)
    {
        count = 0;
        Key key = c.Key(0);
        if (!c.TryRead(key, ObjectType.Hash, out Entry entry)) return false;
        if (!entry.IsNull && HasDue(in c, entry))
            entry = c.Database.ExpireFields(entry, key.Hash, ExpiredByLengthMax);
        if (!entry.IsNull) count = c.Database.OpenHash(entry).Count;
        return true;
    }

    /// <summary>Opens a hash that is to be changed, a new one when there is none.</summary>
    internal static FieldMap OpenToWrite(in CommandContext c, Key key, Entry entry, int bytes = 0)
    {
        if (entry.IsNull)
        {
            return new FieldMap(
                c.Engine.Payloads.Hashes, bytes, PackBlock.For(key.Bytes.Length));
        }

        c.Database.BeforeChange(key);
        return c.Database.OpenHash(entry);
    }

    /// <summary>
    /// Puts a hash that was changed under its key. The entry from before is dead; the one returned
    /// is good.
    /// </summary>
    internal static Entry Store(in CommandContext c, Key key, Entry entry, in FieldMap map) =>
        entry.IsNull
            ? c.Database.SetPayload(key, ObjectType.Hash, map.Encoding, map.Payload)
            : c.Database.UpdatePayload(entry, key, map.Encoding, map.Payload);

    /// <summary>
    /// Deletes a key whose hash was stored and has no fields left; the event of that.
    /// </summary>
    internal static void DropIfEmpty(in CommandContext c, Key key, Entry entry, in FieldMap map)
    {
        if (map.Count > 0) return;
        c.Database.Drop(entry, key, lazy: false);
        c.Notify(NotifyClass.Generic, "del"u8, key);
    }

    /// <summary>Answers a field's value, null when there is none.</summary>
    internal static void ReplyValue(RespWriter reply, in FieldMap map, FieldAt at)
    {
        if (at.IsNull) reply.Null();
        else map.Value(at).Reply(reply);
    }

    private static bool HasDue(in CommandContext c, Entry entry) =>
        entry.Encoding is ObjectEncoding.ListpackEx or ObjectEncoding.HashtableEx
            && c.Database.IsFieldDue(c.Database.OpenHash(entry).NextDue);

    private static void Expire(
        ref CommandContext c, Key key, ref Entry entry, int firstName, int step)
    {
        if (firstName == AllFields)
        {
            entry = c.Database.ExpireFields(entry, key.Hash, long.MaxValue);
            return;
        }

        for (int i = firstName; i < c.ArgCount && !entry.IsNull; i += step)
            entry = c.Database.ExpireField(entry, key.Hash, c[i]);
    }
}
