using System;
using System.Collections.Generic;

namespace Rotom.Engine;

/// <summary>What CLIENT PAUSE holds back.</summary>
internal enum PauseMode
{
    /// <summary>Nothing: there is no pause.</summary>
    None,

    /// <summary>Commands that may change or propagate something.</summary>
    Write,

    /// <summary>Every command.</summary>
    All,
}

// CLIENT PAUSE. A client whose command must wait is blocked with the command as the first of those
// that rest on it; the end of the pause frees them in the order in which they came. While it lasts
// nothing is deleted for its age, so that the data set stays as it is.
public sealed partial class RotomEngine
{
    private readonly LinkedList<Waiter> _paused = new();
    private PauseMode _pause;

    /// <summary>True while CLIENT PAUSE holds writes back: keys are neither expired nor evicted.
    /// </summary>
    internal bool IsPaused => (_gate & ServerGate.Paused) != 0;

    /// <summary>When the pause ends; long.MaxValue while there is none.</summary>
    private long PauseEndNanos { get; set; } = long.MaxValue;

    /// <summary>Begins a pause; of two the stricter mode and the later end hold.</summary>
    internal void Pause(long ms, PauseMode mode)
    {
        long most = long.MaxValue - 1 - _nowNanos;
        long end = _nowNanos + (ms > most / 1_000_000 ? most : ms * 1_000_000);
        bool isNew = _pause == PauseMode.None;
        PauseEndNanos = isNew ? end : Math.Max(end, PauseEndNanos);
        if (mode > _pause) _pause = mode;
        SetGate(ServerGate.Paused, true);
    }

    /// <summary>Ends the pause; those whom it held back go on.</summary>
    internal void Unpause()
    {
        _pause = PauseMode.None;
        PauseEndNanos = long.MaxValue;
        SetGate(ServerGate.Paused, false);
        while (_paused.First is { } first) Free(first.Value);
    }

    private bool MustWait(Client client, Command command)
    {
        const CommandFlags write = CommandFlags.Write | CommandFlags.MayReplicate;
        if (_pause == PauseMode.All || command.Is(write)) return true;
        if (command.FullName != "exec") return false;
        foreach (Command queued in client.QueuedCommands)
        {
            if (queued.Is(write)) return true;
        }

        return false;
    }

    private void Postpone(Client client)
    {
        UndoSilence(client);
        Waiter waiter = new(client, WaitKind.Pause) { Order = _waitOrder++ };
        waiter.PausePlace = _paused.AddLast(waiter);
        Block(waiter);
    }

    /// <summary>
    /// True, once, when a client's last command was postponed: it is to rest with the others.
    /// </summary>
    private static bool WasPostponed(Client client)
    {
        if (client.Waiter is not { Kind: WaitKind.Pause, IsRested: false } waiter) return false;
        waiter.IsRested = true;
        return true;
    }
}
