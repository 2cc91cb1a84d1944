using System;
using System.Collections.Generic;
using System.Threading;
using Rotom.Resp.Batch;

namespace Rotom.Actors.Supervision;

/// <summary>How far the batch in hand is.</summary>
internal enum BatchStage
{
    /// <summary>Nothing of it has been executed.</summary>
    Taken,

    /// <summary>It is being executed.</summary>
    Executing,

    /// <summary>All of it has been executed; its replies are still to be sent.</summary>
    Executed,
}

// KeyspaceHealth: how the keyspace actor fares, over all its instances. It says what is too much:
//
//   commands   ten that fail within ten seconds are no accident: the keyspace is restarted for it,
//              once a minute at the most, so that a client that can make one fail has no lever
//   restarts   after ten within a minute the keyspace stays out of service for a second, and twice
//              as long each further time, up to a minute; clients hear -LOADING meanwhile
//   checks     proving all invariants is a walk over everything: after a failed command it is done
//              if the last one took less than a tenth of the time since

/// <summary>What the keyspace's failures come to.</summary>
internal sealed class KeyspaceHealth
{
    internal const int CommandFailuresMaxDefault = 10;
    internal const int RestartsPerMinuteMax = 10;

    private const long Second = 1_000_000_000;
    private const int PauseDoublingsMax = 6;
    private const int CheckShare = 10;
    private const int AttemptsMax = 6;

    // More are never under way: with room for them, putting one aside cannot fail.
    private const int BehindMost = 256;

    private readonly Queue<long> _commandFailures = new();
    private readonly Queue<long> _restarts = new();
    private readonly Queue<long> _revivals = new();
    private long _lastForced = long.MinValue / 2;
    private long _nextCheck = long.MinValue;
    private int _pauses;
    private int _attempts;
    private bool _forget;

    /// <summary>So many commands that fail in a short time are one too many.</summary>
    internal int CommandFailuresMax { get; set; } = CommandFailuresMaxDefault;

    /// <summary>The instance is new and has not looked after the last one's affairs.</summary>
    internal bool MustRepair { get; set; }

    /// <summary>The data has been there once: from now on failing to load it is no reason to give
    /// up.</summary>
    internal bool WasReady { get; set; }

    /// <summary>What the databases hold is a part of the data: it is being recovered.</summary>
    internal bool IsPartial { get; set; }

    /// <summary>When the keyspace failed that is not in order again; 0 while it is.</summary>
    internal long FailedAtNanos { get; set; }

    /// <summary>How far the batch in hand is.</summary>
    internal BatchStage Stage { get; set; }

    /// <summary>Batches that came while the one in hand could not be finished.</summary>
    internal Queue<CommandBatch> Behind { get; } = new(BehindMost);

    /// <summary>A command failed; true when it is to be taken for more than an accident.</summary>
    internal bool CommandFailed(long now)
    {
        Note(_commandFailures, now, 10 * Second);
        if (_commandFailures.Count < CommandFailuresMax || now - _lastForced < 60 * Second)
        {
            return false;
        }

        _lastForced = now;
        _commandFailures.Clear();
        return true;
    }

    /// <summary>True when the invariants may be proven now.</summary>
    internal bool MayCheck(long now) => now >= _nextCheck;

    /// <summary>They have been; it took so long.</summary>
    internal void Checked(long now, long took) => _nextCheck = now + (took * CheckShare);

    /// <summary>The actor was restarted.</summary>
    internal void Restarted(long now)
    {
        if (Interlocked.Exchange(ref _forget, false)) _restarts.Clear();
        Note(_restarts, now, 60 * Second);
    }

    /// <summary>As if it had not been restarted so far; for tests that do it on purpose.</summary>
    internal void ForgetRestarts() => Volatile.Write(ref _forget, true);

    /// <summary>The journal's actor is made anew; true when that happens too often.</summary>
    internal bool Revived(long now)
    {
        Note(_revivals, now, 60 * Second);
        return _revivals.Count > RestartsPerMinuteMax;
    }

    /// <summary>How long to stay out of service first; zero for not at all.</summary>
    internal TimeSpan Pause()
    {
        if (_restarts.Count <= RestartsPerMinuteMax)
        {
            _pauses = 0;
            return TimeSpan.Zero;
        }

        return NextPause();
    }

    /// <summary>The next of the pauses that grow longer.</summary>
    internal TimeSpan NextPause() => TimeSpan.FromSeconds(
        Math.Min(60, 1 << Math.Min(_pauses++, PauseDoublingsMax)));

    /// <summary>False when recovering has failed too often in a row.</summary>
    internal bool MayTryAgain() => _attempts++ < AttemptsMax;

    /// <summary>All is well again.</summary>
    internal void Recovered()
    {
        _attempts = 0;
        IsPartial = false;
        FailedAtNanos = 0;
        WasReady = true;
        if (_restarts.Count <= RestartsPerMinuteMax) _pauses = 0;
    }

    private static void Note(Queue<long> times, long now, long window)
    {
        times.Enqueue(now);
        while (times.Peek() < now - window) times.Dequeue();
    }
}
