using System;
using System.Collections.Generic;

namespace Rotom.Simulation.Oracle;

// CLIENT PAUSE: who asks for what is held back waits with it, and all that it says behind that; the
// end of the pause frees them in the order in which they came.
internal sealed partial class Model
{
    private readonly List<ModelClient> _postponed = [];
    private long _pauseEndNanos = long.MaxValue;
    private bool _isPaused;
    private bool _pausesAll;

    /// <summary>Commands that a pause held back.</summary>
    internal long Postponed { get; private set; }

    /// <summary>There is a pause, or a client waits for the end of one.</summary>
    internal bool IsPaused => _isPaused || _postponed.Count > 0;

    /// <summary>A pause that clients asked for lasts as yet.</summary>
    internal bool IsPauseOwed(long nowNanos) => _isPaused && nowNanos <= _pauseEndNanos;

    private void AddPause()
    {
        Add("client|pause", -3, c =>
        {
            long end = NowNanos + (long.Parse(c[2]) * 1_000_000);
            _pauseEndNanos = _isPaused ? Math.Max(end, _pauseEndNanos) : end;
            _pausesAll |= c.Args.Length < 4 || Is(c, 3, "ALL");
            _isPaused = true;
            c.Reply.Ok();
        });
        Add("client|unpause", 2, c =>
        {
            Unpause();
            c.Reply.Ok();
        });
    }

    private void Unpause()
    {
        _isPaused = _pausesAll = false;
        _pauseEndNanos = long.MaxValue;
        foreach (ModelClient client in _postponed) _freed.Enqueue(client);
        _postponed.Clear();
    }

    private void EndPauseInTime()
    {
        if (_pauseEndNanos <= NowNanos) Unpause();
    }

    private bool MustWait(ModelClient client, ModelCommand command) => _isPaused
        && (_pausesAll || MayChange(command)
            || (command.Name == "exec" && client.Queue.Exists(args =>
                _commands.TryGetValue(args[0].ToLowerInvariant(), out ModelCommand? queued)
                && MayChange(queued))));

    private static bool MayChange(ModelCommand command) =>
        command.Writes || command.Name == "publish";

    private void Postpone(ModelCall c)
    {
        ModelClient client = c.Client;
        Postponed++;
        // CLIENT REPLY SKIP is still for it.
        if (client.Skip) (client.SkipNext, client.Skip) = (true, false);
        string[][] rest = [c.Args, .. client.Resting];
        client.Resting.Clear();
        foreach (string[] args in rest) client.Resting.Enqueue(args);
        client.IsBlocked = true;
        _postponed.Add(client);
    }
}
