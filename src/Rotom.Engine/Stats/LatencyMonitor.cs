using System;
using System.Collections.Generic;
using Rotom.Engine.Config;

namespace Rotom.Engine.Stats;

// LatencyMonitor: what LATENCY answers from. An event is a kind of work (command, fast-command,
// expire-cycle, expire-del); each has its last 160 samples, at most one a second: within a second
// the worst counts. Off (the threshold 0) nothing is recorded, and what there was stays until
// LATENCY RESET.
//
// The names are given in code, so there are never more than a few; a client cannot make one.

/// <summary>One sample: when, and how long.</summary>
internal readonly record struct LatencySample(long UnixSeconds, long Milliseconds);

/// <summary>The samples of one kind of work, a ring.</summary>
internal sealed class LatencyEvent(string name)
{
    /// <summary>Samples kept, as in Redis.</summary>
    internal const int SamplesMax = 160;

    private readonly LatencySample[] _ring = new LatencySample[SamplesMax];
    private int _next;

    /// <summary>Its name.</summary>
    internal string Name { get; } = name;

    /// <summary>The worst of all time, milliseconds.</summary>
    internal long MaxMilliseconds { get; private set; }

    /// <summary>Samples there are.</summary>
    internal int Count { get; private set; }

    /// <summary>The newest sample.</summary>
    internal LatencySample Last => _ring[(_next + SamplesMax - 1) % SamplesMax];

    /// <summary>A sample, the oldest first.</summary>
    internal LatencySample this[int index] =>
        _ring[(_next - Count + index + SamplesMax) % SamplesMax];

    internal void Add(LatencySample sample)
    {
        MaxMilliseconds = Math.Max(MaxMilliseconds, sample.Milliseconds);
        if (Count > 0 && Last.UnixSeconds == sample.UnixSeconds)
        {
            ref LatencySample last = ref _ring[(_next + SamplesMax - 1) % SamplesMax];
            if (sample.Milliseconds > last.Milliseconds) last = sample;
            return;
        }

        _ring[_next] = sample;
        _next = (_next + 1) % SamplesMax;
        if (Count < SamplesMax) Count++;
    }
}

/// <summary>The events of one engine.</summary>
internal sealed class LatencyMonitor(ServerConfig config)
{
    private readonly Dictionary<string, LatencyEvent> _events = new(StringComparer.Ordinal);

    /// <summary>The events that have samples.</summary>
    internal IReadOnlyCollection<LatencyEvent> Events => _events.Values;

    /// <summary>False while nothing is recorded: work need not be measured.</summary>
    internal bool IsOn => config.LatencyMonitorThresholdMilliseconds > 0;

    /// <summary>An event, or null.</summary>
    internal LatencyEvent? Find(string name) => _events.GetValueOrDefault(name);

    /// <summary>Records work that took at least as long as the threshold.</summary>
    internal void AddIfNeeded(string name, long nanos, long nowMs)
    {
        long threshold = config.LatencyMonitorThresholdMilliseconds;
        if (threshold == 0 || nanos < threshold * 1_000_000) return;
        if (!_events.TryGetValue(name, out LatencyEvent? row))
        {
            _events[name] = row = new LatencyEvent(name);
        }

        row.Add(new LatencySample(nowMs / 1000, nanos / 1_000_000));
    }

    /// <summary>Forgets an event; false when there was none.</summary>
    internal bool Reset(string name) => _events.Remove(name);

    /// <summary>Forgets all; how many there were.</summary>
    internal int Reset()
    {
        int count = _events.Count;
        _events.Clear();
        return count;
    }
}
