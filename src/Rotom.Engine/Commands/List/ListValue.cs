using System;
using Rotom.Engine.Memory;
using Rotom.Resp;

namespace Rotom.Engine.Commands;

/// <summary>What the list commands share.</summary>
internal static class ListValue
{
    /// <summary>The list behind a key, to be read.</summary>
    internal static void Open(in CommandContext c, Entry entry, out Quicklist list)
    {
        // Where it is to stay: a copy would wait for these stores to be done.
        list = default;
        list.Open(c.Engine.Heap, Limits(in c), entry.Encoding, entry.Payload.Block);
    }

    /// <summary>The list behind a key, to be changed; an empty one when there is none.</summary>
    internal static void OpenToWrite(
        in CommandContext c, Key key, Entry entry, out Quicklist list)
    {
        list = default;
        if (entry.IsNull)
        {
            list.Open(c.Engine.Heap, Limits(in c));
            return;
        }

        c.Database.BeforeChange(key);
        list.Open(c.Engine.Heap, Limits(in c), entry.Encoding, entry.Payload.Block);
    }

    /// <summary>Puts a list that elements were added to, or replaced in, under its key.</summary>
    internal static void Store(in CommandContext c, Key key, Entry entry, ref Quicklist list)
    {
        list.Save();
        if (entry.IsNull)
        {
            c.Database.SetPayload(key, ObjectType.List, list.Encoding, list.Payload);
        }
        else if (list.Payload != entry.Payload.Block)
        {
            c.Database.UpdatePayload(entry, key, list.Encoding, list.Payload);
        }
    }

    /// <summary>
    /// Puts a list that elements were removed from under its key, or deletes the key when none are
    /// left; the events of a pop.
    /// </summary>
    internal static void StorePopped(
        in CommandContext c, Key key, Entry entry, ref Quicklist list, bool head, long popped)
    {
        c.Notify(NotifyClass.List, head ? "lpop"u8 : "rpop"u8, key);
        StoreShrunk(in c, key, entry, ref list);
        c.SignalModified(key);
        c.Engine.Dirty += popped;
    }

    /// <summary>As <see cref="StorePopped"/>, without the event of a pop.</summary>
    internal static void StoreShrunk(
        in CommandContext c, Key key, Entry entry, ref Quicklist list)
    {
        if (list.Count > 0)
        {
            list.Shrink();
            Store(in c, key, entry, ref list);
            return;
        }

        // Nothing is left but the root; the key goes without what it no longer owns.
        Invariant.Require(list.FreeSome());
        c.Database.Table.Detach(entry, key.Hash);
        c.Notify(NotifyClass.Generic, "del"u8, key);
    }

    /// <summary>
    /// Reads LEFT or RIGHT; answers a syntax error and returns false when it is neither.
    /// </summary>
    internal static bool TrySide(in CommandContext c, int index, out bool head)
    {
        head = c.Is(index, "LEFT"u8);
        if (head || c.Is(index, "RIGHT"u8)) return true;
        c.SyntaxError();
        return false;
    }

    private static ListLimits Limits(in CommandContext c) => new(
        c.Engine.Config.ListMaxListpackSize,
        c.Engine.Config.ListPackedThreshold,
        c.Engine.Config.ListCompressDepth);
}
