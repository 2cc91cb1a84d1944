using System;
using Rotom.Engine.Config;
using Rotom.Engine.Memory;

namespace Rotom.Engine;

// Evictor: deletes keys while more memory is used than maxmemory allows, by Redis' algorithm.
//
// It runs before a command, when memory is over the limit. Each round takes a sample of every
// database (allkeys: of all keys, volatile: of those with a time to live) into the pool and deletes
// the pool's best; the random policies take a key of each database in turn. What waits to be freed
// in slices goes before any further key: that memory was given up already.
//
// How long one run may take is maxmemory-eviction-tenacity; looked at each 16 keys. A run that ends
// early leaves IsRunning set, and the owner goes on in its idle time. A command is refused only if
// there is nothing left that may be evicted.

/// <summary>How an eviction run ended.</summary>
internal enum EvictionResult
{
    /// <summary>Memory is within the limit, or it is not the time to evict.</summary>
    Enough,

    /// <summary>Not within the limit yet; it is gone on with in idle time.</summary>
    Running,

    /// <summary>Over the limit, and nothing may be evicted.</summary>
    Failed,
}

/// <summary>Evicts keys of one engine.</summary>
internal sealed class Evictor
{
    private const int KeysPerLook = 16;

    /// <summary>Writing down so many bytes of old values is worth a look at the clock.</summary>
    internal const long CaptureCostPerLook = 1 << 20;

    /// <summary>A slice of work on what waits to be freed.</summary>
    private const long FreeNanos = 50_000;

    private readonly RotomEngine _engine;
    private readonly EvictionPool _pool = new();
    private Handle[] _sample = new Handle[16];
    private byte[] _name = new byte[64];
    private MaxMemoryPolicy _policy;
    private int _nextDatabase;
    private long _exceededSinceNanos;

    internal Evictor(RotomEngine engine) => _engine = engine;

    /// <summary>There is more to evict than the last run had time for.</summary>
    internal bool IsRunning { get; private set; }

    /// <summary>Nanoseconds since memory rose above the limit; 0 while it is within.</summary>
    internal long ExceededNanos =>
        _exceededSinceNanos == 0 ? 0 : _engine.Clock.MonotonicNanos - _exceededSinceNanos;

    /// <summary>
    /// Evicts until memory is within the limit, nothing is left, or the time is over.
    /// </summary>
    internal EvictionResult Run()
    {
        if (!MayEvict) return EvictionResult.Enough;
        EvictionResult result = EvictionResult.Enough;
        if (_engine.MemoryOverLimit > 0)
        {
            bool monitored = _engine.Config.LatencyMonitorThresholdMilliseconds > 0;
            long start = monitored ? _engine.Clock.MonotonicNanos : 0;
            result = _engine.Config.MaxMemoryPolicy == MaxMemoryPolicy.NoEviction
                ? EvictionResult.Failed
                : Evict(monitored, start);
            if (monitored)
            {
                long took = _engine.Clock.MonotonicNanos - start;
                _engine.Latency.AddIfNeeded("eviction-cycle", took, _engine.NowMs);
            }
        }

        IsRunning = result == EvictionResult.Running;
        Settle(result);
        return result;
    }

    /// <summary>Notes that memory is within the limit again, however it came.</summary>
    internal void SettleIfEnough()
    {
        if (_exceededSinceNanos == 0 || _engine.MemoryOverLimit > 0) return;
        IsRunning = false;
        Settle(EvictionResult.Enough);
    }

    /// <summary>CONFIG RESETSTAT.</summary>
    internal void ResetStatistics() => _exceededSinceNanos = 0;

    /// <summary>How long a run may take at a tenacity, in nanoseconds.</summary>
    internal static long LimitNanos(int tenacity) => tenacity switch
    {
        <= 10 => 50_000L * tenacity,
        < 100 => (long)(500_000 * Math.Pow(1.15, tenacity - 10)),
        _ => long.MaxValue,
    };

    // While data is loaded or writes are paused the data set stays as it is, and a replica leaves
    // eviction to its master.
    private bool MayEvict => !_engine.IsLoading && !_engine.IsPaused
        && (_engine.Config.ReplicaOf is null || !_engine.Config.ReplicaIgnoreMaxMemory);

    private EvictionResult Evict(bool monitored, long start)
    {
        ServerConfig config = _engine.Config;
        if (_policy != config.MaxMemoryPolicy)
        {
            _policy = config.MaxMemoryPolicy;
            _pool.Clear();
        }

        long limit = LimitNanos(config.MaxMemoryEvictionTenacity);
        long captured = _engine.CaptureCost;
        for (int keys = 0; _engine.MemoryOverLimit > 0;)
        {
            bool look = _engine.LazyFreePending > 0;
            if (look)
            {
                if (start == 0) start = _engine.Clock.MonotonicNanos;
                _engine.FreeSome(FreeNanos);
            }
            else if (EvictOne(monitored))
            {
                look = ++keys % KeysPerLook == 0
                    || _engine.CaptureCost - captured > CaptureCostPerLook;
            }
            else
            {
                return EvictionResult.Failed;
            }

            if (!look) continue;
            captured = _engine.CaptureCost;
            long now = _engine.Clock.MonotonicNanos;
            // The clock is not read for the few keys that a usual command evicts.
            if (start == 0) start = now;
            if (now - start >= limit && _engine.MemoryOverLimit > 0) return EvictionResult.Running;
        }

        return EvictionResult.Enough;
    }

