using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using Rotom.Engine.Memory;

namespace Rotom.Engine;

// Times to live. A key past its time is deleted by whoever meets it first: a look-up, the expire
// cycle, RANDOMKEY. Its end is propagated as a deletion, so that a replay never looks at a clock.
public sealed partial class Database
{
    private readonly List<byte[]> _due = [];
    private ulong _expireCursor;

    /// <summary>
    /// Gives a key a time to live, unix milliseconds. Times before 1970, which only a file that is
    /// being loaded can bring, are as good as 1970.
    /// </summary>
    internal Entry SetExpire(Entry entry, Key key, long atMs) =>
        _table.SetExpire(entry, key.Hash, Math.Max(0, atMs));

    /// <summary>Takes a key's time to live away.</summary>
    internal Entry ClearExpire(Entry entry, Key key) => _table.ClearExpire(entry, key.Hash);

    /// <summary>True when a key is there and past its time.</summary>
    internal bool IsPastItsTime(ReadOnlySpan<byte> key)
    {
        Entry entry = _table.Find(key, _table.HashOf(key));
        return !entry.IsNull && IsDue(entry);
    }

    /// <summary>True when a key is there, past its time or not.</summary>
    internal bool Exists(ReadOnlySpan<byte> key) => !_table.Find(key, _table.HashOf(key)).IsNull;

    /// <summary>The same, by a key whose hash is known.</summary>
    internal bool Exists(Key key) => !_table.Find(key.Bytes, key.Hash).IsNull;

    /// <summary>
    /// True when an entry's time is over; nothing is while the data set is loaded.
    /// </summary>
    internal bool IsDue(Entry entry) =>
        entry.HasExpiry && entry.ExpireAtMs < _engine.NowMs && !_engine.IsLoading;

    /// <summary>
    /// Looks at entries with a time to live, from where the last sample ended, and deletes those
    /// whose time is over.
    /// </summary>
    internal ExpireSample SampleExpired(int keys, long nowMs)
    {
        Sampler sampler = new(_due, nowMs);
        // As Redis, bounded in buckets as well: a table that is sparse is not walked for ever.
        for (int i = 0; i < keys * 20 && sampler.Sampled < keys; i++)
        {
            _expireCursor = _table.ScanExpiring(_expireCursor, ref sampler);
            if (_expireCursor == 0) break;
        }

        foreach (byte[] key in _due)
        {
            ulong hash = _table.HashOf(key);
            Expire(_table.Find(key, hash), hash);
        }

        ExpireSample sample = new(sampler.Sampled, _due.Count, sampler.Live, sampler.TtlSumMs);
        _due.Clear();
        return sample;
    }

    /// <summary>
    /// Deletes those of the entries whose time is over and takes them off the list.
    /// </summary>
    internal void ExpireDue(List<Entry> entries)
    {
        if (_table.ExpiringCount == 0) return;
        int kept = 0;
        for (int i = 0; i < entries.Count; i++)
        {
            Entry entry = entries[i];
            if (!entry.HasExpiry || !ExpireIfDue(entry, _table.HashOf(entry.Key)))
            {
                entries[kept++] = entry;
            }
        }

        entries.RemoveRange(kept, entries.Count - kept);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool ExpireIfDue(Entry entry, ulong hash)
    {
        if (!IsDue(entry)) return false;
        // While writes are paused it is gone for whoever looks, and stays where it is.
        if (!_engine.IsPaused) Expire(entry, hash);
        return true;
    }

    private void Expire(Entry entry, ulong hash)
    {
        // The name outlives the entry: events and the journal are written after it is gone.
        byte[] key = entry.Key.ToArray();
        bool captured = _engine.CaptureForEvent(NotifyClass.Expired, this, key, entry);
        bool lazy = _engine.Config.LazyfreeLazyExpire;
        long start = _engine.Latency.IsOn ? _engine.Clock.MonotonicNanos : 0;
        Drop(entry, hash, lazy);
        if (_engine.Latency.IsOn)
        {
            long nanos = _engine.Clock.MonotonicNanos - start;
            _engine.Latency.AddIfNeeded("expire-del", nanos, _engine.NowMs);
        }

        _engine.Stats.ExpiredKeys++;
        _engine.PropagateDeletion(this, key, lazy, NotifyClass.Expired);
        _engine.SignalModifiedKey(this, key, null);
        _engine.Notify(NotifyClass.Expired, "expired"u8, key, this, captured);
    }

    /// <summary>
    /// A key expired or was evicted when the journal was written, which says so: it goes, and
    /// whoever is told of the past hears why.
    /// </summary>
    internal void Lose(ReadOnlySpan<byte> key, NotifyClass cause, bool lazy)
    {
        ulong hash = _table.HashOf(key);
        Entry entry = _table.Find(key, hash);
        if (entry.IsNull) return;
        bool captured = _engine.CaptureForEvent(cause, this, key, entry);
        Drop(entry, hash, lazy);
        _engine.SignalModifiedKey(this, key, null);
        ReadOnlySpan<byte> name = cause == NotifyClass.Evicted ? "evicted"u8 : "expired"u8;
        _engine.Notify(cause, name, key, this, captured);
    }

    /// <summary>Counts entries and notes the names of those past their time.</summary>
    private struct Sampler(List<byte[]> due, long nowMs) : IEntryVisitor
    {
        public int Sampled;
        public int Live;
        public long TtlSumMs;

        public void Visit(Entry entry)
        {
            Sampled++;
            long left = entry.ExpireAtMs - nowMs;
            if (left < 0)
            {
                due.Add(entry.Key.ToArray());
                return;
            }

            Live++;
            TtlSumMs += left;
        }
    }
}
