using System;
using System.Diagnostics;
using Rotom.Actors.Hosting;
using Rotom.Actors.Persistence;
using Rotom.Engine;
using Rotom.Engine.Abstractions;
using Rotom.Engine.Persist;

namespace Rotom.Actors;

// JournalKeeper: the journal as commands and settings see it, and its figures. Commands run inside
// a turn whose effects are not yet events; what they ask for is noted here and done by the keyspace
// actor at the end of the turn, behind them.
//
// There is one journal at a time. One that is switched off ends when everything is kept and the
// plugin has let go of its files; nothing of it is under way then that could reach another one. Who
// switches it on again meanwhile is told that it is on, and it is from the moment at which the old
// one has ended: what is executed until then is in the base of the new one.

/// <summary>What is known of the journal, and what was asked of it.</summary>
internal sealed class JournalKeeper(RotomEngine engine, Func<KeyspaceJournal> make)
    : IJournalKeeper
{
    /// <summary>Failures in a row after which rewrites wait, as in Redis.</summary>
    private const int FailuresBeforeDelay = 3;

    private const long DelayMsMax = 3_600_000;

    private long _lastFailureMs;
    private Activity? _activity;

    private bool _flushAwaited;

    // Of the journal before this one: numbers go on where it ended.
    private long _lastSeq;

    /// <summary>The journal; null while none is kept.</summary>
    internal KeyspaceJournal? Journal { get; set; }

    /// <summary>How far the loading of the journal is.</summary>
    internal LoadProgress Load { get; } = new();

    /// <summary>A rewrite is to begin at the end of the turn.</summary>
    internal bool RewriteAsked { get; set; }

    /// <summary>The files are to be loaded at the end of the turn.</summary>
    internal bool ReloadAsked { get; set; }

    /// <summary>
    /// The journal ends: once everything is kept, and then until its files are let go.
    /// </summary>
    internal bool Ending { get; private set; }

    /// <summary>
    /// The journal whose files the plugin is to let go; null before that, and when none ends.
    /// </summary>
    internal KeyspaceJournal? Leaving { get; private set; }

    /// <summary>Another journal begins when this one has ended.</summary>
    internal bool BeginsAgain { get; private set; }

    /// <summary>The walk of the rewrite under way.</summary>
    internal SnapshotWalk? Walk { get; set; }

    /// <summary>How fast it goes; there is one while <see cref="Walk"/> is.</summary>
    internal SnapshotPace Pace { get; set; } = null!;

    /// <summary>Where its bytes go; not null until the base is in place.</summary>
    internal WalkSource? Source { get; set; }

    /// <summary>When the rewrite under way began, unix milliseconds.</summary>
    internal long RewriteBeganMs { get; private set; }

    /// <summary>Rewrites for whoever traces.</summary>
    internal RotomActivities? Activities { get; init; }

    /// <summary>aof_last_rewrite_time_sec.</summary>
    internal long LastRewriteSeconds { get; private set; } = -1;

    /// <summary>aof_last_bgrewrite_status.</summary>
    internal bool LastRewriteSucceeded { get; private set; } = true;

    /// <summary>aof_rewrites.</summary>
    internal long Rewrites { get; private set; }

    /// <summary>aof_rewrites_consecutive_failures.</summary>
    internal int ConsecutiveFailures { get; private set; }

    /// <inheritdoc/>
    public bool IsEnabled => (Journal is not null && IsOn) || BeginsAgain;

    /// <inheritdoc/>
    public bool IsRewriting => RewriteAsked || Source is not null || BeginsAgain;

    /// <inheritdoc/>
    public bool IsScheduled { get; set; }

    /// <inheritdoc/>
    public long TurnSeq => (Journal?.LastSeq ?? _lastSeq) + 1;

    /// <inheritdoc/>
    public long DurableSeq => BeginsAgain ? -1 : Journal?.Store.DurableSeq ?? -1;

    /// <inheritdoc/>
    public void AwaitFlush(bool awaits)
    {
        _flushAwaited = awaits;
        Journal?.Store.AwaitFlush(awaits);
    }

    /// <inheritdoc/>
    public bool BeginRewrite()
    {
        if (engine.IsLoading) return false;
        if (Ending)
        {
            IsScheduled = true;
            return true;
        }

        if (!EnsureJournal()) return false;
        IsScheduled = false;
        RewriteAsked = true;
        return true;
    }

    /// <inheritdoc/>
    public bool Reload()
    {
        if (Ending || IsRewriting || engine.Snapshot is not null) return false;
        Journal ??= make();
        ReloadAsked = true;
        return true;
    }

    /// <summary>CONFIG SET appendonly; false when it cannot be switched.</summary>
    internal bool TrySwitch(bool on)
    {
        if (on == (IsOn || BeginsAgain)) return true;
        if (!on)
        {
            Ending = true;
            IsOn = BeginsAgain = false;
            return true;
        }

        // One that was made for BGREWRITEAOF only has not kept what is executed meanwhile: it ends.
        if (Ending || Journal is not null)
        {
            Ending = BeginsAgain = true;
            return true;
        }

        return TryBegin();
    }

    /// <summary>
    /// The journal before has ended: the one that was switched on again meanwhile begins.
    /// </summary>
    /// <returns>False when it cannot, and is to be tried again.</returns>
    internal bool TryBeginAgain()
    {
        if (!BeginsAgain || engine.IsLoading) return !BeginsAgain;
        if (ConsecutiveFailures > 0 && engine.NowMs - _lastFailureMs <= 1000) return false;
        if (!TryBegin())
        {
            RewriteEnded(succeeded: false);
            return false;
        }

        BeginsAgain = false;
        Journal!.Store.AwaitFlush(_flushAwaited);
        return true;
    }

    // What the turn still executes is part of the base that is cut at its end.
    private bool TryBegin()
    {
        if (!EnsureJournal()) return false;
        IsOn = RewriteAsked = true;
        return true;
    }

    /// <summary>True when what is executed is to be kept, from the end of the turn on.</summary>
    internal bool IsOn { get; private set; } = engine.Config.AppendOnly;

    /// <summary>A rewrite begins.</summary>
    internal void RewriteBegan()
    {
        RewriteBeganMs = engine.NowMs;
        _activity = Activities?.BeginWork("rotom.rewrite");
    }

    /// <summary>The rewrite under way is given up, and says nothing about the disk.</summary>
    internal void RewriteStopped()
    {
        RotomActivities.End(_activity, "given up");
        _activity = null;
    }

    /// <summary>The rewrite under way was given up for a snapshot and begins anew.</summary>
    internal bool IsPutOff { get; private set; }

    /// <inheritdoc/>
    public void PutOffRewrite()
    {
        if (Walk is null) return;
        StopWalk(gaveUp: true);
        IsPutOff = IsScheduled = true;
    }

    /// <summary>
    /// The tables are free again; what is under way still goes to the file, or not.
    /// </summary>
    internal void StopWalk(bool gaveUp)
    {
        if (Walk is null) return;
        Walk = null;
        Pace.End();
        engine.EndSnapshot();
        Source!.Complete(gaveUp);
    }

    /// <summary>A rewrite ended.</summary>
    internal void RewriteEnded(bool succeeded)
    {
        bool isPutOff = IsPutOff && !succeeded;
        IsPutOff = false;
        RotomActivities.End(_activity, succeeded ? "" : isPutOff ? "put off" : "failed");
        _activity = null;
        if (isPutOff) return;
        LastRewriteSucceeded = succeeded;
        LastRewriteSeconds = (engine.NowMs - RewriteBeganMs) / 1000;
        if (succeeded)
        {
            Rewrites++;
            ConsecutiveFailures = 0;
            return;
        }

        ConsecutiveFailures++;
        _lastFailureMs = engine.NowMs;
    }

    /// <summary>Nothing more comes to the journal; its files are to be let go.</summary>
    internal void Closed(KeyspaceJournal journal)
    {
        Ending = true;
        Leaving = journal;
        _lastSeq = journal.LastSeq;
        Journal = null;
    }

    /// <summary>The journal has ended, and no other one is to begin that has not begun.</summary>
    internal void Ended()
    {
        Ending = false;
        Leaving = null;
    }

    /// <summary>True when a rewrite is due by itself: scheduled, or the files have grown.</summary>
    internal bool IsRewriteDue(out long growth)
    {
        growth = 0;
        if (IsRewriting || Ending || engine.Snapshot is not null || engine.IsLoading) return false;
        if (IsScheduled) return true;
        if (!IsEnabled) return false;
        AofStore store = Journal!.Store;
        // Nobody can write until it succeeds: the wait does not grow with the failures.
        if (store.State == AofState.Distrusted) return engine.NowMs - _lastFailureMs > 1000;
        if (!MayRetry()) return false;
        int percentage = engine.Config.AutoAofRewritePercentage;
        if (percentage == 0 || store.TotalBytes <= engine.Config.AutoAofRewriteMinBytes)
        {
            return false;
        }

        growth = (long)((store.TotalBytes * 100.0 / Math.Max(1, store.BaseBytes)) - 100);
        return growth >= percentage;
    }

    // A minute after the third failure in a row, twice as long after each more, an hour at most.
    private bool MayRetry()
    {
        int over = ConsecutiveFailures - FailuresBeforeDelay;
        if (over < 0) return engine.NowMs - _lastFailureMs > 1000;
        return engine.NowMs - _lastFailureMs > Math.Min(DelayMsMax, 60_000L << Math.Min(over, 10));
    }

    private bool EnsureJournal()
    {
        if (Journal is not null) return true;
        KeyspaceJournal made = make();
        IoResult begun = made.Store.BeginApart(_lastSeq);
        if (!begun.IsDone)
        {
            made.Store.Options.Log(true, "Can't open the append-only file: " + begun.Text);
            return false;
        }

        made.Recovered(_lastSeq);
        Journal = made;
        return true;
    }
}