    private bool EvictOne(bool monitored)
    {
        if (_policy is MaxMemoryPolicy.AllKeysRandom or MaxMemoryPolicy.VolatileRandom)
        {
            return EvictRandom(monitored);
        }

        while (Populate())
        {
            while (_pool.TryTake(out EvictionCandidate best))
            {
                Database database = _engine.Databases[best.Database];
                Entry entry = database.Table.Find(best.Name.Span, best.Hash);
                if (entry.IsNull || (IsVolatile && !entry.HasExpiry)) continue;
                Drop(database, entry, best.Hash, best.Name.Span, monitored);
                return true;
            }
        }

        return false;
    }

    private bool EvictRandom(bool monitored)
    {
        Database[] databases = _engine.Databases;
        for (int i = 0; i < databases.Length; i++)
        {
            _nextDatabase = (_nextDatabase + 1) % databases.Length;
            Database database = databases[_nextDatabase];
            Entry entry = IsVolatile
                ? database.Table.RandomExpiring(_engine.Random)
                : database.Table.RandomEntry(_engine.Random);
            if (entry.IsNull) continue;
            ReadOnlySpan<byte> key = entry.Key;
            if (key.Length > _name.Length) _name = new byte[key.Length * 2];
            key.CopyTo(_name);
            ReadOnlySpan<byte> name = _name.AsSpan(0, key.Length);
            Drop(database, entry, database.Table.HashOf(name), name, monitored);
            return true;
        }

        return false;
    }

    /// <summary>Samples every database; false when there is nothing to evict.</summary>
    private bool Populate()
    {
        int samples = _engine.Config.MaxMemorySamples;
        if (samples > _sample.Length) _sample = new Handle[samples];
        Span<Handle> into = _sample.AsSpan(0, samples);
        bool any = false;
        foreach (Database database in _engine.Databases)
        {
            KeyTable table = database.Table;
            int count = IsVolatile
                ? table.SampleExpiring(_engine.Random, into)
                : table.Sample(_engine.Random, into);
            any |= count > 0;
            for (int i = 0; i < count; i++)
            {
                Entry entry = table.EntryOf(into[i]);
                ulong score = Score(entry);
                if (!_pool.Wants(score)) continue;
                ReadOnlySpan<byte> key = entry.Key;
                _pool.Offer(score, database.Index, table.HashOf(key), key);
            }
        }

        return any;
    }

    private bool IsVolatile => _policy is MaxMemoryPolicy.VolatileLru or MaxMemoryPolicy.VolatileLfu
        or MaxMemoryPolicy.VolatileRandom or MaxMemoryPolicy.VolatileTtl;

    private ulong Score(Entry entry) => _policy switch
    {
        MaxMemoryPolicy.VolatileTtl => ulong.MaxValue - (ulong)entry.ExpireAtMs,
        MaxMemoryPolicy.AllKeysLfu or MaxMemoryPolicy.VolatileLfu =>
            255 - Lfu.Decayed(entry.Lru, _engine.NowMs, _engine.Config.LfuDecayTime),
        _ => (ulong)Lru.IdleMs(entry.Lru, _engine.LruClock),
    };

    private void Drop(
        Database database, Entry entry, ulong hash, ReadOnlySpan<byte> key, bool monitored)
    {
        bool captured = _engine.CaptureForEvent(NotifyClass.Evicted, database, key, entry);
        bool lazy = _engine.Config.LazyfreeLazyEviction;
        long start = monitored ? _engine.Clock.MonotonicNanos : 0;
        database.Drop(entry, hash, lazy);
        if (monitored)
        {
            long took = _engine.Clock.MonotonicNanos - start;
            _engine.Latency.AddIfNeeded("eviction-del", took, _engine.NowMs);
        }

        _engine.Stats.EvictedKeys++;
        _engine.PropagateDeletion(database, key, lazy, NotifyClass.Evicted);
        _engine.SignalModifiedKey(database, key, null);
        _engine.Notify(NotifyClass.Evicted, "evicted"u8, key, database, captured);
    }

    private void Settle(EvictionResult result)
    {
        if (result != EvictionResult.Enough)
        {
            if (_exceededSinceNanos != 0) return;
            _exceededSinceNanos = Math.Max(1, _engine.Clock.MonotonicNanos);
        }
        else if (_exceededSinceNanos != 0)
        {
            _engine.Stats.EvictionExceededNanos += ExceededNanos;
            _exceededSinceNanos = 0;
        }
    }
}
