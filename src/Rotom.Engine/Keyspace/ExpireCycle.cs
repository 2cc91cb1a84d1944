using System;
using Rotom.Engine.Memory;

namespace Rotom.Engine;

// ExpireCycle: finds keys past their time that nobody asks for, by Redis' adaptive algorithm.
//
// The slow cycle runs from the cron and may take up to 25 % of the processor's time between two
// ticks; the fast one runs at the end of a turn when the slow one ran out of time, for at most 1
// ms. In each database the entries with a time to live are walked with a cursor that is kept, some
// 20 at a time; while more than about 10 % of a sample were past their time, there is another
// sample. The effort setting (1 to 10) stretches the sample, the shares and the durations.

/// <summary>The active expire cycle of one engine.</summary>
internal sealed class ExpireCycle
{
    private const int KeysPerLoop = 20;
    private const long FastMicros = 1000;
    private const int SlowPercent = 25;
    private const int StalePercent = 10;

    private readonly RotomEngine _engine;
    private int _database;
    private bool _timedOut;
    private long _lastFastNanos;

    internal ExpireCycle(RotomEngine engine) => _engine = engine;

    /// <summary>
    /// Off for DEBUG SET-ACTIVE-EXPIRE 0: keys then go only when they are looked up.
    /// </summary>
    internal bool Enabled { get; set; } = true;

    /// <summary>Runs a slow or a fast cycle.</summary>
    internal void Run(bool fast)
    {
        if (!Enabled || _engine.IsLoading || _engine.IsPaused) return;
        long effort = _engine.Config.ActiveExpireEffort - 1;
        long start = _engine.Clock.MonotonicNanos;
        long fastNanos = (FastMicros + (FastMicros / 4 * effort)) * 1000;
        long stale = StalePercent - effort;
        if (fast)
        {
            if (!_timedOut && _engine.Stats.ExpiredStalePercent < stale) return;
            if (start < _lastFastNanos + (fastNanos * 2)) return;
            _lastFastNanos = start;
        }

        long slowPercent = SlowPercent + (2 * effort);
        long limit = fast ? fastNanos : 1_000_000_000 * slowPercent / _engine.Config.Hz / 100;
        _timedOut = false;
        long sampled = 0;
        long expired = 0;
        int keys = (int)(KeysPerLoop + (KeysPerLoop / 4 * effort));
        for (int i = 0; i < _engine.Databases.Length && !_timedOut; i++)
        {
            Database database = _engine.Databases[_database++ % _engine.Databases.Length];
            RunDatabase(database, keys, stale, start + limit, ref sampled, ref expired);
        }

        long end = _engine.Clock.MonotonicNanos;
        _engine.Stats.ExpireCycleNanos += end - start;
        _engine.Latency.AddIfNeeded("expire-cycle", end - start, _engine.NowMs);
        if (_timedOut) _engine.Stats.ExpiredTimeCapReached++;
        double now = sampled == 0 ? 0 : expired * 100.0 / sampled;
        _engine.Stats.ExpiredStalePercent =
            (now * 0.05) + (_engine.Stats.ExpiredStalePercent * 0.95);
    }

    private void RunDatabase(
        Database database, int keys, long stale, long deadline, ref long sampled, ref long expired)
    {
        int iteration = 0;
        long captured = _engine.CaptureCost;
        while (database.ExpiresCount > 0)
        {
            ExpireSample sample = database.SampleExpired(keys, _engine.NowMs);
            sampled += sample.Sampled;
            expired += sample.Expired;
            if (sample.Live > 0)
            {
                long average = sample.TtlSumMs / sample.Live;
                database.AverageTtlMs = database.AverageTtlMs == 0
                    ? average
                    : (database.AverageTtlMs / 50 * 49) + (average / 50);
            }

            bool look = (++iteration & 0xF) == 0
                || _engine.CaptureCost - captured > Evictor.CaptureCostPerLook;
            if (look && _engine.Clock.MonotonicNanos > deadline)
            {
                _timedOut = true;
                return;
            }

            if (look) captured = _engine.CaptureCost;

            if (sample.Sampled != 0 && sample.Expired * 100 / sample.Sampled <= stale) return;
            if (sample.Sampled == 0) return;
        }
    }
}

/// <summary>What one sample of the entries with a time to live came to.</summary>
/// <param name="Sampled">Entries looked at.</param>
/// <param name="Expired">Of these, past their time and removed.</param>
/// <param name="Live">Of these, still live.</param>
/// <param name="TtlSumMs">Sum of the time the live ones have left.</param>
internal readonly record struct ExpireSample(int Sampled, int Expired, int Live, long TtlSumMs);
