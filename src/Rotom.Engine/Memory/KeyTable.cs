using System;
using System.Runtime.CompilerServices;

namespace Rotom.Engine.Memory;

// The keys of one database. An entry is one block with the key and, mostly, its value in it
// (Entry, EntryHeader); a HandleTable finds it by key, and a second one holds the entries with a
// time to live.
//
// Whoever changes an entry's size may get another block, so all that goes through this class,
// which puts the new handle into both tables. Old values are freed here: strings by the table
// itself, collections by the owner's IPayloads. Spans passed in must not point into the entry
// they change. KeyTable.Strings.cs sets and grows strings, KeyTable.Packs.cs sets collections,
// KeyTable.Expiry.cs keeps times to live, KeyTable.Walk.cs scans, samples, clears and proves. Not
// thread-safe: owned by the keyspace turn.

/// <summary>Frees what a collection's handle stands for.</summary>
internal interface IPayloads
{
    /// <summary>The key that owned this collection is gone.</summary>
    void Free(ObjectType type, ObjectEncoding encoding, Handle payload);

    /// <summary>The key has another value now; as <see cref="Free"/>, but may be put off.</summary>
    void FreeOverwritten(ObjectType type, ObjectEncoding encoding, Handle payload) =>
        Free(type, encoding, payload);
}

/// <summary>
/// Is told before anything in a bucket changes; a snapshot saves the bucket first.
/// </summary>
internal interface IBucketObserver
{
    /// <summary>A key of this bucket is about to be added, changed or removed.</summary>
    void BeforeChange(KeyTable table, uint bucket);
}

/// <summary>A value taken out of a table without being freed.</summary>
internal readonly record struct DetachedValue(
    ObjectType Type, ObjectEncoding Encoding, Handle Payload);

/// <summary>Maps keys to values off the managed heap.</summary>
internal sealed unsafe partial class KeyTable : IDisposable
{
    private readonly NativeHeap _heap;
    private readonly IPayloads _payloads;
    private readonly HashSeed _seed;
    private readonly HandleTable<KeyOps> _keys;
    private readonly HandleTable<KeyOps> _expiring;
    private bool _disposed;

    /// <summary>An empty table; about 250 bytes.</summary>
    public KeyTable(NativeHeap heap, HashSeed seed, IPayloads payloads)
    {
        _heap = heap;
        _seed = seed;
        _payloads = payloads;
        KeyOps ops = new(heap, seed);
        _keys = new(heap, HandleTable<KeyOps>.Create(heap), ops);
        _expiring = new(heap, HandleTable<KeyOps>.Create(heap), ops);
    }

    /// <summary>How entries are hashed and compared.</summary>
    internal readonly struct KeyOps(NativeHeap heap, HashSeed seed) : ITableOps
    {
        public ulong Hash(Handle element) => KeyHash.Compute(seed, new Entry(heap, element).Key);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public bool Equals(Handle element, ReadOnlySpan<byte> key) =>
            new Entry(heap, element).KeyEquals(key);
    }

    /// <summary>Number of keys.</summary>
    public long Count => _keys.Count;

    /// <summary>Number of keys with a time to live.</summary>
    public long ExpiringCount => _expiring.Count;

    /// <summary>Bytes of the two tables, as counted in UsedBytes; entries excluded.</summary>
    public long TableBytes => KeysBytes + ExpiringBytes;

    /// <summary>Bytes of the table of all keys.</summary>
    public long KeysBytes => _keys.MemoryBytes;

    /// <summary>Bytes of the table of keys with a time to live.</summary>
    public long ExpiringBytes => _expiring.MemoryBytes;

    /// <summary>How full the buckets are, of all keys and of those with a time to live.</summary>
    public (TableReport Keys, TableReport Expiring) Report() =>
        (_keys.Report(), _expiring.Report());

    /// <summary>
    /// The LRU or LFU word a new key starts with; the database keeps it up to date.
    /// </summary>
    public uint InitialLru { get; set; }

    /// <summary>Told before changes while a snapshot is made; null otherwise.</summary>
    public IBucketObserver? Observer { get; set; }

    /// <summary>The hash to pass along with a key.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong HashOf(ReadOnlySpan<byte> key) => KeyHash.Compute(_seed, key);

    /// <summary>The entry of a key, or one that IsNull.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Entry Find(ReadOnlySpan<byte> key, ulong hash) => new(_heap, _keys.Find(key, hash));

    /// <summary>First stage of a lookup to come: fetches the bucket.</summary>
    public void Prefetch(ulong hash) => _keys.Prefetch(hash);

    /// <summary>The same in the table of keys with a time to live.</summary>
    public void PrefetchExpiring(ulong hash) => _expiring.Prefetch(hash);

    /// <summary>Second stage: fetches the entry the bucket points to.</summary>
    public void PrefetchEntry(ulong hash) => _keys.PrefetchElement(hash);

