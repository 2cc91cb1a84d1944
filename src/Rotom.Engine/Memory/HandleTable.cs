using System;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Rotom.Engine.Memory;

// A hash table of handles, grown and shrunk one bucket at a time (linear hashing): no second
// table, no pause, no doubling of memory. TableRoot.cs has the ground plan, HandleTable.Resize.cs
// the growth, HandleTable.Walk.cs scans and samples.
//
// The table holds handles only; what they mean, their hashes and their memory are the owner's. It
// is a view: all state is in the root block, so a value that is a table is just the root's
// handle, and several views of one root may exist.
//
// Invariants (DeepCheck): every element is in the chain of BucketOf(its hash) with its hash's
// tag; slots of a chain are used without gaps, only its last bucket has free ones, and no
// overflow bucket is empty. A table splits above five elements a bucket and merges below 4.5: the
// gap keeps it from doing both in turn. Not thread-safe: owned by the keyspace turn.

/// <summary>A set of handles found by key; a view of the table with the given root.</summary>
internal readonly unsafe partial struct HandleTable<TOps> where TOps : struct, ITableOps
{
    private const long SplitAbove = 5;

    private readonly NativeHeap _heap;
    private readonly TableRoot* _root;
    private readonly TOps _ops;

    /// <summary>A view of an existing table.</summary>
    public HandleTable(NativeHeap heap, Handle root, TOps ops)
    {
        _heap = heap;
        _root = (TableRoot*)root.Address;
        _ops = ops;
    }

    /// <summary>
    /// Makes an empty table of one bucket; returns its root, to be ended by Destroy.
    /// </summary>
    public static Handle Create(NativeHeap heap)
    {
        Handle handle = heap.Allocate(TableRoot.Bytes);
        TableRoot* root = (TableRoot*)handle.Address;
        *root = default;
        root->Buckets = 1;
        root->FirstCapacity = 1;
        root->FirstSegment = heap.Allocate(TableRoot.BucketBytes).Address;
        root->Directory = &root->FirstSegment;
        ClearBucket((ulong*)root->FirstSegment);
        return handle;
    }

    /// <summary>The root, which names this table.</summary>
    public Handle Root => new((nint)_root);

    /// <summary>Elements in the table.</summary>
    public long Count => _root->Count;

    /// <summary>
    /// Bytes of the table itself, as counted in the heap's UsedBytes; elements excluded.
    /// </summary>
    public long MemoryBytes
    {
        get
        {
            long bytes = NativeHeap.BlockBytesFor(TableRoot.Bytes)
                + NativeHeap.BlockBytesFor(_root->FirstCapacity * TableRoot.BucketBytes)
                + (long)_root->Overflows * NativeHeap.BlockBytesFor(TableRoot.BucketBytes);
            if (_root->DirectoryCapacity == 0) return bytes;
            return bytes + NativeHeap.BlockBytesFor(_root->DirectoryCapacity * sizeof(nint))
                + (SegmentsInUse - 1L) * NativeHeap.BlockBytesFor(SegmentBytes);
        }
    }

    /// <summary>The element with this key, or null.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Handle Find(ReadOnlySpan<byte> key, ulong hash)
    {
        ulong* slot = FindSlot(key, hash);
        return slot == null ? default : HandleOf(*slot);
    }

    /// <summary>Adds an element; the caller knows that no element has its key.</summary>
    public void Add(Handle element, ulong hash) => AddFast(element, hash);

    /// <summary>
    /// <see cref="Add"/>, as part of its caller: for loaders, which are compiled to the end before
    /// their first call.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddFast(Handle element, ulong hash)
    {
        BeforeChange(hash);
        ulong* bucket = _root->BucketAt(_root->BucketOf(hash));
        ulong value = TableRoot.TagOf(hash) | element.Bits;
        int length = TableRoot.Length(bucket);
        if (length < TableRoot.SlotsPerBucket) bucket[length] = value;
        else Append(bucket, value);
        if (++_root->Count > _root->Buckets * SplitAbove) Split();
    }

    /// <summary>Takes an element out; false if this handle is not in the table.</summary>
    public bool Remove(Handle element, ulong hash)
    {
        BeforeChange(hash);
        ulong* slot = FindSlot(element, hash);
        if (slot == null) return false;
        RemoveAt(slot, hash);
        return true;
    }

    /// <summary>The element is in another block now, with the same key.</summary>
    public void Replace(Handle old, Handle now, ulong hash)
    {
        BeforeChange(hash);
        ulong* slot = FindSlot(old, hash);
        Invariant.Require(slot != null);
        SetSlot(slot, now);
    }

    /// <summary>
    /// To be called before an element with this hash is changed where it is, while a snapshot may
    /// be under way; the table's own methods do it themselves.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void BeforeChange(ulong hash)
    {
        if (_root->IsWatched) _heap.Holder!.BeforeChange(Root, _root->BucketOf(hash));
    }

    /// <summary>First stage of a lookup to come: fetches the bucket.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(ulong hash) => Cpu.Prefetch(_root->BucketAt(_root->BucketOf(hash)));

    /// <summary>
    /// Second stage: looks into the fetched bucket and fetches the likely element.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void PrefetchElement(ulong hash)
    {
        ulong* bucket = _root->BucketAt(_root->BucketOf(hash));
        uint match = Cpu.MatchTags(bucket, TableRoot.TagOf(hash)) & SlotBits;
        if (match != 0)
        {
            ulong slot = bucket[BitOperations.TrailingZeroCount(match)];
            byte* element = (byte*)(slot & TableRoot.AddressMask);
            Cpu.Prefetch(element);
            Cpu.Prefetch(element + 63);
        }
        else if (TableRoot.Next(bucket) is not null)
        {
            Cpu.Prefetch(TableRoot.Next(bucket));
        }
    }

    internal static uint SlotBits => (1u << TableRoot.SlotsPerBucket) - 1;

    internal static Handle HandleOf(ulong slot) => new((nint)(slot & TableRoot.AddressMask));

    internal static void SetSlot(ulong* slot, Handle element) =>
        *slot = (*slot & ~TableRoot.AddressMask) | element.Bits;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ulong* FindSlot(ReadOnlySpan<byte> key, ulong hash)
    {
        ulong tag = TableRoot.TagOf(hash);
        ulong* bucket = _root->BucketAt(_root->BucketOf(hash));
        do
        {
            uint match = Cpu.MatchTags(bucket, tag) & SlotBits;
            for (; match != 0; match &= match - 1)
            {
                ulong* slot = bucket + BitOperations.TrailingZeroCount(match);
                if (_ops.Equals(HandleOf(*slot), key)) return slot;
            }
            bucket = TableRoot.Next(bucket);
        }
        while (bucket != null);
        return null;
    }

    internal ulong* FindSlot(Handle element, ulong hash)
    {
        ulong wanted = TableRoot.TagOf(hash) | element.Bits;
        for (ulong* bucket = _root->BucketAt(_root->BucketOf(hash)); bucket != null;
            bucket = TableRoot.Next(bucket))
        {
            uint match = Cpu.MatchWords(bucket, wanted) & SlotBits;
            if (match != 0) return bucket + BitOperations.TrailingZeroCount(match);
        }
        return null;
    }

    // The chain's last element takes the place of the one removed.
    internal void RemoveAt(ulong* slot, ulong hash)
    {
        ulong* before = null;
        ulong* last = _root->BucketAt(_root->BucketOf(hash));
        for (ulong* next; (next = TableRoot.Next(last)) != null; last = next) before = last;
        int length = TableRoot.Length(last);
        *slot = last[length - 1];
        last[length - 1] = 0;
        if (length == 1 && before != null)
        {
            TableRoot.SetNext(before, null);
            FreeOverflow(last);
        }
        _root->Count--;
        if (_root->Buckets > 1) MergeIfSparse();
    }

    private void Append(ulong* bucket, ulong value)
    {
        for (ulong* next; (next = TableRoot.Next(bucket)) != null; bucket = next)
        {
        }
        int length = TableRoot.Length(bucket);
        if (length == TableRoot.SlotsPerBucket)
        {
            ulong* overflow = (ulong*)_heap.Allocate(TableRoot.BucketBytes).Address;
            ClearBucket(overflow);
            TableRoot.SetNext(bucket, overflow);
            _root->Overflows++;
            bucket = overflow;
            length = 0;
        }
        bucket[length] = value;
    }

    private void FreeOverflow(ulong* bucket)
    {
        _heap.Free(new Handle((nint)bucket));
        _root->Overflows--;
    }

    private static void ClearBucket(ulong* bucket) =>
        new Span<ulong>(bucket, TableRoot.BucketBytes / sizeof(ulong)).Clear();
}
