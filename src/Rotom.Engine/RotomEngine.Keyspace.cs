using System;
using System.Collections.Generic;
using Rotom.Engine.Memory;

namespace Rotom.Engine;

// What databases ask of the engine: freeing big values in slices, deletions that nobody commanded,
// keys that somebody may be waiting for, LRU and LFU state.
public sealed partial class RotomEngine
{
    /// <summary>Fields of hashes that expire between two looks at the clock.</summary>
    private const int FieldsPerSlice = 64;

    /// <summary>How long the end of a turn may remove fields that are past their time.</summary>
    private const long ExpireNanosPerTurn = 100_000;

    /// <summary>The part of the time between two ticks for that: a quarter, as for keys.</summary>
    private const int ExpireShare = 4;

    private readonly Queue<DetachedValue> _freeLater = new();
    private readonly Queue<KeyTable> _tablesToClear = new();
    private LaterPayloads? _laterPayloads;

    /// <summary>Buckets of a table cleared between two looks at the clock: some 300 keys.</summary>
    private const int BucketsPerStep = 64;

    /// <summary>Owner of the memory behind collections.</summary>
    internal Payloads Payloads { get; }

    internal HashSeed HashSeed { get; }

    /// <summary>
    /// True when the eviction policy counts uses instead of noting the time of the last.
    /// </summary>
    internal bool UsesLfu { get; private set; }

    /// <summary>What a new key's LRU or LFU state is.</summary>
    internal uint InitialLru => UsesLfu ? Lfu.Initial(NowMs) : LruClock;

    internal void TouchLfu(Entry entry) =>
        entry.Lru = Lfu.Touched(entry.Lru, NowMs, Config.LfuLogFactor, Config.LfuDecayTime, Random);

    /// <summary>Frees a value in slices, between turns.</summary>
    internal void FreeLater(DetachedValue value)
    {
        if (value.Payload.IsNull || Heap.Holder?.TryKeep(value) == true) return;
        _freeLater.Enqueue(value);
        LazyFreePending++;
    }

    /// <summary>
    /// Where the collections of a table that is cleared in slices go: a large one is a slice's work
    /// many times over.
    /// </summary>
    private sealed class LaterPayloads(RotomEngine engine) : IPayloads
    {
        public void Free(ObjectType type, ObjectEncoding encoding, Handle payload)
        {
            if (engine.Payloads.IsWorthPuttingOff(type, encoding, payload))
            {
                engine.FreeLater(new DetachedValue(type, encoding, payload));
            }
            else
            {
                engine.Payloads.Free(type, encoding, payload);
            }
        }
    }

    /// <summary>Empties a database; how many keys it held.</summary>
    internal long Flush(Database database, bool lazy)
    {
        long count = database.Count;
        TouchAllWatchers(database);
        KeyTable old = database.TakeTable();
        // What a snapshot has still to save stays until it has.
        if (Snapshot is not null && Snapshot.Keeps(old)) return count;
        if (lazy && count > 0) ClearLater(old);
        else old.Dispose();
        return count;
    }

    /// <summary>Frees a table in slices, between turns.</summary>
    internal void ClearLater(KeyTable table)
    {
        LazyFreePending += table.Count;
        _tablesToClear.Enqueue(table);
    }

    /// <summary>A key went without a command: expired or evicted. A replay must see that.</summary>
    internal void PropagateDeletion(
        Database database, ReadOnlySpan<byte> key, bool lazy, NotifyClass cause)
    {
        if (!Propagation.Enabled) return;
        bool alone = _depth == 0;
        if (alone) Propagation.BeginUnit();
        Propagation.Begin(database.Index, 2, LineOf(cause))
            .Word(lazy ? "UNLINK"u8 : "DEL"u8).Word(key);
        if (alone) Propagation.EndUnit();
    }

    /// <summary>A field of a hash went without a command. A replay must see that.</summary>
    internal void PropagateFieldDeletion(
        Database database, ReadOnlySpan<byte> key, ReadOnlySpan<byte> field)
    {
        if (!Propagation.Enabled) return;
        bool alone = _depth == 0;
        if (alone) Propagation.BeginUnit();
        Propagation.Begin(database.Index, 3, LineOf(NotifyClass.Expired))
            .Word("HDEL"u8).Word(key).Word(field);
        if (alone) Propagation.EndUnit();
    }

    private static ReadOnlySpan<byte> LineOf(NotifyClass cause) => cause == NotifyClass.Evicted
        ? Persist.AofAnnotation.EvictedLine
        : Persist.AofAnnotation.ExpiredLine;

    /// <summary>
    /// Removes fields of hashes that are past their time, earliest first, for about so many
    /// nanoseconds. Looks at no field that is not due.
    /// </summary>
    internal void ExpireFields(long nanos)
    {
        HashStore hashes = Payloads.Hashes;
        if (hashes.Count == 0 || !ExpireCycle.Enabled || IsLoading) return;
        long end = Clock.MonotonicNanos + nanos;
        while (hashes.Count > 0 && hashes.FirstDueMs < NowMs)
        {
            Memory.Handle root = hashes.FirstRoot;
            (uint table, ulong keyHash) = hashes.HomeOf(root);
            Memory.Entry entry = default;
            foreach (Database database in Databases)
            {
                if (database.TableId != table) continue;
                entry = database.HashOfRoot(root, keyHash);
                if (!entry.IsNull) database.ExpireFields(entry, keyHash, FieldsPerSlice);
                break;
            }

            // It is no key's any more and waits to be freed.
            if (entry.IsNull) hashes.Unindex(root);
            if (Clock.MonotonicNanos > end) return;
        }
    }

    /// <summary>Works on what waits to be freed, for about so many nanoseconds.</summary>
    internal void FreeSome(long nanos)
    {
        if (_freeLater.Count == 0 && _tablesToClear.Count == 0) return;
        long end = Clock.MonotonicNanos + nanos;
        do
        {
            // The values that a step of a table puts off go first, so that only some hundreds wait.
            if (_freeLater.TryPeek(out DetachedValue value)) FreeSome(value);
            else if (_tablesToClear.TryPeek(out KeyTable? table)) ClearSome(table);
            else return;
        }
        while (Clock.MonotonicNanos < end);
    }

    private void FreeSome(DetachedValue value)
    {
        if (!Payloads.FreeSome(value)) return;
        _freeLater.Dequeue();
        LazyFreePending--;
        Stats.LazyFreedObjects++;
    }

    private void ClearSome(KeyTable table)
    {
        long before = table.Count;
        int waiting = _freeLater.Count;
        bool done = table.ClearStep(BucketsPerStep, _laterPayloads ??= new(this));
        // A key whose value waits is still pending, as that value.
        long gone = before - table.Count;
        LazyFreePending -= gone;
        Stats.LazyFreedObjects += gone - (_freeLater.Count - waiting);
        if (done) _tablesToClear.Dequeue().Dispose();
    }
}
