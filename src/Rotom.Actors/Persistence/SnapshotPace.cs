using System;
using System.Globalization;
using Akka.Event;
using Rotom.Engine;
using Rotom.Engine.Persist;

namespace Rotom.Actors.Persistence;

// SnapshotPace: how fast a snapshot is walked, for whatever purpose, and the two limits that are
// promised. A slice takes no longer than snapshot-max-pause: it aims at half of that, as it ends
// behind the step it is in. While commands come it is a quarter, and then comes a pause: about a
// fifth of the loop's time, so that clients do not queue up behind slices. What is held because of
// the snapshot (old state whose turn has not come, and what the disk is behind by) is no more than
// snapshot-max-extra-memory; a snapshot that would is given up, as one that failed. INFO and the
// meter have what was measured.

/// <summary>Walks in slices, measures them, and says how far it is.</summary>
internal sealed class SnapshotPace(RotomEngine engine, ILoggingAdapter log, bool isBase)
{
    /// <summary>Chunks under way to the disk: enough to keep it busy.</summary>
    internal const long WindowBytes = 4 << 20;

    // Between two slices; more than who looks whether the snapshot is done would send.
    private const long FewCommands = 4;

    private const long NanosPerMs = 1_000_000;
    private const long ProgressNanos = 5_000 * NanosPerMs;

    private long _progressSaid;
    private long _commandsBefore;

    /// <summary>A snapshot begins.</summary>
    internal void Begin()
    {
        engine.SnapshotFigures.SlicesBegin();
        _progressSaid = engine.Clock.MonotonicNanos;
        _commandsBefore = engine.Stats.CommandsProcessed;
    }

    /// <summary>It is over.</summary>
    internal void End() => engine.SnapshotFigures.SlicesEnd(isBase);

    /// <summary>Milliseconds from one slice to the next; 0 for the loop's next turn.</summary>
    internal long DelayMs { get; private set; }

    /// <summary>Walks for one slice, unless the disk has enough to do.</summary>
    internal void Step(SnapshotWalk walk, long underWay)
    {
        if (walk.IsDone || underWay >= WindowBytes) return;
        long began = engine.Clock.MonotonicNanos;
        long pause = engine.Config.SnapshotMaxPauseMilliseconds * NanosPerMs;
        long commands = engine.Stats.CommandsProcessed;
        bool busy = commands - _commandsBefore > FewCommands;
        _commandsBefore = commands;
        DelayMs = busy ? engine.Config.SnapshotMaxPauseMilliseconds : 0;
        walk.Step(pause / (busy ? 4 : 2));
        long now = engine.Clock.MonotonicNanos;
        engine.SnapshotFigures.Slice(now - began);
        if (now - _progressSaid < ProgressNanos) return;
        _progressSaid = now;
        string what = isBase ? "Rewriting" : "Saving";
        log.Info(string.Create(
            CultureInfo.InvariantCulture,
            $"{what}: {walk.KeysSaved} of {walk.KeysTotal} keys"));
    }

    /// <summary>
    /// True when the snapshot holds more than it may; chunks under way within the window are no
    /// extra.
    /// </summary>
    internal bool IsOverMemory(SnapshotWalk walk, long underWay)
    {
        long behind = Math.Max(0, underWay - WindowBytes);
        long extra = behind + walk.HeldBytes;
        engine.SnapshotFigures.Extra(extra, behind + walk.HeldBytesPeak);
        long limit = engine.Config.SnapshotMaxExtraMemoryBytes;
        return limit != 0 && extra > limit;
    }
}