    /// <summary>Removes a key and frees its value; false if there is none.</summary>
    public bool Remove(ReadOnlySpan<byte> key, ulong hash)
    {
        ulong* slot = _keys.FindSlot(key, hash);
        if (slot == null) return false;
        Entry entry = EntryAt(slot);
        BeforeChange(hash);
        Unhook(slot, entry, hash);
        FreeValue(entry);
        _heap.Free(entry.Block);
        return true;
    }

    /// <summary>Removes an entry just found and frees its value.</summary>
    public void Remove(Entry entry, ulong hash)
    {
        BeforeChange(hash);
        Unhook(SlotOf(entry, hash), entry, hash);
        FreeValue(entry);
        _heap.Free(entry.Block);
    }

    /// <summary>
    /// Removes an entry but not what its handle stands for, to be freed later (UNLINK). Payload
    /// is null where all of the value was in the entry; for a string it is a block to be freed
    /// with the heap.
    /// </summary>
    public DetachedValue Detach(Entry entry, ulong hash)
    {
        BeforeChange(hash);
        Unhook(SlotOf(entry, hash), entry, hash);
        EntryHeader header = entry.Header;
        bool outer = header.HasOwnBlock
            || (header.Type != ObjectType.String && !header.IsEmbedded);
        DetachedValue value = new(entry.Type, entry.Encoding, outer ? entry.Outer : default);
        _heap.Free(entry.Block);
        return value;
    }

    /// <summary>
    /// Moves a value, time to live included, under another key and perhaps into another table
    /// (RENAME, MOVE); what the new key held is freed. Both tables use one heap. Returns the new
    /// entry.
    /// </summary>
    public Entry MoveTo(
        Entry entry, ulong hash, KeyTable target, ReadOnlySpan<byte> newKey, ulong newHash)
    {
        Invariant.Require(target._heap == _heap);
        if (target == this && newHash == hash && entry.KeyEquals(newKey)) return entry;
        target.Remove(newKey, newHash);
        BeforeChange(hash);
        target.BeforeChange(newHash);
        EntryHeader old = entry.Header;
        EntryHeader header = new EntryHeader(old.Type, old.Encoding, newKey.Length, old.Lru)
            .With(EntryHeader.Expiry, old.HasExpiry).With(EntryHeader.OwnBlock, old.HasOwnBlock)
            .With(EntryHeader.Embedded, old.IsEmbedded).WithInlineLength(old.InlineLength);
        int valueBytes = old.ValueBytes;
        Entry moved = new(_heap, _heap.Allocate(header.KeyOffset + newKey.Length + valueBytes));
        target.WriteHead(moved, header, newKey, entry.ExpireAtMs);
        if (header.HasOwnBlock) moved.SetOwnLength(entry.StringLength);
        _heap.Bytes(entry.Block, entry.ValueOffset, valueBytes)
            .CopyTo(_heap.Bytes(moved.Block, moved.ValueOffset, valueBytes));
        Unhook(SlotOf(entry, hash), entry, hash);
        _heap.Free(entry.Block);
        target._keys.Add(moved.Block, newHash);
        if (header.HasExpiry) target._expiring.Add(moved.Block, newHash);
        return moved;
    }

    /// <summary>
    /// To be called before a collection is changed in place; the table's own methods do it
    /// themselves.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void BeforeChange(ulong hash)
    {
        if (Observer != null) Observer.BeforeChange(this, _keys.BucketOf(hash));
    }

    private Entry EntryAt(ulong* slot) => new(_heap, HandleTable<KeyOps>.HandleOf(*slot));

    private ulong* SlotOf(Entry entry, ulong hash)
    {
        ulong* slot = _keys.FindSlot(entry.Block, hash);
        Invariant.Require(slot != null);
        return slot;
    }

    private void Unhook(ulong* slot, Entry entry, ulong hash)
    {
        if (entry.HasExpiry) Invariant.Require(_expiring.Remove(entry.Block, hash));
        _keys.RemoveAt(slot, hash);
    }

    private void FreeOwn(Handle block)
    {
        bool isKept = _heap.Holder is { } holder
            && holder.TryKeep(new(ObjectType.String, ObjectEncoding.Raw, block));
        if (!isKept) _heap.Free(block);
    }

    private void FreeValue(Entry entry) => FreeValue(entry, _payloads);

    private void FreeValue(Entry entry, IPayloads payloads)
    {
        EntryHeader header = entry.Header;
        if (header.HasOwnBlock) FreeOwn(entry.Outer);
        else if (header.Type != ObjectType.String && !header.IsEmbedded)
            payloads.Free(header.Type, header.Encoding, entry.Outer);
    }

    // Header, expiry, key length and key; the caller writes the value. The key may overlap the
    // block.
    private void WriteHead(Entry entry, EntryHeader header, ReadOnlySpan<byte> key, long expireAtMs)
    {
        key.CopyTo(_heap.Bytes(entry.Block, header.KeyOffset, key.Length));
        int keyLength = key.Length;
        entry.Header = header;
        if (header.HasExpiry) entry.ExpireAtMs = expireAtMs;
        if (header.HasLongKey) _heap.At<int>(entry.Block, header.LongKeyOffset) = keyLength;
    }
}
