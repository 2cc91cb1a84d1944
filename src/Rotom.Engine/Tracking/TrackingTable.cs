using System;
using System.Collections.Generic;
using Rotom.Engine.Abstractions;
using Rotom.Engine.Memory;

namespace Rotom.Engine;

// TrackingTable: which clients have read which keys, for those who cache in default mode.
//
// There may be a million keys, so nothing of this is on the managed heap: one block a key, found by
// name through a HandleTable. A block is
//
//   0  length of the key      4  number of clients      8  the key, padded to 8     then the ids
//
// The ids are sorted, so that a client that reads a key again is found by halving. Keys are names
// only, without a database, as in Redis: a client that caches from two databases hears too much
// rather than too little. Ids of clients that are gone stay until their key changes or is chosen to
// be forgotten: looking for them would cost more than they do.
//
// Invariants (DeepCheck): Items is the sum of the blocks' counts; ids ascend, and none is twice.
// Owned by the keyspace turn.

/// <summary>The keys that clients may have cached, off the managed heap.</summary>
internal sealed class TrackingTable
{
    private const int CountAt = 4;
    private const int KeyAt = 8;

    private readonly NativeHeap _heap;
    private readonly HashSeed _seed;
    private readonly Queue<HandleTable<Ops>> _dying = new();
    private HandleTable<Ops> _table;

    internal TrackingTable(NativeHeap heap, HashSeed seed)
    {
        _heap = heap;
        _seed = seed;
        _table = NewTable();
    }

    private readonly struct Ops(NativeHeap heap, HashSeed seed) : ITableOps
    {
        public ulong Hash(Handle element) => KeyHash.Compute(seed, KeyOf(heap, element));

        public bool Equals(Handle element, ReadOnlySpan<byte> key) =>
            KeyOf(heap, element).SequenceEqual(key);
    }

    private readonly struct Freer(NativeHeap heap) : IHandleVisitor
    {
        public void Visit(Handle element) => heap.Free(element);
    }

    private struct Checker(NativeHeap heap) : IHandleVisitor
    {
        public long Items;

        public void Visit(Handle element)
        {
            int count = heap.At<int>(element, CountAt);
            int first = IdsAt(heap.At<int>(element, 0));
            Invariant.Require(count > 0);
            for (int i = 1; i < count; i++)
            {
                long before = heap.At<long>(element, first + ((i - 1) * sizeof(long)));
                Invariant.Require(before < heap.At<long>(element, first + (i * sizeof(long))));
            }

            Items += count;
        }
    }

    /// <summary>tracking_total_keys.</summary>
    internal long Keys => _table.Count;

    /// <summary>tracking_total_items: pairs of a key and a client.</summary>
    internal long Items { get; private set; }

    /// <summary>Notes that a client has read a key.</summary>
    internal void Remember(ReadOnlySpan<byte> key, long clientId)
    {
        ulong hash = KeyHash.Compute(_seed, key);
        Handle block = _table.Find(key, hash);
        int first = IdsAt(key.Length);
        if (block.IsNull)
        {
            block = _heap.Allocate(first + sizeof(long));
            _heap.At<int>(block, 0) = key.Length;
            _heap.At<int>(block, CountAt) = 1;
            key.CopyTo(_heap.Bytes(block, KeyAt, key.Length));
            _heap.At<long>(block, first) = clientId;
            _table.Add(block, hash);
            Items++;
            return;
        }

        int count = _heap.At<int>(block, CountAt);
        int at = Search(block, first, count, clientId);
        if (at < 0) return;
        int needed = first + ((count + 1) * sizeof(long));
        if (_heap.UsableBytes(block) < needed)
        {
            // Half as many more: a popular key is not copied for each new reader.
            Handle grown = _heap.Resize(block, needed + (count / 2 * sizeof(long)));
            if (grown != block) _table.Replace(block, grown, hash);
            block = grown;
        }

        int from = first + (at * sizeof(long));
        int tail = (count - at) * sizeof(long);
        _heap.Bytes(block, from, tail)
            .CopyTo(_heap.Bytes(block, from + sizeof(long), tail));
        _heap.At<long>(block, from) = clientId;
        _heap.At<int>(block, CountAt) = count + 1;
        Items++;
    }

    /// <summary>Forgets a key; the ids of those who had read it are added to a list.</summary>
    internal bool TryForget(ReadOnlySpan<byte> key, List<long> ids)
    {
        ulong hash = KeyHash.Compute(_seed, key);
        Handle block = _table.Find(key, hash);
        if (block.IsNull) return false;
        Forget(block, hash, ids);
        return true;
    }

    /// <summary>Forgets a key chosen at random; null when there is none.</summary>
    internal byte[]? ForgetAny(IRandom random, List<long> ids)
    {
        Handle block = _table.RandomElement(random);
        if (block.IsNull) return null;
        byte[] key = KeyOf(_heap, block).ToArray();
        Forget(block, KeyHash.Compute(_seed, key), ids);
        return key;
    }

    /// <summary>Forgets all keys; their memory is freed by <see cref="FreeSome"/>.</summary>
    internal void Clear()
    {
        if (_table.Count == 0) return;
        _dying.Enqueue(_table);
        _table = NewTable();
        Items = 0;
    }

    /// <summary>Frees a slice of what was forgotten; false when nothing is left to free.</summary>
    internal bool FreeSome(int buckets)
    {
        if (!_dying.TryPeek(out HandleTable<Ops> table)) return false;
        Freer freer = new(_heap);
        if (table.ClearStep(buckets, ref freer)) _dying.Dequeue().Destroy();
        return _dying.Count > 0;
    }

    /// <summary>Proves the invariants.</summary>
    internal void DeepCheck()
    {
        _table.DeepCheck();
        Checker checker = new(_heap);
        for (uint i = 0; i < _table.BucketCount; i++) _table.VisitBucket(i, ref checker);
        Invariant.Require(checker.Items == Items);
    }

    private void Forget(Handle block, ulong hash, List<long> ids)
    {
        int count = _heap.At<int>(block, CountAt);
        int first = IdsAt(_heap.At<int>(block, 0));
        for (int i = 0; i < count; i++)
        {
            ids.Add(_heap.At<long>(block, first + (i * sizeof(long))));
        }

        _table.Remove(block, hash);
        _heap.Free(block);
        Items -= count;
    }

    // Where the id belongs; -1 when it is there already.
    private int Search(Handle block, int first, int count, long clientId)
    {
        int low = 0, high = count;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            long id = _heap.At<long>(block, first + (middle * sizeof(long)));
            if (id == clientId) return -1;
            if (id < clientId) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    private HandleTable<Ops> NewTable() =>
        new(_heap, HandleTable<Ops>.Create(_heap), new Ops(_heap, _seed));

    private static int IdsAt(int keyLength) => KeyAt + ((keyLength + 7) & ~7);

    private static ReadOnlySpan<byte> KeyOf(NativeHeap heap, Handle element) =>
        heap.Bytes(element, KeyAt, heap.At<int>(element, 0));
}
