using System;
using System.Collections.Generic;
using Rotom.Resp.Batch;

namespace Rotom.Actors.Supervision;

/// <summary>What a network actor holds that must outlive an instance of it.</summary>
/// <param name="incidents">Counts its restarts.</param>
/// <param name="faults">Where it can be made to fail.</param>
internal sealed class NetworkState(Incidents incidents, FaultPoints faults)
{
    private const int RestartsPerMinuteMax = 10;
    private const long MinuteMs = 60_000;
    private const long LongPauseMs = 100;

    private readonly Queue<long> _restarts = new();

    /// <summary>What went wrong so far.</summary>
    internal Incidents Incidents => incidents;

    /// <summary>Where it can be made to fail.</summary>
    internal FaultPoints Faults => faults;

    /// <summary>The replies whose turn it is.</summary>
    internal ReplyBatch? InHand { get; set; }

    /// <summary>They are being given to their clients.</summary>
    internal bool IsApplying { get; set; }

    /// <summary>How long a new instance waits before it reads: none, unless it fails in a row.
    /// </summary>
    internal long PauseMs(long nowMs)
    {
        _restarts.Enqueue(nowMs);
        while (_restarts.Peek() < nowMs - MinuteMs) _restarts.Dequeue();
        return _restarts.Count > RestartsPerMinuteMax ? LongPauseMs : 0;
    }
}
