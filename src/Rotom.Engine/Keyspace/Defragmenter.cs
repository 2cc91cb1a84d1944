using System;
using System.Collections.Generic;
using Rotom.Engine.Config;
using Rotom.Engine.Memory;

namespace Rotom.Engine;

// Defragmenter: gives memory back that lies free between blocks in use. Redis calls it active
// defragmentation, and its settings have the same names here.
//
// The cron looks at how much of the slabs is free blocks. Above the threshold a round begins: the
// heap chooses the slabs to be emptied (NativeHeap.Evacuate.cs), then all buckets of all databases
// are gone over and blocks in those slabs are moved elsewhere, and what was not emptied is given
// back to use. A round is made of steps of some microseconds, in slices of half a millisecond in
// the time between turns; how many slices there are is a share of the processor's time, which grows
// with the fragmentation from active-defrag-cycle-min to -max per cent. MEMORY PURGE begins a round
// at once and lets it have all the idle time.
//
// A bucket is left as it was found: no key changes its place in the table, no block its size, so a
// SCAN that is under way is none the wiser, and UsedBytes is the same before and after. Only tables
// that lost elements while a snapshot held their buckets are shrunk first, as removals would have
// done. A value of more than active-defrag-max-scan-fields elements is moved in parts: it is noted
// by its key's name, and looked up again for each part. While a snapshot is made a round rests, as
// its walk holds places inside of values, and likewise while a snapshot is loaded; not while the
// events of a journal are executed again, which leave the same gaps as they did the first time.
//
// Pages that the heap keeps only to be fast are given back as well, when for a second nobody needed
// any of them (NativeHeap.Trim.cs).
//
// A round begins with a look at what it can gain, which is read from the headers of the slabs.
// Where sizes change all the time one follows the other, and takes the greater share the more
// there is to be gained: the largest from 30 % on, and not from 100 % as in Redis, whose rounds
// look at every value where these look at keys. Where a round gains little, or much less than it
// promised, the next is put off ever longer: what is free then belongs to blocks that nobody moves
// (the roots of the key tables) or that are just being freed. The pause ends when much more is
// fragmented than was then.

/// <summary>Moves blocks so that sparse slabs become empty.</summary>
internal sealed class Defragmenter
{
    private const int BucketsPerLook = 8;
    private const int FieldsPerPart = 256;
    private const long PauseMsMin = 1_000;
    private const long PauseMsMax = 60_000;
    private const long TrimAfterMs = 1_000;
    private const int TrimStepsPerTick = 4;

    private readonly RotomEngine _engine;
    private readonly Queue<LargeValue> _large = new();
    private Phase _phase;
    private bool _purging;
    private int _database;
    private uint _bucket;
    private uint _expiringBucket;
    private long _creditNanos;
    private long _lastTickMs;
    private long _evacuated;
    private long _left;
    private long _notBeforeMs;
    private long _pageTakes;
    private long _pagesTakenMs;
    private long _pauseMs = PauseMsMin;
    private long _runningSinceNanos;
    private long _tookNanos;
    private (long Moved, long Stayed) _base;

    internal Defragmenter(RotomEngine engine) => _engine = engine;

    private enum Phase
    {
        Idle,
        Measuring,
        Marking,
        Walking,
        Unmarking,
        Trimming,
    }

    /// <summary>A value that is moved in parts.</summary>
    private sealed class LargeValue(byte[] key, Handle payload)
    {
        public readonly byte[] Key = key;
        public Handle Payload = payload;
        public CompactPlace Place;
        public bool WasMoved;
    }

    /// <summary>A round is under way.</summary>
    internal bool IsRunning => _phase != Phase.Idle;

    /// <summary>active_defrag_running: the share of the processor's time, 0 while idle.</summary>
    internal int RunningPercent { get; private set; }

    /// <summary>There is work to do in idle time now.</summary>
    internal bool WantsTime => IsRunning && (_purging || _creditNanos > 0) && MayMove;

    /// <summary>active_defrag_hits: blocks moved.</summary>
    internal long Hits => _engine.Heap.MovedBlocks - _base.Moved;

    /// <summary>active_defrag_misses: blocks looked at and left where they were.</summary>
    internal long Misses => _engine.Heap.StayedBlocks - _base.Stayed;

    /// <summary>active_defrag_key_hits: keys of which something was moved.</summary>
    internal long KeyHits { get; private set; }

    /// <summary>active_defrag_key_misses: keys of which nothing was.</summary>
    internal long KeyMisses { get; private set; }

