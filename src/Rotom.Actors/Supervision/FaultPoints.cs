using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Threading;
using Rotom.Engine.Abstractions;

namespace Rotom.Actors.Supervision;

// FaultPoints: named places at which a server can be made to fail, compiled in and off. Each server
// has its own, so that one in a test fails alone. Off, a place costs one look at a field, and there
// is none in the way of a single command: the finest is the turn.
//
//   <actor>.<message>        the actor fails before it handles such a message
//   <actor>.<message>.done   it fails when it has handled it
//   others                   a step of a turn or of the journal; see Steps
//
// What is armed fails once, with an exception that nothing in the server expects.

/// <summary>Where a server can be made to fail.</summary>
internal sealed class FaultPoints : IFaults
{
    internal const string BeforeCommit = "turn.before_commit";
    internal const string BeforeSend = "turn.before_send";
    internal const string AfterSend = "turn.after_send";
    internal const string BrokenInvariant = "keyspace.check";
    internal const string Recovering = "keyspace.recover";
    internal const string BeforeWrite = "aof.before_write";
    internal const string AfterWrite = "aof.after_write";
    internal const string BeforeFlush = "aof.before_fsync";
    internal const string AfterFlush = "aof.after_fsync";
    internal const string BeforeFind = "aof.before_find";
    internal const string BeforeReplay = "aof.before_replay";
    internal const string BeforeCut = "aof.before_cut";
    internal const string BeforeInstall = "aof.before_install";
    internal const string BeforeBase = "aof.before_base";
    internal const string LoopTurn = "loop.turn";

    private static readonly string[] s_steps =
    [
        BeforeCommit, BeforeSend, AfterSend, BrokenInvariant, Recovering, BeforeWrite, AfterWrite,
        BeforeFlush, AfterFlush, BeforeFind, BeforeReplay, BeforeCut, BeforeInstall, BeforeBase,
        LoopTurn,
    ];

    private static readonly string[] s_keyspace =
    [
        "CommandBatch", "LocalReady", "RedisCommand", "DeferredDone", "SubscribeToKeys",
        "UnsubscribeFromKeys", "ExpireDueKeys", "CronTick", "TimersDue", "IdleTick",
        "NetworkAttached", "JournalKept", "LoadBase", "ReplayTurn", "JournalReady", "LoadMore",
        "JournalUnreadable", "JournalStateChanged", "RewriteStep", "BaseMade", "LoadData",
        "FlushJournal", "SnapshotStep", "SnapshotWritten", "SnapshotFileEnded", "SaveAtEnd",
    ];

    private static readonly string[] s_network =
        ["ReadReady", "ReplyBatch", "Listen", "StopListening"];

    private static readonly string[] s_journal =
        ["JournalEvent", "WalkSource", "RecoveryCompleted"];

    private static readonly string[] s_snapshots =
    [
        "BeginSnapshotFile", "WriteSnapshot", "CommitSnapshot", "DiscardSnapshot",
        "SaveSnapshotSuccess",
    ];

    private string? _armed;
    private long _skip;
    private long _fired;

    /// <summary>All of them, in order.</summary>
    internal static IReadOnlyList<string> All { get; } = MakeNames();

    /// <inheritdoc/>
    public IReadOnlyList<string> Names => All;

    /// <summary>How often something failed here.</summary>
    internal long Fired => Interlocked.Read(ref _fired);

    /// <inheritdoc/>
    public bool TryArm(string name, long skip)
    {
        foreach (string known in All)
        {
            if (!known.Equals(name, StringComparison.OrdinalIgnoreCase)) continue;
            Volatile.Write(ref _skip, skip);
            Volatile.Write(ref _armed, known);
            return true;
        }

        return false;
    }

    /// <inheritdoc/>
    public void Disarm() => Volatile.Write(ref _armed, null);

    /// <summary>Fails if this place is armed.</summary>
    /// <exception cref="FaultException">It is.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void At(string name)
    {
        if (_armed is not null) Look(name);
    }

    /// <summary>Fails if the place before a message is armed.</summary>
    /// <exception cref="FaultException">It is.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Before(string actor, object message)
    {
        if (_armed is not null) Look($"{actor}.{message.GetType().Name}");
    }

    /// <summary>Fails if the place behind a message is armed.</summary>
    /// <exception cref="FaultException">It is.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void After(string actor, object message)
    {
        if (_armed is not null) Look($"{actor}.{message.GetType().Name}.done");
    }

    /// <summary>True, once, if this place is armed: the caller makes it fail.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool Takes(string name) => _armed is not null && TakesArmed(name);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Look(string name)
    {
        if (TakesArmed(name)) throw new FaultException(name);
    }

    private bool TakesArmed(string name)
    {
        string? armed = Volatile.Read(ref _armed);
        if (armed is null || name != armed || Interlocked.Decrement(ref _skip) >= 0) return false;
        if (Interlocked.CompareExchange(ref _armed, null, armed) != armed) return false;
        Interlocked.Increment(ref _fired);
        return true;
    }

    private static List<string> MakeNames()
    {
        List<string> names = [.. s_steps];
        Add(names, "keyspace", s_keyspace);
        Add(names, "network", s_network);
        Add(names, "journal", s_journal);
        Add(names, "snapshots", s_snapshots);
        return names;
    }

    private static void Add(List<string> names, string actor, string[] messages)
    {
        foreach (string message in messages)
        {
            names.Add($"{actor}.{message}");
            names.Add($"{actor}.{message}.done");
        }
    }
}

/// <summary>A failure that was asked for.</summary>
/// <param name="name">Where.</param>
internal sealed class FaultException(string name) : Exception("Provoked at " + name);
