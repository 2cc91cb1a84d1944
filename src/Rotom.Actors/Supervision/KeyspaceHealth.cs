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
//   memory     that was refused is no failure of the keyspace and makes no pauses; a hundred times
//              without one turn in between, and the server ends
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
    private const int StarvedMax = 100;
    private const int StarvedPauseMs = 20;

    // More are never under way: with room for them, putting one aside cannot fail.
    private const int BehindMost = 256;

    private readonly Queue<long> _commandFailures = new();
    private readonly Queue<long> _restarts = new();
    private readonly Queue<long> _revivals = new();
    private long _lastForced = long.MinValue / 2;
    private long _nextCheck = long.MinValue;
    private int _pauses;
    private int _attempts;
    private int _starved;
    private bool _forget;
    private long _ticks;
    private bool _inTurn;

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

    /// <summary>The last failure was that memory was refused.</summary>
    internal bool IsStarved { get; private set; }

    /// <summary>When the new instance may begin, in the loop's time.</summary>
    internal long RepairAtMs { get; private set; }

    /// <summary>That memory was refused is worth a line in the log.</summary>
    internal bool MustTell { get; set; }

    /// <summary>How often the actor had something to do on time; any thread.</summary>
    internal long Ticks => Volatile.Read(ref _ticks);

    /// <summary>The actor is busy, which may take long; any thread.</summary>
    internal bool InTurn
    {
        get => Volatile.Read(ref _inTurn);
        set => Volatile.Write(ref _inTurn, value);
    }

    /// <summary>What the turn changed is the journal's, and its replies are not on their way yet.
    /// </summary>
    internal bool OwesReplies { get; set; }

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

    /// <summary>The actor had something to do on time.</summary>
    internal void Tick() => Volatile.Write(ref _ticks, _ticks + 1);

    /// <summary>The actor was restarted as memory was refused; false when it has to end.</summary>
    internal bool Starved(long nowMs)
    {
        IsStarved = true;
        RepairAtMs = nowMs + StarvedPauseMs;
        return ++_starved < StarvedMax;
    }

    /// <summary>A turn has come to its end.</summary>
    internal void TurnDone() => _starved = 0;

    /// <summary>The actor was restarted.</summary>
    internal void Restarted(long now)
    {
        IsStarved = false;
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