    /// <summary>total_active_defrag_time: how long rounds were under way.</summary>
    internal long TotalNanos => _tookNanos + CurrentNanos;

    /// <summary>current_active_defrag_time.</summary>
    internal long CurrentNanos =>
        IsRunning ? _engine.Clock.MonotonicNanos - _runningSinceNanos : 0;

    private bool MayMove =>
        (!_engine.IsLoading || _engine.IsReplaying) && _engine.Snapshot is null;

    /// <summary>Free bytes between used ones, in per cent of what is used.</summary>
    internal double FragmentedPercent
    {
        get
        {
            long used = _engine.Heap.UsedBytes;
            return used == 0 ? 0 : _engine.Heap.FragmentedBytes * 100.0 / used;
        }
    }

    /// <summary>CONFIG RESETSTAT.</summary>
    internal void ResetStatistics()
    {
        _base = (_engine.Heap.MovedBlocks, _engine.Heap.StayedBlocks);
        KeyHits = KeyMisses = _tookNanos = 0;
        _runningSinceNanos = _engine.Clock.MonotonicNanos;
    }

    /// <summary>From the cron: begins a round when it is time, and gives one its share.</summary>
    internal void Tick()
    {
        long elapsed = Math.Min(_engine.NowMs - _lastTickMs, 1_000);
        _lastTickMs = _engine.NowMs;
        TrimWhenIdle();
        if (!_engine.Config.ActiveDefrag && !_purging)
        {
            if (IsRunning && _phase < Phase.Unmarking) BeginUnmarking();
        }
        else if (!IsRunning)
        {
            if (ShouldBegin()) Begin();
        }
        else
        {
            // What grows meanwhile raises the share; it does not fall before the round is over.
            RunningPercent = Math.Max(RunningPercent, Share());
        }

        if (!IsRunning) return;
        _creditNanos = elapsed * 10_000 * Math.Max(1, RunningPercent);
    }

    /// <summary>MEMORY PURGE: a round begins now, whatever the settings say.</summary>
    internal void Purge()
    {
        _purging = true;
        _pauseMs = PauseMsMin;
        if (!IsRunning) Begin();
    }

    /// <summary>Works for about so many nanoseconds.</summary>
    internal void Run(long nanos)
    {
        if (!WantsTime) return;
        long start = _engine.Clock.MonotonicNanos;
        long now = start;
        do
        {
            Step();
            now = _engine.Clock.MonotonicNanos;
        }
        while (IsRunning && now - start < nanos);
        _creditNanos -= now - start;
        _engine.Latency.AddIfNeeded("active-defrag-cycle", now - start, _engine.NowMs);
    }

    private bool ShouldBegin()
    {
        if (!MayMove || _engine.LazyFreePending > 0) return false;
        long fragmented = _engine.Heap.FragmentedBytes;
        long ignored = _engine.Config.ActiveDefragIgnoreBytes;
        if (_engine.NowMs < _notBeforeMs && fragmented <= _left + (2 * WorthBytes)) return false;
        return fragmented > ignored
            && FragmentedPercent > _engine.Config.ActiveDefragThresholdLower;
    }

    /// <summary>A round that gains less is not made.</summary>
    private long WorthBytes => Math.Max(
        _engine.Config.ActiveDefragIgnoreBytes,
        _engine.Heap.UsedBytes * _engine.Config.ActiveDefragThresholdLower / 100) / 2;

    private void TrimWhenIdle()
    {
        NativeHeap heap = _engine.Heap;
        if (heap.PageTakes != _pageTakes)
        {
            _pageTakes = heap.PageTakes;
            _pagesTakenMs = _engine.NowMs;
        }
        else if (_engine.NowMs - _pagesTakenMs >= TrimAfterMs && heap.KeepsPages)
        {
            for (int i = 0; i < TrimStepsPerTick && !heap.TrimStep(); i++)
            {
            }
        }
    }

    // Between the two thresholds the share grows in a line, as Redis' does.
    private int Share()
    {
        ServerConfig config = _engine.Config;
        double lower = config.ActiveDefragThresholdLower;
        double upper = Math.Max(lower + 1, config.ActiveDefragThresholdUpper);
        double part = Math.Clamp((FragmentedPercent - lower) / (upper - lower), 0, 1);
        int min = config.ActiveDefragCycleMin;
        int max = Math.Max(min, config.ActiveDefragCycleMax);
        return min + (int)(part * (max - min));
    }

