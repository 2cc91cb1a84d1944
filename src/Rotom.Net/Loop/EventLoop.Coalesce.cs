using System.Threading;

namespace Rotom.Net.Loop;

// Coalescing: under load the loop rests for some microseconds before it polls, when CoalescePolicy
// says so, and finds many ready sockets at once. Whoever has a message meanwhile ends the rest, by
// the same announcement as a sleep's.

public abstract partial class EventLoop
{
    private readonly CoalescePolicy? _coalescePolicy;

    /// <summary>
    /// Most microseconds the loop lets ready sockets gather while many are ready at a high rate;
    /// 0 for never. Any thread; always 0 for a loop on a clock that is not the system's.
    /// </summary>
    public int CoalesceMicroseconds
    {
        get => _coalescePolicy?.LongestMicros ?? 0;
        set
        {
            if (_coalescePolicy is not null) _coalescePolicy.LongestMicros = value;
        }
    }

    /// <summary>
    /// Rests without hearing of sockets, until the time is over or <see cref="Signal"/>.
    /// </summary>
    /// <returns>1 after a signal, 0 when the time is over, less when this loop cannot.</returns>
    internal virtual int Rest(int micros) => -1;

    /// <summary>Different sockets that were ready since the last call.</summary>
    internal virtual int TakeActive() => 0;

    // True when something is there.
    private bool TryRest(int micros, out int events)
    {
        events = 0;
        Volatile.Write(ref _asleep, 1);
        Interlocked.MemoryBarrier();
        int signals = -1;
        if (_queue.IsEmpty && Volatile.Read(ref _stopAsked) == 0)
        {
            signals = Rest(micros);
            // The signal that ended a sleep before is seen once more.
            if (signals > 0 && Volatile.Read(ref _asleep) != 0) signals = Rest(micros);
        }

        Volatile.Write(ref _asleep, 0);
        if (signals < 0) return false;
        Statistics.Rested();
        events = Poll(0);
        return events > 0 || !_queue.IsEmpty;
    }

    private void NoteTurn(CoalescePolicy policy, int events)
    {
        if (policy.Turn(_turnBegan, events)) policy.Window(_turnBegan, TakeActive());
    }
}
