using System;
using Rotom.Engine.Abstractions;

namespace Rotom.Engine.Memory;

// Scans, samples, clearing and proof of a key table.

/// <summary>
/// Is shown entries by scans and walks. It must not change the table it is shown.
/// </summary>
internal interface IEntryVisitor
{
    /// <summary>Called once for each entry met.</summary>
    void Visit(Entry entry);
}

internal sealed unsafe partial class KeyTable
{
    private const int DisposeStep = 1 << 20;

    /// <summary>Number of buckets, for VisitBucket.</summary>
    public uint BucketCount => _keys.BucketCount;

    /// <summary>Keeps bucket numbers stable while they are walked; see HandleTable.</summary>
    public bool HoldMerges
    {
        get => _keys.HoldMerges;
        set => _keys.HoldMerges = value;
    }

    /// <summary>So many keys are about to be added to an empty table.</summary>
    public void Reserve(long keys, long expiring)
    {
        _keys.Reserve(keys);
        _expiring.Reserve(expiring);
    }

    /// <summary>The bucket a key with this hash is in or would be put in.</summary>
    public uint BucketOf(ulong hash) => _keys.BucketOf(hash);

    /// <summary>The owner's mark on a bucket; a bucket split off inherits it.</summary>
    public ushort GetMark(uint bucket) => _keys.GetMark(bucket);

    /// <summary>Before buckets are marked by the snapshot with this number.</summary>
    public void NumberSnapshot(uint snapshot) => new TableWatch(_keys.Root).Number(snapshot);

    /// <summary>Sets the owner's mark on a bucket.</summary>
    public void SetMark(uint bucket, ushort mark) => _keys.SetMark(bucket, mark);

    /// <summary>
    /// Shows one bucket's entries and returns the next cursor (SCAN): begin with 0, and 0 ends
    /// the scan. A key that is there during the whole scan is shown at least once.
    /// </summary>
    public ulong Scan<TVisitor>(ulong cursor, ref TVisitor visitor)
        where TVisitor : struct, IEntryVisitor, allows ref struct
    {
        EntryAdapter<TVisitor> adapter = new(_heap, visitor);
        ulong next = _keys.Scan(cursor, ref adapter);
        visitor = adapter.Visitor;
        return next;
    }

    /// <summary>Shows all entries of one bucket.</summary>
    public void VisitBucket<TVisitor>(uint bucket, ref TVisitor visitor)
        where TVisitor : struct, IEntryVisitor, allows ref struct
    {
        EntryAdapter<TVisitor> adapter = new(_heap, visitor);
        _keys.VisitBucket(bucket, ref adapter);
        visitor = adapter.Visitor;
    }

    /// <summary>
    /// An entry chosen evenly at random (RANDOMKEY, eviction), or one that IsNull.
    /// </summary>
    public Entry RandomEntry(IRandom random) => new(_heap, _keys.RandomElement(random));

    /// <summary>
    /// A fair sample of different entries, for <see cref="EntryOf"/>; valid until a change.
    /// </summary>
    public int Sample(IRandom random, Span<Handle> into) => _keys.Sample(random, into);

    /// <summary>An entry of a sample.</summary>
    public Entry EntryOf(Handle sampled) => new(_heap, sampled);

    /// <summary>
    /// Frees up to this many buckets' entries; true when the table is empty. In between it is
    /// valid and holds the rest: a flush in the background swaps a new table in and clears the
    /// old one in steps.
    /// </summary>
    public bool ClearStep(int buckets) => ClearStep(buckets, _payloads);

    /// <summary>The same, collections being handed to another owner.</summary>
    public bool ClearStep(int buckets, IPayloads payloads)
    {
        EntryFreer freer = new(this, payloads);
        return _keys.ClearStep(buckets, ref freer);
    }

    /// <summary>Frees all entries at once (FLUSHDB SYNC).</summary>
    public void Clear()
    {
        while (!ClearStep(DisposeStep))
        {
        }
    }

    /// <summary>
    /// Proves the invariants of both tables, that the second holds exactly the keys with an
    /// expiry, and that every entry fits its block.
    /// </summary>
    /// <exception cref="InvariantException">One does not hold.</exception>
    public void DeepCheck()
    {
        _keys.DeepCheck();
        _expiring.DeepCheck();
        long expiring = 0;
        for (uint i = 0; i < _keys.BucketCount; i++)
        {
            for (ulong* part = _keys.BucketAt(i); part != null; part = TableRoot.Next(part))
            {
                for (int j = 0; j < TableRoot.SlotsPerBucket && part[j] != 0; j++)
                {
                    if (CheckEntry(EntryAt(part + j))) expiring++;
                }
            }
        }
        Invariant.Require(expiring == _expiring.Count);
    }

    /// <summary>Frees everything the table owns.</summary>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        Clear();
        _keys.Destroy();
        _expiring.Destroy();
    }

    private bool CheckEntry(Entry entry)
    {
        EntryHeader header = entry.Header;
        Invariant.Require(
            entry.ValueOffset + header.ValueBytes <= _heap.UsableBytes(entry.Block));
        if (header.HasOwnBlock)
            Invariant.Require(entry.StringLength <= _heap.UsableBytes(entry.Outer));
        ulong* listed = _expiring.FindSlot(entry.Block, HashOf(entry.Key));
        Invariant.Require(header.HasExpiry == (listed != null));
        return header.HasExpiry;
    }

    // Holds a copy of the visitor, as a ref to a ref struct cannot be a field; copied back after
    // use.
    private ref struct EntryAdapter<TVisitor>(NativeHeap heap, TVisitor visitor) : IHandleVisitor
        where TVisitor : struct, IEntryVisitor, allows ref struct
    {
        public TVisitor Visitor = visitor;

        public void Visit(Handle element) => Visitor.Visit(new Entry(heap, element));
    }

    private readonly struct EntryFreer(KeyTable table, IPayloads payloads) : IHandleVisitor
    {
        public void Visit(Handle element)
        {
            Entry entry = new(table._heap, element);
            if (entry.HasExpiry) table._expiring.Remove(element, table.HashOf(entry.Key));
            table.FreeValue(entry, payloads);
            table._heap.Free(element);
        }
    }
}