    private void Begin()
    {
        _phase = Phase.Measuring;
        _evacuated = _engine.Heap.EvacuatedBytes;
        _runningSinceNanos = _engine.Clock.MonotonicNanos;
        RunningPercent = Share();
        _engine.Heap.BeginEvacuation();
    }

    private void Step()
    {
        NativeHeap heap = _engine.Heap;
        switch (_phase)
        {
            case Phase.Measuring:
                if (!heap.MeasureStep()) break;
                _phase = _purging || heap.PromisedBytes >= WorthBytes
                    ? Phase.Marking : Phase.Trimming;
                break;
            case Phase.Marking:
                if (!heap.MarkStep()) break;
                _phase = Phase.Walking;
                _database = 0;
                _bucket = _expiringBucket = 0;
                break;
            case Phase.Walking:
                if (_large.Count > 0) MoveLarge();
                else MoveBuckets();
                break;
            case Phase.Unmarking:
                if (heap.UnmarkStep()) _phase = Phase.Trimming;
                break;
            default:
                if (heap.TrimStep()) End();
                break;
        }
    }

    private void MoveBuckets()
    {
        if (_database >= _engine.Databases.Length)
        {
            _engine.Payloads.Hashes.CompactIndex();
            BeginUnmarking();
            return;
        }

        KeyTable table = _engine.Databases[_database].Table;
        if (_bucket == 0 && !table.Shrink(BucketsPerLook)) return;
        Mover mover = new(this);
        for (int i = 0; i < BucketsPerLook && _large.Count == 0; i++)
        {
            if (_bucket < table.BucketCount)
            {
                table.CompactBucket(_bucket++, ref mover);
                continue;
            }

            if (_expiringBucket < table.ExpiringBucketCount)
            {
                table.CompactExpiringBucket(_expiringBucket++);
                continue;
            }

            _database++;
            _bucket = _expiringBucket = 0;
            return;
        }
    }

    // The next part of the value that is first in line, if its key still holds it. Only one is
    // under way at a time: the heap has one mark for lists.
    private void MoveLarge()
    {
        LargeValue value = _large.Peek();
        KeyTable table = _engine.Databases[_database].Table;
        Entry entry = table.Find(value.Key, table.HashOf(value.Key));
        bool isSame = !entry.IsNull && entry.Type != ObjectType.String
            && entry.Payload.Block == value.Payload;
        if (isSame)
        {
            long before = _engine.Heap.MovedBlocks;
            value.Payload = _engine.Payloads.Compact(
                entry.Type, entry.Encoding, value.Payload, ref value.Place, FieldsPerPart);
            _ = table.UpdatePayload(
                entry, table.HashOf(value.Key), entry.Encoding, value.Payload, 0);
            value.WasMoved |= _engine.Heap.MovedBlocks != before;
            if (!value.Place.IsDone) return;
        }

        Visited(value.WasMoved);
        _large.Dequeue();
        _engine.Heap.NodeMark = default;
    }

    private void Visited(bool moved)
    {
        if (moved) KeyHits++;
        else KeyMisses++;
    }

    private void BeginUnmarking()
    {
        _large.Clear();
        _engine.Heap.NodeMark = default;
        _engine.Heap.BeginUnmarking();
        _phase = Phase.Unmarking;
    }

    private void End()
    {
        _phase = Phase.Idle;
        _purging = false;
        RunningPercent = 0;
        _creditNanos = 0;
        _tookNanos += _engine.Clock.MonotonicNanos - _runningSinceNanos;
        _left = _engine.Heap.FragmentedBytes;
        long gained = _engine.Heap.EvacuatedBytes - _evacuated;
        if (gained >= Math.Max(WorthBytes, _engine.Heap.PromisedBytes / 4))
        {
            _pauseMs = PauseMsMin;
            return;
        }

        _notBeforeMs = _engine.NowMs + _pauseMs;
        _pauseMs = Math.Min(_pauseMs * 2, PauseMsMax);
    }

    private readonly struct Mover(Defragmenter owner) : IPayloadMover
    {
        public Handle Move(Entry entry)
        {
            RotomEngine engine = owner._engine;
            Handle payload = entry.Payload.Block;
            long cost = engine.Payloads.CompactCost(entry.Type, entry.Encoding, payload);
            if (cost <= engine.Config.ActiveDefragMaxScanFields)
            {
                CompactPlace place = default;
                return engine.Payloads.Compact(
                    entry.Type, entry.Encoding, payload, ref place, int.MaxValue);
            }

            owner._large.Enqueue(new LargeValue(entry.Key.ToArray(), payload));
            return payload;
        }

        public void Visited(bool moved) => owner.Visited(moved);
    }
}
