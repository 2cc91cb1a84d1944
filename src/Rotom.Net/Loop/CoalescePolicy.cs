using System;
using System.Threading;

namespace Rotom.Net.Loop;

// CoalescePolicy: whether a loop that has answered a few sockets lets more of them gather before it
// looks again, as a network card holds interrupts back under load (ethtool's rx-usecs).
//
// A loop that is faster than its clients finds one or two ready sockets a turn and pays for the
// turn, the poll and often the sleep each time. Under load it rests instead for some tens of
// microseconds, outside of the kernel's wait queues, so that nobody has to wake it, and finds ten
// or thirty: the same requests in a fraction of the turns.
//
// How long to rest is computed anew every millisecond, from two figures of the one before:
//
//   rate     sockets that became ready, per microsecond. A rest in which fewer than ExpectedMin
//            are expected costs more than it saves: an idle server and a lone client never wait.
//   active   different sockets that were ready. Clients that wait for their reply send nothing, so
//            no rest is to gather more than a third of them, the others keep it supplied; and a
//            third that is less than ShareMin is not worth it.
//
// A turn that found enough is followed by the next at once: a loop with much to do never rests.
//
// Whether it pays is not computed but tried. Clients that do one request after the other get fewer
// replies a second when each comes later, unless it is their own processor that bounds them. So
// every second a trial alternates between some milliseconds without rests and some with them; if
// the rate falls by more than a twentieth there is no rest until the next trial.

/// <summary>Decides for one loop how long it rests before it polls.</summary>
internal sealed class CoalescePolicy
{
    /// <summary>Ready sockets a rest must promise.</summary>
    internal const int ExpectedMin = 3;

    /// <summary>Ready sockets in one turn that are enough for any server.</summary>
    internal const int Enough = 16;

    private const int ShareOfActive = 3;
    private const int ShareMin = 5;
    private const int WindowMicros = 1000;
    private const int SlotWindows = 4;
    private const int TrialSlots = 8;
    private const double PartToKeep = 0.95;

    private readonly long _ticksPerSecond;
    private readonly long _window;
    private int _longestMicros;
    private long _began;
    private long _events;
    private int _micros;
    private int _enough;
    private int _last;
    private bool _pays;
    private long _nextTrial;

    // Of a trial: which slot it is in, windows of the slot that are left, and what it has counted
    // without rests and with them.
    private int _slot;
    private int _windowsLeft;
    private Count _without;
    private Count _with;

    /// <param name="ticksPerSecond">Of the clock that times are given in.</param>
    internal CoalescePolicy(long ticksPerSecond)
    {
        _ticksPerSecond = ticksPerSecond;
        _window = ticksPerSecond * WindowMicros / 1_000_000;
        BeginTrial();
    }

    /// <summary>The longest rest, microseconds; 0 for none. Any thread.</summary>
    internal int LongestMicros
    {
        get => Volatile.Read(ref _longestMicros);
        set => Volatile.Write(ref _longestMicros, value);
    }

    /// <summary>How long to rest now, microseconds; 0 to poll at once.</summary>
    internal int MicrosToRest => _pays && _last < _enough ? _micros : 0;

    private bool InTrial => _slot < TrialSlots;

    /// <summary>A turn has found so many ready sockets.</summary>
    /// <returns>True when <see cref="Window"/> is due.</returns>
    internal bool Turn(long now, int events)
    {
        _last = events;
        _events += events;
        return now - _began >= _window;
    }

    /// <summary>Computes the rest for the time to come.</summary>
    /// <param name="now">The same clock.</param>
    /// <param name="active">Different sockets that were ready since the last call.</param>
    internal void Window(long now, int active)
    {
        Count count = new(_events, Math.Max(1, now - _began));
        _began = now;
        _events = 0;
        int share = active / ShareOfActive;
        _enough = Math.Min(Enough, share);
        double rate = count.Events * 1e-6 * _ticksPerSecond / count.Ticks;
        double rest = rate > 0 ? Math.Min(LongestMicros, share / rate) : 0;
        _micros = share >= ShareMin && rate * rest >= ExpectedMin ? (int)rest : 0;
        // What was learnt was learnt of another load.
        if (_micros == 0) BeginTrial();
        else if (InTrial) Try(now, count);
        else if (now >= _nextTrial) BeginTrial();
    }

    private void BeginTrial()
    {
        _slot = 0;
        _windowsLeft = SlotWindows;
        _without = default;
        _with = default;
        _pays = false;
    }

    private void Try(long now, Count count)
    {
        if (_pays) _with = _with.Plus(count);
        else _without = _without.Plus(count);
        if (--_windowsLeft > 0) return;
        _windowsLeft = SlotWindows;
        _slot++;
        _pays = _slot % 2 == 1;
        if (InTrial) return;
        _pays = _with.Rate >= _without.Rate * PartToKeep;
        _nextTrial = now + _ticksPerSecond;
    }

    private readonly record struct Count(long Events, long Ticks)
    {
        internal double Rate => (double)Events / Ticks;

        internal Count Plus(Count other) => new(Events + other.Events, Ticks + other.Ticks);
    }
}
