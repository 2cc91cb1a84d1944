using System;
using Rotom.Engine.Abstractions;

namespace Rotom.Engine.Memory;

// Times to live. The second table holds exactly the entries that have one, so the expire cycle
// and the volatile eviction policies sample it directly, and a key without one pays nothing.

internal sealed unsafe partial class KeyTable
{
    /// <summary>Gives an entry a time to live, Unix time in ms, or changes it (EXPIRE).</summary>
    public Entry SetExpire(Entry entry, ulong hash, long atMs)
    {
        Invariant.Require(atMs >= 0);
        BeforeChange(hash);
        if (!entry.HasExpiry)
        {
            entry = Relayout(entry, hash, hasExpiry: true);
            _expiring.Add(entry.Block, hash);
        }
        entry.ExpireAtMs = atMs;
        return entry;
    }

    /// <summary>Takes an entry's time to live away, if it has one (PERSIST).</summary>
    public Entry ClearExpire(Entry entry, ulong hash)
    {
        if (!entry.HasExpiry) return entry;
        BeforeChange(hash);
        Invariant.Require(_expiring.Remove(entry.Block, hash));
        return Relayout(entry, hash, hasExpiry: false);
    }

    /// <summary>An even choice among the keys with a time to live.</summary>
    public Entry RandomExpiring(IRandom random) => new(_heap, _expiring.RandomElement(random));

    /// <summary>As Sample, among the keys with a time to live.</summary>
    public int SampleExpiring(IRandom random, Span<Handle> into) =>
        _expiring.Sample(random, into);

    /// <summary>As Scan, over the keys with a time to live.</summary>
    public ulong ScanExpiring<TVisitor>(ulong cursor, ref TVisitor visitor)
        where TVisitor : struct, IEntryVisitor, allows ref struct
    {
        EntryAdapter<TVisitor> adapter = new(_heap, visitor);
        ulong next = _expiring.Scan(cursor, ref adapter);
        visitor = adapter.Visitor;
        return next;
    }

    /// <summary>Buckets ScanExpiring has to show in all.</summary>
    public uint ExpiringBucketCount => _expiring.BucketCount;

    // The same key and value with or without the eight bytes of an expiry, not in the second table.
    private Entry Relayout(Entry entry, ulong hash, bool hasExpiry)
    {
        EntryHeader before = entry.Header;
        EntryHeader after = before.With(EntryHeader.Expiry, hasExpiry);
        int head = EntryHeader.Bytes;
        int tail = entry.ValueOffset + before.ValueBytes - before.LongKeyOffset;
        int needed = after.LongKeyOffset + tail;
        Span<byte> from = _heap.Bytes(entry.Block, before.LongKeyOffset, tail);
        if (Fits(needed, _heap.UsableBytes(entry.Block)))
        {
            from.CopyTo(_heap.Bytes(entry.Block, after.LongKeyOffset, tail));
            entry.Header = after;
            return entry;
        }
        Invariant.Require(before.LongKeyOffset >= head);
        ulong* slot = SlotOf(entry, hash);
        Entry moved = new(_heap, _heap.Allocate(needed));
        from.CopyTo(_heap.Bytes(moved.Block, after.LongKeyOffset, tail));
        moved.Header = after;
        HandleTable<KeyOps>.SetSlot(slot, moved.Block);
        _heap.Free(entry.Block);
        return moved;
    }
}
