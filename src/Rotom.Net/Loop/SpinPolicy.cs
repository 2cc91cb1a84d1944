using System;

namespace Rotom.Net.Loop;

// SpinPolicy: whether a loop that has nothing to do looks for messages a while before it sleeps.
//
// To wake a thread takes microseconds, on a processor that has halted some tens of them. Where two
// loops answer each other that is all that a message costs; a loop that keeps looking has it at
// once. But looking takes a processor, so it has to be earned, and what it wastes is bounded.
//
//   earned   A sleep that a message of another thread ends soon is a point for spinning, anything
//            else costs two. A loop whose sleeps are ended by sockets never gets the four points it
//            takes; nor does one that hears from others now and then.
//   bounded  What spinning wastes comes out of savings, which grow by a twentieth of the time and
//            hold a millisecond at most: never more than 5 % of a processor, beyond the first
//            millisecond. All of a spin in vain is waste; of a spin that found a message, what is
//            beyond ten microseconds, about what waking the thread would have taken. So a loop
//            whose messages are further apart spins on its savings only.
//   polite   A spin gives way to whoever else wants the processor. Where somebody did, nothing is
//            left of the points.
//
// Plain arithmetic on the times it is told; the loop's thread only.

/// <summary>How a spin ended.</summary>
internal enum SpinEnd
{
    /// <summary>A message came.</summary>
    Message,

    /// <summary>A socket was ready.</summary>
    Socket,

    /// <summary>Nothing came in time.</summary>
    Nothing,

    /// <summary>Another thread wanted the processor.</summary>
    Crowded,
}

/// <summary>Decides for one loop whether it spins before it sleeps.</summary>
internal sealed class SpinPolicy
{
    /// <summary>Savings grow by one part in so many of the time.</summary>
    internal const int WastePart = 20;

    /// <summary>Of a spin that found a message so much is not waste.</summary>
    internal const int FreeMicros = 10;

    private const int PointsMax = 8;
    private const int PointsToSpin = 4;
    private const int Fine = 2;
    private const int SavingsMicros = 1000;

    private readonly long _longest;
    private readonly long _free;
    private readonly long _mostSavings;

    // In ticks times WastePart, so that nothing is rounded off.
    private long _savings;
    private long _savedAt;
    private int _points;

    /// <param name="ticksPerSecond">Of the clock that times are given in.</param>
    /// <param name="longestMicros">The longest spin.</param>
    internal SpinPolicy(long ticksPerSecond, int longestMicros)
    {
        _longest = Math.Max(1, ticksPerSecond * longestMicros / 1_000_000);
        _free = ticksPerSecond * FreeMicros / 1_000_000;
        _mostSavings = ticksPerSecond * SavingsMicros / 1_000_000 * WastePart;
        _savings = _mostSavings;
    }

    /// <summary>How long to spin now; 0 to sleep at once.</summary>
    internal long TicksToSpin(long now)
    {
        if (_points < PointsToSpin) return 0;
        _savings = Math.Min(_mostSavings, _savings + (now - _savedAt));
        _savedAt = now;
        return _savings >= _longest * WastePart ? _longest : 0;
    }

    /// <summary>The loop has spun.</summary>
    internal void Spun(long ticks, SpinEnd end)
    {
        // What is far beyond the longest was spent by others, while this thread stood still.
        long waste = Math.Min(ticks, 2 * _longest);
        switch (end)
        {
            case SpinEnd.Message:
                waste = Math.Max(0, waste - _free);
                _points = Math.Min(PointsMax, _points + 1);
                break;
            case SpinEnd.Crowded:
                _points = 0;
                break;
            default:
                _points = Math.Max(0, _points - Fine);
                break;
        }

        _savings -= waste * WastePart;
    }

    /// <summary>The loop has slept, and a message of another thread has ended it.</summary>
    internal void WasWoken(long ticksAsleep)
    {
        if (ticksAsleep >= 0 && ticksAsleep <= _longest)
            _points = Math.Min(PointsMax, _points + 1);
        else SleptOn();
    }

    /// <summary>The loop has slept until a socket, a timer or somebody late ended it.</summary>
    internal void SleptOn() => _points = Math.Max(0, _points - Fine);
}
