using System;
using System.Collections.Generic;
using Rotom.Engine.Memory;

namespace Rotom.Engine;

// What databases ask of the engine: freeing big values in slices, deletions that nobody commanded,
// keys that somebody may be waiting for, LRU and LFU state.
public sealed partial class RotomEngine
{
    private readonly Queue<DetachedValue> _freeLater = new();
    private readonly Queue<KeyTable> _tablesToClear = new();

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
        if (value.Payload.IsNull) return;
        _freeLater.Enqueue(value);
        LazyFreePending++;
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
    internal void PropagateDeletion(Database database, ReadOnlySpan<byte> key, bool lazy)
    {
        if (!Propagation.Enabled) return;
        bool alone = _depth == 0;
        if (alone) Propagation.BeginUnit();
        Propagation.Begin(database.Index, 2).Word(lazy ? "UNLINK"u8 : "DEL"u8).Word(key);
        if (alone) Propagation.EndUnit();
    }

    /// <summary>Works on what waits to be freed, for about so many nanoseconds.</summary>
    internal void FreeSome(long nanos)
    {
        if (_freeLater.Count == 0 && _tablesToClear.Count == 0) return;
        long end = Clock.MonotonicNanos + nanos;
        while (_freeLater.TryPeek(out DetachedValue value))
        {
            if (Payloads.FreeSome(value))
            {
                _freeLater.Dequeue();
                LazyFreePending--;
                Stats.LazyFreedObjects++;
            }

            if (Clock.MonotonicNanos > end) return;
        }

        while (_tablesToClear.TryPeek(out KeyTable? table))
        {
            long before = table.Count;
            bool done = table.ClearStep(64);
            long freed = before - table.Count;
            LazyFreePending -= freed;
            Stats.LazyFreedObjects += freed;
            if (done) _tablesToClear.Dequeue().Dispose();
            if (Clock.MonotonicNanos > end) return;
        }
    }
}
