using Rotom.Engine.Memory;

namespace Rotom.Engine.Commands;

/// <summary>What the set commands share.</summary>
internal static class SetValue
{
    /// <summary>The set behind a key, to be read.</summary>
    internal static SetType Open(in CommandContext c, Entry entry) =>
        new(c.Engine.Payloads.Sets, entry.Encoding, entry.Payload);

    /// <summary>The set behind a key, to be changed in place.</summary>
    internal static SetType OpenToWrite(in CommandContext c, Key key, Entry entry)
    {
        c.Database.BeforeChange(key);
        return Open(in c, entry);
    }

    /// <summary>
    /// Puts a set that was changed under its key. The entry from before is dead; the one returned
    /// is good.
    /// </summary>
    internal static Entry Store(in CommandContext c, Key key, Entry entry, in SetType set) =>
        entry.IsNull
            ? c.Database.SetPayload(key, ObjectType.Set, set.Encoding, set.Payload)
            : c.Database.UpdatePayload(entry, key, set.Encoding, set.Payload);

    /// <summary>
    /// Puts a set that members were removed from under its key, or deletes the key when none are
    /// left; the event of the removal, and of the deletion.
    /// </summary>
    /// <returns>True when the key is gone.</returns>
    internal static bool StoreShrunk(
        in CommandContext c,
        Key key,
        Entry entry,
        in SetType set,
        System.ReadOnlySpan<byte> eventName)
    {
        entry = Store(in c, key, entry, in set);
        bool gone = set.Count == 0;
        if (gone) c.Database.Table.Remove(entry, key.Hash);
        c.Notify(NotifyClass.Set, eventName, key);
        if (gone) c.Notify(NotifyClass.Generic, "del"u8, key);
        return gone;
    }

    /// <summary>
    /// Puts the result of a command under a key, whatever it held, or deletes it when the result
    /// is empty; answers the number of members.
    /// </summary>
    internal static void StoreResult(
        in CommandContext c, Key key, in SetType result, System.ReadOnlySpan<byte> eventName)
    {
        long count = result.Count;
        if (count > 0)
        {
            c.Database.SetPayload(key, ObjectType.Set, result.Encoding, result.Payload);
            c.Changed(key, NotifyClass.Set, eventName);
        }
        else
        {
            result.Free();
            DeleteTarget(in c, key);
        }

        c.Reply.Integer(count);
    }

    /// <summary>The result of a command is empty: the key it was for goes.</summary>
    internal static void DeleteTarget(in CommandContext c, Key key)
    {
        if (c.Database.Delete(key, c.Engine.Config.LazyfreeLazyServerDel))
            c.Changed(key, NotifyClass.Generic, "del"u8);
    }

    /// <summary>Frees a set that was made for one command.</summary>
    internal static void Drop(in CommandContext c, in SetType set)
    {
        if (c.Engine.Config.LazyfreeLazyServerDel)
            c.Engine.FreeLater(new DetachedValue(ObjectType.Set, set.Encoding, set.Payload.Block));
        else
            set.Free();
    }
}
